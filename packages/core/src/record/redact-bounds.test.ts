// What a disclosure tells whom, at its bounds: several rules behind one name, several names of one rule, and kinds that hide
// where their things are.
import { expect, test } from 'vitest'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyCondition, AnyKind, AnyRule, Field } from '../kind/kind.ts'
import { type Privacy, type Role, SEES } from '../kind/privacy.ts'
import { privacyOfRule, redactionFor } from './redact.ts'

const label = { zh: '字', en: 'word' }
const ROLES = Object.keys(SEES) as Role[]
const quantity = (privacy?: Privacy): Field => ({ type: 'quantity', label, unit: '1', range: [0, 9], ...(privacy && { privacy }) })
const above = (field: string): AnyCondition => ({ op: 'above', field, limit: 5, deadband: 0 })
const perPerson = (property: string, fromAge?: readonly { ageYears: number; limit: number }[]): AnyCondition => ({
  op: 'above',
  field: 'open',
  limit: { property, otherwise: 5, ...(fromAge && { fromAge }) },
  deadband: 0,
})
const rule = (when: AnyCondition, discloses: AnyRule['discloses'] = []): AnyRule => ({
  when,
  priority: 1,
  category: 'health',
  text: label,
  discloses,
})
const disclosure = { label, category: 'health', priority: 1 } as const
const thing = (alarms: Readonly<Record<string, AnyRule>>, more: Partial<AnyKind> = {}): AnyKind => {
  const names = Object.values(alarms).flatMap(({ discloses = [] }) => discloses.map(({ as }) => as))
  return defineKind({
    kind: 'Thing',
    label,
    fields: {
      open: quantity(),
      owner: { type: 'words', label },
      age: quantity('personal'),
      pulse: quantity('health'),
      street: quantity('whereabouts'),
    },
    symbol: { shape: 'circle', glyph: 'x' },
    alarms: alarms as Record<string, never>,
    ...(names.length > 0 && { disclosures: Object.fromEntries(names.map((name) => [name, disclosure])) }),
    card: [],
    ...(more as object),
  })
}
const person = (fields: AnyKind['fields']): AnyKind =>
  defineKind({ kind: 'Person', label, fields, symbol: { shape: 'circle', glyph: 'x' }, alarms: {}, card: [] })
const profile = { kind: 'Person', by: 'owner' } as const
const each = <T>(kinds: readonly AnyKind[], of: (redaction: ReturnType<typeof redactionFor>) => T): T[] =>
  ROLES.map((role) => of(redactionFor(role, new Map(kinds.map((kind) => [kind.kind, kind])))))

test('a limit per person tells about the property that it names, and about the age only where it has steps by age', () => {
  const kinds = new Map([['Person', person({ most: quantity('health'), ageYears: quantity('whereabouts') })]])
  const of = (when: AnyCondition, more: Partial<AnyKind> = { profile }) => privacyOfRule(kinds, thing({}, more), rule(when))
  const steps = [{ ageYears: 80, limit: 4 }]
  expect(of(perPerson('most'))).toEqual(['health'])
  expect(of(perPerson('most', steps))).toEqual(['health', 'whereabouts'])
  expect(of(perPerson('none', steps))).toEqual(['whereabouts'])
  expect(of(perPerson('most', steps), {})).toEqual([])
  expect(of(perPerson('toString'))).toEqual([])
})

test('each part of a condition tells about what it reads, however deep it stands', () => {
  const kinds = new Map([['Person', person({ most: quantity('health'), least: quantity('personal') })]])
  const of = (when: AnyCondition) => privacyOfRule(kinds, thing({}, { profile }), rule(when))
  for (const op of ['all', 'any'] as const) {
    expect(of({ op, of: [perPerson('most'), perPerson('least')] })).toEqual(['health', 'personal'])
    expect(of({ op: 'any', of: [{ op, of: [perPerson('most')] }] })).toEqual(['health'])
    expect(of({ op, of: [above('street'), { op: 'silent', forMs: 1 }] })).toEqual(['whereabouts'])
  }
})

test('a field of the profile, and of the thing that names the person, is told about too', () => {
  const kinds = new Map([['Person', person({ most: quantity() })]])
  const fields = { ...thing({}).fields, owner: { type: 'words', label, privacy: 'personal' } } as const
  expect(privacyOfRule(kinds, thing({}, { fields, profile }), rule(perPerson('most')))).toEqual(['personal'])
})

test('who reads one of two rules behind a disclosure, and is not told it, does not see it', () => {
  const help = [{ roles: ['public'], as: 'help' }] as const
  const kind = thing({ owner: rule(above('age'), help), pulse: rule(above('pulse'), help) })
  expect(each([kind], ({ disclosure }) => disclosure('Thing', 'help'))).toEqual([
    { told: true, reads: false },
    null,
    { told: false, reads: true },
    { told: false, reads: true },
  ])
})

test('of two names of one rule each is told to its own roles', () => {
  const kind = thing({
    pulse: rule(above('pulse'), [
      { roles: ['public'], as: 'visit' },
      { roles: ['grid'], as: 'help' },
    ]),
    other: rule(above('open')),
  })
  const told = (as: string) => each([kind], ({ disclosure }) => disclosure('Thing', as)?.told ?? null)
  expect([told('visit'), told('help'), told('fire')]).toEqual([
    [true, null, false, false],
    [null, true, false, false],
    [null, null, false, false],
  ])
})

test('a disclosure that nobody declares any more is read, and told, by those who see everything', () => {
  const kind = thing({ open: rule(above('open')) })
  for (const [name, as] of [
    ['Thing', 'fire'],
    ['Boat', 'help'],
  ] as const)
    expect(each([kind], ({ disclosure }) => disclosure(name, as))).toEqual([
      null,
      null,
      { told: false, reads: true },
      { told: false, reads: true },
    ])
})

test('where a role may not know the place, there is no disclosure either, even of a rule that it could read', () => {
  const kind = thing(
    { open: rule(perPerson('most'), [{ roles: ['grid'], as: 'help' }]) },
    { location: { privacy: 'whereabouts' }, profile },
  )
  expect(each([kind, person({ most: quantity() })], ({ disclosure }) => disclosure('Thing', 'help'))).toEqual([
    null,
    { told: true, reads: true },
    { told: false, reads: true },
    { told: false, reads: true },
  ])
})
