import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DURATION_MASK, HIDDEN, WORDS } from './layout.ts'
import {
  BASE_LASTS_MS,
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
  expect(at(motion, T0 + 5999.5)[0]).toBeCloseTo(9.995, 5)
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

test('a gap of 5 ms is the shortest that glides, for one step', () => {
  const steps = (gapMs: number) => {
    const motion = made()
    glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
    glideTo(motion, 0, 10, 0, 0, gapMs, 1000, T0)
    return [motion.f32[3], motion.u32[6], motion.u32[7], motion.glidesUntilMs]
  }
  expect([4.9, 5].map(steps)).toEqual([
    [0, 0, 0, 0],
    [10, 60_001, 1, T0 + 10],
  ])
})

test('a glide that ends as a new base begins has ended', () => {
  for (const [ms, left] of [
    [490, 60_001],
    [500, 0],
  ] as const) {
    const motion = made()
    glideTo(motion, 0, 0, 0, 0, Number.NaN, 1000, T0)
    glideTo(motion, 0, 10, 0, 0, 500, 1000, T0)
    rebase(motion, T0 + ms, { seek: false })
    expect([motion.u32[6], motion.f32[3], motion.u32[7]]).toEqual(left === 0 ? [0, 0, 0] : [left, 10, 50])
  }
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

test('has room for 16 slots, then for twice as many as before or for as many as are asked; new ones are hidden and marked', () => {
  const motion = createMotion(T0)
  const room = () => [motion.slots, motion.u32.length, motion.f32.length, motion.dirty.length, motion.f32.buffer === motion.u32.buffer]
  expect(room()).toEqual([0, 128, 128, 16, true])
  growMotion(motion, 15)
  motion.dirty.fill(0)
  const { u32 } = motion
  growMotion(motion, 16)
  expect([room(), motion.u32 === u32, motion.dirty.indexOf(1), u32[15 * WORDS + 7]]).toEqual([[16, 128, 128, 16, true], true, 15, HIDDEN])
  glideTo(motion, 3, 1, 2, 3, Number.NaN, 1000, T0)
  motion.dirty.fill(0)
  motion.dirty[4] = 1
  growMotion(motion, 17)
  expect(room()).toEqual([17, 256, 256, 32, true])
  expect([Array.from(motion.dirty.keys()).filter((slot) => motion.dirty[slot] === 1), at(motion, T0, 3)]).toEqual([
    [4, 16],
    [1, 2, 3],
  ])
  growMotion(motion, 100)
  expect(room()).toEqual([100, 800, 800, 100, true])
  growMotion(motion, 50)
  expect(room()).toEqual([100, 800, 800, 100, true])
})

test('its times begin ten minutes before it is made, on the grid of 10 ms, and nothing is placed or glides yet', () => {
  const motion = createMotion(T0 + 19.5)
  expect([motion.timeBaseMs - T0, motion.glidesUntilMs, Array.from(motion.bounds)]).toEqual([-599_990, 0, Array(6).fill(Number.NaN)])
  expect([LONGEST_GLIDE_MS, BASE_LASTS_MS]).toEqual([40_950, 8_640_000_000])
})

test('flags that reach the highest bit are marked once', () => {
  const motion = made()
  motion.dirty.fill(0)
  setFlags(motion, 0, 0xc0_00_00_00)
  expect([motion.u32[7], motion.dirty[0]]).toEqual([0xc000_0000, 1])
  motion.dirty.fill(0)
  setFlags(motion, 0, 0xc000_0000)
  expect(motion.dirty[0]).toBe(0)
})

test('stands at its end where its base and now are one time', () => {
  const motion = made()
  glideTo(motion, 0, 7, 14, 21, Number.NaN, 1000, T0)
  expect([at(motion, motion.timeBaseMs), at(motion, motion.timeBaseMs - 1)]).toEqual([
    [7, 14, 21],
    [7, 14, 21],
  ])
})

/** A slot as the file describes it, in plain numbers: where it goes, how far it comes, and from when to when. */
interface Plain {
  to: number[]
  step: number[]
  lastsMs: number
  /** null: at rest. */
  endMs: number | null
  flags: number
  dirty: 0 | 1
}

test('every word, mark, bound and shown place is that of a plain reading of glides, flags, ends and new bases', () => {
  const slot = fc.nat(19)
  const metres = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 3)
  const when = fc.integer({ min: -1_400_000, max: 200_000 }).map((n) => n / 2)
  const ms = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -100, max: 50_000 }), fc.nat(3000))
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ glide: slot, to: fc.tuple(metres, metres, metres), gapMs: ms, glideMs: fc.nat(60_000), when }) },
    { weight: 2, arbitrary: fc.record({ flags: slot, word: fc.integer({ min: 0, max: 0xffff_ffff }) }) },
    { weight: 1, arbitrary: fc.record({ hide: slot }) },
    { weight: 1, arbitrary: fc.record({ rebase: when, seek: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ grow: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constant({ tighten: true as const }) },
    { weight: 1, arbitrary: fc.constant({ clean: true as const }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(when, { minLength: 3, maxLength: 3 }), (steps, looks) => {
      const motion = createMotion(T0)
      const plain: Plain[] = []
      let baseMs = T0 - 600_000
      let glidesUntilMs = 0
      let passed: number[][] = []
      const grow = (slots: number) => {
        growMotion(motion, slots)
        while (plain.length < slots) plain.push({ to: [0, 0, 0], step: [0, 0, 0], lastsMs: 0, endMs: null, flags: HIDDEN, dirty: 1 })
      }
      const shown = ({ to, step: by, lastsMs, endMs }: Plain, nowMs: number) => {
        const leftMs = endMs === null ? 0 : Math.min(lastsMs, Math.max(0, endMs - nowMs))
        return to.map((metre, k) => (leftMs === 0 ? metre : metre - by[k]! * (leftMs / lastsMs)))
      }
      grow(5)
      for (const each of steps) {
        if ('glide' in each) {
          const known = plain[each.glide % plain.length]!
          const nowMs = T0 + each.when
          glideTo(motion, each.glide % plain.length, ...each.to, each.gapMs, each.glideMs, nowMs)
          const isPlaced = (known.flags & HIDDEN) === 0
          const lastsMs = isPlaced && each.gapMs > 0 ? Math.round(Math.min(each.gapMs, each.glideMs, 40_950) / 10) * 10 : 0
          const startMs = Math.max(baseMs, baseMs + Math.ceil((nowMs - baseMs) / 10) * 10)
          const to = each.to.map(Math.fround)
          const from = lastsMs > 0 ? shown(known, startMs) : to
          passed.push(to, from)
          Object.assign(known, {
            to,
            step: to.map((metre, k) => Math.fround(metre - from[k]!)),
            lastsMs,
            flags: known.flags & ~HIDDEN,
            dirty: 1,
          })
          known.endMs = lastsMs > 0 ? startMs + lastsMs : null
          glidesUntilMs = Math.max(glidesUntilMs, known.endMs ?? 0)
        } else if ('flags' in each) {
          const known = plain[each.flags % plain.length]!
          setFlags(motion, each.flags % plain.length, each.word)
          const flags = (each.word & ~DURATION_MASK) >>> 0
          if (known.flags >>> 0 !== flags) Object.assign(known, { flags, dirty: 1 })
        } else if ('hide' in each) {
          hideSlot(motion, each.hide % plain.length)
          Object.assign(plain[each.hide % plain.length]!, {
            to: [0, 0, 0],
            step: [0, 0, 0],
            lastsMs: 0,
            endMs: null,
            flags: HIDDEN,
            dirty: 1,
          })
        } else if ('rebase' in each) {
          const nowMs = T0 + each.rebase
          rebase(motion, nowMs, each)
          baseMs = Math.floor((nowMs - 600_000) / 10) * 10
          if (each.seek) glidesUntilMs = 0
          for (const known of plain)
            if (each.seek || known.endMs === null || known.endMs <= nowMs)
              Object.assign(known, { step: [0, 0, 0], lastsMs: 0, endMs: null })
        } else if ('grow' in each) grow(each.grow)
        else if ('tighten' in each) {
          tightenBounds(motion)
          passed = plain
            .filter(({ flags }) => (flags & HIDDEN) === 0)
            .flatMap(({ to, step: by }) => [to, to.map((metre, k) => metre - by[k]!)])
        } else {
          motion.dirty.fill(0)
          for (const known of plain) known.dirty = 0
        }
      }
      plain.forEach(({ to, step: by, lastsMs, endMs, flags, dirty }, i) => {
        expect(Array.from(motion.f32.subarray(i * WORDS, i * WORDS + 6))).toEqual([...to, ...by])
        expect(Array.from(motion.u32.subarray(i * WORDS + 6, i * WORDS + 8))).toEqual([
          endMs === null ? 0 : (endMs - baseMs) / 10,
          (flags | (lastsMs / 10)) >>> 0,
        ])
        expect(motion.dirty[i]).toBe(dirty)
        for (const look of looks) expect(at(motion, T0 + look, i)).toEqual(shown(plain[i]!, T0 + look))
      })
      const side = (pick: (...all: number[]) => number) =>
        [0, 1, 2].map((k) => (passed.length === 0 ? Number.NaN : pick(...passed.map((p) => p[k]!))))
      expect(Array.from(motion.bounds)).toEqual([...side(Math.min), ...side(Math.max)])
      expect(motion).toMatchObject({ slots: plain.length, timeBaseMs: baseMs, glidesUntilMs })
    }),
  )
})
