import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Location, TwinRecord, Value } from '../record/record.ts'
import { type EntityState, mergeRecord, recordsOf } from './merge.ts'

const after = (records: readonly TwinRecord[]): EntityState | undefined =>
  records.reduce<EntityState | undefined>((state, record) => mergeRecord(state, record, 1), undefined)
const record = (t: number, properties: Record<string, Value>, more: Partial<TwinRecord> = {}): TwinRecord => ({
  kind: 'B',
  id: 'B-1',
  t,
  properties,
  ...more,
})
const values = (state: EntityState | undefined) => Object.fromEntries(Object.entries(state?.properties ?? {}).map(([k, o]) => [k, o.value]))

test('an SOS wipes neither position nor blood pressure', () => {
  const state = after([
    record(1, { systolic: 130 }, { boot: 1, seq: 1, location: [117, 37, 7] }),
    record(2, { sos: 'pressed' }, { boot: 1, seq: 2 }),
  ])
  expect(values(state)).toEqual({ systolic: 130, sos: 'pressed' })
  expect(state?.location?.value).toEqual([117, 37, 7])
})

test('newest wins by boot and seq, not by t or by arrival', () => {
  expect(
    values(
      after([
        record(9, { p: 1 }, { boot: 1, seq: 5 }),
        record(1, { p: 2 }, { boot: 2, seq: 0 }),
        record(99, { p: 3 }, { boot: 1, seq: 6 }),
      ]),
    ),
  ).toEqual({
    p: 2,
  })
})

test('remembers the highest boot and seq, so that what is above them is surely new', () => {
  const state = after([record(1, {}, { boot: 2, seq: 3 }), record(2, {}, { boot: 1, seq: 9 }), record(3, {})])
  expect([state?.newestBoot, state?.newestSeq]).toEqual([2, 3])
})

const anyRecord: fc.Arbitrary<TwinRecord> = fc
  .record({
    boot: fc.option(fc.nat(2), { nil: undefined }),
    seq: fc.nat(3),
    t: fc.nat(5),
    location: fc.option(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)) as fc.Arbitrary<Location>, { nil: undefined }),
    properties: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.nat(3), fc.constantFrom('x', 'y')), { noNullPrototype: true }),
  })
  .map(({ boot, location, ...rest }) => ({
    kind: 'B',
    id: 'B-1',
    ...rest,
    ...(boot !== undefined && { boot }),
    ...(location && { location }),
  }))
const batch = fc.array(anyRecord, { minLength: 1, maxLength: 12 })
const standing = (state: EntityState | undefined) => ({ properties: state?.properties, location: state?.location })

test('ends in one state whatever the order, the batches and the repeats', () => {
  fc.assert(
    fc.property(batch, fc.nat(), (records, turn) => {
      const turned = [...records.slice(turn % records.length), ...records.slice(0, turn % records.length)]
      expect(standing(after([...turned, ...records].reverse()))).toEqual(standing(after(records)))
    }),
  )
})

test('a record without a boot leaves no seq, which says nothing: whichever of two that are equally new comes first', () => {
  const [one, other] = [record(2, { b: 'y' }, { seq: 1 }), record(2, { b: 'y' }, { seq: 0 })]
  expect(standing(after([one, other]))).toEqual(standing(after([other, one])))
})

test('a snapshot merged again is the state, and orders later records as the state does', () => {
  fc.assert(
    fc.property(batch, anyRecord, (records, later) => {
      const state = after(records)!
      const again = after(recordsOf(state))
      if (again === undefined) {
        expect(standing(state)).toEqual({ properties: {}, location: null })
        return
      }
      expect(standing(again)).toEqual(standing(state))
      expect(standing(mergeRecord(again, later, 1))).toEqual(standing(mergeRecord(state, later, 1)))
    }),
  )
})
