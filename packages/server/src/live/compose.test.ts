import { adoptAlarm, createIntakeState } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { TwinRecord } from '@twinmap/core/internal/record/record'
import { person, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import type { LogEntry } from '../store/store.ts'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { composeDelta, composeSnapshot, createAudiences } from './compose.ts'

const KINDS = new Map<string, AnyKind>([
  ['Wristband', wristband],
  ['Person', person],
])
const audienceOf = createAudiences(KINDS)
const stamp = { streamId: 's', n: 9, serverTimeMs: 1 }
const record = (seq: number, properties: TwinRecord['properties'], id = 'W-1'): TwinRecord => ({
  kind: 'Wristband',
  id,
  boot: 1,
  seq,
  t: seq,
  properties,
})
const entry = (n: number, ...records: TwinRecord[]): LogEntry => ({ n, nowMs: n, records, alarms: [] })

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

test('the kinds that were asked for choose records; alarms follow the role alone', () => {
  const state = createIntakeState()
  adoptAlarm(state, alarm)
  for (const only of [[], ['Person'], ['Wristband'], undefined]) {
    expect(composeSnapshot(state, audienceOf('care', only), stamp).alarms).toMatchObject([{ id: 'a-1', entity: 'W-1' }])
    const transition = { n: 9, nowMs: 9, records: [record(1, { battery: 5 })], alarms: [alarm] }
    expect(composeDelta([transition], audienceOf('care', only), 9, stamp, false)?.alarms).toMatchObject([{ id: 'a-1' }])
  }
  expect(composeSnapshot(state, audienceOf('public', []), stamp).alarms).toEqual([])
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
  expect(composeDelta([entry(9, record(1, { battery: 5 }))], audienceOf('public', undefined), 9, stamp, false)).toBeNull()
  expect(composeDelta([], audienceOf('care', undefined), 9, stamp, false)).toBeNull()
})

test('merges the records of a slow viewer to the newest of each property', () => {
  const entries = [entry(8, record(1, { battery: 5, steps: 1 })), entry(9, record(2, { battery: 4 }), record(1, { battery: 9 }, 'W-2'))]
  const delta = composeDelta(entries, audienceOf('care', undefined), 8, stamp, true)
  expect(delta).toMatchObject({
    from: 8,
    n: 9,
    records: [{ id: ['W-1', 'W-1', 'W-2'], seq: [2, 1, 1], properties: { battery: [4, null, 9], steps: [null, 1, null] } }],
  })
})

test('an empty twin has an empty snapshot, which still replaces', () => {
  expect(composeSnapshot(createIntakeState(), audienceOf('care', undefined), stamp)).toEqual({
    ...stamp,
    snapshot: true,
    records: [],
    alarms: [],
  })
})
