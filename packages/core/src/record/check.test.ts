import { expect, test } from 'vitest'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { checkBatch, checkRecord } from './check.ts'

const band = defineKind({
  kind: 'Band',
  label: { zh: '手环', en: 'Band' },
  fields: {
    pulse: { type: 'quantity', label: { zh: '心率', en: 'Pulse' }, unit: '/min', range: [0, 300] },
    sos: { type: 'choice', label: { zh: '求助', en: 'SOS' }, values: { pressed: { zh: '按', en: 'pressed' } } },
    name: { type: 'words', label: { zh: '名', en: 'Name' } },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const KINDS = new Map<string, AnyKind>([['Band', band]])
const NOW = 1_764_046_800_000
const check = (raw: unknown) => checkRecord(raw, 0, KINDS, NOW)
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
  expect(check(whole)).toEqual({ checked: { record: whole, identity: '1.2' }, told: [] })
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
  expect(codes({ ...whole, properties: { pulse: '70' } })).toEqual(['value-out-of-range'])
  expect(codes({ ...whole, location: [37.2, 117.8, 7] })).toEqual(['location-invalid'])
  expect(codes({ ...whole, location: [117.8, 37.2] })).toEqual(['location-invalid'])
  expect(codes({ ...whole, boot: -1 })).toEqual(['record-invalid'])
})

test('takes null for a property that is not carried', () => {
  expect(check({ ...whole, properties: { pulse: null } })).toMatchObject({ checked: { record: { properties: {} } }, told: [] })
})

test('refuses a record whole only without a kind that is known, or without an id', () => {
  for (const raw of [
    null,
    7,
    [],
    'x',
    {},
    { ...whole, kind: undefined },
    { ...whole, kind: 'Boat' },
    { ...whole, id: '' },
    { ...whole, id: 7 },
  ])
    expect(check(raw)).toMatchObject({ checked: null, told: [{ code: 'record-invalid' }] })
})

test('puts the time of receipt where t is missing or over 60 s ahead, and flags it', () => {
  expect(check({ ...whole, t: undefined }).checked?.record).toMatchObject({ t: NOW, tReplaced: true })
  expect(check({ ...whole, t: NOW + 60_001 })).toMatchObject({
    checked: { record: { t: NOW, tReplaced: true } },
    told: [{ code: 'time-ahead' }],
  })
  expect(check({ ...whole, t: NOW + 60_000 }).checked?.record).not.toHaveProperty('tReplaced')
})

test('knows a record without a boot again by its time and content, in whatever order it was written', () => {
  const identity = (more: object) => check({ kind: 'Band', id: 'B-1', t: NOW - 5, seq: 2, ...more }).checked?.identity
  const first = identity({ properties: { pulse: 70, sos: 'pressed' } })
  expect(identity({ properties: { sos: 'pressed', pulse: 70 } })).toBe(first)
  expect(identity({ properties: { sos: 'pressed', pulse: 71 } })).not.toBe(first)
  expect(identity({ properties: { pulse: 70, sos: 'pressed' }, t: NOW - 6 })).not.toBe(first)
})

test('knows a record whose clock is ahead again, though the time of receipt differs', () => {
  const ahead = { kind: 'Band', id: 'B-1', t: NOW + 3_600_000, properties: { sos: 'pressed' } }
  expect(checkRecord(ahead, 0, KINDS, NOW + 5_000).checked?.identity).toBe(check(ahead).checked?.identity)
})

test('is not led astray by names of Object', () => {
  const { checked, told } = check(
    JSON.parse('{"kind":"Band","id":"B-1","t":1,"properties":{"__proto__":{"pulse":1},"constructor":2,"pulse":3}}'),
  )
  expect(checked?.record.properties).toEqual({ pulse: 3 })
  expect(told.map((t) => t.code)).toEqual(['property-unknown', 'property-unknown'])
  expect(check({ ...whole, kind: '__proto__' }).checked).toBeNull()
})

test('tells of a hostile record in few words', () => {
  const properties = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`p${i}`, i]))
  expect(check({ ...whole, properties }).told.length).toBe(16)
})

test('keeps the good records of a batch with the place of the bad', () => {
  const { records, told } = checkBatch([whole, { kind: 'Band' }, { ...whole, id: 'B-2' }], KINDS, NOW)
  expect(records.map((r) => r.record.id)).toEqual(['B-1', 'B-2'])
  expect(told.map((t) => t.index)).toEqual([1])
})

test('a t that is no number is told, for all times of such a source would be those of receipt', () => {
  expect(check({ ...whole, t: '2026-11-25T06:00:00Z' })).toMatchObject({
    checked: { record: { t: NOW, tReplaced: true } },
    told: [
      { code: 'record-invalid', message: expect.stringMatching(/t is "2026-11-25T06:00:00Z", expected UTC milliseconds as a number/) },
    ],
  })
  expect(check({ ...whole, t: null }).told).toEqual([])
})

test('a number in quotes is told as none, not as out of its range', () =>
  expect(check({ ...whole, properties: { pulse: '80' } }).told).toMatchObject([
    { code: 'value-out-of-range', message: expect.stringMatching(/pulse is "80", which is no number; left out/) },
  ]))
