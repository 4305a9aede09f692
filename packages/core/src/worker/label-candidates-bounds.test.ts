import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { NOW_MS, row, twinOf, well } from '../../test/wells.ts'
import type { Alarm } from '../record/alarm.ts'
import { labelCandidates } from './label-candidates.ts'

const alarm = (entity: string, more: Partial<Alarm> = {}) =>
  sampleAlarm({ id: `of ${entity}`, kind: 'Well', entity, rule: 'high', category: 'facility', priority: 2, heardMs: 7, ...more })
const rows = [
  row('w-0', { location: [1, 2, 3], properties: { level: 4 } }),
  row('w-1', { location: [5, 6, 7], properties: { level: 0, keeper: '张建国' } }),
  row('w-2', { location: [8, 9, 10] }),
]

test('a candidate says whose it is, where it stands now, and how far it is seen', () => {
  const twin = twinOf([{ id: 'wells', label: 'level' }], rows, [alarm('w-1')])
  twin.layers.get('wells')!.layer.dotBeyondMeters = 500
  const same = { shape: 'square', selected: false, dotBeyondMeters: 500 }
  expect(labelCandidates(twin, 'zh', NOW_MS)).toEqual([
    { ...same, handle: { layer: 'wells', slot: 1, generation: 0 }, text: '张** 高', priority: 2, enu: [5, 6, 7], heardMs: 7 },
    { ...same, handle: { layer: 'wells', slot: 0, generation: 0 }, text: '4', priority: 0, enu: [1, 2, 3], heardMs: 0 },
  ])
})

const texts = (twin: ReturnType<typeof twinOf>, locale: 'zh' | 'en' = 'en') => labelCandidates(twin, locale, NOW_MS).map(({ text }) => text)

test('what nobody knows has none, and the others have theirs', () =>
  expect(texts(twinOf([{ id: 'wells' }], rows, [alarm('gone'), alarm('w-0'), alarm('w-9')]))).toEqual(['w-0 high']))

test('what carries no value to label it by has none, and 0 is a value', () =>
  expect(texts(twinOf([{ id: 'wells', label: 'level' }], rows))).toEqual(['4', '0']))

test('each layer that is labelled and seen has its own', () => {
  const twin = twinOf([{ id: 'a', label: 'level' }, { id: 'b' }, { id: 'c', label: 'level' }, { id: 'd', label: 'keeper' }], rows)
  twin.layers.get('a')!.layer.visible = false
  expect(texts(twin)).toEqual(['4', '0', '张**'])
})

test('an alarm speaks the language that was asked for, and without words only the name', () => {
  const silent = { ...well, alarms: { high: { ...well.alarms['high']!, text: { zh: '高', en: '' } } } }
  const twin = twinOf([{ id: 'wells', kind: silent }], rows, [alarm('w-0'), alarm('w-2', { rule: null, as: 'help' })])
  expect([texts(twin, 'zh'), texts(twin, 'en')]).toEqual([
    ['w-0 高', 'w-2 需要帮助'],
    ['w-0', 'w-2 needs help'],
  ])
})

test('a kind without disclosures has no words for one', () => {
  const { disclosures: _, ...plain } = well
  expect(texts(twinOf([{ id: 'wells', kind: plain }], rows, [alarm('w-0', { rule: null, as: 'help' })]))).toEqual(['w-0'])
})
