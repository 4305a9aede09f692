// What panels leave of the picture: a flight ends in its middle, and zoom and turn are about it. Pure; CSS px, y down.
import type { CoveredBox } from '../../worker/messages.ts'

/** Around the foot of a marker: what is drawn of the largest, an unacknowledged red alarm on its stalk. */
const MARKER_ROOM = { side: 40, above: 90, below: 8 } as const

const overlaps = (a: CoveredBox, b: CoveredBox): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** The largest upright rectangle that no box covers; the whole picture where none is left. Time grows with boxes⁵: a dozen is fine. */
export function freePart(width: number, height: number, covered: readonly CoveredBox[]): CoveredBox {
  const whole: CoveredBox = { x: 0, y: 0, width, height }
  const boxes = covered.filter((box) => overlaps(box, whole))
  const cuts = (edges: readonly number[], end: number) =>
    [...new Set([0, end, ...edges.filter((edge) => edge > 0 && edge < end)])].sort((a, b) => a - b)
  const xs = cuts(
    boxes.flatMap((box) => [box.x, box.x + box.width]),
    width,
  )
  const ys = cuts(
    boxes.flatMap((box) => [box.y, box.y + box.height]),
    height,
  )
  let best: CoveredBox | null = null
  for (const [i, x] of xs.entries()) {
    for (const right of xs.slice(i + 1)) {
      for (const [k, y] of ys.entries()) {
        for (const bottom of ys.slice(k + 1)) {
          const part = { x, y, width: right - x, height: bottom - y }
          if (best !== null && part.width * part.height <= best.width * best.height) continue
          if (!boxes.some((box) => overlaps(box, part))) best = part
        }
      }
    }
  }
  return best ?? whole
}

/** Whether the marker that stands at a place of the picture is drawn whole, under nothing. */
export function isMarkerFree(
  { x, y }: { readonly x: number; readonly y: number },
  width: number,
  height: number,
  covered: readonly CoveredBox[],
): boolean {
  const { side, above, below } = MARKER_ROOM
  const drawn = { x: x - side, y: y - above, width: 2 * side, height: above + below }
  if (drawn.x < 0 || drawn.y < 0 || drawn.x + drawn.width > width || drawn.y + drawn.height > height) return false
  return !covered.some((box) => overlaps(box, drawn))
}
