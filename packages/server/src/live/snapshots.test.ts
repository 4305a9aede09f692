import { createEntity, mergeRecord } from '@twinmap/core/internal/intake/merge'
import { adoptEntity, createIntakeState } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { redactionFor } from '@twinmap/core/internal/record/redact'
import { camera, streetlight, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { createSnapshots, SHARED_MS, SLICE_MS } from './snapshots.ts'

const KINDS = new Map<string, AnyKind>([wristband, streetlight, camera].map((kind) => [kind.kind, kind]))
const cut = (role: Parameters<typeof redactionFor>[0]) => redactionFor(role, KINDS)

/** Things of each kind; each look at the clock costs a millisecond, so that slices are counted without waiting. */
function things(count: number) {
  const state = createIntakeState()
  const order = { generation: 0, boot: -1, seq: -1, t: 1 }
  const put = (kind: string, id: string, properties: Record<string, number>) => {
    const { held: _, ...merged } = mergeRecord(createEntity(kind, id), { location: [117, 37, 7], properties }, order, {
      isNewest: true,
      heardMs: 1,
    })
    adoptEntity(state, { ...createEntity(kind, id), ...merged, heardMs: 1 })
  }
  for (let i = 0; i < count; i++) {
    put('Streetlight', `L-${i}`, { power: i })
    put('Wristband', `W-${(i * 7919) % count}`, { battery: i % 100, heartRate: 60 })
  }
  let nowMs = 0
  let turns = 0
  const looks: number[] = []
  const snapshots = createSnapshots({
    kinds: KINDS,
    entities: state.entities,
    settledMs: () => 1_000,
    timers: {
      nowMs: () => {
        looks.push(turns)
        return nowMs++
      },
      turn: async () => {
        turns++
        await new Promise((resolve) => setImmediate(resolve))
      },
    },
  })
  return { state, put, snapshots, turns: () => turns, looks, pass: (ms: number) => (nowMs += ms) }
}
const rows = (columns: readonly Buffer[]) => columns.map((set) => JSON.parse(set.toString().slice(1)))

test('has all things of a kind, cut for the role, in sets, by their ids and not by when they were heard', async () => {
  const { snapshots } = things(600)
  const [piece] = await snapshots.pieces(['Wristband'], cut('grid'))
  const sets = rows(piece!.columns)
  expect([sets.length, sets[0].kind, Object.keys(sets[0].properties)]).toEqual([3, 'Wristband', ['battery']])
  const ids = sets.flatMap(({ id }) => id)
  expect(ids).toEqual([...ids].sort())
  expect([ids.length, piece!.atMs, piece!.heard]).toEqual([600, 1_000, null])
})

test('a kind of which there is nothing, or nothing to see, is an empty piece', async () => {
  const { snapshots } = things(2)
  expect(await snapshots.pieces(['Camera'], cut('care'))).toEqual([{ kind: 'Camera', atMs: 1_000, columns: [], heard: null }])
  expect(await snapshots.pieces([], cut('care'))).toEqual([])
})

test('twelve who ask for twelve sets of kinds share the pieces of each kind, and roles that see the same share them too', async () => {
  const { snapshots } = things(50)
  const names = ['Wristband', 'Streetlight', 'Camera']
  const asked = [names, ['Wristband'], ['Streetlight', 'Camera'], ['Camera', 'Wristband'], ['Streetlight']]
  const found = await Promise.all(asked.flatMap((kinds) => [snapshots.pieces(kinds, cut('care')), snapshots.pieces(kinds, cut('command'))]))
  expect(new Set(found.flat()).size).toBe(3)
  const [open] = await snapshots.pieces(['Streetlight'], cut('public'))
  expect(found.flat()).not.toContain(open)
  expect(snapshots.count()).toBe(4)
})

test('shares a piece while it is made and for two seconds, then makes it anew, and keeps none', async () => {
  const { snapshots, put, pass } = things(10)
  const first = snapshots.pieces(['Streetlight'], cut('public'))
  pass(10 * SHARED_MS)
  const joined = snapshots.pieces(['Streetlight'], cut('public'))
  expect((await joined)[0]).toBe((await first)[0])
  put('Streetlight', 'L-new', { power: 1 })
  const [anew] = await snapshots.pieces(['Streetlight'], cut('public'))
  expect(rows(anew!.columns)[0].id).toContain('L-new')
  expect((await snapshots.pieces(['Streetlight'], cut('public')))[0]).toBe(anew)
  pass(SHARED_MS)
  snapshots.forget()
  expect(snapshots.count()).toBe(0)
})

test('is made in slices, one piece after the other, so that other work has its turns between them', async () => {
  const { snapshots, turns, looks } = things(20_000)
  await snapshots.pieces(['Streetlight', 'Wristband'], cut('care'))
  // 80 sets of each; the clock moves on by one at each look, and a slice ends at eight.
  expect(turns()).toBeGreaterThanOrEqual((2 * 80) / (SLICE_MS + 1))
  const inOneTurn = new Map<number, number>()
  for (const turn of looks) inOneTurn.set(turn, (inOneTurn.get(turn) ?? 0) + 1)
  expect(Math.max(...inOneTurn.values())).toBeLessThanOrEqual(SLICE_MS + 2)
})
