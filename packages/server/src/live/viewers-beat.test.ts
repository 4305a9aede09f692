import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Row } from '@twinmap/core/internal/record/record'
import { person, streetlight, wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { FakeSocket } from '../testing/fake-socket.ts'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { BEGIN_MS, type LiveRoom, liveRoom } from '../testing/live-room.ts'
import { LOG_MS } from './kept-log.ts'
import { BEAT_MS, HEARTBEAT_MS, HELLO_MS, RESYNC_MS } from './viewers.ts'

// The law of the beat and of `n`, with sockets and time of the test's own.
const KINDS = new Map<string, AnyKind>([wristband, person, streetlight].map((kind) => [kind.kind, kind]))
const band = (room: LiveRoom, properties: Row['properties'], more: Partial<Row> = {}): Row => ({
  kind: 'Wristband',
  id: 'W-1',
  t: room.now(),
  heardMs: room.now(),
  properties,
  ...more,
})
const EVERY_MS = wristband.everyMs!
const ranges = (socket: FakeSocket) =>
  socket.said.map(({ snapshot, from, n }) => [snapshot ?? false, from && from - BEGIN_MS, n - BEGIN_MS])
const room = () => liveRoom(KINDS)

test('tells what came by the beat at which it was due, in ranges that join', async () => {
  const r = room()
  const { pass, commit, join } = r
  const care = await join({ token: 'care' })
  await pass(107)
  commit({ rows: [band(r, { battery: 5 })] })
  await pass(10)
  commit({ rows: [band(r, { battery: 4 })] })
  await pass(20)
  expect(ranges(care)).toEqual([[true, undefined, 0]])
  await pass(30)
  expect(ranges(care)).toEqual([
    [true, undefined, 0],
    [false, 1, 150],
  ])
  await pass(400)
  commit({ rows: [band(r, { battery: 3 })] })
  await pass(BEAT_MS)
  expect(ranges(care).at(-1)).toEqual([false, 151, 600])
  expect(care.rows.map(({ properties }) => properties['battery'])).toEqual([5, 4, 3])
})

test('a commit at the time of a beat is told by it, one behind it by the next', async () => {
  const r = room()
  const { pass, commit, join } = r
  const care = await join({ token: 'care' })
  await pass(99)
  commit({ rows: [band(r, { battery: 5 })], atMs: BEGIN_MS + 100 })
  await pass(1)
  expect(ranges(care).at(-1)).toEqual([false, 1, 100])
  commit({ rows: [band(r, { battery: 4 })] })
  await pass(50)
  expect(ranges(care).at(-1)).toEqual([false, 101, 150])
})

test('what a viewer may not see moves no n and is no message', async () => {
  const r = room()
  const { pass, commit, join } = r
  const [grid, care] = [await join({ token: 'grid' }), await join({ token: 'care' })]
  await pass(100)
  commit({ rows: [band(r, { heartRate: 151 })], alarms: [keptAlarm({ rule: 'heartRateCritical', heardMs: 1 })] })
  await pass(200)
  commit({ rows: [band(r, { battery: 5 })] })
  await pass(50)
  commit({ rows: [band(r, { systolic: 190 })] })
  await pass(3_000)
  expect([ranges(grid).length, ranges(care).length]).toEqual([2, 4])
  expect(ranges(grid)[1]).toEqual([false, 1, 350])
  expect(grid.rows).toMatchObject([{ properties: { battery: 5 } }])
  expect(grid.alarms).toEqual([])
})

test('in silence the last n is repeated, without a range, and so it is told to one that comes back in step', async () => {
  const r = room()
  const { pass, commit, join, now } = r
  const grid = await join({ token: 'grid' })
  await pass(90)
  commit({ rows: [band(r, { battery: 5 })] })
  await pass(1_000)
  commit({ rows: [band(r, { heartRate: 90 })] })
  await pass(HEARTBEAT_MS + 1_000)
  const beats = grid.said.slice(2)
  expect(beats).toEqual([{ streamId: grid.said[0]!.streamId, n: BEGIN_MS + 100, serverTimeMs: expect.any(Number) }])
  const again = await join({ token: 'grid', resume: { streamId: grid.said[0]!.streamId, n: BEGIN_MS + 100 } })
  expect(again.said).toEqual([{ streamId: grid.said[0]!.streamId, n: BEGIN_MS + 100, serverTimeMs: now() }])
})

test('a viewer goes on from any n of the log, and begins anew from an older one, from the future, or in another stream', async () => {
  const r = room()
  const { pass, commit, join, now } = r
  const care = await join({ token: 'care' })
  const { streamId, n } = care.said[0]!
  await pass(60)
  commit({ rows: [band(r, { battery: 5 })] })
  await pass(60)
  const resumed = await join({ token: 'care', resume: { streamId, n } })
  expect(ranges(resumed)).toEqual([[false, 1, 100]])
  expect(resumed.rows).toMatchObject([{ properties: { battery: 5 } }])
  for (const resume of [
    { streamId, n: now() + 1 },
    { streamId, n: BEGIN_MS - 1 },
    { streamId: 'other', n },
  ])
    expect((await join({ token: 'care', resume })).said).toMatchObject([{ snapshot: true }])
  await pass(LOG_MS)
  commit({ rows: [band(r, { battery: 4 })] })
  await pass(LOG_MS - 1_000)
  commit({ rows: [band(r, { battery: 3 })] })
  expect((await join({ token: 'care', resume: { streamId, n } })).said).toMatchObject([{ snapshot: true }])
})

test('a snapshot is of the moment at which it is told: what came while it was made, or shared, stands behind it', async () => {
  const r = room()
  const { pass, commit, join, now, promised } = r
  commit({ rows: [band(r, { battery: 5 }, { location: [117, 37] })] })
  await pass(10)
  await join({ token: 'care' })
  await pass(500)
  commit({ rows: [band(r, { battery: 4 })], alarms: [keptAlarm()] })
  const second = await join({ token: 'care' })
  expect(second.said).toMatchObject([{ snapshot: true, n: now(), alarms: [{ id: 'a-1' }] }])
  expect(second.rows.map(({ location, properties }) => [location, properties])).toEqual([
    [[117, 37], { battery: 5 }],
    [undefined, { battery: 4 }],
  ])
  // Before an n is told, no server may go back behind it.
  expect(promised).toContain(now())
  await pass(BEAT_MS)
  expect(second.said.length).toBe(1)
})

test('a disclosure is told to its roles as an alarm of its own, and once more when it is over', async () => {
  const { pass, commit, join } = room()
  const [grid, open] = [await join({ token: 'grid' }), await join({})]
  const kept: KeptDisclosure = {
    id: 'd-1',
    kind: 'Wristband',
    entity: 'W-1',
    as: 'needsHelp',
    category: 'health',
    priority: 1,
    place: null,
    state: 'open',
    raisedMs: BEGIN_MS,
    overMs: null,
    taken: null,
    done: null,
    withdrawn: null,
  }
  commit({ disclosures: [kept], alarms: [keptAlarm({ rule: 'heartRateCritical' })] })
  await pass(60)
  expect(grid.alarms).toMatchObject([{ id: 'd-1', as: 'needsHelp', rule: null, state: 'unacknowledged' }])
  const withdrawn = { by: 'li', atMs: BEGIN_MS }
  commit({ disclosures: [{ ...kept, state: 'withdrawn', overMs: BEGIN_MS, withdrawn }] })
  await pass(60)
  expect(grid.alarms.at(-1)).toMatchObject({ id: 'd-1', state: 'normal' })
  expect((await join({ token: 'grid' })).alarms).toEqual([])
  commit({ disclosures: [{ ...kept, state: 'ended', overMs: BEGIN_MS, withdrawn }] })
  await pass(200)
  expect([grid.alarms.length, open.alarms.length]).toEqual([2, 0])
})

test('an entity that is heard without a visible row is told as heard before it would look stale, and not before', async () => {
  const r = room()
  const { pass, commit, join, now } = r
  commit({ rows: [band(r, { battery: 5 })] })
  const [grid, care] = [await join({ token: 'grid' }), await join({ token: 'care' })]
  const begun = grid.said[0]!.n
  await pass(EVERY_MS)
  commit({ rows: [band(r, { heartRate: 70 })] })
  const heardMs = now()
  await pass(EVERY_MS / 4 - 2_000)
  expect(grid.said.filter(({ from }) => from !== undefined)).toEqual([])
  await pass(4_000)
  expect(grid.said.filter(({ heard }) => heard)).toMatchObject([{ from: begun + 1, heard: { Wristband: { 'W-1': heardMs } } }])
  expect(care.said.filter(({ heard }) => heard)).toEqual([])
})

test('where something visible comes as often as the kind promises, hidden records between say nothing at all', async () => {
  const r = room()
  const { pass, commit, join, now } = r
  const grid = await join({ token: 'grid' })
  for (let i = 0; i < 6; i++) {
    commit({ rows: [band(r, { battery: 50 - i })] })
    await pass(EVERY_MS / 2)
    commit({ rows: [band(r, { systolic: 120 })] })
    commit({ heard: [{ kind: 'Wristband', id: 'W-1', heardMs: now() }] })
    const joined = await join({ token: 'grid' })
    expect(joined.said[0]!.heard).toBeUndefined()
    await pass(EVERY_MS / 2 + 20_000)
  }
  const told = grid.said.filter(({ from }) => from !== undefined)
  expect([told.length, told.every(({ heard }) => heard === undefined)]).toEqual([6, true])
})

test('one that joins is told at once of who was heard without a visible row for long', async () => {
  const r = room()
  const { pass, commit, join, now } = r
  commit({ rows: [band(r, { battery: 5 })] })
  commit({ rows: [band(r, { battery: 5 }, { id: 'W-2' })] })
  await pass(1.3 * EVERY_MS)
  commit({ rows: [band(r, { heartRate: 70 })] })
  expect((await join({ token: 'grid' })).said[0]!.heard).toEqual({ Wristband: { 'W-1': now() } })
  expect((await join({ token: 'grid', kinds: ['Streetlight'] })).said[0]!.heard).toBeUndefined()
  expect((await join({ token: 'care' })).said[0]!.heard).toBeUndefined()
})

test('a resync costs a snapshot, and the next one waits a second', async () => {
  const { pass, join } = room()
  const care = await join({ token: 'care' })
  for (let i = 0; i < 5; i++) care.hear({ resync: {} })
  await pass(RESYNC_MS - 1)
  expect(care.said.length).toBe(1)
  await pass(10)
  expect(care.said.map(({ snapshot }) => snapshot)).toEqual([true, true])
  await pass(3_000)
  expect(care.said.length).toBe(2)
})

test('a socket without a hello is refused after ten seconds, and a second hello at once', async () => {
  const { pass, join, viewers, timers } = room()
  const mute = new FakeSocket()
  viewers.join(mute.asWebSocket)
  await pass(HELLO_MS - 1)
  expect(mute.closedWith).toBeNull()
  await pass(1)
  expect(mute.closedWith).toBe(4400)
  const care = await join({ token: 'care' })
  care.hear({ hello: { token: 'command' } })
  await timers.turn()
  expect([care.closedWith, viewers.count()]).toEqual([4400, 0])
})

test('a token that ends takes its viewer with it, and who has gone costs nothing', async () => {
  const r = room()
  r.verify = async () => ({ role: 'care', name: 'li', isAnonymous: false, expiresMs: r.now() + 3_000 })
  const care = await r.join({ token: 'x' })
  await r.pass(2_999)
  expect(care.closedWith).toBeNull()
  await r.pass(1)
  expect(care.closedWith).toBe(4401)
  r.commit({ rows: [band(r, { battery: 1 })] })
  const count = care.texts.length
  await r.pass(10_000)
  expect([care.texts.length, r.reported]).toEqual([count, []])
})

test('what changes while a large snapshot is made is in it once, as it is when it is told', async () => {
  const r = room()
  const lamps = Array.from({ length: 3_000 }, (_, i) => ({
    kind: 'Streetlight',
    id: `L-${i}`,
    t: r.now(),
    heardMs: r.now(),
    properties: { power: 1 },
  }))
  r.commit({ rows: lamps })
  await r.pass(60)
  const socket = new FakeSocket()
  r.viewers.join(socket.asWebSocket)
  socket.hear({ hello: {} })
  for (let power = 2; socket.texts.length === 0; power++) {
    for (const id of ['L-0', 'L-2999', 'L-new'])
      r.commit({ rows: [{ kind: 'Streetlight', id, t: r.now(), heardMs: r.now(), properties: { power } }] })
    await r.timers.turn()
  }
  await r.pass(100)
  const last = new Map(socket.rows.map(({ id, properties }) => [id, properties['power']]))
  const now = new Map((await r.join({})).rows.map(({ id, properties }) => [id, properties['power']]))
  expect(last).toEqual(now)
  expect([last.size, last.get('L-5'), Number(last.get('L-new')) > 1]).toEqual([3_001, 1, true])
})
