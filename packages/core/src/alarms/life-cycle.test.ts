import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyRule } from '../kind/kind.ts'
import type { AlarmState } from '../record/alarm.ts'
import { type AlarmEvent, type KeptAlarm, raiseAlarm, reduceAlarm, toWire } from './life-cycle.ts'

const rule: AnyRule = { when: { op: 'silent' }, priority: 2, category: 'health', text: { zh: '字', en: 'word' } }
const raised = (latch: boolean, overMs: number | null = null) =>
  raiseAlarm(
    { id: 'a-1', kind: 'B', entity: 'B-1', name: 'r', rule: { ...rule, latch } },
    { type: 'occur', atMs: 10, overMs, nowMs: 12, place: null },
  )
const occur = (atMs: number, overMs: number | null = null): AlarmEvent => ({ type: 'occur', atMs, overMs, nowMs: atMs + 2, place: null })
const clear = (atMs: number): AlarmEvent => ({ type: 'clear', atMs })
const acknowledge: AlarmEvent = { type: 'acknowledge', by: 'li', nowMs: 50 }
const after = (alarm: KeptAlarm, ...events: AlarmEvent[]) => events.reduce(reduceAlarm, alarm)

test('goes through the states of ISA-18.2', () => {
  expect(raised(false).state).toBe('unacknowledged')
  expect(after(raised(false), acknowledge).state).toBe('acknowledged')
  expect(after(raised(false), acknowledge, clear(20)).state).toBe('normal')
  expect(after(raised(false), clear(20)).state).toBe('returned-unacknowledged')
  expect(after(raised(false), clear(20), acknowledge).state).toBe('normal')
  expect(after(raised(false), clear(20), occur(30)).state).toBe('unacknowledged')
})

test('enters as returned-unacknowledged where its condition is over already', () => {
  expect(raised(false, 15)).toMatchObject({ state: 'returned-unacknowledged', clearedMs: 15 })
})

test('latched, it stands unacknowledged though its condition is over, until it is acknowledged', () => {
  expect(raised(true, 15)).toMatchObject({ state: 'unacknowledged', clearedMs: 15 })
  expect(after(raised(true), clear(20))).toMatchObject({ state: 'unacknowledged', clearedMs: 20 })
  expect(after(raised(true), clear(20), acknowledge).state).toBe('normal')
  expect(after(raised(true), acknowledge, clear(20)).state).toBe('normal')
})

test('a second press after the acknowledgement is unacknowledged again, count 2', () => {
  expect(after(raised(true), acknowledge, occur(60))).toMatchObject({ state: 'unacknowledged', count: 2, acknowledged: null, lastMs: 60 })
})

test('a late occurrence adds to the count and moves only the first time', () => {
  expect(after(raised(true), occur(4))).toMatchObject({ count: 2, raisedMs: 4, lastMs: 10 })
})

test('a late occurrence that is over does not end a condition that holds', () => {
  expect(after(raised(false), occur(4, 6))).toMatchObject({ state: 'unacknowledged', clearedMs: null, count: 2 })
})

test('escalates once while nobody acknowledged, and anew after a press that follows an acknowledgement', () => {
  const escalated = after(raised(true), { type: 'escalate' })
  expect(escalated.escalated).toBe(true)
  expect(reduceAlarm(escalated, { type: 'escalate' })).toBe(escalated)
  expect(after(raised(true), acknowledge, { type: 'escalate' }).escalated).toBe(false)
  expect(after(escalated, acknowledge, occur(60))).toMatchObject({ escalated: false, escalatesAtMs: null })
})

test('keeps to itself what only its authority needs', () => {
  expect(Object.keys(toWire(raised(true)))).not.toContain('latch')
  expect(Object.keys(toWire(raised(true)))).not.toContain('escalatesAtMs')
})

const event: fc.Arbitrary<AlarmEvent> = fc.oneof(
  fc.tuple(fc.nat(100), fc.option(fc.nat(100))).map(([at, over]) => occur(at, over)),
  fc.nat(100).map(clear),
  fc.constant(acknowledge),
  fc.constant<AlarmEvent>({ type: 'escalate' }),
)
/** docs/formats/wire.md: whither each event may lead. Nothing leads out of normal. */
const TABLE: Readonly<Partial<Record<AlarmState, Readonly<Record<AlarmEvent['type'], readonly AlarmState[]>>>>> = {
  unacknowledged: {
    occur: ['unacknowledged'],
    clear: ['returned-unacknowledged', 'unacknowledged'],
    acknowledge: ['acknowledged', 'normal'],
    escalate: ['unacknowledged'],
  },
  acknowledged: { occur: ['unacknowledged'], clear: ['normal'], acknowledge: ['acknowledged'], escalate: ['acknowledged'] },
  'returned-unacknowledged': {
    occur: ['unacknowledged', 'returned-unacknowledged'],
    clear: ['returned-unacknowledged'],
    acknowledge: ['normal'],
    escalate: ['returned-unacknowledged'],
  },
  normal: { occur: ['normal'], clear: ['normal'], acknowledge: ['normal'], escalate: ['normal'] },
}

test('makes no transition outside the table, and its count never falls', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(event, { maxLength: 30 }), (latch, events) => {
      let alarm = raised(latch)
      for (const next of events) {
        const before = alarm
        alarm = reduceAlarm(before, next)
        expect(TABLE[before.state]![next.type]).toContain(alarm.state)
        expect(alarm.count).toBe(before.count + (next.type === 'occur' && before.state !== 'normal' ? 1 : 0))
        if (latch) expect(alarm.state).not.toBe('returned-unacknowledged')
        if (before.state !== 'normal' && alarm.state === 'normal') expect(alarm.acknowledged).not.toBeNull()
      }
    }),
  )
})

test('makes equal state of equal input, and changes nothing that it was given', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(event, { maxLength: 20 }), (latch, events) => {
      const frozen = (alarm: KeptAlarm, next: AlarmEvent) => Object.freeze(reduceAlarm(alarm, next))
      expect(events.reduce(frozen, raised(latch))).toEqual(after(raised(latch), ...events))
    }),
  )
})

const escalating = { id: 'a-1', kind: 'B', entity: 'B-1', name: 'r', rule: { ...rule, latch: true, escalateMs: 600 } }
const press = (atMs: number, more: Partial<Extract<AlarmEvent, { type: 'occur' }>> = {}) =>
  ({ type: 'occur', atMs, overMs: null, nowMs: atMs + 2, place: null, ...more }) as const

test('an alarm is raised with its rule, its times, its place and the time at which it escalates', () => {
  const raised: KeptAlarm = {
    id: 'a-1',
    kind: 'B',
    entity: 'B-1',
    rule: 'r',
    category: 'health',
    place: [1, 2],
    priority: 2,
    state: 'unacknowledged',
    raisedMs: 10,
    lastMs: 10,
    enteredMs: 12,
    heardMs: 12,
    clearedMs: null,
    count: 1,
    acknowledged: null,
    escalated: false,
    latch: true,
    escalatesAtMs: 612,
  }
  expect(raiseAlarm(escalating, press(10, { place: [1, 2] }))).toEqual(raised)
  expect(raiseAlarm({ ...escalating, rule }, press(10))).toEqual({ ...raised, place: null, latch: false, escalatesAtMs: null })
})

test('an occurrence after an acknowledgement begins the wait for its escalation anew; one before it leaves that as it is', () => {
  const first = raiseAlarm(escalating, press(10))
  expect(after(first, press(20, { escalateMs: 600 }))).toMatchObject({ escalatesAtMs: 612, escalated: false, heardMs: 22 })
  const acknowledged = after(first, acknowledge)
  expect(acknowledged.escalatesAtMs).toBeNull()
  expect(after(acknowledged, press(60, { escalateMs: 600 })).escalatesAtMs).toBe(662)
  expect(after(acknowledged, press(60)).escalatesAtMs).toBeNull()
  const escalated = after(first, { type: 'escalate' })
  expect(escalated.escalatesAtMs).toBeNull()
  expect(after(escalated, press(20, { escalateMs: 600 }))).toMatchObject({ escalated: true, escalatesAtMs: null })
})

test('its place is that of its newest occurrence which has one', () => {
  const [here, there] = [
    [1, 2],
    [3, 4],
  ] as const
  const at = (place: typeof here | null, event: AlarmEvent) => reduceAlarm(raiseAlarm(escalating, press(10, { place })), event).place
  expect([at(here, press(11, { place: there })), at(here, press(10, { place: there })), at(here, press(9, { place: there }))]).toEqual([
    there,
    there,
    here,
  ])
  expect([at(here, press(11)), at(here, press(9))]).toEqual([here, here])
  expect([at(null, press(11, { place: there })), at(null, press(9, { place: there }))]).toEqual([there, there])
})

test('over already, an occurrence leaves the end that is known, but a latched one has its own', () => {
  expect(after(raised(false), clear(20), occur(15, 18))).toMatchObject({ state: 'returned-unacknowledged', clearedMs: 20 })
  expect(after(raised(false), clear(20), occur(30))).toMatchObject({ state: 'unacknowledged', clearedMs: null })
  expect(after(raised(true), clear(20), occur(30, 40))).toMatchObject({ state: 'unacknowledged', clearedMs: 40 })
  expect(after(raised(true), clear(20), occur(30))).toMatchObject({ state: 'unacknowledged', clearedMs: null })
})

test('what says nothing new is the same alarm', () => {
  const latched = after(raised(true), clear(20))
  expect(reduceAlarm(latched, clear(20))).toBe(latched)
  expect(reduceAlarm(latched, clear(21)).clearedMs).toBe(21)
  const returned = after(raised(false), clear(20))
  expect(reduceAlarm(returned, clear(21))).toBe(returned)
  const acknowledged = after(raised(true), acknowledge)
  expect(reduceAlarm(acknowledged, { ...acknowledge, by: 'wang' })).toBe(acknowledged)
})

test('nothing brings back what ended, or what a human has taken out', () => {
  for (const state of ['normal', 'shelved', 'suppressed', 'out-of-service'] as const) {
    const out = { ...raised(true), state }
    for (const event of [occur(60), clear(60), acknowledge, { type: 'escalate' } as const]) expect(reduceAlarm(out, event)).toBe(out)
  }
})
