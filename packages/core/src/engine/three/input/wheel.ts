// What a wheel event means: a factor of distance. Pure. A mouse wheel comes as 100 or 120 px a notch (or 3 lines), a
// touchpad as many small steps, its pinch as Ctrl + wheel with a tenth of that.

export interface WheelLike {
  readonly deltaY: number
  /** 0 px, 1 lines, 2 pages. */
  readonly deltaMode: number
  readonly ctrlKey: boolean
}

const PX_PER_LINE = 33
const PX_PER_PAGE = 400
/** One notch of 100 px is a fifth of the distance. */
const PER_PX = 0.0022
/** A pinch of a touchpad tells about a hundredth of a natural logarithm per px: fingers and picture then move alike. */
const PER_PINCH_PX = 0.01
/** No single event, however wild its driver, goes further than this. */
const MOST = 0.7

/** Factor of the distance: below 1 comes nearer. */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }: WheelLike): number {
  const px = deltaY * (deltaMode === 1 ? PX_PER_LINE : deltaMode === 2 ? PX_PER_PAGE : 1)
  // Ctrl with a real wheel notch is a wheel all the same.
  const isPinch = ctrlKey && deltaMode === 0 && Math.abs(px) < 50
  const exponent = px * (isPinch ? PER_PINCH_PX : PER_PX)
  return Math.exp(Math.min(MOST, Math.max(-MOST, exponent)))
}
