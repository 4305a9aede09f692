import { describe, expect, test } from 'vitest'
import { distanceToPlatePx, FOOT_PX, HALO_PX, liftPx, PLATE_HALF_PX, type PlateView, plateAt, plateRadiusPx, RING_PX } from './plate.ts'

/** Looks north (along +n) from the origin, 90° wide, up is up; clip w is the distance north. */
const north: PlateView = { viewProjection: [1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, -1, 0], width: 400, height: 400 }

describe('a plate', () => {
  test('stands above the foot, which is where the entity is', () => {
    const plate = plateAt(north, [0, 10, 0], 'circle', 0)!
    expect([plate.footX, plate.footY, plate.depthMeters]).toEqual([200, 200, 10])
    expect([plate.x, plate.y]).toEqual([200, 200 - liftPx('circle', 0)])
  })
  test('is as high on the screen far away as near', () => {
    const [near, far] = [plateAt(north, [0, 10, 0], 'house', 0)!, plateAt(north, [0, 10_000, 0], 'house', 0)!]
    expect(far.footY - far.y).toBe(near.footY - near.y)
  })
  test('of something behind the eye is nowhere', () => expect(plateAt(north, [0, -1, 0], 'circle', 0)).toBeNull())
  test('stands higher with a ring, so that the ring leaves its foot free', () => {
    for (const priority of [1, 2, 3, 4] as const) expect(liftPx('square', priority)).toBeGreaterThan(plateRadiusPx('square', priority) + 5)
  })
  test('is a dot at its foot where it is further than plates are drawn, but with an alarm it stays a plate', () => {
    expect(plateAt(north, [0, 100, 0], 'square', 0, 100)!.isDot).toBe(false)
    const far = plateAt(north, [0, 101, 0], 'square', 0, 100)!
    expect([far.isDot, far.y]).toEqual([true, far.footY])
    expect(distanceToPlatePx(far, 'square', 0, far.x + 13, far.y)).toBe(8)
    const alarm = plateAt(north, [0, 101, 0], 'square', 3, 100)!
    expect([alarm.isDot, alarm.footY - alarm.y]).toEqual([false, liftPx('square', 3)])
  })
  test('of a vehicle lies at its foot', () => expect(liftPx('chevron', 1)).toBe(0))
})

describe('the pointer', () => {
  const plate = plateAt(north, [0, 10, 0], 'square', 0)!
  test('is on a square plate also in its corner', () => expect(distanceToPlatePx(plate, 'square', 0, plate.x + 15, plate.y - 15)).toBe(0))
  test('is not on a round plate there', () => expect(distanceToPlatePx(plate, 'circle', 0, plate.x + 15, plate.y - 15)).toBeGreaterThan(3))
  test('is on the red ring 36 px from the middle', () => expect(distanceToPlatePx(plate, 'square', 1, plate.x + 36, plate.y)).toBe(0))
  test('is 10 px off a plate 26.5 px away', () => expect(distanceToPlatePx(plate, 'square', 0, plate.x + 26.5, plate.y)).toBe(10))
})

const priorities = [0, 1, 2, 3, 4] as const
const shapes = ['circle', 'square', 'capsule', 'wedge', 'chevron', 'house', 'sheet'] as const

test('each plate has its size, its lift and the radius of what is drawn around it', () => {
  expect(shapes.map((shape) => PLATE_HALF_PX[shape])).toEqual([
    [14, 14],
    [13, 13],
    [9, 15],
    [16, 10],
    [12, 15],
    [14, 15],
    [15, 13],
  ])
  expect([HALO_PX, RING_PX, FOOT_PX]).toEqual([3.5, 24, 5.5])
  expect(priorities.map((priority) => liftPx('square', priority))).toEqual([30, 50.5, 41, 41, 41])
  expect(priorities.map((priority) => liftPx('chevron', priority))).toEqual([0, 0, 0, 0, 0])
  expect(priorities.map((priority) => plateRadiusPx('capsule', priority))).toEqual([18.5, 37.5, 28, 28, 28])
  expect(shapes.map((shape) => plateRadiusPx(shape, 0))).toEqual([17.5, 16.5, 18.5, 19.5, 18.5, 18.5, 18.5])
})

test('a plate stands where the matrix puts its entity on the picture', () => {
  // Column-major: clip x, y, z, w of (e, n, u, 1), each with another number in each place.
  const rows = [
    [2, 3, 5, 7],
    [11, 13, 17, 19],
    [0, 0, 0, 0],
    [23, 29, 31, 37],
  ]
  const view: PlateView = { viewProjection: [0, 1, 2, 3].flatMap((k) => rows.map((row) => row[k]!)), width: 400, height: 1000 }
  const enu = [0.5, -0.25, 0.125] as const
  const clip = rows.map(([e, n, u, one]) => e! * enu[0] + n! * enu[1] + u! * enu[2] + one!)
  const [x, y, , w] = clip as [number, number, number, number]
  const plate = plateAt(view, enu, 'house', 2)!
  expect(plate.depthMeters).toBeCloseTo(w, 9)
  expect(plate.footX).toBeCloseTo(200 + (x / w) * 200, 9)
  expect(plate.footY).toBeCloseTo(500 - (y / w) * 500, 9)
  expect([plate.x, plate.footY - plate.y, plate.isDot]).toEqual([plate.footX, expect.closeTo(41, 9), false])
})

test('what is in the plane of the eye is nowhere, and what is just before it is somewhere', () => {
  expect(plateAt(north, [0, 0, 0], 'circle', 0)).toBeNull()
  expect(plateAt(north, [0, 1e-9, 0], 'circle', 0)).not.toBeNull()
  expect(plateAt(north, [0, Number.NaN, 0], 'circle', 0)).toBeNull()
})

test('how far the pointer is from a plate, in px, for each kind of outline', () => {
  const from = (shape: (typeof shapes)[number], priority: (typeof priorities)[number], dx: number, dy: number, isDot = false) =>
    distanceToPlatePx({ x: 100, y: 200, isDot }, shape, priority, 100 + dx, 200 + dy)
  // A dot's edge is 5 px around it; (6, 8) is 10 px away.
  expect([from('sheet', 0, 6, 8, true), from('sheet', 0, -3, -4, true), from('sheet', 0, 0, 0, true)]).toEqual([5, 0, 0])
  // Round ones: (18, 24) is 30 px away.
  const round = ['circle', 'chevron', 'wedge'] as const
  expect(round.map((shape) => from(shape, 0, 18, 24))).toEqual([12.5, 11.5, 10.5])
  expect(round.map((shape) => from(shape, 0, 10, -10))).toEqual([0, 0, 0])
  // The ring of an alarm is round about any plate: (-30, 40) is 50 px away.
  expect([from('sheet', 1, -30, 40), from('house', 4, -30, 40), from('square', 2, 20, 0)]).toEqual([12.5, 22, 0])
  // A capsule's box with its halo is 12.5 by 18.5 px to either side.
  expect([from('capsule', 0, 15.5, 22.5), from('capsule', 0, -15.5, -22.5)]).toEqual([5, 5])
  expect([from('capsule', 0, 13.5, 18.5), from('capsule', 0, 12.5, 19.5), from('capsule', 0, -12.5, -18.5)]).toEqual([1, 1, 0])
})
