import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildGrid, candidateOf, NEAR_PX, nearestFirst, pickInGrid } from './grid.ts'
import { HIDDEN, PRIORITY_SHIFT, WORDS } from './layout.ts'
import { createMotion, glideTo, growMotion, type Motion, placeAt, setFlags } from './motion.ts'
import { type PlateView, plateAt, plateRadiusPx } from './plate.ts'

const T0 = Date.UTC(2026, 0, 1)
const WIDTH = 800
const HEIGHT = 600

/** A camera at `eye` that looks at `target`, 60° high: the usual look-at and perspective matrices, multiplied. */
function viewFrom(eye: readonly number[], target: readonly number[]): PlateView {
  const norm = (v: number[]) => v.map((x) => x / Math.hypot(...v))
  const cross = (a: number[], b: number[]) => [a[1]! * b[2]! - a[2]! * b[1]!, a[2]! * b[0]! - a[0]! * b[2]!, a[0]! * b[1]! - a[1]! * b[0]!]
  const dot = (a: number[], b: readonly number[]) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!
  const back = norm(eye.map((x, k) => x - target[k]!))
  const right = norm(cross([0, 0, 1], back))
  const up = cross(back, right)
  const rows = [right, up, back].map((axis) => [...axis, -dot(axis, eye)])
  const f = 1 / Math.tan(Math.PI / 6)
  const [near, far] = [1, 20_000]
  const [a, b] = [(far + near) / (near - far), (2 * far * near) / (near - far)]
  const clip = [
    rows[0]!.map((x) => (x * f * HEIGHT) / WIDTH),
    rows[1]!.map((x) => x * f),
    rows[2]!.map((x, k) => a * x + (k === 3 ? b : 0)),
    rows[2]!.map((x) => -x),
  ]
  return { viewProjection: [0, 1, 2, 3].flatMap((column) => clip.map((row) => row[column]!)), width: WIDTH, height: HEIGHT }
}

const metres = (most: number) => fc.double({ min: -most, max: most, noNaN: true })
const marker = fc.record({
  from: fc.tuple(metres(600), metres(600), metres(30)),
  to: fc.tuple(metres(600), metres(600), metres(30)),
  moves: fc.boolean(),
  priority: fc.nat(4),
  hidden: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})
type Marker = { from: number[]; to: number[]; moves: boolean; priority: number; hidden: boolean }

function motionOf(markers: readonly Marker[]): Motion {
  const motion = createMotion(T0)
  growMotion(motion, markers.length)
  markers.forEach(({ from, to, moves, priority, hidden }, slot) => {
    glideTo(motion, slot, from[0]!, from[1]!, from[2]!, Number.NaN, 1000, T0)
    setFlags(motion, slot, priority << PRIORITY_SHIFT)
    if (moves) glideTo(motion, slot, to[0]!, to[1]!, to[2]!, 2000, 2000, T0)
    if (hidden) setFlags(motion, slot, HIDDEN)
  })
  return motion
}

test('meets the same as testing every marker, wherever they are on their way and the camera stands', () => {
  const shape = fc.constantFrom('circle', 'square', 'chevron', 'house', 'capsule', 'wedge', 'sheet')
  const eye = fc.tuple(metres(700), metres(700), fc.double({ min: 5, max: 900, noNaN: true }))
  const offset = fc.integer({ min: -45, max: 45 })
  let met = 0
  fc.assert(
    fc.property(
      fc.array(marker, { minLength: 1, maxLength: 300 }),
      shape,
      eye,
      fc.nat(299),
      offset,
      offset,
      fc.nat(2500),
      fc.constantFrom(50, 400, Number.POSITIVE_INFINITY),
      (markers, kindShape, from, pointed, dx, dy, ms, dotBeyondMeters) => {
        const look = { shape: kindShape, dotBeyondMeters }
        const motion = motionOf(markers)
        const view = viewFrom(from, [from[0] * 0.5 + 40, from[1] * 0.5 + 30, 0])
        const place = [0, 0, 0] as [number, number, number]
        placeAt(motion, pointed % markers.length, T0 + ms, place)
        const plate = plateAt(view, place, kindShape, 0, dotBeyondMeters)
        const [x, y] = plate === null ? [400, 300] : [plate.x + dx, plate.y + dy]
        const all = markers.map((_, slot) => candidateOf(motion, slot, look, view, x, y, T0 + ms)).filter((c) => c !== null)
        met += all.length
        expect(pickInGrid(buildGrid(motion), motion, look, { x, y, view, twinMs: T0 + ms })).toEqual(nearestFirst(all))
      },
    ),
    { numRuns: 300 },
  )
  expect(met).toBeGreaterThan(300)
})

test('a plate under the pointer wins over one that is only near, and the one in front over the one behind', () => {
  const still = (e: number): Marker => ({ from: [e, 0, 0], to: [0, 0, 0], moves: false, priority: 0, hidden: false })
  const motion = motionOf([still(0), still(0.4), still(40)])
  const view = viewFrom([0, -100, 0], [0, 0, 0])
  const picked = pickInGrid(buildGrid(motion), motion, { shape: 'circle' }, { x: WIDTH / 2, y: HEIGHT / 2 - 30, view, twinMs: T0 })
  expect(picked.map(({ slot, underPointer }) => [slot, underPointer])).toEqual([
    [0, true],
    [1, true],
  ])
})

const ahead = viewFrom([0, -100, 0], [0, 0, 0])
const at = (e: number, n: number): Marker => ({ from: [e, n, 0], to: [0, 0, 0], moves: false, priority: 0, hidden: false })
const pick = (motion: Motion, x: number, y: number) =>
  pickInGrid(buildGrid(motion), motion, { shape: 'circle' }, { x, y, view: ahead, twinMs: T0 })

test('tells 32 markers at most, the nearest to the pointer, and of equally near ones those nearest to the eye', () => {
  const crowd = motionOf(Array.from({ length: 40 }, (_, i) => at(0, 40 - i)))
  const { x, y } = plateAt(ahead, [0, 1, 0], 'circle', 0)!
  const picked = pick(crowd, x, y)
  expect(picked.length).toBe(32)
  expect(picked.map(({ slot }) => slot)).toEqual(Array.from({ length: 32 }, (_, i) => 39 - i))
})

test('meets a marker within 12 px of its plate, and no further', () => {
  const motion = motionOf([at(0, 0)])
  const plate = plateAt(ahead, [0, 0, 0], 'circle', 0)!
  const edge = plate.x + plateRadiusPx('circle', 0)
  expect(NEAR_PX).toBe(12)
  expect([11.9, 12.1].map((px) => pick(motion, edge + px, plate.y).length)).toEqual([1, 0])
})

test('meets a marker that has hardly left, on either side of where it goes', () => {
  for (const from of [-300, 300]) {
    const motion = motionOf([{ from: [from, from, 0], to: [0, 0, 0], moves: true, priority: 0, hidden: false }])
    const view = viewFrom([from, from - 100, 0], [from, from, 0])
    expect(pickInGrid(buildGrid(motion), motion, { shape: 'circle' }, { x: WIDTH / 2, y: HEIGHT / 2 - 30, view, twinMs: T0 }).length).toBe(
      1,
    )
  }
})

test('of 100,000 markers the pointer tests only what lies near it', () => {
  const motion = createMotion(T0)
  growMotion(motion, 100_000)
  for (let slot = 0; slot < 100_000; slot++) glideTo(motion, slot, (slot % 320) * 5, Math.floor(slot / 320) * 5, 0, Number.NaN, 1000, T0)
  const grid = buildGrid(motion)
  expect(grid.items.length).toBe(100_000)
  const view = viewFrom([800, 500, 300], [800, 800, 0])
  const picked = pickInGrid(grid, motion, { shape: 'circle' }, { x: 400, y: 300, view, twinMs: T0 })
  expect(picked.length).toBeGreaterThan(0)
  expect(motion.f32[picked[0]!.slot * WORDS]).toBeCloseTo(800, -1)
})
