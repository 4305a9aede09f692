import { describe, expect, test } from 'vitest'
import { checkKind, MOST_ABSENT } from './check-kind.ts'
import type { AnyCondition, AnyKind, AnyRule, Quantity } from './kind.ts'

const label = { zh: '字', en: 'word' }
const level = (more: Partial<Quantity> = {}): Quantity => ({ type: 'quantity', label, unit: 'm', range: [0, 12], ...more })
const gate: AnyKind = {
  kind: 'Gate',
  label,
  fields: {
    level: level(),
    state: { type: 'choice', label, values: { open: label, shut: label } },
    pulse: level({ privacy: 'health' }),
    owner: { type: 'words', label },
  },
  symbol: { shape: 'square', glyph: 'gate' },
  alarms: {},
  card: [],
}
const above = (limit: number, field = 'level'): AnyCondition => ({ op: 'above', field, limit, deadband: 0 })
const perPerson: AnyCondition = { op: 'above', field: 'level', limit: { property: 'most', otherwise: 3 }, deadband: 0 }
const open: AnyCondition = { op: 'is', field: 'state', value: 'open' }
const rule = (more: Partial<AnyRule>): AnyKind => ({
  ...gate,
  alarms: { high: { when: above(3), priority: 2, category: 'safety', text: label, ...more } },
})
const telling = (when: AnyCondition): AnyKind => ({
  ...rule({ when, discloses: [{ roles: ['grid'], as: 'help' }] }),
  disclosures: { help: { label, category: 'health', priority: 1 } },
})
const said = (kind: AnyKind): string => {
  try {
    checkKind(kind)
    return 'stands'
  } catch (error) {
    return (error as Error).message
  }
}
const withLevel = (more: Partial<Quantity>) => said({ ...gate, fields: { level: level(more) } })

test('a kind without a symbol that follows a field stands', () => expect(said(gate)).toBe('stands'))

describe('a range', () => {
  test('has its lower end first, and both are not one', () => {
    const range = (min: number, max: number) => withLevel({ range: [min, max] })
    expect([range(5, 5.001), range(-1, 0)]).toEqual(['stands', 'stands'])
    expect(range(5, 5)).toBe('Gate.fields.level.range: [5, 5] is no range; give the lower end first')
    expect([range(Number.NaN, 5), range(0, Number.NaN)].map((words) => words.includes('is no range'))).toEqual([true, true])
  })
  test('holds each limit, both ends included', () => {
    const limit = (of: number) => said(rule({ when: above(of) })).includes('so it can never happen')
    expect([limit(0), limit(12), limit(-0.001), limit(12.001)]).toEqual([false, false, true, true])
    const otherwise = (of: number) =>
      said(rule({ when: { op: 'above', field: 'level', limit: { property: 'most', otherwise: of }, deadband: 0 } }))
    expect([otherwise(0), otherwise(13).includes('limit 13 m')]).toEqual(['stands', true])
  })
})

test('at most sixteen finite values say "no reading"', () => {
  expect(MOST_ABSENT).toBe(16)
  const absent = (count: number) => withLevel({ absent: new Array<number>(count).fill(1) }) === 'stands'
  expect([absent(0), absent(16), absent(17)]).toEqual([true, true, false])
  expect(withLevel({ absent: [1, Number.POSITIVE_INFINITY] })).toMatch(/^Gate\.fields\.level\.absent: \[1, Infinity\]/)
})

test('a delay and a deadband may be 0 and no less, a number of samples 1', () => {
  for (const option of ['onDelayMs', 'offDelayMs', 'escalateMs'] as const)
    expect([0, 0.5, -0.001, Number.NaN].map((ms) => said(rule({ [option]: ms })))).toEqual([
      'stands',
      'stands',
      `Gate.alarms.high.${option}: -0.001 must be 0 ms or more`,
      `Gate.alarms.high.${option}: NaN must be 0 ms or more`,
    ])
  expect([1, 2, 0, 1.5].map((samples) => said(rule({ samples })))).toEqual([
    'stands',
    'stands',
    'Gate.alarms.high.samples: 0 must be a whole number from 1',
    'Gate.alarms.high.samples: 1.5 must be a whole number from 1',
  ])
  const deadband = (of: number) => said(rule({ when: { op: 'above', field: 'level', limit: 3, deadband: of } }))
  expect([deadband(0), deadband(-0.001), deadband(Number.NaN)]).toEqual([
    'stands',
    'Gate.alarms.high.when: deadband -0.001 m must be 0 or more',
    'Gate.alarms.high.when: deadband NaN m must be 0 or more',
  ])
})

test('a latched rule may say that it has no delays and one sample', () => {
  const latched = (more: Partial<AnyRule>) => said(rule({ when: open, latch: true, ...more }))
  expect([latched({}), latched({ samples: 1 }), latched({ onDelayMs: 0, offDelayMs: 0 }), latched({ escalateMs: 5 })]).toEqual(
    new Array(4).fill('stands'),
  )
  for (const more of [{ samples: 2 }, { onDelayMs: 1 }, { offDelayMs: 1 }])
    expect(latched(more)).toMatch(/^Gate\.alarms\.high: a latched rule is judged on each record by itself/)
  expect(said({ ...rule({ when: { op: 'all', of: [open, above(3)] }, latch: true }) })).toMatch(/level is of type quantity; a choice/)
})

test('a silence needs its own time, or the interval of its kind', () => {
  const silent = (forMs: number | undefined, everyMs: number | undefined) =>
    said({
      ...rule({ when: { op: 'silent', ...(forMs !== undefined && { forMs }) } }),
      ...(everyMs !== undefined && { everyMs }),
    }) === 'stands'
  expect([silent(0, undefined), silent(undefined, 0), silent(5, 5), silent(undefined, undefined)]).toEqual([true, true, true, false])
})

describe('a role that is told of a rule', () => {
  const reads = /role grid reads all fields of this rule/
  test('does not read at least one of its fields', () => {
    expect(said(telling(above(3)))).toMatch(reads)
    expect(said(telling(above(3, 'pulse')))).toBe('stands')
    for (const of of [
      [above(3), above(3, 'pulse')],
      [above(3, 'pulse'), above(3)],
    ])
      expect(said(telling({ op: 'all', of }))).toBe('stands')
    expect(said(telling({ op: 'silent', forMs: 5 }))).toMatch(reads)
  })
  test('may not know the person where any limit depends on one, however deep', () => {
    for (const when of [
      perPerson,
      { op: 'all', of: [perPerson, above(3)] },
      { op: 'any', of: [above(3), { op: 'all', of: [open, perPerson] }] },
    ] as const)
      expect(said(telling(when))).toBe('stands')
    expect(said(telling({ op: 'any', of: [above(3), open] }))).toMatch(reads)
  })
})

test('a disclosure that is not declared is told with those that are, or with none', () => {
  const told = (disclosures: AnyKind['disclosures']) => said({ ...telling(above(3, 'pulse')), disclosures: disclosures! })
  expect(told({})).toBe('Gate.alarms.high.discloses[0].as: no disclosure is named help; declare it in disclosures')
  const one = { label, category: 'health', priority: 1 } as const
  expect(told({ visit: one, fire: one })).toBe(
    'Gate.alarms.high.discloses[0].as: no disclosure is named help; declare it in disclosures, or name one of visit, fire',
  )
  const { disclosures: _, ...none } = telling(above(3, 'pulse'))
  expect(said(none)).toMatch(/declare it in disclosures$/)
})

test('each value of the field that picks the tone has one', () => {
  const toned = (tone: Record<string, 'calm'>) => said({ ...gate, symbol: { ...gate.symbol, state: { field: 'state', tone } } })
  expect([toned({ open: 'calm', shut: 'calm' }), toned({ shut: 'calm' })]).toEqual([
    'stands',
    'Gate.symbol.state.tone: has no tone for open',
  ])
  expect(said({ ...gate, symbol: { ...gate.symbol, state: { field: 'level', tone: {} } } })).toMatch(
    /symbol\.state: field level is of type quantity; a choice is needed here/,
  )
})
