import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, AnyRule, Comparison, Limit } from '../kind/kind.ts'
import type { Value } from '../record/record.ts'
import { compileRule, IN_DEADBAND, limitFor, MET, NOT_MET, wordsOf } from './compile-rule.ts'

const label = { zh: '字', en: 'word' }
const kind: AnyKind = { kind: 'B', label, fields: {}, symbol: { shape: 'circle', glyph: 'x' }, alarms: {}, card: [], everyMs: 600_000 }
const compiled = (when: AnyRule['when'], more: Partial<AnyRule> = {}) =>
  compileRule(kind, 'r', { when, priority: 1, category: 'health', text: label, ...more })
const nobody = () => undefined
const word = (op: Comparison, value: number) => wordsOf(compiled({ op, field: 'v', limit: 100, deadband: 5 }), { v: value }, nobody)?.[0]

test('tells met, inside the deadband and not met apart, at the limit itself too', () => {
  expect([105, 100.1, 100, 95.1, 95, 90].map((v) => word('above', v))).toEqual([MET, MET, IN_DEADBAND, IN_DEADBAND, NOT_MET, NOT_MET])
  expect([100, 99.9, 95.1, 95].map((v) => word('atLeast', v))).toEqual([MET, IN_DEADBAND, IN_DEADBAND, NOT_MET])
  expect([99.9, 100, 104.9, 105].map((v) => word('below', v))).toEqual([MET, IN_DEADBAND, IN_DEADBAND, NOT_MET])
  expect([100, 100.1, 104.9, 105].map((v) => word('atMost', v))).toEqual([MET, IN_DEADBAND, IN_DEADBAND, NOT_MET])
})

test('takes a record that carries none of the fields for no sample', () => {
  expect(wordsOf(compiled({ op: 'is', field: 'v', value: 'x' }), { w: 1 }, nobody)).toBeNull()
  expect(wordsOf(compiled({ op: 'is', field: 'constructor', value: 'x' }), {}, nobody)).toBeNull()
})

const limit: Limit = {
  property: 'own',
  otherwise: 140,
  fromAge: [
    { ageYears: 90, limit: 160 },
    { ageYears: 80, limit: 150 },
  ],
}
const who =
  (profile: Record<string, Value>) =>
  (property: string): Value | undefined =>
    profile[property]

test('takes the limit of the person, else of the oldest age reached, else the common one', () => {
  expect(limitFor(120, who({ own: 1 }))).toBe(120)
  expect(limitFor(limit, nobody)).toBe(140)
  expect(limitFor(limit, who({ ageYears: 79 }))).toBe(140)
  expect(limitFor(limit, who({ ageYears: 80 }))).toBe(150)
  expect(limitFor(limit, who({ ageYears: 95 }))).toBe(160)
  expect(limitFor(limit, who({ ageYears: 95, own: 135 }))).toBe(135)
})

test('holds all and any as logic says, nested as it likes', () => {
  const leaf = (field: string) => ({ op: 'is', field, value: 'x' }) as const
  const rule = compiled({ op: 'all', of: [leaf('a'), { op: 'any', of: [leaf('b'), leaf('c')] }] })
  fc.assert(
    fc.property(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), ([a, b, c]) => {
      expect(rule.met((i) => [a, b, c][i]!)).toBe(a && (b || c))
    }),
  )
})

test('keeps samples for the longest delay and 15 minutes', () => {
  expect(compiled({ op: 'is', field: 'a', value: 'x' }, { onDelayMs: 5_000, offDelayMs: 60_000 }).windowMs).toBe(960_000)
})

test('is silent after 2.5 intervals unless it says otherwise, and refuses silence as a part', () => {
  expect(compiled({ op: 'silent' }).silentMs).toBe(1_500_000)
  expect(compiled({ op: 'silent', forMs: 7 }).silentMs).toBe(7)
  expect(() => compiled({ op: 'any', of: [{ op: 'silent' }] })).toThrow('B.alarms.r: silent stands alone')
})
