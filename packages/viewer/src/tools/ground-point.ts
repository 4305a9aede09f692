// A point on the mesh as people of three trades write it: metres from the origin, degrees, and the document's own grid.
import type { MeshHit, TwinDocument } from '@twinmap/core'

export interface GroundPoint {
  /** Metres east, north and up of the twin's origin. */
  readonly enu: readonly [number, number, number]
  /** Degrees east, degrees north, metres above the ellipsoid; WGS84. */
  readonly location: readonly [number, number, number]
  /** Metres above the geoid, as a surveyor counts: the ellipsoidal height less the document's `origin.geoidMeters`. */
  readonly heightGeoidMeters: number
  /** In the document's reference; null where it names none, or one that is not known. */
  readonly grid: { readonly reference: string; readonly easting: number; readonly northing: number } | null
}

/** Projections are loaded with the first point that needs one. */
export async function groundPoint(
  { enu, location }: MeshHit,
  { reference, origin }: Pick<TwinDocument, 'reference' | 'origin'>,
): Promise<GroundPoint> {
  const heightGeoidMeters = location[2] - origin.geoidMeters
  return { enu, location, heightGeoidMeters, grid: reference === undefined ? null : await onGrid(location, reference) }
}

async function onGrid(
  [longitude, latitude, heightEllipsoidalMeters]: MeshHit['location'],
  reference: string,
): Promise<GroundPoint['grid']> {
  const { referenceOf } = await import('@twinmap/core/geo')
  try {
    const [easting, northing] = referenceOf(reference).fromGeodetic({ longitude, latitude, heightEllipsoidalMeters })
    return { reference, easting, northing }
  } catch {
    // A reference that only its author knows: degrees say the same place.
    return null
  }
}

/** One line: the grid's numbers to the centimetre where there is a grid, else degrees; then H above the geoid and h above the ellipsoid. */
export function groundWords({ location, heightGeoidMeters, grid }: GroundPoint): string {
  const height = `H ${heightGeoidMeters.toFixed(2)} m · h ${location[2].toFixed(2)} m`
  if (grid === null) return `${location[0].toFixed(7)}°, ${location[1].toFixed(7)}° · ${height}`
  return `E ${grid.easting.toFixed(2)} · N ${grid.northing.toFixed(2)} · ${height} · ${grid.reference}`
}
