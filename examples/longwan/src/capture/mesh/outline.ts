// Mesh: where the capture has a surface. Positive inside, metres or nearly: the flight block's edge is never straight, and water that no two
// photos agree on is left out in patches.
import { noise2 } from '../chance/noise.ts'
import { type Terrain, terrainWater, type Window } from '../scene/scene.ts'

export function outline({ x0, y0, x1, y1 }: Window, x: number, y: number): number {
  const inside = Math.min(x - x0, y - y0, x1 - x, y1 - y)
  if (inside > 12) return inside
  return inside - 1.2 - 6.4 * noise2(x * 0.06, y * 0.06, 77) - 1.6 * noise2(x * 0.35, y * 0.35, 78)
}

/** Water further than this from where matching failed is there. */
const FAILED_ABOVE = 0.79

/** Negative in the patches of water that matching left out; heights are above the origin, water lies below it. */
export function waterPatch(terrain: Terrain, x: number, y: number, z: number): number {
  if (z > -1 || !terrainWater(terrain, x, y)) return 9
  return (FAILED_ABOVE - (noise2(x * 0.16, y * 0.16, 92) * 0.8 + noise2(x * 0.7, y * 0.7, 93) * 0.2)) * 9
}

/** How far inside the captured surface a point lies. */
export type Cut = (x: number, y: number, z: number) => number

export function captureCut(window: Window, terrain: Terrain): Cut {
  return (x, y, z) => Math.min(outline(window, x, y), waterPatch(terrain, x, y, z))
}

export function cutGradient(cut: Cut, x: number, y: number, z: number): readonly [number, number] {
  const h = 0.2
  return [(cut(x + h, y, z) - cut(x - h, y, z)) / (2 * h), (cut(x, y + h, z) - cut(x, y - h, z)) / (2 * h)]
}
