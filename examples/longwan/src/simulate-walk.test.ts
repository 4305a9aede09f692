import { enuFrame, geodeticToEnu } from '@twinmap/core/geo'
import { checkRecord } from '@twinmap/core/internal/record/check'
import { person, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { profile, recordAt, WALK_DEFAULTS } from './simulate-walk.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const
const walk = { ...WALK_DEFAULTS, origin }
const START = 1_764_046_800_000
const hour = Array.from({ length: 1_200 }, (_, step) => recordAt(walk, 1, START, step))
const frame = enuFrame(origin)
const place = ([longitude, latitude, heightEllipsoidalMeters]: readonly [number, number, number]) =>
  geodeticToEnu(frame, { longitude, latitude, heightEllipsoidalMeters })

test('every record is one that the kinds declare', () => {
  const kinds = new Map([wristband, person].map((kind) => [kind.kind, kind]))
  for (const record of [profile(START), ...hour]) expect(checkRecord(record, 0, kinds)).toMatchObject({ checked: { record }, told: [] })
})

test('is the same for the same seed, and another for another', () => {
  expect(recordAt(walk, 1, START, 431)).toEqual(hour[431])
  expect(Array.from({ length: 30 }, (_, step) => recordAt({ ...walk, seed: 8 }, 1, START, step))).not.toEqual(hour.slice(0, 30))
})

test('walks no faster than she can, stays on her way and goes all around it', () => {
  const places = hour.map((record) => place(record.location!))
  for (let i = 1; i < places.length; i++)
    expect(Math.hypot(places[i]![0] - places[i - 1]![0], places[i]![1] - places[i - 1]![1])).toBeLessThan(0.9 * 3 + 0.01)
  expect(Math.min(...places.map(([e]) => e))).toBeCloseTo(-60, 0)
  expect(Math.max(...places.map(([, n]) => n))).toBeCloseTo(112, 0)
  for (const [, , up] of places) expect(Math.abs(up)).toBeLessThan(0.01)
})

test('looks where she goes', () => {
  expect(hour[5]!.properties).toMatchObject({ heading: 90, activity: 'walking' })
})

test('calls for help soon after the start and each ten minutes, one record each, and is released between', () => {
  const said = hour
    .filter((record) => record.properties['sos'] !== undefined)
    .map((record) => [(record.t - START) / 1_000, record.properties['sos']])
  expect(said.slice(0, 5)).toEqual([
    [0, 'released'],
    [45, 'pressed'],
    [345, 'released'],
    [645, 'pressed'],
    [945, 'released'],
  ])
})
