import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createToEnu } from '../live/to-enu.ts'
import type { Alarm, AlarmState } from '../record/alarm.ts'
import type { Envelope } from '../record/envelope.ts'
import { createLiveTwin, takeEnvelope } from './live-twin.ts'

const toEnu = createToEnu({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 0, datum: 'CGCS2000' })
const alarm = (n: number, state: AlarmState, priority: 1 | 4): Alarm => ({
  id: `a-${n}`,
  kind: 'Wristband',
  entity: `W-${n}`,
  rule: 'sos',
  category: 'sos',
  place: null,
  priority,
  state,
  raisedMs: 1,
  lastMs: 1,
  enteredMs: 1,
  clearedMs: null,
  count: 1,
  acknowledged: null,
  escalated: false,
})

/** What one server tells: it counts from a-1, whatever another counts. */
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
    takeEnvelope(twin, feed, envelope, { twinMs: 1, toEnu })
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
