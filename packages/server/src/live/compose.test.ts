import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Row } from '@twinmap/core/internal/record/record'
import { person, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import type { LogEntry } from '../store/store.ts'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { composeDelta, createAudiences, standingOf } from './compose.ts'

const KINDS = new Map<string, AnyKind>([
  ['Wristband', wristband],
  ['Person', person],
])
const audienceOf = createAudiences(KINDS)
const row = (t: number, properties: Row['properties'], id = 'W-1'): Row => ({ kind: 'Wristband', id, t, heardMs: t, properties })
const entry = (atMs: number, rows: Row[], more: Partial<LogEntry> = {}): LogEntry => ({
  n: atMs,
  atMs,
  rows,
  heard: [],
  alarms: [],
  disclosures: [],
  ...more,
})
const alarm = keptAlarm()

test('one key is one audience, whatever the order of the kinds', () => {
  expect(audienceOf('care', ['Person', 'Wristband']).key).toBe(audienceOf('care', ['Wristband', 'Person']).key)
  expect(audienceOf('care', undefined).key).not.toBe(audienceOf('grid', undefined).key)
  expect(audienceOf('care', undefined).key).not.toBe(audienceOf('care', ['Wristband']).key)
})

test('no name of a kind makes two audiences one, and what the twin does not declare is nobody', () => {
  const narrow = audienceOf('care', ['Wristband Person'])
  expect(narrow.key).not.toBe(audienceOf('care', ['Wristband', 'Person']).key)
  expect(audienceOf('care', ['*']).key).not.toBe(audienceOf('care', undefined).key)
  expect(audienceOf('care', ['*', 'Wristband Person', '__proto__']).key).toBe(audienceOf('care', []).key)
  expect(narrow.wants('Wristband')).toBe(false)
})

test('is told records of the kinds that it asked for and sees, in one order', () => {
  expect(audienceOf('care', undefined).kinds).toEqual(['Person', 'Wristband'])
  expect(audienceOf('care', ['Wristband', 'Person', 'Boat']).kinds).toEqual(['Person', 'Wristband'])
  expect(audienceOf('public', undefined).kinds).toEqual([])
})

test('the kinds that were asked for choose records; alarms follow the role alone', () => {
  for (const only of [[], ['Person'], ['Wristband'], undefined]) {
    expect(standingOf([alarm], [], audienceOf('care', only).redaction)).toMatchObject([{ id: 'a-1', entity: 'W-1' }])
    const delta = composeDelta([entry(9, [row(1, { battery: 5 })], { alarms: [alarm] })], [], audienceOf('care', only), false)
    expect(delta?.content.alarms).toMatchObject([{ id: 'a-1' }])
    expect(delta?.content.records === undefined).toBe(only !== undefined && !only.includes('Wristband'))
  }
  expect(standingOf([alarm], [], audienceOf('public', []).redaction)).toEqual([])
})

test('a stream has another name for each role, for other kinds, and once a kind is declared otherwise', () => {
  const open = new Map<string, AnyKind>([...KINDS, ['Person', { ...person, fields: {}, card: [] }]])
  const of = (kinds: typeof KINDS, ...asked: Parameters<typeof audienceOf>) => createAudiences(kinds)(...asked).stream('s')
  const names = [
    of(KINDS, 'care', undefined),
    of(KINDS, 'command', undefined),
    of(KINDS, 'care', ['Person']),
    of(KINDS, 'care', []),
    of(open, 'care', undefined),
    audienceOf('care', undefined).stream('t'),
  ]
  expect(new Set(names).size).toBe(names.length)
  expect(of(new Map(KINDS), 'care', ['Person', 'Wristband'])).toBe(audienceOf('care', ['Wristband', 'Person']).stream('s'))
})

test('audits what may be seen of what was asked for, and whose alarms come unasked', () => {
  expect(audienceOf('care', ['Wristband']).personalKinds).toEqual(['Wristband'])
  expect(audienceOf('care', []).personalKinds).toEqual(['Wristband'])
  expect(audienceOf('care', ['Person']).personalKinds).toEqual(['Wristband', 'Person'])
  expect(audienceOf('public', undefined).personalKinds).toEqual([])
})

test('says nothing where a range holds nothing for this role', () => {
  expect(composeDelta([entry(9, [row(1, { battery: 5 })])], [], audienceOf('public', undefined), false)).toBeNull()
  expect(composeDelta([entry(9, [row(1, { heartRate: 5 })])], [], audienceOf('grid', undefined), false)).toBeNull()
  expect(composeDelta([], [], audienceOf('care', undefined), false)).toBeNull()
})

test('its time is that of the last thing in it, whatever came after that the role does not see', () => {
  const entries = [
    entry(8, [row(1, { battery: 5 })]),
    entry(9, [row(1, { heartRate: 5 })], { alarms: [keptAlarm({ rule: 'heartRateCritical' })] }),
  ]
  const last = (role: 'grid' | 'care') => composeDelta(entries, [], audienceOf(role, undefined), false)?.lastMs
  expect([last('grid'), last('care')]).toEqual([8, 9])
})

test('merges what a role sees of the rows for a slow viewer, and nothing for another', () => {
  const entries = [
    entry(8, [row(1, { battery: 5, steps: 1 })]),
    entry(9, [row(2, { battery: 4, steps: 2 }), row(1, { battery: 9 }, 'W-2'), row(3, { heartRate: 60 })]),
  ]
  const rows = (role: 'grid' | 'care', isSlow: boolean) =>
    composeDelta(entries, [], audienceOf(role, undefined), isSlow)?.content.records?.[0]
  expect(rows('care', true)).toMatchObject({ id: ['W-1', 'W-2', 'W-1'], properties: { battery: [4, 9, null], steps: [2, null, null] } })
  expect(rows('grid', true)).toMatchObject({ id: ['W-1', 'W-2'], properties: { battery: [4, 9] } })
  expect(rows('grid', false)?.id).toEqual(['W-1', 'W-1', 'W-2'])
})

test('tells when entities of wanted kinds were heard, under any id', () => {
  const heard = ['W-1', '__proto__'].map((id) => ({ atMs: 9, kind: 'Wristband', id, heardMs: 7 }))
  const delta = composeDelta([], heard, audienceOf('grid', undefined), false)
  expect(JSON.stringify(delta)).toBe('{"lastMs":9,"content":{"heard":{"Wristband":{"W-1":7,"__proto__":7}}}}')
  expect(composeDelta([], heard, audienceOf('grid', ['Person']), false)).toBeNull()
})

test('a disclosure is told and stands as an alarm of its own, beside those that a role reads', () => {
  const disclosure: KeptDisclosure = {
    id: 'd-1',
    kind: 'Wristband',
    entity: 'W-1',
    as: 'needsHelp',
    category: 'safety',
    priority: 1,
    place: null,
    state: 'open',
    raisedMs: 5,
    overMs: null,
    taken: null,
    done: null,
    withdrawn: null,
  }
  const { redaction } = audienceOf('grid', undefined)
  expect(standingOf([], [disclosure], redaction)).toMatchObject([{ id: 'd-1', as: 'needsHelp', rule: null }])
  expect(standingOf([], [{ ...disclosure, overMs: 9 }], redaction)).toEqual([])
  expect(composeDelta([entry(9, [], { disclosures: [disclosure] })], [], audienceOf('grid', []), false)).toMatchObject({
    lastMs: 9,
    content: { alarms: [{ id: 'd-1' }] },
  })
})

test('alarms that stand are in the order in which they entered, and those that ended are not there', () => {
  const { redaction } = audienceOf('care', undefined)
  const alarms = [3, 1, 2].map((enteredMs) => keptAlarm({ id: `a-${enteredMs}`, enteredMs }))
  const ids = standingOf([...alarms, keptAlarm({ id: 'a-0', state: 'normal' })], [], redaction).map(({ id }) => id)
  expect(ids).toEqual(['a-1', 'a-2', 'a-3'])
})

test('a kind with one alarm is audited for its alarms alone, one without any is not', () => {
  const { sos } = wristband.alarms
  const personalOf = (alarms: AnyKind['alarms']) =>
    createAudiences(new Map([['Wristband', { ...wristband, alarms }]]))('care', []).personalKinds
  expect([personalOf({ sos: sos! }), personalOf({})]).toEqual([['Wristband'], []])
})
