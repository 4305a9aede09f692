import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { closed, nearest } from './closed.ts'

/** Levenshtein as it is defined, without a table. */
function changes(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const [restA, restB] = [a.slice(1), b.slice(1)]
  if (a[0] === b[0]) return changes(restA, restB)
  return 1 + Math.min(changes(restA, b), changes(a, restB), changes(restA, restB))
}

describe('the nearest word', () => {
  const word = (longest: number) => fc.string({ minLength: 1, maxLength: longest, unit: fc.constantFrom('a', 'b', 'A') })
  test('is the one that begins so, else the first of those that need the fewest changes: two, or a third of its letters, and not all', () => {
    fc.assert(
      fc.property(word(6), fc.array(word(7), { maxLength: 4 }), (written, known) => {
        const lower = written.toLowerCase()
        const begun = known.filter((each) => each.toLowerCase().slice(0, lower.length) === lower)
        const far = known.map((each) => changes(lower, each.toLowerCase()))
        const least = Math.min(...far)
        const best = known[far.indexOf(least)]
        const isNear = best !== undefined && least <= Math.max(2, Math.floor(best.length / 3)) && least < best.length
        expect(nearest(written, known)).toBe(lower.length >= 3 && begun.length === 1 ? begun[0] : isNear ? best : undefined)
      }),
      { numRuns: 300 },
    )
  })
  test('is one that it begins, from three letters on, and only where there is one', () => {
    const known = ['latitudeDeg', 'longitudeDeg', 'longest']
    expect(['la', 'lat', 'LAT', 'lon', 'long', 'longi'].map((written) => nearest(written, known))).toEqual([
      undefined,
      'latitudeDeg',
      'latitudeDeg',
      undefined,
      undefined,
      'longitudeDeg',
    ])
  })
  test('is what other maps call it, where the place has such a key', () => {
    expect([nearest('Alt', ['id', 'heightEllipsoidalMeters']), nearest('alt', ['id', 'url']), nearest('toString', ['id'])]).toEqual([
      'heightEllipsoidalMeters',
      undefined,
      undefined,
    ])
  })
  test.each([
    ['xbcdefgh', 1],
    ['xxcdefgh', 2],
    ['xxxdefgh', 0],
  ])('of eight letters two may differ: %s', (written, far) => expect(nearest(written, ['abcdefgh'])).toBe(far > 0 ? 'abcdefgh' : undefined))
  test('of nine letters three may differ, and of eleven too', () => {
    expect([nearest('xxxdefghi', ['abcdefghi']), nearest('xxxxefghi', ['abcdefghi'])]).toEqual(['abcdefghi', undefined])
    expect([nearest('xxxdefghijk', ['abcdefghijk']), nearest('xxxxefghijk', ['abcdefghijk'])]).toEqual(['abcdefghijk', undefined])
  })
  test('of two letters one may differ, of one none, and of no words is none', () => {
    expect([nearest('xb', ['ab']), nearest('xy', ['ab']), nearest('x', ['a']), nearest('a', [])]).toEqual([
      'ab',
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a closed object', () => {
  const told = (schema: v.GenericSchema, value: unknown) => v.safeParse(schema, value).issues?.map(({ message }) => message) ?? []
  const place = closed({ url: v.string(), name: v.exactOptional(v.string()), inner: v.exactOptional(closed({ deep: v.number() })) })
  test('names the key that was meant, or those that there are', () => {
    expect(told(place, { url: '', ulr: 1 })).toEqual(['is not a key of this place; did you mean url?'])
    expect(told(place, { url: '', colour: 1 })).toEqual(['is not a key of this place; known are url, name, inner'])
    expect(told(place, { url: '', inner: { deep: 1, deeep: 2 } })).toEqual(['is not a key of this place; did you mean deep?'])
  })
  test('tells a missing key from what is no object', () => {
    expect(told(place, {})).toEqual(['is missing; add it'])
    expect(told(place, undefined)).toEqual(['is missing; add it'])
    expect(told(place, 5)).toEqual(['is 5; an object is needed'])
    expect(told(place, null)).toEqual(['is null; an object is needed'])
  })
  test('compares the first 80 letters of a key, however long it is', () => {
    const long = closed({ ['k'.repeat(60)]: v.exactOptional(v.string()) })
    const meant = (key: string) => told(long, { [key]: 1 })[0]!.includes('did you mean')
    expect([meant('k'.repeat(60) + 'x'.repeat(20)), meant('k'.repeat(60) + 'x'.repeat(10_000))]).toEqual([true, true])
    expect(meant(`x${'k'.repeat(59)}${'x'.repeat(20)}`)).toBe(false)
  })
})
