import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { mergeRecord } from '@twinmap/core/internal/intake/merge'
import { afterAll, expect, test } from 'vitest'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { openLibsql, openLibsqlReader } from './libsql.ts'
import type { Commit } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-store-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const open = (insideTransaction?: () => void, file = join(folder, `${++files}.db`)) => ({
  file,
  store: openLibsql({ file, streamId: 's-1', ...(insideTransaction && { insideTransaction }) }),
})
const commit = (n: number, ...seqs: number[]): Commit => {
  const records = seqs.map((seq) => ({
    record: { kind: 'B', id: 'B-1', boot: 1, seq, t: seq * 1_000, properties: { p: seq } },
    identity: `1.${seq}`,
  }))
  return {
    n,
    nowMs: n * 1_000,
    records,
    entities: records.map(({ record }) => mergeRecord(undefined, record, n)),
    memories: new Map([['B\0B-1\0r', { type: 'silent', raised: false }]]),
    alarms: [],
    actions: [],
    nextAlarm: n + 1,
    deafUntilMs: 0,
  }
}

test('gives back what was committed, after it was closed and opened again', () => {
  const { store, file } = open()
  store.append(commit(1, 1, 2))
  store.append(commit(2, 3))
  const before = store.load(0)
  store.close()
  const again = openLibsql({ file, streamId: 'another' })
  expect(again.load(0)).toEqual(before)
  expect(before).toMatchObject({ streamId: 's-1', n: 2, nextAlarm: 3, log: [{ n: 1 }, { n: 2 }] })
  expect(before.entities).toMatchObject([{ properties: { p: { value: 3 } } }])
  expect(again.load(2_000).log.map((e) => e.n)).toEqual([2])
  again.close()
})

test('keeps nothing of a commit that fails', () => {
  const { store } = open()
  store.append(commit(1, 1))
  expect(() => store.append(commit(2, 2, 1))).toThrow('the commit failed, nothing of it was kept')
  expect(store.load(0)).toMatchObject({ n: 1, log: [{ n: 1 }] })
  expect(
    store.known([
      ['B', 'B-1', '1.1'],
      ['B', 'B-1', '1.2'],
    ]),
  ).toEqual([['B', 'B-1', '1.1']])
  store.append(commit(2, 2))
  store.close()
})

test('is on the disk for a reader only after the commit', () => {
  let peeked = 0
  const { store, file } = open(() => {
    const reader = openLibsqlReader(file)
    peeked = reader.track({ fromMs: -1, toMs: 1e15 }, null).records.length
    reader.close()
  })
  store.append(commit(1, 1))
  expect(peeked).toBe(0)
  const reader = openLibsqlReader(file)
  expect(reader.track({ fromMs: -1, toMs: 1e15 }, null).records.length).toBe(1)
  reader.close()
  store.close()
})

test('writes to the disk before it answers: WAL, synchronous FULL', () => {
  const { store, file } = open()
  store.append(commit(1, 1))
  expect(store.modes()).toEqual({ journal: 'wal', synchronous: 2 })
  store.close()
  expect(file).toMatch(/db$/)
})

test('a track of many pages has each record once, by its own time', () => {
  const { store } = open()
  store.append(commit(1, ...Array.from({ length: 2_500 }, (_, i) => (i * 7) % 2_500)))
  const seqs: number[] = []
  let after = null
  do {
    const page = store.track({ fromMs: 0, toMs: 1e15, kind: 'B', id: 'B-1' }, after)
    seqs.push(...page.records.map((r) => r.seq!))
    after = page.next
  } while (after !== null)
  expect(seqs).toEqual(Array.from({ length: 2_499 }, (_, i) => i + 1))
  store.close()
})

const alarm = (id: string, state: KeptAlarm['state'], enteredMs: number): KeptAlarm =>
  keptAlarm({
    id,
    kind: 'B',
    entity: 'B-1',
    rule: 'r',
    state,
    raisedMs: enteredMs,
    lastMs: enteredMs,
    enteredMs,
    acknowledged: { by: 'li', atMs: enteredMs },
    sinceMs: enteredMs,
  })

test('a checkpoint forgets alarms that ended too long ago, with their actions; what stands, ended since, or was audited stays', () => {
  const { store } = open()
  const act = (alarmId: string) =>
    ({ key: `key-${alarmId}`, alarm: alarmId, by: 'li', effective: true, answer: { key: 'k', state: 'pending' } }) as const
  const at = (n: number, alarms: KeptAlarm[], ...acted: string[]): void =>
    store.append({ ...commit(n, n), alarms, actions: acted.map(act) })
  at(
    1,
    ['old', 'stands', 'late'].map((id) => alarm(id, 'unacknowledged', 1_000)),
    'old',
    'stands',
    'late',
  )
  at(2, [alarm('old', 'normal', 1_000)])
  store.audit({ atMs: 1_000, who: 'li', role: 'care', what: 'live', kinds: ['B'], subject: null })
  at(9, [alarm('late', 'normal', 1_000)])
  store.checkpoint(10_000, 5_000)
  const kept = (id: string) => [store.alarm(id)?.state ?? null, store.actionBy(`key-${id}`)]
  expect(kept('old')).toEqual([null, null])
  expect(kept('stands')).toEqual(['unacknowledged', 'li'])
  expect(kept('late')[0]).toBe('normal')
  expect(store.load(0).standing.map(({ id }) => id)).toEqual(['stands'])
  expect(store.audited()).toHaveLength(1)
  // Once nothing of it is in the history any more, it is gone altogether.
  store.checkpoint(20_000, 10_000)
  expect([kept('late'), kept('stands')]).toEqual([
    [null, null],
    ['unacknowledged', 'li'],
  ])
  store.close()
})

test('a checkpoint forgets what is too old, and the state stays', () => {
  const { store } = open()
  store.append(commit(1, 1, 2, 3))
  store.checkpoint(10_000, 3_000)
  expect(store.track({ fromMs: -1, toMs: 1e15 }, null).records.map((r) => r.seq)).toEqual([3])
  expect(store.snapshot({ fromMs: 20_000, toMs: 20_000 }).records).toMatchObject([{ properties: { p: 3 } }])
  store.close()
})
