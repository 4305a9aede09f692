import { expect, test } from 'vitest'
import { roomFor } from './growing.ts'

test('an array is kept while it has room, and then at least doubles with what it had', () => {
  const array = Float64Array.of(1, 2, 3)
  expect(roomFor(array, 3)).toBe(array)
  const next = roomFor(array, 4)
  expect([next.constructor, next.length, ...next.subarray(0, 4)]).toEqual([Float64Array, 6, 1, 2, 3, 0])
  expect(roomFor(array, 100)).toHaveLength(100)
})
