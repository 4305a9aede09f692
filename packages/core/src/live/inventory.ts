// Document -> fetch -> **inventory** -> layer's base rows. GeoJSON (RFC 7946) of things that stand still: entities
// without time. Read in the worker, so its strings never reach the page.
import { TwinError } from '../error/twin-error.ts'
import type { AnyKind, Field } from '../kind/kind.ts'
import type { Text } from '../kind/text.ts'
import { shown, wrongWithId } from '../kind/wire-text.ts'
import type { Location, Value } from '../record/record.ts'
import type { BaseRow } from './layer.ts'

interface Feature {
  readonly id?: unknown
  readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null
  readonly properties?: Readonly<Record<string, unknown>> | null
}

/**
 * Reads a FeatureCollection. A point stands where it is; a line or an area by the middle of its outer vertices. A place
 * without a height stays without one: settle.ts sets it on the mesh.
 *
 * @returns the rows by id, and what is hardly meant: how many features were left out because they have no id, the ids that
 * cannot be kept as they are (left out, each with the reason), those that stand more than once (the last one counts), and those
 * whose geometry holds no place (grid metres instead of degrees, a ring of one point).
 * @throws TwinError `document-invalid` where it is no FeatureCollection.
 */
export function readInventory(
  json: unknown,
  where: string,
): {
  readonly rows: Map<string, BaseRow>
  readonly withoutId: number
  readonly wrongIds: ReadonlySet<string>
  readonly repeated: ReadonlySet<string>
  readonly withoutPlace: ReadonlySet<string>
} {
  const features = (json as { features?: unknown } | null)?.features
  if ((json as { type?: unknown } | null)?.type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw new TwinError(
      'document-invalid',
      `${where}: is no GeoJSON FeatureCollection; expected {"type":"FeatureCollection","features":[…]}`,
      { where },
    )
  }
  const rows = new Map<string, BaseRow>()
  let withoutId = 0
  const wrongIds = new Set<string>()
  const repeated = new Set<string>()
  const withoutPlace = new Set<string>()
  for (const feature of features as (Feature | null)[]) {
    const { id: own, properties: said, geometry } = feature ?? ({} as Feature)
    const id = own ?? said?.['id']
    if ((typeof id !== 'string' && typeof id !== 'number') || id === '') {
      withoutId++
      continue
    }
    const wrong = wrongWithId(String(id))
    if (wrong !== null) {
      wrongIds.add(`${JSON.stringify(shown(id))} ${wrong}`)
      continue
    }
    const properties: Record<string, Value> = {}
    for (const [name, value] of Object.entries(said ?? {})) {
      if (typeof value === 'string' || Number.isFinite(value)) properties[name] = value as Value
    }
    const location = placeOf(geometry)
    if (rows.has(String(id))) repeated.add(String(id))
    // A geometry that is null says so (RFC 7946, section 3.2).
    if (location === null && geometry) withoutPlace.add(String(id))
    rows.set(String(id), { location, properties })
  }
  return { rows, withoutId, wrongIds, repeated, withoutPlace }
}

function placeOf(geometry: Feature['geometry']): Location | null {
  const middle = [0, 0, 0]
  let count = 0
  let heights = 0
  const add = (position: unknown) => {
    const [longitude, latitude, height] = position as [unknown, unknown, unknown]
    if (!isDegrees(longitude, 180) || !isDegrees(latitude, 90)) return
    middle[0]! += longitude
    middle[1]! += latitude
    count++
    if (!Number.isFinite(height)) return
    middle[2]! += height as number
    heights++
  }
  for (const position of positionsOf(geometry)) if (Array.isArray(position)) add(position)
  if (count === 0) return null
  const [longitude, latitude] = [middle[0]! / count, middle[1]! / count]
  return heights > 0 ? [longitude, latitude, middle[2]! / heights] : [longitude, latitude]
}

const isDegrees = (value: unknown, most: number): value is number => typeof value === 'number' && Math.abs(value) <= most

/** The outer vertices; a ring's last one repeats its first and is left out. */
function positionsOf(geometry: Feature['geometry']): readonly unknown[] {
  if (!Array.isArray(geometry?.coordinates)) return []
  const { type, coordinates } = geometry
  const ring = (outer: unknown): unknown[] => (Array.isArray(outer) ? outer.slice(0, -1) : [])
  switch (type) {
    case 'Point':
      return [coordinates]
    case 'MultiPoint':
    case 'LineString':
      return coordinates
    case 'MultiLineString':
      return coordinates.flat()
    case 'Polygon':
      return ring(coordinates[0])
    case 'MultiPolygon':
      return coordinates.flatMap((polygon: unknown) => (Array.isArray(polygon) ? ring(polygon[0]) : []))
    default:
      return []
  }
}

/** The kind of a layer that is only a drawing: what its rows carry, told as they are. */
export function kindOfInventory(layer: string, label: Text, rows: ReadonlyMap<string, BaseRow>): AnyKind {
  const fields: Record<string, Field> = {}
  for (const { properties } of rows.values()) {
    for (const [name, value] of Object.entries(properties)) {
      if (Object.hasOwn(fields, name)) continue
      const words: Text = { zh: name, en: name }
      fields[name] =
        typeof value === 'number'
          ? { type: 'quantity', label: words, unit: '1', range: [-Number.MAX_VALUE, Number.MAX_VALUE] }
          : { type: 'words', label: words }
    }
  }
  const name = fields['name']?.type === 'words' ? { name: 'name' } : {}
  return { kind: layer, label, fields, symbol: { shape: 'sheet', glyph: 'sheet' }, ...name, alarms: {}, card: Object.keys(fields) }
}
