import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextStop, SHEET_STOPS, stopAfterDrag, stopHeight, stopOfKey } from './sheet-stops.ts'

test('stands at 96 px, half and 92 % of a phone', () =>
  expect(SHEET_STOPS.map((stop) => Math.round(stopHeight(stop, 844, 16)))).toEqual([96, 422, 776]))
test('ends at the nearest stop after a slow drag', () => {
  expect(stopAfterDrag(200, 0, 844, 16)).toBe('low')
  expect(stopAfterDrag(390, 0, 844, 16)).toBe('half')
  expect(stopAfterDrag(700, 0, 844, 16)).toBe('full')
})
test('ends at the next stop in the direction of a flick', () => {
  fc.assert(
    fc.property(fc.integer({ min: 97, max: 775 }), (px) => {
      expect(stopHeight(stopAfterDrag(px, 1, 844, 16), 844, 16)).toBeGreaterThan(px)
      expect(stopHeight(stopAfterDrag(px, -1, 844, 16), 844, 16)).toBeLessThan(px)
    }),
  )
})
test('goes round by pressing, and stays at the ends by keys', () => {
  expect(nextStop('full', 1, true)).toBe('low')
  expect(nextStop('full', 1)).toBe('full')
  expect(nextStop('low', -1)).toBe('low')
})
test('goes one stop by an arrow key, and leaves other keys alone', () => {
  expect([stopOfKey('ArrowUp', 'low'), stopOfKey('ArrowUp', 'full'), stopOfKey('ArrowDown', 'half'), stopOfKey('a', 'half')]).toEqual([
    'half',
    'full',
    'low',
    null,
  ])
})
