// Distances to symbols, as a texture: one small picture draws a crisp plate at any size, turn and pixel ratio, and its
// halo, edge and fill are thresholds of one number. Pure; made once per layer. Flow: symbol-paths -> **field** -> GL.
import { flattenPath, type Polyline } from './path.ts'

/** The field of a symbol on a square of texels. */
export interface FieldCell {
  /** Half of the square's side, CSS px of the symbol. */
  readonly halfPx: number
  readonly texelsPerPx: number
}

/** A texel holds px × 16 + 128, so 8 px to either side; a bilinear look-up between them is good to a fiftieth of a px. */
export const FIELD_SCALE = 16
export const FIELD_ZERO = 128

/** Distance from a point to the nearest line of a set, px. */
export function distanceToLines(lines: readonly Polyline[], x: number, y: number): number {
  let least = Infinity
  for (const { points, closed } of lines) {
    for (let i = 0; i + 3 < points.length; i += 2) {
      const away = squareToSegment(x, y, points[i]!, points[i + 1]!, points[i + 2]!, points[i + 3]!)
      if (away < least) least = away
    }
    const last = points.length - 2
    if (closed) least = Math.min(least, squareToSegment(x, y, points[last]!, points[last + 1]!, points[0]!, points[1]!))
  }
  return Math.sqrt(least)
}

/** Whether a point lies inside of the closed outlines, by the even-odd rule. */
export function isInside(lines: readonly Polyline[], x: number, y: number): boolean {
  let inside = false
  for (const { points } of lines) {
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
      const ay = points[i + 1]!
      const by = points[j + 1]!
      if (ay > y !== by > y && x < ((points[j]! - points[i]!) * (y - ay)) / (by - ay) + points[i]!) inside = !inside
    }
  }
  return inside
}

function squareToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax
  const dy = by - ay
  const span = dx * dx + dy * dy
  const t = span === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / span))
  const ex = x - ax - t * dx
  const ey = y - ay - t * dy
  return ex * ex + ey * ey
}

/** Cuts lines into dashes of `on` px with gaps of about `off` px, so that whole dashes go round a closed one. */
export function dashes(lines: readonly Polyline[], on: number, off: number): Polyline[] {
  return lines.flatMap(({ points, closed }) => {
    const way = closed ? [...points, points[0]!, points[1]!] : [...points]
    let total = 0
    for (let i = 0; i + 3 < way.length; i += 2) total += Math.hypot(way[i + 2]! - way[i]!, way[i + 3]! - way[i + 1]!)
    const period = total / Math.max(1, Math.round(total / (on + off)))
    const share = on / (on + off)
    const cut: Polyline[] = []
    let at = 0
    for (let i = 0; i + 3 < way.length; i += 2) {
      const [ax, ay, bx, by] = [way[i]!, way[i + 1]!, way[i + 2]!, way[i + 3]!]
      const span = Math.hypot(bx - ax, by - ay)
      for (let dash = Math.floor(at / period); dash * period < at + span; dash++) {
        const from = Math.max(0, dash * period - at)
        const to = Math.min(span, (dash + share) * period - at)
        if (to > from && span > 0) {
          const point = (t: number) => [ax + ((bx - ax) * t) / span, ay + ((by - ay) * t) / span] as const
          cut.push({ points: [...point(from), ...point(to)], closed: false })
        }
      }
      at += span
    }
    return cut
  })
}

const encode = (px: number): number => Math.min(255, Math.max(0, Math.round(FIELD_ZERO + px * FIELD_SCALE)))

/**
 * Writes one symbol into an RGBA picture: R the outline's signed distance (negative inside), G that of the strokes,
 * B that of the dashed outline, A full.
 *
 * @param target - RGBA bytes of a picture `width` texels wide; the cell's left top is at `left`, `top`.
 */
export function writeField(
  target: Uint8Array,
  width: number,
  left: number,
  top: number,
  { halfPx, texelsPerPx }: FieldCell,
  symbol: { readonly outline: string; readonly strokes: string },
): void {
  const outline = flattenPath(symbol.outline)
  const strokes = flattenPath(symbol.strokes)
  const dashed = dashes(outline, 4, 3)
  const side = halfPx * 2 * texelsPerPx
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const x = (column + 0.5) / texelsPerPx - halfPx
      const y = (row + 0.5) / texelsPerPx - halfPx
      const away = distanceToLines(outline, x, y)
      const at = ((top + row) * width + left + column) * 4
      target[at] = encode(isInside(outline, x, y) ? -away : away)
      target[at + 1] = encode(distanceToLines(strokes, x, y))
      target[at + 2] = encode(distanceToLines(dashed, x, y))
      target[at + 3] = 255
    }
  }
}
