// What the codes of EPSG mean that drone captures and portals in China carry, as rules where EPSG numbers by rule. No
// register is shipped: another code can be given as WKT or as a proj string (read-reference.ts).

/** How grid metres become degrees. Angles in degrees, lengths in metres. */
export type Projection =
  | { readonly method: 'geographic' }
  | { readonly method: 'web-mercator' }
  | {
      readonly method: 'transverse-mercator'
      readonly centralMeridianDeg: number
      readonly latitudeOfOriginDeg: number
      readonly scale: number
      readonly falseEastingMeters: number
      readonly falseNorthingMeters: number
    }
  /** A proj string or WKT that proj4 reads by itself: for what is not named above. */
  | { readonly method: 'proj'; readonly definition: string }

export interface ReferenceDefinition {
  /** `EPSG:4548`, or the name that its WKT gives. */
  readonly name: string
  readonly datum: 'CGCS2000' | 'WGS84'
  readonly projection: Projection
}

/** Gauss-Krüger on CGCS2000: scale 1, northing from the equator. `zone` is put before the easting where it is given. */
const gaussKruger = (name: string, centralMeridianDeg: number, zone?: number): ReferenceDefinition => ({
  name,
  datum: 'CGCS2000',
  projection: {
    method: 'transverse-mercator',
    centralMeridianDeg,
    latitudeOfOriginDeg: 0,
    scale: 1,
    falseEastingMeters: 500_000 + (zone ?? 0) * 1_000_000,
    falseNorthingMeters: 0,
  },
})

const utm = (name: string, zone: number, south: boolean): ReferenceDefinition => ({
  name,
  datum: 'WGS84',
  projection: {
    method: 'transverse-mercator',
    centralMeridianDeg: zone * 6 - 183,
    latitudeOfOriginDeg: 0,
    scale: 0.9996,
    falseEastingMeters: 500_000,
    falseNorthingMeters: south ? 10_000_000 : 0,
  },
})

/** What `EPSG:code` means; undefined where it is not known here. */
export function epsg(code: number): ReferenceDefinition | undefined {
  const name = `EPSG:${code}`
  const within = (first: number, last: number) => code >= first && code <= last
  if (code === 4326 || code === 4979) return { name, datum: 'WGS84', projection: { method: 'geographic' } }
  if (code === 4490 || code === 4480) return { name, datum: 'CGCS2000', projection: { method: 'geographic' } }
  if (code === 3857) return { name, datum: 'WGS84', projection: { method: 'web-mercator' } }
  // 3-degree zones 25 to 45: with the zone before the easting, then by central meridian 75°E to 135°E.
  if (within(4513, 4533)) return gaussKruger(name, (code - 4513 + 25) * 3, code - 4513 + 25)
  if (within(4534, 4554)) return gaussKruger(name, 75 + (code - 4534) * 3)
  // 6-degree zones 13 to 23, likewise.
  if (within(4491, 4501)) return gaussKruger(name, (code - 4491 + 13) * 6 - 3, code - 4491 + 13)
  if (within(4502, 4512)) return gaussKruger(name, 75 + (code - 4502) * 6)
  if (within(32601, 32660)) return utm(name, code - 32600, false)
  if (within(32701, 32760)) return utm(name, code - 32700, true)
  return undefined
}
