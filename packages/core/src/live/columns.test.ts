import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import type { Location, Value } from '../record/record.ts'
import { clearRow, columnOf, createColumns, growColumns, hasPlace, NEVER, placeOf, putPlace, putValue, timeAt, valueAt } from './columns.ts'

const text = { zh: '', en: '' }
const kind: AnyKind = {
  kind: 'T',
  label: text,
  fields: {
    level: { type: 'quantity', label: text, unit: 'm', range: [0, 6] },
    cover: { type: 'choice', label: text, values: { open: text, closed: text } },
  },
  symbol: { shape: 'square', glyph: 't' },
  alarms: {},
  card: [],
}

test('a value of another type than its field has is left out', () => {
  const columns = createColumns(kind)
  const [level, cover] = [columnOf(columns, 'level')!, columnOf(columns, 'cover')!]
  putValue(level, 0, 'deep', 1)
  putValue(cover, 0, 7, 1)
  expect([valueAt(level, 0), valueAt(cover, 0)]).toEqual([null, null])
})

test('a property that the kind does not declare has no column, though Object has it', () => {
  expect([columnOf(createColumns(kind), 'depth'), columnOf(createColumns(kind), 'constructor')]).toEqual([null, null])
})

test('what is set later holds, also with an earlier time: the server alone orders', () => {
  const columns = createColumns(kind)
  const [level, cover] = [columnOf(columns, 'level')!, columnOf(columns, 'cover')!]
  putValue(level, 0, 3, 50)
  putValue(cover, 0, 'open', 40)
  putValue(level, 0, 2, 20)
  putPlace(columns, 0, [117, 37, 6], 50)
  putPlace(columns, 0, [118, 38, 7], 20)
  expect([valueAt(level, 0), timeAt(level, 0), valueAt(cover, 0), placeOf(columns, 0)]).toEqual([2, 20, 'open', [118, 38, 7]])
})

test('what an inventory says has no time, and never stands over what a feed said', () => {
  const columns = createColumns(kind)
  const level = columnOf(columns, 'level')!
  putValue(level, 0, 3, NEVER)
  expect([valueAt(level, 0), timeAt(level, 0), putPlace(columns, 0, [117, 37, 6], NEVER)]).toEqual([3, null, true])
  putValue(level, 0, 4, NEVER)
  expect(valueAt(level, 0)).toBe(4)
  putValue(level, 0, 0, -7)
  putValue(level, 0, 5, NEVER)
  expect([valueAt(level, 0), timeAt(level, 0)]).toEqual([0, -7])
  expect([putPlace(columns, 0, [118, 38], 7), putPlace(columns, 0, [117, 37, 6], NEVER), placeOf(columns, 0)]).toEqual([
    true,
    false,
    [118, 38],
  ])
})

test('two coordinates stay two, also over a place that had a height', () => {
  const columns = createColumns(kind)
  putPlace(columns, 0, [117, 37, 0], 1)
  expect(placeOf(columns, 0)).toEqual([117, 37, 0])
  putPlace(columns, 0, [118, 38], 2)
  expect(placeOf(columns, 0)).toEqual([118, 38])
})

test('grows past its first size, and an empty row stays empty', () => {
  const columns = createColumns(kind)
  putValue(columnOf(columns, 'level')!, 1, 3, 1)
  putPlace(columns, 1, [117, 37, 6], 1)
  columns.heardMs[1] = 5
  columns.clockOffMs[1] = 60_000
  growColumns(columns, 500)
  expect([valueAt(columnOf(columns, 'level')!, 1), valueAt(columnOf(columns, 'level')!, 400)]).toEqual([3, null])
  expect([placeOf(columns, 1), placeOf(columns, 400)]).toEqual([[117, 37, 6], null])
  expect([columns.heardMs[1], columns.heardMs[400], columns.clockOffMs[1], columns.clockOffMs[400]]).toEqual([
    5,
    Number.NaN,
    60_000,
    Number.NaN,
  ])
})

test('forgets a row wholly', () => {
  const columns = createColumns(kind)
  putValue(columnOf(columns, 'cover')!, 0, 'open', 1)
  putPlace(columns, 0, [117, 37, 6], 1)
  columns.heardMs[0] = 5
  columns.clockOffMs[0] = 60_000
  clearRow(columns, 0)
  expect([valueAt(columnOf(columns, 'cover')!, 0), placeOf(columns, 0), columns.heardMs[0], columns.clockOffMs[0]]).toEqual([
    null,
    null,
    Number.NaN,
    Number.NaN,
  ])
})

test('every array has room for as many slots: for 16, then for twice as many as before or for as many as are asked', () => {
  const columns = createColumns(kind)
  const lengths = () => [
    columns.capacity,
    ...[...columns.properties.values()].map(({ t, numbers }) => [t.length, numbers?.length ?? null]),
    columns.place.t.length,
    columns.place.values.length / 3,
    columns.heardMs.length,
    columns.clockOffMs.length,
  ]
  columnOf(columns, 'level')
  columnOf(columns, 'cover')
  const has = (room: number) => [room, [room, room], [room, null], room, room, room, room]
  expect(lengths()).toEqual(has(16))
  const { t } = columns.place
  growColumns(columns, 16)
  expect([lengths(), columns.place.t === t]).toEqual([has(16), true])
  growColumns(columns, 17)
  expect(lengths()).toEqual(has(32))
  growColumns(columns, 65)
  expect(lengths()).toEqual(has(65))
})

test('a property comes into columns that grew with their room', () => {
  const columns = createColumns(kind)
  growColumns(columns, 40)
  const level = columnOf(columns, 'level')!
  expect([level.t.length, level.numbers?.length, level.words, columnOf(columns, 'level') === level]).toEqual([40, 40, null, true])
})

test('beyond the last slot there is no value and no place', () => {
  const columns = createColumns(kind)
  const level = columnOf(columns, 'level')!
  expect([valueAt(level, 16), timeAt(level, 16), hasPlace(columns, 16), placeOf(columns, 16)]).toEqual([null, null, false, null])
})

test('holds what was set last of each slot, and after a row is forgotten not a number or word of it', () => {
  type Told<V> = { readonly value: V; readonly t: number }
  type Step = { slot: number } & ({ property: string; value: Value; t: number } | { place: Location; t: number } | { clear: true })
  const slot = fc.nat(19)
  const t = fc.oneof(fc.constant(NEVER), fc.integer({ min: -5, max: 5 }))
  const place = fc.oneof(fc.tuple(fc.nat(180), fc.nat(90)), fc.tuple(fc.nat(180), fc.nat(90), fc.nat(50))) as fc.Arbitrary<Location>
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ slot, t, property: fc.constantFrom('level', 'cover'), value: fc.oneof(fc.nat(9), fc.constantFrom('open', 'closed')) }),
    fc.record({ slot, t, place }),
    fc.record({ slot, clear: fc.constant(true as const) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.nat(120), (steps, grownAt) => {
      const columns = createColumns(kind)
      columnOf(columns, 'level')
      columnOf(columns, 'cover')
      let slots = 16
      const level = new Map<number, Told<Value>>()
      const cover = new Map<number, Told<Value>>()
      const places = new Map<number, Told<Location>>()
      const yields = (known: Told<unknown> | undefined, time: number) => known === undefined || time !== NEVER || known.t === NEVER
      steps.forEach((each, i) => {
        if (i === grownAt) growColumns(columns, (slots = 40))
        const at = each.slot % slots
        if ('clear' in each) {
          clearRow(columns, at)
          for (const known of [level, cover, places]) known.delete(at)
        } else if ('place' in each) {
          const isSet = yields(places.get(at), each.t)
          expect(putPlace(columns, at, each.place, each.t)).toBe(isSet)
          if (isSet) places.set(at, { value: each.place, t: each.t })
        } else {
          putValue(columnOf(columns, each.property)!, at, each.value, each.t)
          const known = each.property === 'level' ? level : cover
          const fits = (each.property === 'level') === (typeof each.value === 'number')
          if (fits && yields(known.get(at), each.t)) known.set(at, each)
        }
      })
      const all = Array.from({ length: slots }, (_, each) => each)
      for (const [name, known] of [
        ['level', level],
        ['cover', cover],
      ] as const) {
        const column = columnOf(columns, name)!
        expect(all.map((each) => valueAt(column, each))).toEqual(all.map((each) => known.get(each)?.value ?? null))
        expect(all.map((each) => timeAt(column, each))).toEqual(
          all.map((each) => (known.get(each)?.t === NEVER ? null : (known.get(each)?.t ?? null))),
        )
        expect(Array.from(column.t)).toEqual(all.map((each) => known.get(each)?.t ?? Number.NaN))
        const kept = column.words === null ? Array.from(column.numbers!) : all.map((each) => column.words![each] ?? Number.NaN)
        expect(kept).toEqual(all.map((each) => known.get(each)?.value ?? Number.NaN))
      }
      expect(all.map((each) => placeOf(columns, each))).toEqual(all.map((each) => places.get(each)?.value ?? null))
      expect(all.map((each) => hasPlace(columns, each))).toEqual(all.map((each) => places.has(each)))
      const numbers = ([e, n, u = Number.NaN]: Location) => [e, n, u]
      const none = [Number.NaN, Number.NaN, Number.NaN]
      expect(Array.from(columns.place.values)).toEqual(all.flatMap((each) => (places.has(each) ? numbers(places.get(each)!.value) : none)))
      expect(Array.from(columns.place.t)).toEqual(all.map((each) => places.get(each)?.t ?? Number.NaN))
    }),
  )
})
