import fc from 'fast-check'
import { expect } from 'vitest'
import { property } from '../../../../test/property.ts'
import type { AnyKind } from '../kind/kind.ts'
import { compileRule, IN_DEADBAND, MET, NOT_MET } from './compile-rule.ts'
import { createSampled, fromKept, judgeSample, judgeTime, type KeptMemory, type SampledMemory, toKept } from './judge.ts'
import { samplesOf } from './sample-log.ts'
import { advance, compareSamples, copyFold, createFold, dueMs, episodesOf, type Sample, step } from './timeline.ts'

// The law of the window: what is remembered of a rule is what folding all of its samples anew would make, though samples from
// before the window are gone, and though after a start those inside it are in the store alone.
const label = { zh: '字', en: 'word' }
const kind: AnyKind = { kind: 'B', label, fields: {}, symbol: { shape: 'circle', glyph: 'x' }, alarms: {}, card: [] }
const when = { op: 'above', field: 'v', limit: 100, deadband: 5 } as const
const MINUTE = 60_000
const START = 1_764_000_000_000

const arrival = fc.record({
  /** Minutes since the one before, and by how many its own time lies behind that; in whole ones, so that bounds are met exactly. */
  gap: fc.constantFrom(0, 1, 1, 2, 3, 9, 25),
  late: fc.constantFrom(0, 0, 0, 0, 1, 2, 5, 14, 15, 16, 18, 40),
  word: fc.constantFrom(MET, MET, NOT_MET, NOT_MET, IN_DEADBAND),
  restart: fc.constantFrom(false, false, true),
})
const delays = fc.record({
  onDelayMs: fc.constantFrom(0, MINUTE, 3 * MINUTE),
  offDelayMs: fc.constantFrom(0, MINUTE, 4 * MINUTE),
  samples: fc.constantFrom(1, 2),
})

property(
  'what is remembered is what all samples say, whatever is forgotten, in the store alone, or came from before the window',
  [fc.array(arrival, { maxLength: 30 }), delays],
  (arrivals, more) => {
    const rule = compileRule(kind, 'r', { when, priority: 1, category: 'health', text: label, ...more })
    const all: Sample[] = []
    let receivedMs = 0
    let memory: SampledMemory = createSampled(rule)
    let nowMs = START
    const check = (wasNewest: boolean) => {
      const newest = all.at(-1)
      if (newest === undefined) return
      const beforeMs = newest.t - rule.windowMs
      const head = createFold(rule)
      for (const sample of all) step(head, rule, sample)
      const view = copyFold(head)
      advance(view, rule, newest.t + nowMs - receivedMs)
      const isIn = ({ clearedMs }: { readonly clearedMs: number | null }) => clearedMs === null || clearedMs >= beforeMs
      const due = dueMs(view, rule)
      expect(memory.head).toEqual({ ...head, closed: head.closed.filter(isIn) })
      expect(memory.told).toEqual(episodesOf(view).filter(isIn))
      expect([memory.newest, memory.newestReceivedMs]).toEqual([{ t: newest.t, at: newest.at }, receivedMs])
      expect(memory.dueMs).toBe(due === null ? null : receivedMs + due - newest.t)
      // Those after the base are there; after a start, those after what is in the store alone.
      const inMemory = [...samplesOf(memory.samples)]
      const mark = memory.cold?.mark ?? memory.baseMark
      expect(inMemory).toEqual(all.filter((sample) => mark === null || compareSamples(sample, mark) > 0))
      if (memory.cold === null && wasNewest) {
        const forgotten = all.filter(({ t }) => t < beforeMs).at(-1)
        expect(memory.baseMark).toEqual(forgotten === undefined ? null : { t: forgotten.t, at: forgotten.at })
      }
      expect(memory.base.closed).toEqual([])
    }
    for (const [i, { gap, late, word, restart }] of arrivals.entries()) {
      nowMs += gap * MINUTE
      const sample = { t: nowMs - late * MINUTE, at: i + 1, words: [word] }
      if (restart) memory = fromKept(JSON.parse(JSON.stringify(toKept(memory))) as KeptMemory) as SampledMemory
      const before = all.at(-1)
      if (before === undefined || sample.t >= before.t - rule.windowMs) {
        all.push(sample)
        all.sort(compareSamples)
        if (all.at(-1) === sample) receivedMs = nowMs
      }
      const { baseMark, cold } = memory
      judgeSample(memory, rule, sample, nowMs, () =>
        all.filter(
          (each) => each !== sample && compareSamples(each, cold!.mark) <= 0 && (baseMark === null || compareSamples(each, baseMark) > 0),
        ),
      )
      check(all.at(-1) === sample)
      nowMs += MINUTE
      judgeTime(memory, rule, nowMs)
      check(all.at(-1) === sample)
    }
  },
  { runs: 400 },
)
