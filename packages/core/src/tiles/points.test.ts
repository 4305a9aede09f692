import { expect, test } from 'vitest'
import type { FeatureTable } from './containers.ts'
import { tileBudget } from './limits.ts'
import { readPoints } from './points.ts'

const table = (json: object, bytes: readonly number[] = []): FeatureTable => ({
  json: { POINTS_LENGTH: 1, POSITION: { byteOffset: 0 }, ...json },
  bytes: Uint8Array.from([...Array(12).fill(0), ...bytes]),
})
const colorOf = (json: object, bytes?: readonly number[]) => {
  const { geometries, materials } = readPoints(table(json, bytes), { budget: tileBudget() })
  return { each: geometries[0]!.color && [...geometries[0]!.color.array], all: materials[0]!.color }
}
const HALF = Math.floor(0.21586050011389926 * 65_535)

test('colours of a cloud are linear, in each of the three ways that they are told', () => {
  expect(colorOf({ RGB: { byteOffset: 12 } }, [255, 128, 0]).each).toEqual([65_535, HALF, 0, 65_535])
  expect(colorOf({ RGBA: { byteOffset: 12 } }, [255, 128, 0, 51]).each).toEqual([65_535, HALF, 0, 13_107])
  // 5 bits of red, 6 of green, 5 of blue, red highest.
  expect(colorOf({ RGB565: { byteOffset: 12 } }, [0b0000_0000, 0b1111_1000]).each).toEqual([65_535, 0, 0, 65_535])
  expect(colorOf({ RGB565: { byteOffset: 12 } }, [0b1110_0000, 0b0000_0111]).each).toEqual([0, 65_535, 0, 65_535])
  expect(colorOf({ RGB565: { byteOffset: 12 } }, [0b0001_1111, 0b0000_0000]).each).toEqual([0, 0, 65_535, 65_535])
})

test('one colour for all is the material’s, unless each point has its own', () => {
  const constant = { CONSTANT_RGBA: [255, 0, 0, 51] }
  expect(colorOf(constant)).toEqual({ each: undefined, all: [1, 0, 0, 0.2] })
  expect(colorOf({ ...constant, RGB: { byteOffset: 12 } }, [0, 0, 0]).all).toEqual([1, 1, 1, 1])
  expect(colorOf({}).each).toBeUndefined()
})
