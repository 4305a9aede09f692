import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CANAL, DIKE, groundHeight, isWater, planToSite, siteToPlan } from './terrain.ts'

test('plan and site metres are one turn about the middle, there and back', () => {
  fc.assert(
    fc.property(fc.double({ min: -100, max: 600, noNaN: true }), fc.double({ min: -100, max: 500, noNaN: true }), (x, y) => {
      const [u, v] = siteToPlan(...planToSite(x, y))
      expect(u).toBeCloseTo(x, 8)
      expect(v).toBeCloseTo(y, 8)
    }),
  )
})

test('the dike stands six metres above the village and the canal lies below it', () => {
  expect(groundHeight(100, DIKE.axisY) - groundHeight(100, 200)).toBeGreaterThan(5.5)
  expect(groundHeight(CANAL.axisX, 150)).toBe(CANAL.waterMeters)
  expect(isWater(CANAL.axisX, 150)).toBe(true)
})

test('no water lies on the bridge, in the dike or in the village', () => {
  expect(isWater(CANAL.axisX, 22)).toBe(false)
  expect(isWater(CANAL.axisX, DIKE.axisY)).toBe(false)
  expect(isWater(100, 100)).toBe(false)
})
