import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CGCS2000, ELLIPSOIDS, ecefToGeodetic, geodeticToEcef, WGS84 } from './ellipsoid.ts'

const anywhere = fc.record({
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  heightEllipsoidalMeters: fc.double({ min: -10_000, max: 1_000_000, noNaN: true }),
})

describe('ellipsoids', () => {
  test('WGS84 has the semi-minor axis that NIMA TR8350.2 prints', () => expect(WGS84.b).toBeCloseTo(6_356_752.3142, 4))
  test('CGCS2000 has the semi-minor axis that GB 22021 prints', () => expect(CGCS2000.b).toBeCloseTo(6_356_752.31414, 5))
  test('the two differ by 0.1 mm at the pole', () => expect(Math.abs(WGS84.b - CGCS2000.b)).toBeCloseTo(0.000105, 6))
})

describe('geodetic to ECEF', () => {
  test('agrees with the worked example of EPSG guidance note 7-2 § 4.1.1', () => {
    // 53°48'33.820"N 2°07'46.380"E 73.0 m on WGS84.
    const place = { latitude: 53 + 48 / 60 + 33.82 / 3600, longitude: 2 + 7 / 60 + 46.38 / 3600, heightEllipsoidalMeters: 73 }
    const [x, y, z] = geodeticToEcef(place)
    expect(Math.hypot(x - 3_771_793.968, y - 140_253.342, z - 5_124_304.349)).toBeLessThan(0.002)
  })

  test.each([
    [0, 0, WGS84.a, 0, 0],
    [90, 0, 0, WGS84.a, 0],
    [0, 90, 0, 0, WGS84.b],
    [0, -90, 0, 0, -WGS84.b],
  ])('longitude %d, latitude %d lies on its axis', (longitude, latitude, ...expected) => {
    const found = geodeticToEcef({ longitude, latitude, heightEllipsoidalMeters: 0 })
    for (let i = 0; i < 3; i++) expect(found[i]).toBeCloseTo(expected[i]!, 6)
  })

  test.each(['WGS84', 'CGCS2000'] as const)('comes back within a micrometre, from anywhere, on %s', (name) => {
    fc.assert(
      fc.property(anywhere, (place) => {
        const there = geodeticToEcef(place, ELLIPSOIDS[name])
        const again = geodeticToEcef(ecefToGeodetic(there, ELLIPSOIDS[name]), ELLIPSOIDS[name])
        return Math.hypot(there[0] - again[0], there[1] - again[1], there[2] - again[2]) < 1e-6
      }),
      { numRuns: 2000 },
    )
  })

  test('gives back height and latitude themselves', () => {
    fc.assert(
      fc.property(anywhere, (place) => {
        const { latitude, heightEllipsoidalMeters } = ecefToGeodetic(geodeticToEcef(place))
        return Math.abs(latitude - place.latitude) < 1e-10 && Math.abs(heightEllipsoidalMeters - place.heightEllipsoidalMeters) < 1e-6
      }),
      { numRuns: 2000 },
    )
  })

  test('has finite answers at the centre and on the axis', () => {
    expect(Object.values(ecefToGeodetic([0, 0, 0])).every(Number.isFinite)).toBe(true)
    expect(ecefToGeodetic([0, 0, WGS84.b + 5])).toMatchObject({ longitude: 0, latitude: 90 })
    expect(ecefToGeodetic([0, 0, WGS84.b + 5]).heightEllipsoidalMeters).toBeCloseTo(5, 6)
  })
})
