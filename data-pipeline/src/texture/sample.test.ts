import { expect, test } from 'vitest'
import { halved, shrunk } from './sample.ts'

const picture = (width: number, height: number, at: (x: number, y: number) => number) => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => at(Math.floor(i / 3) % width, Math.floor(i / 3 / width)) + (i % 3)),
})

test('half a picture has the mean of four in each pixel', () => {
  const { width, height, data } = halved(picture(4, 2, (x, y) => 10 * x + 100 * y))
  expect([width, height, ...data]).toEqual([2, 1, 55, 56, 57, 75, 76, 77])
})

test('a picture of one row or one pixel stays one', () => {
  expect(halved(picture(4, 1, (x) => 10 * x)).data).toEqual(Uint8Array.of(5, 6, 7, 25, 26, 27))
  expect(halved(picture(1, 1, () => 9)).data).toEqual(Uint8Array.of(9, 10, 11))
})

test.each([
  [0.5, 1],
  [2, 1],
  [2.8, 1],
  [3, 0.5],
  [11, 0.25],
  [12, 0.125],
])('where a parent’s pixel spans %d of the child’s, it reads at a scale of %d', (ratio, scale) => {
  const found = shrunk(
    picture(64, 32, () => 0),
    ratio,
  )
  expect([found.scale, found.picture.width, found.picture.height]).toEqual([scale, 64 * scale, 32 * scale])
})
