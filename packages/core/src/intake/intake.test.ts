import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intakeTown, START } from '../../test/intake-town.ts'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { type IntakePorts, intake } from './intake.ts'
import { type IntakeState, isEmpty } from './state.ts'

const label = { zh: '字', en: 'word' }
const rule = { priority: 1, category: 'health', text: label } as const
const band: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    sos: { type: 'choice', label, values: { pressed: label, released: label } },
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300] },
    systolic: { type: 'quantity', label, unit: 'mm[Hg]', range: [40, 300] },
    wearer: { type: 'words', label },
  },
  profile: { kind: 'Person', by: 'wearer' },
  everyMs: 600_000,
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    sos: { ...rule, when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true, escalateMs: 60_000 },
    pulse: { ...rule, when: { op: 'above', field: 'pulse', limit: 130, deadband: 5 } },
    slow: { ...rule, when: { op: 'atMost', field: 'pulse', limit: 30, deadband: 5 }, onDelayMs: 30_000 },
    systolic: {
      ...rule,
      when: {
        op: 'atLeast',
        field: 'systolic',
        limit: { property: 'systolicHigh', otherwise: 140, fromAge: [{ ageYears: 80, limit: 150 }] },
        deadband: 5,
      },
    },
    silent: { ...rule, when: { op: 'silent' } },
  },
  card: [],
})
const person: AnyKind = defineKind({
  kind: 'Person',
  label,
  fields: {
    ageYears: { type: 'quantity', label, unit: 'a', range: [0, 130] },
    systolicHigh: { type: 'quantity', label, unit: 'mm[Hg]', range: [40, 300] },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const KINDS = new Map([
  ['Band', band],
  ['Person', person],
])
const SECOND = 1_000
const MINUTE = 60_000

const town = (rules?: IntakePorts['rules']) => {
  const made = intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1' }, ...(rules && { rules }) })
  return {
    ...made,
    get state() {
      return made.state()
    },
  }
}
/** A town whose clock of B-1 is trusted from minute 10 on: two posts with right times confirm it. */
const trusted = () => {
  const made = town()
  made.post(0, { boot: 1, seq: 1, t: START, properties: { pulse: 70 } })
  made.post(10 * MINUTE, { boot: 1, seq: 2, t: START + 10 * MINUTE, properties: { pulse: 71 } })
  return made
}
const standing = ({ standing }: IntakeState) => [...standing.values()].map((a) => `${a.entity} ${a.rule} ${a.state} ${a.count}`)
const press = (boot: number | undefined, seq: number | undefined, atMs: number, more: object = {}) => ({
  ...(boot !== undefined && { boot }),
  ...(seq !== undefined && { seq }),
  t: START + atMs,
  properties: { sos: 'pressed', ...more },
})
const one = ['B-1 sos unacknowledged 1']

test('an SOS of one record raises once: in a batch of 1,000', () => {
  const { state, post } = town()
  const crowd = Array.from({ length: 999 }, (_, i) => ({ id: `B-${2 + (i % 300)}`, boot: 1, seq: i, t: START, properties: { pulse: 70 } }))
  crowd.splice(417, 0, { id: 'B-1', ...press(1, 1, 0) } as never)
  expect(post(5, ...crowd).records.length).toBe(1_000)
  expect(standing(state)).toEqual(one)
})

test('an SOS raises once: late, behind three days of newer records', () => {
  const { state, post } = trusted()
  post(11 * MINUTE, { boot: 1, seq: 900, t: START + 11 * MINUTE, properties: { pulse: 70, sos: 'released' } })
  post(12 * MINUTE, press(1, 3, -3 * 24 * 60 * MINUTE))
  expect(standing(state)).toEqual(one)
  expect([...state.standing.values()][0]?.clearedMs).toBe(START + 11 * MINUTE)
})

test('an SOS raises once: inside the backlog of a reconnect, sent twice', () => {
  const { state, post } = town()
  const backlog = Array.from({ length: 50 }, (_, i) => ({
    boot: 1,
    seq: i,
    t: START - (60 - i) * MINUTE,
    properties: i === 31 ? { sos: 'pressed' } : { pulse: 70 },
  }))
  post(0, { boot: 1, seq: 99, t: START, properties: { pulse: 70 } })
  expect(post(1, ...backlog).records.length).toBe(50)
  expect(post(2, ...backlog).posts[0]?.repeated).toBe(50)
  expect(standing(state)).toEqual(one)
})

test('an SOS raises once: of a device that began a new boot with seq 0', () => {
  const { state, post } = town()
  post(0, { boot: 1, seq: 500, t: START, properties: { pulse: 70 } })
  post(1, press(2, 0, 1))
  expect(standing(state)).toEqual(one)
})

test('an SOS raises once: of a device that has no boot, whatever its seq', () => {
  const { state, post } = town()
  post(0, { seq: 7, t: START - MINUTE, properties: { pulse: 70 } })
  post(1, press(undefined, 7, 1))
  post(2, press(undefined, 7, 1))
  expect(standing(state)).toEqual(one)
})

test('an SOS raises once: with an impossible heart rate beside it, which raises nothing', () => {
  const { state, post } = town()
  post(1, press(1, 1, 1, { pulse: 900 }))
  expect(standing(state)).toEqual(one)
})

test('two presses in one batch are two occurrences of one alarm', () => {
  const { state, post } = town()
  post(1, press(1, 1, 1), press(1, 1, 1), press(1, 2, 1))
  expect(standing(state)).toEqual(['B-1 sos unacknowledged 2'])
})

const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'
const acknowledge = (count = 1, alarm = 'a-1', by = 'li') => ({ key: KEY, type: 'acknowledge', alarm, count, by }) as const

test('a second press after the acknowledgement is unacknowledged again, count 2; after the end it raises anew', () => {
  const { state, post, take } = town()
  post(1, press(1, 1, 1))
  take({ nowMs: START + 2, actions: [acknowledge()] })
  expect(standing(state)).toEqual(['B-1 sos acknowledged 1'])
  post(3, press(1, 2, 3))
  expect(standing(state)).toEqual(['B-1 sos unacknowledged 2'])
  take({ nowMs: START + 4, actions: [acknowledge(2)] })
  expect(post(5, { boot: 1, seq: 3, t: START + 5, properties: { sos: 'released' } }).alarms.map((a) => a.state)).toEqual(['normal'])
  expect(standing(state)).toEqual([])
  post(6, press(1, 4, 6))
  expect([...state.standing.values()]).toMatchObject([{ id: 'a-2', count: 1 }])
})

test('an acknowledgement that comes with the press it did not see is refused', () => {
  const { post, take, state, check } = town()
  post(1, press(1, 1, 1))
  const posts = [{ source: 'gateway', records: check(press(1, 2, 2)) }]
  expect(take({ nowMs: START + 2, posts, actions: [acknowledge()] }).actions).toMatchObject([{ answer: { error: { code: 'alarm-grew' } } }])
  expect(standing(state)).toEqual(['B-1 sos unacknowledged 2'])
})

test('takes the place of the record, else the last known', () => {
  const { state, post } = town()
  post(0, { boot: 1, seq: 1, t: START, location: [117, 37, 7], properties: {} })
  post(1, press(1, 2, 1))
  expect([...state.standing.values()][0]?.place).toEqual([117, 37, 7])
  post(2, { ...press(1, 3, 2), location: [118, 37, 7] })
  expect([...state.standing.values()][0]?.place).toEqual([118, 37, 7])
})

test('judges by the limits of the person who wears it, and of its age', () => {
  const { state, post } = town()
  const measure = (seq: number) => ({ boot: 1, seq, t: START + seq, properties: { systolic: 145, wearer: 'P-1' } })
  post(0, { kind: 'Person', id: 'P-1', t: START, properties: { ageYears: 81 } })
  post(1, measure(1))
  expect(standing(state)).toEqual([])
  post(2, { kind: 'Person', id: 'P-1', t: START + 2, properties: { systolicHigh: 144 } }, measure(2))
  expect(standing(state)).toEqual(['B-1 systolic unacknowledged 1'])
})

test('a late record whose condition is over enters as returned-unacknowledged', () => {
  const { state, post } = town()
  post(0, { boot: 1, seq: 1, t: START - 60 * SECOND, properties: { pulse: 70 } })
  post(0, { boot: 1, seq: 3, t: START, properties: { pulse: 70 } })
  post(1, { boot: 1, seq: 2, t: START - 30 * SECOND, properties: { pulse: 150 } })
  expect(standing(state)).toEqual(['B-1 pulse returned-unacknowledged 1'])
})

test('a delay runs out by a tick, once', () => {
  const { state, post, tick } = town()
  post(0, { boot: 1, seq: 1, t: START, properties: { pulse: 25 } })
  expect(tick(29 * SECOND).alarms).toEqual([])
  expect(tick(30 * SECOND).alarms.length).toBe(1)
  expect(isEmpty(tick(31 * SECOND))).toBe(true)
  expect(standing(state)).toEqual(['B-1 slow unacknowledged 1'])
})

test('silence is judged by ticks, ends with the next record, and is not held against it while nobody listened', () => {
  const { state, post, tick } = town()
  const awake = (from: number, to: number) => {
    for (let at = from; at <= to; at += 30 * SECOND) tick(at)
  }
  post(0, { boot: 1, seq: 1, t: START, properties: { pulse: 70 } })
  awake(0, 24 * MINUTE)
  expect(standing(state)).toEqual([])
  awake(24 * MINUTE, 26 * MINUTE)
  expect(standing(state)).toEqual(['B-1 silent unacknowledged 1'])
  post(26 * MINUTE, { boot: 1, seq: 2, t: START + 26 * MINUTE, properties: { pulse: 70 } })
  expect(standing(state)).toEqual(['B-1 silent returned-unacknowledged 1'])
  tick(600 * MINUTE)
  awake(600 * MINUTE, 620 * MINUTE)
  expect(standing(state)).toEqual(['B-1 silent returned-unacknowledged 1'])
  awake(620 * MINUTE, 626 * MINUTE)
  expect(standing(state)).toEqual(['B-1 silent unacknowledged 2'])
})

test('escalates an SOS that nobody acknowledged for 60 s, once, and not one that somebody did', () => {
  const { post, tick, take } = town()
  post(0, press(1, 1, 0))
  expect(tick(59 * SECOND).alarms).toEqual([])
  expect(tick(60 * SECOND).alarms).toMatchObject([{ escalated: true, state: 'unacknowledged' }])
  expect(tick(61 * SECOND).alarms).toEqual([])
  const other = town()
  other.post(0, press(1, 1, 0))
  other.take({ nowMs: START + 1, actions: [acknowledge()] })
  expect(other.tick(61 * SECOND).alarms).toEqual([])
  expect(take({ nowMs: START + 62 * SECOND, actions: [acknowledge()] }).actions[0]?.effective).toBe(true)
})

test('raises nothing without rules, and merges all the same', () => {
  const { state, post } = town(new Map())
  post(0, press(1, 1, 0))
  expect(state.standing.size).toBe(0)
  expect(state.entities.get('Band')?.get('B-1')?.state.properties['sos']?.value).toBe('pressed')
})

test('changes nothing before its changes are adopted, so a commit that fails leaves nothing behind', () => {
  const made = town()
  made.post(0, press(1, 1, 0), { boot: 1, seq: 2, t: START, properties: { pulse: 140 } })
  const input = {
    nowMs: START + 90 * SECOND,
    posts: [{ source: 'gateway', records: made.check(press(1, 3, 3, { pulse: 20 })) }],
    actions: [acknowledge()],
  }
  const first = intake(made.state, input, { ...made.ports, newId: (prefix) => `${prefix}-x` })
  expect(intake(made.state, input, { ...made.ports, newId: (prefix) => `${prefix}-x` })).toEqual(first)
  expect(made.take(input).records.length).toBe(1)
})

const anyRecord = fc.record({
  id: fc.constantFrom('B-1', 'B-2'),
  boot: fc.constantFrom(undefined, 1, 2),
  seq: fc.nat(6),
  t: fc.nat(20).map((s) => START + s * SECOND),
  properties: fc.record(
    { sos: fc.constantFrom('pressed', 'released'), pulse: fc.constantFrom(20, 70, 128, 140, 900), systolic: fc.constantFrom(120, 160) },
    { requiredKeys: [] },
  ),
})

test('equal input makes equal state', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anyRecord, { maxLength: 4 }), { maxLength: 6 }), (batches) => {
      const [a, b] = [town(), town()]
      batches.forEach((batch, i) => {
        const [x, y] = [a, b].map(({ post }) => post((21 + 20 * i) * SECOND, ...batch))
        expect(y).toEqual(x)
      })
      expect(b.made).toEqual(a.made)
    }),
  )
})
