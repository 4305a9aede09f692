import fc from 'fast-check'
import { expect, test } from 'vitest'
import { enuFrame, geodeticToEnu } from '../geo/enu.ts'
import { createToEnu } from './to-enu.ts'

test('is the conversion of the geo room', () => {
  const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const
  const toEnu = createToEnu(origin)
  // Not fc.double, which picks among all floats alike, and most of these are next to 0.
  const degrees = (most: number) => fc.integer({ min: -most * 1e6, max: most * 1e6 }).map((n) => n / 1e6)
  fc.assert(
    fc.property(degrees(180), degrees(90), degrees(9000), (longitude, latitude, height) => {
      const out = new Float64Array(3)
      toEnu(longitude, latitude, height, out)
      geodeticToEnu(enuFrame(origin), { longitude, latitude, heightEllipsoidalMeters: height }).forEach((metres, k) => {
        expect(Math.abs(out[k]! - metres)).toBeLessThan(1e-6)
      })
    }),
  )
})
