import { createEntity, type EntityState } from '@twinmap/core/internal/intake/merge'
import { defineKind } from '@twinmap/core/internal/kind/define-kind'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Role } from '@twinmap/core/internal/kind/privacy'
import { ABSENT } from '@twinmap/core/internal/record/order'
import type { Row } from '@twinmap/core/internal/record/record'
import { redactionFor } from '@twinmap/core/internal/record/redact'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { property } from '../../../../test/property.ts'
import type { LogEntry } from '../store/store.ts'
import { createHeardTeller, HEARD_INTERVALS, HEARD_STEP_MS, isStale, lastHeardOf } from './heard.ts'
import { LOG_MS } from './kept-log.ts'

const label = { zh: '字', en: 'word' }
const base = { label, symbol: { shape: 'circle', glyph: 'x' }, alarms: {}, card: [] } as const
const EVERY = 60_000
const DUE = 75_000
const band: AnyKind = defineKind({
  ...base,
  kind: 'Band',
  fields: {
    steps: { type: 'quantity', label, unit: '1', range: [0, 100] },
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
  },
  everyMs: EVERY,
})
const KINDS = new Map<string, AnyKind>(
  [band, { ...band, kind: 'Axe' }, defineKind({ ...base, kind: 'Stone', fields: band.fields })].map((kind) => [kind.kind, kind]),
)
const redactionOf = (role: Role) => redactionFor(role, KINDS)
const row = (heardMs: number, properties: Row['properties'], id = 'B-1', kind = 'Band'): Row => ({
  kind,
  id,
  t: heardMs,
  heardMs,
  properties,
})
const entry = (rows: Row[], heard: LogEntry['heard'] = []): LogEntry => ({ n: 1, atMs: 1, rows, heard, alarms: [], disclosures: [] })
const state = (id: string, parts: Readonly<Record<string, number>>, kind = 'Band'): EntityState => ({
  ...createEntity(kind, id),
  properties: Object.fromEntries(
    Object.entries(parts).map(([name, heardMs]) => [
      name,
      { value: 1, heardMs, t: heardMs, generation: ABSENT, boot: ABSENT, seq: ABSENT },
    ]),
  ),
})

/** Each entity was heard with its steps at 0, and with a pulse at 0, unless a test says otherwise. */
function teller(stateOf: (kind: string, id: string) => EntityState | undefined = (kind, id) => state(id, { steps: 0, pulse: 0 }, kind)) {
  const made = createHeardTeller({ kinds: KINDS, redactionOf, stateOf })
  const told = (role: Role, afterMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY) =>
    made.between(role, afterMs, toMs).map(({ atMs, kind, id, heardMs }) => `${atMs} ${kind} ${id} ${heardMs}`)
  return { ...made, told }
}

test('an age is to be corrected from 1.25 intervals on, where the entity was heard since', () => {
  expect([HEARD_INTERVALS, HEARD_STEP_MS]).toEqual([1.25, 1_000])
  expect([DUE - 1, DUE].map((ms) => isStale(500, 501, 500 + ms, EVERY))).toEqual([false, true])
  expect([499, 500].map((heardMs) => isStale(500, heardMs, 500 + DUE, EVERY))).toEqual([false, false])
})

test('the last that was heard is that of the rows of which a role sees something, in whatever order they stand', () => {
  const cut = redactionOf('grid').row
  const rows = [row(5, { steps: 1 }), row(9, { steps: 1 }), row(11, { pulse: 1 }), row(7, { steps: 1 })]
  expect([lastHeardOf(rows, cut), lastHeardOf([row(11, { pulse: 1 })], cut), lastHeardOf([], cut)]).toEqual([
    9,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])
})

test('what is hidden from a role is told it when its age would be wrong, and to who sees it nothing is', () => {
  const { note, isDue, tell, told } = teller()
  note(entry([row(20_000, { pulse: 70 })]))
  expect([isDue(DUE - 1), isDue(DUE)]).toEqual([false, true])
  tell(DUE - 1, DUE - 1)
  expect(told('grid')).toEqual([])
  tell(DUE, DUE + 3)
  expect([told('grid'), told('public')]).toEqual([[`${DUE + 3} Band B-1 20000`], [`${DUE + 3} Band B-1 20000`]])
  expect([told('care'), told('command')]).toEqual([[], []])
  // Told once; the next is due an interval and a quarter after what was told then.
  expect(isDue(5 * DUE)).toBe(false)
  tell(5 * DUE, 5 * DUE)
  expect(told('grid').length).toBe(1)
  note(entry([row(30_000, { pulse: 70 })]))
  expect([isDue(20_000 + DUE - 1), isDue(20_000 + DUE)]).toEqual([false, true])
})

test('what a role sees corrects the age by itself', () => {
  const { note, isDue } = teller()
  note(entry([row(20_000, { pulse: 70 })]))
  note(entry([row(30_000, { steps: 70 })]))
  expect(isDue(10 * DUE)).toBe(false)
  note(entry([row(40_000, { pulse: 70 }), row(50_000, { pulse: 70 })]))
  expect([isDue(30_000 + DUE - 1), isDue(30_000 + DUE)]).toEqual([false, true])
  // A row that was heard before what is hidden does not.
  note(entry([row(45_000, { steps: 70 })]))
  expect([isDue(45_000 + DUE - 1), isDue(45_000 + DUE)]).toEqual([false, true])
})

test('a repeat is told to every role, and an older one takes nothing back', () => {
  const { note, tell, told } = teller()
  note(entry([], [{ kind: 'Band', id: 'B-1', heardMs: 9 }]))
  note(entry([], [{ kind: 'Band', id: 'B-1', heardMs: 4 }]))
  tell(DUE, DUE)
  expect((['public', 'grid', 'care', 'command'] as const).map((role) => told(role))).toEqual(new Array(4).fill([`${DUE} Band B-1 9`]))
})

test('roles that see the same are told the same, by one redaction', () => {
  const asked: Role[] = []
  createHeardTeller({
    kinds: KINDS,
    redactionOf: (role) => {
      asked.push(role)
      return redactionOf(role)
    },
    stateOf: () => undefined,
  })
  expect(asked).toEqual(['public', 'grid', 'care'])
})

test('of what a role never saw it shows no age, and is told none', () => {
  const never = teller((_, id) => state(id, { pulse: 0 }))
  never.note(entry([row(5, { pulse: 1 })], [{ kind: 'Band', id: 'B-1', heardMs: 9 }]))
  never.tell(DUE + 5, DUE + 5)
  expect([never.told('grid'), never.told('care')]).toEqual([[], [`${DUE + 5} Band B-1 9`]])
  const unknown = teller(() => undefined)
  unknown.note(entry([], [{ kind: 'Band', id: 'B-1', heardMs: 9 }]))
  expect(unknown.isDue(1e12)).toBe(false)
  // It is asked for once: from then on what comes is noted.
  unknown.note(entry([row(10, { steps: 1 })], [{ kind: 'Band', id: 'B-1', heardMs: 11 }]))
  expect([unknown.isDue(10 + DUE - 1), unknown.isDue(10 + DUE)]).toEqual([false, true])
})

test('a kind without an interval is never late, nor is one that is not declared', () => {
  const { note, isDue } = teller()
  for (const kind of ['Stone', 'Gone']) note(entry([row(20_000, { pulse: 70 }, 'S-1', kind)], [{ kind, id: 'S-1', heardMs: 30_000 }]))
  expect(isDue(1e12)).toBe(false)
})

test('what is due at once is told by kind and id, whatever came first', () => {
  const { note, tell, told } = teller()
  for (const [kind, id] of [
    ['Band', 'B-2'],
    ['Axe', 'Z-1'],
    ['Band', 'B-3'],
    ['Band', 'B-1'],
    ['Axe', 'A-1'],
  ] as const)
    note(entry([], [{ kind, id, heardMs: 9 }]))
  tell(DUE, DUE)
  expect(told('grid')).toEqual(['Axe A-1', 'Axe Z-1', 'Band B-1', 'Band B-2', 'Band B-3'].map((name) => `${DUE} ${name} 9`))
})

test('tells what was told after a time and up to another, and forgets what is older than the kept log', () => {
  const { note, tell, told } = teller()
  const times = [0, 1, 2].map((i) => DUE + i * (LOG_MS / 2))
  for (const [i, atMs] of times.entries()) {
    note(entry([], [{ kind: 'Band', id: `B-${i}`, heardMs: 9 }]))
    tell(atMs, atMs)
  }
  const lines = times.map((atMs, i) => `${atMs} Band B-${i} 9`)
  expect(told('grid')).toEqual(lines)
  expect(told('grid', times[0])).toEqual(lines.slice(1))
  expect(told('grid', times[0]! - 1, times[1]! - 1)).toEqual(lines.slice(0, 1))
  expect(told('grid', times[0], times[1])).toEqual(lines.slice(1, 2))
  expect(told('grid', times[2])).toEqual([])
  tell(times[2]! + 1, times[2]! + 1)
  expect(told('grid')).toEqual(lines.slice(1))
  tell(times[2]! + 2 * LOG_MS, times[2]! + 2 * LOG_MS)
  expect(told('grid')).toEqual([])
})

test('keeps the last 100,000 that were told', () => {
  const { note, tell, between } = teller()
  const tellOf = (count: number, heardMs: number) => {
    note(
      entry(
        [],
        Array.from({ length: count }, (_, i) => ({ kind: 'Band', id: `B-${1_000 + i}`, heardMs })),
      ),
    )
    tell(heardMs + 10 * DUE, 7)
  }
  for (let i = 1; i <= 100; i++) tellOf(1_000, i)
  const ends = () => [0, -1].map((i) => between('grid', 0, 7).at(i)).map((each) => `${each?.id} ${each?.heardMs}`)
  expect([between('grid', 0, 7).length, ...ends()]).toEqual([100_000, 'B-1000 1', 'B-1999 100'])
  tellOf(1, 101)
  expect([between('grid', 0, 7).length, ...ends()]).toEqual([100_000, 'B-1001 1', 'B-1000 101'])
})

const happening = fc.record({
  gap: fc.constantFrom(1_000, 20_000, 60_000, 75_000, 200_000),
  what: fc.constantFrom('steps', 'pulse', 'repeat', 'nothing'),
  id: fc.constantFrom('B-1', 'B-2'),
})

property(
  'no role shows an age that is wrong by more than 1.25 intervals, and it is told nothing while it sees as much as the kind promises',
  [fc.array(happening, { maxLength: 30 })],
  (happenings) => {
    const { note, isDue, tell, between } = teller()
    let nowMs = 0
    const heardMs = new Map([
      ['B-1', 0],
      ['B-2', 0],
    ])
    const shown = { grid: new Map(heardMs), care: new Map(heardMs) }
    for (const { gap, what, id } of happenings) {
      nowMs += gap
      if (what !== 'nothing') {
        heardMs.set(id, nowMs)
        if (what === 'repeat') note(entry([], [{ kind: 'Band', id, heardMs: nowMs }]))
        else note(entry([row(nowMs, { [what]: 1 }, id)]))
        if (what === 'steps') shown.grid.set(id, nowMs)
        if (what !== 'repeat') shown.care.set(id, nowMs)
      }
      const isLate = (['grid', 'care'] as const).some((role) =>
        [...shown[role]].some(([each, ms]) => heardMs.get(each)! > ms && nowMs >= ms + DUE),
      )
      expect(isDue(nowMs)).toBe(isLate)
      tell(nowMs, nowMs)
      for (const role of ['grid', 'care'] as const) {
        const due = [...shown[role]].filter(([each, ms]) => heardMs.get(each)! > ms && nowMs >= ms + DUE).map(([each]) => each)
        expect(between(role, nowMs - 1, nowMs)).toEqual(
          due.map((each) => ({ atMs: nowMs, kind: 'Band', id: each, heardMs: heardMs.get(each)! })),
        )
        for (const each of due) shown[role].set(each, heardMs.get(each)!)
      }
      expect(isDue(nowMs)).toBe(false)
    }
  },
)
