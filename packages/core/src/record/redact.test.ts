import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { maySee, type Role, SEES } from '../kind/privacy.ts'
import type { Alarm } from './alarm.ts'
import type { TwinRecord } from './record.ts'
import { privacyOfRule, redactionFor } from './redact.ts'

const label = { zh: '字', en: 'word' }
const rule = { priority: 1, category: 'health', text: label } as const
const band: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    sos: { type: 'choice', label, values: { pressed: label } },
    name: { type: 'words', label, privacy: 'personal' },
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
    heading: { type: 'quantity', label, unit: 'deg', range: [0, 360], privacy: 'whereabouts' },
    battery: { type: 'quantity', label, unit: '%', range: [0, 100] },
  },
  location: { privacy: 'whereabouts' },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    sos: { ...rule, when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true },
    pulse: { ...rule, when: { op: 'any', of: [{ op: 'above', field: 'pulse', limit: 130, deadband: 5 }] } },
  },
  card: [],
})
const lamp: AnyKind = defineKind({
  kind: 'Lamp',
  label,
  fields: {
    power: { type: 'quantity', label, unit: 'W', range: [0, 300] },
    owner: { type: 'words', label, privacy: 'personal' },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: { dark: { ...rule, category: 'facility', when: { op: 'atMost', field: 'power', limit: 0, deadband: 1 } } },
  card: [],
})
const KINDS = new Map([
  ['Band', band],
  ['Lamp', lamp],
])
const ROLES = Object.keys(SEES) as Role[]
const record: TwinRecord = {
  kind: 'Band',
  id: 'B-1',
  boot: 1,
  seq: 2,
  t: 3,
  location: [117, 37, 7],
  properties: { sos: 'pressed', name: '张桂兰', pulse: 151, heading: 90, battery: 50 },
}
const alarm = (ruleName: string, kind = 'Band'): Alarm =>
  sampleAlarm({
    kind,
    entity: 'B-1',
    rule: ruleName,
    category: 'health',
    place: [117, 37, 7],
    state: 'acknowledged',
    acknowledged: { by: 'li', atMs: 2 },
  })
const cut = (role: Role) => redactionFor(role, KINDS)

test('gives each role the fields of its sorts and no others', () => {
  expect(cut('public').record(record)).toBeNull()
  expect(cut('grid').record(record)?.properties).toEqual({ sos: 'pressed', name: '张桂兰', heading: 90, battery: 50 })
  expect(cut('care').record(record)).toEqual(record)
  expect(cut('public').record({ kind: 'Lamp', id: 'L', t: 1, properties: { power: 60, owner: '李' } })?.properties).toEqual({ power: 60 })
})

test('keeps that something was heard, though nothing of it may be seen', () => {
  expect(cut('grid').record({ kind: 'Band', id: 'B-1', t: 1, properties: { pulse: 70 } })).toEqual({
    kind: 'Band',
    id: 'B-1',
    t: 1,
    properties: {},
  })
})

test('lets nothing through that the kind does not declare', () => {
  expect(cut('command').record({ ...record, kind: 'Boat' })).toBeNull()
  expect(cut('command').record({ ...record, properties: { secret: 1, constructor: 2 } })?.properties).toEqual({})
})

test('derives what a rule tells about from its fields', () => {
  expect(privacyOfRule(band, band.alarms['pulse']!)).toEqual(['health'])
  expect(privacyOfRule(band, band.alarms['sos']!)).toEqual([])
})

test('leaves place, priority and category of an alarm whose rule a role may not know', () => {
  expect(cut('grid').alarm(alarm('pulse'))).toEqual({ ...alarm('pulse'), kind: null, entity: null, rule: null })
  expect(cut('grid').alarm(alarm('sos'))).toEqual(alarm('sos'))
  expect(cut('care').alarm(alarm('pulse'))).toEqual(alarm('pulse'))
})

test('gives the public no alarm of a person, and of a thing no name of who acknowledged', () => {
  expect(cut('public').alarm(alarm('sos'))).toBeNull()
  expect(cut('public').alarm(alarm('pulse'))).toBeNull()
  expect(cut('public').alarm(alarm('dark', 'Lamp'))).toEqual({ ...alarm('dark', 'Lamp'), acknowledged: { by: '', atMs: 2 } })
})

test('hides an alarm whose rule is declared no more from all who do not see everything', () => {
  expect(ROLES.map((role) => cut(role).alarm(alarm('forgotten'))?.entity ?? null)).toEqual([null, null, 'B-1', 'B-1'])
})

test('names the kinds whose reading is audited', () => {
  expect(ROLES.map((role) => cut(role).personalKinds)).toEqual([[], ['Band', 'Lamp'], ['Band', 'Lamp'], ['Band', 'Lamp']])
})

test('serialises no value of a sort that the role does not see, whatever the record', () => {
  const secret = (field: string) => `secret-${field}`
  fc.assert(
    fc.property(fc.constantFrom(...ROLES), fc.subarray(Object.keys(band.fields)), (role, carried) => {
      const properties = Object.fromEntries(carried.map((field) => [field, secret(field)]))
      const json = JSON.stringify(cut(role).record({ ...record, properties }))
      for (const field of carried) if (!maySee(role, band.fields[field]!.privacy)) expect(json).not.toContain(secret(field))
    }),
  )
})
