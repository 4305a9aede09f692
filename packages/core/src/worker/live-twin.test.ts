import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { beginPending } from '../actions/pending.ts'
import { defineKind } from '../kind/define-kind.ts'
import { NO_GROUND, settleOn } from '../live/settle.ts'
import { createToEnu } from '../live/to-enu.ts'
import type { Alarm, AlarmState } from '../record/alarm.ts'
import type { Envelope } from '../record/envelope.ts'
import { addLayer, createLiveTwin, type Ports, takeEnvelope, wipeTwin } from './live-twin.ts'

const toEnu = createToEnu({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 0, datum: 'CGCS2000' })
const ports: Ports = { twinMs: 1, toEnu, settle: settleOn(NO_GROUND, 0) }
const alarm = (n: number, state: AlarmState, priority: 1 | 4): Alarm => sampleAlarm({ id: `a-${n}`, entity: `W-${n}`, priority, state })

/** What one server tells: its ids may be those of another. */
const told = fc.record({
  feed: fc.constantFrom('town', 'second'),
  snapshot: fc.boolean(),
  alarms: fc.array(
    fc
      .tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom<AlarmState>('unacknowledged', 'acknowledged', 'normal'),
        fc.constantFrom<1 | 4>(1, 4),
      )
      .map((of) => alarm(...of)),
    { maxLength: 3 },
  ),
})
type Told = typeof told extends fc.Arbitrary<infer T> ? T : never

const after = (all: readonly Told[]) => {
  const twin = createLiveTwin()
  for (const { feed, snapshot, alarms } of all) {
    const envelope: Envelope = { streamId: feed, n: 1, serverTimeMs: 1, alarms, ...(snapshot && { snapshot: true }) }
    takeEnvelope(twin, feed, envelope, ports)
  }
  return [...twin.standing.alarms.values()].map(({ feed, id, state, priority }) => `${feed} ${id} ${state} ${priority}`).sort()
}

test('what one feed tells of its alarms changes none of another, however both count', () =>
  fc.assert(
    fc.property(fc.array(told, { maxLength: 12 }), (all) => {
      const alone = ['town', 'second'].flatMap((feed) => after(all.filter((each) => each.feed === feed)))
      expect(after(all)).toEqual(alone.sort())
    }),
  ))

const envelope = (rest: Partial<Envelope>): Envelope => ({ streamId: 's', from: 1, n: 1, serverTimeMs: 1, ...rest })
const well = defineKind({
  kind: 'Well',
  label: { zh: '井', en: 'Well' },
  fields: { name: { type: 'words', label: { zh: '名', en: 'Name' } } },
  symbol: { shape: 'square', glyph: 'well' },
  alarms: {},
  card: ['name'],
})

test('says whether the list of alarms changed', () => {
  const twin = createLiveTwin()
  const takes = (rest: Partial<Envelope>) => takeEnvelope(twin, 'town', envelope(rest), ports)
  expect([takes({ snapshot: true, alarms: [alarm(1, 'unacknowledged', 1)] }), takes({}), takes({ snapshot: true, alarms: [] })]).toEqual([
    true,
    false,
    true,
  ])
})

test('rows, what was heard and what is gone reach the layers of their feed and kind alone', () => {
  const twin = createLiveTwin()
  for (const [id, feed] of [
    ['here', 'town'],
    ['there', 'second'],
    ['drawn', null],
  ] as const)
    addLayer(twin, { id, kind: well, feed, label: null, twinMs: 1 })
  const ids = () => [...twin.layers].map(([id, { layer }]) => [id, [...layer.slots.slotOf.keys()]])
  const records = {
    kind: 'Well',
    id: ['w-1', 'w-2'],
    t: [1, 1],
    heardMs: [1, 1],
    location: [[117.83, 37.25, 6] as const, [117.83, 37.25, 6] as const],
    properties: { name: ['甲', '乙'] },
  }
  const take = (feed: string, rest: Partial<Envelope>) => takeEnvelope(twin, feed, envelope(rest), ports)
  take('town', { snapshot: true, records: [records, { ...records, kind: 'Sluice', id: ['s-1', 's-2'] }] })
  expect(ids()).toEqual([
    ['here', ['w-1', 'w-2']],
    ['there', []],
    ['drawn', []],
  ])
  take('second', { heard: { Well: { 'w-1': 7 } } })
  take('town', { heard: { Well: { 'w-2': 9 }, Sluice: { 'w-1': 7 } } })
  expect([...twin.layers.get('here')!.layer.columns.heardMs.subarray(0, 2)]).toEqual([1, 9])
  take('town', { gone: { Well: ['w-1'] } })
  take('second', { gone: { Well: ['w-2'] } })
  expect(ids()[0]).toEqual(['here', ['w-2']])
})

test('a kind that is called as what every object has is heard of only where it is told', () => {
  const twin = createLiveTwin()
  const odd = { ...well, kind: 'constructor' }
  addLayer(twin, { id: 'odd', kind: odd, feed: 'town', label: null, twinMs: 1 })
  takeEnvelope(twin, 'town', envelope({ heard: {}, gone: {} }), ports)
  expect(twin.layers.get('odd')!.layer.slots.slotOf.size).toBe(0)
})

test('keeps nothing of anybody after a sign-out: no alarm, no row, nothing that was asked', () => {
  const twin = createLiveTwin()
  const { layer } = addLayer(twin, { id: 'here', kind: well, feed: 'town', label: null, twinMs: 1 })
  const records = [{ kind: 'Well', id: ['w-1'], t: [1], heardMs: [1], location: [null], properties: { name: ['甲'] } }]
  takeEnvelope(twin, 'town', envelope({ snapshot: true, records, alarms: [alarm(1, 'unacknowledged', 1)] }), ports)
  beginPending(twin.pending, { feed: 'town', key: 'k', type: 'take', alarm: 'a-1' }, 1)
  wipeTwin(twin)
  expect([twin.standing.alarms.size, twin.standing.byEntity.size, twin.pending.size]).toEqual([0, 0, 0])
  expect([layer.slots.slotOf.size, layer.columns.properties.size]).toEqual([0, 0])
})
