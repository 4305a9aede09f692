import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { closed, nearest } from './closed.ts'

describe('the nearest word', () => {
  test.each([
    ['ulr', 'url'],
    ['tileset', 'tilesets'],
    ['Url', 'url'],
    ['heightEllipsoidMeters', 'heightEllipsoidalMeters'],
  ])('of %s is %s', (written, meant) => expect(nearest(written, ['id', 'url', 'tilesets', 'heightEllipsoidalMeters'])).toBe(meant))
  test.each([
    ['lng', 'longitude'],
    ['lat', 'latitude'],
    ['height', 'heightEllipsoidalMeters'],
    ['alt', 'heightEllipsoidalMeters'],
    ['heading', 'headingDeg'],
    ['bearing', 'headingDeg'],
  ])('of %s, as another map says or cut short, is %s', (written, meant) =>
    expect(nearest(written, ['longitude', 'latitude', 'heightEllipsoidalMeters', 'headingDeg', 'pitchDeg'])).toBe(meant),
  )
  test('of something else is none', () => expect(nearest('colour', ['id', 'url', 'tilesets'])).toBeUndefined())
  test('of a known word is that word', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{2,12}$/), { minLength: 1, maxLength: 8 }), fc.nat(), (known, i) => {
        const word = known[i % known.length]!
        return nearest(word, known) === word
      }),
    )
  })
})

test('a closed object refuses any key it was not made with, and takes those it was', () => {
  const schema = closed({ id: v.string(), url: v.string() })
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (key) => {
      const value = { id: 'a', url: 'b', ...Object.fromEntries([[key, 'c']]) }
      return v.safeParse(schema, value).success === (key === 'id' || key === 'url' || !Object.keys(value).includes(key))
    }),
  )
})
