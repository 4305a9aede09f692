import { Vector3 } from 'three'
import { describe, expect, test } from 'vitest'
import { geodeticToEcef } from '../../../geo/ellipsoid.ts'
import { enuFrame, enuToEcefMatrix } from '../../../geo/enu.ts'
import { isOnEarth, sphereOfVolume } from '../../../geo/volume.ts'
import { placeTileset } from './placement.ts'

const origin = { longitude: 117.83, latitude: 37.39, heightEllipsoidalMeters: 12, geoidMeters: -9, datum: 'CGCS2000' } as const
const box = (x: number, y: number, z: number) => ({ boundingVolume: { box: [x, y, z, 1, 0, 0, 0, 1, 0, 0, 0, 1] } })

const scaled = ([x, y, z]: readonly number[], by: number) => [by, 0, 0, 0, 0, by, 0, 0, 0, 0, by, 0, x!, y!, z!, 1]

describe('a tileset of which nothing is said', () => {
  test('is on the earth where its root volume, through its transform, lies near the ellipsoid', () => {
    const [x, y, z] = geodeticToEcef({ longitude: 117.83, latitude: 37.39, heightEllipsoidalMeters: 4000 })
    expect(placeTileset('auto', box(x, y, z), origin).at).toBe('ecef')
    expect(placeTileset('auto', { ...box(0, 0, 0), transform: enuToEcefMatrix(enuFrame(origin)) }, origin).at).toBe('ecef')
    expect(placeTileset('auto', { boundingVolume: { region: [0, 0, 1, 1, 0, 10] } }, origin).at).toBe('ecef')
  })

  test('else is local', () => {
    expect(placeTileset('auto', box(0, 0, 0), origin).at).toBe('origin')
    expect(placeTileset('auto', box(434_000, 4_139_000, 20), origin).at).toBe('origin')
    expect(placeTileset('auto', { boundingVolume: { sphere: [0, 0, 6_600_000, 10] } }, origin).at).toBe('origin')
  })

  const below = geodeticToEcef({ longitude: 117.83, latitude: 37.39, heightEllipsoidalMeters: -300_000 })
  const above = { region: [2.05, 0.65, 2.06, 0.66, 300_000, 300_100] }
  test.each([
    ['the whole globe', { sphere: [0, 0, 0, 6_378_137] }, undefined, 'ecef'],
    ['a deep volume that reaches the ground', { sphere: [...below, 350_000] }, undefined, 'ecef'],
    ['a deep volume that does not', { sphere: [...below, 150_000] }, undefined, 'origin'],
    ['a tall box', { box: [...below, 0, 0, 350_000, 1, 0, 0, 0, 1, 0] }, undefined, 'ecef'],
    ['a region, whatever its height and transform', above, Array(16).fill(0), 'ecef'],
    ['a sphere that its transform makes large enough', { sphere: [0, 0, 0, 1_000] }, scaled(below, 400), 'ecef'],
  ] as const)('stands as its size and depth say: %s', (_, boundingVolume, transform, at) => {
    const sphere = sphereOfVolume(boundingVolume, transform)!
    expect(isOnEarth(sphere) ? 'ecef' : 'origin').toBe(at)
    expect(
      placeTileset('auto', { boundingVolume: { ...boundingVolume } as never, ...(transform && { transform: [...transform] }) }, origin).at,
    ).toBe(at)
  })
})

test('a place on the earth comes to stand in metres from the origin, to a micrometre', () => {
  const frame = enuFrame(origin)
  const { toScene } = placeTileset('ecef', box(0, 0, 0), origin)
  const m = enuToEcefMatrix(frame)
  // 1500 m east, 800 north, 20 up of the origin, told in ECEF.
  const at = [0, 1, 2].map((row) => m[row]! * 1500 + m[row + 4]! * 800 + m[row + 8]! * 20 + m[row + 12]!)
  const [east, north, up] = new Vector3(...at).applyMatrix4(toScene).toArray()
  expect(east).toBeCloseTo(1500, 6)
  expect(north).toBeCloseTo(800, 6)
  expect(up).toBeCloseTo(20, 6)
  expect(placeTileset('origin', box(5_000, 0, 0), origin).toScene.toArray()).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
})

describe('a local set whose numbers are those of a grid', () => {
  const placed = (x: number, y: number, z: number) => placeTileset('origin', box(x, y, z), origin)
  test.each([
    ['UTM', 434_000, 4_139_000, 20],
    ['Gauss-Krüger with its zone', 40_434_000, 4_139_000, 20],
    ['Web Mercator', 13_116_000, 4_491_000, 20],
    ['50 km of offset', 50_000, 0, 20],
  ])('%s comes to the origin, at its own height, and how far is told', (_, x, y, z) => {
    const { sphere, movedMeters } = placed(x, y, z)
    expect(sphere).toEqual({ center: [0, 0, z], radiusMeters: Math.sqrt(3) })
    expect(movedMeters).toBeCloseTo(Math.hypot(x, y), 6)
  })
  test('heights as far off come down too', () => {
    expect(placed(0, 0, 50_000)).toMatchObject({ sphere: { center: [0, 0, 0] }, movedMeters: 50_000 })
    expect(placed(0, 0, -50_000).sphere!.center).toEqual([0, 0, 0])
  })
  test('stands where it is within 10 km and its own reach of the origin', () => {
    const reach = 10_000 + Math.sqrt(3)
    expect(placed(reach - 0.01, 0, 0)).toMatchObject({ movedMeters: 0, sphere: { center: [reach - 0.01, 0, 0] } })
    expect(placed(0, -reach - 0.01, 0).movedMeters).toBeCloseTo(reach + 0.01, 6)
    expect(placed(0, 0, reach - 0.01).movedMeters).toBe(0)
  })
  test('one on the earth is never moved', () => expect(placeTileset('ecef', box(6_378_137, 0, 0), origin).movedMeters).toBe(0))
})
