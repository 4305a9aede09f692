import fc from 'fast-check'
import { expect, test } from 'vitest'
import { freshnessOf, nextAgeMs } from './freshness.ts'

test('is late from one and a half intervals, stale from two and a half', () => {
  expect([1499, 1500, 2499, 2500].map((now) => freshnessOf(0, 1000, now))).toEqual([0, 1, 1, 2])
})

test('what has no time, or no interval, is never stale', () => {
  expect([freshnessOf(Number.NaN, 1000, 9e12), freshnessOf(0, undefined, 9e12)]).toEqual([0, 0])
})

test('changes exactly at the time that it told, and not before', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 10_000 }), fc.nat(200_000), (heard, every, now) => {
      const next = nextAgeMs(heard, every, now)
      const state = freshnessOf(heard, every, now)
      if (next === Number.POSITIVE_INFINITY) expect(state).toBe(2)
      else expect([freshnessOf(heard, every, next - 0.01), freshnessOf(heard, every, next)]).toEqual([state, state + 1])
    }),
  )
})
