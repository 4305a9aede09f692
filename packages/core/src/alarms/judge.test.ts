import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, AnyRule } from '../kind/kind.ts'
import {
  type CompiledRule,
  compileRule,
  IN_DEADBAND,
  LATE_WINDOW_MS,
  type LeafWord,
  MET,
  NOT_MET,
  SAYS_NOTHING,
  wordsOf,
} from './compile-rule.ts'
import {
  copySampled,
  createSampled,
  fromKept,
  type Happening,
  isBacklog,
  judgeLatched,
  judgeSample,
  judgeTime,
  type LatchedMemory,
  metAlone,
  type SampledMemory,
  toKept,
} from './judge.ts'
import { EMPTY_LOG, lengthOf, samplesOf } from './sample-log.ts'
import { type Sample, step } from './timeline.ts'

const label = { zh: '字', en: 'word' }
const kind: AnyKind = { kind: 'B', label, fields: {}, symbol: { shape: 'circle', glyph: 'x' }, alarms: {}, card: [] }
const compiled = (more: Partial<AnyRule> = {}, when: AnyRule['when'] = { op: 'above', field: 'v', limit: 100, deadband: 5 }) =>
  compileRule(kind, 'r', { when, priority: 1, category: 'health', text: label, ...more })
const MINUTE = 60_000
const START = 1_764_000_000_000

/** Runs [minute of its t, value, minute it came (default: its t)] through a rule and tells what happened, in minutes. */
function run(rule: CompiledRule, ...samples: (readonly [t: number, value: number | Record<string, number | string>, came?: number])[]) {
  const memory = createSampled(rule)
  const minutes = (ms: number) => (ms - START) / MINUTE
  const told: string[] = []
  let at = 0
  const tell = (happenings: Happening[]) => {
    for (const h of happenings)
      told.push(
        h.type === 'clear'
          ? `clear ${minutes(h.atMs)}`
          : `occur ${minutes(h.atMs)}${h.overMs === null ? '' : ` over ${minutes(h.overMs)}`}`,
      )
  }
  for (const [t, value, came] of samples) {
    const words = wordsOf(rule, typeof value === 'number' ? { v: value } : value, () => undefined)
    if (words === null) continue
    tell(judgeSample(memory, rule, { t: START + t * MINUTE, at: ++at, words }, START + (came ?? t) * MINUTE))
  }
  const passTo = (minute: number) => {
    tell(judgeTime(memory, rule, START + minute * MINUTE))
    return told
  }
  return { told, memory, at: passTo }
}

test('occurs and clears with the samples, and only past the deadband', () => {
  expect(run(compiled(), [0, 90], [1, 101], [2, 120], [3, 96], [4, 95]).told).toEqual(['occur 1', 'clear 4'])
})

test('never having been past the limit, a value inside the deadband raises nothing', () => {
  expect(run(compiled(), [0, 97], [1, 99]).told).toEqual([])
})

test('a part of an any that never met its limit does not hold the alarm by its deadband', () => {
  const either = compiled(
    {},
    {
      op: 'any',
      of: [
        { op: 'atLeast', field: 'high', limit: 180, deadband: 5 },
        { op: 'atLeast', field: 'low', limit: 110, deadband: 5 },
      ],
    },
  )
  expect(run(either, [0, { high: 185, low: 80 }], [1, { high: 120, low: 107 }]).told).toEqual(['occur 0', 'clear 1'])
})

test('waits for the on-delay, by the next sample or by the time that passes', () => {
  const slow = compiled({ onDelayMs: 3 * MINUTE })
  expect(run(slow, [0, 120], [2, 90]).at(9)).toEqual([])
  expect(run(slow, [0, 120]).at(2)).toEqual([])
  const waiting = run(slow, [0, 120])
  expect(waiting.memory.dueMs).toBe(START + 3 * MINUTE)
  expect(waiting.at(3)).toEqual(['occur 3'])
  expect(waiting.at(60)).toEqual(['occur 3'])
  expect(waiting.memory.dueMs).toBeNull()
})

test('does not begin the on-delay anew while the value trembles around the limit', () => {
  expect(run(compiled({ onDelayMs: 3 * MINUTE }), [0, 120], [1, 98], [2, 120], [3, 98]).told).toEqual(['occur 3'])
})

test('waits for the off-delay, and a sample that meets the limit ends the wait', () => {
  const slow = compiled({ offDelayMs: 3 * MINUTE })
  expect(run(slow, [0, 120], [1, 90]).at(3)).toEqual(['occur 0'])
  expect(run(slow, [0, 120], [1, 90]).at(4)).toEqual(['occur 0', 'clear 4'])
  expect(run(slow, [0, 120], [1, 90], [3, 120]).at(5)).toEqual(['occur 0'])
})

test('asks for as many samples in a row', () => {
  const twice = compiled({ samples: 2 })
  expect(run(twice, [0, 120], [1, 90], [2, 120]).told).toEqual([])
  expect(run(twice, [0, 120], [1, 98], [2, 120]).told).toEqual([])
  expect(run(twice, [0, 90], [1, 120], [2, 120]).told).toEqual(['occur 1'])
})

test('counts in a row only records that carry a quantity, and holds what the others said', () => {
  const atRest = compiled(
    { samples: 2 },
    {
      op: 'all',
      of: [
        { op: 'is', field: 'activity', value: 'rest' },
        { op: 'above', field: 'pulse', limit: 110, deadband: 5 },
      ],
    },
  )
  expect(run(atRest, [0, { activity: 'rest' }], [1, { pulse: 120 }], [2, { activity: 'rest' }]).told).toEqual([])
  expect(run(atRest, [0, { activity: 'rest' }], [1, { pulse: 120 }], [2, { pulse: 121 }]).told).toEqual(['occur 1'])
  expect(run(atRest, [0, { activity: 'rest' }], [1, { pulse: 120 }], [2, { activity: 'walking', pulse: 121 }]).told).toEqual([])
})

test('a late sample is judged among its neighbours: over by now, it occurs and is over', () => {
  expect(run(compiled(), [0, 90], [4, 90], [2, 120, 5]).told).toEqual(['occur 2 over 4'])
})

test('a late sample between two that stand changes nothing, and one that splits them raises nothing anew', () => {
  expect(run(compiled(), [0, 120], [4, 120], [2, 130, 5]).told).toEqual(['occur 0'])
  expect(run(compiled(), [0, 120], [4, 120], [2, 90, 5]).told).toEqual(['occur 0'])
})

test('a late sample that ends what stood clears it', () => {
  expect(run(compiled(), [0, 90], [4, 90], [2, 120, 5], [3, 90, 6]).told).toEqual(['occur 2 over 4'])
  expect(run(compiled({ onDelayMs: 2 * MINUTE }), [0, 120], [3, 98], [1, 90, 4]).told).toEqual(['occur 2', 'clear 3'])
})

test('a late sample that shows it did not end makes it stand again', () => {
  const slow = compiled({ offDelayMs: 3 * MINUTE })
  const late = run(slow, [0, 120], [1, 90])
  late.at(5)
  expect(late.told).toEqual(['occur 0', 'clear 4'])
  const words = wordsOf(slow, { v: 120 }, () => undefined)!
  expect(judgeSample(late.memory, slow, { t: START + 3 * MINUTE, at: 99, words }, START + 5 * MINUTE)).toEqual([
    { type: 'occur', atMs: START, overMs: null },
  ])
})

test('a backlog from before the window is heard, once for each stretch', () => {
  const days = (d: number) => d * 24 * 60
  const told = run(compiled(), [days(3), 90], [10, 120, days(3)], [20, 121, days(3)], [30, 90, days(3)], [40, 125, days(3)]).told
  expect(told).toEqual(['occur 10 over 10', 'occur 40 over 40'])
})

test('a backlog in order is heard in order', () => {
  expect(run(compiled(), [0, 90], [600, 120, 4000], [1200, 90, 4000], [3999, 90, 4000]).told).toEqual(['occur 600', 'clear 1200'])
})

test('lets the own time of a device whose clock is wrong run from when its record came', () => {
  const slow = compiled({ onDelayMs: 3 * MINUTE })
  const behind = run(slow, [0, 120, 50])
  expect(behind.at(52)).toEqual([])
  expect(behind.at(53)).toEqual(['occur 3'])
})

test('keeps no sample older than the window, and one at the least', () => {
  const many = run(compiled(), ...Array.from({ length: 200 }, (_, i) => [i, i % 50 === 0 ? 120 : 90] as const))
  expect(lengthOf(many.memory.samples)).toBe(LATE_WINDOW_MS / MINUTE + 1)
  expect(many.memory.told.length).toBeLessThanOrEqual(1)
  expect(run(compiled(), [0, 90], [999, 90]).memory.samples.end - run(compiled(), [0, 90], [999, 90]).memory.samples.start).toBe(1)
})

const minutes = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.constantFrom(90, 97, 120)), {
  selector: ([t]) => t,
  maxLength: 15,
})
const delays = fc.record({
  onDelayMs: fc.constantFrom(0, MINUTE, 3 * MINUTE),
  offDelayMs: fc.constantFrom(0, 2 * MINUTE),
  samples: fc.constantFrom(1, 2),
})

test('ends in one judgement whatever the order of arrival inside the window', () => {
  fc.assert(
    fc.property(minutes, delays, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (samples, more, chance) => {
      const rule = compiled(more)
      const shuffled = samples.map((s) => [s, chance.next().value!] as const).sort(([, a], [, b]) => a - b)
      const came = (list: readonly (readonly [number, number])[]) => run(rule, ...list.map(([t, v]) => [t, v, 15] as const)).memory
      const one = came([...samples].sort(([a], [b]) => a - b))
      const other = came(shuffled.map(([s]) => s))
      expect(other.head).toEqual(one.head)
      expect(other.told).toEqual(one.told)
    }),
  )
})

test('a standing occurrence is told before its end, never two ends in a row, and time alone repeats nothing', () => {
  fc.assert(
    fc.property(minutes, delays, (samples, more) => {
      const rule = compiled(more)
      const { memory, told } = run(rule, ...samples.map(([t, v]) => [t, v, 15] as const))
      let stands = false
      for (const line of told) {
        if (line.startsWith('clear')) expect(stands).toBe(true)
        if (!line.includes('over')) stands = line.startsWith('occur')
      }
      expect(stands).toBe(memory.told.at(-1)?.clearedMs === null)
      judgeTime(memory, rule, START + 60 * MINUTE)
      expect(judgeTime(memory, rule, START + 90 * MINUTE)).toEqual([])
    }),
  )
})

test('a copy shares nothing that either changes', () => {
  const rule = compiled()
  const { memory } = run(rule, [0, 90], [1, 120])
  // Samples are shared: of them counts what the memory's own window shows.
  const own = () => JSON.stringify({ ...memory, samples: [...samplesOf(memory.samples)] })
  const frozen = own()
  const words = wordsOf(rule, { v: 90 }, () => undefined)!
  judgeSample(copySampled(memory), rule, { t: START + 2 * MINUTE, at: 99, words }, START)
  judgeSample(copySampled(memory), rule, { t: START - 99 * MINUTE, at: 99, words }, START)
  expect(own()).toBe(frozen)
})

test('each latched press is one occurrence, whatever the order, and it ends with the newest word', () => {
  const press = fc.record({ seq: fc.nat(20), met: fc.boolean() })
  fc.assert(
    fc.property(fc.uniqueArray(press, { maxLength: 20, selector: ({ seq }) => seq }), (records) => {
      const judged = (list: typeof records) => {
        let memory: LatchedMemory | undefined
        let occurred = 0
        for (const { seq, met } of list) {
          const isNewest = memory === undefined || seq > memory.order.seq
          const one = judgeLatched(memory, { order: { generation: 0, boot: 1, seq, t: START + seq }, met, isNewest })
          memory = one.memory
          occurred += one.happenings.filter((h) => h.type === 'occur').length
        }
        return { met: memory?.met, occurred }
      }
      expect(judged(records).occurred).toBe(records.filter((r) => r.met).length)
      expect(judged([...records].reverse())).toEqual(judged(records))
    }),
  )
})

test('of what is kept, all but the samples comes back, and what is judged comes after those in the store', () => {
  const latched: LatchedMemory = { type: 'latched', order: { generation: 0, boot: 1, seq: 2, t: 3 }, met: true }
  for (const memory of [latched, { type: 'silent', raised: true } as const]) {
    expect(toKept(memory)).toBe(memory)
    expect(fromKept(memory)).toBe(memory)
  }
  const rule = compiled()
  expect(createSampled(rule)).toMatchObject({ cold: null, newest: null, newestReceivedMs: 0, dueMs: null, backlog: null, told: [] })
  expect(fromKept(toKept(createSampled(rule)))).toEqual(createSampled(rule))
  const { memory } = run(rule, [0, 90], [1, 120])
  expect(Object.keys(toKept(memory))).not.toEqual(expect.arrayContaining(['samples']))
  expect(Object.keys(toKept(memory))).not.toEqual(expect.arrayContaining(['cold']))
  const back = fromKept(toKept(memory)) as typeof memory
  expect(back).toEqual({ ...memory, samples: EMPTY_LOG(), cold: { fold: memory.head, mark: { t: START + MINUTE, at: 2 } } })
  // What is folded from there on does not change what was folded before.
  step(back.head, rule, { t: START + 2 * MINUTE, at: 3, words: [NOT_MET] })
  expect(back.cold?.fold.raisedMs).toBe(START + MINUTE)
})

test('samples in the store alone are fetched where a late one comes among them, and nowhere else', () => {
  const rule = compiled()
  const restarted = () => fromKept(toKept(run(rule, [10, 90], [12, 90], [14, 90]).memory)) as SampledMemory
  const stored: Sample[] = [10, 12, 14].map((t, i) => ({ t: START + t * MINUTE, at: i + 1, words: [NOT_MET] }))
  const late = (memory: SampledMemory, t: number, at: number, words: LeafWord[] = [MET]) => {
    let fetched = 0
    const happenings = judgeSample(memory, rule, { t: START + t * MINUTE, at, words }, START + 20 * MINUTE, () => {
      fetched++
      return stored
    })
    return [fetched, happenings.map((h) => (h.type === 'occur' ? [h.atMs, h.overMs] : h.atMs))]
  }
  const minute = (t: number) => START + t * MINUTE
  const memory = restarted()
  expect(late(memory, 15, 4, [NOT_MET])).toEqual([0, []])
  // Behind the newest, and after all that are in the store.
  expect(late(memory, 14, 5)).toEqual([0, [[minute(14), minute(15)]]])
  expect(late(memory, 13, 6)).toEqual([1, [[minute(13), minute(14)]]])
  expect([...samplesOf(memory.samples)].map(({ at }) => at)).toEqual([1, 2, 6, 3, 5, 4])
  expect(late(memory, 11, 7)).toEqual([0, [[minute(11), minute(12)]]])
  // One millisecond before the newest of the store is among them.
  expect(late(restarted(), 14 - 1 / MINUTE, 4)).toEqual([1, [[minute(14) - 1, minute(14)]]])
})

test('the window ends where it says: a sample of just then is judged among the others, one before it by itself', () => {
  const rule = compiled()
  const { windowMs } = rule
  const at = (t: number) => isBacklog(run(rule, [20, 90]).memory, rule, START + 20 * MINUTE - windowMs + t)
  expect([at(-1), at(0), at(1)]).toEqual([true, false, false])
  expect(isBacklog(createSampled(rule), rule, 0)).toBe(false)
})

test('a sample a millisecond later is the newest, and no delay of a millisecond is over before it passed', () => {
  const rule = compiled({ onDelayMs: 1 })
  const memory = createSampled(rule)
  const judge = (t: number, at: number) => judgeSample(memory, rule, { t, at, words: [MET] }, START)
  expect([judge(START, 1), memory.newest]).toEqual([[], { t: START, at: 1 }])
  expect(judgeTime(memory, rule, START - 5)).toEqual([])
  expect(judgeTime(memory, rule, START)).toEqual([])
  expect(judgeTime(memory, rule, START + 1)).toEqual([{ type: 'occur', atMs: START + 1, overMs: null }])
  judge(START + 1, 2)
  expect(memory.newest).toEqual({ t: START + 1, at: 2 })
})

test('an occurrence that came and went in one moment is told once', () => {
  const told = run(compiled(), [0, 90], [3, 120], [3, 90], [5, 90], [2, 90, 6])
  expect(told.told).toEqual(['occur 3', 'clear 3'])
})

test('an occurrence that begins where another ended is another', () => {
  expect(run(compiled(), [0, 120], [2, 90], [5, 90], [2, 120, 6]).told).toEqual(['occur 0', 'clear 2', 'occur 2 over 5'])
  expect(run(compiled(), [4, 90], [4, 120], [6, 90], [7, 90], [2, 120, 8]).told).toEqual(['occur 4', 'clear 6', 'occur 2 over 4'])
})

test('each of two that are apart is told, whichever came first', () => {
  expect(run(compiled(), [0, 120], [2, 90], [8, 90], [4, 120, 9], [5, 90, 9]).told).toEqual(['occur 0', 'clear 2', 'occur 4 over 8'])
  expect(run(compiled(), [3, 90], [5, 120], [6, 90], [1, 120, 8]).told).toEqual(['occur 5', 'clear 6', 'occur 1 over 3'])
})

test('what is over before the window is forgotten, and is not told anew by a late sample', () => {
  const slow = compiled({ offDelayMs: MINUTE })
  const { told, memory } = run(slow, [0, 120], [1, 90], [3, 90], [30, 90], [20, 90, 31], [25, 120, 31])
  expect(told).toEqual(['occur 0', 'clear 2', 'occur 25 over 31'])
  expect(memory.told).toEqual([{ raisedMs: START + 25 * MINUTE, clearedMs: START + 31 * MINUTE }])
  // It ends just at the window: it stays.
  const edge = run(compiled(), [0, 120], [5, 90], [20, 90]).memory
  expect(edge.told).toEqual([{ raisedMs: START, clearedMs: START + 5 * MINUTE }])
  expect(run(compiled(), [0, 120], [5, 90], [20 + 1 / MINUTE, 90]).memory.told).toEqual([])
})

test('a backlog inside an episode that is remembered says nothing new, and outside of it is heard', () => {
  const standing = (...backlog: (readonly [t: number, value: number])[]) =>
    run(compiled(), [0, 120], [40, 120], ...backlog.map(([t, value]) => [t, value, 40] as const)).told
  expect(standing([0, 130], [3, 130], [24, 90])).toEqual(['occur 0'])
  expect(standing([-1 / MINUTE, 130])).toEqual(['occur 0', `occur ${-1 / MINUTE} over ${-1 / MINUTE}`])
  // It is over, and remembered: it ended inside the window.
  expect(run(compiled(), [0, 120], [10, 90], [20, 90], [4, 130, 20]).told).toEqual(['occur 0', 'clear 10'])
})

test('a backlog of which the next sample is older begins anew, and of the same time goes on', () => {
  const backlog = (more: Partial<AnyRule>, ...samples: (readonly [t: number, value: number])[]) =>
    run(compiled(more), [4_000, 90], ...samples.map(([t, value]) => [t, value, 4_000] as const)).told.slice(0)
  expect(backlog({ samples: 2 }, [10, 120], [10, 121])).toEqual(['occur 10 over 10'])
  expect(backlog({ samples: 2 }, [10, 120], [9, 121])).toEqual([])
  expect(backlog({ onDelayMs: 5 * MINUTE }, [10, 90], [30, 120], [20, 120], [26, 120])).toEqual(['occur 25 over 26'])
})

test('of a backlog nothing stays but where its fold stands, and each stretch is told with its end or its last sample', () => {
  const rule = compiled({ offDelayMs: 2 * MINUTE })
  const samples = [
    [0, 120],
    [1, 90],
    [10, 120],
    [11, 90],
    [12, 120],
    [15, 90],
    [20, 90],
    [21, 120],
    [22, 121],
  ] as const
  const { told, memory } = run(rule, [4_000, 90], ...samples.map(([t, value]) => [t, value, 4_000] as const))
  expect(told).toEqual(['occur 0 over 0', 'occur 10 over 10', 'occur 21 over 21'])
  expect(memory.backlog).toMatchObject({ t: START + 22 * MINUTE, fold: { closed: [], raisedMs: START + 21 * MINUTE } })
})

test('time passes with a backlog, too', () => {
  const rule = compiled({ onDelayMs: 3 * MINUTE })
  expect(run(rule, [4_000, 120], [10, 90, 4_003]).told).toEqual(['occur 4003'])
})

const latchedOf = (memory: LatchedMemory | undefined, seq: number, met: boolean, isNewest = false) =>
  judgeLatched(memory, { order: { generation: 0, boot: 1, seq, t: START + seq }, met, isNewest })

test('a latched word is the newest by being the first, by its order, or by being the newest record; else an earlier end or press', () => {
  const pressed = latchedOf(undefined, 5, true)
  expect(pressed).toEqual({
    memory: { type: 'latched', order: { generation: 0, boot: 1, seq: 5, t: START + 5 }, met: true },
    happenings: [{ type: 'occur', atMs: START + 5, overMs: null }],
  })
  expect(latchedOf(undefined, 5, false).happenings).toEqual([{ type: 'clear', atMs: START + 5 }])
  const { memory } = pressed
  expect(latchedOf(memory, 6, false)).toMatchObject({ memory: { met: false }, happenings: [{ type: 'clear', atMs: START + 6 }] })
  expect(latchedOf(memory, 4, false, true)).toMatchObject({ memory: { met: false }, happenings: [{ type: 'clear', atMs: START + 4 }] })
  // Late: a release before the press says nothing, a press before the release is over since that.
  expect(latchedOf(memory, 4, false)).toEqual({ memory, happenings: [] })
  const released = latchedOf(memory, 9, false).memory
  expect(latchedOf(released, 7, true)).toEqual({ memory: released, happenings: [{ type: 'occur', atMs: START + 7, overMs: START + 9 }] })
  expect(latchedOf(memory, 3, true)).toEqual({ memory, happenings: [{ type: 'occur', atMs: START + 3, overMs: null }] })
})

test('alone, a record meets a condition by what it carries: what is in the deadband, or not there, is not met', () => {
  const rule = compiled({}, { op: 'any', of: ['a', 'b'].map((field) => ({ op: 'above', field, limit: 1, deadband: 1 }) as const) })
  expect(
    [[MET, SAYS_NOTHING], [NOT_MET, MET], [IN_DEADBAND, NOT_MET], [SAYS_NOTHING, SAYS_NOTHING], [MET]].map((w) => metAlone(rule, w)),
  ).toEqual([true, true, false, false, true])
})
