import type { AlarmShown } from '@twinmap/core'
import { manhole, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { alarm, help, helping, NOW_MS } from '../../test/fake-twin.ts'
import { alarmRow, alarmRows, FLOOD } from './alarm-rows.ts'

const ZONE = 'Asia/Shanghai'
const kinds = new Map([['Wristband', wristband]])
const ids = (alarms: Parameters<typeof alarmRows>[0]) => alarmRows(alarms, kinds, 'zh', NOW_MS, ZONE).map((row) => row.id)

test('puts the most severe first, then what waits for an operator, then what the server heard last, whatever a device says', () =>
  expect(
    ids([
      alarm('old', { priority: 2, heardMs: 1, lastMs: 9e15 }),
      alarm('acknowledged', { priority: 1, state: 'acknowledged' }),
      alarm('new', { priority: 2, heardMs: 2, lastMs: -1 }),
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
  expect(alarmRow(alarm('a', { rule: 'batteryLow' }), kinds, 'zh', NOW_MS, ZONE)).toMatchObject({
    what: '手环低电',
    whose: '张**',
    open: true,
  }))
test('says the category where rule or disclosure is not known here, also one that is called as what every object has', () => {
  for (const unknown of [{ rule: 'newer' }, { rule: 'constructor' }, { rule: null, as: 'valueOf' }, { kind: 'Silo' }])
    expect(alarmRow(alarm('a', { ...unknown, category: 'health' }), kinds, 'en', NOW_MS, ZONE).what).toBe('Health alarm')
})
test('says a disclosure in the words of its kind, and who goes there and who reported it done, where the role may know', () => {
  const state = (more: Partial<AlarmShown>, locale: 'zh' | 'en' = 'zh') => alarmRow(help('d', more), helping, locale, NOW_MS, ZONE).state
  const li = { by: 'li', atMs: NOW_MS }
  const nobody = { by: '', atMs: NOW_MS }
  expect(alarmRow(help('d'), helping, 'zh', NOW_MS, ZONE)).toMatchObject({
    what: '需要帮助',
    whose: '张**',
    disclosed: true,
    open: true,
    state: '待接手',
  })
  expect(state({ state: 'acknowledged', acknowledged: li })).toBe('li 14:20 接手')
  expect(state({ state: 'acknowledged', acknowledged: li, done: { by: 'wang', atMs: NOW_MS - 60_000 } }, 'en')).toBe(
    'taken by li, 14:20 · reported done by wang, 14:19',
  )
  expect(state({ state: 'acknowledged', acknowledged: nobody, done: nobody })).toBe('14:20 接手 · 14:20 报告完成')
})
test.each([
  ['zh', '14:18 已按下', 'li 14:19 确认', '14:19 确认'],
  ['en', 'pressed 14:18', 'acknowledged by li, 14:19', 'acknowledged 14:19'],
] as const)('says in %s what happened and when, and who acknowledged it, and when', (locale, happened, by, bySomebody) => {
  const row = (more: Partial<AlarmShown> = {}) => alarmRow(alarm('a', more), kinds, locale, NOW_MS, ZONE)
  expect(row()).toMatchObject({ happened, state: { zh: '未确认', en: 'unacknowledged' }[locale] })
  const acknowledged = { by: 'li', atMs: NOW_MS - 60_000 }
  expect(row({ state: 'acknowledged', acknowledged }).state).toBe(by)
  expect(row({ state: 'acknowledged', acknowledged: { ...acknowledged, by: '' } }).state).toBe(bySomebody)
})
test('tells what lasts by its begin, and a press by the last one, with the day where that is another', () => {
  const of = (more: Partial<AlarmShown>) => alarmRow(alarm('a', more), kinds, 'zh', NOW_MS, ZONE).happened
  expect(of({ rule: 'batteryLow', raisedMs: NOW_MS - 3_600_000, lastMs: NOW_MS })).toBe('13:20 起')
  expect(of({ raisedMs: NOW_MS - 3_600_000, lastMs: NOW_MS - 60_000, count: 2 })).toBe('14:19 已按下')
  expect(of({ lastMs: NOW_MS - 24 * 3_600_000 })).toBe('10-17 14:20 已按下')
  expect(of({ rule: 'newer' })).toBe('14:18 起')
})
test('says kind and id of what no layer shows, and the name of the kind where that too is unknown', () => {
  const kept = { entity: 'M-12', name: 'M-12', rule: 'coverMoved', handle: null } as const
  const known = new Map([['Manhole', manhole]])
  expect(alarmRow(alarm('a', { ...kept, kind: 'Manhole' }), known, 'zh', NOW_MS, ZONE)).toMatchObject({
    what: '井盖移位',
    whose: '窨井 M-12',
  })
  expect(alarmRow(alarm('a', { ...kept, kind: 'Silo', category: 'facility' }), known, 'en', NOW_MS, ZONE)).toMatchObject({
    whose: 'Silo M-12',
  })
})
test('is as old as the server heard of it, and lasts since it first did, whatever the device says', () => {
  const odd = alarm('a', { raisedMs: 0, lastMs: 0, enteredMs: NOW_MS - 600_000, heardMs: NOW_MS - 10_000, priority: 2 })
  expect(alarmRow(odd, kinds, 'zh', NOW_MS, ZONE)).toMatchObject({ age: '10 秒', lasts: '10 分' })
})
test('counts the seconds of the most severe alone', () => {
  expect(alarmRow(alarm('a'), kinds, 'zh', NOW_MS, ZONE).age).toBe('1 分 04 秒')
  expect(alarmRow(alarm('a', { priority: 2 }), kinds, 'zh', NOW_MS, ZONE).age).toBe('1 分')
})

const low = (n: number, rest: Parameters<typeof alarm>[1] = {}) =>
  Array.from({ length: n }, (_, i) =>
    alarm(`low-${i}`, { entity: `w-${i}`, rule: 'batteryLow', priority: 4, heardMs: NOW_MS - 1000 * i, ...rest }),
  )
const groups = (alarms: Parameters<typeof alarmRows>[0]) => alarmRows(alarms, kinds, 'zh', NOW_MS, ZONE).map(({ group }) => group)

test('groups the rules of a flood: more than 10 within 10 minutes', () => {
  expect(groups(low(FLOOD.moreThan)).every((group) => group === null)).toBe(true)
  const flooded = groups(low(FLOOD.moreThan + 1))
  expect(flooded).toHaveLength(11)
  expect(new Set(flooded).size).toBe(1)
  expect(flooded[0]).not.toBeNull()
  expect(groups(low(40, { heardMs: NOW_MS - FLOOD.withinMs })).every((group) => group === null)).toBe(true)
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
    ZONE,
  )
  const groupOf = (id: string) => rows.find((row) => row.id === id)!.group
  expect([groupOf('s1'), groupOf('s2'), groupOf('silent')]).toEqual([null, null, null])
  expect(groupOf('low-x')).toBe(groupOf('low-y'))
  expect(groupOf('low-x')).not.toBe(groupOf('low-0'))
})
test('groups the disclosures of a flood apart from rules, and each by its own', () => {
  const of = (as: string, n: number) => Array.from({ length: n }, (_, i) => help(`${as}-${i}`, { priority: 2, as }))
  const flooded = new Map(
    alarmRows([...of('needsHelp', 5), ...of('other', 6)], helping, 'zh', NOW_MS, ZONE).map(({ id, group }) => [id, group]),
  )
  expect([new Set(flooded.values()).size, flooded.get('other-0')]).toEqual([2, flooded.get('other-5')])
})
