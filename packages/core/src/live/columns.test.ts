import { expect, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import { clearRow, columnOf, createColumns, growColumns, placeOf, putPlace, putValue, timeAt, valueAt } from './columns.ts'
import { ABSENT, NEVER } from './order.ts'

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
  expect(putValue(columnOf(columns, 'level')!, 0, 'deep', 1, 1, 1)).toBe(false)
  expect(valueAt(columnOf(columns, 'level')!, 0)).toBeNull()
})

test('a property that the kind does not declare has no column, though Object has it', () => {
  expect([columnOf(createColumns(kind), 'depth'), columnOf(createColumns(kind), 'constructor')]).toEqual([null, null])
})

test('an older record takes nothing from a newer one, a newer takes only what it carries', () => {
  const columns = createColumns(kind)
  const [level, cover] = [columnOf(columns, 'level')!, columnOf(columns, 'cover')!]
  putValue(level, 0, 3, 1, 5, 50)
  putValue(cover, 0, 'open', 1, 4, 40)
  putValue(level, 0, 2, 1, 4, 60)
  expect([valueAt(level, 0), timeAt(level, 0), valueAt(cover, 0)]).toEqual([3, 50, 'open'])
})

test('what an inventory says has no time and yields to any record', () => {
  const columns = createColumns(kind)
  const level = columnOf(columns, 'level')!
  putValue(level, 0, 3, ABSENT, ABSENT, NEVER)
  expect(timeAt(level, 0)).toBeNull()
  putValue(level, 0, 0, ABSENT, ABSENT, 7)
  expect([valueAt(level, 0), timeAt(level, 0)]).toEqual([0, 7])
})

test('grows past its first size, and an empty row stays empty', () => {
  const columns = createColumns(kind)
  putValue(columnOf(columns, 'level')!, 1, 3, 1, 1, 1)
  putPlace(columns, 1, [117, 37, 6], 1, 1, 1)
  growColumns(columns, 500)
  expect([valueAt(columnOf(columns, 'level')!, 1), valueAt(columnOf(columns, 'level')!, 400)]).toEqual([3, null])
  expect([placeOf(columns, 1), placeOf(columns, 400)]).toEqual([[117, 37, 6], null])
})

test('forgets a row wholly', () => {
  const columns = createColumns(kind)
  putValue(columnOf(columns, 'cover')!, 0, 'open', 1, 1, 1)
  putPlace(columns, 0, [117, 37, 6], 1, 1, 1)
  clearRow(columns, 0)
  expect([valueAt(columnOf(columns, 'cover')!, 0), placeOf(columns, 0), columns.heardMs[0]]).toEqual([null, null, Number.NaN])
})
