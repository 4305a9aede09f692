import { expect, test } from 'vitest'
import { WORDS } from './layout.ts'
import { createMotion, glideTo, growMotion } from './motion.ts'
import { keepSpare, type Spares, takePatch } from './patch.ts'
import { createSlots } from './slots.ts'

const T0 = Date.UTC(2026, 0, 1)
const moved = (...slots: number[]) => {
  const motion = createMotion(T0)
  growMotion(motion, 200)
  motion.dirty.fill(0)
  for (const slot of slots) glideTo(motion, slot, slot, 0, 0, Number.NaN, 1000, T0)
  return motion
}
const options = { layer: 'l', whole: false, twinMs: T0 }

test('nothing changed, nothing sent', () => expect(takePatch(moved(), createSlots(), [], options)).toBeNull())

test('joins runs over 64 slots at rest and no further', () => {
  expect(Array.from(takePatch(moved(2, 67, 133), createSlots(), [], options)!.runs)).toEqual([2, 66, 133, 1])
})

test('carries the words of its runs one after another, in one buffer with the rest', () => {
  const patch = takePatch(moved(3, 150), createSlots(), [], { ...options, joinGap: 0 })!
  expect([patch.words.length, new Float32Array(patch.buffer)[0], new Float32Array(patch.buffer)[WORDS]]).toEqual([16, 3, 150])
  expect([patch.words.buffer, patch.runs.buffer, patch.removals.buffer].every((buffer) => buffer === patch.buffer)).toBe(true)
})

test('takes each change once', () => {
  const motion = moved(1)
  takePatch(motion, createSlots(), [], options)
  expect(takePatch(motion, createSlots(), [], options)).toBeNull()
})

test('fills a buffer that came back where it is large enough, and keeps no more than two', () => {
  const spares: Spares = []
  for (const bytes of [1024, 65_536, 2048]) keepSpare(spares, new ArrayBuffer(bytes))
  expect(spares.map(({ byteLength }) => byteLength)).toEqual([65_536, 2048])
  const small = spares[1]
  expect(takePatch(moved(1), createSlots(), spares, options)!.buffer).toBe(small)
})
