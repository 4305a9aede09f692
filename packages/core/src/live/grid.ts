// Picking: columns -> motion -> **grid** -> candidates -> engine tests which the mesh hides. Worker side, because no copy
// of the patches stays on the page.
import type { Priority, Shape } from '../kind/kind.ts'
import { HIDDEN, PRIORITY_MASK, PRIORITY_SHIFT, WORDS } from './layout.ts'
import { type Motion, placeAt } from './motion.ts'
import { distanceToPlatePx, liftPx, type PlateView, plateAt, plateRadiusPx } from './plate.ts'

/**
 * A uniform grid over east and north. A slot lies in the cell of its `to`; each cell knows the box around all places that
 * its slots pass through while they glide, so the grid holds for any time until a slot is sent elsewhere.
 *
 *     first  u32 × (cells + 1)   where a cell's slots begin in `items`
 *     items  u32 × placed slots
 *     boxes  f64 × 6 a cell      min e, n, u, max e, n, u
 *
 * Rebuilt as a whole when a pick asks and something moved (1.9 ms at 100,000), never while streaming. A tree saves
 * little: one pass over the cells' boxes is 0.1–0.3 ms, and the pointer meets few. Memory: 4 bytes a slot, 52 a cell.
 */
export interface Grid {
  first: Uint32Array<ArrayBuffer>
  items: Uint32Array<ArrayBuffer>
  boxes: Float64Array<ArrayBuffer>
}

/** Slots a cell on average. */
const PER_CELL = 24
/** Nearer to the pointer than this a marker is met though no plate is under it. */
export const NEAR_PX = 12
/** The page tests no more for being hidden. */
const CANDIDATES_KEPT = 32

export interface Candidate {
  readonly slot: number
  readonly enu: readonly [number, number, number]
  readonly underPointer: boolean
  readonly distancePx: number
  readonly depthMeters: number
}

/** How a layer's markers are drawn, as far as it decides what a pointer meets. */
export interface PlateLook {
  readonly shape: Shape
  readonly dotBeyondMeters?: number
}

export function buildGrid({ f32, u32, slots, bounds }: Motion): Grid {
  const [minE, minN, , maxE, maxN] = bounds as unknown as [number, number, number, number, number]
  const side = Math.max(1, Math.min(256, Math.round(Math.sqrt(slots / PER_CELL))))
  const perE = side / Math.max(maxE - minE, 1e-3)
  const perN = side / Math.max(maxN - minN, 1e-3)
  const cellOf = (at: number) => {
    const column = Math.min(side - 1, Math.floor((f32[at]! - minE) * perE))
    const row = Math.min(side - 1, Math.floor((f32[at + 1]! - minN) * perN))
    return row * side + column
  }
  const first = new Uint32Array(side * side + 1)
  const cells = new Uint32Array(slots)
  for (let slot = 0; slot < slots; slot++) {
    if ((u32[slot * WORDS + 7]! & HIDDEN) !== 0) continue
    const cell = (cells[slot] = cellOf(slot * WORDS))
    first[cell + 1]!++
  }
  for (let cell = 0; cell < side * side; cell++) first[cell + 1]! += first[cell]!
  const items = new Uint32Array(first[side * side]!)
  const next = first.slice()
  const boxes = new Float64Array(6 * side * side).fill(Number.POSITIVE_INFINITY)
  for (let cell = 0; cell < side * side; cell++) boxes.fill(Number.NEGATIVE_INFINITY, 6 * cell + 3, 6 * cell + 6)
  for (let slot = 0; slot < slots; slot++) {
    const at = slot * WORDS
    if ((u32[at + 7]! & HIDDEN) !== 0) continue
    const cell = cells[slot]!
    items[next[cell]!++] = slot
    for (let k = 0; k < 3; k++) {
      const to = f32[at + k]!
      const from = to - f32[at + 3 + k]!
      boxes[6 * cell + k] = Math.min(boxes[6 * cell + k]!, to, from)
      boxes[6 * cell + 3 + k] = Math.max(boxes[6 * cell + 3 + k]!, to, from)
    }
  }
  return { first, items, boxes }
}

/**
 * The markers at a point of the picture, where they are at `twinMs`: plates under the pointer first, the nearest to the
 * eye before others, then by distance up to {@link NEAR_PX}. The same as testing every slot.
 */
export function pickInGrid(
  { first, items, boxes }: Grid,
  motion: Motion,
  look: PlateLook,
  { x, y, view, twinMs }: { readonly x: number; readonly y: number; readonly view: PlateView; readonly twinMs: number },
): Candidate[] {
  const reach = reachPx(look.shape)
  const met: Candidate[] = []
  for (let cell = 0; cell < first.length - 1; cell++) {
    const begin = first[cell]!
    const end = first[cell + 1]!
    if (!mayMeet(boxes, 6 * cell, view, x, y, reach)) continue
    for (let i = begin; i < end; i++) {
      const candidate = candidateOf(motion, items[i]!, look, view, x, y, twinMs)
      if (candidate !== null) met.push(candidate)
    }
  }
  return nearestFirst(met)
}

export function nearestFirst<C extends Candidate>(met: C[]): C[] {
  met.sort((a, b) => a.distancePx - b.distancePx || a.depthMeters - b.depthMeters || a.slot - b.slot)
  met.length = Math.min(met.length, CANDIDATES_KEPT)
  return met
}

const place: [number, number, number] = [0, 0, 0]

/** A slot as a candidate, or null where it is not met. */
export function candidateOf(
  motion: Motion,
  slot: number,
  { shape, dotBeyondMeters }: PlateLook,
  view: PlateView,
  x: number,
  y: number,
  twinMs: number,
): Candidate | null {
  const flags = motion.u32[slot * WORDS + 7]!
  if ((flags & HIDDEN) !== 0) return null
  placeAt(motion, slot, twinMs, place)
  const priority = ((flags & PRIORITY_MASK) >>> PRIORITY_SHIFT) as 0 | Priority
  const plate = plateAt(view, place, shape, priority, dotBeyondMeters)
  if (plate === null) return null
  const distancePx = distanceToPlatePx(plate, shape, priority, x, y)
  if (!(distancePx <= NEAR_PX)) return null
  return { slot, enu: [place[0], place[1], place[2]], underPointer: distancePx === 0, distancePx, depthMeters: plate.depthMeters }
}

/** How far from its foot a marker of a shape can be met, CSS px; a pixel more, for what float32 rounds. */
function reachPx(shape: Shape): number {
  const priorities = [0, 1, 2, 3, 4] as const
  return 1 + NEAR_PX + Math.max(...priorities.map((p) => liftPx(shape, p) + plateRadiusPx(shape, p)))
}

/** Whether any place in a box can be drawn within `reach` of a point. A box that passes the eye may. */
function mayMeet(
  boxes: Float64Array,
  at: number,
  { viewProjection: m, width, height }: PlateView,
  x: number,
  y: number,
  reach: number,
): boolean {
  let minX = Number.POSITIVE_INFINITY
  let maxX = Number.NEGATIVE_INFINITY
  let minY = Number.POSITIVE_INFINITY
  let maxY = Number.NEGATIVE_INFINITY
  let behind = 0
  for (let corner = 0; corner < 8; corner++) {
    const e = boxes[at + (corner & 1 ? 3 : 0)]!
    const n = boxes[at + (corner & 2 ? 4 : 1)]!
    const u = boxes[at + (corner & 4 ? 5 : 2)]!
    const w = m[3]! * e + m[7]! * n + m[11]! * u + m[15]!
    if (!(w > 1e-6)) behind++
    const px = ((m[0]! * e + m[4]! * n + m[8]! * u + m[12]!) / w + 1) * 0.5 * width
    const py = (1 - (m[1]! * e + m[5]! * n + m[9]! * u + m[13]!) / w) * 0.5 * height
    minX = Math.min(minX, px)
    maxX = Math.max(maxX, px)
    minY = Math.min(minY, py)
    maxY = Math.max(maxY, py)
  }
  if (behind > 0) return behind < 8
  return x >= minX - reach && x <= maxX + reach && y >= minY - reach && y <= maxY + reach
}
