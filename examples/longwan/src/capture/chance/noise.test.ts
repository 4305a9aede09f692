import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillNoiseRow, hash2, noise2 } from './noise.ts'
import { makeRandom } from './random.ts'

test('a row of noise is the noise, value by value', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.02, max: 2.7, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.nat(999),
      (step, y, seed) => {
        const row = new Float32Array(40)
        fillNoiseRow(row, step, y, seed)
        for (const [i, v] of row.entries()) expect(v).toBeCloseTo(noise2(i * step, y, seed), 5)
      },
    ),
  )
})

test('noise stays within 0 and 1 and is continuous across lattice lines', () => {
  fc.assert(
    fc.property(fc.integer({ min: -99, max: 99 }), fc.double({ min: -9, max: 9, noNaN: true }), fc.nat(99), (x, y, seed) => {
      expect(noise2(x, y, seed)).toBeGreaterThanOrEqual(0)
      expect(noise2(x, y, seed)).toBeLessThan(1)
      expect(Math.abs(noise2(x - 1e-6, y, seed) - noise2(x + 1e-6, y, seed))).toBeLessThan(1e-4)
    }),
  )
})

test('hashes of neighbours are unrelated: their mean over a square is a half', () => {
  let sum = 0
  for (let y = 0; y < 100; y++) for (let x = 0; x < 100; x++) sum += hash2(x, y, 7)
  expect(sum / 1e4).toBeCloseTo(0.5, 1)
})

test('one seed gives one stream and another seed another', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, makeRandom(seed))
  expect(draw(3)).toEqual(draw(3))
  expect(draw(3)).not.toEqual(draw(4))
})
