import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enuFrame, enuToEcefMatrix } from './enu.ts'
import { isOnEarth, sphereOfVolume } from './volume.ts'

const place = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'WGS84' } as const
const transform = enuToEcefMatrix(enuFrame(place))
const box = [0, 0, 10, 200, 0, 0, 0, 200, 0, 0, 0, 15]

describe('a root volume', () => {
  test('without a transform is in metres of its own', () => expect(isOnEarth(sphereOfVolume({ box })!)).toBe(false))
  test('through its transform is on earth', () => expect(isOnEarth(sphereOfVolume({ box }, transform)!)).toBe(true))
  test('that already counts in ECEF is on earth', () => {
    const [x, y, z] = enuFrame(place).ecef
    expect(isOnEarth(sphereOfVolume({ sphere: [x, y, z, 300] })!)).toBe(true)
    expect(isOnEarth(sphereOfVolume({ box: [x, y, z, ...box.slice(3)] })!)).toBe(true)
  })
  test('of a region is on earth whatever the transform', () =>
    expect(isOnEarth(sphereOfVolume({ region: [2.05, 0.65, 2.06, 0.66, 0, 50] }, [...Array(16).fill(0)])!)).toBe(true))
  test('of projected grid metres is not: 4,124 km north is 2,200 km under ground', () =>
    expect(isOnEarth(sphereOfVolume({ sphere: [573612, 4124000, 10, 300] })!)).toBe(false))
  test('of the whole globe is on earth', () => expect(isOnEarth(sphereOfVolume({ sphere: [0, 0, 0, 6_378_137] })!)).toBe(true))
  test('that says nothing readable is none', () => {
    for (const volume of [{}, { box: [1, 2] }, { box: box.map(() => Number.NaN) }, { sphere: [0, 0, 0, Infinity] }])
      expect(sphereOfVolume(volume)).toBeUndefined()
  })
  test('across the antimeridian has its middle there', () => {
    const { center } = sphereOfVolume({ region: [3.13, -0.1, -3.13, 0.1, 0, 0] })!
    expect(center[0]).toBeLessThan(-6_000_000)
  })

  test('lies in its sphere with every corner, whatever the transform', () => {
    const number = fc.double({ min: -1000, max: 1000, noNaN: true })
    fc.assert(
      fc.property(fc.array(number, { minLength: 12, maxLength: 12 }), fc.array(number, { minLength: 12, maxLength: 12 }), (volume, m) => {
        const matrix = [m[0]!, m[1]!, m[2]!, 0, m[3]!, m[4]!, m[5]!, 0, m[6]!, m[7]!, m[8]!, 0, m[9]!, m[10]!, m[11]!, 1]
        const { center, radiusMeters } = sphereOfVolume({ box: volume }, matrix)!
        for (const a of [-1, 1])
          for (const b of [-1, 1])
            for (const c of [-1, 1]) {
              const [x, y, z] = [0, 1, 2].map((i) => volume[i]! + a * volume[3 + i]! + b * volume[6 + i]! + c * volume[9 + i]!) as [
                number,
                number,
                number,
              ]
              const corner = [0, 1, 2].map((row) => matrix[row]! * x + matrix[4 + row]! * y + matrix[8 + row]! * z + matrix[12 + row]!)
              const far = Math.hypot(corner[0]! - center[0], corner[1]! - center[1], corner[2]! - center[2])
              if (far > radiusMeters * (1 + 1e-5) + 1e-3) return false
            }
        return true
      }),
    )
  })
})
