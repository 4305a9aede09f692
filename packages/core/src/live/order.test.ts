import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ABSENT, compareOrder, NEVER, winsTie } from './order.ts'

type Key = readonly [boot: number, seq: number, t: number]
const small = fc.integer({ min: ABSENT, max: 2 })
const key = fc.tuple(small, small, fc.constantFrom(NEVER, 0, 1, 2)) as fc.Arbitrary<Key>
const compare = (a: Key, b: Key) => compareOrder(...a, ...b)

test('a new boot is newer, though its seq begins at 0 and its clock is behind', () => {
  expect(compare([2, 0, 10], [1, 900, 99])).toBeGreaterThan(0)
})

test('within a boot seq decides, whatever the times say', () => {
  expect(compare([1, 8, 10], [1, 7, 99])).toBeGreaterThan(0)
})

test('without a boot the seq is not trusted: t decides', () => {
  expect(compare([ABSENT, 3, 20], [ABSENT, 9, 10])).toBeGreaterThan(0)
})

test('any record is newer than what an inventory says', () => {
  expect(compare([ABSENT, ABSENT, 0], [ABSENT, ABSENT, NEVER])).toBeGreaterThan(0)
})

test('is a total order: antisymmetric and without cycles', () => {
  fc.assert(
    fc.property(key, key, key, (a, b, c) => {
      expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0)
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0)
    }),
  )
})

test('a tie between values has one winner, of either type', () => {
  const value = fc.oneof(fc.integer(), fc.string())
  fc.assert(fc.property(value, value, (a, b) => a === b || winsTie(a, b) !== winsTie(b, a)))
})
