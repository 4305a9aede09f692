import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { NOW_MS, ports, row, twinOf, well } from '../../test/wells.ts'
import { beginPending } from '../actions/pending.ts'
import type { AnyKind } from '../kind/kind.ts'
import { PRIORITY_MASK, PRIORITY_SHIFT, WORDS } from '../live/layout.ts'
import type { Alarm } from '../record/alarm.ts'
import { toColumns } from '../record/columns.ts'
import type { Envelope } from '../record/envelope.ts'
import { type LiveTwin, takeEnvelope } from './live-twin.ts'

const alarm = (entity: string, more: Partial<Alarm> = {}) =>
  sampleAlarm({ id: 'a-1', kind: 'Well', entity, rule: 'high', priority: 2, ...more })
const take = (twin: LiveTwin, more: Partial<Envelope>, feed = 'town') =>
  takeEnvelope(twin, feed, { streamId: 's', from: 2, n: 2, serverTimeMs: 1, ...more }, ports)
/** The colour of each entity: its worst priority. */
const colours = (twin: LiveTwin, layer = 'wells') => {
  const { slots, motion } = twin.layers.get(layer)!.layer
  return [...slots.slotOf].map(([id, slot]) => [id, (motion.u32[slot * WORDS + 7]! & PRIORITY_MASK) >>> PRIORITY_SHIFT])
}
const placed = (id: string) => row(id, { location: [1, 2, 3] })
const ids = (twin: LiveTwin, layer = 'wells') => [...twin.layers.get(layer)!.layer.slots.slotOf.keys()]

test('a snapshot replaces what a layer has, and what comes after it is set over it', () => {
  const twin = twinOf([{ id: 'wells' }], [placed('w-0'), placed('w-1')])
  take(twin, { records: toColumns([placed('w-2')]) })
  expect(ids(twin)).toEqual(['w-0', 'w-1', 'w-2'])
  take(twin, { snapshot: true, records: toColumns([placed('w-1')]) })
  expect(ids(twin)).toEqual(['w-1'])
  take(twin, { snapshot: true })
  expect(ids(twin)).toEqual([])
})

test('each set of columns of a kind is taken, in its order', () => {
  const twin = twinOf([{ id: 'wells' }], [])
  take(twin, { records: [...toColumns([placed('w-0')]), ...toColumns([placed('w-1')])] })
  expect(ids(twin)).toEqual(['w-0', 'w-1'])
})

test('an alarm colours its entity in each layer of its kind, also of another feed, and no other entity', () => {
  const lamp: AnyKind = { ...well, kind: 'Lamp' }
  const twin = twinOf(
    [{ id: 'lamps', kind: lamp }, { id: 'wells' }, { id: 'too' }, { id: 'water', feed: 'water' }],
    [placed('w-0'), placed('w-1'), row('w-1', { kind: 'Lamp', location: [1, 2, 3] })],
  )
  take(twin, { records: toColumns([placed('w-9'), placed('w-1')]) }, 'water')
  expect(take(twin, { alarms: [alarm('w-1')] })).toBe(true)
  const red = [
    ['w-0', 0],
    ['w-1', 2],
  ]
  expect([colours(twin), colours(twin, 'too'), colours(twin, 'water'), colours(twin, 'lamps')]).toEqual([
    red,
    red,
    [
      ['w-9', 0],
      ['w-1', 2],
    ],
    [['w-1', 0]],
  ])
})

test('an alarm that is told of another entity than before colours that one, and no longer the other', () => {
  const twin = twinOf([{ id: 'wells' }], [placed('w-0'), placed('w-1')], [alarm('w-0')])
  expect(colours(twin).map(([, priority]) => priority)).toEqual([2, 0])
  take(twin, { alarms: [alarm('w-1')] })
  expect(colours(twin).map(([, priority]) => priority)).toEqual([0, 2])
  take(twin, { alarms: [alarm('w-1', { state: 'normal' })] })
  expect(colours(twin).map(([, priority]) => priority)).toEqual([0, 0])
})

test('an alarm that a snapshot no longer holds ends, and colours nothing', () => {
  const twin = twinOf([{ id: 'wells' }], [placed('w-0'), placed('w-1')], [alarm('w-0'), alarm('w-1', { id: 'a-2', priority: 3 })])
  const rows = toColumns([placed('w-0'), placed('w-1')])
  expect(take(twin, { snapshot: true, records: rows, alarms: [alarm('w-1', { id: 'a-2', priority: 3 })] })).toBe(true)
  expect([colours(twin).map(([, priority]) => priority), [...twin.standing.alarms.values()].map(({ id }) => id)]).toEqual([[0, 3], ['a-2']])
})

test('what was asked of an alarm is asked no more once its feed shows it done', () => {
  const twin = twinOf([{ id: 'wells' }], [], [alarm('w-0')])
  beginPending(twin.pending, { feed: 'town', key: 'k', type: 'acknowledge', alarm: 'a-1', count: 1 }, 1)
  take(twin, { alarms: [alarm('w-0')] })
  expect(twin.pending.size).toBe(1)
  take(twin, { alarms: [alarm('w-0', { state: 'acknowledged', acknowledged: { by: 'li', atMs: 1 } })] })
  expect(twin.pending.size).toBe(0)
})

test('what is heard and gone is of the kind and feed that say so', () => {
  const twin = twinOf([{ id: 'wells' }], [placed('w-0'), placed('w-1')])
  take(twin, { heard: { Well: { 'w-1': NOW_MS + 5, 'w-7': 1 } }, gone: { Lamp: ['w-0'], Well: ['w-0', 'w-8'] } })
  const { layer } = twin.layers.get('wells')!
  expect([ids(twin), layer.columns.heardMs[layer.slots.slotOf.get('w-1')!]]).toEqual([['w-1'], NOW_MS + 5])
})
