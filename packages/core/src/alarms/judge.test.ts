import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, AnyRule } from '../kind/kind.ts'
import { type CompiledRule, compileRule, LATE_WINDOW_MS, wordsOf } from './compile-rule.ts'
import { copySampled, createSampled, type Happening, judgeLatched, judgeSample, judgeTime, type LatchedMemory } from './judge.ts'
import { lengthOf, samplesOf } from './sample-log.ts'

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
