import { expect, test } from 'vitest'
import type { AnyKind } from '../kind/kind.ts'
import { columnOf, createColumns, putPlace, putValue } from './columns.ts'
import { flagsOf, headingByte } from './flags.ts'
import { HAS_HEADING, HIDDEN, UNACKNOWLEDGED } from './layout.ts'

const text = { zh: '', en: '' }
const kind: AnyKind = {
  kind: 'T',
  label: text,
  fields: {
    turn: { type: 'quantity', label: text, unit: 'deg', range: [0, 360] },
    use: { type: 'choice', label: text, values: { free: text, busy: text } },
  },
  heading: 'turn',
  symbol: { shape: 'square', glyph: 't', state: { field: 'use', tone: { free: 'off', busy: 'active' } } },
  alarms: {},
  card: [],
}
const calm = { priority: 0, unacknowledged: false, freshness: 0 }

test('one without a place is hidden, however it stands', () => {
  expect(flagsOf(createColumns(kind), 0, calm)).toBe(HIDDEN)
})

test('each part has its bits', () => {
  const columns = createColumns(kind)
  putPlace(columns, 0, [0, 0, 0], 1)
  putValue(columnOf(columns, 'turn')!, 0, 270, 1)
  putValue(columnOf(columns, 'use')!, 0, 'free', 1)
  expect(flagsOf(columns, 0, { priority: 3, unacknowledged: true, freshness: 2 })).toBe(
    ((192 << 24) | HAS_HEADING | (2 << 19) | (3 << 16) | UNACKNOWLEDGED | (2 << 13)) >>> 0,
  )
})

test('a marker without a state, of a value that its kind does not tone, or of a calm one, is calm', () => {
  const tones = { free: 'calm', busy: 'active', null: 'off' } as const
  const toned: AnyKind = { ...kind, symbol: { ...kind.symbol, state: { field: 'use', tone: tones } } }
  const flags = (value?: string, of: AnyKind = toned) => {
    const columns = createColumns(of)
    putPlace(columns, 0, [0, 0, 0], 1)
    if (value !== undefined) putValue(columnOf(columns, 'use')!, 0, value, 1)
    return flagsOf(columns, 0, calm)
  }
  expect([undefined, 'free', 'busy', 'constructor'].map((value) => flags(value))).toEqual([0, 0, 1 << 19, 0])
  expect(flags('busy', { ...kind, symbol: { shape: 'square', glyph: 't' } })).toBe(0)
  const { heading: _, ...straight } = kind
  expect(flags(undefined, straight)).toBe(0)
})

test('a full turn is none', () => expect([0, 90, 359.9, 360].map(headingByte)).toEqual([0, 64, 0, 0]))
