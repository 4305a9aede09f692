import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromColumns, toColumns } from './columns.ts'
import { readEnvelope } from './envelope-codec.ts'
import type { Location, TwinRecord } from './record.ts'

const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0),
  fc.string({ maxLength: 9 }),
)
const location = fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 }), fc.integer({ min: -99, max: 99 }))
const record: fc.Arbitrary<TwinRecord> = fc.record(
  {
    kind: fc.constantFrom('Band', 'Lamp'),
    id: fc.string({ minLength: 1, maxLength: 5 }),
    boot: fc.nat(),
    seq: fc.nat(),
    t: fc.nat(),
    location: location as fc.Arbitrary<Location>,
    properties: fc.dictionary(fc.constantFrom('pulse', 'name', 'constructor', 'valueOf', 'a b'), value, { noNullPrototype: true }),
  },
  { requiredKeys: ['kind', 'id', 't', 'properties'] },
)

test('carries any records through columns, JSON and the reader unchanged, in order within a kind', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), (records) => {
      const json = JSON.parse(JSON.stringify({ streamId: 's', from: 1, n: 2, serverTimeMs: 3, records: toColumns(records) }))
      const message = readEnvelope(json)
      if (!('n' in message)) throw new Error('an envelope was written')
      const sorted = [...records.filter((r) => r.kind === records[0]?.kind), ...records.filter((r) => r.kind !== records[0]?.kind)]
      expect(fromColumns(message.records ?? [])).toEqual(JSON.parse(JSON.stringify(sorted)))
    }),
  )
})

test('writes null where a record carries nothing', () => {
  expect(
    toColumns([
      { kind: 'B', id: 'x', t: 1, properties: { a: 1 } },
      { kind: 'B', id: 'y', t: 2, boot: 3, properties: { b: 'z' } },
    ]),
  ).toEqual([
    {
      kind: 'B',
      id: ['x', 'y'],
      boot: [null, 3],
      seq: [null, null],
      t: [1, 2],
      location: [null, null],
      properties: { a: [1, null], b: [null, 'z'] },
    },
  ])
})
