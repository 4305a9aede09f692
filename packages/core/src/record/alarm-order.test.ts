import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import { byEntry } from './alarm-order.ts'

test('sorts alarms alike, however they lay before', () => {
  const name = fc.constantFrom('a', 'b')
  const any = fc.record({ enteredMs: fc.nat(2), kind: name, entity: name, rule: fc.option(name), as: name })
  fc.assert(
    fc.property(
      fc
        .uniqueArray(any, { selector: (each) => JSON.stringify(each), maxLength: 12 })
        .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const sorted = (raw: typeof all) =>
          raw.map(({ rule, as, ...more }) => sampleAlarm({ ...more, rule, as: rule === null ? as : null })).sort(byEntry)
        expect(sorted(shuffled)).toEqual(sorted(all))
      },
    ),
  )
})

test('sets the oldest first', () =>
  expect(
    [3, 1, 2]
      .map((enteredMs) => sampleAlarm({ enteredMs }))
      .sort(byEntry)
      .map(({ enteredMs }) => enteredMs),
  ).toEqual([1, 2, 3]))

test('of one commit, orders by kind, then entity, then disclosures before rules, then by their names', () => {
  const alarm = (enteredMs: number, kind: string, entity: string, rule: string | null, as: string | null) =>
    sampleAlarm({ enteredMs, kind, entity, rule, as })
  const inOrder = [
    alarm(1, 'z', 'z', 'z', null),
    alarm(2, 'a', 'b', null, 'y'),
    alarm(2, 'a', 'b', null, 'z'),
    alarm(2, 'a', 'b', 'w', null),
    alarm(2, 'a', 'b', 'x', null),
    alarm(2, 'a', 'c', null, 'a'),
    alarm(2, 'b', 'a', 'a', null),
  ]
  for (const [i, a] of inOrder.entries())
    for (const [j, b] of inOrder.entries()) expect([i, j, Math.sign(byEntry(a, b))]).toEqual([i, j, Math.sign(i - j)])
})
