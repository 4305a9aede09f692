import { expect, test } from 'vitest'
import { copyPixels } from './copy-pixels.ts'

/** A page whose red says the column, and green the row. */
const page = {
  width: 8,
  height: 6,
  data: Uint8Array.from({ length: 3 * 48 }, (_, i) => [Math.floor(i / 3) % 8, Math.floor(i / 24), 7][i % 3]!),
}

function copied(fromX: number, fromY: number, { columns = 4, rows = 3, scale = 1 } = {}): string[] {
  const atlas = new Uint8Array(3 * 16 * 8)
  copyPixels(page, atlas, { width: 16, x: 2, y: 1, columns, rows, fromX, fromY, scale })
  expect(atlas.subarray(0, 3 * 16).every((value) => value === 0)).toBe(true)
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => {
      const at = 3 * ((1 + r) * 16 + 2 + c)
      expect(atlas[at + 2]).toBe(7)
      return `${atlas[at]}.${atlas[at + 1]}`
    }).join(' '),
  )
}

test('a rectangle is copied pixel by pixel', () => expect(copied(3, 2)).toEqual(['3.2 4.2 5.2 6.2', '3.3 4.3 5.3 6.3', '3.4 4.4 5.4 6.4']))
test('right beyond an edge it repeats the edge', () => {
  expect(copied(-2, -1)).toEqual(['0.0 0.0 0.0 1.0', '0.0 0.0 0.0 1.0', '0.1 0.1 0.1 1.1'])
  expect(copied(6, 4)).toEqual(['6.4 7.4 7.4 7.4', '6.5 7.5 7.5 7.5', '6.5 7.5 7.5 7.5'])
})
test('far beyond it repeats the page', () => expect(copied(16, 12, { rows: 1 })).toEqual(['0.0 1.0 2.0 3.0']))
test('at half the scale it takes the mean of four', () => {
  // Columns 0 and 1, rows 0 and 1: 0.5 is rounded up.
  expect(copied(0, 0, { columns: 2, rows: 2, scale: 0.5 })).toEqual(['1.1 3.1', '1.3 3.3'])
})
