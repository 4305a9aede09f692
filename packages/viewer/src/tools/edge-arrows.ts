// Alarms that the picture does not show -> arrows at its edge, each where the way there leaves the free part. Pure; CSS px, y down.
import type { CoveredBox, ViewState } from '@twinmap/core/internal/worker/messages'

/** A button, with room for its ring. */
export const ARROW_PX = 44
/** More are more than anybody follows; the list has all. */
export const MOST_ARROWS = 6

export interface Arrow<T> {
  readonly of: T
  /** Its middle. */
  readonly x: number
  readonly y: number
  /** Clockwise from the right. */
  readonly turnDeg: number
}

export interface Edge {
  /** What panels leave free. */
  readonly free: CoveredBox
  readonly covered: readonly CoveredBox[]
  /** Side of an arrow. */
  readonly sizePx: number
}

const holds = ({ x, y, width, height }: CoveredBox, px: number, py: number): boolean =>
  px >= x && px <= x + width && py >= y && py <= y + height

/** The first come first: where two would lie on another, the later moves on along the edge. */
export function edgeArrows<T>(
  alarms: readonly { readonly of: T; readonly enu: readonly [number, number, number] }[],
  view: Pick<ViewState, 'viewProjection' | 'width' | 'height'>,
  { free, covered, sizePx }: Edge,
): readonly Arrow<T>[] {
  // A map that is all panels, or no larger than an arrow, has no edge.
  const room = { width: free.width - sizePx, height: free.height - sizePx }
  if (!(room.width > 0 && room.height > 0)) return []
  const middle = { x: free.x + free.width / 2, y: free.y + free.height / 2 }
  const arrows: Arrow<T>[] = []
  for (const { of, enu } of alarms) {
    if (arrows.length === MOST_ARROWS) break
    const at = onScreen(view, enu)
    const isSeen = !at.behind && holds({ x: 0, y: 0, width: view.width, height: view.height }, at.x, at.y)
    if (isSeen && !covered.some((box) => holds(box, at.x, at.y))) continue
    const [dx, dy] = at.behind ? [at.x, at.y] : [at.x - middle.x, at.y - middle.y]
    const along = onEdge(room, dx, dy)
    for (let i = 0; i < 2 * MOST_ARROWS; i++) {
      // On one side and the other in turn, so that it stays near to where it points.
      const step = Math.ceil(i / 2) * (i % 2 === 0 ? 1 : -1) * sizePx
      const { x, y } = walk(room, along + step)
      const place = { x: free.x + sizePx / 2 + x, y: free.y + sizePx / 2 + y }
      if (arrows.some((other) => Math.abs(other.x - place.x) < sizePx && Math.abs(other.y - place.y) < sizePx)) continue
      arrows.push({ of, ...place, turnDeg: (Math.atan2(dy, dx) * 180) / Math.PI })
      break
    }
  }
  return arrows
}

interface OnScreen {
  readonly behind: boolean
  /** A place; of what is behind, the way there. */
  readonly x: number
  readonly y: number
}

function onScreen(
  { viewProjection: m, width, height }: Pick<ViewState, 'viewProjection' | 'width' | 'height'>,
  [e, n, u]: readonly [number, number, number],
): OnScreen {
  const of = (row: number) => m[row]! * e + m[4 + row]! * n + m[8 + row]! * u + m[12 + row]!
  const [x, y, w] = [of(0), of(1), of(3)]
  // Behind the eye right stays right; straight behind is down, where one turns round to.
  if (w <= 0) return { behind: true, x: x * width, y: x === 0 && y === 0 ? 1 : -y * height }
  return { behind: false, x: (x / w + 1) * 0.5 * width, y: (1 - y / w) * 0.5 * height }
}

interface Room {
  readonly width: number
  readonly height: number
}

/** How far along the edge, clockwise from the left top, a way from the middle meets it. */
function onEdge({ width, height }: Room, dx: number, dy: number): number {
  const [w, h] = [width / 2, height / 2]
  const reach = Math.min(dx === 0 ? Infinity : w / Math.abs(dx), dy === 0 ? Infinity : h / Math.abs(dy))
  if (reach === Infinity) return width + height + w
  const [x, y] = [w + dx * reach, h + dy * reach]
  const isSide = w * Math.abs(dy) < h * Math.abs(dx)
  if (!isSide) return dy < 0 ? x : width + height + (width - x)
  return dx > 0 ? width + y : 2 * width + height + (height - y)
}

function walk({ width, height }: Room, along: number): { readonly x: number; readonly y: number } {
  const round = 2 * (width + height)
  const at = ((along % round) + round) % round
  if (at < width) return { x: at, y: 0 }
  if (at < width + height) return { x: width, y: at - width }
  if (at < 2 * width + height) return { x: 2 * width + height - at, y: height }
  return { x: 0, y: round - at }
}
