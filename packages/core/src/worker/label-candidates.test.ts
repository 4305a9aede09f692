import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import type { AnyKind } from '../kind/kind.ts'
import { NO_GROUND, settleOn } from '../live/settle.ts'
import type { Alarm } from '../record/alarm.ts'
import { toColumns } from '../record/columns.ts'
import type { Row } from '../record/record.ts'
import { labelCandidates } from './label-candidates.ts'
import { addLayer, createLiveTwin, takeEnvelope } from './live-twin.ts'

const text = { zh: '字', en: 'word' }
const kind: AnyKind = {
  kind: 'Wristband',
  label: text,
  fields: { name: { type: 'words', label: text } },
  name: 'name',
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {
    low: {
      when: { op: 'silent' },
      priority: 4,
      category: 'device',
      text: { zh: '低电', en: 'battery low' },
    },
  },
  disclosures: { needsHelp: { label: { zh: '需要帮助', en: 'needs help' }, category: 'health', priority: 1 } },
  card: [],
}
const row = (id: string, placed = true): Row => ({
  kind: 'Wristband',
  id,
  t: 1,
  heardMs: 1,
  ...(placed && { location: [117, 37, 0] as const }),
  properties: { name: `n-${id}` },
})

function made({ rows = [row('a')], alarms = [] as Alarm[], label = null as string | null, visible = true } = {}) {
  const twin = createLiveTwin()
  const { layer } = addLayer(twin, { id: 'bands', kind, feed: 'town', label, twinMs: 1 })
  layer.visible = visible
  const toEnu = (_: number, __: number, ___: number, out: Float64Array) => void out.fill(0)
  takeEnvelope(
    twin,
    'town',
    { streamId: 's', n: 1, serverTimeMs: 1, snapshot: true, records: toColumns(rows), alarms },
    { twinMs: 1, toEnu, settle: settleOn(NO_GROUND, 0) },
  )
  return (locale: 'zh' | 'en' = 'zh') =>
    labelCandidates(twin, locale, 1).map(({ text: words, priority, heardMs }) => [words, priority, heardMs])
}
const alarm = (more: Partial<Alarm>) =>
  sampleAlarm({ entity: 'a', category: 'device', rule: 'low', priority: 4, heardMs: 7, lastMs: 9e12, ...more })

test('an alarm says name and rule, a disclosure its label, an SOS says so first; each with when the server heard it', () => {
  expect(made({ alarms: [alarm({})] })('en')).toEqual([['n-a battery low', 4, 7]])
  expect(made({ alarms: [alarm({ rule: null, as: 'needsHelp', priority: 1 })] })()).toEqual([['n-a 需要帮助', 1, 7]])
  expect(made({ alarms: [alarm({ rule: 'sos', category: 'sos', priority: 1 })] })()).toEqual([['SOS n-a', 1, 7]])
})

test('what the kind does not know is the name alone, also where it is called as what every object has', () => {
  for (const unknown of [{ rule: 'newer' }, { rule: 'constructor' }, { rule: null, as: 'valueOf' }])
    expect(made({ alarms: [alarm(unknown)] })()).toEqual([['n-a', 4, 7]])
})

test('an entity has one candidate: its worst alarm, though its layer is labelled too', () => {
  const alarms = [alarm({}), alarm({ id: 'a-2', rule: null, as: 'needsHelp', priority: 2, heardMs: 3 }), alarm({ id: 'a-3' })]
  expect(made({ rows: [row('a'), row('b')], alarms, label: 'name' })()).toEqual([
    ['n-a 需要帮助', 2, 3],
    ['n-b', 0, 0],
  ])
})

test('a hidden layer has candidates for its alarms alone, and what has no place has none', () => {
  expect(made({ rows: [row('a'), row('b')], alarms: [alarm({})], label: 'name', visible: false })()).toEqual([['n-a 低电', 4, 7]])
  expect(made({ rows: [row('a', false)], alarms: [alarm({})], label: 'name' })()).toEqual([])
})

test('an alarm that colours nothing has no chip', () => {
  expect(made({ alarms: [alarm({ state: 'shelved' })] })()).toEqual([])
})
