import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogEntry } from '../store/store.ts'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { createKeptLog, LOG_MS, MOST_ROWS } from './kept-log.ts'

const row = { kind: 'Wristband', id: 'W-1', t: 1, heardMs: 1, properties: {} }
const entry = (atMs: number, rows = 1, more: Partial<LogEntry> = {}): LogEntry => ({
  n: atMs,
  atMs,
  rows: new Array(rows).fill(row),
  heard: [],
  alarms: [],
  disclosures: [],
  ...more,
})
const times = (entries: readonly LogEntry[] | null) => entries?.map(({ atMs }) => atMs) ?? null
const LATE = Number.MAX_SAFE_INTEGER

test('gives what came after a time and up to another, and nothing to who is in step', () => {
  const log = createKeptLog()
  log.begin([], 40)
  for (const atMs of [50, 61, 75]) log.add(entry(atMs))
  expect(times(log.between(40, LATE))).toEqual([50, 61, 75])
  expect(times(log.between(50, 74))).toEqual([61])
  expect(times(log.between(49, 61))).toEqual([50, 61])
  expect(times(log.between(75, LATE))).toEqual([])
  expect(times(log.between(900, LATE))).toEqual([])
})

test('says that it does not reach so far back', () => {
  const log = createKeptLog()
  log.begin([entry(50), entry(70)], 80)
  expect(log.between(48, LATE)).toBeNull()
  expect(times(log.between(49, LATE))).toEqual([50, 70])
  log.begin([], 80)
  expect([log.between(79, LATE), log.between(80, LATE)]).toEqual([null, []])
})

test('forgets what is older than ten minutes', () => {
  const log = createKeptLog()
  log.begin([], 0)
  for (let i = 1; i <= 128; i++) log.add(entry(i * 10_000))
  const lastMs = 1_280_000
  expect(log.between(lastMs - LOG_MS - 10_001, LATE)).toBeNull()
  expect(log.between(lastMs - LOG_MS - 10_000, LATE)?.length).toBe(LOG_MS / 10_000 + 1)
})

test('counts rows, alarms and disclosures, and forgets the oldest commits where they are too many', () => {
  const log = createKeptLog()
  log.begin([], 0)
  log.add(entry(1, 0, { alarms: [keptAlarm(), keptAlarm()], disclosures: [{} as LogEntry['disclosures'][number]] }))
  expect(log.rows()).toBe(3)
  for (let i = 2; i <= 101; i++) log.add(entry(i, MOST_ROWS / 100))
  expect(log.rows()).toBe(MOST_ROWS)
  expect([log.between(0, LATE), log.between(1, LATE)?.length]).toEqual([null, 100])
  log.add(entry(102))
  expect([log.between(1, LATE), log.between(2, LATE)?.length]).toEqual([null, 100])
})

test('a commit that is larger than the log leaves an empty one, which knows that it is', () => {
  const log = createKeptLog()
  log.begin([], 0)
  log.add(entry(1))
  log.add(entry(2, MOST_ROWS + 1))
  expect([log.rows(), log.between(1, LATE), log.between(2, LATE)]).toEqual([0, null, []])
  log.add(entry(3))
  expect(times(log.between(2, LATE))).toEqual([3])
})

test('keeps no commit that tells nothing', () => {
  const log = createKeptLog()
  log.begin([], 0)
  log.add(entry(1, 0, { heard: [{ kind: 'Wristband', id: 'W-1', heardMs: 1 }] }))
  log.add(entry(2, 1, { heard: [{ kind: 'Wristband', id: 'W-2', heardMs: 2 }] }))
  expect(log.between(0, LATE)).toEqual([entry(2)])
})

test('for any two times it gives just the commits between them, or says that it may lack one', () => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), fc.integer({ min: 0, max: 40_000 })), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(gaps, fc.nat({ max: 40 }), fc.nat(), fc.nat(), (commits, loaded, a, b) => {
      let atMs = 0
      const all = commits.map(([gapMs, rows]) => entry((atMs += gapMs), rows))
      const log = createKeptLog()
      log.begin(all.slice(0, loaded), loaded === 0 ? 0 : (all[Math.min(loaded, all.length) - 1]?.atMs ?? 0))
      for (const each of all.slice(loaded)) log.add(each)
      const [afterMs, toMs] = [a % (atMs + 2), b % (atMs + 2)].sort((x, y) => x - y) as [number, number]
      const told = all.filter((each) => each.rows.length > 0)
      const right = told.filter((each) => each.atMs > afterMs && each.atMs <= toMs)
      const given = log.between(afterMs, toMs)
      if (given !== null) expect(times(given)).toEqual(times(right))
      else {
        // It may only refuse where it was begun later, or was made to forget by its bounds.
        const since = told.filter((each) => each.atMs > afterMs)
        const rows = since.reduce((sum, each) => sum + each.rows.length, 0)
        expect(loaded > 0 || rows > MOST_ROWS || since[0]!.atMs < told.at(-1)!.atMs - LOG_MS).toBe(true)
      }
      expect(log.rows()).toBeLessThanOrEqual(MOST_ROWS)
    }),
    { numRuns: 300 },
  )
})
