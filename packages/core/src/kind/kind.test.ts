import { expect, test } from 'vitest'
import { DEFAULT_GLIDE_MS, LATE_INTERVALS, STALE_INTERVALS } from './kind.ts'

// docs/formats and kind.ts tell these numbers to who declares a kind.
test('late from 1.5 intervals without a word, stale from 2.5, and a glide lasts at most a second', () =>
  expect([LATE_INTERVALS, STALE_INTERVALS, DEFAULT_GLIDE_MS]).toEqual([1.5, 2.5, 1000]))
