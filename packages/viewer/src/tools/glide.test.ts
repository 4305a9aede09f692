import fc from 'fast-check'
import { expect, test } from 'vitest'
import { glide } from './glide.ts'

function frames(timesMs: readonly number[], durationMs: number): number[] {
  const shares: number[] = []
  let next: ((nowMs: number) => void) | null = null
  glide(durationMs, (share) => shares.push(share), {
    requestFrame: (frame) => {
      next = frame
      return 1
    },
    cancelFrame: () => (next = null),
  })
  for (const t of timesMs) {
    const frame = next as ((nowMs: number) => void) | null
    next = null
    frame?.(t)
  }
  return shares
}

test('goes the whole way, whatever the frames, and never back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 999 })), (times) => {
      const shares = frames([0, ...times.sort((a, b) => a - b), 1000], 600)
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
      expect(shares.every((share) => share >= 0)).toBe(true)
    }),
  )
})
test('is a cut where motion is reduced', () => expect(frames([], 0)).toEqual([1]))
