import { manhole, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { alarm, NOW_MS } from '../../test/fake-twin.ts'
import { alarmRow, alarmRows, FLOOD } from './alarm-rows.ts'

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
test('says kind and id of what no layer shows, and the name of the kind where that too is unknown', () => {
  const kept = { entity: 'M-12', name: 'M-12', rule: 'coverMoved', handle: null } as const
  const known = new Map([['Manhole', manhole]])
  expect(alarmRow(alarm('a', { ...kept, kind: 'Manhole' }), known, 'zh', NOW_MS)).toMatchObject({ what: '井盖移位', whose: '窨井 M-12' })
  expect(alarmRow(alarm('a', { ...kept, kind: 'Silo', category: 'facility' }), known, 'en', NOW_MS)).toMatchObject({ whose: 'Silo M-12' })
})
test('counts the seconds of the most severe alone', () => {
  expect(alarmRow(alarm('a'), kinds, 'zh', NOW_MS).age).toBe('1 分 04 秒')
  expect(alarmRow(alarm('a', { priority: 2 }), kinds, 'zh', NOW_MS).age).toBe('1 分')
})

const low = (n: number, rest: Parameters<typeof alarm>[1] = {}) =>
  Array.from({ length: n }, (_, i) =>
    alarm(`low-${i}`, { entity: `w-${i}`, rule: 'batteryLow', priority: 4, lastMs: NOW_MS - 1000 * i, ...rest }),
  )
const groups = (alarms: Parameters<typeof alarmRows>[0]) => alarmRows(alarms, kinds, 'zh', NOW_MS).map(({ group }) => group)

test('groups the rules of a flood: more than 10 within 10 minutes', () => {
  expect(groups(low(FLOOD.moreThan)).every((group) => group === null)).toBe(true)
  const flooded = groups(low(FLOOD.moreThan + 1))
  expect(flooded).toHaveLength(11)
  expect(new Set(flooded).size).toBe(1)
  expect(flooded[0]).not.toBeNull()
  expect(groups(low(40, { lastMs: NOW_MS - FLOOD.withinMs })).every((group) => group === null)).toBe(true)
  expect(groups(low(40, { state: 'normal' }))).toEqual([])
})
test('groups each rule and priority apart, and never what is most severe or alone', () => {
  const rows = alarmRows(
    [
      ...low(9),
      alarm('s1'),
      alarm('s2'),
      alarm('silent', { rule: 'silent', priority: 3 }),
      alarm('low-x', { rule: 'batteryLow', priority: 3 }),
      alarm('low-y', { rule: 'batteryLow', priority: 3 }),
    ],
    kinds,
    'zh',
    NOW_MS,
  )
  const groupOf = (id: string) => rows.find((row) => row.id === id)!.group
  expect([groupOf('s1'), groupOf('s2'), groupOf('silent')]).toEqual([null, null, null])
  expect(groupOf('low-x')).toBe(groupOf('low-y'))
  expect(groupOf('low-x')).not.toBe(groupOf('low-0'))
})
