import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WORDS } from './layout.ts'
import { createMotion, glideTo, growMotion, hideSlot } from './motion.ts'
import { keepSpare, type Spares, takePatch } from './patch.ts'
import { createSlots, endSlot, takeSlot } from './slots.ts'

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

test('a buffer is of 1 kB, or of the next power of two that holds all', () => {
  const sized = (count: number) => {
    const motion = createMotion(T0)
    growMotion(motion, count)
    return takePatch(motion, createSlots(), [], { ...options, whole: true })!.buffer.byteLength
  }
  // 32 bytes a slot and 8 for the one run: 31 slots are 1000 bytes, 32 are 1032.
  expect([1, 31, 32, 63, 64].map(sized)).toEqual([1024, 1024, 2048, 2048, 4096])
  const withRemovals = (count: number) => {
    const slots = createSlots()
    for (let i = 0; i < count; i++) endSlot(slots, takeSlot(slots, `e${i}`))
    const motion = createMotion(T0)
    growMotion(motion, 31)
    return takePatch(motion, slots, [], { ...options, whole: true })!.buffer.byteLength
  }
  expect([3, 4].map(withRemovals)).toEqual([1024, 2048]) // 8 bytes each
})

test('takes the smallest buffer that came back and is large enough, and leaves the other', () => {
  const made = [65_536, 2048].map((bytes) => new ArrayBuffer(bytes))
  const take = (count: number) => {
    const spares = [...made]
    const motion = createMotion(T0)
    growMotion(motion, count)
    return [takePatch(motion, createSlots(), spares, { ...options, whole: true })!.buffer, spares]
  }
  expect(take(63)).toEqual([made[1], [made[0]]])
  expect(take(64)).toEqual([made[0], [made[1]]])
  const [fresh, left] = take(2048)
  expect([(fresh as ArrayBuffer).byteLength, left]).toEqual([131_072, made])
})

test('fits a buffer to the byte', () => {
  const spares = [new ArrayBuffer(40)]
  const [spare] = spares
  const motion = createMotion(T0)
  growMotion(motion, 1)
  expect(takePatch(motion, createSlots(), spares, options)!.buffer).toBe(spare)
})

test('says until when something glides, and 0 from that time on', () => {
  const until = (ms: number) => {
    const motion = moved(0)
    glideTo(motion, 0, 9, 9, 9, 500, 1000, T0)
    return takePatch(motion, createSlots(), [], { ...options, twinMs: T0 + ms })!.glidesUntilMs - T0
  }
  expect([0, 499, 500].map(until)).toEqual([500, 500, -T0])
})

test('bounds become exact with a removal or with all slots, and are left alone otherwise', () => {
  const most = (whole: boolean, ends: boolean) => {
    const slots = createSlots()
    const motion = moved(takeSlot(slots, 'a'), takeSlot(slots, 'b'))
    hideSlot(motion, 1)
    if (ends) endSlot(slots, 1)
    takePatch(motion, slots, [], { ...options, whole })
    return motion.bounds[3]
  }
  expect([most(false, false), most(true, false), most(false, true)]).toEqual([1, 0, 0])
})

test('of a layer without slots there is nothing in a whole patch', () => {
  const patch = takePatch(createMotion(T0), createSlots(), [], { ...options, whole: true })!
  expect([patch.runs.length, patch.words.length, patch.removals.length, patch.whole, patch.slots]).toEqual([0, 0, 0, true, 0])
})

test('a removal is sent though no word changed', () => {
  const slots = createSlots()
  endSlot(slots, takeSlot(slots, 'a'))
  const patch = takePatch(moved(), slots, [], options)!
  expect([Array.from(patch.removals), patch.runs.length]).toEqual([[0, 0], 0])
})

test('carries the words of each changed slot and of those joined, the runs, and what ended, wherever they lie', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(79), { maxLength: 30 }),
      fc.uniqueArray(fc.nat(79), { maxLength: 8 }),
      fc.nat(9),
      fc.boolean(),
      (changed, ending, joinGap, whole) => {
        const motion = createMotion(T0)
        growMotion(motion, 80)
        motion.u32.forEach((_, at) => {
          motion.u32[at] = at
        })
        motion.dirty.fill(0)
        for (const slot of changed) motion.dirty[slot] = 1
        const slots = createSlots()
        for (let slot = 0; slot < 80; slot++) takeSlot(slots, `e${slot}`)
        for (const slot of ending) endSlot(slots, slot)
        const runs: [number, number][] = []
        for (const slot of changed.toSorted((a, b) => a - b)) {
          const [first, length] = runs.at(-1) ?? [-1000, 0]
          if (slot - (first + length) > joinGap) runs.push([slot, 1])
          else runs[runs.length - 1] = [first, slot + 1 - first]
        }
        const sent = whole ? ([[0, 80]] as const) : runs
        const patch = takePatch(motion, slots, [], { layer: 'l', whole, twinMs: T0, joinGap })
        expect(patch === null).toBe(!whole && changed.length + ending.length === 0)
        if (patch === null) return
        const { buffer: _, runs: told, words, removals, ...rest } = patch
        expect([Array.from(told), Array.from(words), Array.from(removals)]).toEqual([
          sent.flat(),
          sent.flatMap(([first, length]) => Array.from({ length: length * WORDS }, (_, i) => first * WORDS + i)),
          ending.flatMap((slot) => [slot, 0]),
        ])
        expect(rest).toEqual({ layer: 'l', timeBaseMs: motion.timeBaseMs, slots: 80, whole, glidesUntilMs: 0 })
        expect(motion.dirty.includes(1)).toBe(false)
      },
    ),
  )
})
