import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import type { AlarmState } from '../record/alarm.ts'
import { alarmsOf, createStanding, type HeardAlarm, inOrder, isUnacknowledged, markOf, putAlarm } from './standing.ts'

const alarm = (id: string, priority: 1 | 2 | 3 | 4, state: AlarmState = 'unacknowledged', more: Partial<HeardAlarm> = {}): HeardAlarm => ({
  feed: 'town',
  ...sampleAlarm({ id, priority, state }),
  ...more,
})
const after = (...alarms: HeardAlarm[]) => {
  const standing = createStanding()
  for (const each of alarms) putAlarm(standing, each)
  return standing
}

test('the worst that stands gives the mark', () => {
  expect(markOf(after(alarm('a', 3), alarm('b', 2, 'acknowledged')), 'Wristband', 'W-1')).toEqual({ priority: 2, unacknowledged: true })
})

test('one that is shelved or suppressed colours nothing but stays', () => {
  const standing = after(alarm('a', 1, 'shelved'))
  expect(markOf(standing, 'Wristband', 'W-1')).toEqual({ priority: 0, unacknowledged: false })
  expect(standing.alarms.size).toBe(1)
})

test('normal ends an alarm and leaves nothing of its entity', () => {
  const standing = after(alarm('a', 1), alarm('a', 1, 'normal'))
  expect([standing.alarms.size, standing.byEntity.get('Wristband')?.size]).toEqual([0, 0])
})

test('two feeds that count alike tell two alarms, and each ends its own', () => {
  const ended = alarm('a-1', 1, 'normal', { feed: 'second' })
  const standing = after(alarm('a-1', 3), alarm('a-1', 1, 'unacknowledged', { feed: 'second' }))
  expect(alarmsOf(standing, 'Wristband', 'W-1').map(({ feed, id }) => [feed, id])).toEqual([
    ['town', 'a-1'],
    ['second', 'a-1'],
  ])
  expect(markOf(standing, 'Wristband', 'W-1').priority).toBe(1)
  putAlarm(standing, ended)
  expect([standing.alarms.size, markOf(standing, 'Wristband', 'W-1').priority]).toEqual([1, 3])
})

test("the list begins with the worst, then what waits, then what the server heard last, whatever the devices' clocks say", () => {
  const list = [
    alarm('d', 2, 'unacknowledged', { heardMs: 5, lastMs: 9e12 }),
    alarm('c', 2, 'acknowledged', { heardMs: 9 }),
    alarm('b', 1),
    alarm('e', 2, 'unacknowledged', { heardMs: 6, raisedMs: -1, lastMs: -1 }),
    alarm('f', 2, 'unacknowledged', { heardMs: 6 }),
  ]
  expect(inOrder(list).map(({ id }) => id)).toEqual(['b', 'e', 'f', 'd', 'c'])
})

test('which states colour a marker, and which of them wait for a word', () => {
  const marks = (state: AlarmState) => {
    const { priority, unacknowledged } = markOf(after(alarm('a', 2, state)), 'Wristband', 'W-1')
    return [priority, unacknowledged, isUnacknowledged(state)]
  }
  expect(marks('unacknowledged')).toEqual([2, true, true])
  expect(marks('acknowledged')).toEqual([2, false, false])
  expect(marks('returned-unacknowledged')).toEqual([2, true, true])
  for (const state of ['shelved', 'suppressed', 'out-of-service'] as const) expect(marks(state)).toEqual([0, false, false])
})

test('an entity without an alarm has no mark, also where another of its kind has one', () => {
  expect(markOf(createStanding(), 'Wristband', 'W-1')).toEqual({ priority: 0, unacknowledged: false })
  expect(markOf(after(alarm('a', 1)), 'Wristband', 'W-2')).toEqual({ priority: 0, unacknowledged: false })
  expect([alarmsOf(createStanding(), 'Wristband', 'W-1'), alarmsOf(after(alarm('a', 1)), 'Wristband', 'W-2')]).toEqual([[], []])
})

test('what is told last of an alarm holds, also where it went to another entity or kind', () => {
  const entity = fc.constantFrom('W-1', 'W-2')
  const state = fc.constantFrom<AlarmState>('unacknowledged', 'acknowledged', 'returned-unacknowledged', 'shelved', 'normal')
  const told = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom('Wristband', 'Gate'),
    entity,
    state,
    priority: fc.constantFrom(1, 2, 3, 4),
  })
  fc.assert(
    fc.property(fc.array(told, { maxLength: 30 }), (all) => {
      const alarms = all.map(({ id, priority, state, ...more }) => alarm(id, priority as 1 | 2 | 3 | 4, state, more))
      const standing = after(...alarms)
      const last = new Map<string, HeardAlarm>()
      for (const each of alarms) {
        last.delete(each.id)
        if (each.state !== 'normal') last.set(each.id, each)
      }
      for (const kind of ['Wristband', 'Gate'])
        for (const entity of ['W-1', 'W-2']) {
          const here = [...last.values()].filter((each) => each.kind === kind && each.entity === entity)
          const coloured = here.filter((each) => each.state !== 'shelved')
          expect(alarmsOf(standing, kind, entity)).toEqual(here)
          expect(standing.byEntity.get(kind)?.has(entity) ?? false).toBe(here.length > 0)
          expect(markOf(standing, kind, entity)).toEqual({
            priority: coloured.length === 0 ? 0 : Math.min(...coloured.map(({ priority }) => priority)),
            unacknowledged: coloured.some((each) => each.state !== 'acknowledged'),
          })
        }
      expect([...standing.alarms.values()]).toEqual([...last.values()])
    }),
  )
})

test('equal alarms lie in the list by feed and id, however they came', () => {
  const [a, b, c] = [alarm('a', 2), alarm('b', 2), alarm('a', 2, 'unacknowledged', { feed: 'village' })]
  for (const list of [
    [a, b, c],
    [c, b, a],
    [b, c, a],
  ])
    expect(inOrder(list)).toEqual([a, b, c])
})
