import { describe, expect, test } from 'vitest'
import { distanceToPlatePx, liftPx, type PlateView, plateAt, plateRadiusPx } from './plate.ts'

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
