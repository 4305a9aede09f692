import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import type { AnyCondition } from './kind.ts'
import { conditionSchema, kindSchema, textSchema } from './schema.ts'

const label = { zh: '字', en: 'word' }
const above = { op: 'above', field: 'level', limit: 3, deadband: 0 }
const rule = { when: above, priority: 2, category: 'safety', text: label }
const level = { type: 'quantity', label, unit: 'm', range: [0, 12] }
const gate = {
  kind: 'Gate',
  label,
  fields: { level, state: { type: 'choice', label, values: { open: label } }, keeper: { type: 'words', label } },
  symbol: { shape: 'square', glyph: 'gate' },
  alarms: { high: rule },
  card: ['level'],
}
const isKind = (more: object) => v.safeParse(kindSchema, { ...gate, ...more }).success
const isRule = (more: object) => isKind({ alarms: { high: { ...rule, ...more } } })
const isLevel = (more: object) => isKind({ fields: { level: { ...level, ...more } } })
const isCondition = (when: unknown) => v.safeParse(conditionSchema, when).success
const x = (count: number) => 'x'.repeat(count)

test('takes a kind as people write it', () => expect(isKind({})).toBe(true))

/** What is taken, and what is not, at each bound. */
const BOUNDS: Record<string, [taken: unknown[], refused: unknown[], is: (value: never) => boolean]> = {
  'the name of a kind': [['A', 'z', 'a_9', x(64)], ['', '9a', '_a', 'a-b', x(65), 5], (kind) => isKind({ kind })],
  'a text': [[x(1), x(500)], ['', x(501), undefined], (en) => v.safeParse(textSchema, { zh: '字', en }).success],
  'a text in Chinese': [[x(1), x(500)], ['', x(501), undefined], (zh) => v.safeParse(textSchema, { zh, en: 'x' }).success],
  'the name of a field': [[x(1), x(64)], ['', x(65)], (name) => isKind({ fields: { [name]: level } })],
  'the name of a value': [
    [x(1), x(64)],
    ['', x(65)],
    (name) => isKind({ fields: { a: { type: 'choice', label, values: { [name]: label } } } }),
  ],
  'the name of a rule': [[x(1), x(64)], ['', x(65)], (name) => isKind({ alarms: { [name]: rule } })],
  'a unit': [[x(1), x(32)], ['', x(33)], (unit) => isLevel({ unit })],
  'a range': [
    [
      [-1, 1.5],
      [5, 5],
    ],
    [[], [1], [1, 2, 3], [0, Number.POSITIVE_INFINITY], [Number.NaN, 1]],
    (range) => isLevel({ range }),
  ],
  'values for no reading': [
    [[], [1], new Array(16).fill(0)],
    [new Array(17).fill(0), [Number.NaN], ['0']],
    (absent) => isLevel({ absent }),
  ],
  digits: [[0, 1, 6], [-1, 7, 1.5], (digits) => isLevel({ digits })],
  'a privacy': [['personal', 'whereabouts', 'health'], ['public', '', undefined], (privacy) => isLevel({ privacy })],
  'a limit per person': [
    [
      { property: 'most', otherwise: -1 },
      { property: x(64), otherwise: 1, fromAge: [{ ageYears: 0, limit: -5 }] },
    ],
    [
      { property: '', otherwise: 1 },
      { property: x(65), otherwise: 1 },
      { property: 'most' },
      { property: 'most', otherwise: 1, fromAge: [{ ageYears: -1, limit: 1 }] },
      { property: 'most', otherwise: 1, fromAge: [{ ageYears: 1 }] },
      Number.POSITIVE_INFINITY,
    ],
    (limit) => isCondition({ ...above, limit }),
  ],
  'a deadband': [[0, 0.5], [-0.5, Number.POSITIVE_INFINITY, undefined], (deadband) => isCondition({ ...above, deadband })],
  'a silence': [[0, 1], [-1, Number.POSITIVE_INFINITY], (forMs) => isCondition({ op: 'silent', forMs })],
  'a priority': [[1, 2, 3, 4], [0, 5, 1.5, '1'], (priority) => isRule({ priority })],
  'a category': [['sos', 'health', 'safety', 'facility', 'device', 'event'], ['fire', ''], (category) => isRule({ category })],
  'a number of samples': [[1, 2], [0, 1.5, -1], (samples) => isRule({ samples })],
  'a delay': [[0, 1], [-1, Number.POSITIVE_INFINITY], (ms) => isRule({ onDelayMs: ms, offDelayMs: 5, escalateMs: 5 })],
  'a delay to normal': [[0, 1], [-1], (offDelayMs) => isRule({ offDelayMs })],
  'a time to escalation': [[0, 1], [-1], (escalateMs) => isRule({ escalateMs })],
  'who is told': [
    [[], [{ roles: ['public', 'grid', 'care', 'command'], as: x(64) }]],
    [[{ roles: ['mayor'], as: 'help' }], [{ roles: [], as: '' }], [{ roles: [], as: x(65) }]],
    (discloses) => isRule({ discloses }),
  ],
  'an interval': [[1, 1.5], [0, 0.5, -1, Number.POSITIVE_INFINITY], (everyMs) => isKind({ everyMs })],
  'a glide': [[0, 1], [-1, Number.POSITIVE_INFINITY], (glideMs) => isKind({ glideMs })],
  'a shape': [
    ['circle', 'square', 'capsule', 'wedge', 'chevron', 'house', 'sheet'],
    ['star', ''],
    (shape) => isKind({ symbol: { shape, glyph: 'x' } }),
  ],
  'a tone': [
    ['calm', 'active', 'off'],
    ['red'],
    (tone) => isKind({ symbol: { shape: 'circle', glyph: 'x', state: { field: 'state', tone: { open: tone } } } }),
  ],
  'a disclosure': [
    [{ label, category: 'event', priority: 4 }],
    [
      { label, category: 'event' },
      { label, category: 'event', priority: 5 },
      { label, priority: 4 },
    ],
    (help) => isKind({ disclosures: { help } }),
  ],
}

describe.each(Object.entries(BOUNDS))('%s', (_, [taken, refused, is]) => {
  test('at its bounds', () => {
    expect(taken.filter((value) => !is(value as never))).toEqual([])
    expect(refused.filter((value) => is(value as never))).toEqual([])
  })
})

test('a condition is one of its eight sorts, however deep', () => {
  const silent: AnyCondition = { op: 'silent' }
  const conditions: unknown[] = [
    silent,
    { op: 'is', field: 'state', value: 'open' },
    ...['above', 'atLeast', 'below', 'atMost'].map((op) => ({ ...above, op })),
    { op: 'all', of: [silent, { op: 'any', of: [silent, { op: 'all', of: [] }] }] },
  ]
  expect(conditions.filter((when) => !isCondition(when))).toEqual([])
  const none: unknown[] = [
    { op: 'not', of: [silent] },
    { op: 'all', of: silent },
    { op: 'any', of: [{ op: 'no' }] },
    { ...above, more: 1 },
  ]
  expect(none.filter(isCondition)).toEqual([])
})

test('a kind has no other keys than those of the grammar, at any depth', () => {
  for (const is of [isKind, isRule, isLevel]) expect(is({ colour: 1 })).toBe(false)
  expect(isKind({ location: { privacy: 'health' }, profile: { kind: 'Person', by: 'keeper' }, heading: 'level', name: 'keeper' })).toBe(
    true,
  )
  expect(isKind({ location: { place: 1 } })).toBe(false)
  expect(isKind({ profile: { kind: 'Person' } })).toBe(false)
})
