import fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaleBar } from './scale-bar.ts'

test('says 50 m where 50 m fits', () => expect(scaleBar(0.7, 80)).toMatchObject({ meters: 50, label: '50 m' }))
test('changes to kilometres and centimetres', () => {
  expect(scaleBar(30, 80)!.label).toBe('2 km')
  expect(scaleBar(0.002, 80)!.label).toBe('10 cm')
})
test('shows nothing where no ground is met', () => {
  expect(scaleBar(null, 80)).toBeNull()
  expect(scaleBar(0, 80)).toBeNull()
})
test('fits, fills more than a third, and is 1, 2 or 5 of a power of ten at any scale', () => {
  fc.assert(
    fc.property(fc.double({ min: -3, max: 5, noNaN: true }), fc.integer({ min: 40, max: 200 }), (log, maxPx) => {
      const bar = scaleBar(10 ** log, maxPx)!
      expect(bar.px).toBeLessThanOrEqual(maxPx * 1.000001)
      expect(bar.px).toBeGreaterThan(maxPx / 3)
      expect(Number((bar.meters / 10 ** Math.floor(Math.log10(bar.meters) + 1e-9)).toFixed(6))).toBeOneOf([1, 2, 5])
    }),
  )
})
