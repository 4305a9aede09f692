import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intakeTown, START } from '../../test/intake-town.ts'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { rowsOf } from './merge.ts'

// The law: opening what was kept anew, at any time and as often as one likes, changes nothing of what is made afterwards.
const label = { zh: '字', en: 'word' }
const rule = { priority: 2, category: 'facility', text: label } as const
const level = { op: 'above', field: 'level', limit: 9, deadband: 0.5 } as const
const pump: AnyKind = defineKind({
  kind: 'Pump',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [0, 30] },
    flow: { type: 'quantity', label, unit: 'm3/s', range: [0, 30] },
    door: { type: 'choice', label, values: { open: label, shut: label } },
    owner: { type: 'words', label },
  },
  profile: { kind: 'Owner', by: 'owner' },
  everyMs: 60_000,
  symbol: { shape: 'circle', glyph: 'x' },
  // Every sort of rule: latched, plain, on-delay, off-delay, samples in a row, of several fields, by profile, silent, escalating.
  alarms: {
    pressed: { ...rule, when: { op: 'is', field: 'door', value: 'open' }, latch: true, escalateMs: 90_000 },
    high: { ...rule, when: level },
    delayed: { ...rule, when: { ...level, limit: 20 }, onDelayMs: 180_000 },
    lingering: { ...rule, when: level, offDelayMs: 120_000, escalateMs: 300_000 },
    twice: { ...rule, when: level, samples: 2 },
    both: {
      ...rule,
      when: { op: 'all', of: [level, { op: 'atMost', field: 'flow', limit: { property: 'leastFlow', otherwise: 2 }, deadband: 1 }] },
      onDelayMs: 60_000,
    },
    silent: { ...rule, when: { op: 'silent' } },
    silentLate: { ...rule, when: { op: 'silent', forMs: 120_000 }, onDelayMs: 90_000 },
  },
  card: [],
})
const owner: AnyKind = defineKind({
  kind: 'Owner',
  label,
  fields: { leastFlow: { type: 'quantity', label, unit: 'm3/s', range: [0, 30] } },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const KINDS = new Map([pump, owner].map((kind) => [kind.kind, kind]))

const properties = fc.record(
  {
    level: fc.constantFrom(1, 8.8, 10, 25),
    flow: fc.constantFrom(0, 2.5, 9),
    door: fc.constantFrom('open', 'shut'),
    owner: fc.constantFrom('O-1', 'O-2'),
  },
  { requiredKeys: [] },
)
const pumpRecord = fc.record({
  kind: fc.constant('Pump'),
  id: fc.constantFrom('P-1', 'P-2'),
  boot: fc.constantFrom(undefined, 1, 1, 1, 2),
  seq: fc.nat(8),
  // Behind the time of its post, mostly by little; now and then by much, ahead, or not told.
  lagMs: fc.constantFrom(0, 0, 0, 500, 20_000, 90_000, 600_000, 3_600_000, -30_000, -3_600_000, null),
  properties,
})
const ownerRecord = fc.record({
  kind: fc.constant('Owner'),
  id: fc.constantFrom('O-1', 'O-2'),
  lagMs: fc.constant(0),
  properties: fc.record({ leastFlow: fc.constantFrom(0, 3, 9) }),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      records: fc.array(fc.oneof({ weight: 5, arbitrary: pumpRecord }, ownerRecord), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), which: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
)
/** Times between two steps: usually an interval, sometimes many, sometimes so long that nobody listened. */
const gap = fc.constantFrom(1, 1_000, 20_000, 60_000, 60_000, 61_000, 240_000)
const script = fc.array(fc.record({ gap, step, restart: fc.boolean() }), { minLength: 1, maxLength: 25 })
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never

function play(steps: Script, restarts: boolean) {
  const town = intakeTown(KINDS)
  let atMs = 0
  for (const { gap, step, restart } of steps) {
    atMs += gap
    if (restarts && restart) town.restart()
    if (step.do === 'tick') town.tick(atMs)
    else if (step.do === 'post')
      town.post(atMs, ...step.records.map(({ lagMs, ...record }) => ({ ...record, t: lagMs === null ? null : START + atMs - lagMs })))
    else {
      const standing = [...town.state().standing.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
      const alarm = standing[step.which % Math.max(1, standing.length)]
      const key = `00000000-0000-4000-8000-${String(atMs).padStart(12, '0')}`
      if (alarm !== undefined) town.act(atMs, { key, type: 'acknowledge', alarm: alarm.id, count: alarm.count, by: 'li' })
    }
  }
  // Time goes on, so that whatever waits comes out.
  for (let i = 1; i <= 20; i++) town.tick(atMs + i * 30_000)
  const state = town.state()
  return {
    made: town.made.map(({ memories: _memories, ...told }) => told),
    snapshot: [...state.entities.values()]
      .flatMap((ofKind) => [...ofKind.values()].map(({ state }) => [state.id, state.heardMs, rowsOf(state)]))
      .sort(),
    standing: [...state.standing.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

test('a restart changes nothing: transitions, records, rows and snapshots are those without one', () => {
  fc.assert(
    fc.property(script, (steps) => {
      expect(play(steps, true)).toEqual(play(steps, false))
    }),
    { numRuns: Number(process.env.RUNS ?? 400) },
  )
})

test('a press is never lost, whatever its numbers and times, and a post that is sent again at once doubles none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ gap, records: fc.array(pumpRecord, { minLength: 1, maxLength: 4 }), again: fc.boolean() }), { maxLength: 12 }),
      (posts) => {
        const town = intakeTown(KINDS)
        let atMs = 0
        let serial = 0
        const pressed = { 'P-1': 0, 'P-2': 0 }
        for (const { gap, records, again } of posts) {
          atMs += gap
          // Each record says something that no other does, so that none is a repeat of another.
          const raw = records.map(({ lagMs, ...record }) => ({
            ...record,
            t: lagMs === null ? null : START + atMs - lagMs,
            properties: { ...record.properties, flow: ++serial / 1_000 },
          }))
          for (const { id, properties } of raw) if (properties.door === 'open') pressed[id as 'P-1']++
          expect(town.post(atMs, ...raw).records.length).toBe(raw.length)
          if (again) expect(town.post(atMs + 1, ...raw).posts[0]).toMatchObject({ accepted: 0, repeated: raw.length })
        }
        for (const id of ['P-1', 'P-2'] as const) {
          const alarm = [...town.state().standing.values()].find((a) => a.entity === id && a.rule === 'pressed')
          expect(alarm?.count ?? 0).toBe(pressed[id])
        }
      },
    ),
    { numRuns: 300 },
  )
})
