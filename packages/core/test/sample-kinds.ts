// Kinds for tests of the live flow: a pump with a delayed alarm, and a band worn by a person.
import { defineKind } from '../src/kind/define-kind.ts'
import type { AnyKind } from '../src/kind/kind.ts'

const label = { zh: '字', en: 'word' }
const symbol = { shape: 'circle', glyph: 'x' } as const
const rule = { priority: 2, category: 'facility', text: label } as const

/** Alarm `high` above 9 with a deadband of 0.5; `delayed` above 20 for 3 s; `silent` after 2.5 intervals of a second. */
export const pump: AnyKind = defineKind({
  kind: 'Pump',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [0, 30] },
    flow: { type: 'quantity', label, unit: 'm3/s', range: [0, 1_000_000] },
  },
  everyMs: 1_000,
  symbol,
  alarms: {
    high: { ...rule, when: { op: 'above', field: 'level', limit: 9, deadband: 0.5 } },
    delayed: { ...rule, when: { op: 'above', field: 'level', limit: 20, deadband: 0.5 }, onDelayMs: 3_000 },
    silent: { ...rule, when: { op: 'silent' } },
  },
  card: [],
})

/** A press is `sos`, latched; `pulse` is judged by the limit of who wears it; `silent` after 25 minutes. */
export const band: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    sos: { type: 'choice', label, values: { pressed: label, released: label } },
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300] },
    steps: { type: 'quantity', label, unit: '1', range: [0, 1_000_000] },
    wearer: { type: 'words', label },
  },
  profile: { kind: 'Person', by: 'wearer' },
  everyMs: 600_000,
  symbol,
  alarms: {
    sos: { ...rule, priority: 1, category: 'sos', when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true, escalateMs: 60_000 },
    pulse: { ...rule, when: { op: 'above', field: 'pulse', limit: { property: 'pulseHigh', otherwise: 130 }, deadband: 5 } },
    silent: { ...rule, when: { op: 'silent' } },
  },
  card: [],
})

export const person: AnyKind = defineKind({
  kind: 'Person',
  label,
  fields: { pulseHigh: { type: 'quantity', label, unit: '/min', range: [0, 300] } },
  symbol,
  alarms: {},
  card: [],
})

export const KINDS: ReadonlyMap<string, AnyKind> = new Map([pump, band, person].map((kind) => [kind.kind, kind]))
