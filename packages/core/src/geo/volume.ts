// Where a tileset's root volume lies: on earth, or in metres of its own. A user's capture says neither in words.
import { type Ellipsoid, ecefToGeodetic, geodeticToEcef, type Vec3, WGS84 } from './ellipsoid.ts'

/** `boundingVolume` of 3D Tiles (OGC 22-025r4 § 7.3): metres, regions in radians. */
export interface BoundingVolume {
  readonly box?: readonly number[]
  readonly sphere?: readonly number[]
  readonly region?: readonly number[]
}

export interface Sphere {
  readonly center: Vec3
  readonly radiusMeters: number
  /** It was told in degrees of the earth. */
  readonly isGeodetic?: true
}

/** Furthest from the ellipsoid that a root volume is believed to be ECEF. */
export const ON_EARTH_METERS = 100_000

const finite = (numbers: readonly number[] | undefined, count: number): numbers is number[] =>
  Array.isArray(numbers) && numbers.length >= count && numbers.slice(0, count).every(Number.isFinite)

/**
 * A sphere that holds the volume, through the tile's transform (column-major, default identity; it does not move regions).
 * Undefined where the volume says nothing that can be read.
 */
export function sphereOfVolume({ box, sphere, region }: BoundingVolume, transform?: readonly number[]): Sphere | undefined {
  if (finite(region, 6)) {
    const [west, south, east, north, low, high] = region as [number, number, number, number, number, number]
    const corner = (longitude: number, latitude: number, heightEllipsoidalMeters: number) =>
      geodeticToEcef({ longitude: (longitude * 180) / Math.PI, latitude: (latitude * 180) / Math.PI, heightEllipsoidalMeters })
    // A region may cross the antimeridian.
    const middle = (west + (east < west ? east + 2 * Math.PI : east)) / 2
    const center = corner(middle, (south + north) / 2, (low + high) / 2)
    const reach = [west, middle, east].flatMap((lon) => [south, north].flatMap((lat) => [corner(lon, lat, low), corner(lon, lat, high)]))
    return {
      center,
      isGeodetic: true,
      radiusMeters: Math.max(...reach.map((each) => Math.hypot(each[0] - center[0], each[1] - center[1], each[2] - center[2]))),
    }
  }
  const m = finite(transform, 16) ? transform : [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  const moved = (x: number, y: number, z: number, w: 0 | 1): Vec3 => [
    m[0]! * x + m[4]! * y + m[8]! * z + m[12]! * w,
    m[1]! * x + m[5]! * y + m[9]! * z + m[13]! * w,
    m[2]! * x + m[6]! * y + m[10]! * z + m[14]! * w,
  ]
  if (finite(box, 12)) {
    const axes = [3, 6, 9].map((i) => moved(box[i]!, box[i + 1]!, box[i + 2]!, 0))
    // Half axes need not be at right angles after a transform: the sum of their lengths always holds the box.
    const squared = axes.reduce((sum, axis) => sum + axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2, 0)
    const skewed = axes.some((a, i) => axes.some((b, j) => i < j && Math.abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]) > 1e-6 * squared))
    const radiusMeters = skewed ? axes.reduce((sum, axis) => sum + Math.hypot(...axis), 0) : Math.sqrt(squared)
    return { center: moved(box[0]!, box[1]!, box[2]!, 1), radiusMeters }
  }
  if (finite(sphere, 4)) {
    const scale = Math.max(...[moved(1, 0, 0, 0), moved(0, 1, 0, 0), moved(0, 0, 1, 0)].map((axis) => Math.hypot(...axis)))
    return { center: moved(sphere[0]!, sphere[1]!, sphere[2]!, 1), radiusMeters: sphere[3]! * scale }
  }
  return undefined
}

/** Whether metres are ECEF: the sphere comes within {@link ON_EARTH_METERS} of the ellipsoid, or was told in its degrees. */
export function isOnEarth({ center, radiusMeters, isGeodetic }: Sphere, on: Ellipsoid = WGS84): boolean {
  return isGeodetic === true || Math.abs(ecefToGeodetic(center, on).heightEllipsoidalMeters) - radiusMeters <= ON_EARTH_METERS
}

/** A local set may lie so far from its origin; further, its numbers are those of a grid (UTM, Gauss-Krüger, Web Mercator). */
export const LOCAL_REACH_METERS = 10_000

export const NO_SHIFT: Vec3 = [0, 0, 0]

/**
 * What brings a set of local metres to the origin, where its numbers are those of a grid: its middle to the origin, its heights as
 * they are, unless these lie as far off too. A set that reaches within {@link LOCAL_REACH_METERS} of the origin stands where it is.
 */
export function shiftToOrigin({ center: [x, y, z], radiusMeters }: Sphere): Vec3 {
  const reach = LOCAL_REACH_METERS + radiusMeters
  const isFar = Math.hypot(x, y) > reach
  const isHigh = Math.abs(z) > reach
  return isFar || isHigh ? [isFar ? -x : 0, isFar ? -y : 0, isHigh ? -z : 0] : NO_SHIFT
}
