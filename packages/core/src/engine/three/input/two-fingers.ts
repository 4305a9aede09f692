// What two fingers mean: move, pinch and twist about what is between them, or tilt where both go up or down together. Pure.

export interface Finger {
  readonly x: number
  readonly y: number
}
export type Pair = readonly [Finger, Finger]

export type TwoFingers =
  | { readonly mode: 'undecided' }
  | { readonly mode: 'tilt'; readonly pitchRad: number }
  | {
      readonly mode: 'move'
      readonly x: number
      readonly y: number
      /** Of the distance to what is grabbed. */
      readonly factor: number
      readonly headingRad: number
    }

export type TwoFingerMode = 'move' | 'tilt' | null

/** Fingers tremble: nothing is decided before one went so far, px. */
const DECIDE_PX = 6
/** Radians of pitch per px: a third of a phone's height is 45°. */
const TILT_PER_PX = 0.004
/** Twists below this are a pinch that is not quite straight; they are taken off, so that no jump comes at the threshold. */
const TWIST_DEAD_RAD = 0.12

export const middleOf = ([a, b]: Pair): Finger => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const apart = ([a, b]: Pair): number => Math.max(1, Math.hypot(b.x - a.x, b.y - a.y))
const angle = ([a, b]: Pair): number => Math.atan2(b.y - a.y, b.x - a.x)

/** Which of the two a gesture is, once it is clear; it stays so until a finger leaves. */
export function decideMode(began: Pair, now: Pair): TwoFingerMode {
  const moves = [0, 1].map((i) => ({ dx: now[i]!.x - began[i]!.x, dy: now[i]!.y - began[i]!.y }))
  const [first, second] = moves as [{ dx: number; dy: number }, { dx: number; dy: number }]
  if (Math.max(Math.hypot(first.dx, first.dy), Math.hypot(second.dx, second.dy)) < DECIDE_PX) return null
  const isUpright = ({ dx, dy }: { dx: number; dy: number }) => Math.abs(dy) > 1.7 * Math.abs(dx) && Math.abs(dy) > DECIDE_PX / 3
  const sideBySide = Math.abs(began[0].y - began[1].y) < Math.abs(began[0].x - began[1].x)
  const together = isUpright(first) && isUpright(second) && Math.sign(first.dy) === Math.sign(second.dy)
  return together && sideBySide ? 'tilt' : 'move'
}

export function readTwoFingers(mode: TwoFingerMode, began: Pair, now: Pair): TwoFingers {
  if (mode === null) return { mode: 'undecided' }
  if (mode === 'tilt') return { mode, pitchRad: (middleOf(now).y - middleOf(began).y) * -TILT_PER_PX }
  const full = 2 * Math.PI
  const twist = ((((angle(now) - angle(began) + Math.PI) % full) + full) % full) - Math.PI
  const meant = Math.sign(twist) * Math.max(0, Math.abs(twist) - TWIST_DEAD_RAD)
  return { mode, ...middleOf(now), factor: apart(began) / apart(now), headingRad: -meant }
}
