import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freePart, isMarkerFree } from './free-part.ts'

describe('the free part of a picture', () => {
  test('is all of it where nothing covers it', () => expect(freePart(800, 500, [])).toEqual({ x: 0, y: 0, width: 800, height: 500 }))
  test('is what a phone leaves between its bar and its sheet', () =>
    expect(
      freePart(390, 700, [
        { x: 12, y: 12, width: 366, height: 48 },
        { x: 0, y: 400, width: 390, height: 300 },
      ]),
    ).toEqual({ x: 0, y: 60, width: 390, height: 340 }))
  test('lies between list and card', () =>
    expect(
      freePart(1200, 600, [
        { x: 12, y: 12, width: 260, height: 44 },
        { x: 12, y: 380, width: 304, height: 208 },
        { x: 900, y: 220, width: 288, height: 368 },
      ]),
    ).toEqual({ x: 316, y: 0, width: 584, height: 600 }))
  test('is all of it where everything is covered', () =>
    expect(freePart(300, 200, [{ x: -5, y: -5, width: 400, height: 300 }])).toEqual({ x: 0, y: 0, width: 300, height: 200 }))
  test('is never covered, never outside, and no free pixel row or column is larger', () => {
    const box = fc.record({
      x: fc.integer({ min: -50, max: 320 }),
      y: fc.integer({ min: -50, max: 220 }),
      width: fc.integer({ min: 1, max: 120 }),
      height: fc.integer({ min: 1, max: 120 }),
    })
    fc.assert(
      fc.property(fc.array(box, { maxLength: 6 }), (boxes) => {
        const part = freePart(300, 200, boxes)
        expect(part.x >= 0 && part.y >= 0 && part.x + part.width <= 300 && part.y + part.height <= 200).toBe(true)
        const covers = (x: number, y: number) => boxes.some((b) => x > b.x && x < b.x + b.width && y > b.y && y < b.y + b.height)
        const someFree = Array.from({ length: 600 }, (_, i) => [(i % 30) * 10 + 5.5, Math.floor(i / 30) * 10 + 5.5] as const).some(
          ([x, y]) => !covers(x, y),
        )
        if (!someFree) return
        for (let x = part.x + 0.5; x < part.x + part.width; x += 7) {
          for (let y = part.y + 0.5; y < part.y + part.height; y += 7) expect(covers(x, y)).toBe(false)
        }
        // A strip of the whole width that no box meets is free, so the answer is at least as large.
        const rows = Array.from({ length: 200 }, (_, y) => boxes.every((b) => y + 1 <= b.y || y >= b.y + b.height))
        expect(part.width * part.height).toBeGreaterThanOrEqual(rows.some(Boolean) ? 300 : 0)
      }),
    )
  })
})

describe('a marker is free', () => {
  const card = { x: 500, y: 200, width: 300, height: 300 }
  test.each([
    ['in the open', { x: 300, y: 300 }, true],
    ['under a card', { x: 600, y: 300 }, false],
    ['with its ring under the card', { x: 480, y: 300 }, false],
    ['with its plate over the upper edge', { x: 300, y: 60 }, false],
    ['out of the picture', { x: -10, y: 300 }, false],
  ] as const)('%s: %s', (_, at, free) => expect(isMarkerFree(at, 800, 500, [card])).toBe(free))
})
