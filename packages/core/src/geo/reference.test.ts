import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { geodeticToEcef } from './ellipsoid.ts'
import { epsg } from './epsg.ts'
import { referenceOf } from './reference.ts'

const apart = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((each, i) => each - b[i]!))
const refusal = (run: () => unknown): TwinError => {
  try {
    run()
  } catch (error) {
    if (error instanceof TwinError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('references', () => {
  // Constants made with pyproj 3.7.2 (PROJ 9.5.1, its own EPSG register), always_xy.
  test.each([
    ['EPSG:4548', 573612.345, 4124000.5, 117.829655969539, 37.244791561958], // CGCS2000 / 3-degree Gauss-Kruger CM 117E
    ['EPSG:4547', 500123.4, 2500000.25, 114.001200111883, 22.597825159761], // CM 114E
    ['EPSG:4528', 40573612.345, 3464000.5, 120.773159465393, 31.295549536203], // zone 40
    ['EPSG:4513', 25450000, 4400000, 74.416748471125, 39.732584404844], // zone 25
    ['EPSG:4533', 45520000, 5000000, 135.254254965362, 45.13519077423], // zone 45
    ['EPSG:4534', 580000, 4500000, 75.945586955053, 40.630769382659], // CM 75E
    ['EPSG:4554', 420000, 5300000, 133.931492421761, 47.829294717297], // CM 135E
    ['EPSG:4491', 13510000, 4200000, 75.113748757023, 37.932392769455], // 6-degree zone 13
    ['EPSG:4501', 23610000, 5100000, 136.420707698971, 46.026383034788], // zone 23
    ['EPSG:4502', 390000, 4200000, 73.748899806453, 37.925796724093], // 6-degree CM 75E
    ['EPSG:4508', 640000, 3800000, 112.52102965815, 34.318148723519], // CM 111E
    ['EPSG:4512', 500000, 5200000, 135, 46.934811591025], // CM 135E
    ['EPSG:32601', 500000, 1000000, -177, 9.046562463769], // UTM zone 1N
    ['EPSG:32650', 573612.345, 4124000.5, 117.830151054682, 37.259657240811], // 50N
    ['EPSG:32756', 334000.5, 6250000.25, 151.205142735388, -33.877288880211], // 56S
    ['EPSG:3857', 13116806.5, 4475000.25, 117.830277577883, 37.25707277573],
  ])('%s agrees with PROJ within 0.1 mm', (code, easting, northing, longitude, latitude) => {
    const reference = referenceOf(code)
    const ours = geodeticToEcef(reference.toGeodetic([easting, northing, 12]))
    expect(apart(ours, geodeticToEcef({ longitude, latitude, heightEllipsoidalMeters: 12 }))).toBeLessThan(1e-4)
    const [e, n, h] = reference.fromGeodetic({ longitude, latitude, heightEllipsoidalMeters: 12 })
    expect(apart([e, n, h], [easting, northing, 12])).toBeLessThan(1e-4)
  })

  test('zones with and without the prefix are the same place', () => {
    for (let code = 4513; code <= 4533; code++) {
      const zone = code - 4513 + 25
      const prefixed = referenceOf(`EPSG:${code}`).toGeodetic([zone * 1e6 + 512345, 3456789, 0])
      const bare = referenceOf(`EPSG:${code + 21}`).toGeodetic([512345, 3456789, 0])
      expect(apart([prefixed.longitude, prefixed.latitude], [bare.longitude, bare.latitude])).toBeLessThan(1e-12)
    }
  })

  test('come back within 1 mm in every known grid, to a zone and a half from the meridian', () => {
    const codes = [
      ...Array.from({ length: 64 }, (_, i) => 4491 + i),
      ...Array.from({ length: 60 }, (_, i) => 32601 + i),
      ...Array.from({ length: 60 }, (_, i) => 32701 + i),
    ]
    const ready = new Map(codes.map((code) => [code, referenceOf(`EPSG:${code}`)]))
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.double({ min: -4.5, max: 4.5, noNaN: true }),
        fc.double({ min: 0, max: 84, noNaN: true }),
        (code, offDeg, absLatitude) => {
          const reference = ready.get(code)!
          const projection = epsg(code)!.projection
          if (projection.method !== 'transverse-mercator') return false
          const south = code >= 32701
          const place = {
            longitude: projection.centralMeridianDeg + offDeg,
            latitude: south ? -absLatitude : absLatitude,
            heightEllipsoidalMeters: 5,
          }
          return apart(geodeticToEcef(reference.toGeodetic(reference.fromGeodetic(place))), geodeticToEcef(place)) < 1e-3
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('keep easting first, though EPSG lists 4548 northing first and 4326 latitude first', () => {
    expect(referenceOf('EPSG:4548').toGeodetic([573612.345, 4124000.5, 0]).latitude).toBeCloseTo(37.2448, 3)
    expect(referenceOf('EPSG:4326').toGeodetic([117.83, 37.25, 3])).toEqual({
      longitude: 117.83,
      latitude: 37.25,
      heightEllipsoidalMeters: 3,
    })
    expect(referenceOf('EPSG:4490').fromGeodetic({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 3 })).toEqual([
      117.83, 37.25, 3,
    ])
  })

  test.each([
    ['EPSG:4548', [4124000.5, 573612.345, 0], /northing first/],
    ['EPSG:4548', [39573612.345, 4124000.5, 0], /zone 39: use EPSG:4527/],
    ['EPSG:4528', [573612.345, 3464000.5, 0], /lacks the zone/],
    ['EPSG:4548', [5736123450, 4124000.5, 0], /check the reference and the unit/],
    ['EPSG:4326', [37.25, 117.83, 0], /latitude first/],
    ['EPSG:4490', [573612, 4124000, 0], /not degrees/],
    ['EPSG:4548', [Number.NaN, 4124000, 0], /not a finite point/],
  ] as const)('%s refuses %j and says why', (code, point, why) => {
    const error = refusal(() => referenceOf(code).toGeodetic(point))
    expect(error.code).toBe('location-invalid')
    expect(error.message).toMatch(why)
  })

  test.each(['epsg:4548', ' EPSG : 4548 ', 'EPSG::4548', '4548'])('read %j as EPSG:4548', (written) =>
    expect(referenceOf(written).definition.name).toBe('EPSG:4548'),
  )

  test.each(['EPSG:2436', 'EPSG:99999', 'CGCS2000', '', 'EPSG:'])('refuse %j with what is known', (code) => {
    const error = refusal(() => referenceOf(code))
    expect(error.code).toBe('reference-unknown')
    expect(error.message).toContain('EPSG:4490')
  })
})
