import { expect, test } from 'vitest'
import { lowestGentle } from './lowest-gentle.ts'

/** A square of 2 m about the origin, in two triangles, at a height and with a rise to the east. */
const square = (z: number, rise = 0): number[] => {
  const [a, b, c, d] = [
    [-1, -1, z - rise],
    [1, -1, z + rise],
    [1, 1, z + rise],
    [-1, 1, z - rise],
  ] as const
  return [...a, ...b, ...c, ...a, ...c, ...d]
}

test('of two floors the lower one counts', () => {
  expect(lowestGentle(Float64Array.from([...square(5), ...square(2)]), [[0.1, 0.2]])).toEqual([2])
})

test('a slope counts where the place is, up to 45° and not beyond', () => {
  const [gentle] = lowestGentle(Float64Array.from(square(3, 0.9)), [[0.9, -0.6]])
  expect(gentle).toBeCloseTo(3.81, 9)
  expect(lowestGentle(Float64Array.from(square(3, 1.1)), [[0.9, -0.6]])).toEqual([Number.POSITIVE_INFINITY])
})

test('an edge counts within half a metre', () => {
  const floor = Float64Array.from(square(1))
  expect(
    lowestGentle(floor, [
      [1.49, 0],
      [1.51, 0],
      [-1.3, -1.3],
      [-1.4, -1.4],
    ]),
  ).toEqual([1, Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY])
})

test('a floor seen from below is none', () => {
  const [a, b, c] = [square(1).slice(0, 3), square(1).slice(3, 6), square(1).slice(6, 9)]
  expect(lowestGentle(Float64Array.from([...a, ...c, ...b].flat()), [[0.5, -0.5]])).toEqual([Number.POSITIVE_INFINITY])
})
