import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildGrid, candidateOf, type Grid, NEAR_PX, nearestFirst, pickInGrid } from './grid.ts'
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

/** Whole millimetres: `fc.double` picks among all floats alike, and most of these are next to 0. */
const metres = (most: number) => fc.integer({ min: -most * 1000, max: most * 1000 }).map((n) => n / 1000)
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
      fc.array(marker, { minLength: 1, maxLength: 300, size: 'max' }), // else hardly ever more than one cell
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

test('of equally near and deep markers the lower slot comes first', () => {
  const candidate = (slot: number, distancePx: number, depthMeters: number) => ({
    slot,
    distancePx,
    depthMeters,
    enu: [0, 0, 0] as const,
    underPointer: false,
  })
  const [a, b, c, d] = [candidate(9, 1, 5), candidate(2, 1, 7), candidate(3, 1, 7), candidate(1, 2, 1)]
  expect(nearestFirst([d, c, b, a])).toEqual([a, b, c, d])
})

/** Looks north from the origin, 90° wide and high: a place is (e / n, u / n) × 200 px from the middle; clip w is the distance north. */
const north: PlateView = { viewProjection: [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, -1, 0], width: 400, height: 400 }

test('a candidate says its slot, place, distance and depth, and counts with the ring of its alarm', () => {
  const motion = motionOf([at(0, 10), { ...at(2, 10), priority: 1 }, { ...at(0, 10), hidden: true }])
  const told = (slot: number, x: number, y: number) => candidateOf(motion, slot, { shape: 'circle' }, north, x, y, T0)
  // The plates stand 30 and 50.5 px above their feet; their radii are 17.5 and 37.5 px.
  expect(told(0, 200, 170)).toEqual({ slot: 0, enu: [0, 10, 0], underPointer: true, distancePx: 0, depthMeters: 10 })
  expect(told(0, 229.5, 170)).toMatchObject({ underPointer: false, distancePx: 12 })
  expect([told(0, 229.501, 170), told(2, 200, 170)]).toEqual([null, null])
  expect(told(1, 282.5, 149.5)).toMatchObject({ slot: 1, enu: [2, 10, 0], distancePx: 5 })
  const south = { ...north, viewProjection: north.viewProjection.map((each) => -each) }
  expect(candidateOf(motion, 0, { shape: 'circle' }, south, 200, 170, T0)).toBeNull()
})

type Box = readonly [minE: number, minN: number, minU: number, maxE: number, maxN: number, maxU: number]

/** Whether a cell is asked: its one marker is at `place`, which is under the pointer, and its box is told to be elsewhere. */
function isAsked(box: Box, place: readonly number[], shape: 'circle' | 'chevron', view: PlateView, x: number, y: number): boolean {
  const motion = motionOf([{ ...at(0, 0), from: [...place] }])
  expect(candidateOf(motion, 0, { shape }, view, x, y, T0)).not.toBeNull()
  const grid: Grid = { first: Uint32Array.of(0, 1), items: Uint32Array.of(0), boxes: Float64Array.from(box) }
  return pickInGrid(grid, motion, { shape }, { x, y, view, twinMs: T0 }).length === 1
}
const askedAt = (box: Box, x: number, y: number, shape: 'circle' | 'chevron' = 'chevron') =>
  isAsked(box, [x / 200 - 1, 1, 1 - (y + (shape === 'circle' ? 30 : 0)) / 200], shape, north, x, y)

test('a cell is asked where its box comes as near as the largest ring around a plate, 12 px and one more', () => {
  const point: Box = [0, 1, 0, 0, 1, 0]
  // A chevron lies at its foot with a ring of 37.5 px; a circle stands with it up to 50.5 px above.
  for (const [shape, reach] of [
    ['chevron', 50.5],
    ['circle', 101],
  ] as const) {
    expect([-reach, reach].flatMap((d) => [askedAt(point, 200 + d, 200, shape), askedAt(point, 200, 200 + d, shape)])).toEqual(
      Array(4).fill(true),
    )
    const beyond = reach + 0.01
    expect([-beyond, beyond].flatMap((d) => [askedAt(point, 200 + d, 200, shape), askedAt(point, 200, 200 + d, shape)])).toEqual(
      Array(4).fill(false),
    )
  }
  expect(askedAt([0, 0.5, 0, 0, 0.5, 0], 200, 200)).toBe(true)
})

test('a box wholly behind the eye is not asked, and one that passes it is, wherever the pointer is', () => {
  const far = [399, 1] as const
  expect(askedAt([-0.1, -2, -0.1, 0.1, -1, 0.1], 200, 200)).toBe(false)
  expect(askedAt([-0.1, -2, -0.1, 0.1, 0, 0.1], 200, 200)).toBe(false)
  expect(askedAt([-0.1, -2, -0.1, 0.1, 9, 0.1], ...far)).toBe(true)
  expect(askedAt([-0.1, 1, -0.1, 0.1, 9, 0.1], ...far)).toBe(false)
  // One step before the eye, 1e-6 m: nearer counts as behind.
  expect([1e-6, 1.001e-6].map((n) => askedAt([0, n, 0, 0, n, 0], 200, 200))).toEqual([false, true])
  // Seven corners are behind, and then all eight.
  const slant: PlateView = { ...north, viewProjection: [1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, -1, -0.5] }
  const asked = (box: Box) => isAsked(box, [0, 1, 0], 'chevron', slant, 200, 200)
  expect([asked([0, 0, 0, 0.2, 0.2, 0.2]), asked([-3, -3, -3, 0.1, 0.1, 0.1])]).toEqual([true, false])
})

test('a cell is asked exactly where one of its corners is behind the eye, or all around it are near on the picture', () => {
  const eighths = (most: number) => fc.integer({ min: -most * 8, max: most * 8 }).map((n) => n / 8)
  const place = fc.tuple(eighths(1), eighths(1), eighths(1))
  const corner = fc.tuple(eighths(5), eighths(5), eighths(5))
  const matrix = fc.array(eighths(1), { minLength: 15, maxLength: 15 })
  const asked = [0, 0]
  fc.assert(
    fc.property(
      matrix,
      fc.integer({ min: 4, max: 9 }),
      place,
      corner,
      fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)),
      (m, w, here, low, size) => {
        const view: PlateView = { viewProjection: [...m, w], width: 4000, height: 1000 }
        const foot = plateAt(view, here, 'chevron', 0)!
        const box = [...low, ...low.map((metre, k) => metre + size[k]!)] as unknown as Box
        const corners = [box[0], box[3]].flatMap((e) => [box[1], box[4]].flatMap((n) => [box[2], box[5]].map((u) => [e, n, u] as const)))
        const feet = corners.map((each) => plateAt(view, each, 'chevron', 0)).filter((each) => each !== null)
        const [xs, ys] = [feet.map(({ footX }) => footX), feet.map(({ footY }) => footY)]
        const isNear = (among: number[], pointed: number) => Math.min(...among) - 50.5 <= pointed && pointed <= Math.max(...among) + 50.5
        const expected = feet.length === 8 ? isNear(xs, foot.x) && isNear(ys, foot.y) : feet.length > 0
        asked[Number(expected)]!++
        expect(isAsked(box, here, 'chevron', view, foot.x, foot.y)).toBe(expected)
      },
    ),
    { numRuns: 500 },
  )
  expect(Math.min(...asked)).toBeGreaterThan(50)
})

test('has about 24 slots a cell, one cell at least and 256 a side at most', () => {
  const side = (slots: number) => {
    const motion = { ...createMotion(T0), slots, u32: new Uint32Array(slots * WORDS).fill(HIDDEN) }
    return Math.sqrt(buildGrid(motion).first.length - 1)
  }
  expect([0, 53, 54, 96, 600, 1_600_000].map(side)).toEqual([1, 1, 2, 2, 5, 256])
})

test('divides the bounds evenly, also narrow ones', () => {
  const cells = (toNorth: boolean, ...places: number[]) => {
    const along = (metre: number) => (toNorth ? at(0, metre) : at(metre, 0))
    const motion = motionOf(Array.from({ length: 60 }, (_, i) => along(places[i] ?? places[0]!)))
    return Array.from(buildGrid(motion).first)
  }
  expect(cells(false, 0, 0.24, 0.26, 0.5)).toEqual([0, 58, 60, 60, 60])
  expect(cells(true, 0, 0.24, 0.26, 0.5)).toEqual([0, 58, 58, 60, 60])
  expect([cells(false, 7), cells(true, 7)]).toEqual([
    [0, 60, 60, 60, 60],
    [0, 60, 60, 60, 60],
  ])
})

test('each slot that is shown lies in the cell of where it goes, whose box holds all its ways', () => {
  fc.assert(
    fc.property(fc.array(marker, { maxLength: 400, size: 'max' }), (markers) => {
      const motion = motionOf(markers)
      const side = Math.max(1, Math.round(Math.sqrt(markers.length / 24)))
      const [minE, minN, , maxE, maxN] = motion.bounds as unknown as number[]
      const cells = Array.from({ length: side * side }, () => ({ slots: [] as number[], passed: [] as number[][] }))
      markers.forEach(({ hidden }, slot) => {
        if (hidden) return
        const [e, n, u, de, dn, du] = motion.f32.subarray(slot * WORDS) as unknown as [number, number, number, number, number, number]
        const index = (metre: number, min: number, max: number) =>
          Math.min(side - 1, Math.floor((metre - min) * (side / Math.max(0.001, max - min))))
        const cell = cells[index(n, minN!, maxN!) * side + index(e, minE!, maxE!)]!
        cell.slots.push(slot)
        cell.passed.push([e, n, u], [e - de, n - dn, u - du])
      })
      const { first, items, boxes } = buildGrid(motion)
      expect(cells.map((_, i) => Array.from(items.subarray(first[i]!, first[i + 1]!)))).toEqual(cells.map(({ slots }) => slots))
      expect([first[0], first[side * side], first.length]).toEqual([0, items.length, side * side + 1])
      const edges = (passed: number[][], pick: (...all: number[]) => number) =>
        [0, 1, 2].map((k) => pick(...passed.map((each) => each[k]!)))
      expect(Array.from(boxes)).toEqual(cells.flatMap(({ passed }) => [...edges(passed, Math.min), ...edges(passed, Math.max)]))
    }),
    { numRuns: 30 },
  )
})
