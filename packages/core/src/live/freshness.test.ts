import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freshnessOf, nextAgeMs } from './freshness.ts'

test('is late from one and a half intervals, stale from two and a half', () => {
  expect([1499, 1500, 2499, 2500].map((now) => freshnessOf(0, now, 1000))).toEqual([0, 1, 1, 2])
})

test('what has no time, or no interval, is never stale', () => {
  expect([freshnessOf(Number.NaN, 9e12, 1000), freshnessOf(0, 9e12)]).toEqual([0, 0])
  expect([nextAgeMs(Number.NaN, 0, 1000), nextAgeMs(0, 0)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
})

test('tells the end of one and a half intervals, from then on that of two and a half, and then none', () => {
  expect([100, 1599, 1600, 2599, 2600].map((now) => nextAgeMs(100, now, 1000))).toEqual([1600, 1600, 2600, 2600, Number.POSITIVE_INFINITY])
})

test('changes exactly at the time that it told, and not before', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 10_000 }), fc.nat(200_000), (heard, every, now) => {
      const next = nextAgeMs(heard, now, every)
      const state = freshnessOf(heard, now, every)
      if (next === Number.POSITIVE_INFINITY) expect(state).toBe(2)
      else expect([freshnessOf(heard, next - 0.01, every), freshnessOf(heard, next, every)]).toEqual([state, state + 1])
    }),
  )
})
