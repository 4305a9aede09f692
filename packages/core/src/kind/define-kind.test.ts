import { describe, expect, test } from 'vitest'
import { defineKind } from './define-kind.ts'
import type { Kind } from './kind.ts'

const label = { zh: '字', en: 'word' }
const good = {
  kind: 'Gate',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [0, 12] },
    state: { type: 'choice', label, values: { open: label, shut: label } },
  },
  symbol: { shape: 'square', glyph: 'gate', state: { field: 'state', tone: { open: 'active', shut: 'calm' } } },
  alarms: { high: { when: { op: 'above', field: 'level', limit: 3, deadband: 0.3 }, priority: 2, category: 'safety', text: label } },
  card: ['level'],
} as const

describe('defineKind', () => {
  test('gives back the data as it was, which crosses a worker', () => {
    const gate = defineKind(good)
    expect(gate).toBe(good)
    expect(structuredClone(gate)).toEqual(good)
  })

  test('refuses at once what its types cannot see', () =>
    expect(() => defineKind({ ...good, alarms: { high: { ...good.alarms.high, when: { ...good.alarms.high.when, limit: 99 } } } })).toThrow(
      'Gate.alarms.high: limit 99 m is outside',
    ))
})

// Read by the compiler (`npm run types`): each line below must not compile, or the directive itself is the error.
export const refused = (): unknown[] => [
  // @ts-expect-error a language is missing
  defineKind({ ...good, label: { zh: '字' } }),
  // @ts-expect-error a unit is missing
  defineKind({ ...good, fields: { ...good.fields, level: { type: 'quantity', label, range: [0, 12] } } }),
  // @ts-expect-error a deadband is missing
  defineKind({ ...good, alarms: { high: { ...good.alarms.high, when: { op: 'above', field: 'level', limit: 3 } } } }),
  // @ts-expect-error no field has this name
  defineKind({ ...good, card: ['depth'] }),
  // @ts-expect-error the choice never has this value
  defineKind({ ...good, alarms: { high: { ...good.alarms.high, when: { op: 'is', field: 'state', value: 'ajar' } } } }),
  // @ts-expect-error a quantity cannot pick the tone
  defineKind({ ...good, symbol: { shape: 'square', glyph: 'gate', state: { field: 'level', tone: {} } } }),
  // @ts-expect-error a tone is missing
  defineKind({ ...good, symbol: { shape: 'square', glyph: 'gate', state: { field: 'state', tone: { open: 'active' } } } }),
  // @ts-expect-error red is an alarm colour, no tone
  defineKind({ ...good, symbol: { shape: 'square', glyph: 'gate', state: { field: 'state', tone: { open: 'red', shut: 'calm' } } } }),
  // @ts-expect-error a kind holds no function
  { ...good, alarms: { high: { ...good.alarms.high, when: () => true } } } satisfies Kind,
]
