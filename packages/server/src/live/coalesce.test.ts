import type { Row } from '@twinmap/core/internal/record/record'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coalesce } from './coalesce.ts'

const row = (t: number, properties: Row['properties'], more: Partial<Row> = {}): Row => ({
  kind: 'Wristband',
  id: 'W-1',
  t,
  heardMs: t,
  properties,
  ...more,
})

test('leaves what no later row says again, each with its own time', () => {
  const rows = [
    row(1, { battery: 5, steps: 1 }, { location: [1, 2] }),
    row(2, { battery: 4 }, { location: [3, 4] }),
    row(3, { battery: 3 }),
  ]
  expect(coalesce(rows)).toEqual([row(1, { steps: 1 }), row(2, {}, { location: [3, 4] }), row(3, { battery: 3 })])
})

test('leaves out a row of which all is said again later', () => {
  const [first, last] = [row(1, { battery: 5 }, { location: [1, 2] }), row(2, { battery: 4, steps: 1 }, { location: [3, 4] })]
  expect(coalesce([first, last] as Row[])).toEqual([last])
  expect(coalesce([row(1, {}), row(2, { battery: 1 })])).toEqual([row(2, { battery: 1 })])
})

test('joins nothing of two entities, or of two kinds with one id', () => {
  const rows = [row(1, { battery: 5 }), row(2, { battery: 4 }, { id: 'W-2' }), row(3, { battery: 3 }, { kind: 'Lamp' })]
  expect(coalesce(rows)).toEqual(rows)
})

test('set over any state, coalesced rows make of it what all rows make', () => {
  const any = fc.record({
    id: fc.constantFrom('a', 'b', '__proto__'),
    t: fc.nat(9),
    place: fc.option(fc.nat(9), { nil: null }),
    properties: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.nat(9), { maxKeys: 3 }),
  })
  const stateOf = (rows: readonly Row[]) => {
    const state = new Map<string, unknown>()
    for (const { id, t, location, properties } of rows) {
      for (const [name, value] of Object.entries(properties)) state.set(`${id} ${name}`, [value, t])
      if (location !== undefined) state.set(`${id} place`, [location, t])
    }
    return state
  }
  fc.assert(
    fc.property(fc.array(any, { maxLength: 20 }), (said) => {
      const rows = said.map(({ id, t, place, properties }) =>
        row(t, properties, { id, ...(place !== null && { location: [place, place] }) }),
      )
      const joined = coalesce(rows)
      expect(stateOf(joined)).toEqual(stateOf(rows))
      const cells = joined.flatMap(({ id, location, properties }) =>
        [...Object.keys(properties), ...(location ? ['place'] : [])].map((name) => `${id} ${name}`),
      )
      expect(new Set(cells).size).toBe(cells.length)
    }),
    { numRuns: 300 },
  )
})
