import { geodeticToEcef } from '@twinmap/core/internal/geo/ellipsoid'
import { IDENTITY, type Matrix } from '@twinmap/core/internal/tiles/matrix'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { outsideBy, readVolume } from './volumes.ts'

const BOX = { box: [1, 2, 3, 4, 0, 0, 0, 5, 0, 0, 0, 6] }
const moved = (x: number, y: number, z: number): Matrix => [...IDENTITY.slice(0, 12), x, y, z, 1]

describe('a point is out of', () => {
  test('a box by the most along one of its axes', () => {
    const box = readVolume(BOX, IDENTITY)!
    expect(box.outside([1, 2, 3])).toBe(0)
    expect(box.outside([5, 7, 9])).toBe(0)
    expect(box.outside([7, 2, -4])).toBe(2)
    expect(box.size).toBeCloseTo(Math.hypot(4, 5, 6))
  })
  test('a sphere by its distance to it, scaled with the tile', () => {
    const twice: Matrix = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 10, 0, 0, 1]
    const sphere = readVolume({ sphere: [1, 0, 0, 3] }, twice)!
    expect(sphere.outside([12, 0, 6])).toBe(0)
    expect(sphere.outside([12, 0, 7])).toBeCloseTo(1)
  })
  test('a region by metres of the globe, over the date line too', () => {
    const rad = Math.PI / 180
    const region = readVolume({ region: [179.9 * rad, 37 * rad, -179.9 * rad, 37.1 * rad, 0, 50] }, moved(1e6, 0, 0))!
    const at = (longitude: number, latitude: number, heightEllipsoidalMeters: number) =>
      region.outside(geodeticToEcef({ longitude, latitude, heightEllipsoidalMeters }))
    expect(at(180, 37.05, 20)).toBeCloseTo(0, 5)
    expect(at(-179.95, 37.05, 51)).toBeCloseTo(1, 4)
    expect(at(179.89, 37.05, 20)).toBeGreaterThan(880)
    expect(at(179.89, 37.05, 20)).toBeLessThan(900)
  })
})

test('a volume is out of itself by nothing, and by as much as it is moved', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (by) => {
      for (const volume of [BOX, { sphere: [1, 2, 3, 4] }]) {
        const [still, aside] = [readVolume(volume, IDENTITY)!, readVolume(volume, moved(by, 0, 0))!]
        expect(outsideBy(still, still)).toBeCloseTo(0, 9)
        expect(outsideBy(aside, still)).toBeCloseTo(by, 9)
      }
    }),
  )
})

test.each([[undefined], [{}], [{ box: [1, 2] }], [{ sphere: [0, 0, 0, Number.NaN] }], [{ region: 'here' }]])('%j is none', (value) =>
  expect(readVolume(value, IDENTITY)).toBe(undefined),
)
