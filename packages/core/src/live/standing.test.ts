import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import type { AlarmState } from '../record/alarm.ts'
import { alarmsOf, createStanding, type HeardAlarm, inOrder, markOf, putAlarm } from './standing.ts'

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
