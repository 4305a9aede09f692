import { expect, test } from 'vitest'
import type { LogEntry } from '../store/store.ts'
import { createKeptLog, LOG_MS } from './kept-log.ts'

const entry = (n: number, nowMs: number, records = 1): LogEntry => ({ n, nowMs, records: new Array(records), alarms: [] })
const numbers = (entries: readonly LogEntry[] | null) => entries?.map((e) => e.n) ?? null

test('gives what came after a commit, and nothing for who is in step', () => {
  const log = createKeptLog()
  log.begin([], 4)
  for (const n of [5, 6, 7]) log.add(entry(n, n))
  expect(numbers(log.since(4))).toEqual([5, 6, 7])
  expect(numbers(log.since(6))).toEqual([7])
  expect(numbers(log.since(7))).toEqual([])
})

test('says that it does not reach so far back, or that a number never was', () => {
  const log = createKeptLog()
  log.begin([entry(5, 5), entry(7, 7)], 8)
  expect(log.since(3)).toBeNull()
  expect(numbers(log.since(4))).toEqual([5, 7])
  expect(log.since(9)).toBeNull()
})

test('forgets what is older than ten minutes', () => {
  const log = createKeptLog()
  log.begin([], 0)
  for (let n = 1; n <= 128; n++) log.add(entry(n, n * 10_000))
  expect(log.since(128 - LOG_MS / 10_000 - 2)).toBeNull()
  expect(log.since(128 - LOG_MS / 10_000 - 1)?.length).toBe(LOG_MS / 10_000 + 1)
})

test('forgets the oldest when too many records came', () => {
  const log = createKeptLog()
  log.begin([], 0)
  for (let n = 1; n <= 60; n++) log.add(entry(n, 1, 5_000))
  expect(log.since(0)).toBeNull()
  expect(log.since(59)?.length).toBe(1)
})
