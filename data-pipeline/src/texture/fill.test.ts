import { describe, expect, test } from 'vitest'
import { fillGaps } from './fill.ts'
import { halved, shrunk } from './sample.ts'

const empty = (width: number, height: number) => ({
  width,
  data: new Uint8Array(3 * width * height),
  covered: new Uint8Array(width * height),
})
const red = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number) => data[3 * (y * width + x)]

test('a gap takes the colours of its own 4 × 4 block before any other’s', () => {
  const picture = empty(8, 4)
  // A pixel of each block is covered: 200 on the left, 40 on the right.
  for (const [at, value] of [
    [9, 200],
    [14, 40],
  ] as const) {
    picture.data.fill(value, 3 * at, 3 * at + 3)
    picture.covered[at] = 1
  }
  fillGaps(picture, 4)
  for (let y = 0; y < 4; y++) for (let x = 0; x < 8; x++) expect(red(picture, x, y)).toBe(x < 4 ? 200 : 40)
})

test('gaps are filled whatever their size, and what is covered stays', () => {
  for (const [width, height] of [
    [37, 21],
    [1, 9],
    [4, 1],
  ] as const) {
    const picture = empty(width, height)
    picture.data.fill(120, 0, 3)
    picture.covered[0] = 1
    fillGaps(picture, height)
    expect([...picture.data].every((value) => value === 120)).toBe(true)
  }
})

describe('a picture for a coarser parent', () => {
  const gradient = { width: 16, height: 16, data: Uint8Array.from({ length: 768 }, (_, i) => (Math.floor(i / 3) % 16) * 10) }
  test('is itself up to nearly three pixels a texel, and halved beyond', () => {
    expect(shrunk(gradient, 2.7)).toEqual({ picture: gradient, scale: 1 })
    const { picture, scale } = shrunk(gradient, 4)
    expect([picture.width, picture.height, scale]).toEqual([8, 8, 0.5])
    expect(red(picture, 3, 2)).toBe(65)
  })
  test('of odd sizes is halved, down to one pixel', () => {
    expect(halved({ width: 3, height: 1, data: Uint8Array.of(10, 0, 0, 20, 0, 0, 90, 0, 0) })).toEqual({
      width: 1,
      height: 1,
      data: Uint8Array.of(15, 0, 0),
    })
    expect(halved({ width: 1, height: 1, data: Uint8Array.of(9, 8, 7) })).toEqual({ width: 1, height: 1, data: Uint8Array.of(9, 8, 7) })
  })
})
