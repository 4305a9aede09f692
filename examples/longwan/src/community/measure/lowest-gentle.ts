// Measure: triangles, a place -> **lowest gentle**: the height of the lowest triangle with slope under 45° near it.

export const NEAR_METERS = 0.5
const GENTLE_COS = Math.SQRT1_2

/**
 * For each place the lowest height, of those that triangles with slope under 45° have at their point nearest to it, if that
 * is within 0.5 m in plan; infinite where there is none.
 *
 * @param corners - x, y, z of each corner, nine numbers a triangle; Z up, counter-clockwise from above.
 */
export function lowestGentle(corners: Float64Array, places: readonly (readonly [x: number, y: number])[]): number[] {
  const lowest = places.map(() => Number.POSITIVE_INFINITY)
  const cells = new Map<number, number[]>()
  for (const [i, [x, y]] of places.entries())
    for (let cx = cellOf(x) - 1; cx <= cellOf(x) + 1; cx++)
      for (let cy = cellOf(y) - 1; cy <= cellOf(y) + 1; cy++) {
        const key = keyOf(cx, cy)
        const there = cells.get(key)
        if (there === undefined) cells.set(key, [i])
        else there.push(i)
      }
  for (let t = 0; t < corners.length; t += 9) {
    const near = new Set<number>()
    const [x0, x1] = span(corners, t)
    const [y0, y1] = span(corners, t + 1)
    for (let cx = cellOf(x0); cx <= cellOf(x1); cx++)
      for (let cy = cellOf(y0); cy <= cellOf(y1); cy++) for (const i of cells.get(keyOf(cx, cy)) ?? []) near.add(i)
    for (const i of near) lowest[i] = Math.min(lowest[i]!, heightNear(corners, t, ...places[i]!))
  }
  return lowest
}

const CELL_METERS = 1
const cellOf = (meters: number): number => Math.floor(meters / CELL_METERS)
const keyOf = (cx: number, cy: number): number => (cx + 50_000) * 100_000 + cy + 50_000
const span = (c: Float64Array, at: number): [number, number] => [
  Math.min(c[at]!, c[at + 3]!, c[at + 6]!),
  Math.max(c[at]!, c[at + 3]!, c[at + 6]!),
]

/** Height of a triangle at its point nearest to (x, y) if that is near enough and the triangle is gentle, else infinite. */
function heightNear(c: Float64Array, t: number, x: number, y: number): number {
  const [ux, uy, uz] = [c[t + 3]! - c[t]!, c[t + 4]! - c[t + 1]!, c[t + 5]! - c[t + 2]!]
  const [vx, vy, vz] = [c[t + 6]! - c[t]!, c[t + 7]! - c[t + 1]!, c[t + 8]! - c[t + 2]!]
  const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
  if (nz < GENTLE_COS * Math.hypot(nx, ny, nz) || nz < 1e-9) return Number.POSITIVE_INFINITY
  const s = ((x - c[t]!) * vy - (y - c[t + 1]!) * vx) / nz
  const r = ((y - c[t + 1]!) * ux - (x - c[t]!) * uy) / nz
  if (s >= 0 && r >= 0 && s + r <= 1) return c[t + 2]! + s * uz + r * vz
  let best = NEAR_METERS
  let height = Number.POSITIVE_INFINITY
  for (let corner = 0; corner < 3; corner++) {
    const i = t + 3 * corner
    const j = t + 3 * ((corner + 1) % 3)
    const [ex, ey] = [c[j]! - c[i]!, c[j + 1]! - c[i + 1]!]
    const k = Math.max(0, Math.min(1, ((x - c[i]!) * ex + (y - c[i + 1]!) * ey) / (ex * ex + ey * ey || 1)))
    const distance = Math.hypot(c[i]! + ex * k - x, c[i + 1]! + ey * k - y)
    if (distance <= best) {
      best = distance
      height = c[i + 2]! + (c[j + 2]! - c[i + 2]!) * k
    }
  }
  return height
}
