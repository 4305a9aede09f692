import { expect, test } from 'vitest'
import { compose, IDENTITY, multiply, translation, zUp } from './matrix.ts'

const at = (m: readonly number[], [x, y, z]: readonly number[]) =>
  [0, 1, 2].map((row) => m[row]! * x! + m[row + 4]! * y! + m[row + 8]! * z! + m[row + 12]!)

test('a product does its right factor first', () => {
  const scaled = compose([0, 0, 0], [0, 0, 0, 1], [2, 3, 4])
  expect(at(multiply(translation([10, 0, 0]), scaled), [1, 1, 1])).toEqual([12, 3, 4])
  expect(multiply(IDENTITY, scaled)).toEqual(scaled)
})

test('a quarter turn about z leads east to north', () => {
  const [x, y, z] = at(compose([1, 0, 0], [0, 0, Math.SQRT1_2, Math.SQRT1_2], [1, 1, 1]), [1, 0, 0])
  expect(x).toBeCloseTo(1, 12)
  expect(y).toBeCloseTo(1, 12)
  expect(z).toBe(0)
})

test('the up axis comes to stand on z, exactly', () => {
  expect(at(zUp('Y'), [0, 1, 0])).toEqual([0, 0, 1])
  expect(at(zUp('X'), [1, 0, 0])).toEqual([0, 0, 1])
  expect(at(zUp('Z'), [0, 0, 1])).toEqual([0, 0, 1])
})
