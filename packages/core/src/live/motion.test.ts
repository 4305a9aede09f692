import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DURATION_MASK, HIDDEN, WORDS } from './layout.ts'
import {
  createMotion,
  glideTo,
  growMotion,
  hideSlot,
  LONGEST_GLIDE_MS,
  type Motion,
  placeAt,
  rebase,
  setFlags,
  tightenBounds,
} from './motion.ts'

const T0 = Date.UTC(2026, 0, 1)
const made = (slots = 1): Motion => {
  const motion = createMotion(T0)
  growMotion(motion, slots)
  return motion
}
const at = (motion: Motion, twinMs: number, slot = 0) => {
  const out = [0, 0, 0]
  placeAt(motion, slot, twinMs, out)
  return out
}

test('the first fix is shown in place', () => {
  const motion = made()
  glideTo(motion, 0, 7, 14, 21, Number.NaN, 1000, T0)
  expect(at(motion, T0)).toEqual([7, 14, 21])
  expect(motion.u32[7]! & (HIDDEN | DURATION_MASK)).toBe(0)
})

test('a glide begins where the slot is shown when the fix arrives, and ends after glideMs', () => {
  const motion = made()
  glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
  glideTo(motion, 0, 10, 0, 0, 5000, 1000, T0 + 5000)
  expect([5000, 5500, 6000, 9000].map((ms) => at(motion, T0 + ms)[0])).toEqual([0, 5, 10, 10])
  glideTo(motion, 0, 20, 0, 0, 5000, 1000, T0 + 5500) // from the middle
  expect([5500, 6000, 6500].map((ms) => at(motion, T0 + ms)[0])).toEqual([5, 12.5, 20])
})

test('a gap shorter than glideMs shortens the glide', () => {
  const motion = made()
  glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
  glideTo(motion, 0, 10, 0, 0, 200, 1000, T0)
  expect(at(motion, T0 + 100)[0]).toBeCloseTo(5, 5)
  expect(at(motion, T0 + 200)[0]).toBe(10)
})

test('a fix that is not after the one before jumps', () => {
  const motion = made()
  glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
  glideTo(motion, 0, 10, 0, 0, 0, 1000, T0)
  expect(at(motion, T0)[0]).toBe(10)
})

test('no glide lasts longer than its bits can say', () => {
  const motion = made()
  glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
  glideTo(motion, 0, 10, 0, 0, 600_000, 600_000, T0)
  expect(motion.glidesUntilMs).toBe(T0 + LONGEST_GLIDE_MS)
  expect(at(motion, T0 + LONGEST_GLIDE_MS)[0]).toBe(10)
})

test('leaves flags alone, and flags leave the glide alone', () => {
  const motion = made()
  glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
  setFlags(motion, 0, 0x7f03_0000 | 123)
  glideTo(motion, 0, 1, 0, 0, 500, 1000, T0)
  expect(motion.u32[7]! >>> 16).toBe(0x7f03)
  setFlags(motion, 0, 0)
  expect(motion.u32[7]).toBe(50)
})

test('marks a slot only where its flags changed', () => {
  const motion = made()
  motion.dirty.fill(0)
  setFlags(motion, 0, HIDDEN)
  expect(motion.dirty[0]).toBe(0)
  setFlags(motion, 0, 1 << 16)
  expect(motion.dirty[0]).toBe(1)
})

test('grows past its first size with everything kept', () => {
  const motion = made()
  glideTo(motion, 0, 7, 8, 9, Number.NaN, 1000, T0)
  growMotion(motion, 100)
  expect(at(motion, T0)).toEqual([7, 8, 9])
  expect(motion.u32[99 * WORDS + 7]).toBe(HIDDEN)
})

test('a new base moves no marker; a seek puts each at its end', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(2000), fc.nat(86_400_000), (glideMs, afterMs, laterMs) => {
      const motion = made()
      glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0 + laterMs)
      glideTo(motion, 0, 10, -3, 1, 5000, glideMs, T0 + laterMs)
      const now = T0 + laterMs + afterMs
      const before = at(motion, now)
      rebase(motion, now, { seek: false })
      at(motion, now).forEach((value, k) => {
        expect(value).toBeCloseTo(before[k]!, 4)
      })
      rebase(motion, now - 3_600_000, { seek: true })
      expect(at(motion, now - 3_600_000)).toEqual([10, -3, 1])
    }),
  )
})

test('bounds hold every place that is passed through, exactly after tightening', () => {
  const motion = made(2)
  glideTo(motion, 0, 0, 5, 1, Number.NaN, 1000, T0)
  glideTo(motion, 1, 400, 400, 400, Number.NaN, 1000, T0)
  glideTo(motion, 0, 10, -5, 1, 900, 1000, T0)
  hideSlot(motion, 1)
  tightenBounds(motion)
  expect([...motion.bounds]).toEqual([0, -5, 1, 10, 5, 1])
})
