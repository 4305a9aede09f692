import type { AlarmShown } from '@twinmap/core'
import { manhole, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { alarm, help, helping, NOW_MS } from '../../test/fake-twin.ts'
import { alarmRow, alarmRows, FLOOD } from './alarm-rows.ts'

const kinds = new Map([['Wristband', wristband]])
const ids = (alarms: Parameters<typeof alarmRows>[0]) => alarmRows(alarms, kinds, 'zh', NOW_MS).map((row) => row.id)

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
  expect(alarmRow(alarm('a', { rule: 'batteryLow' }), kinds, 'zh', NOW_MS)).toMatchObject({ what: '手环低电', whose: '张**', open: true }))
test('says the category where rule or disclosure is not known here, also one that is called as what every object has', () => {
  for (const unknown of [{ rule: 'newer' }, { rule: 'constructor' }, { rule: null, as: 'valueOf' }, { kind: 'Silo' }])
    expect(alarmRow(alarm('a', { ...unknown, category: 'health' }), kinds, 'en', NOW_MS).what).toBe('Health alarm')
})
test('says a disclosure in the words of its kind, and who goes there and who reported it done, where the role may know', () => {
  const state = (more: Partial<AlarmShown>, locale: 'zh' | 'en' = 'zh') => alarmRow(help('d', more), helping, locale, NOW_MS).state
  const li = { by: 'li', atMs: NOW_MS }
  const nobody = { by: '', atMs: NOW_MS }
  expect(alarmRow(help('d'), helping, 'zh', NOW_MS)).toMatchObject({
    what: '需要帮助',
    whose: '张**',
    disclosed: true,
    open: true,
    state: '待接手',
  })
  expect(state({ state: 'acknowledged', acknowledged: li })).toBe('li 已接手')
  expect(state({ state: 'acknowledged', acknowledged: li, done: { by: 'wang', atMs: 1 } }, 'en')).toBe(
    'taken by li · reported done by wang',
  )
  expect(state({ state: 'acknowledged', acknowledged: nobody, done: nobody })).toBe('已接手 · 已报告完成')
})
test('says kind and id of what no layer shows, and the name of the kind where that too is unknown', () => {
  const kept = { entity: 'M-12', name: 'M-12', rule: 'coverMoved', handle: null } as const
  const known = new Map([['Manhole', manhole]])
  expect(alarmRow(alarm('a', { ...kept, kind: 'Manhole' }), known, 'zh', NOW_MS)).toMatchObject({ what: '井盖移位', whose: '窨井 M-12' })
  expect(alarmRow(alarm('a', { ...kept, kind: 'Silo', category: 'facility' }), known, 'en', NOW_MS)).toMatchObject({ whose: 'Silo M-12' })
})
test('is as old as the server heard of it, and lasts since it first did, whatever the device says', () => {
  const odd = alarm('a', { raisedMs: 0, lastMs: 0, enteredMs: NOW_MS - 600_000, heardMs: NOW_MS - 10_000, priority: 2 })
  expect(alarmRow(odd, kinds, 'zh', NOW_MS)).toMatchObject({ age: '10 秒', lasts: '10 分' })
})
test('counts the seconds of the most severe alone', () => {
  expect(alarmRow(alarm('a'), kinds, 'zh', NOW_MS).age).toBe('1 分 04 秒')
  expect(alarmRow(alarm('a', { priority: 2 }), kinds, 'zh', NOW_MS).age).toBe('1 分')
})

const low = (n: number, rest: Parameters<typeof alarm>[1] = {}) =>
  Array.from({ length: n }, (_, i) =>
    alarm(`low-${i}`, { entity: `w-${i}`, rule: 'batteryLow', priority: 4, heardMs: NOW_MS - 1000 * i, ...rest }),
  )
const groups = (alarms: Parameters<typeof alarmRows>[0]) => alarmRows(alarms, kinds, 'zh', NOW_MS).map(({ group }) => group)

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
  )
  const groupOf = (id: string) => rows.find((row) => row.id === id)!.group
  expect([groupOf('s1'), groupOf('s2'), groupOf('silent')]).toEqual([null, null, null])
  expect(groupOf('low-x')).toBe(groupOf('low-y'))
  expect(groupOf('low-x')).not.toBe(groupOf('low-0'))
})
test('groups the disclosures of a flood apart from rules, and each by its own', () => {
  const of = (as: string, n: number) => Array.from({ length: n }, (_, i) => help(`${as}-${i}`, { priority: 2, as }))
  const flooded = new Map(alarmRows([...of('needsHelp', 5), ...of('other', 6)], helping, 'zh', NOW_MS).map(({ id, group }) => [id, group]))
  expect([new Set(flooded.values()).size, flooded.get('other-0')]).toEqual([2, flooded.get('other-5')])
})
