import { expect, test } from 'vitest'
import {
  BYTES,
  DURATION_MASK,
  FRESH,
  FRESHNESS_MASK,
  FRESHNESS_SHIFT,
  HAS_HEADING,
  HEADING_SHIFT,
  HIDDEN,
  LATE,
  PRIORITY_MASK,
  PRIORITY_SHIFT,
  STALE,
  STEP_MS,
  TONE_SHIFT,
  TONES,
  UNACKNOWLEDGED,
  WORDS,
} from './layout.ts'

test('a slot is 8 words of 32 bits, and a step of its time 10 ms, as docs/formats/patch.md fixes it', () => {
  expect([WORDS, BYTES, STEP_MS]).toEqual([8, 32, 10])
})

test('each part of the flags has the bits that docs/formats/patch.md fixes', () => {
  const bits = (mask: number) => Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (mask >>> bit) & 1)
  expect(bits(DURATION_MASK)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  expect([HIDDEN, FRESHNESS_MASK, UNACKNOWLEDGED, PRIORITY_MASK, HAS_HEADING].map(bits)).toEqual([[12], [13, 14], [15], [16, 17, 18], [21]])
  expect([FRESHNESS_SHIFT, PRIORITY_SHIFT, TONE_SHIFT, HEADING_SHIFT]).toEqual([13, 16, 19, 24])
})

test('ages and tones are numbered from 0', () => {
  expect([FRESH, LATE, STALE]).toEqual([0, 1, 2])
  expect(TONES).toEqual(['calm', 'active', 'off'])
})
