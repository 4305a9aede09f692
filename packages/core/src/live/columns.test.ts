import { expect, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import { clearRow, columnOf, createColumns, growColumns, NEVER, placeOf, putPlace, putValue, timeAt, valueAt } from './columns.ts'

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
