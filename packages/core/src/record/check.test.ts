import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { type CheckOptions, checkBatch, checkRecord, createBatchCheck } from './check.ts'

const band = defineKind({
  kind: 'Band',
  label: { zh: '手环', en: 'Band' },
  fields: {
    pulse: { type: 'quantity', label: { zh: '心率', en: 'Pulse' }, unit: '/min', range: [0, 300], absent: [0, 255, 999] },
    sos: { type: 'choice', label: { zh: '求助', en: 'SOS' }, values: { pressed: { zh: '按', en: 'pressed' } } },
    name: { type: 'words', label: { zh: '名', en: 'Name' } },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const KINDS = new Map<string, AnyKind>([['Band', band]])
const NOW = 1_764_046_800_000
const AREA = [117.7, 37.1, 117.9, 37.3] as const
const check = (raw: unknown, options?: CheckOptions) => checkRecord(raw, 0, KINDS, options)
const codes = (raw: unknown) => check(raw).told.map((told) => told.code)
const whole = {
  kind: 'Band',
  id: 'B-1',
  boot: 1,
  seq: 2,
  t: NOW - 5,
  location: [117.8, 37.2, 7],
  properties: { pulse: 70, sos: 'pressed' },
}

test('lets a good record through as it is', () => {
  const { checked, told } = check(whole)
  expect(checked).toEqual({ record: { ...whole, sentAtMs: null }, hash: expect.stringMatching(/^[0-9a-f]{16}$/), index: 0 })
  expect(told).toEqual([])
})

test('leaves a bad property out and tells where, what and why; the rest stands', () => {
  const { checked, told } = check({ ...whole, properties: { pulse: 900, sos: 'pressed' } })
  expect(checked?.record.properties).toEqual({ sos: 'pressed' })
  expect(told).toEqual([
    {
      index: 0,
      property: 'pulse',
      code: 'value-out-of-range',
      message: 'Band B-1: pulse 900 /min is outside [0, 300] /min; left out, the rest of the record stands',
    },
  ])
})

test('names each sort of fault', () => {
  expect(codes({ ...whole, properties: { sos: 'maybe' } })).toEqual(['value-unknown'])
  expect(codes({ ...whole, properties: { sos: 'toString' } })).toEqual(['value-unknown'])
  expect(codes({ ...whole, properties: { weight: 70 } })).toEqual(['property-unknown'])
  expect(codes({ ...whole, properties: { name: 'x'.repeat(501) } })).toEqual(['value-unknown'])
  expect(codes({ ...whole, properties: { name: 'x'.repeat(500) } })).toEqual([])
  expect(codes({ ...whole, properties: { pulse: '70' } })).toEqual(['value-out-of-range'])
  expect(codes({ ...whole, location: [37.2, 117.8, 7] })).toEqual(['location-invalid'])
  expect(codes({ ...whole, boot: -1 })).toEqual(['record-invalid'])
  expect(codes({ ...whole, properties: [] })).toEqual(['record-invalid'])
})

test('takes null for a property that is not carried', () => {
  expect(check({ ...whole, properties: { pulse: null } })).toMatchObject({ checked: { record: { properties: {} } }, told: [] })
})

test('refuses a record whole only without a kind that is known, or without an id that can be kept', () => {
  for (const raw of [null, 7, [], 'x', {}, { ...whole, kind: undefined }, { ...whole, kind: 'Boat' }])
    expect(check(raw)).toMatchObject({ checked: null, told: [{ code: 'record-invalid' }] })
  for (const id of ['', undefined, 7, 'B 1\0', ' B-1', 'B-1\n', 'x\ud800', 'x'.repeat(201)])
    expect(check({ ...whole, id })).toMatchObject({ checked: null, told: [{ code: 'id-invalid' }] })
  expect(check({ ...whole, id: 'x\ud801' }).told[0]!.message).toBe(
    'Band: id holds U+D801, half of a surrogate pair, which is no character; the record is left out',
  )
})

test('names the nearest kind that the twin declares', () =>
  expect(check({ ...whole, kind: 'band' }).told[0]!.message).toBe('kind band is not declared by this twin; did you mean Band?'))

describe('a value for "no reading"', () => {
  test.each([0, 255, 999])('%d is not carried and told, whether the range holds it or not', (pulse) => {
    const { checked, told } = check({ ...whole, properties: { pulse, sos: 'pressed' } })
    expect(checked?.record.properties).toEqual({ sos: 'pressed' })
    expect(told).toEqual([
      {
        index: 0,
        property: 'pulse',
        code: 'value-absent',
        message: `Band B-1: pulse ${pulse} /min is what its device says for "no reading"; left out, the rest of the record stands`,
      },
    ])
  })
  test('is that number alone, not one beside it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 1_000 }), (pulse) => {
        const isAbsent = [0, 255, 999].includes(pulse)
        const isKept = !isAbsent && pulse >= 0 && pulse <= 300
        const { checked, told } = check({ ...whole, properties: { pulse } })
        expect(checked?.record.properties).toEqual(isKept ? { pulse } : {})
        expect(told.map(({ code }) => code)).toEqual(isKept ? [] : [isAbsent ? 'value-absent' : 'value-out-of-range'])
      }),
    )
  })
})

describe('a place', () => {
  test('that cannot be meant is left out and told, and its press stands', () => {
    for (const location of [
      [0, 0, 0],
      [0, 0],
      [37.2, 117.8, 7],
      [117.8, 37.2, 30_000],
    ]) {
      const { checked, told } = check({ ...whole, location })
      expect(checked?.record).not.toHaveProperty('location')
      expect(checked?.record.properties).toEqual(whole.properties)
      expect(told).toEqual([
        { index: 0, code: 'location-invalid', message: expect.stringMatching(/^Band B-1: location .*left out, the rest/) },
      ])
    }
  })
  test('of two coordinates stays two', () =>
    expect(check({ ...whole, location: [117.8, 37.2] })).toMatchObject({ checked: { record: { location: [117.8, 37.2] } }, told: [] }))
  test('outside the area is kept and told', () => {
    const away = { ...whole, location: [116.4, 39.9, 50] }
    expect(check(away).told).toEqual([])
    expect(check(away, { area: AREA })).toMatchObject({
      checked: { record: { location: [116.4, 39.9, 50] } },
      told: [{ code: 'location-outside' }],
    })
  })
})

describe('a key that is not known', () => {
  test('is told with the one that was probably meant, and the rest stands', () => {
    const { t, location, properties, ...rest } = whole
    const { checked, told } = check({ ...rest, time: t, loc: location, props: properties, ID: 'x' })
    expect(checked?.record).toMatchObject({ id: 'B-1', t: null, properties: {} })
    expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'key-unknown Band B-1: key time is not known and not read; did you mean t?',
      'key-unknown Band B-1: key loc is not known and not read; did you mean location?',
      'key-unknown Band B-1: key props is not known and not read; did you mean properties?',
      'key-unknown Band B-1: key ID is not known and not read; did you mean id?',
    ])
  })
  test('is none of those that a record has', () => expect(check({ ...whole, sentAt: NOW }).told).toEqual([]))
})

test('a property that is not known is told with the nearest', () =>
  expect(check({ ...whole, properties: { Pulse: 70 } }).told[0]!.message).toBe(
    'Band B-1: the kind has no property Pulse; left out; did you mean pulse?',
  ))

test('a choice of many values is told with the first twelve', () => {
  const label = { zh: '字', en: 'word' }
  const values = Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`v${i}`, label]))
  const meter: AnyKind = { ...band, kind: 'Meter', fields: { mode: { type: 'choice', label, values } } }
  const { told } = checkRecord({ kind: 'Meter', id: 'M-1', properties: { mode: 'off' } }, 0, new Map([['Meter', meter]]))
  expect(told[0]!.message).toMatch(/mode is "off", expected one of v0, .* v11 and 2 more; left out/)
})

test('words that cannot be kept as they were sent are left out and told', () => {
  for (const name of ['x\ud800', 'a\0b', 'a\u001bb'])
    expect(check({ ...whole, properties: { name, sos: 'pressed' } })).toMatchObject({
      checked: { record: { properties: { sos: 'pressed' } } },
      told: [{ code: 'value-unknown', property: 'name', message: expect.stringMatching(/^Band B-1: name holds .*left out/) }],
    })
  expect(check({ ...whole, properties: { name: ' 张三\n\t' } })).toMatchObject({
    checked: { record: { properties: { name: ' 张三\n\t' } } },
  })
})

describe('a hostile value', () => {
  const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
  test('nested 5,000 deep is left out and told by what it is, and the press beside it stands', () => {
    for (const [value, what] of [
      [deep(5_000), 'an array'],
      [{ a: deep(5_000) }, 'an object'],
    ] as const) {
      const { checked, told } = check({ ...whole, properties: { pulse: value, name: value, sos: 'pressed', other: value } })
      expect(checked?.record.properties).toEqual({ sos: 'pressed' })
      expect(told.map(({ message }) => message)).toEqual([
        `Band B-1: pulse is ${what}, expected a number; left out, the rest of the record stands`,
        `Band B-1: name is ${what}, expected text of at most 500 characters; left out, the rest of the record stands`,
        'Band B-1: the kind has no property other; left out',
      ])
    }
  })
  test('stands in no other part of a record either', () => {
    const value = deep(5_000)
    for (const part of ['kind', 'id', 'boot', 'seq', 't', 'sentAt', 'location', 'properties', 'other'])
      expect(check({ ...whole, [part]: value }).told.length).toBe(1)
    expect(check({ ...whole, properties: { sos: value } }).told[0]!.message).toMatch(/sos is an array, expected one of pressed/)
  })
  test('of any sort gives a record of the kind, or words', () => {
    fc.assert(
      fc.property(
        fc.anything({ maxDepth: 3, maxKeys: 6 }),
        fc.constantFrom('id', 't', 'location', 'properties', 'boot', 'sos'),
        (value, part) => {
          const { checked, told } = check(part === 'sos' ? { ...whole, properties: { sos: value } } : { ...whole, [part]: value })
          expect(checked === null ? told.length : 1).toBeGreaterThan(0)
          for (const { message } of told) expect(message.length).toBeLessThan(400)
          for (const each of Object.values(checked?.record.properties ?? {})) expect(['number', 'string']).toContain(typeof each)
        },
      ),
    )
  })
})

test('content makes a record the same again, in whatever order it was written', () => {
  const hash = (more: object) => check({ kind: 'Band', id: 'B-1', t: NOW - 5, seq: 2, ...more }).checked?.hash
  const first = hash({ properties: { pulse: 70, sos: 'pressed' } })
  expect(hash({ properties: { sos: 'pressed', pulse: 70 } })).toBe(first)
  expect(hash({ properties: { sos: 'pressed', pulse: 71 } })).not.toBe(first)
  expect(hash({ properties: { pulse: 70, sos: 'pressed' }, t: NOW - 6 })).not.toBe(first)
})

test('the clock of the batch stands in where a record does not say when it was sent', () => {
  expect(check(whole, { sentAtMs: 5 }).checked?.record.sentAtMs).toBe(5)
  expect(check({ ...whole, sentAt: 7 }, { sentAtMs: 5 }).checked?.record.sentAtMs).toBe(7)
})

test('is not led astray by names of Object', () => {
  const { checked, told } = check(
    JSON.parse(
      '{"kind":"Band","id":"B-1","t":1,"__proto__":1,"constructor":2,"properties":{"__proto__":{"pulse":1},"constructor":2,"pulse":3}}',
    ),
  )
  expect(checked?.record.properties).toEqual({ pulse: 3 })
  expect(told.map((t) => t.code)).toEqual(['key-unknown', 'key-unknown', 'property-unknown', 'property-unknown'])
  expect(check({ ...whole, kind: '__proto__' }).checked).toBeNull()
})

test('tells of a hostile record in few words', () => {
  const properties = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`p${i}`, i]))
  expect(check({ ...whole, properties }).told.length).toBe(16)
  expect(check({ ...whole, ...properties }).told.length).toBe(16)
})

describe('a batch', () => {
  test('keeps the good records with the place of the bad', () => {
    const { records, told, toldMore } = checkBatch([whole, { kind: 'Band' }, { ...whole, id: 'B-2' }], KINDS)
    expect(records.map((r) => [r.index, r.record.id])).toEqual([
      [0, 'B-1'],
      [2, 'B-2'],
    ])
    expect([told.map((t) => t.index), toldMore]).toEqual([[1], 0])
  })

  test('of 400,000 records that are none is answered in a few kB, with their number', () => {
    const { told, toldMore } = checkBatch(new Array<number>(400_000).fill(1), KINDS)
    expect([told.length, toldMore]).toEqual([100, 399_900])
    expect(JSON.stringify(told).length).toBeLessThan(16_000)
  })

  test('counts also what a record had beyond its own sixteen, and searches no nearest name for what is only counted', () => {
    const properties = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, i]))
    const { told, toldMore } = checkBatch(
      Array.from({ length: 10 }, () => ({ ...whole, properties })),
      KINDS,
    )
    expect([told.length, toldMore]).toEqual([100, 400])
    expect(told.filter(({ index }) => index === 0).length).toBe(16)
  })

  test('names of hostile kinds are not searched beyond what is told', () => {
    let asked = 0
    const kinds = new Map(KINDS)
    kinds.keys = () => {
      asked++
      return KINDS.keys()
    }
    checkBatch(new Array<object>(1_000).fill({ kind: 'Boat', id: 'x' }), kinds)
    expect(asked).toBe(100)
  })

  test('checked in slices is the batch checked at once', () => {
    const junk = fc.constantFrom<unknown>(whole, { ...whole, id: 'B-2', properties: { pulse: 0 } }, { kind: 'Band' }, 7, {
      ...whole,
      time: 1,
    })
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 300 }), (raw) => {
        const batch = createBatchCheck(KINDS, { area: AREA })
        raw.forEach((one, i) => {
          batch.next(one, i)
        })
        const { told, toldMore } = batch.telling
        expect({ records: batch.records, told, toldMore }).toEqual(checkBatch(raw, KINDS, { area: AREA }))
      }),
    )
  })

  test('bounds what others find in it with the rest', () => {
    const { next, telling } = createBatchCheck(KINDS)
    for (let i = 0; i < 99; i++) next(7, i)
    telling.tell({ index: 99, code: 'not-allowed', message: 'a' })
    telling.tell({ index: 100, code: 'not-allowed', message: 'b' })
    expect([telling.told.length, telling.told.at(-1)?.message, telling.toldMore]).toEqual([100, 'a', 1])
  })
})

test('a t or sentAt that is no number is told, for all times of such a source would be those of receipt', () => {
  expect(check({ ...whole, t: '2026-11-25T06:00:00Z' })).toMatchObject({
    checked: { record: { t: null } },
    told: [
      { code: 'record-invalid', message: expect.stringMatching(/t is "2026-11-25T06:00:00Z", expected UTC milliseconds as a number/) },
    ],
  })
  expect(check({ ...whole, t: null }).told).toEqual([])
  expect(codes({ ...whole, sentAt: 'now' })).toEqual(['record-invalid'])
})

test('a number in quotes is told as none, not as out of its range', () =>
  expect(check({ ...whole, properties: { pulse: '80' } }).told).toMatchObject([
    { code: 'value-out-of-range', message: expect.stringMatching(/pulse is "80", expected a number; left out/) },
  ]))
