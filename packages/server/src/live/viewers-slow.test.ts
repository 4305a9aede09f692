import { EventEmitter } from 'node:events'
import { mergeRecord } from '@twinmap/core/internal/intake/merge'
import { createIntakeState } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import { wristband } from '@twinmap/layers'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { Authority } from '../authority.ts'
import { createAudiences } from './compose.ts'
import { createKeptLog } from './kept-log.ts'
import { createViewers, HEARTBEAT_MS, SLOW_BYTES, type Viewers } from './viewers.ts'

// What a viewer that does not read costs, seen from its socket in the server.
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const KINDS = new Map<string, AnyKind>([['Wristband', wristband]])
const record = (seq: number, id = 'W-1') => ({ kind: 'Wristband', id, boot: 1, seq, t: seq, properties: { battery: seq % 100 } })

/** A socket whose other end reads at once, or not at all: then what is sent waits. */
class FakeSocket extends EventEmitter {
  readyState = 1
  bufferedAmount = 0
  reads = true
  readonly said: Envelope[] = []
  readonly pings: Buffer[] = []
  terminated = false
  send(text: string): void {
    this.said.push(JSON.parse(text))
    if (!this.reads) this.bufferedAmount += text.length
  }
  ping(data: string): void {
    this.pings.push(Buffer.from(data))
  }
  terminate(): void {
    this.terminated = true
    this.readyState = 3
    this.emit('close')
  }
  close(): void {
    this.terminate()
  }
  hear(message: object): void {
    this.emit('message', Buffer.from(JSON.stringify(message)), false)
  }
}

/** A town whose snapshot is larger than what may wait in a socket. */
function town(): { viewers: Viewers; commit: () => void; join: (reads?: boolean) => Promise<FakeSocket> } {
  const state = createIntakeState()
  const large = { ...record(1, 'W-large'), properties: { phone: 'x'.repeat(1.5 * SLOW_BYTES) } }
  state.entities.set('Wristband', new Map([['W-large', mergeRecord(undefined, large, 0)]]))
  let n = 1
  const log = createKeptLog()
  log.begin([], n)
  const viewers = createViewers({
    authority: { state, streamId: 's', n: () => n } as Authority,
    log,
    audienceOf: createAudiences(KINDS),
    verify: async () => ({ role: 'care', name: 'care', expiresMs: Number.POSITIVE_INFINITY }),
    audit: async () => undefined,
    nowMs: () => Date.now(),
    report: (error) => {
      throw error
    },
  })
  return {
    viewers,
    commit() {
      const entry = { n: ++n, nowMs: Date.now(), records: [record(n)], alarms: [] }
      log.add(entry)
      viewers.publish(entry)
    },
    async join(reads = true) {
      const socket = new FakeSocket()
      socket.reads = reads
      viewers.join(socket as unknown as WebSocket)
      socket.hear({ hello: { token: 'jwt' } })
      await vi.advanceTimersByTimeAsync(0)
      expect(socket.said).toMatchObject([{ snapshot: true, n }])
      return socket
    },
  }
}

test('a viewer that reads nothing and asks for the snapshot again and again has one that waits, not one for each', async () => {
  const { viewers, commit, join } = town()
  const socket = await join(false)
  const one = socket.bufferedAmount
  expect(one).toBeGreaterThan(SLOW_BYTES)
  for (let i = 0; i < 15; i++) {
    commit()
    socket.hear({ resync: {} })
    await vi.advanceTimersByTimeAsync(1_100)
  }
  expect([socket.bufferedAmount, socket.said.length]).toEqual([one, 1])
  // Once it reads it gets the one that it waits for, of now, and then what comes.
  socket.reads = true
  socket.bufferedAmount = 0
  await vi.advanceTimersByTimeAsync(300)
  commit()
  expect(socket.said.map(({ snapshot, from, n }) => [snapshot, from, n])).toEqual([
    [true, undefined, 1],
    [true, undefined, 16],
    [undefined, 17, 17],
  ])
  viewers.close()
})

test('pongs that answer no ping keep nobody: who does not read is let go within a minute', async () => {
  const { viewers, join } = town()
  const socket = await join(false)
  for (let i = 0; i < 60; i++) {
    socket.emit('pong', Buffer.alloc(0))
    socket.emit('pong', Buffer.from('1'))
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect([socket.terminated, viewers.count()]).toEqual([true, 0])
  viewers.close()
})

test('who answers the pings stays, also who answers one only after the next was sent', async () => {
  const { viewers, join } = town()
  const [quick, late] = [await join(), await join()]
  for (let i = 0; i < 120; i++) {
    const [last, before] = [quick.pings.at(-1), late.pings.at(-2)]
    if (last !== undefined) quick.emit('pong', last)
    if (before !== undefined) late.emit('pong', before)
    await vi.advanceTimersByTimeAsync(HEARTBEAT_MS)
  }
  expect([quick.terminated, late.terminated, viewers.count()]).toEqual([false, false, 2])
  viewers.close()
})
