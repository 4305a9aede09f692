import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ecefToEnu, ecefToEnuMatrix, enuFrame, enuToEcef, enuToEcefMatrix, enuToGeodetic, geodeticToEnu } from './enu.ts'

const longwan = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const
const origins = fc.record({
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  heightEllipsoidalMeters: fc.double({ min: -400, max: 8000, noNaN: true }),
  datum: fc.constantFrom('CGCS2000' as const, 'WGS84' as const),
})
const local = fc.tuple(
  fc.double({ min: -60_000, max: 60_000, noNaN: true }),
  fc.double({ min: -60_000, max: 60_000, noNaN: true }),
  fc.double({ min: -500, max: 20_000, noNaN: true }),
)
const times = (m: readonly number[], [x, y, z]: readonly [number, number, number]) =>
  [0, 1, 2].map((row) => m[row]! * x + m[4 + row]! * y + m[8 + row]! * z + m[12 + row]!)
const apart = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!)

describe('local metres', () => {
  test('are zero at the origin', () => expect(geodeticToEnu(enuFrame(longwan), longwan)).toEqual([0, 0, 0]))

  test('grow east, north and up', () => {
    const frame = enuFrame(longwan)
    const [e] = geodeticToEnu(frame, { ...longwan, longitude: longwan.longitude + 0.001 })
    const [, n] = geodeticToEnu(frame, { ...longwan, latitude: longwan.latitude + 0.001 })
    const [, , u] = geodeticToEnu(frame, { ...longwan, heightEllipsoidalMeters: longwan.heightEllipsoidalMeters + 10 })
    expect(e).toBeCloseTo(88.72, 1) // 0.001° · N(φ)·cos φ
    expect(n).toBeCloseTo(110.98, 1) // 0.001° · M(φ)
    expect(u).toBeCloseTo(10, 6)
  })

  test('fall under the tangent plane with the globe: 196 m at 50 km', () => {
    const place = enuToGeodetic(enuFrame(longwan), [50_000, 0, 0])
    expect(place.heightEllipsoidalMeters - longwan.heightEllipsoidalMeters).toBeCloseTo(195.8, 0)
  })

  test('come back within a micrometre through places and through ECEF, at any origin', () => {
    fc.assert(
      fc.property(origins, local, (origin, enu) => {
        const frame = enuFrame(origin)
        return (
          apart(geodeticToEnu(frame, enuToGeodetic(frame, enu)), enu) < 1e-6 && apart(ecefToEnu(frame, enuToEcef(frame, enu)), enu) < 1e-6
        )
      }),
      { numRuns: 1000 },
    )
  })

  test('are what the matrices say', () => {
    fc.assert(
      fc.property(origins, local, (origin, enu) => {
        const frame = enuFrame(origin)
        const ecef = enuToEcef(frame, enu)
        return (
          apart(times(enuToEcefMatrix(frame), enu), ecef) < 1e-6 &&
          apart(times(ecefToEnuMatrix(frame), ecef), ecefToEnu(frame, ecef)) < 1e-6
        )
      }),
    )
  })

  test('have a right-handed frame', () => {
    fc.assert(
      fc.property(origins, (origin) => {
        const { east: e, north: n, up } = enuFrame(origin)
        const cross = [e[1] * n[2] - e[2] * n[1], e[2] * n[0] - e[0] * n[2], e[0] * n[1] - e[1] * n[0]]
        return apart(cross, up) < 1e-12
      }),
    )
  })
})
