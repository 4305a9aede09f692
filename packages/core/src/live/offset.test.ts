import { expect, test } from 'vitest'
import { createOffsetSamples, OFFSET_MOVED_MS, OFFSET_WINDOW_MS, offsetMs } from './offset.ts'

test('takes the message with the least delay', () => {
  const samples = createOffsetSamples()
  offsetMs(samples, 10_300, 15_000) // 300 ms on its way
  expect(offsetMs(samples, 12_020, 17_000)).toBe(4980)
  expect(offsetMs(samples, 14_900, 19_000)).toBe(4980)
})

test('forgets what is older than five minutes', () => {
  const samples = createOffsetSamples()
  offsetMs(samples, 0, 1000)
  expect(offsetMs(samples, 300_000, 300_000)).toBe(1000)
  expect(offsetMs(samples, 300_001, 300_001)).toBe(0)
})

test('keeps one sample a second however many messages come', () => {
  const samples = createOffsetSamples()
  for (let ms = 0; ms < 10_000; ms++) offsetMs(samples, ms, ms)
  expect(samples.atMs.length).toBe(10)
})

test('lets go of samples that a set-back machine clock put in the future', () => {
  const samples = createOffsetSamples()
  offsetMs(samples, 4_000_000, 0)
  expect(offsetMs(samples, 1000, 1000)).toBe(0)
})

test('takes what comes within a second after the last sample into it, the least of both', () => {
  const samples = createOffsetSamples()
  offsetMs(samples, 1000, 500)
  offsetMs(samples, 1000, 400)
  expect(offsetMs(samples, 1999, 1799)).toBe(-200)
  expect(samples).toEqual({ atMs: [1000], differenceMs: [200] })
  expect(offsetMs(samples, 1999, 1000)).toBe(-200)
  expect(offsetMs(samples, 2000, 1100)).toBe(-200)
  expect(samples).toEqual({ atMs: [1000, 2000], differenceMs: [200, 900] })
})

test('begins a sample of its own where the machine clock was set back, and forgets the later one with its difference', () => {
  const samples = createOffsetSamples()
  offsetMs(samples, 5000, 4000)
  expect(offsetMs(samples, 4999, 3000)).toBe(-1000)
  expect(samples).toEqual({ atMs: [5000, 4999], differenceMs: [1000, 1999] })
  offsetMs(samples, 5000 - OFFSET_WINDOW_MS, 0)
  expect(samples.atMs).toEqual([5000, 4999, -295_000])
  expect(offsetMs(samples, 4999 - OFFSET_WINDOW_MS, 0)).toBe(295_001)
  expect(samples).toEqual({ atMs: [4999, -295_000, -295_001], differenceMs: [1999, -295_000, -295_001] })
})

test('counts for five minutes, and the clock is sent anew when it moved by more than a second', () => {
  expect([OFFSET_WINDOW_MS, OFFSET_MOVED_MS]).toEqual([300_000, 1000])
})

test('two clocks that agree differ by 0, not by minus 0', () => expect(offsetMs(createOffsetSamples(), 7, 7)).toBe(0))
