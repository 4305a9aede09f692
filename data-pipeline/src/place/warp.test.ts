import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { latticeExponent } from './lattice.ts'
import { placementOf } from './placement.ts'
import { makeWarp } from './warp.ts'

test('places any vertex within a millimetre of its exact projection, over 6 km and half a degree of convergence', () => {
  const box = { min: [-3000, -3000, -20], max: [3000, 3000, 150] } as const
  const { toLocal } = placementOf(box, { reference: 'EPSG:4548', origin: [573600, 4124000, 0], up: 'z', heightOffsetMeters: 0 })
  const warp = makeWarp(toLocal, box)
  const within = (min: number, max: number) => fc.double({ min, max, noNaN: true })
  fc.assert(
    fc.property(within(-3000, 3000), within(-3000, 3000), within(-20, 150), (x, y, z) => {
      const placed = new Float64Array(3)
      warp(Float64Array.of(x, y, z), placed)
      const exact = toLocal([x, y, z])
      expect(Math.hypot(placed[0]! - exact[0], placed[1]! - exact[1], placed[2]! - exact[2])).toBeLessThan(0.001)
    }),
  )
})

test('places a box without thickness', () => {
  const placed = new Float64Array(3)
  makeWarp(([x, y, z]) => [x + 1, y, z], { min: [0, 0, 5], max: [10, 10, 5] })(Float64Array.of(3, 4, 5), placed)
  placed.forEach((value, k) => {
    expect(value).toBeCloseTo([4, 4, 5][k]!, 9)
  })
})

test('the lattice is finer for a room than for a village, and never too fine for 24 bits', () => {
  expect(latticeExponent(0.03, 10)).toBe(-13)
  expect(latticeExponent(0.3, 300)).toBe(-9)
  expect(latticeExponent(2, 300)).toBe(-7)
  expect(2 ** latticeExponent(0.03, 67_000) * (2 ** 23 - 1)).toBeGreaterThanOrEqual(67_000)
})
