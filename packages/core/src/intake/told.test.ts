import { expect, test } from 'vitest'
import type { SourceRecord } from '../record/record.ts'
import type { TimeBasis } from './device-clock.ts'
import { toldOfClock, toldOfNumbers } from './told.ts'

const NOW = 1_764_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const record = (t: number | null): SourceRecord => ({ kind: 'Band', id: 'B-1', boot: 1, seq: 7, t, sentAtMs: null, properties: {} })
const clock = (t: number | null, basis: TimeBasis, offMs: number | null) => toldOfClock(record(t), { basis, offMs, receivedMs: NOW })

test('a clock that is right is told nothing', () => {
  expect([clock(NOW, 'taken', null), clock(NOW, 'trusted', null), clock(null, 'receipt', null)]).toEqual([null, null, null])
})

test('a clock that is off and corrected is told by how much', () => {
  expect(clock(NOW - HOUR, 'trusted', -HOUR)).toEqual({
    code: 'time-behind',
    message: "Band B-1: the device's clock is 60 min behind; its times are corrected by that; set the clock",
  })
  expect(clock(NOW + HOUR, 'trusted', HOUR)).toEqual({
    code: 'time-ahead',
    message: "Band B-1: the device's clock is 60 min ahead; its times are corrected by that; set the clock",
  })
  expect(clock(null, 'receipt', -HOUR)?.message).toBe(
    "Band B-1: the device's clock is 60 min behind; its times are corrected by that; set the clock",
  )
})

test('a t that is not believed is told by its own distance from the receipt, whatever the clock says', () => {
  for (const offMs of [null, HOUR, -5 * HOUR])
    expect(clock(NOW - 2 * HOUR, 'receipt', offMs)).toEqual({
      code: 'time-behind',
      message: `Band B-1: t ${NOW - 2 * HOUR} is 2 h behind; the time of receipt stands in its place; set the clock of the device`,
    })
  expect(clock(NOW + HOUR, 'receipt', null)?.code).toBe('time-ahead')
})

test('a t within 60 s of the receipt is near enough, though it is not believed', () => {
  expect([clock(NOW - 59_999, 'receipt', null), clock(NOW + 59_999, 'receipt', null)]).toEqual([null, null])
  expect([clock(NOW - 60_000, 'receipt', null)?.code, clock(NOW + 60_000, 'receipt', null)?.code]).toEqual(['time-behind', 'time-ahead'])
})

test('a distance is told in minutes under two hours, in hours under two days, in days from there', () => {
  const told = (ms: number) => clock(NOW - ms, 'receipt', -ms)?.message.match(/is (.*) behind/)?.[1]
  expect([told(90_000), told(119.4 * MINUTE), told(120 * MINUTE), told(47.9 * HOUR), told(48 * HOUR), told(1_024 * 7 * 24 * HOUR)]).toEqual(
    ['2 min', '119 min', '2 h', '48 h', '2 days', '7168 days'],
  )
})

test('seconds for milliseconds are named, and nothing else is taken for seconds', () => {
  const hints = (t: number) => clock(t, 'receipt', t - NOW)?.message.includes('t looks like seconds, send milliseconds')
  const of2000 = Date.UTC(2000, 0, 1) / 1_000
  expect([of2000 - 1, of2000, NOW / 1_000, (NOW * 1.1) / 1_000, (NOW * 1.1) / 1_000 + 1].map(hints)).toEqual([
    false,
    true,
    true,
    true,
    false,
  ])
  expect([0, NOW - HOUR, NOW * 1_000].map(hints)).toEqual([false, false, false])
})

test('numbers are told with what the device should do', () => {
  const told = (['boot-fell', 'boot-lost', 'sequence-reused', 'crowded'] as const).map((what) => toldOfNumbers(record(NOW), what))
  expect(told.map(({ code }) => code)).toEqual(['boot-fell', 'boot-fell', 'sequence-reused', 'sequence-reused'])
  expect(told.map(({ message }) => message)).toEqual([
    'Band B-1: boot 1, seq 7 is below what the device counted before; the record is kept as new; let boot grow with each start',
    'Band B-1: seq 7 comes without boot, which the device sent before; the record is ordered by its time; send both',
    'Band B-1: boot 1, seq 7 was used before for something else; the record is kept as new; let boot grow with each start, seq with each record',
    'Band B-1: boot 1, seq 7 was used before, and that again and again: two devices may share this id; they are ordered as they are received; give each its own id',
  ])
})
