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
