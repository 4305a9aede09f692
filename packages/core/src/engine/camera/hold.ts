// The one law of every gesture: what was grabbed stays under the pointer. Pan, zoom, orbit, pinch and the keys differ
// only in what else is kept. Pure; metres ENU of the twin's origin.
import { ELLIPSOIDS, type Vec3 } from '../../geo/ellipsoid.ts'
import { type EnuFrame, enuToEcef, enuToGeodetic } from '../../geo/enu.ts'
import { axesOf, type Lens, localAxes, type Pose, rayThrough } from './pose.ts'
import { along, dot } from './vector.ts'

/** A point held at a pixel, under a camera that looks in a given direction. */
export interface Hold {
  readonly anchor: Vec3
  readonly x: number
  readonly y: number
  readonly headingRad: number
  readonly pitchRad: number
}

// The local frame turns with the place, so the ray is asked again from each answer; the error shrinks by
// distance / earth radius each time: eight rounds reach a nanometre from 1,000 km.
const ROUNDS = 8
/** A ray this close to level meets ground too far away to be meant: sine of 1.1°. */
const LEVEL = 0.02

/** The camera `distanceMeters` from the anchor. Zoom, orbit and pinch. */
export function holdAtDistance(frame: EnuFrame, lens: Lens, near: Vec3, hold: Hold, distanceMeters: number): Pose {
  const { anchor, headingRad, pitchRad } = hold
  let enu = near
  for (let i = 0; i < ROUNDS; i++) {
    const ray = rayThrough(axesOf(frame, { enu, headingRad, pitchRad }), lens, hold.x, hold.y)
    enu = along(anchor, ray, -distanceMeters)
  }
  return { enu, headingRad, pitchRad }
}

/** The camera at an ellipsoidal height; null where the ray through the pixel does not lead down to the anchor. Pan. */
export function holdAtHeight(frame: EnuFrame, lens: Lens, near: Vec3, hold: Hold, heightEllipsoidalMeters: number): Pose | null {
  const { anchor, headingRad, pitchRad } = hold
  let enu = near
  let t = 0
  for (let i = 0; i < ROUNDS; i++) {
    const ray = rayThrough(axesOf(frame, { enu, headingRad, pitchRad }), lens, hold.x, hold.y)
    // Newton along the ray: height grows by −ray · up for each metre back from the anchor.
    for (let k = 0; k < 3; k++) {
      const point = along(anchor, ray, -t)
      const sinks = -dot(ray, localAxes(frame, point).up)
      if (sinks < LEVEL) return null
      t += (heightEllipsoidalMeters - enuToGeodetic(frame, point).heightEllipsoidalMeters) / sinks
    }
    enu = along(anchor, ray, -t)
  }
  return t > 0 ? { enu, headingRad, pitchRad } : null
}

/**
 * Where a ray first meets the surface at an ellipsoidal height, metres along it; null where it misses. The surface is
 * taken as the ellipsoid with both axes longer by the height: a centimetre off at 3 km of height.
 */
export function meetHeight(frame: EnuFrame, eye: Vec3, ray: Vec3, heightEllipsoidalMeters: number): number | null {
  const { a, b } = ELLIPSOIDS[frame.origin.datum]
  const scaled = ([x, y, z]: Vec3): Vec3 => [
    x / (a + heightEllipsoidalMeters),
    y / (a + heightEllipsoidalMeters),
    z / (b + heightEllipsoidalMeters),
  ]
  const from = enuToEcef(frame, eye)
  const to = enuToEcef(frame, along(eye, ray, 1))
  const p = scaled(from)
  const d = scaled([to[0] - from[0], to[1] - from[1], to[2] - from[2]])
  const [qa, qb, qc] = [dot(d, d), dot(p, d), dot(p, p) - 1]
  const root = qb * qb - qa * qc
  if (root < 0) return null
  // c / (−b + √…) keeps the digits that −b − √… loses when the eye is close to the surface.
  const t = qc / (-qb + Math.sqrt(root))
  return t > 0 && Number.isFinite(t) ? t : null
}
