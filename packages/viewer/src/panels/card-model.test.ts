import type { AlarmShown } from '@twinmap/core'
import { defineKind } from '@twinmap/core/kind'
import { wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { alarm, help, helping, NOW_MS, person } from '../../test/fake-twin.ts'
import { alarmCard, entityCard } from './card-model.ts'

const manhole = defineKind({
  kind: 'Manhole',
  label: { zh: '窨井', en: 'Manhole' },
  fields: { waterLevel: { type: 'quantity', label: { zh: '水位', en: 'Water level' }, unit: 'm', range: [0, 6], digits: 2 } },
  symbol: { shape: 'square', glyph: 'manhole' },
  alarms: {
    flooding: {
      when: { op: 'above', field: 'waterLevel', limit: 4.5, deadband: 0.3 },
      priority: 2,
      category: 'facility',
      text: { zh: '水位过高', en: 'Water level high' },
    },
  },
  card: ['waterLevel'],
})
const context = {
  kinds: new Map([wristband, manhole].map((k) => [k.kind, k])),
  locale: 'zh',
  nowMs: NOW_MS,
  timeZone: 'Asia/Shanghai',
} as const
const row = (label: string, described = person(), more = {}) =>
  entityCard(described, { ...context, ...more }).rows.find((r) => r.label === label)

test('shows the masked name, the kind and the age', () =>
  expect(entityCard(person(), context)).toMatchObject({ title: '张**', sub: '人员手环 · 24 秒前', priority: null }))
test('gives each value its unit', () => expect(row('心率')!.value).toBe('96 次/分'))
test('tells when a value was measured that is older than the last word', () => {
  expect(row('收缩压')!.note).toBe('09:20')
  expect(row('心率')!.note).toBe('')
})
test('shows no row for what the role may not see, and a dash for what it may and is not known', () => {
  const blind = person({ fields: [] })
  expect(row('心率', blind)).toBeUndefined()
  expect(row('电量', blind)!.value).toBe('—')
})
test('of a thing that only an inventory tells of shows what that tells, and no dashes', () => {
  const listed = person({ heardMs: null, fields: [{ field: 'steps', value: 12, tMs: null }] })
  expect(entityCard(listed, context).rows.map(({ label }) => label)).toEqual(['步数'])
})
test('marks the field that is the reason of an alarm, with its limit', () => {
  const flooded = person({
    kind: 'Manhole',
    fields: [{ field: 'waterLevel', value: 4.8, tMs: NOW_MS }],
    alarms: [alarm('a', { kind: 'Manhole', rule: 'flooding', priority: 2 })],
  })
  expect(row('水位', flooded)).toEqual({ label: '水位', value: '4.80 m', note: '限 ≤ 4.50 m', priority: 2 })
})
test('a press that stands and a button that is let go are both told, and both are true', () => {
  const released = person({ fields: [{ field: 'sos', value: 'released', tMs: NOW_MS }], alarms: [alarm('a', { escalated: true })] })
  const card = entityCard(released, context)
  expect([card.alarms[0]!.happened, row('求助', released)]).toEqual([
    '14:18 已按下',
    { label: '求助', value: '现在：未按', note: '', priority: null },
  ])
  expect(row('求助', person({ ...released, alarms: [] }))!.value).toBe('未按')
  expect(row('求助', person({ alarms: [alarm('a')] }))).toMatchObject({ value: '已按下', priority: 1 })
})
test('marks no field that is within its limit, though an alarm reads it', () => {
  const high = person({
    fields: [
      { field: 'systolic', value: 120, tMs: NOW_MS },
      { field: 'diastolic', value: 101, tMs: NOW_MS },
    ],
    alarms: [alarm('a', { rule: 'bloodPressureHigh', priority: 2 })],
  })
  expect(row('收缩压', high)!.priority).toBeNull()
  expect(row('舒张压', high)!.priority).toBe(2)
})
test('says that old data is stale', () =>
  expect(entityCard(person({ freshness: 'stale', heardMs: NOW_MS - 30 * 60_000 }), context)).toMatchObject({
    stale: true,
    sub: '人员手环 · 30 分 00 秒前 · 数据已过期',
  }))
test.each([
  ['zh', -3_600_000, '人员手环 · 24 秒前 · 设备时钟慢 1 小时'],
  ['en', 3_600_000, 'Wristband · 24 s ago · device clock 1 h fast'],
] as const)('says in %s that the clock of its device is off, and by how much', (locale, clockOffMs, sub) =>
  expect(entityCard(person({ clockOffMs }), { ...context, locale }).sub).toBe(sub),
)
test('makes a card of an alarm whose thing no layer shows, with place, severity, and when the server heard it', () => {
  const card = alarmCard(alarm('a', { kind: 'Silo', entity: 'S-1', rule: 'full', name: 'S-1', handle: null, lastMs: 0 }), [], context)
  expect(card).toMatchObject({ title: 'Silo S-1', sub: '红色 1 级 · 1 分 04 秒前' })
  expect(card.rows[0]).toMatchObject({ label: '位置', value: '117.830000°, 37.250000°' })
  expect(card.alarms[0]).toMatchObject({ open: true, acts: ['acknowledge'] })
})
test('a disclosure on a card has its own buttons, and of what stands beside it the right to withdraw it', () => {
  const helpContext = { ...context, kinds: helping }
  const behind = alarm('a', { rule: 'bloodPressureCritical', priority: 2, state: 'acknowledged' })
  const acts = (alarms: AlarmShown[]) => entityCard(person({ alarms }), helpContext).alarms.map(({ id, acts: of }) => [id, of])
  expect(acts([help('d')])).toEqual([['d', ['take', 'done']]])
  expect(acts([help('d'), behind])).toEqual([
    ['d', ['take', 'done', 'withdraw']],
    ['a', []],
  ])
  const alone = alarmCard(
    help('d', { handle: null, state: 'acknowledged', acknowledged: { by: 'li', atMs: NOW_MS } }),
    [behind],
    helpContext,
  )
  expect([alone.alarms[0]!.acts, alone.rows.at(-1)!.value]).toEqual([['done', 'withdraw'], 'li 14:20 接手'])
})
