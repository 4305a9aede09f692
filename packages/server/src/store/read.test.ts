import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { type EntityState, mergeRecord } from '@twinmap/core/internal/intake/merge'
import { AHEAD_MS } from '@twinmap/core/internal/record/check'
import type { TwinRecord } from '@twinmap/core/internal/record/record'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { openLibsql } from './libsql.ts'
import { MOST_TRANSITIONS } from './read.ts'
import type { Commit } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-read-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const open = () => openLibsql({ file: join(folder, `${++files}.db`), streamId: 's-1' })
const BEGIN = 36_000_000

const alarm = (id: string, more: Partial<KeptAlarm> = {}): KeptAlarm => keptAlarm({ id, kind: 'B', entity: 'B-1', ...more })
const record = (seq: number, t: number, properties: TwinRecord['properties'], boot = 1): TwinRecord => ({
  kind: 'B',
  id: 'B-1',
  boot,
  seq,
  t,
  properties,
})

interface Given {
  readonly records?: readonly TwinRecord[]
  readonly alarms?: readonly KeptAlarm[]
  readonly actions?: Commit['actions']
  readonly entities?: readonly EntityState[]
}
/** Commit n, at the time nowMs. */
const commit = (n: number, nowMs: number, { records = [], alarms = [], actions = [], entities = [] }: Given): Commit => ({
  n,
  nowMs,
  records: records.map((each) => ({ record: each, identity: `${each.boot}.${each.seq}` })),
  entities,
  memories: new Map(),
  alarms,
  actions,
  nextAlarm: n + 1,
  deafUntilMs: 0,
})
const merged = (records: readonly TwinRecord[]) =>
  records.reduce<EntityState | undefined>((state, each) => mergeRecord(state, each, 0), undefined)
const values = (state: EntityState | undefined) =>
  Object.fromEntries(Object.entries(state?.properties ?? {}).map(([name, { value, t }]) => [name, [value, t]]))

test('the state of any time is that of the records up to it, whatever came when and wherever a checkpoint stands', () => {
  const arrival = fc.record({
    /** How long before it came it was seen; negative: its clock is ahead, as far as it may be. */
    lateMs: fc.integer({ min: -AHEAD_MS, max: 5 * AHEAD_MS }),
    waitMs: fc.integer({ min: 0, max: 2 * AHEAD_MS }),
    name: fc.constantFrom('a', 'b'),
    boot: fc.integer({ min: 1, max: 2 }),
    checkpoint: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1, maxLength: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (arrivals, part) => {
      const store = open()
      const all: TwinRecord[] = []
      let nowMs = BEGIN
      for (const [i, { lateMs, waitMs, name, boot, checkpoint }] of arrivals.entries()) {
        nowMs += waitMs
        all.push(record(i, nowMs - lateMs, { [name]: i }, boot))
        store.append(commit(i + 1, nowMs, { records: all.slice(-1), entities: [merged(all)!] }))
        if (checkpoint) store.checkpoint(nowMs, 0)
      }
      const fromMs = Math.round(BEGIN - AHEAD_MS + part * (nowMs - BEGIN + 2 * AHEAD_MS))
      const asked = merged(store.snapshot({ fromMs, toMs: fromMs }).records)
      store.close()
      expect(values(asked)).toEqual(values(merged(all.filter(({ t }) => t <= fromMs))))
    }),
    { numRuns: 40 },
  )
})

test('a clock that is ahead hides nothing behind a checkpoint', () => {
  const store = open()
  const [before, ahead] = [record(1, BEGIN - 5_000, { a: 1 }), record(2, BEGIN + 50_000, { a: 2 })]
  store.append(commit(1, BEGIN, { records: [before, ahead], entities: [merged([before, ahead])!] }))
  store.checkpoint(BEGIN, 0)
  const at = (fromMs: number) => store.snapshot({ fromMs, toMs: fromMs }).records.map(({ properties }) => properties['a'])
  expect([at(BEGIN + 10_000), at(BEGIN + 70_000)]).toEqual([[1], [2]])
  store.close()
})

test('the alarms of a time are those that stood then, of whom was asked', () => {
  const store = open()
  store.append(commit(1, 1_000, { alarms: [alarm('a-1'), alarm('a-2', { entity: 'B-2' })] }))
  store.append(commit(2, 2_000, { alarms: [alarm('a-1', { state: 'acknowledged' })] }))
  store.append(commit(3, 3_000, { alarms: [alarm('a-1', { state: 'normal' })] }))
  const at = (fromMs: number, more: object = {}) =>
    store.snapshot({ fromMs, toMs: fromMs, ...more }).alarms.map(({ id, state }) => `${id} ${state}`)
  expect([at(999), at(1_000), at(2_500)]).toEqual([
    [],
    ['a-1 unacknowledged', 'a-2 unacknowledged'],
    ['a-2 unacknowledged', 'a-1 acknowledged'],
  ])
  expect([at(3_000), at(2_500, { kind: 'B', id: 'B-1' }), at(2_500, { kind: 'C' })]).toEqual([
    ['a-2 unacknowledged'],
    ['a-1 acknowledged'],
    [],
  ])
  const log = (fromMs: number, toMs: number, more: object = {}) =>
    store.alarmLog({ fromMs, toMs, ...more }).map(({ id, state }) => `${id} ${state}`)
  expect(log(1_000, 3_000)).toEqual(['a-1 acknowledged', 'a-1 normal'])
  expect(log(0, 2_999, { kind: 'B', id: 'B-2' })).toEqual(['a-2 unacknowledged'])
  expect([store.alarm('a-1')?.state, store.alarm('a-3')]).toEqual(['normal', null])
  expect(store.load(0).standing.map(({ id }) => id)).toEqual(['a-2'])
  store.close()
})

test('of too many transitions the first come, as docs/formats/wire.md says', () => {
  const store = open()
  const many = Array.from({ length: MOST_TRANSITIONS + 1 }, (_, i) => alarm('a-1', { count: i + 1 }))
  store.append(commit(1, 1_000, { alarms: many }))
  const log = store.alarmLog({ fromMs: 0, toMs: 2_000 })
  expect([log.length, log.at(-1)?.count]).toEqual([MOST_TRANSITIONS, MOST_TRANSITIONS])
  store.close()
  const wire = readFileSync(new URL('../../../../docs/formats/wire.md', import.meta.url), 'utf8').replaceAll('\n', ' ')
  expect(wire).toContain(`more than ${MOST_TRANSITIONS.toLocaleString('en')} alarm transitions the first`)
})

test('who did what a key asked is told only where it had an effect', () => {
  const store = open()
  const action = (key: string, effective: boolean) => ({
    key,
    alarm: 'a-1',
    by: `${key}-name`,
    effective,
    answer: { key, state: 'pending' } as const,
  })
  store.append(commit(1, 1_000, { actions: [action('k-1', true), action('k-2', false)] }))
  expect(['k-1', 'k-2', 'k-3'].map(store.actionBy)).toEqual(['k-1-name', null, null])
  store.close()
})

test('the log of a start has records and transitions of each commit together, from the time that was asked', () => {
  const store = open()
  store.append(commit(1, 1_000, { records: [record(1, 1, { a: 1 })] }))
  store.append(commit(2, 2_000, { alarms: [alarm('a-1')] }))
  store.append(commit(3, 3_000, { records: [record(2, 2, { a: 2 }), record(3, 3, { a: 3 })], alarms: [alarm('a-1', { count: 2 })] }))
  const log = (fromMs: number) =>
    store.load(fromMs).log.map((e) => [e.n, e.nowMs, e.records.map((r) => r.seq), e.alarms.map((a) => a.count)])
  expect(log(1_500)).toEqual([
    [2, 2_000, [], [1]],
    [3, 3_000, [2, 3], [2]],
  ])
  expect([log(0).length, log(3_001)]).toEqual([3, []])
  store.close()
})
