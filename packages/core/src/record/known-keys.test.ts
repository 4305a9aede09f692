import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import { unknownKey, unknownKeys } from './known-keys.ts'

const label = { zh: '字', en: 'word' }
const band: AnyKind = {
  kind: 'Band',
  label,
  fields: { pulse: { type: 'quantity', label, unit: '/min', range: [0, 300] } },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
}

test('a record has these eight keys, and any other is unknown', () => {
  const known = ['kind', 'id', 'boot', 'seq', 't', 'sentAt', 'location', 'properties']
  expect(unknownKeys(Object.fromEntries(known.map((key) => [key, 1])))).toEqual([])
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom(...known)), fc.nat(), { maxKeys: 12 }), (record) => {
      expect(unknownKeys(record)).toEqual(Object.keys(record).filter((key) => !known.includes(key)))
    }),
  )
})

test.each([
  ['time', 't'],
  ['Timestamp', 't'],
  ['T', 't'],
  ['observed_at', 't'],
  ['loc', 'location'],
  ['lat', 'location'],
  ['locaton', 'location'],
  ['props', 'properties'],
  ['property', 'properties'],
  ['ID', 'id'],
  ['device_id', 'id'],
  ['type', 'kind'],
  ['sequence', 'seq'],
  ['sentat', 'sentAt'],
  ['Boot', 'boot'],
])('%s was probably meant as %s', (key, meant) =>
  expect(unknownKey(key, band)).toBe(`key ${key} is not known and not read; did you mean ${meant}?`),
)

test('a property beside the others is told where it belongs', () =>
  expect(unknownKey('pulse', band)).toBe('key pulse is a property of the kind; put it into properties'))

test('a key that is near to nothing is told what there is, in few characters', () => {
  expect(unknownKey('firmware', band)).toBe(
    'key firmware is not known and not read; known are kind, id, boot, seq, t, sentAt, location, properties',
  )
  expect(unknownKey('x'.repeat(100_000), band).length).toBeLessThan(200)
  expect(unknownKey('toString', band)).toMatch(/is not known/)
})

test('of a long key the first 40 characters are compared', () => {
  const meant = (key: string) => /did you mean (.*)\?$/.exec(unknownKey(key, band))?.[1]
  expect([meant(`time${'_'.repeat(36)}s`), meant(`time${'_'.repeat(35)}s`)]).toEqual(['t', undefined])
})
