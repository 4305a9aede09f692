import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { maySee, type Role, SEES } from '../kind/privacy.ts'
import type { Alarm } from './alarm.ts'
import type { Row } from './record.ts'
import { privacyOfRule, redactionFor } from './redact.ts'
import { maskOf, visibilityMask } from './visibility.ts'

const label = { zh: '字', en: 'word' }
const rule = { priority: 1, category: 'health', text: label } as const
const help = { discloses: [{ roles: ['grid'], as: 'help' }] } as const
const band: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    sos: { type: 'choice', label, values: { pressed: label } },
    name: { type: 'words', label, privacy: 'personal' },
    wearer: { type: 'words', label, privacy: 'personal' },
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
    heading: { type: 'quantity', label, unit: 'deg', range: [0, 360], privacy: 'whereabouts' },
    battery: { type: 'quantity', label, unit: '%', range: [0, 100] },
  },
  location: { privacy: 'whereabouts' },
  profile: { kind: 'Wearer', by: 'wearer' },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    sos: { ...rule, when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true },
    pulse: { ...rule, ...help, when: { op: 'any', of: [{ op: 'above', field: 'pulse', limit: 130, deadband: 5 }] } },
    low: { ...rule, ...help, when: { op: 'below', field: 'pulse', limit: 40, deadband: 5 } },
    notice: { ...rule, when: { op: 'above', field: 'pulse', limit: 100, deadband: 5 } },
    weak: { ...rule, when: { op: 'below', field: 'battery', limit: { property: 'batteryLow', otherwise: 15 }, deadband: 5 } },
    old: {
      ...rule,
      when: {
        op: 'below',
        field: 'battery',
        limit: { property: 'none', otherwise: 15, fromAge: [{ ageYears: 80, limit: 20 }] },
        deadband: 5,
      },
    },
  },
  disclosures: { help: { label, category: 'health', priority: 1 } },
  card: [],
})
const wearer: AnyKind = defineKind({
  kind: 'Wearer',
  label,
  fields: {
    batteryLow: { type: 'quantity', label, unit: '%', range: [0, 100], privacy: 'health' },
    ageYears: { type: 'quantity', label, unit: 'a', range: [0, 130], privacy: 'health' },
  },
  location: { privacy: 'whereabouts' },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const lamp: AnyKind = defineKind({
  kind: 'Lamp',
  label,
  fields: {
    power: { type: 'quantity', label, unit: 'W', range: [0, 300] },
    owner: { type: 'words', label, privacy: 'personal' },
    debt: { type: 'quantity', label, unit: '1', range: [0, 300], privacy: 'health' },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    dark: { ...rule, category: 'facility', when: { op: 'atMost', field: 'power', limit: 0, deadband: 1 } },
    owed: { ...rule, discloses: [{ roles: ['public'], as: 'visit' }], when: { op: 'above', field: 'debt', limit: 1, deadband: 1 } },
  },
  disclosures: { visit: { label, category: 'event', priority: 4 } },
  card: [],
})
const KINDS = new Map([
  ['Band', band],
  ['Wearer', wearer],
  ['Lamp', lamp],
])
const ROLES = Object.keys(SEES) as Role[]
const row: Row = {
  kind: 'Band',
  id: 'B-1',
  t: 3,
  heardMs: 4,
  clockOffMs: -90_000,
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
const disclosed = (as: string, kind = 'Band'): Alarm => ({ ...alarm('', kind), rule: null, as, done: { by: 'wang', atMs: 3 } })
const cut = (role: Role) => redactionFor(role, KINDS)
const each = <T>(of: (role: Role) => T): T[] => ROLES.map(of)

test('gives each role the fields of its sorts and no others', () => {
  expect(cut('public').row(row)).toBeNull()
  expect(cut('grid').row(row)).toEqual({ ...row, properties: { sos: 'pressed', name: '张桂兰', heading: 90, battery: 50 } })
  expect(cut('care').row(row)).toEqual(row)
  const lampRow = { kind: 'Lamp', id: 'L', t: 1, heardMs: 1, properties: { power: 60, owner: '李' } }
  expect(cut('public').row(lampRow)).toEqual({ ...lampRow, properties: { power: 60 } })
})

test('a row of which nothing is visible is not there, and neither is one that carries nothing', () => {
  const bare = { kind: 'Band', id: 'B-1', t: 1, heardMs: 1 }
  expect(each((role) => cut(role).row({ ...bare, properties: { pulse: 70 } }) !== null)).toEqual([false, false, true, true])
  expect(each((role) => cut(role).row({ ...bare, properties: {} }))).toEqual([null, null, null, null])
  expect(each((role) => cut(role).row({ ...bare, location: [117, 37], properties: { pulse: 70 } })?.properties ?? null)).toEqual([
    null,
    {},
    { pulse: 70 },
    { pulse: 70 },
  ])
})

test('lets nothing through that the kind does not declare', () => {
  expect(cut('command').row({ ...row, kind: 'Boat' })).toBeNull()
  expect(cut('command').row({ ...row, properties: { secret: 1, constructor: 2 } })?.properties).toEqual({})
})

test('derives what a rule tells about from its fields, and from the profile where a limit depends on the person', () => {
  const of = (name: string) => [...privacyOfRule(KINDS, band, band.alarms[name]!)].sort()
  expect([of('pulse'), of('sos'), of('weak'), of('old')]).toEqual([['health'], [], ['health', 'personal'], ['health', 'personal']])
})

test('an alarm whose rule reads a hidden field is not there, and any other is whole', () => {
  expect(each((role) => cut(role).alarm(alarm('pulse')))).toEqual([null, null, alarm('pulse'), alarm('pulse')])
  expect(each((role) => cut(role).alarm(alarm('sos')))).toEqual([null, alarm('sos'), alarm('sos'), alarm('sos')])
  expect(each((role) => cut(role).alarm(alarm('weak')) !== null)).toEqual([false, false, true, true])
})

test('gives the public no alarm of a person, and of a thing no name of who acknowledged', () => {
  expect(cut('public').alarm(alarm('sos'))).toBeNull()
  expect(cut('public').alarm(alarm('dark', 'Lamp'))).toEqual({ ...alarm('dark', 'Lamp'), acknowledged: { by: '', atMs: 2 } })
})

test('hides an alarm whose rule or disclosure is declared no more from all who do not see everything', () => {
  for (const gone of [alarm('forgotten'), alarm('toString'), alarm('sos', 'Boat'), disclosed('fire'), disclosed('help', 'Boat')])
    expect(each((role) => cut(role).alarm(gone)?.entity ?? null)).toEqual([null, null, 'B-1', 'B-1'])
})

test('shows a disclosure to the roles that it is disclosed to, and to those who read all that is behind it', () => {
  expect(each((role) => cut(role).disclosure('Band', 'help'))).toEqual([
    null,
    { told: true, reads: false },
    { told: false, reads: true },
    { told: false, reads: true },
  ])
  expect(each((role) => cut(role).alarm(disclosed('help')))).toEqual([null, disclosed('help'), disclosed('help'), disclosed('help')])
  const unsigned = { ...disclosed('visit', 'Lamp'), acknowledged: { by: '', atMs: 2 }, done: { by: '', atMs: 3 } }
  expect(each((role) => cut(role).alarm(disclosed('visit', 'Lamp')))).toEqual([
    unsigned,
    null,
    disclosed('visit', 'Lamp'),
    disclosed('visit', 'Lamp'),
  ])
})

test('names the kinds whose reading is audited, also where all that is told of persons is a disclosure', () => {
  expect(each((role) => cut(role).personalKinds)).toEqual([
    ['Lamp'],
    ['Band', 'Wearer', 'Lamp'],
    ['Band', 'Wearer', 'Lamp'],
    ['Band', 'Wearer', 'Lamp'],
  ])
  const { alarms, disclosures: _, ...open } = lamp
  const bare = new Map<string, AnyKind>([['Lamp', { ...open, alarms: { dark: alarms['dark']! } }]])
  expect(redactionFor('public', bare).personalKinds).toEqual([])
})

test('serialises no value of a sort that the role does not see, and sees something just where the mask says so', () => {
  const secret = (field: string) => `secret-${field}`
  const placed = fc.boolean()
  fc.assert(
    fc.property(fc.constantFrom(...ROLES), fc.subarray(Object.keys(band.fields)), placed, (role, carried, isPlaced) => {
      const { location, ...bare } = row
      const properties = Object.fromEntries(carried.map((field) => [field, secret(field)]))
      const whole: Row = { ...bare, ...(isPlaced && { location: location! }), properties }
      const seen = cut(role).row(whole)
      for (const field of carried) if (!maySee(role, band.fields[field]!.privacy)) expect(JSON.stringify(seen)).not.toContain(secret(field))
      expect(seen !== null).toBe((visibilityMask(whole, band) & maskOf(role, band)) !== 0)
    }),
    { numRuns: 300 },
  )
})
