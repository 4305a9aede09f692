import { expect, test } from 'vitest'
import { doubleArea, insideOf, texelOf, toMeters } from './tile-mesh.ts'

const triangle = {
  positionIds: new Uint32Array(3),
  positions: Int32Array.of(0, 0, 0, 300, 0, 0, 0, 400, 0),
  triangles: Uint32Array.of(0, 1, 2),
}
const picture = { width: 8, height: 8, data: new Uint8Array(0) }

test('steps become metres', () => expect([...toMeters(Int32Array.of(1, -4, 0), 0.25)]).toEqual([0.25, -1, 0]))

test('an area is the same however the triangle is turned', () => {
  expect(doubleArea(triangle.positions, 0, 1, 2)).toBe(120_000)
  expect(doubleArea([0, 0, 0, 0, 3, 0, 0, 0, 4], 2, 0, 1)).toBe(12)
})

test('a texel is the side of a pixel on the surface, whichever way the picture turns', () => {
  const cornerPixels = Float32Array.of(0, 0, 0, 3, 4, 0)
  expect(insideOf(cornerPixels, 0)).toBe(12)
  // 120,000 steps² over 12 pixels: 100 steps a side.
  expect(texelOf({ ...triangle, cornerPixels, picture }, 0.01, 7)).toBeCloseTo(1)
  expect(texelOf({ ...triangle, cornerPixels: new Float32Array(6), picture }, 0.01, 7)).toBe(7)
})
