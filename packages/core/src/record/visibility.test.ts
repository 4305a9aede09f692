import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, Field } from '../kind/kind.ts'
import { maySee, type Privacy, type Role, SEES } from '../kind/privacy.ts'
import { maskOf, visibilityMask } from './visibility.ts'

const label = { zh: '字', en: 'word' }
const words = (privacy?: Privacy): Field => ({ type: 'words', label, ...(privacy && { privacy }) })
const thing = (place: Privacy | undefined): AnyKind => ({
  kind: 'Thing',
  label,
  fields: { open: words(), name: words('personal'), street: words('whereabouts'), pulse: words('health') },
  ...(place && { location: { privacy: place } }),
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const ROLES = Object.keys(SEES) as Role[]
const place = [117, 37] as const

test('sets one bit for each sort of data that a record carries', () => {
  const kind = thing('whereabouts')
  const mask = (properties: Record<string, string>, location?: typeof place) =>
    visibilityMask({ properties, ...(location && { location }) }, kind)
  expect([mask({}), mask({ open: '' }), mask({ name: '' }), mask({ street: '' }), mask({ pulse: '' })]).toEqual([0, 1, 2, 4, 8])
  expect([
    mask({}, place),
    mask({ open: '', pulse: '' }, place),
    visibilityMask({ properties: {}, location: place }, thing(undefined)),
  ]).toEqual([4, 13, 1])
})

test('counts nothing that the kind does not declare, also under names that every object has', () =>
  expect(visibilityMask({ properties: { secret: 1, constructor: 2, toString: 'x' } }, thing(undefined))).toBe(0))

test('a role that may not know where a thing is sees no record of it', () => {
  expect(ROLES.map((role) => maskOf(role, thing('whereabouts')))).toEqual([0, 7, 15, 15])
  expect(ROLES.map((role) => maskOf(role, thing(undefined)))).toEqual([1, 7, 15, 15])
  expect(ROLES.map((role) => maskOf(role, thing('health')))).toEqual([0, 0, 15, 15])
})

test('the bits meet just where the role sees the kind, and of the record its place or a property', () => {
  const sort = fc.option(fc.constantFrom<Privacy>('personal', 'whereabouts', 'health'), { nil: undefined })
  fc.assert(
    fc.property(
      fc.constantFrom(...ROLES),
      sort,
      fc.boolean(),
      fc.subarray(['open', 'name', 'street', 'pulse', 'unknown']),
      (role, of, placed, names) => {
        const kind = thing(of)
        const record = { properties: Object.fromEntries(names.map((name) => [name, 'x'])), ...(placed && { location: place }) }
        const carries = placed || names.some((name) => Object.hasOwn(kind.fields, name) && maySee(role, kind.fields[name]!.privacy))
        expect((visibilityMask(record, kind) & maskOf(role, kind)) !== 0).toBe(maySee(role, of) && carries)
      },
    ),
  )
})
