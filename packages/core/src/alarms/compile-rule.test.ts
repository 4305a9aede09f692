import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, AnyRule, Comparison, Limit } from '../kind/kind.ts'
import type { Value } from '../record/record.ts'
import { compileRule, compileRules, IN_DEADBAND, LATE_WINDOW_MS, limitFor, MET, NOT_MET, SAYS_NOTHING, wordsOf } from './compile-rule.ts'

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

test('words are the numbers that the store keeps', () => expect([SAYS_NOTHING, NOT_MET, IN_DEADBAND, MET]).toEqual([0, 1, 2, 3]))

test('compiles the rules of each kind under its name, also where there are none', () => {
  const rule: AnyRule = { when: { op: 'silent' }, priority: 1, category: 'health', text: label }
  const rules = compileRules([
    { ...kind, alarms: { one: rule, two: rule } },
    { ...kind, kind: 'C' },
  ])
  expect([...rules].map(([of, own]) => [of, own.map(({ kind: whose, name }) => `${whose} ${name}`)])).toEqual([
    ['B', ['B one', 'B two']],
    ['C', []],
  ])
})

const is = (field: string) => ({ op: 'is', field, value: 'x' }) as const
const above = (field: string) => ({ op: 'above', field, limit: 1, deadband: 0 }) as const

test('what is declared changes the signature, and a default that is written out does not', () => {
  const signature = (more: Partial<AnyRule> = {}, when: AnyRule['when'] = above('v')) => compiled(when, more).signature
  const said = { latch: false, samples: 1, onDelayMs: 0, offDelayMs: 0 }
  expect(signature(said)).toBe(signature())
  for (const name of Object.keys(said)) expect(signature({ ...said, [name]: undefined } as Partial<AnyRule>)).toBe(signature())
  const others: Partial<AnyRule>[] = [{ latch: true }, { samples: 2 }, { onDelayMs: 1 }, { offDelayMs: 1 }]
  expect(new Set([signature(), signature({}, above('w')), ...others.map((more) => signature(more))]).size).toBe(6)
  expect(signature({ priority: 4, text: { zh: '别', en: 'other' } })).toBe(signature())
})

test('a rule of silence has no window and is met by no record; without an interval of its kind it never comes', () => {
  const { everyMs: _, ...rare } = kind
  const silent = (of: AnyKind, forMs?: number) =>
    compileRule(of, 'r', { when: { op: 'silent', ...(forMs !== undefined && { forMs }) }, priority: 1, category: 'health', text: label })
  expect(silent(rare).silentMs).toBe(Number.POSITIVE_INFINITY)
  expect(silent(rare, 7).silentMs).toBe(7)
  expect(silent(kind)).toMatchObject({ leaves: [], counting: [], windowMs: 0 })
  expect(silent(kind).met(() => true)).toBe(false)
  expect(compiled(above('v')).silentMs).toBeNull()
})

test('in a row count only records that carry a quantity of the rule', () => {
  const counting = (samples: number | undefined, ...of: (ReturnType<typeof is> | ReturnType<typeof above>)[]) =>
    compiled({ op: 'all', of }, samples === undefined ? {} : { samples }).counting
  expect(counting(2, is('a'), above('b'), is('c'), above('d'))).toEqual([1, 3])
  expect(counting(3, above('b'), is('c'))).toEqual([0])
  expect(counting(2, is('a'))).toEqual([])
  expect([counting(1, above('b')), counting(undefined, above('b'))]).toEqual([[], []])
})

test('the window is the longer delay and 15 minutes, whichever delays there are', () => {
  const windowMs = (more: Partial<AnyRule>) => compiled(is('a'), more).windowMs
  expect(LATE_WINDOW_MS).toBe(900_000)
  expect([{}, { onDelayMs: 7 }, { offDelayMs: 9 }, { onDelayMs: 7, offDelayMs: 5 }].map(windowMs)).toEqual([
    900_000, 900_007, 900_009, 900_007,
  ])
})

test('a choice is met by its value alone, and text says nothing about a limit', () => {
  const rule = compiled({ op: 'any', of: [is('a'), above('b')] })
  const words = (properties: Record<string, Value>) => wordsOf(rule, properties, nobody)
  expect(words({ a: 'x' })).toEqual([MET, SAYS_NOTHING])
  expect(words({ a: 'y', b: 2 })).toEqual([NOT_MET, MET])
  expect(words({ b: '2', a: 2 })).toEqual([NOT_MET, NOT_MET])
})

test('an age that is no number reaches none, and of two limits of one age the first holds', () => {
  const twice: Limit = { property: 'own', otherwise: 1, fromAge: [20, 30].map((own) => ({ ageYears: 80, limit: own })) }
  expect(limitFor(twice, who({ ageYears: 80 }))).toBe(20)
  expect(limitFor(twice, who({ ageYears: '85' }))).toBe(1)
  expect(limitFor({ property: 'own', otherwise: 1 }, who({ ageYears: 85, own: 'x' }))).toBe(1)
})
