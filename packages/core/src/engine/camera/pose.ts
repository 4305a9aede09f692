// Where the camera is, and what it sees: the maths under every gesture. Pure float64; metres ENU of the twin's origin.
// Flow: gesture -> rig -> **pose** -> matrices of the engine, ViewState of the worker.
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { type EnuFrame, enuToGeodetic, geodeticToEnu } from '../../geo/enu.ts'
import type { ViewState } from '../../worker/messages.ts'
import type { View } from '../contract.ts'
import { add, cross, dot, scale, subtract, unit } from './vector.ts'

/**
 * A camera without roll. Heading (clockwise from true north) and pitch (0 level, −π/2 straight down) count in the local
 * frame of the place where it is, so a view from 50 km is level there and not at the origin.
 */
export interface Pose {
  readonly enu: Vec3
  readonly headingRad: number
  readonly pitchRad: number
}

/** Vertical field of view, and the size of the picture in CSS px. */
export interface Lens {
  readonly fovYRad: number
  readonly width: number
  readonly height: number
}

/** Three unit vectors, metres ENU of the origin. */
export interface Axes {
  readonly right: Vec3
  readonly forward: Vec3
  readonly up: Vec3
}

const RADIANS = Math.PI / 180

/** East, north and the ellipsoid's normal at a place, told in the origin's frame: they turn 0.9° in 100 km. */
export function localAxes(frame: EnuFrame, enu: Vec3): { readonly east: Vec3; readonly north: Vec3; readonly up: Vec3 } {
  const { longitude, latitude } = enuToGeodetic(frame, enu)
  const [sinLon, cosLon] = [Math.sin(longitude * RADIANS), Math.cos(longitude * RADIANS)]
  const [sinLat, cosLat] = [Math.sin(latitude * RADIANS), Math.cos(latitude * RADIANS)]
  const toFrame = (ecef: Vec3): Vec3 => [dot(frame.east, ecef), dot(frame.north, ecef), dot(frame.up, ecef)]
  return {
    east: toFrame([-sinLon, cosLon, 0]),
    north: toFrame([-sinLat * cosLon, -sinLat * sinLon, cosLat]),
    up: toFrame([cosLat * cosLon, cosLat * sinLon, sinLat]),
  }
}

export function axesOf(frame: EnuFrame, { enu, headingRad, pitchRad }: Pose): Axes {
  const { east, north, up } = localAxes(frame, enu)
  const level = add(scale(east, Math.sin(headingRad)), scale(north, Math.cos(headingRad)))
  const forward = add(scale(level, Math.cos(pitchRad)), scale(up, Math.sin(pitchRad)))
  const right = add(scale(east, Math.cos(headingRad)), scale(north, -Math.sin(headingRad)))
  return { right, forward, up: cross(right, forward) }
}

/** Unit vector from the eye through a point of the picture, CSS px from its left top. */
export function rayThrough({ right, forward, up }: Axes, { fovYRad, width, height }: Lens, x: number, y: number): Vec3 {
  const tan = Math.tan(fovYRad / 2)
  const sideways = ((2 * x - width) / height) * tan
  const upward = ((height - 2 * y) / height) * tan
  return unit(add(forward, add(scale(right, sideways), scale(up, upward))))
}

/** Where a point is drawn, CSS px; null behind the eye. */
export function projectPoint(
  { right, forward, up }: Axes,
  eye: Vec3,
  { fovYRad, width, height }: Lens,
  enu: Vec3,
): { readonly x: number; readonly y: number } | null {
  const to = subtract(enu, eye)
  const depth = dot(to, forward)
  if (!(depth > 0)) return null
  const perPx = (2 * Math.tan(fovYRad / 2)) / height
  return { x: width / 2 + dot(to, right) / depth / perPx, y: height / 2 - dot(to, up) / depth / perPx }
}

/** ENU metres to clip space (OpenGL), column-major; the subtraction of the eye is done here, in float64. */
export function viewProjectionOf(axes: Axes, eye: Vec3, lens: Lens, nearMeters: number, farMeters: number): number[] {
  const y = 1 / Math.tan(lens.fovYRad / 2)
  const x = (y * lens.height) / lens.width
  const a = (farMeters + nearMeters) / (farMeters - nearMeters)
  const b = (-2 * farMeters * nearMeters) / (farMeters - nearMeters)
  const { right: r, up: u, forward: f } = axes
  const row = (axis: Vec3, by: number): [number, number, number, number] => [axis[0] * by, axis[1] * by, axis[2] * by, -dot(axis, eye) * by]
  const [rx, ry, rz, rw] = [row(r, x), row(u, y), row(f, a), row(f, 1)]
  return [0, 1, 2, 3].flatMap((c) => [rx[c]!, ry[c]!, rz[c]! + (c === 3 ? b : 0), rw[c]!])
}

export const poseToView = (frame: EnuFrame, { enu, headingRad, pitchRad }: Pose): View => ({
  ...enuToGeodetic(frame, enu),
  headingDeg: (((headingRad / RADIANS) % 360) + 360) % 360,
  pitchDeg: pitchRad / RADIANS,
})

export const viewToPose = (frame: EnuFrame, view: View): Pose => ({
  enu: geodeticToEnu(frame, view),
  headingRad: view.headingDeg * RADIANS,
  pitchRad: view.pitchDeg * RADIANS,
})

/** The camera as the worker needs it. */
export function viewStateOf(frame: EnuFrame, pose: Pose, lens: Lens, nearMeters = 1, farMeters = 100_000): ViewState {
  const [e, n, u] = pose.enu
  return {
    viewProjection: viewProjectionOf(axesOf(frame, pose), pose.enu, lens, nearMeters, farMeters),
    eye: [e, n, u],
    width: lens.width,
    height: lens.height,
  }
}
