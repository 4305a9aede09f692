// Handles and picks as the host gives them: whose card a handle opens, and what a click meets first.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { above, band, doc, kind, last, lively, open, say, settle, T0, type World, world } from '../../test/host-world.ts'
import { sampleAlarm } from '../../test/sample-alarm.ts'
import type { TwinDocument } from '../document/document.ts'
import { plateAt } from '../live/plate.ts'
import { toColumns } from '../record/columns.ts'
import type { Row } from '../record/record.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(T0)
})
afterEach(() => {
  vi.useRealTimers()
})

const HERE = [117.83, 37.25, 0] as const
const said = (...rows: Row[]) => toColumns(rows)
/** The person of {@link lively} goes, and another one stands in the same slot. */
async function replaced(at: World) {
  say(at, { from: 2, n: 2, gone: { Wristband: ['W-0413'] } })
  await settle()
  say(at, { from: 3, n: 3, records: said(band({ name: '李秀英', heartRate: 61 }, HERE, { id: 'W-0500' })) })
  await settle()
}
const OLD = { layer: 'wristbands', slot: 0, generation: 0 }

test('a handle of somebody who is gone opens nobody else, though another stands in that slot', async () => {
  const { at } = await lively()
  await replaced(at)
  const { handle } = await at.host.calls.describe({ kind: 'Wristband', id: 'W-0500' })
  expect(handle).toEqual({ ...OLD, generation: 1 })
  await expect(at.host.calls.describe({ handle: OLD })).rejects.toMatchObject({ code: 'entity-gone' })
})

test('a card that is watched shows nobody who came into the slot of whom it showed', async () => {
  const { at } = await lively()
  await at.host.calls.watch({ handle: OLD })
  await settle()
  await replaced(at)
  const cards = at.messages.flatMap((message) => (message.type === 'described' ? [message.described?.id ?? null] : []))
  expect(cards).toEqual(['W-0413', null])
  await at.host.calls.watch({ handle: OLD })
  await settle()
  expect(last(at, 'described').described).toBeNull()
})

const two: TwinDocument = {
  ...doc,
  kinds: [{ ...kind, kind: 'Officer' }],
  layers: [doc.layers[0]!, { id: 'officers', kind: 'Officer', feed: 'town' }],
}
const foot = plateAt(above, [0, 0, 0], 'circle', 0)!
async function met(...rows: Row[]) {
  const at = world()
  await open(at, two)
  say(at, { snapshot: true, records: said(...rows) })
  await settle()
  const picked = await at.host.calls.pick({ x: foot.x, y: foot.y, view: above, tMs: T0 })
  return picked.map(({ handle, underPointer }) => [handle.layer, underPointer])
}
const officer = (location: Row['location']) => band({}, location, { kind: 'Officer', id: 'O-1' })

test('a click meets what is under it before what is only near, whichever layer comes first', async () => {
  // Some 22 px beside the pointer, and nearer to the eye: its plate is near, not under it.
  const beside = [117.83 + 3.5 / 88_700, 37.25, 5] as const
  expect(await met(band({}, beside), officer(HERE))).toEqual([
    ['officers', true],
    ['wristbands', false],
  ])
})

test('of two under it the one nearer to the eye comes first, whichever layer comes first', async () => {
  expect(await met(band({}, HERE), officer([117.83, 37.25, 2]))).toEqual([
    ['officers', true],
    ['wristbands', true],
  ])
  expect(await met(band({}, [117.83, 37.25, 2]), officer(HERE))).toEqual([
    ['wristbands', true],
    ['officers', true],
  ])
})

test('tells what is in the picture, the nearest first, at most so many; not what is beside it, hidden or without a place', async () => {
  const at = world()
  await open(at, two)
  const north = (meters: number, id: string) => band({ name: `王${id}` }, [117.83, 37.25 + meters / 111_000, 0], { id })
  say(at, {
    snapshot: true,
    records: said(north(30, 'far'), north(0, 'near'), north(9_000, 'beside'), band({}, undefined, { id: 'nowhere' }), officer(HERE)),
  })
  await settle()
  const seen = (most = 50) => at.host.calls.inView({ view: above, tMs: T0, most })
  const [first] = await seen()
  expect(first).toMatchObject({ kind: 'Wristband', id: 'near', name: '王**', priority: 0 })
  expect(first!.distanceMeters).toBeCloseTo(Math.hypot(...above.eye), 0)
  expect((await seen()).map(({ id }) => id)).toEqual(['near', 'O-1', 'far'])
  expect((await seen(2)).map(({ id }) => id)).toEqual(['near', 'O-1'])
  await at.host.calls.setFilter({ layer: 'officers', visible: false })
  expect((await seen()).map(({ id }) => id)).toEqual(['near', 'far'])
  await at.host.calls.token({ feed: null, token: null })
  await expect(seen()).rejects.toMatchObject({ code: 'signed-out' })
})

test('tells of an alarm where its thing is now, and its own place where that is not known', async () => {
  const at = world()
  await open(at, two)
  const raised = sampleAlarm({ id: 'a', kind: 'Wristband', entity: 'W-1', place: [117.83, 37.25, 5] })
  const strange = sampleAlarm({ id: 'b', kind: 'Silo', entity: 'S-1', place: [117.84, 37.25, 5] })
  say(at, { snapshot: true, records: said(band({}, HERE, { id: 'W-1' })), alarms: [raised, strange] })
  await settle()
  const told = () => Object.fromEntries(last(at, 'alarm').alarms.map((alarm) => [alarm.id, alarm.at]))
  expect(told()).toEqual({ a: [...HERE], b: [117.84, 37.25, 5] })
  say(at, { from: 2, n: 2, records: said(band({}, [117.831, 37.251], { id: 'W-1' })) })
  await settle()
  await vi.advanceTimersByTimeAsync(300)
  // Where its feed tells no height, with that at which it stands.
  expect(told()['a']).toEqual([117.831, 37.251, doc.origin.heightEllipsoidalMeters])
})
