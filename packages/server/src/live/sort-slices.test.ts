import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sortInSlices } from './sort-slices.ts'

test('sorts as sort() does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 3 }), { maxLength: 30 }), fc.integer({ min: 1, max: 300 }), async (few, times) => {
      const texts = Array.from({ length: few.length * times }, (_, i) => `${few[i % few.length]}${(i * 7919) % 1_000}`)
      expect(await sortInSlices(texts, async () => undefined)).toEqual([...texts].sort())
    }),
    { numRuns: 100 },
  )
})

test('lets others have turns, however many there are', async () => {
  let breaths = 0
  const texts = Array.from({ length: 50_000 }, (_, i) => `W-${(i * 7919) % 50_000}`)
  expect(
    await sortInSlices(texts, async () => {
      breaths++
    }),
  ).toEqual([...texts].sort())
  expect(breaths).toBeGreaterThan(50)
})
