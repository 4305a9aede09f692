import { expect, test } from 'vitest'
import { createOffsetSamples, offsetMs } from './offset.ts'

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
