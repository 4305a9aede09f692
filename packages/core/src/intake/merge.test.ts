import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ABSENT, type Order } from '../record/order.ts'
import type { Location, Row, Value } from '../record/record.ts'
import { UNKNOWN_CLOCK } from './device-clock.ts'
import { NOTHING_COUNTED } from './generation.ts'
import { createEntity, type EntityState, HELD_LOCATION, mergeRecord, rowOf, rowsOf } from './merge.ts'

interface Said {
  readonly order: Partial<Order>
  readonly properties?: Readonly<Record<string, Value>>
  readonly location?: Location
  readonly isNewest?: boolean
}
const orderOf = (order: Partial<Order>): Order => ({ generation: ABSENT, boot: ABSENT, seq: ABSENT, t: 0, ...order })
const counted = (boot: number, seq: number, t = 0, generation = 0): Partial<Order> => ({ generation, boot, seq, t })

function merge(said: readonly Said[]): { readonly state: EntityState; readonly held: readonly (readonly string[])[] } {
  let state = createEntity('B', 'B-1')
  const held = said.map(({ order, properties = {}, location, isNewest = false }, i) => {
    const { held, ...merged } = mergeRecord(state, { properties, ...(location && { location }) }, orderOf(order), { isNewest, heardMs: i })
    state = { ...state, ...merged }
    return held
  })
  return { state, held }
}
const values = ({ properties }: EntityState) => Object.fromEntries(Object.entries(properties).map(([name, { value }]) => [name, value]))

test('an SOS wipes neither position nor blood pressure', () => {
  const { state, held } = merge([
    { order: counted(1, 1), properties: { systolic: 130 }, location: [117, 37, 7] },
    { order: counted(1, 2), properties: { sos: 'pressed' } },
  ])
  expect(values(state)).toEqual({ systolic: 130, sos: 'pressed' })
  expect(state.location?.value).toEqual([117, 37, 7])
  expect(held).toEqual([['systolic', HELD_LOCATION], ['sos']])
})

test('in one generation boot and seq decide, and not the time', () => {
  const said = [counted(1, 5, 9), counted(2, 0, 1), counted(1, 6, 99)].map((order, p) => ({ order, properties: { p } }))
  expect(values(merge(said).state)).toEqual({ p: 1 })
})

test('between generations, and without numbers, the time decides; of one time the first stays', () => {
  expect(
    values(
      merge([
        { order: counted(1, 900, 5, 0), properties: { p: 1 } },
        { order: counted(1, 0, 6, 1), properties: { p: 2 } },
      ]).state,
    ),
  ).toEqual({ p: 2 })
  expect(
    values(
      merge([
        { order: { t: 5 }, properties: { p: 1 } },
        { order: counted(1, 0, 4), properties: { p: 2 } },
      ]).state,
    ),
  ).toEqual({ p: 1 })
  expect(
    values(
      merge([
        { order: { t: 5 }, properties: { p: 1 } },
        { order: { t: 5 }, properties: { p: 2 } },
      ]).state,
    ),
  ).toEqual({ p: 1 })
})

test('what is the newest of its entity holds whatever its numbers and time say', () => {
  const { state, held } = merge([
    { order: counted(7, 100, 50), properties: { p: 1 }, location: [1, 1] },
    { order: { t: 3 }, properties: { p: 2 }, location: [2, 2], isNewest: true },
  ])
  expect([values(state), state.location?.value]).toEqual([{ p: 2 }, [2, 2]])
  expect(held[1]).toEqual(['p', HELD_LOCATION])
})

test('a late record takes only properties of which no newer record has spoken', () => {
  const { state, held } = merge([
    { order: counted(1, 5, 50), properties: { p: 1 }, location: [1, 1] },
    { order: counted(1, 3, 30), properties: { p: 2, q: 3 }, location: [2, 2] },
  ])
  expect([values(state), state.location?.value]).toEqual([{ p: 1, q: 3 }, [1, 1]])
  expect(held[1]).toEqual(['q'])
})

test('is not led astray by names of Object', () => {
  const { state } = merge([{ order: { t: 1 }, properties: { constructor: 1, valueOf: 2 } }])
  expect(values(state)).toEqual({ constructor: 1, valueOf: 2 })
})

test('a row carries what became newest and nothing else; nothing makes none', () => {
  const record = { kind: 'B', id: 'B-1', location: [1, 2] as const, properties: { p: 1, q: 2 } }
  const times = { t: 5, heardMs: 6, offMs: null }
  expect(rowOf(record, [], times)).toBeNull()
  expect(rowOf(record, ['q'], times)).toEqual({ kind: 'B', id: 'B-1', t: 5, heardMs: 6, properties: { q: 2 } })
  expect(rowOf(record, [HELD_LOCATION], { ...times, offMs: -60_000 })).toEqual({
    kind: 'B',
    id: 'B-1',
    t: 5,
    heardMs: 6,
    clockOffMs: -60_000,
    location: [1, 2],
    properties: {},
  })
})

const said = fc.record({
  order: fc.oneof(fc.record({ t: fc.nat(5) }), fc.record({ generation: fc.nat(1), boot: fc.nat(1), seq: fc.nat(3), t: fc.nat(5) })),
  properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(9), { noNullPrototype: true, maxKeys: 3 }),
  location: fc.option(fc.tuple(fc.nat(3), fc.nat(3)) as fc.Arbitrary<Location>, { nil: undefined }),
  isNewest: fc.boolean(),
})
const one = said.map(({ location, order, ...rest }) => ({ ...rest, order: order as Partial<Order>, ...(location && { location }) }))
const script = fc.array(one, { minLength: 1, maxLength: 12 })

/** What a page makes of rows: each is set over what it has. */
function shown(rows: readonly Row[]) {
  let location: Location | undefined
  const properties: Record<string, Value> = {}
  for (const row of rows) {
    Object.assign(properties, row.properties)
    location = row.location ?? location
  }
  return { location, properties }
}

test('rows set one over another are the state, told as they came or as one snapshot', () => {
  fc.assert(
    fc.property(script, (records) => {
      const { state, held } = merge(records)
      const truth = { location: state.location?.value, properties: values(state) }
      const told = records.flatMap(
        (record, i) => rowOf({ kind: 'B', id: 'B-1', ...record }, held[i]!, { t: record.order.t ?? 0, heardMs: i, offMs: null }) ?? [],
      )
      expect(shown(told)).toEqual(truth)
      expect(shown(rowsOf(state))).toEqual(truth)
    }),
  )
})

test('changes nothing that it was given', () => {
  fc.assert(
    fc.property(script, one, (records, later) => {
      const { state } = merge(records)
      const frozen = JSON.stringify(state)
      mergeRecord(state, later, orderOf(later.order), { isNewest: true, heardMs: 99 })
      expect(JSON.stringify(state)).toBe(frozen)
    }),
  )
})

test('a row of a place alone has no property that names it', () => {
  const record = { kind: 'B', id: 'B-1', location: [1, 2] as const, properties: {} }
  expect(Object.keys(rowOf(record, [HELD_LOCATION], { t: 5, heardMs: 6, offMs: null })!.properties)).toEqual([])
})

test('a snapshot has one row for each time and each receipt at which something was said, the last heard at the end', () => {
  const { state } = merge([
    { order: { t: 9 }, properties: { a: 1, b: 1 } },
    { order: { t: 9 }, properties: { b: 2 }, isNewest: true },
    { order: { t: 4 }, properties: { c: 3 }, location: [1, 2] },
  ])
  const rows = [
    { kind: 'B', id: 'B-1', t: 9, heardMs: 0, properties: { a: 1 } },
    { kind: 'B', id: 'B-1', t: 9, heardMs: 1, properties: { b: 2 } },
    { kind: 'B', id: 'B-1', t: 4, heardMs: 2, location: [1, 2], properties: { c: 3 } },
  ]
  expect(rowsOf(state)).toEqual(rows)
  const off = { ...state, clock: { ...state.clock, offMs: -60_000 } }
  expect(rowsOf(off)).toEqual(rows.map((row) => ({ ...row, clockOffMs: -60_000 })))
  expect(rowsOf(createEntity('B', 'B-1'))).toEqual([])
})

test('rows that were heard at one time stand by their own', () => {
  const owned = (t: number) => ({ ...orderOf({ t }), value: t, heardMs: 7 })
  const state = { ...createEntity('B', 'B-1'), properties: { late: owned(9), early: owned(4) } }
  expect(rowsOf(state).map(({ t }) => t)).toEqual([4, 9])
})

test('each part remembers the order of its record and when that was heard', () => {
  const { state } = merge([{ order: counted(1, 2, 3, 4), properties: { p: 1 }, location: [1, 2] }])
  const order = { generation: 4, boot: 1, seq: 2, t: 3 }
  const later = mergeRecord(state, { properties: { p: 2 }, location: [2, 2] }, orderOf({ t: 5 }), { isNewest: true, heardMs: 8 })
  expect([state.properties['p'], state.location]).toEqual([
    { value: 1, ...order, heardMs: 0 },
    { value: [1, 2], ...order, heardMs: 0 },
  ])
  expect([later.properties['p'], later.location]).toEqual([
    { value: 2, ...orderOf({ t: 5 }), heardMs: 8 },
    { value: [2, 2], ...orderOf({ t: 5 }), heardMs: 8 },
  ])
})

test('an entity begins with nothing kept, and was never heard', () => {
  expect(createEntity('B', 'B-1')).toEqual({
    kind: 'B',
    id: 'B-1',
    heardMs: Number.NEGATIVE_INFINITY,
    kept: 0,
    lastAt: 0,
    clock: UNKNOWN_CLOCK,
    count: NOTHING_COUNTED,
    location: null,
    properties: {},
  })
})
