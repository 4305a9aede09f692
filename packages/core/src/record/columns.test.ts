import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromColumns, toColumns } from './columns.ts'
import { readEnvelope } from './envelope-codec.ts'
import type { Location, Row } from './record.ts'

const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0),
  fc.string({ maxLength: 9 }),
)
const degrees = (most: number) => fc.integer({ min: -most, max: most })
const location = fc.tuple(degrees(180), degrees(90), degrees(99)) as fc.Arbitrary<Location>
const row: fc.Arbitrary<Row> = fc.record(
  {
    kind: fc.constantFrom('Band', 'Lamp'),
    id: fc.string({ minLength: 1, maxLength: 5 }),
    t: fc.integer(),
    heardMs: fc.nat(),
    clockOffMs: fc.oneof(fc.integer({ max: -60_000 }), fc.integer({ min: 60_000 })),
    location,
    properties: fc.dictionary(fc.constantFrom('pulse', 'name', 'constructor', 'valueOf', 'a b'), value, {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  },
  { requiredKeys: ['kind', 'id', 't', 'heardMs', 'properties'] },
)

test('carries any rows through columns, JSON and the reader unchanged, in order within a kind', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
      const json = JSON.parse(JSON.stringify({ streamId: 's', from: 1, n: 2, serverTimeMs: 3, records: toColumns(rows) }))
      const message = readEnvelope(json)
      if (!('n' in message)) throw new Error('an envelope was written')
      const sorted = [...rows.filter((r) => r.kind === rows[0]?.kind), ...rows.filter((r) => r.kind !== rows[0]?.kind)]
      expect(fromColumns(message.records ?? [])).toEqual(JSON.parse(JSON.stringify(sorted)))
    }),
  )
})

test('writes null where a row carries nothing, and no column of clocks where all are right', () => {
  const [x, y]: [Row, Row] = [
    { kind: 'B', id: 'x', t: 1, heardMs: 5, properties: { a: 1 } },
    { kind: 'B', id: 'y', t: 2, heardMs: 6, properties: { b: 'z' } },
  ]
  const columns = {
    kind: 'B',
    id: ['x', 'y'],
    t: [1, 2],
    heardMs: [5, 6],
    location: [null, null],
    properties: { a: [1, null], b: [null, 'z'] },
  }
  expect(toColumns([x, y])).toEqual([columns])
  expect(toColumns([x, { ...y, clockOffMs: -60_000 }])).toEqual([{ ...columns, clockOffMs: [null, -60_000] }])
})
