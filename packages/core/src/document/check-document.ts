import { TwinError } from '../error/twin-error.ts'
import { isInArea } from '../geo/area.ts'
import { epsg } from '../geo/epsg.ts'
import { checkKind } from '../kind/check-kind.ts'
import { nearest } from '../kind/closed.ts'
import type { TwinDocument } from './document.ts'

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/**
 * Refuses what the schema cannot see: ids that repeat, names that name nothing, a kind that contradicts itself.
 *
 * @throws TwinError `document-invalid` with file, path, value and what to do.
 */
export function checkDocument(file: string, doc: TwinDocument): void {
  const refuse = (path: string, value: unknown, what: string, options?: ErrorOptions): never => {
    throw new TwinError('document-invalid', `${file}: ${path} ${what}`, { file, path, value: JSON.stringify(value) ?? '' }, options)
  }
  const unique = (list: string, ids: readonly string[], key = 'id') => {
    ids.forEach((id, i) => {
      const first = ids.indexOf(id)
      if (first < i) refuse(`${list}[${i}].${key}`, id, `is ${JSON.stringify(id)}, as ${list}[${first}] is; give it one of its own`)
    })
  }
  const named = (path: string, id: string, list: string, ids: readonly string[]) => {
    if (ids.includes(id)) return
    const meant = nearest(id, ids)
    const known = ids.length === 0 ? `${list} is empty` : meant === undefined ? `there are ${ids.join(', ')}` : `did you mean ${meant}?`
    refuse(path, id, `names ${JSON.stringify(id)}, which is not in ${list}; ${known}`)
  }

  if (!isTimeZone(doc.timeZone)) refuse('timeZone', doc.timeZone, `is ${doc.timeZone}, no IANA time zone; write it as Asia/Shanghai`)
  if (doc.area !== undefined) {
    const [west, south, east, north] = doc.area
    const { longitude, latitude } = doc.origin
    const told = `is [${doc.area.join(', ')}]`
    if (!(west < east && south < north)) refuse('area', doc.area, `${told}, no box; write [west, south, east, north] in degrees`)
    if (!isInArea(doc.area, longitude, latitude))
      refuse(
        'area',
        doc.area,
        `${told}, without the origin [${longitude}, ${latitude}]; write degrees east before degrees north, or widen it`,
      )
  }
  if (doc.reference !== undefined) {
    const code = /^EPSG:(\d{4,6})$/.exec(doc.reference)?.[1]
    if (code === undefined || epsg(Number(code)) === undefined)
      refuse('reference', doc.reference, `is ${doc.reference}, no reference that is known here; use one such as EPSG:4548, 4490 or 32650`)
  }
  for (const list of ['tilesets', 'feeds', 'layers', 'views'] as const)
    unique(
      list,
      doc[list].map(({ id }) => id),
    )
  unique(
    'kinds',
    doc.kinds.map(({ kind }) => kind),
    'kind',
  )
  doc.kinds.forEach((kind, i) => {
    try {
      checkKind(kind)
    } catch (cause) {
      if (!(cause instanceof TwinError)) throw cause
      refuse(`kinds[${i}]:`, kind.kind, cause.message, { cause })
    }
  })
  const feeds = doc.feeds.map(({ id }) => id)
  doc.layers.forEach((layer, i) => {
    if (layer.kind === undefined && layer.inventory === undefined)
      refuse(`layers[${i}]`, layer.id, 'shows nothing; give it a kind with a feed, or an inventory')
    if (layer.feed !== undefined) named(`layers[${i}].feed`, layer.feed, 'feeds', feeds)
    if (layer.feed !== undefined && layer.kind === undefined)
      refuse(`layers[${i}].kind`, layer.id, 'is missing; a layer with a feed must say which kind of its records it shows')
  })
  doc.panels.forEach((panel, i) => {
    if (panel.type === 'statistic')
      named(
        `panels[${i}].value.layer`,
        panel.value.layer,
        'layers',
        doc.layers.map(({ id }) => id),
      )
  })
}
