import { describe as about, expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { NOW_MS, ports, row, twinOf, well } from '../../test/wells.ts'
import { beginPending } from '../actions/pending.ts'
import { takeBase } from '../live/layer.ts'
import type { Alarm } from '../record/alarm.ts'
import { describe, findEntity, handleOf, showAlarm, showAlarms, shownName, shownValue } from './describe.ts'

const alarm = (id: string, entity: string, more: Partial<Alarm> = {}) =>
  sampleAlarm({ id, kind: 'Well', entity, rule: 'high', category: 'facility', priority: 2, ...more })
const rows = [
  row('w-0', { location: [1, 2, 3], properties: { level: 4, keeper: '张建国', street: '东街' } }),
  row('w-1', { heardMs: NOW_MS - 15, clockOffMs: -90_000, location: [4, 5], properties: { keeper: '', level: 0 } }),
  row('w-2', { heardMs: NOW_MS - 25, properties: { street: '西街' } }),
]
const twin = () => twinOf([{ id: 'wells' }], rows, [alarm('a-1', 'w-0', { priority: 3 }), alarm('a-2', 'w-0'), alarm('a-3', 'w-2')])
const cardOf = (slot: number) => {
  const at = twin()
  return describe(at, at.layers.get('wells')!.layer, slot, ports.settle)
}

about('a card', () => {
  test('has the values that are there, in the order of the kind, with their times, and a masked name', () => {
    const { alarms, ...card } = cardOf(0)
    expect(card).toEqual({
      handle: { layer: 'wells', slot: 0, generation: 0 },
      kind: 'Well',
      id: 'w-0',
      name: '张**',
      fields: [
        { field: 'level', value: 4, tMs: 90 },
        { field: 'keeper', value: '张**', tMs: 90 },
        { field: 'street', value: '东街', tMs: 90 },
      ],
      location: [1, 2, 3],
      settled: null,
      heardMs: NOW_MS,
      clockOffMs: null,
      freshness: 'fresh',
    })
    expect(alarms.map(({ id, name, handle }) => [id, name, handle?.slot])).toEqual([
      ['a-2', '张**', 0],
      ['a-1', '张**', 0],
    ])
  })

  test('of one without a name has its id, and says how late it is and how far its clock is off', () => {
    expect(cardOf(1)).toEqual({
      handle: { layer: 'wells', slot: 1, generation: 0 },
      kind: 'Well',
      id: 'w-1',
      name: 'w-1',
      fields: [
        { field: 'level', value: 0, tMs: 90 },
        { field: 'keeper', value: '', tMs: 90 },
      ],
      location: [4, 5],
      settled: { method: 'origin', heightEllipsoidalMeters: 3, errorMeters: null },
      heardMs: NOW_MS - 15,
      clockOffMs: -90_000,
      freshness: 'late',
      alarms: [],
    })
    expect(cardOf(2)).toMatchObject({ name: 'w-2', location: null, settled: null, freshness: 'stale', alarms: [{ id: 'a-3' }] })
  })

  test('of what an inventory alone told has no times', () => {
    const at = twin()
    const { layer } = at.layers.get('wells')!
    takeBase(layer, [['w-9', { location: [7, 8], properties: { level: 2 } }]], { ...ports, standing: at.standing })
    expect(describe(at, layer, layer.slots.slotOf.get('w-9')!, ports.settle)).toMatchObject({
      fields: [{ field: 'level', value: 2, tMs: null }],
      location: [7, 8, 3],
      heardMs: null,
      clockOffMs: null,
    })
  })
})

test('a name is masked where it is a person’s, and no other words are', () => {
  const open = { ...well, fields: { ...well.fields, keeper: { ...well.fields['keeper']!, privacy: undefined } as never } }
  const { name: _, ...nameless } = well
  const shown = (kind: typeof well) => {
    const { layer } = twinOf([{ id: 'wells', kind }], rows).layers.get('wells')!
    return [shownName(layer, 0), shownValue(layer, 0, 'keeper'), shownValue(layer, 0, 'street'), shownValue(layer, 0, 'colour')]
  }
  expect([shown(well), shown(open), shown(nameless)]).toEqual([
    ['张**', '张**', '东街', null],
    ['张建国', '张建国', '东街', null],
    ['w-0', '张建国', '东街', null],
  ])
})

about('an entity', () => {
  const at = twinOf(
    [{ id: 'a', kind: { ...well, kind: 'Lamp' } }, { id: 'b', feed: 'water' }, { id: 'c' }, { id: 'd' }],
    [row('x', { kind: 'Lamp' }), row('w-0'), row('w-1')],
  )
  test('is found in the first layer of its kind that has it', () => {
    const found = (kind: string, id: string) => {
      const entity = findEntity(at, kind, id)
      return entity && handleOf(entity.layer, entity.slot)
    }
    expect(found('Well', 'w-1')).toEqual({ layer: 'c', slot: 1, generation: 0 })
    expect(found('Lamp', 'x')).toEqual({ layer: 'a', slot: 0, generation: 0 })
    expect([found('Well', 'x'), found('Lamp', 'w-0'), found('Boat', 'w-0')]).toEqual([null, null, null])
  })
})

test('the list has all that stands, the worst first, with what is asked of it, and names what it does not know by its id', () => {
  const at = twinOf([{ id: 'wells' }], rows, [
    alarm('a-1', 'w-2'),
    alarm('a-2', 'gone', { priority: 1 }),
    alarm('a-3', 'w-0', { priority: 4 }),
  ])
  beginPending(at.pending, { feed: 'town', key: 'k', type: 'take', alarm: 'a-1' }, 1)
  beginPending(at.pending, { feed: 'water', key: 'k', type: 'take', alarm: 'a-3' }, 1)
  expect(
    showAlarms(at, ports.settle).map(({ id, feed, name, handle, pending, asked }) => [id, feed, name, handle, pending, asked]),
  ).toEqual([
    ['a-2', 'town', 'gone', null, false, null],
    ['a-1', 'town', 'w-2', { layer: 'wells', slot: 2, generation: 0 }, true, 'take'],
    ['a-3', 'town', '张**', { layer: 'wells', slot: 0, generation: 0 }, false, null],
  ])
  const [heard] = at.standing.alarms.values()
  expect(showAlarm(at, heard!, ports.settle)).toEqual({ ...heard, ...showAlarms(at, ports.settle)[1] })
})
