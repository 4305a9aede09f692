import v8 from 'node:v8'
import { expect, test } from 'vitest'
import type { TwinDocument } from '../document/document.ts'
import type { Socket } from '../feeds/websocket.ts'
import { realTimers } from '../feeds/within-silence.ts'
import type { AnyKind } from '../kind/kind.ts'
import { liveClock } from '../live/clock.ts'
import { createHost, SLOW_MS } from './host.ts'

const text = { zh: '手环', en: 'Wristband' }
const kind: AnyKind = {
  kind: 'Wristband',
  label: text,
  fields: { name: { type: 'words', label: text, privacy: 'personal' }, phone: { type: 'words', label: text, privacy: 'personal' } },
  name: 'name',
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {},
  card: ['name', 'phone'],
}
const doc: TwinDocument = {
  twin: 1,
  name: text,
  timeZone: 'Asia/Shanghai',
  origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 0, geoidMeters: 0, datum: 'CGCS2000' },
  tilesets: [],
  feeds: [{ id: 'town', type: 'websocket', url: 'https://town.example/live' }],
  kinds: [],
  layers: [{ id: 'wristbands', kind: 'Wristband', feed: 'town' }],
  views: [],
  panels: [],
}

/** Three secrets, made while the test runs and kept as bytes, so that the heap holds their words only where the host does. */
const secrets = ['N', 'I', 'P'].map((first) =>
  Uint8Array.from(`${first}${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`, (sign) => sign.charCodeAt(0)),
)
const word = (secret: Uint8Array) => String.fromCharCode(...secret)

/** Which of the secrets a snapshot of this process' heap holds. */
async function held(): Promise<boolean[]> {
  const found = secrets.map(() => false)
  let before = Buffer.alloc(0)
  for await (const chunk of v8.getHeapSnapshot()) {
    const bytes = Buffer.concat([before, chunk as Buffer])
    secrets.forEach((secret, i) => {
      found[i] ||= bytes.includes(Buffer.from(secret))
    })
    before = bytes.subarray(-64)
  }
  return found
}

/** What the server says of the person: built and dropped inside. */
function tell(socket: Socket): void {
  const [name, id, phone] = secrets.map(word)
  const alarm = {
    id: 'a-1',
    kind: 'Wristband',
    entity: id,
    rule: 'sos',
    as: null,
    category: 'sos',
    place: null,
    priority: 1,
    state: 'unacknowledged',
  }
  const times = { raisedMs: 1, lastMs: 1, enteredMs: 1, heardMs: 1, clearedMs: null, count: 1 }
  const done = { acknowledged: null, done: null, escalated: false }
  const records = [
    {
      kind: 'Wristband',
      id: [id],
      t: [Date.now()],
      heardMs: [Date.now()],
      location: [[117.83, 37.25, 0]],
      properties: { name: [name], phone: [phone] },
    },
  ]
  socket.onmessage?.({
    data: JSON.stringify({
      streamId: 's',
      n: 1,
      serverTimeMs: Date.now(),
      snapshot: true,
      records,
      alarms: [{ ...alarm, ...times, ...done }],
    }),
  })
}

test('after signing out the heap holds neither name nor id nor phone of anybody', async () => {
  let socket: Socket | null = null
  const host = createHost({
    post: (message, transfer = []) => {
      const arrived = structuredClone(message, { transfer })
      if (arrived.type === 'patch')
        queueMicrotask(() => host.recycle({ type: 'recycle', layer: 'wristbands', buffer: arrived.patch.words.buffer }))
    },
    nowMs: () => Date.now(),
    timers: realTimers,
    random: () => 0.5,
    kinds: [kind],
    net: { fetch: () => Promise.reject(new TypeError('none')), sleep: async () => undefined, random: () => 0 },
    sockets: {
      nowMs: () => Date.now(),
      open: () => {
        const opened: Socket = {
          binaryType: '',
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
          send: () => undefined,
          close: () => undefined,
        }
        socket = opened
        return opened
      },
    },
  })
  await host.calls.open({ doc, base: 'https://town.example/', locale: 'zh', clock: liveClock(Date.now(), 0) })
  await host.calls.token({ feed: 'town', token: 'jwt' })
  await new Promise((resolve) => setTimeout(resolve, 5))
  tell(socket!)
  await host.calls.watch({ handle: { layer: 'wristbands', slot: 0, generation: 0 } })
  await host.calls.setView({
    viewProjection: [1.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, -1, 0, 0, 99, 100],
    eye: [0, 0, 100],
    width: 800,
    height: 600,
  })
  await new Promise((resolve) => setTimeout(resolve, 2 * SLOW_MS))
  await host.calls.describe({ handle: { layer: 'wristbands', slot: 0, generation: 0 } })
  expect(await held()).toEqual([true, true, true])
  await host.calls.token({ feed: null, token: null })
  await new Promise((resolve) => setTimeout(resolve, 2 * SLOW_MS))
  expect(await held()).toEqual([false, false, false])
  await host.calls.close()
}, 120_000)
