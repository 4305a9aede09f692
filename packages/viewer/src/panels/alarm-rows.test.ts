import { wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { alarm, NOW_MS } from '../../test/fake-twin.ts'
import { alarmRow, alarmRows } from './alarm-rows.ts'

const kinds = new Map([['Wristband', wristband]])
const ids = (alarms: Parameters<typeof alarmRows>[0]) => alarmRows(alarms, kinds, 'zh', NOW_MS).map((row) => row.id)

test('puts the most severe first, then what waits for an operator, then the newest', () =>
  expect(
    ids([
      alarm('old', { priority: 2, lastMs: 1 }),
      alarm('acknowledged', { priority: 1, state: 'acknowledged' }),
      alarm('new', { priority: 2, lastMs: 2 }),
      alarm('sos', { priority: 1 }),
    ]),
  ).toEqual(['sos', 'acknowledged', 'new', 'old']))
test('keeps what came back to normal unacknowledged, and drops what ended or is shelved', () =>
  expect(
    ids([
      alarm('returned', { state: 'returned-unacknowledged' }),
      alarm('ended', { state: 'normal' }),
      alarm('shelved', { state: 'shelved' }),
    ]),
  ).toEqual(['returned']))
test('says the rule in the words of its kind', () =>
  expect(alarmRow(alarm('a', { rule: 'batteryLow' }), kinds, 'zh', NOW_MS)).toMatchObject({ what: '手环低电', whose: '张**', open: true }))
test('says the category where the rule is hidden from the role', () =>
  expect(alarmRow(alarm('a', { kind: null, rule: null, entity: null, name: null, category: 'health' }), kinds, 'en', NOW_MS)).toMatchObject(
    { what: 'Health alarm', whose: null },
  ))
test('counts the seconds of the most severe alone', () => {
  expect(alarmRow(alarm('a'), kinds, 'zh', NOW_MS).age).toBe('1 分 04 秒')
  expect(alarmRow(alarm('a', { priority: 2 }), kinds, 'zh', NOW_MS).age).toBe('1 分')
})
