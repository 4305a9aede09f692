// What people and files write for a reference, in every form that captures were seen with.
import { TwinError } from '../error/twin-error.ts'
import { makeReference, type Reference, referenceOf } from './reference.ts'
import { definitionOfWkt } from './wkt.ts'

export type ReadReference =
  | { readonly type: 'reference'; readonly reference: Reference; readonly warnings: readonly string[] }
  /** ContextCapture's `ENU:lat,lon`: metres east, north, up of that point on WGS84. */
  | { readonly type: 'enu'; readonly longitude: number; readonly latitude: number; readonly warnings: readonly string[] }
  /** Metres of nowhere: the document must set them at its origin. */
  | { readonly type: 'local'; readonly warnings: readonly string[] }

const entities: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }

/**
 * Reads `EPSG:4548`, `EPSG:4547+5737` (with a vertical reference), WKT (with `&quot;` too, over several lines), a `+proj` string, `ENU:lat,lon`, `local`, or nothing.
 *
 * @throws TwinError `reference-unknown` with what was read and what would do.
 */
export function readReference(written: string): ReadReference {
  const text = written.replace(/&(quot|apos|lt|gt|amp);/g, (_, name: string) => entities[name]!).trim()
  if (text === '' || /^(local|local_cs|engcrs|none|unknown)\b/i.test(text)) return { type: 'local', warnings: [] }
  if (/^enu\s*:/i.test(text)) {
    const [latitude, longitude] = text
      .slice(text.indexOf(':') + 1)
      .split(',')
      .map((part) => (part.trim() === '' ? Number.NaN : Number(part))) as [number, number]
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180))
      throw new TwinError('reference-unknown', `${text}: expected ENU:latitude,longitude in degrees, such as ENU:37.25,117.83`, {
        reference: text,
      })
    return { type: 'enu', longitude, latitude, warnings: [] }
  }
  if (text.startsWith('+')) return { type: 'reference', reference: ofProj(text), warnings: [] }
  if (/^[A-Za-z_]+\s*[[(]/.test(text)) {
    const { definition, warnings } = definitionOfWkt(text)
    return { type: 'reference', reference: guarded(text, () => makeReference(definition)), warnings }
  }
  // A compound code: a horizontal reference and a vertical one.
  const [, horizontal, vertical] = /^(EPSG:+\d+)\s*\+\s*(?:EPSG:+)?(\d+)$/i.exec(text) ?? []
  if (horizontal === undefined) return { type: 'reference', reference: referenceOf(text), warnings: [] }
  const warnings = [
    `${text}: heights are taken as they stand; EPSG:${vertical} counts them from a geoid or another surface, so give the height of that above the ellipsoid where it matters`,
  ]
  return { type: 'reference', reference: referenceOf(horizontal), warnings }
}

const ofProj = (text: string): Reference =>
  guarded(text, () => {
    if (/\+(units=(?!m\b)|to_meter=(?!1(\.0*)?(\s|$)))/.test(text))
      throw new TwinError('reference-unknown', `${text}: counts in another unit than the metre; convert the data first`, {
        reference: text,
      })
    return makeReference({ name: text, datum: 'WGS84', projection: { method: 'proj', definition: text } })
  })

/** proj4 throws strings, and only some of them; whatever it throws becomes ours. */
function guarded(text: string, make: () => Reference): Reference {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof TwinError) throw cause
    throw new TwinError('reference-unknown', `${text}: proj4 cannot read it (${String(cause)}); give an EPSG code, or correct it`, {
      reference: text,
    })
  }
}
