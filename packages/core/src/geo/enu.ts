// The local frame of a twin: metres east, north and up from its origin. Everything that is drawn or sent in float32
// counts in it, so a float keeps 4 mm at 60 km.
import { ELLIPSOIDS, type Ellipsoid, ecefToGeodetic, type Geodetic, geodeticToEcef, type Vec3 } from './ellipsoid.ts'

/** Where local metres count from, and on which ellipsoid. A twin document's `origin` is one. */
export interface LocalOrigin extends Geodetic {
  readonly datum: Ellipsoid['name']
}

/**
 * A made frame. `east`, `north` and `up` are unit vectors in ECEF; `ecef` is the origin there. Plain numbers, so it may
 * cross a worker.
 */
export interface EnuFrame {
  readonly origin: LocalOrigin
  readonly ecef: Vec3
  readonly east: Vec3
  readonly north: Vec3
  readonly up: Vec3
}

const RADIANS = Math.PI / 180

export function enuFrame(origin: LocalOrigin): EnuFrame {
  const sinLon = Math.sin(origin.longitude * RADIANS)
  const cosLon = Math.cos(origin.longitude * RADIANS)
  const sinLat = Math.sin(origin.latitude * RADIANS)
  const cosLat = Math.cos(origin.latitude * RADIANS)
  return {
    origin,
    ecef: geodeticToEcef(origin, ELLIPSOIDS[origin.datum]),
    east: [-sinLon, cosLon, 0],
    north: [-sinLat * cosLon, -sinLat * sinLon, cosLat],
    up: [cosLat * cosLon, cosLat * sinLon, sinLat],
  }
}

const dot = (a: Vec3, x: number, y: number, z: number): number => a[0] * x + a[1] * y + a[2] * z

/** ECEF metres to [east, north, up] of the frame. */
export function ecefToEnu({ ecef, east, north, up }: EnuFrame, point: Vec3): [number, number, number] {
  const x = point[0] - ecef[0]
  const y = point[1] - ecef[1]
  const z = point[2] - ecef[2]
  return [dot(east, x, y, z), dot(north, x, y, z), dot(up, x, y, z)]
}

/** [east, north, up] metres of the frame to ECEF. */
export function enuToEcef({ ecef, east, north, up }: EnuFrame, [e, n, u]: Vec3): [number, number, number] {
  return [
    ecef[0] + east[0] * e + north[0] * n + up[0] * u,
    ecef[1] + east[1] * e + north[1] * n + up[1] * u,
    ecef[2] + east[2] * e + north[2] * n + up[2] * u,
  ]
}

/** A place on the frame's own ellipsoid to [east, north, up]. */
export function geodeticToEnu(frame: EnuFrame, place: Geodetic): [number, number, number] {
  return ecefToEnu(frame, geodeticToEcef(place, ELLIPSOIDS[frame.origin.datum]))
}

/** [east, north, up] of the frame to a place on its ellipsoid. */
export function enuToGeodetic(frame: EnuFrame, enu: Vec3): Geodetic {
  return ecefToGeodetic(enuToEcef(frame, enu), ELLIPSOIDS[frame.origin.datum])
}

/** The frame as a column-major 4 × 4 matrix, ENU metres (Z up) to ECEF: what a tileset's root `transform` holds. */
export function enuToEcefMatrix({ ecef, east, north, up }: EnuFrame): number[] {
  return [...east, 0, ...north, 0, ...up, 0, ...ecef, 1]
}

/** Its inverse, ECEF to ENU metres: the transform under which an engine mounts an ECEF tileset. Column-major, float64. */
export function ecefToEnuMatrix({ ecef, east, north, up }: EnuFrame): number[] {
  const t = (axis: Vec3) => -dot(axis, ecef[0], ecef[1], ecef[2])
  return [east[0], north[0], up[0], 0, east[1], north[1], up[1], 0, east[2], north[2], up[2], 0, t(east), t(north), t(up), 1]
}
