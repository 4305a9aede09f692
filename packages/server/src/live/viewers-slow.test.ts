import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Row } from '@twinmap/core/internal/record/record'
import { wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { FakeSocket } from '../testing/fake-socket.ts'
import { keptAlarm } from '../testing/kept-alarm.ts'
import { BEGIN_MS, liveRoom } from '../testing/live-room.ts'
import { PING_MS, SLOW_BYTES } from './viewers.ts'

// What a viewer that does not read costs, seen from its socket in the server.
const KINDS = new Map<string, AnyKind>([['Wristband', wristband]])

/** A town whose snapshot is larger than what may wait in a socket. */
async function town() {
  const room = liveRoom(KINDS)
  const row = (properties: Row['properties'], id = 'W-1'): Row => ({
    kind: 'Wristband',
    id,
    t: room.now(),
    heardMs: room.now(),
    properties,
  })
  room.commit({ rows: Array.from({ length: 1_000 }, (_, i) => row({ phone: 'x'.repeat((1.5 * SLOW_BYTES) / 1_000) }, `W-large-${i}`)) })
  await room.pass(60)
  return {
    ...room,
    step: (battery: number, more = {}) => room.commit({ rows: [row({ battery })], ...more }),
    async enter(change: Partial<FakeSocket> = {}) {
      const socket = await room.join({ token: 'care' }, Object.assign(new FakeSocket(), change))
      expect(socket.said).toMatchObject([{ snapshot: true }])
      return socket
    },
  }
}

test('a viewer that reads nothing and asks for the snapshot again and again has one that waits, not one for each', async () => {
  const { step, enter, pass } = await town()
  const socket = await enter({ reads: false })
  const one = socket.bufferedAmount
  expect(one).toBeGreaterThan(SLOW_BYTES)
  for (let i = 0; i < 15; i++) {
    step(i)
    socket.hear({ resync: {} })
    await pass(1_100)
  }
  expect([socket.bufferedAmount, socket.texts.length]).toEqual([one, 1])
  // Once it reads it gets the one that it waits for, of now, and then what comes.
  socket.reads = true
  socket.bufferedAmount = 0
  await pass(300)
  step(16)
  await pass(60)
  const [, again, then] = socket.said
  expect(socket.said.map(({ snapshot }) => snapshot)).toEqual([true, true, undefined])
  expect(again!.n).toBeGreaterThan(BEGIN_MS + 16_000)
  expect(then!.from).toBe(again!.n + 1)
})

test('a slow viewer is told later, rows merged to the newest of each property, each transition of each alarm in order', async () => {
  const { step, enter, pass, commit } = await town()
  const socket = await enter({ reads: false })
  const { n } = socket.said[0]!
  commit({ rows: [{ kind: 'Wristband', id: 'W-1', t: 1, heardMs: 1, properties: { battery: 99, steps: 7 } }] })
  for (let count = 1; count <= 5; count++) {
    step(count, { alarms: [keptAlarm({ count })] })
    await pass(100)
  }
  expect(socket.texts.length).toBe(1)
  socket.bufferedAmount = 0
  await pass(60)
  const delta = socket.said[1]!
  expect([delta.from, socket.texts.length]).toEqual([n + 1, 2])
  expect(socket.rows.slice(1_000).map(({ properties }) => properties)).toEqual([{ steps: 7 }, { battery: 5 }])
  expect(socket.alarms.map(({ count }) => count)).toEqual([1, 2, 3, 4, 5])
})

test('a snapshot goes out in parts that many sockets share, as one message', async () => {
  const { enter } = await town()
  const [one, two] = [await enter(), await enter()]
  expect(one.parts[0]).toBeGreaterThan(1)
  expect(one.texts).toEqual(two.texts)
})

test('pongs that answer no ping keep nobody: who does not read is let go within a minute', async () => {
  const { enter, pass, viewers } = await town()
  const socket = await enter({ answers: false })
  for (let i = 0; i < 3 * (PING_MS / 1_000); i++) {
    expect(socket.terminated).toBe(i > 2 * (PING_MS / 1_000) + PING_MS / 1_000 - 1)
    socket.emit('pong', Buffer.alloc(0))
    socket.emit('pong', Buffer.from('1'))
    await pass(1_000)
  }
  expect([socket.terminated, viewers.count()]).toEqual([true, 0])
})

test('who answers the pings stays, also who answers one only after the next was sent', async () => {
  const { enter, pass, viewers } = await town()
  const [quick, late] = [await enter({ answers: false }), await enter({ answers: false })]
  for (let i = 0; i < 120; i++) {
    const [last, before] = [quick.pings.at(-1), late.pings.at(-2)]
    if (last !== undefined) quick.emit('pong', last)
    if (before !== undefined) late.emit('pong', before)
    await pass(5_000)
  }
  expect([quick.terminated, late.terminated, viewers.count()]).toEqual([false, false, 2])
})
