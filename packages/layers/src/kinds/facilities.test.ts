// What is natural to alarm about a facility, and what is not: a list of things that stand still alarms nobody.
import { compileRule, wordsOf } from '@twinmap/core/internal/alarms/compile-rule'
import { createSampled, judgeSample, judgeTime } from '@twinmap/core/internal/alarms/judge'
import type { AnyCondition } from '@twinmap/core/internal/kind/kind'
import { expect, test } from 'vitest'
import { KINDS } from '../kinds.ts'

const facilities = KINDS.filter(({ kind }) => kind !== 'Person' && kind !== 'Wristband')
const alarmsOf = (name: string) => Object.keys(KINDS.find(({ kind }) => kind === name)!.alarms)
const reads = (when: AnyCondition): readonly string[] =>
  when.op === 'silent' ? ['silence'] : when.op === 'all' || when.op === 'any' ? when.of.flatMap(reads) : [when.field]

test('there are the facilities of a community, by their Smart Data Models names', () => {
  expect(facilities.map(({ kind }) => kind).sort()).toEqual(
    ['AgriParcel', 'Building', 'Camera', 'GridCell', 'Manhole', 'ParkingSpot', 'ServiceCentre', 'SluiceGate', 'Streetlight', 'Well'].sort(),
  )
})

test('no facility alarms by its silence, so one without data is quiet', () => {
  for (const { kind, alarms } of facilities)
    for (const [rule, { when }] of Object.entries(alarms)) expect(`${kind}.${rule} ${reads(when)}`).not.toContain('silence')
})

test('covers, water, lamps and cameras alarm; a bay, a building and a field never do', () => {
  expect(alarmsOf('Manhole')).toEqual(['coverMoved', 'flooding', 'batteryLow'])
  expect(alarmsOf('Streetlight')).toEqual(['fault'])
  expect(alarmsOf('Well')).toEqual(['coverOff'])
  expect(alarmsOf('Camera')).toEqual(['offline'])
  for (const name of ['ParkingSpot', 'Building', 'ServiceCentre', 'SluiceGate', 'AgriParcel', 'GridCell'])
    expect(alarmsOf(name)).toEqual([])
})

test('each is named by its name, and says what a card shows in words of both languages', () => {
  for (const { kind, name, card, fields } of facilities) {
    expect([kind, name]).toEqual([kind, 'name'])
    for (const row of card) expect(fields[row]!.label).toMatchObject({ zh: expect.any(String), en: expect.any(String) })
  }
})

test.each([
  ['Manhole', 'coverMoved', { cover: 'open' }, { cover: 'closed' }, 3],
  ['Manhole', 'flooding', { waterLevel: 4.51 }, { waterLevel: 4.5 }, 60],
  ['Manhole', 'batteryLow', { battery: 15 }, { battery: 16 }, 0],
  ['Streetlight', 'fault', { lamp: 'fault' }, { lamp: 'off' }, 60],
  ['Well', 'coverOff', { cover: 'open' }, { cover: 'closed' }, 3],
  ['Camera', 'offline', { online: 'no' }, { online: 'yes' }, 300],
] as const)('%s alarms %s at %j and not at %j, after %i s', (name, alarm, over, within, delaySeconds) => {
  const kind = KINDS.find((each) => each.kind === name)!
  const rule = compileRule(kind, alarm, kind.alarms[alarm]!)
  /** Seconds from a record to the alarm; null: none in an hour. */
  const raisedAfter = (properties: Readonly<Record<string, string | number>>): number | null => {
    const memory = createSampled(rule)
    const words = wordsOf(rule, properties, () => undefined)!
    if (judgeSample(memory, rule, { t: 0, at: 0, words }, 0).length > 0) return 0
    for (let seconds = 1; seconds < 3_600; seconds++) if (judgeTime(memory, rule, seconds * 1_000).length > 0) return seconds
    return null
  }
  expect([raisedAfter(over), raisedAfter(within)]).toEqual([delaySeconds, null])
})
