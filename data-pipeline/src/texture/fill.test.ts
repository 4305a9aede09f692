import { describe, expect, test } from 'vitest'
import { fillGaps, spread } from './fill.ts'
import { halved, sampler } from './sample.ts'

const empty = (width: number, height: number) => ({
  width,
  data: new Uint8Array(3 * width * height),
  covered: new Uint8Array(width * height),
})
const red = ({ data, width }: { data: Uint8Array; width: number }, x: number, y: number) => data[3 * (y * width + x)]

describe('spreading', () => {
  test('goes a pixel per pass, and not out of its rectangle', () => {
    const picture = empty(9, 3)
    picture.data.fill(200, 3 * 13, 3 * 14)
    picture.covered[13] = 1
    spread(picture, { x: 2, y: 0, columns: 5, rows: 3, passes: 1 })
    expect(Array.from({ length: 9 }, (_, x) => red(picture, x, 1))).toEqual([0, 0, 0, 200, 200, 200, 0, 0, 0])
    spread(picture, { x: 2, y: 0, columns: 5, rows: 3, passes: 3 })
    expect(Array.from({ length: 9 }, (_, x) => red(picture, x, 0))).toEqual([0, 0, 200, 200, 200, 200, 200, 0, 0])
  })
  test('blends what meets', () => {
    const picture = empty(3, 1)
    picture.data.set([100, 100, 100, 0, 0, 0, 200, 200, 200])
    picture.covered.set([1, 0, 1])
    spread(picture, { x: 0, y: 0, columns: 3, rows: 1, passes: 1 })
    expect(red(picture, 1, 0)).toBe(150)
  })
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

describe('a sampler', () => {
  const gradient = { width: 16, height: 16, data: Uint8Array.from({ length: 768 }, (_, i) => (Math.floor(i / 3) % 16) * 10) }
  const at = (ratio: number, x: number, y: number) => {
    const out = new Uint8Array(3)
    sampler(gradient, ratio)(x, y, out, 0)
    return out[0]
  }
  test('blends between pixel centres', () => {
    expect(at(1, 4.5, 8)).toBe(40)
    expect(at(1, 5, 8)).toBe(45)
  })
  test('takes a halved picture where a texel spans many pixels', () => expect(at(4, 8, 8)).toBe(75))
  test('stays at the edge beyond it, and takes NaN for the edge', () => {
    expect(at(1, -9, 3)).toBe(0)
    expect(at(1, 99, 3)).toBe(150)
    expect(at(1, Number.NaN, 3)).toBe(0)
  })
  test('reads a picture of one pixel', () => {
    const out = new Uint8Array(3)
    sampler({ width: 1, height: 1, data: Uint8Array.of(9, 8, 7) }, 1)(0.5, 0.5, out, 0)
    expect([...out]).toEqual([9, 8, 7])
  })
  test('halves odd sizes', () =>
    expect(halved({ width: 3, height: 1, data: Uint8Array.of(10, 0, 0, 20, 0, 0, 90, 0, 0) })).toEqual({
      width: 1,
      height: 1,
      data: Uint8Array.of(15, 0, 0),
    }))
})
