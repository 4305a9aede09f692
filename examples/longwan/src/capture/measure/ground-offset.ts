// Measure: how far the mesh lies above or below the places that the inventories give for lights and manholes.
import { outline } from '../mesh/outline.ts'
import { fitSiteToGrid, gridOrigin, SITE_ORIGIN } from '../place/grid.ts'
import type { SitePlan } from '../scene/plan.ts'
import type { Window } from '../scene/scene.ts'
import { groundHeight, planToSite } from '../scene/terrain.ts'
import type { ObjMesh } from './read-obj.ts'

export interface GroundOffset {
  readonly id: string
  /** Mesh minus inventory; infinite where no gentle triangle is near. */
  readonly meters: number
}

const NEAR_METERS = 0.5
const GENTLE_COS = Math.SQRT1_2

/** Per light and cover: the lowest point within 0.5 m of any triangle with slope under 45°, minus the inventory's height. */
export function groundOffsets(tiles: readonly ObjMesh[], plan: SitePlan, window: Window): GroundOffset[] {
  const g = fitSiteToGrid()
  const { easting, northing } = gridOrigin()
  const places = [...plan.streetlights, ...plan.manholes].flatMap(({ id, x, y }) => {
    const [sx, sy] = planToSite(x, y)
    if (outline(window, sx, sy) < 1) return []
    return [
      {
        id,
        e: g.e0 - easting + g.ex * sx + g.ey * sy,
        n: g.n0 - northing + g.nx * sx + g.ny * sy,
        z: groundHeight(x, y) + SITE_ORIGIN.heightEllipsoidalMeters,
        low: Number.POSITIVE_INFINITY,
      },
    ]
  })
  for (const tile of tiles) {
    const p = tile.positions
    for (const { positions: corners } of tile.groups) {
      for (let c = 0; c < corners.length; c += 3) {
        const [a, b, d] = [corners[c]! * 3, corners[c + 1]! * 3, corners[c + 2]! * 3]
        for (const place of places) {
          const [x, y] = [place.e - tile.origin[0], place.n - tile.origin[1]]
          if (Math.min(p[a]!, p[b]!, p[d]!) > x + NEAR_METERS || Math.max(p[a]!, p[b]!, p[d]!) < x - NEAR_METERS) continue
          if (Math.min(p[a + 1]!, p[b + 1]!, p[d + 1]!) > y + NEAR_METERS || Math.max(p[a + 1]!, p[b + 1]!, p[d + 1]!) < y - NEAR_METERS)
            continue
          place.low = Math.min(place.low, lowestWithin(p, a, b, d, x, y) + tile.origin[2])
        }
      }
    }
  }
  return places.map(({ id, z, low }) => ({ id, meters: low - z }))
}

/** Height of the triangle at its point nearest to (x, y) if that is near enough and the triangle is gentle, else infinite. */
function lowestWithin(p: Float64Array, a: number, b: number, d: number, x: number, y: number): number {
  const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!]
  const [vx, vy, vz] = [p[d]! - p[a]!, p[d + 1]! - p[a + 1]!, p[d + 2]! - p[a + 2]!]
  const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
  if (nz < GENTLE_COS * Math.hypot(nx, ny, nz) || nz < 1e-9) return Number.POSITIVE_INFINITY
  const s = ((x - p[a]!) * vy - (y - p[a + 1]!) * vx) / nz
  const t = ((y - p[a + 1]!) * ux - (x - p[a]!) * uy) / nz
  if (s >= 0 && t >= 0 && s + t <= 1) return p[a + 2]! + s * uz + t * vz
  let [best, height] = [NEAR_METERS, Number.POSITIVE_INFINITY]
  for (const [i, j] of [
    [a, b],
    [b, d],
    [d, a],
  ] as const) {
    const [ex, ey] = [p[j]! - p[i]!, p[j + 1]! - p[i + 1]!]
    const k = Math.max(0, Math.min(1, ((x - p[i]!) * ex + (y - p[i + 1]!) * ey) / (ex * ex + ey * ey || 1)))
    const distance = Math.hypot(p[i]! + ex * k - x, p[i + 1]! + ey * k - y)
    if (distance < best) [best, height] = [distance, p[i + 2]! + (p[j + 2]! - p[i + 2]!) * k]
  }
  return height
}
