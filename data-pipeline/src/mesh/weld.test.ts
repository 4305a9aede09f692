import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { weld } from './weld.ts'

test('vertices at one place become one position, and no others do', () => {
  const place = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }), fc.integer({ min: -(2 ** 23), max: 2 ** 23 }))
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 200 }), (places) => {
      const { ids, positions } = weld(Int32Array.from(places.flat()))
      for (const [i, p] of places.entries()) expect([...positions.subarray(3 * ids[i]!, 3 * ids[i]! + 3)]).toEqual(p.map((v) => v + 0))
      expect(positions.length / 3).toBe(new Set(places.map(String)).size)
    }),
  )
})

test('positions are numbered as they come', () => expect([...weld(Int32Array.of(5, 0, 0, 1, 0, 0, 5, 0, 0)).ids]).toEqual([0, 1, 0]))
