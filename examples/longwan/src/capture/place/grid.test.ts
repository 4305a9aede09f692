import { expect, test } from 'vitest'
import { fitSiteToGrid, gridOrigin, lonLatToGrid, SITE_DEPTH_METERS, SITE_ORIGIN, SITE_WIDTH_METERS, siteToLonLat } from './grid.ts'

// Made once in Python with a Krüger series to n^6 on GRS80: ENU of the origin -> ECEF -> geodetic -> grid. Not proj4, not this code.
const CORNERS = [
  { x: 0, y: 0, easting: 573414.3299, northing: 4124401.8505, longitude: 117.827464, latitude: 37.2484231 },
  { x: 450, y: 0, easting: 573864.3422, northing: 4124405.7966, longitude: 117.832536, latitude: 37.2484231 },
  { x: 450, y: 350, easting: 573861.2729, northing: 4124755.8063, longitude: 117.8325361, latitude: 37.2515768 },
  { x: 0, y: 350, easting: 573411.2607, northing: 4124751.8599, longitude: 117.8274639, latitude: 37.2515768 },
]
const ORIGIN = { easting: 573637.8014, northing: 4124578.8283 }

test('the corners of the site lie where another tool puts them, within a centimetre', () => {
  const m = fitSiteToGrid()
  for (const c of CORNERS) {
    expect(Math.abs(m.e0 + m.ex * c.x + m.ey * c.y - c.easting)).toBeLessThan(0.01)
    expect(Math.abs(m.n0 + m.nx * c.x + m.ny * c.y - c.northing)).toBeLessThan(0.01)
  }
})

test('degrees of the corners are those of the other tool', () => {
  for (const c of CORNERS) {
    const at = siteToLonLat(c.x, c.y)
    expect(Math.abs(at.longitude - c.longitude) * 88700).toBeLessThan(0.02)
    expect(Math.abs(at.latitude - c.latitude) * 111000).toBeLessThan(0.02)
  }
})

test('the middle of the site is the origin of the twin, 73.6 km east of the central meridian', () => {
  expect(siteToLonLat(SITE_WIDTH_METERS / 2, SITE_DEPTH_METERS / 2)).toEqual({
    longitude: SITE_ORIGIN.longitude,
    latitude: SITE_ORIGIN.latitude,
  })
  const at = lonLatToGrid(SITE_ORIGIN)
  expect(at.easting).toBeCloseTo(ORIGIN.easting, 3)
  expect(at.northing).toBeCloseTo(ORIGIN.northing, 3)
  expect(Math.hypot(gridOrigin().easting - at.easting, gridOrigin().northing - at.northing)).toBeLessThan(8)
})

test('true north is half a degree west of grid north, and the map is that rotation times one scale', () => {
  const m = fitSiteToGrid()
  expect((Math.atan2(m.nx, m.ex) * 180) / Math.PI).toBeCloseTo(0.5024, 3)
  expect((Math.atan2(-m.ey, m.ny) * 180) / Math.PI).toBeCloseTo(0.5024, 3)
  expect(Math.hypot(m.ex, m.nx)).toBeCloseTo(1.0000667, 5)
})
