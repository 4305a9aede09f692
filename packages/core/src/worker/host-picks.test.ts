// Handles and picks as the host gives them: whose card a handle opens, and what a click meets first.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { above, band, doc, kind, last, lively, open, say, settle, T0, type World, world } from '../../test/host-world.ts'
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
