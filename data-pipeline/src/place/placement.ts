// Pipeline: read -> **place** -> weld -> … Where a capture stands: from its own numbers to local metres (X east, Y north, Z up of
// the middle of its box), and from those to the globe.

import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { ELLIPSOIDS, ecefToGeodetic, geodeticToEcef, type Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import { type EnuFrame, ecefToEnu, enuFrame, enuToEcef, enuToEcefMatrix } from '@twinmap/core/internal/geo/enu'
import { type ReadReference, readReference } from '@twinmap/core/internal/geo/read-reference'
import type { SaidReference } from '../read/find-reference.ts'

/** Metres. The US survey foot is 1200 / 3937 m. */
export const UNITS = { m: 1, mm: 0.001, cm: 0.01, km: 1000, in: 0.0254, ft: 0.3048, 'us-ft': 1200 / 3937 } as const
export type Unit = keyof typeof UNITS

export interface PlaceOptions {
  /** `EPSG:4548`, WKT, +proj, `ENU:lat,lon` or `local`. Wins over the sidecar. */
  readonly reference?: string
  /** Easting, northing, height that the mesh's numbers count from. Wins over the sidecar. */
  readonly origin?: readonly [number, number, number]
  /** The mesh's axis that points up. */
  readonly up: 'z' | 'y'
  /** What the mesh's numbers count in; else metres, with a word where they hardly are. The origin is in the reference's own. */
  readonly unit?: Unit
  /** Added to every height, to make it ellipsoidal: the geoid's height above the ellipsoid where the mesh counts from the sea. */
  readonly heightOffsetMeters: number
}

/** A box in the mesh's own numbers. */
export interface Box {
  readonly min: Vec3
  readonly max: Vec3
}

export interface Placement {
  /** `ecef`: `transform` takes local metres to ECEF. `local`: to the metres of the document's origin. */
  readonly frame: 'ecef' | 'local'
  /** Column-major; the tileset's root transform. */
  readonly transform: readonly number[]
  /** A point of the mesh to local metres, exactly. Costs a projection: warp.ts makes it cheap. */
  readonly toLocal: (point: Vec3) => Vec3
  /** What was believed, in a line each, for the log. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/** Without a reference, numbers this far from zero are surely of a grid. */
const LOCAL_REACH_METERS = 100_000

/**
 * @param box of the mesh, in its own numbers
 * @throws TwinError `reference-unknown`, `location-invalid` (a point cannot be in that grid), `crs-missing`
 */
export function placementOf(
  box: Box,
  { reference: written, origin, up, unit = 'm', heightOffsetMeters }: PlaceOptions,
  said?: SaidReference,
): Placement {
  const from = written !== undefined ? '--crs' : (said?.file ?? '')
  const read = readFrom(written ?? said?.reference ?? '', from)
  const base = origin ?? said?.origin ?? [0, 0, 0]
  /** The mesh's numbers as easting, northing, height. */
  const toGrid = (point: Vec3): [number, number, number] => {
    const [x, y, z] = point.map((value) => value * UNITS[unit]) as unknown as Vec3
    const [e, n, h] = up === 'z' ? [x, y, z] : [x, -z, y]
    return [base[0] + e, base[1] + n, base[2] + h + heightOffsetMeters]
  }
  const middle = toGrid([0, 1, 2].map((k) => (box.min[k as 0]! + box.max[k as 0]!) / 2) as unknown as Vec3)
  const warnings = [...(said?.warnings ?? []), ...read.warnings]
  const notes = [
    `axis ${up} is up${unit === 'm' ? '' : `, numbers are in ${unit}`}; counted from ${base.join(', ')}${origin === undefined && said?.origin !== undefined ? ` (${said.originFile ?? said.file})` : ''}`,
  ]
  if (read.type === 'local') return localPlacement(toGrid, middle, { notes, warnings })
  const toEcef = ecefOf(read)
  notes.push(`reference ${nameOf(read)} (${from})`)
  notes.push(
    heightOffsetMeters === 0
      ? 'heights are taken as ellipsoidal; if they count from the sea, give the geoid height with --height-offset'
      : `${heightOffsetMeters} m were added to every height, to make it ellipsoidal`,
  )
  warnings.push(...doubtsOf({ read, toEcef, toGrid, box, middle, written, origin, said }))
  const datum = read.type === 'reference' ? read.reference.definition.datum : 'WGS84'
  const frame: EnuFrame = enuFrame({ ...ecefToGeodetic(toEcef(middle), ELLIPSOIDS[datum]), datum })
  const { longitude, latitude, heightEllipsoidalMeters: height } = frame.origin
  notes.push(`its middle stands at ${longitude.toFixed(6)}, ${latitude.toFixed(6)}, ${height.toFixed(2)} m`)
  return {
    frame: 'ecef',
    transform: enuToEcefMatrix(frame),
    toLocal: (point) => ecefToEnu(frame, toEcef(toGrid(point))),
    notes,
    warnings,
  }
}

/** A capture is flown in hours: one that is wider is in degrees, or has a stray vertex. */
const WIDE_METERS = 200_000
/** A grid of 3° is used 1.5° either way, one of 6° (UTM too) 3°, with some overlap. */
const ZONE_REACH_DEG = 3.5
/** Nothing that counts from the equator or a zone's edge stands this near to (0, 0) by intent. */
const ZERO_REACH_METERS = 100_000
/** From the Dead Sea's shore to Everest, with some room. */
const LOWEST_METERS = -500
const HIGHEST_METERS = 9_000
/** What two ways to say one place may differ by. */
const SAME_METERS = 1

/** What can be converted, and is hardly meant: told with what was taken and what else was said. */
function doubtsOf(place: {
  readonly read: Exclude<ReadReference, { type: 'local' }>
  readonly toEcef: (grid: Vec3) => Vec3
  readonly toGrid: (point: Vec3) => Vec3
  readonly box: Box
  readonly middle: Vec3
  readonly written: string | undefined
  readonly origin: readonly [number, number, number] | undefined
  readonly said: SaidReference | undefined
}): string[] {
  const { read, toEcef, toGrid, box, middle, written, origin, said } = place
  const doubts: string[] = []
  if (written !== undefined && said?.reference !== undefined) {
    const apart = apartOf(said.reference, toEcef(middle), middle)
    if (apart !== undefined)
      doubts.push(
        `--crs ${written} is used, but ${said.file} says ${said.reference.replace(/\s+/g, ' ').slice(0, 60)}${apart}; leave --crs out if the file is right`,
      )
  }
  if (origin !== undefined && said?.origin !== undefined && origin.some((value, k) => Math.abs(value - said.origin![k]!) > SAME_METERS))
    doubts.push(
      `--origin ${origin.join(',')} is used, but ${said.originFile ?? said.file} says ${said.origin.join(',')}; leave --origin out if the file is right`,
    )
  const wide = Math.hypot(...toEcef(toGrid(box.max)).map((value, k) => value - toEcef(toGrid(box.min))[k]!))
  if (wide > WIDE_METERS)
    doubts.push(
      `${nameOf(read)} makes the mesh ${Math.round(wide / 1000)} km wide; its numbers may be metres where the reference counts degrees, or one vertex is far off: check --crs and the mesh`,
    )
  const height = ecefToGeodetic(toEcef(middle), ELLIPSOIDS.WGS84).heightEllipsoidalMeters
  if (height < LOWEST_METERS || height > HIGHEST_METERS)
    doubts.push(
      `its middle would stand ${Math.round(height).toLocaleString('en')} m above the ellipsoid, where no ground is (−500 to 9,000 m): check the height of --origin and of the mesh, --up and --unit`,
    )
  if (read.type !== 'reference') return doubts
  const { projection } = read.reference.definition
  if (projection.method !== 'transverse-mercator') return doubts
  const { longitude, latitude } = read.reference.toGeodetic(middle)
  const at = `its middle would stand at easting ${Math.round(middle[0])}, northing ${Math.round(middle[1])}`
  if (Math.abs(middle[0]) < ZERO_REACH_METERS && Math.abs(middle[1]) < ZERO_REACH_METERS)
    doubts.push(
      `${at} of ${nameOf(read)}, which is in the sea at the equator (${longitude.toFixed(2)}, ${latitude.toFixed(2)}): the mesh counts from a point of its own. Give that with --origin E,N,H`,
    )
  else if (Math.abs(longitude - projection.centralMeridianDeg) > ZONE_REACH_DEG)
    doubts.push(
      `${at}, ${Math.abs(longitude - projection.centralMeridianDeg).toFixed(1)}° from the central meridian ${projection.centralMeridianDeg}° of ${nameOf(read)} and outside its zone: check --crs and --origin`,
    )
  return doubts
}

/** How far another reference would set the same numbers, in words; undefined where it means the same. */
function apartOf(reference: string, here: Vec3, middle: Vec3): string | undefined {
  try {
    const other = readReference(reference)
    if (other.type === 'local') return ''
    const there = ecefOf(other)(middle)
    const meters = Math.hypot(...there.map((value, k) => value - here[k]!))
    return meters <= SAME_METERS ? undefined : `, ${meters < 10_000 ? `${Math.round(meters)} m` : `${Math.round(meters / 1000)} km`} away`
  } catch {
    return ', where these numbers have no place'
  }
}

function readFrom(written: string, from: string): ReadReference {
  try {
    return readReference(written)
  } catch (error) {
    if (error instanceof TwinError && from !== '')
      throw new TwinError(error.code, `${from}: ${error.message}`, { ...error.details, from }, { cause: error })
    throw error
  }
}

const nameOf = (read: ReadReference): string =>
  read.type === 'reference' ? read.reference.definition.name : read.type === 'enu' ? `ENU:${read.latitude},${read.longitude}` : 'local'

function ecefOf(read: Exclude<ReadReference, { type: 'local' }>): (grid: Vec3) => Vec3 {
  if (read.type === 'enu') {
    const frame = enuFrame({ longitude: read.longitude, latitude: read.latitude, heightEllipsoidalMeters: 0, datum: 'WGS84' })
    return (grid) => enuToEcef(frame, grid)
  }
  const { reference } = read
  return (grid) => geodeticToEcef(reference.toGeodetic(grid), ELLIPSOIDS[reference.definition.datum])
}

function localPlacement(
  toGrid: (point: Vec3) => Vec3,
  middle: Vec3,
  { notes, warnings }: { notes: string[]; warnings: readonly string[] },
): Placement {
  if (Math.hypot(middle[0], middle[1]) > LOCAL_REACH_METERS)
    throw new TwinError(
      'crs-missing',
      `the mesh's middle is at ${middle.map((c) => c.toFixed(1)).join(', ')}, which looks like easting and northing of a grid, and no reference is known; give it, such as --crs EPSG:4548`,
      { middle: [...middle] },
    )
  notes.push('no reference: the tileset is in local metres. Set "at": "origin" at its entry of the twin document, or give --crs')
  return {
    frame: 'local',
    transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, ...middle, 1],
    toLocal: (point) => {
      const [e, n, h] = toGrid(point)
      return [e - middle[0], n - middle[1], h - middle[2]]
    },
    notes,
    warnings,
  }
}
