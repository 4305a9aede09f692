// Where a marker is on the screen: the one geometry that the engine's shader draws and the worker's grid hits.
// Flow: columns -> grid (picks by this) and patch -> engine/three/markers (draws by this). Pure; CSS px, y down.
import type { Priority, Shape } from '../kind/kind.ts'

/** A marker's plate stands upright on the screen, the same size at any zoom, on a stalk that ends at its foot. */
export interface PlateOnScreen {
  /** Centre of the plate, CSS px. */
  readonly x: number
  readonly y: number
  /** Its foot: where the entity is. */
  readonly footX: number
  readonly footY: number
  /** Distance along the view, metres; grows away from the eye. */
  readonly depthMeters: number
  /** Too far for a plate: a dot at its foot. Never one with an alarm. */
  readonly isDot: boolean
}

/** The camera, as much of it as a plate needs: `ViewState` fits. ENU metres -> clip space, column-major. */
export interface PlateView {
  readonly viewProjection: readonly number[]
  readonly width: number
  readonly height: number
}

/** Half width and half height of each plate without its halo, CSS px. */
export const PLATE_HALF_PX: Readonly<Record<Shape, readonly [number, number]>> = {
  circle: [14, 14],
  square: [13, 13],
  capsule: [9, 15],
  wedge: [16, 10],
  chevron: [12, 15],
  house: [14, 15],
  sheet: [15, 13],
}
/** White edge and ink halo around a plate, CSS px. */
export const HALO_PX = 3.5
/** Radius of the alarm ring's middle line, CSS px; red has a second one 8.5 px outside. */
export const RING_PX = 24
/** Outer edge of all that is drawn around an alarm, with its ink, CSS px. */
const RING_OUTER_PX: Readonly<Record<Priority, number>> = { 1: 37.5, 2: 28, 3: 28, 4: 28 }
export const FOOT_PX = 5.5
/** Outer edge of a marker that is drawn as a dot, CSS px. */
export const DOT_PX = 5

/** How high the plate's centre stands above its foot, CSS px. A vehicle's chevron lies where the vehicle is. */
export function liftPx(shape: Shape, priority: 0 | Priority): number {
  if (shape === 'chevron') return 0
  return priority === 0 ? 30 : RING_OUTER_PX[priority] + 13
}

/** Radius of what is drawn around the plate's centre, CSS px. */
export function plateRadiusPx(shape: Shape, priority: 0 | Priority): number {
  if (priority !== 0) return RING_OUTER_PX[priority]
  const [halfWidth, halfHeight] = PLATE_HALF_PX[shape]
  return Math.max(halfWidth, halfHeight) + HALO_PX
}

/**
 * The plate of an entity at `enu`; null behind the eye. One out of the picture still has its place.
 *
 * @param dotBeyondMeters further than this along the view, what has no alarm is a dot
 */
export function plateAt(
  { viewProjection: m, width, height }: PlateView,
  [e, n, u]: readonly [number, number, number],
  shape: Shape,
  priority: 0 | Priority,
  dotBeyondMeters = Number.POSITIVE_INFINITY,
): PlateOnScreen | null {
  const w = m[3]! * e + m[7]! * n + m[11]! * u + m[15]!
  if (!(w > 0)) return null
  const footX = ((m[0]! * e + m[4]! * n + m[8]! * u + m[12]!) / w + 1) * 0.5 * width
  const footY = (1 - (m[1]! * e + m[5]! * n + m[9]! * u + m[13]!) / w) * 0.5 * height
  const isDot = priority === 0 && w > dotBeyondMeters
  return { x: footX, y: isDot ? footY : footY - liftPx(shape, priority), footX, footY, depthMeters: w, isDot }
}

/**
 * How far a point of the screen is from the drawn plate, CSS px; 0: under the pointer. An alarm counts with its whole
 * ring; a plate that turns with its heading counts as the circle around it.
 */
export function distanceToPlatePx(
  { x, y, isDot }: Pick<PlateOnScreen, 'x' | 'y' | 'isDot'>,
  shape: Shape,
  priority: 0 | Priority,
  px: number,
  py: number,
): number {
  const [dx, dy] = [Math.abs(px - x), Math.abs(py - y)]
  if (isDot) return Math.max(0, Math.hypot(dx, dy) - DOT_PX)
  if (priority !== 0 || shape === 'circle' || shape === 'chevron' || shape === 'wedge') {
    return Math.max(0, Math.hypot(dx, dy) - plateRadiusPx(shape, priority))
  }
  const [halfWidth, halfHeight] = PLATE_HALF_PX[shape]
  return Math.hypot(Math.max(0, dx - halfWidth - HALO_PX), Math.max(0, dy - halfHeight - HALO_PX))
}
