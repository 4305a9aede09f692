import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enuFrame } from '../../geo/enu.ts'
import { ease, flightMs, LONGEST_FLIGHT_MS, onFlight, SHORTEST_FLIGHT_MS, turn } from './flight.ts'
import type { Pose } from './pose.ts'
import { distance } from './vector.ts'

const frame = enuFrame({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, datum: 'CGCS2000' })
const num = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const pose = fc
  .record({ e: num(-9000, 9000), n: num(-9000, 9000), u: num(2, 3000), headingRad: num(-3, 3), pitchRad: num(-1.57, 0.4) })
  .map(({ e, n, u, ...rest }): Pose => ({ enu: [e, n, u], ...rest }))

describe('a flight', () => {
  test('begins and ends exactly, and never jumps', () => {
    fc.assert(
      fc.property(pose, pose, (from, to) => {
        expect(onFlight(frame, from, to, 0)).toBe(from)
        expect(onFlight(frame, from, to, 1)).toBe(to)
        const steps = Array.from({ length: 51 }, (_, i) => onFlight(frame, from, to, i / 50))
        const longest = Math.max(...steps.slice(1).map((at, i) => distance(at.enu, steps[i]!.enu)))
        expect(longest).toBeLessThan(0.1 * distance(from.enu, to.enu) + 0.1)
      }),
    )
  })
  test('lasts 600 to 1200 ms', () => {
    fc.assert(
      fc.property(pose, pose, (from, to) => {
        const ms = flightMs(frame, from, to)
        expect(ms).toBeGreaterThanOrEqual(SHORTEST_FLIGHT_MS)
        expect(ms).toBeLessThanOrEqual(LONGEST_FLIGHT_MS)
      }),
    )
  })
  test('is eased: slow at both ends, half way at half time', () => {
    expect([ease(0), ease(0.5), ease(1)]).toEqual([0, 0.5, 1])
    expect(ease(0.1)).toBeLessThan(0.01)
  })
})

test('a turn is never more than half a circle', () => {
  fc.assert(
    fc.property(num(-20, 20), num(-20, 20), (from, to) => {
      const by = turn(from, to)
      expect(Math.abs(by)).toBeLessThanOrEqual(Math.PI + 1e-9)
      expect(Math.cos(from + by)).toBeCloseTo(Math.cos(to), 9)
    }),
  )
})
