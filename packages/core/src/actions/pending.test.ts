import { expect, test } from 'vitest'
import { alarmKey, type HeardAlarm } from '../live/standing.ts'
import { beginPending, createPending, failPending, keepPending, nextPendingMs, settlePending } from './pending.ts'

const action = { feed: 'town', key: 'k1', type: 'acknowledge', alarm: 'a', count: 1 } as const
const alarm = (more: Partial<HeardAlarm>) => ({ feed: 'town', id: 'a', state: 'unacknowledged', count: 1, ...more }) as HeardAlarm
const key = alarmKey({ feed: 'town', id: 'a' })
const pressed = () => {
  const pending = createPending()
  beginPending(pending, action, 1000)
  return pending
}

test.each<[string, Partial<HeardAlarm>, boolean]>([
  ['the feed repeats it unacknowledged', {}, true],
  ['it is acknowledged, by whoever', { state: 'acknowledged', acknowledged: { by: 'somebody else', atMs: 1 } }, false],
  ['it ended', { state: 'normal' }, false],
  ['its condition is over, but nobody has acknowledged', { state: 'returned-unacknowledged' }, true],
  ['another feed ends an alarm of the same number', { feed: 'second', state: 'normal' }, true],
  ['it grew, so the operator must look again', { count: 2 }, false],
])('when %s', (_, more, waits) => {
  const pending = pressed()
  settlePending(pending, alarm(more))
  expect(pending.has(key)).toBe(waits)
})

const disclosed = (more: Partial<HeardAlarm>) => alarm({ rule: null, as: 'needsHelp', acknowledged: null, done: null, ...more })
const by = { by: 'li', atMs: 1 }
test.each<['take' | 'done' | 'withdraw', string, Partial<HeardAlarm>, boolean]>([
  ['take', 'nothing is shown', {}, true],
  ['take', 'it is taken, by whoever', { state: 'acknowledged', acknowledged: by }, false],
  ['take', 'it ended', { state: 'normal' }, false],
  ['done', 'it is taken', { state: 'acknowledged', acknowledged: by }, true],
  ['done', 'it is reported done', { state: 'acknowledged', acknowledged: by, done: by }, false],
  ['withdraw', 'it is reported done', { state: 'acknowledged', acknowledged: by, done: by }, true],
  ['withdraw', 'it is gone', { state: 'normal' }, false],
])('%s, when %s', (type, _, more, waits) => {
  const pending = createPending()
  beginPending(pending, { feed: 'town', key: 'k1', type, alarm: 'a' }, 1000)
  settlePending(pending, disclosed(more))
  expect(pending.has(key)).toBe(waits)
})

test('a refusal ends the wait of its own key alone', () => {
  const pending = pressed()
  failPending(pending, { ...action, key: 'k0' })
  failPending(pending, { ...action, feed: 'second' })
  expect(pending.size).toBe(1)
  failPending(pending, action)
  expect(pending.size).toBe(0)
})

test('ends where a snapshot has no such alarm, and after 30 s', () => {
  const standing = new Map([[key, alarm({})]])
  const pending = pressed()
  expect(nextPendingMs(pending)).toBe(31_000)
  expect([keepPending(pending, standing, 30_999), keepPending(pending, standing, 31_000)]).toEqual([false, true])
  expect([keepPending(pressed(), new Map(), 1000), nextPendingMs(pending)]).toEqual([true, Number.POSITIVE_INFINITY])
})
