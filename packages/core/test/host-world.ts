// The worker's host in a page of a town that says what a test tells it: sockets, fetches and clock are made by hand.
import { vi } from 'vitest'
import type { TwinDocument } from '../src/document/document.ts'
import type { Socket } from '../src/feeds/websocket.ts'
import { realTimers } from '../src/feeds/within-silence.ts'
import type { AnyKind } from '../src/kind/kind.ts'
import { liveClock } from '../src/live/clock.ts'
import { WORDS } from '../src/live/layout.ts'
import type { Alarm } from '../src/record/alarm.ts'
import { toColumns } from '../src/record/columns.ts'
import type { Envelope } from '../src/record/envelope.ts'
import type { Row } from '../src/record/record.ts'
import { createHost, FLUSH_MS, type Host, type HostPorts, SLOW_MS } from '../src/worker/host.ts'
import type { AlarmShown, ViewState, WorkerMessage } from '../src/worker/messages.ts'
import { applyPatch } from './apply-patch.ts'
import { sampleAlarm } from './sample-alarm.ts'

export const T0 = Date.UTC(2026, 0, 1)
export const text = { zh: '求助', en: 'SOS' }
export const kind: AnyKind = {
  kind: 'Wristband',
  label: text,
  fields: {
    name: { type: 'words', label: text, privacy: 'personal' },
    sos: { type: 'choice', label: text, values: { pressed: text, released: text } },
    heartRate: { type: 'quantity', label: text, unit: '/min', range: [0, 300], privacy: 'health' },
  },
  name: 'name',
  everyMs: 600_000,
  symbol: { shape: 'circle', glyph: 'person' },
  alarms: {},
  card: ['name', 'heartRate', 'sos'],
}
export const doc: TwinDocument = {
  twin: 1,
  name: text,
  timeZone: 'Asia/Shanghai',
  origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 0, geoidMeters: 0, datum: 'CGCS2000' },
  tilesets: [],
  feeds: [{ id: 'town', type: 'websocket', url: 'https://town.example/live', actions: 'https://town.example/actions' }],
  kinds: [],
  layers: [
    { id: 'wristbands', kind: 'Wristband', feed: 'town' },
    { id: 'plots', inventory: 'https://town.example/plots.geojson', style: { label: 'name' } },
  ],
  views: [],
  panels: [],
}
/** A row of the one person; `heardMs` and what else is odd about it in `more`. */
export const band = (properties: Row['properties'], location?: Row['location'], more: Partial<Row> = {}): Row => ({
  kind: 'Wristband',
  id: 'W-0413',
  t: T0,
  heardMs: T0,
  ...(location === undefined ? {} : { location }),
  properties,
  ...more,
})
export const sos = (more: Partial<Alarm> = {}): Alarm =>
  sampleAlarm({ entity: 'W-0413', place: [117.83, 37.25, 0], raisedMs: T0, lastMs: T0, enteredMs: T0, heardMs: T0, ...more })
export const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'
/** A camera straight above the origin, 100 m up: east right, north up; 1 m is 6 px at the ground. */
export const above: ViewState = {
  viewProjection: [1.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, -1, 0, 0, 99, 100],
  eye: [0, 0, 100],
  width: 800,
  height: 600,
}

export interface World {
  readonly host: Host
  readonly messages: WorkerMessage[]
  readonly sockets: (Socket & { readonly sent: string[]; closed: boolean })[]
  readonly asked: { url: string; init: RequestInit }[]
  readonly mirror: Uint32Array
  /** How requests of actions are answered. */
  answer: (init: RequestInit) => Response | Promise<Response>
  hold: boolean
}

/** A page, a server and a network around a host. The page recycles each patch at once unless it holds them. */
export function world({ openHeights }: Pick<HostPorts, 'openHeights'> = {}): World {
  const made = { messages: [], sockets: [], asked: [], mirror: new Uint32Array(64 * WORDS), hold: false } as unknown as World & {
    host: Host
  }
  made.answer = () => new Response(JSON.stringify({ key: KEY, state: 'pending' }), { status: 202 })
  const plots = {
    type: 'FeatureCollection',
    features: [{ id: 'p1', geometry: { type: 'Point', coordinates: [117.83, 37.2498] }, properties: { name: '东塘' } }],
  }
  const host = createHost({
    post: (message, transfer = []) => {
      const arrived = structuredClone(message, { transfer })
      made.messages.push(arrived)
      if (arrived.type !== 'patch') return
      if (arrived.patch.layer === 'wristbands') applyPatch(made.mirror, arrived.patch)
      if (!made.hold)
        queueMicrotask(() => host.recycle({ type: 'recycle', layer: arrived.patch.layer, buffer: arrived.patch.words.buffer }))
    },
    nowMs: () => Date.now(),
    timers: realTimers,
    random: () => 0.5,
    kinds: [kind],
    ...(openHeights !== undefined && { openHeights }),
    net: {
      fetch: async (url, init) => {
        made.asked.push({ url, init })
        return url.endsWith('.geojson') ? new Response(JSON.stringify(plots)) : made.answer(init)
      },
      sleep: async () => undefined,
      random: () => 0.5,
    },
    sockets: {
      nowMs: () => Date.now(),
      open: () => {
        const socket = {
          binaryType: '',
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
          sent: [] as string[],
          closed: false,
        } as unknown as World['sockets'][number]
        socket.send = (frame) => void socket.sent.push(frame)
        socket.close = () => {
          socket.closed = true
        }
        queueMicrotask(() => socket.onopen?.({} as never))
        made.sockets.push(socket)
        return socket
      },
    },
  })
  return Object.assign(made, { host })
}
export const say = ({ sockets }: World, envelope: Partial<Envelope>) =>
  sockets.at(-1)!.onmessage?.({ data: JSON.stringify({ streamId: 's', n: 1, serverTimeMs: Date.now(), ...envelope }) })
export const settle = (ms = SLOW_MS + FLUSH_MS) => vi.advanceTimersByTimeAsync(ms)
export const last = <T extends WorkerMessage['type']>({ messages }: World, type: T) =>
  messages.findLast((message) => message.type === type) as Extract<WorkerMessage, { type: T }>
export const alarms = (at: World): readonly AlarmShown[] => last(at, 'alarm').alarms
export const open = async (at: World, of: TwinDocument = doc) => {
  const opening = at.host.calls.open({ doc: of, base: 'https://town.example/longwan.twin.json', locale: 'zh', clock: liveClock(T0, 0) })
  await settle()
  await at.host.calls.token({ feed: 'town', token: 'jwt' })
  await settle()
  return opening
}
/** Opened, signed in, one person with an SOS heard. */
export const lively = async () => {
  const at = world()
  const opened = await open(at)
  say(at, { snapshot: true, records: toColumns([band({ name: '张建国', heartRate: 92 }, [117.83, 37.25, 0])]), alarms: [sos()] })
  await settle()
  return { at, opened }
}
