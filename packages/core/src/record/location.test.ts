import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeLocation, locationOf } from './location.ts'

const AREA = [117.7, 37.1, 117.9, 37.3] as const
/** Both axes could be either here, so only the area tells an exchange: a town in Kenya's and Turkey's numbers. */
const LOW = [36.7, 39.8, 36.9, 40] as const

describe('a location that stands', () => {
  test.each([[[117.8, 37.2, 7]], [[117.8, 37.2]], [[117.8, 37.2, -500]], [[117.8, 37.2, 9_000]], [[117.7, 37.1]], [[117.9, 37.3]]])(
    '%j',
    (raw) => {
      expect(judgeLocation(raw, undefined)).toEqual({ location: raw })
      expect(judgeLocation(raw, AREA)).toEqual({ location: raw })
    },
  )
  test.each([[[-180, -90]], [[180, 90]], [[0, 51.5]], [[6.6, 0]], [[2e-6, 0, 0]]])('%j, where no area is known', (raw) =>
    expect(judgeLocation(raw, undefined)).toEqual({ location: raw }),
  )
  test('none was sent', () => expect([judgeLocation(undefined, AREA), judgeLocation(null, AREA)]).toEqual([{}, {}]))
})

describe('a location that cannot be meant is left out and told', () => {
  test.each([
    [[0, 0, 0], /\[0, 0\] is what a receiver without a fix says/],
    [[0, 0], /receiver without a fix/],
    [[1e-6, -1e-6, 5], /receiver without a fix/],
    [[37.2, 117.8, 7], /location \[37\.2, 117\.8\] looks exchanged; send degrees east first/],
    [[37.2, 117.8], /looks exchanged/],
    [[200, 37.2], /is no place on earth/],
    [[117.8, 117.8], /is no place on earth/],
    [[117.8, 37.2, 30_000], /location is 30000 m above the ellipsoid, expected -500 to 9000/],
    [[117.8, 37.2, 9_001], /9001 m/],
    [[117.8, 37.2, -501], /-501 m/],
    [[117.8], /must be \[degrees east, degrees north\]/],
    [[117.8, 37.2, 7, 1], /must be/],
    [['117.8', '37.2'], /must be/],
    [[117.8, 37.2, null], /must be/],
    [{ lat: 37.2, lon: 117.8 }, /must be/],
    ['37.2,117.8', /must be/],
    [[Number.POSITIVE_INFINITY, 37.2], /no place on earth/],
  ])('%j', (raw, words) => {
    for (const area of [undefined, AREA]) {
      const { location, told } = judgeLocation(raw, area)
      expect(location).toBeUndefined()
      expect(told).toEqual({ code: 'location-invalid', message: expect.stringMatching(words) })
      expect(told?.message).toMatch(/; left out, the rest of the record stands$/)
    }
  })
})

test('exchanged axes are found by the area where both numbers could be either', () => {
  expect(judgeLocation([39.9, 36.8], undefined)).toEqual({ location: [39.9, 36.8] })
  expect(judgeLocation([39.9, 36.8], LOW)).toMatchObject({
    told: { code: 'location-invalid', message: expect.stringMatching(/looks exchanged/) },
  })
  expect(judgeLocation([36.8, 39.9], LOW)).toEqual({ location: [36.8, 39.9] })
})

test('a place that is inside the area both ways stands as it was sent', () =>
  expect(judgeLocation([40.1, 40.3], [40, 40, 41, 41])).toEqual({ location: [40.1, 40.3] }))

test('a place outside the area is kept and told, and names the area', () =>
  expect(judgeLocation([116.4, 39.9, 50], AREA)).toEqual({
    location: [116.4, 39.9, 50],
    told: {
      code: 'location-outside',
      message: expect.stringMatching(/^location \[116\.4, 39\.9\] is outside the twin's area \[117\.7, 37\.1, 117\.9, 37\.3\]; it is kept/),
    },
  }))

test('whatever was sent: it stands as it was sent or not at all, and what does not stand is told', () => {
  const degrees = fc.double({ min: -200, max: 200, noNaN: true })
  const position = fc.oneof(fc.tuple(degrees, degrees), fc.tuple(degrees, degrees, fc.double({ min: -2_000, max: 20_000, noNaN: true })))
  fc.assert(
    fc.property(position, fc.constantFrom(undefined, AREA, LOW), (raw, area) => {
      const { location, told } = judgeLocation(raw, area)
      if (location === undefined) expect(told?.code).toBe('location-invalid')
      else {
        expect(location).toEqual(raw)
        expect(locationOf(location)).toEqual(raw)
        const isInside = area === undefined || (raw[0] >= area[0] && raw[0] <= area[2] && raw[1] >= area[1] && raw[1] <= area[3])
        expect(told?.code).toBe(isInside ? undefined : 'location-outside')
      }
    }),
  )
})

test('a location inside the area is never kept when its axes are exchanged', () => {
  const inside = fc.tuple(fc.double({ min: 36.7, max: 36.9, noNaN: true }), fc.double({ min: 39.8, max: 40, noNaN: true }))
  fc.assert(
    fc.property(inside, ([lon, lat]) => {
      expect(judgeLocation([lon, lat], LOW).location).toEqual([lon, lat])
      expect(judgeLocation([lat, lon], LOW)).toMatchObject({ told: { code: 'location-invalid' } })
    }),
  )
})

test('a viewer reads two or three numbers on earth, also what no source may send any more', () => {
  for (const raw of [
    [117.8, 37.2],
    [117.8, 37.2, 30_000],
    [0, 0, 0],
    [-180, 90, 100_000],
  ])
    expect(locationOf(raw)).toEqual(raw)
  for (const raw of [
    [117.8],
    [181, 0],
    [0, 91],
    [1, 2, '3'],
    [1, 2, 3, 4],
    [1, 2, 200_000],
    null,
    { 0: 1, 1: 2, length: 2 },
    [Number.NaN, 1],
  ])
    expect(locationOf(raw)).toBeNull()
})

test('a viewer reads numbers alone, and heights from 12 km below the ellipsoid to 100 km above', () => {
  for (const raw of [
    ['1', 2],
    [1, '2'],
    [1, 2, -12_000.5],
    [1, 2, 100_000.5],
    [1, 2, undefined],
    [180.5, 0],
    [0, -90.5],
  ])
    expect(locationOf(raw)).toBeNull()
  for (const height of [-12_000, 0, 100_000]) expect(locationOf([1, 2, height])).toEqual([1, 2, height])
})

test('a place outside the area whose numbers could be exchanged is not taken for exchanged, unless the area says so', () =>
  expect(judgeLocation([30, 40], AREA)).toMatchObject({ location: [30, 40], told: { code: 'location-outside' } }))
