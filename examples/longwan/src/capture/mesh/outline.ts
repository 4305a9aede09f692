// Mesh: where the capture has a surface. Positive inside, metres or nearly: the flight block's edge is never straight. Water counts as
// captured: real captures have holes there, and are delivered with the water laid flat.
import { noise2 } from '../chance/noise.ts'
import type { Window } from '../scene/scene.ts'

export function outline({ x0, y0, x1, y1 }: Window, x: number, y: number): number {
  const inside = Math.min(x - x0, y - y0, x1 - x, y1 - y)
  if (inside > 12) return inside
  return inside - 1.2 - 6.4 * noise2(x * 0.06, y * 0.06, 77) - 1.6 * noise2(x * 0.35, y * 0.35, 78)
}

/** How far inside the captured surface a place lies. */
export type Cut = (x: number, y: number) => number

export function cutGradient(cut: Cut, x: number, y: number): readonly [number, number] {
  const h = 0.2
  return [(cut(x + h, y) - cut(x - h, y)) / (2 * h), (cut(x, y + h) - cut(x, y - h)) / (2 * h)]
}
