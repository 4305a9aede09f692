// What the check of a record does at each of its bounds: what is kept, what is told, in which words and in which order.
import { describe, expect, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import { type CheckOptions, checkBatch, checkRecord, createBatchCheck, isObject, LONGEST_WORDS } from './check.ts'

const label = { zh: '字', en: 'word' }
const values = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, label]))
const pump: AnyKind = {
  kind: 'Pump',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [-2, 12] },
    flow: { type: 'quantity', label, unit: 'l', range: [0, 5], absent: [5, -1] },
    mode: { type: 'choice', label, values: { on: label, off: label } },
    note: { type: 'words', label },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
}
const withFields = (fields: AnyKind['fields']) => new Map<string, AnyKind>([['Pump', { ...pump, fields }]])
const KINDS = withFields(pump.fields)
const check = (more: object, options?: CheckOptions, kinds = KINDS) => checkRecord({ kind: 'Pump', id: 'P-1', ...more }, 3, kinds, options)
const wordsOf = (more: object, options?: CheckOptions, kinds = KINDS) => check(more, options, kinds).told.map(({ message }) => message)

test('a record that says nothing is one with nothing in it, and nothing is told', () => {
  expect(check({})).toStrictEqual({
    checked: { record: { kind: 'Pump', id: 'P-1', t: null, sentAtMs: null, properties: {} }, hash: expect.any(String), index: 3 },
    told: [],
  })
  expect(check({ boot: null, seq: null, t: null, sentAt: null, location: null })).toStrictEqual(check({}))
})

test.each([
  [null, 'is no object'],
  [['Pump'], 'is no object'],
  ['Pump', 'is no object'],
  [{ id: 'x' }, 'has no kind; name the kind that the twin declares'],
  [{ kind: '', id: 'x' }, 'has no kind; name the kind that the twin declares'],
  [{ kind: 5, id: 'x' }, 'has no kind; name the kind that the twin declares'],
  [{ kind: 'Boat', id: 'x' }, 'kind Boat is not declared by this twin'],
  [{ kind: 'Pump' }, 'Pump: id is missing, expected text of 1 to 200 characters; the record is left out'],
  [{ kind: 'Pump', id: 5 }, 'Pump: id is 5, expected text'],
])('%j is refused whole', (raw, words) => {
  const { checked, told } = checkRecord(raw, 3, KINDS)
  expect([checked, told.length, told[0]!.message.startsWith(words)]).toEqual([null, 1, true])
  expect(told[0]).toStrictEqual({
    index: 3,
    code: words.startsWith('Pump') ? 'id-invalid' : 'record-invalid',
    message: expect.any(String),
  })
})

describe('boot and seq', () => {
  const bad = 'Pump P-1: boot and seq must be whole numbers from 0; they count as missing'
  test.each([0, 1, Number.MAX_SAFE_INTEGER])('%d is a counter', (n) => {
    for (const name of ['boot', 'seq']) {
      const { checked, told } = check({ [name]: n })
      expect([checked!.record, told]).toEqual([{ kind: 'Pump', id: 'P-1', t: null, sentAtMs: null, properties: {}, [name]: n }, []])
    }
  })
  test.each([-1, 0.5, Number.MAX_SAFE_INTEGER + 1, '1', true, []])('%j is none, is told once, and the other one stands', (n) => {
    for (const [name, other] of [
      ['boot', 'seq'],
      ['seq', 'boot'],
    ] as const) {
      const { checked, told } = check({ [name]: n, [other]: 7 })
      expect(told).toStrictEqual([{ index: 3, code: 'record-invalid', message: bad }])
      expect([checked!.record[name], checked!.record[other]]).toEqual([undefined, 7])
    }
    expect(wordsOf({ boot: n, seq: n })).toEqual([bad])
  })
})

describe('times', () => {
  test('are any finite numbers; what else was said counts as missing and is told', () => {
    for (const t of [0, -5, 1.5]) expect([check({ t }).checked!.record.t, wordsOf({ t })]).toEqual([t, []])
    for (const [t, said] of [
      ['5', '"5"'],
      [Number.NaN, 'NaN'],
      [Number.POSITIVE_INFINITY, 'Infinity'],
      [false, 'false'],
    ] as const) {
      expect(check({ t }).checked!.record.t).toBeNull()
      expect(wordsOf({ t })).toEqual([`Pump P-1: t is ${said}, expected UTC milliseconds as a number; it counts as missing`])
    }
  })
  test('of sending are those of the record, also 0, else those of the batch', () => {
    const sentAtMs = (sentAt: unknown, options?: CheckOptions) => check({ sentAt }, options).checked!.record.sentAtMs
    expect([
      sentAtMs(0, { sentAtMs: 5 }),
      sentAtMs(undefined, { sentAtMs: 5 }),
      sentAtMs('7', { sentAtMs: 5 }),
      sentAtMs(undefined),
    ]).toEqual([0, 5, 5, null])
    expect(wordsOf({ sentAt: '7' })).toEqual(['Pump P-1: sentAt is "7", expected UTC milliseconds as a number; it counts as missing'])
  })
})

test('the faults of a record are told in this order: keys, times, counters, place, time, properties', () =>
  expect(
    check({ properties: { level: 99, x: 1 }, t: 'x', sentAt: 'x', location: 'x', boot: 'x', colour: 1 }).told.map(
      ({ message, property }) => [message.slice(10, 18), property],
    ),
  ).toEqual([
    ['key colo', undefined],
    ['boot and', undefined],
    ['location', undefined],
    ['t is "x"', undefined],
    ['sentAt i', undefined],
    ['level 99', 'level'],
    ['the kind', 'x'],
  ]))

test('properties are an object, or none', () => {
  for (const properties of [null, [], 'x', 5])
    expect([check({ properties }).checked!.record.properties, wordsOf({ properties })]).toEqual([
      {},
      ['Pump P-1: properties must be an object; left out, the rest of the record stands'],
    ])
})

describe('a quantity', () => {
  test.each([-2, 0, 11.999, 12])('%d is inside its range', (level) => {
    const { checked, told } = check({ properties: { level } })
    expect([checked!.record.properties, told]).toEqual([{ level }, []])
  })
  test.each([-2.001, 12.001, Number.NaN, Number.POSITIVE_INFINITY])('%d is outside', (level) => {
    const { checked, told } = check({ properties: { level } })
    expect(checked!.record.properties).toEqual({})
    expect(told).toStrictEqual([
      {
        index: 3,
        property: 'level',
        code: 'value-out-of-range',
        message: `Pump P-1: level ${level} m is outside [-2, 12] m; left out, the rest of the record stands`,
      },
    ])
  })
  test('that says "no reading" is told so, in its range or outside it', () => {
    const codes = (flow: unknown) => check({ properties: { flow } }).told.map(({ code }) => code)
    expect([codes(5), codes(-1), codes(4.9), codes(-1.5), codes('5'), codes(true)]).toEqual([
      ['value-absent'],
      ['value-absent'],
      [],
      ['value-out-of-range'],
      ['value-out-of-range'],
      ['value-out-of-range'],
    ])
  })
})

test('a choice is one of its values, of which at most twelve are told', () => {
  const kinds = (count: number) => withFields({ mode: { type: 'choice', label, values: values(count) } })
  const told = (count: number) => /expected one of (.*); left out/.exec(wordsOf({ properties: { mode: 'x' } }, {}, kinds(count))[0]!)![1]
  const twelve = 'v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11'
  expect([told(1), told(12), told(13), told(15)]).toEqual(['v0', twelve, `${twelve} and 1 more`, `${twelve} and 3 more`])
  for (const mode of [5, ['on'], 'valueOf', 'On'])
    expect(check({ properties: { mode } })).toMatchObject({ checked: { record: { properties: {} } }, told: [{ code: 'value-unknown' }] })
})

test('words have 500 characters at most', () => {
  expect(LONGEST_WORDS).toBe(500)
  const told = (note: unknown) => wordsOf({ properties: { note } }).map((words) => words.slice(10))
  expect([told(''), told('x'.repeat(500))]).toEqual([[], []])
  const expected = 'expected text of at most 500 characters; left out, the rest of the record stands'
  expect(told('x'.repeat(501))).toEqual([`note is 501 characters long, ${expected}`])
  expect(told(5)).toEqual([`note is 5, ${expected}`])
  expect(told('a\u0007')).toEqual(['note holds the control character U+0007; left out, the rest of the record stands'])
})

describe('a property that the kind does not have', () => {
  test('is told with the nearest, of which the first 64 letters are compared', () => {
    const kinds = withFields({ ['k'.repeat(48)]: pump.fields['level']! })
    const told = (name: string) => wordsOf({ properties: { [name]: 1 } }, {}, kinds)[0]!
    expect(told(`${'k'.repeat(48)}${'x'.repeat(16)}`)).toMatch(/; left out; did you mean k{48}\?$/)
    expect(told(`${'k'.repeat(48)}${'x'.repeat(999)}`)).toMatch(/; left out; did you mean k{48}\?$/)
    expect(told(`${'k'.repeat(47)}${'x'.repeat(17)}`)).toMatch(/; left out$/)
  })
  test('is also one called __proto__, though a kind declares it', () => {
    const fields = JSON.parse(
      JSON.stringify({ level: pump.fields['level'], proto: pump.fields['level'] }).replace('"proto"', '"__proto__"'),
    )
    const properties = JSON.parse('{"__proto__":3,"level":4}')
    const { checked, told } = check({ properties }, {}, withFields(fields))
    expect([Object.entries(checked!.record.properties), told.map(({ code }) => code)]).toEqual([[['level', 4]], ['property-unknown']])
  })
})

test('of one record sixteen faults are told in words, whatever they are; of a batch a hundred, and the others are counted', () => {
  const faulty = (count: number) => ({
    kind: 'Pump',
    id: 'P-1',
    properties: Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, i])),
  })
  expect([15, 16, 17].map((count) => checkRecord(faulty(count), 0, KINDS).told.length)).toEqual([15, 16, 16])
  const told = (...counts: number[]) => {
    const { told, toldMore } = checkBatch(counts.map(faulty), KINDS)
    return [told.length, toldMore]
  }
  expect([told(16), told(17), told(20, 3), told(16, 16, 16, 16, 16, 16, 4), told(16, 16, 16, 16, 16, 16, 5)]).toEqual([
    [16, 0],
    [16, 1],
    [19, 4],
    [100, 0],
    [100, 1],
  ])
})

test('each record of a batch keeps its own place, and what is refused is told and not kept', () => {
  const good = { kind: 'Pump', id: 'P-1' }
  const { records, told, toldMore } = checkBatch([good, 7, { ...good, id: 'P-2' }, { ...good, t: 'x' }], KINDS)
  expect([records.map(({ index }) => index), told.map(({ index }) => index), toldMore]).toEqual([[0, 2, 3], [1, 3], 0])
  const batch = createBatchCheck(KINDS, { sentAtMs: 9 })
  batch.next(good, 41)
  batch.next(null, 42)
  expect([batch.records.map(({ index, record }) => [index, record.sentAtMs]), batch.telling.told.map(({ index }) => index)]).toEqual([
    [[41, 9]],
    [42],
  ])
})

test('an object is neither null, nor an array, nor anything else', () =>
  expect([{}, Object.create(null), null, [], 'x', 5, undefined, () => 1].map(isObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]))
