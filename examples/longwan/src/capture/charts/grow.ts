// Charts: faces of one photo that touch grow into charts, most of them tiny, as the makers of captures cut them.
import type { Random } from '../chance/random.ts'
import type { Mesh } from '../mesh/surface-nets.ts'
import type { Photo } from '../photos/camera.ts'
import type { PhotoChoice } from './choose-photo.ts'

export interface Chart {
  readonly camera: number
  readonly cell: number
  readonly smear: number
  readonly faces: readonly number[]
}

/** No chart spans more of its photo than this. */
const WIDEST_METERS = 9

/** How many triangles a chart may get: 36 % one to three, 41 % up to twenty, the rest up to 220. */
function drawLimit(chance: Random): number {
  const q = chance()
  if (q < 0.36) return 1 + Math.floor(chance() * 3)
  if (q < 0.77) return 4 + Math.floor(chance() * 17)
  return 21 + Math.floor(chance() * 200)
}

export function growCharts(
  { positions, indices }: Mesh,
  adjacency: Int32Array,
  choice: PhotoChoice,
  photos: readonly Photo[],
  chance: Random,
): Chart[] {
  const count = choice.camera.length
  const taken = new Uint8Array(count)
  const queued = new Int32Array(count).fill(-1)
  const charts: Chart[] = []
  const queue: number[] = []
  for (let seed = 0; seed < count; seed++) {
    const camera = choice.camera[seed]!
    if (taken[seed] || camera < 0) continue
    const { right: r, up: u } = photos[camera]!.camera
    const cell = choice.cell[seed]!
    const smear = choice.smear[seed]!
    const limit = drawLimit(chance)
    const faces: number[] = []
    let [x0, x1, y0, y1] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    queue.length = 0
    queue.push(seed)
    queued[seed] = seed
    for (let head = 0; head < queue.length && faces.length < limit; head++) {
      const f = queue[head]!
      let [a0, a1, b0, b1] = [x0, x1, y0, y1]
      for (let k = 0; k < 3; k++) {
        const v = indices[3 * f + k]! * 3
        const a = positions[v]! * r[0] + positions[v + 1]! * r[1] + positions[v + 2]! * r[2]
        const b = positions[v]! * u[0] + positions[v + 1]! * u[1] + positions[v + 2]! * u[2]
        a0 = Math.min(a0, a)
        a1 = Math.max(a1, a)
        b0 = Math.min(b0, b)
        b1 = Math.max(b1, b)
      }
      if (faces.length > 0 && (a1 - a0 > WIDEST_METERS || b1 - b0 > WIDEST_METERS)) continue
      ;[x0, x1, y0, y1] = [a0, a1, b0, b1]
      faces.push(f)
      taken[f] = 1
      for (let k = 0; k < 3; k++) {
        const n = adjacency[3 * f + k]!
        if (n < 0 || taken[n] || queued[n] === seed) continue
        if (choice.camera[n] !== camera || choice.cell[n] !== cell || choice.smear[n] !== smear) continue
        queued[n] = seed
        queue.push(n)
      }
    }
    charts.push({ camera, cell, smear, faces })
  }
  return charts
}
