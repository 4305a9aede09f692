import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Shape } from '../kind/kind.ts'
import { PLATE_HALF_PX } from '../live/plate.ts'
import { dashes, distanceToLines, FIELD_SCALE, FIELD_ZERO, isInside, writeField } from './distance-field.ts'
import { flattenPath } from './path.ts'
import { GLYPHS, PLATES, SIGN_DIGITS, SIGNS } from './symbol-paths.ts'

const px = fc.double({ min: -20, max: 20, noNaN: true })

describe('a path', () => {
  test('of lines keeps its corners', () => {
    expect(flattenPath('M0,-10l11,19h-22z')).toEqual([{ points: [0, -10, 11, 9, -11, 9], closed: true }])
  })
  test('reads numbers as captures of drawing tools write them: no space, bare points', () => {
    expect(flattenPath('M.5-.5l1-1.5.25.5')).toEqual([{ points: [0.5, -0.5, 1.5, -2, 1.75, -1.5], closed: false }])
  })
  test('of two half circles is the circle, to a hundredth of a px', () => {
    const circle = flattenPath(PLATES.circle)
    fc.assert(
      fc.property(px, px, (x, y) => {
        expect(distanceToLines(circle, x, y)).toBeCloseTo(Math.abs(Math.hypot(x, y) - 14), 1)
        if (Math.abs(Math.hypot(x, y) - 14) > 0.05) expect(isInside(circle, x, y)).toBe(Math.hypot(x, y) < 14)
      }),
    )
  })
  test('with an unknown command is refused by its name', () => expect(() => flattenPath('M0,0q1,1 2,2')).toThrow(/command "q"/))
})

describe('the symbols', () => {
  test.each(Object.entries(PLATES))('%s is as large as the plate that the pointer hits', (shape, path) => {
    const points = flattenPath(path).flatMap((line) => line.points)
    const far = (offset: number) => Math.max(...points.filter((_, i) => i % 2 === offset).map(Math.abs))
    const [halfWidth, halfHeight] = PLATE_HALF_PX[shape as Shape]
    expect(far(0)).toBeLessThanOrEqual(halfWidth + 0.01)
    expect(far(0)).toBeGreaterThan(halfWidth - 1.5)
    expect(far(1)).toBeLessThanOrEqual(halfHeight + 0.01)
    expect(far(1)).toBeGreaterThan(halfHeight - 2.1)
  })
  test('are all readable paths', () => {
    for (const path of [...Object.values(GLYPHS), ...Object.values(SIGNS), ...Object.values(SIGN_DIGITS)]) {
      expect(
        flattenPath(path)
          .flatMap((line) => line.points)
          .every(Number.isFinite),
      ).toBe(true)
    }
  })
  test('keep each number inside of its sign', () => {
    for (const priority of [1, 2, 3, 4] as const) {
      const sign = flattenPath(SIGNS[priority])
      for (const { points } of flattenPath(SIGN_DIGITS[priority])) {
        for (let i = 0; i < points.length; i += 2) expect(isInside(sign, points[i]!, points[i + 1]!)).toBe(true)
      }
    }
  })
})

describe('dashes', () => {
  test('go round a closed line in a whole number, about as long as asked', () => {
    const square = flattenPath('M0,0h10v10h-10z')
    const cut = dashes(square, 4, 3)
    const on = cut.reduce((sum, { points: [ax, ay, bx, by] }) => sum + Math.hypot(bx! - ax!, by! - ay!), 0)
    expect(on).toBeCloseTo((40 * 4) / 7, 6)
  })
})

describe('a field', () => {
  test('holds the distance to the outline, negative inside, within a sixteenth of a px', () => {
    const side = 96
    const bytes = new Uint8Array(side * side * 4)
    writeField(bytes, side, 0, 0, { halfPx: 24, texelsPerPx: 2 }, { outline: PLATES.circle, strokes: GLYPHS['person']! })
    const at = (x: number, y: number, channel: number) =>
      (bytes[((y + 24) * 2 * side + (x + 24) * 2) * 4 + channel]! - FIELD_ZERO) / FIELD_SCALE
    expect(at(0, 0, 0)).toBeCloseTo(-8, 0) // clamped: deeper than 8 px is all the same
    expect(at(12, 0, 0)).toBeCloseTo(12.25 - 14, 0)
    expect(at(20, 0, 0)).toBeCloseTo(20.25 - 14, 0)
    expect(at(0, -6, 1)).toBeLessThan(1)
  })
})
