import { expect, test } from 'vitest'
import { unitOf } from './big-screen.ts'

const size = (width: number, height: number) => ({ width, height })

test.each([
  [1920, 1080, 16],
  [3840, 2160, 32],
  [5760, 2430, 36],
  [5760, 1080, 16],
  [2560, 1440, 1440 / 67.5],
] as const)('an element that fills a window of %i × %i has the unit of the design', (width, height, unit) => {
  expect(unitOf(size(width, height), size(width, height))).toBeCloseTo(unit, 6)
  // Within its own border and beside a scroll bar.
  expect(unitOf(size(width - 17, height - 2), size(width, height))).toBeCloseTo(unit, 6)
})
test.each([
  ['a small window that is filled', size(1280, 800), size(1280, 800)],
  ['a window that is only wide', size(3840, 1000), size(3840, 1000)],
  ['a window that is only high', size(1080, 1920), size(1080, 1920)],
  ['an embed below a header', size(3840, 2100), size(3840, 2160)],
  ['an embed beside a menu', size(3600, 2160), size(3840, 2160)],
  ['an embed of its usual height', size(3840, 400), size(3840, 2160)],
])('%s keeps 16 px', (_, element, window) => expect(unitOf(element, window)).toBe(16))
