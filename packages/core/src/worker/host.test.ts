import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { applyPatch } from '../../test/apply-patch.ts'
import type { TwinDocument } from '../document/document.ts'
import type { Socket } from '../feeds/websocket.ts'
import { realTimers } from '../feeds/within-silence.ts'
import type { AnyKind } from '../kind/kind.ts'
import { liveClock } from '../live/clock.ts'
import { HIDDEN, WORDS } from '../live/layout.ts'
import { plateAt } from '../live/plate.ts'
import type { Alarm } from '../record/alarm.ts'
import { toColumns } from '../record/columns.ts'
import type { Envelope } from '../record/envelope.ts'
import type { TwinRecord } from '../record/record.ts'
import { createHost, FLUSH_MS, type Host, SLOW_MS } from './host.ts'
import type { AlarmShown, Described, Health, LabelShown, ViewState, WorkerMessage } from './messages.ts'

const T0 = Date.UTC(2026, 0, 1)
beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(T0)
})
afterEach(() => {
  vi.useRealTimers()
})

const text = { zh: '求助', en: 'SOS' }
const kind: AnyKind = {
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
const doc: TwinDocument = {
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
const band = (seq: number, properties: TwinRecord['properties'], location?: TwinRecord['location']): TwinRecord => ({
  kind: 'Wristband',
  id: 'W-0413',
  boot: 1,
  seq,
  t: T0,
  ...(location === undefined ? {} : { location }),
  properties,
})
const sos = (more: Partial<Alarm> = {}): Alarm => ({
  id: 'a-1',
  kind: 'Wristband',
  entity: 'W-0413',
  rule: 'sos',
  category: 'sos',
  place: [117.83, 37.25, 0],
  priority: 1,
  state: 'unacknowledged',
  raisedMs: T0,
  lastMs: T0,
  enteredMs: T0,
  clearedMs: null,
  count: 1,
  acknowledged: null,
  escalated: false,
  ...more,
})
const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'
/** A camera straight above the origin, 100 m up: east right, north up; 1 m is 6 px at the ground. */
const above: ViewState = {
  viewProjection: [1.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, -1, -1, 0, 0, 99, 100],
  eye: [0, 0, 100],
  width: 800,
  height: 600,
}

interface World {
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
function world(): World {
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
const say = ({ sockets }: World, envelope: Partial<Envelope>) =>
  sockets.at(-1)!.onmessage?.({ data: JSON.stringify({ streamId: 's', n: 1, serverTimeMs: Date.now(), ...envelope }) })
const settle = (ms = SLOW_MS + FLUSH_MS) => vi.advanceTimersByTimeAsync(ms)
const last = <T extends WorkerMessage['type']>({ messages }: World, type: T) =>
  messages.findLast((message) => message.type === type) as Extract<WorkerMessage, { type: T }>
const alarms = (at: World): readonly AlarmShown[] => last(at, 'alarm').alarms
const open = async (at: World) => {
  const opening = at.host.calls.open({ doc, base: 'https://town.example/longwan.twin.json', locale: 'zh', clock: liveClock(T0, 0) })
  await settle()
  await at.host.calls.token({ feed: 'town', token: 'jwt' })
  await settle()
  return opening
}
/** Opened, signed in, one person with an SOS heard. */
const lively = async () => {
  const at = world()
  const opened = await open(at)
  say(at, { snapshot: true, records: toColumns([band(7, { name: '张建国', heartRate: 92 }, [117.83, 37.25, 0])]), alarms: [sos()] })
  await settle()
  return { at, opened }
}

test('opens layers, asks for the token, and says hello with the kinds that it shows', async () => {
  const { at, opened } = await lively()
  expect(opened.kinds).toEqual([kind])
  expect(opened.layers.map(({ id, kind: { kind: name }, visible }) => [id, name, visible])).toEqual([
    ['wristbands', 'Wristband', true],
    ['plots', 'plots', true],
  ])
  expect(at.messages.filter(({ type }) => type === 'needToken')).toEqual([{ type: 'needToken', feed: 'town', expired: false }])
  expect(at.sockets[0]!.sent).toEqual(['{"hello":{"token":"jwt","kinds":["Wristband"]}}'])
  expect(at.asked.map(({ url, init }) => [url, (init.headers as Record<string, string>)['Authorization']])).toEqual([
    ['https://town.example/plots.geojson', 'Bearer jwt'],
  ])
})

test('hands over handles and bytes alone: no name, no id, in any patch', async () => {
  const { at } = await lively()
  const patches = at.messages.flatMap((message) =>
    message.type === 'patch' && message.patch.layer === 'wristbands' ? [message.patch] : [],
  )
  expect(patches.map(({ whole, slots }) => [whole, slots])).toEqual([
    [true, 0],
    [false, 1],
  ])
  expect(JSON.stringify(at.messages.filter(({ type }) => type === 'patch'))).not.toMatch(/W-0413|张/)
  expect(at.mirror[7]! & HIDDEN).toBe(0)
})

test('a click becomes a handle, and a handle a card with a masked name', async () => {
  const { at } = await lively()
  const plate = plateAt(above, [0, 0, 0], 'circle', 1)!
  const [met] = await at.host.calls.pick({ x: plate.x, y: plate.y, view: above, tMs: T0 })
  expect(met).toMatchObject({ underPointer: true, alarm: true, handle: { layer: 'wristbands', slot: 0, generation: 0 } })
  const card: Described = await at.host.calls.describe({ handle: met!.handle })
  expect(card).toMatchObject({
    id: 'W-0413',
    name: '张**',
    freshness: 'fresh',
    fields: [
      { field: 'name', value: '张**' },
      { field: 'heartRate', value: 92, tMs: T0 },
    ],
  })
  expect(card.alarms.map(({ id }) => id)).toEqual(['a-1'])
})

test('what its inventory places tells how it came by its height, what a feed places does not', async () => {
  const { at } = await lively()
  const plot = await at.host.calls.describe({ kind: 'plots', id: 'p1' })
  expect(plot.settled).toEqual({ method: 'origin', errorMeters: null })
  expect((await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).settled).toBeNull()
})

test('the list and the chips show the masked name', async () => {
  const { at } = await lively()
  expect(alarms(at).map(({ name, handle, pending }) => [name, handle?.slot, pending])).toEqual([['张**', 0, false]])
  await at.host.calls.setView(above)
  await settle()
  const labels: readonly LabelShown[] = last(at, 'labels').labels
  expect(labels.map((label) => [label.handle.layer, label.text, label.priority])).toEqual([
    ['wristbands', 'SOS 张**', 1],
    ['plots', '东塘', 0],
  ])
})

test('lists an alarm whose kind no layer shows, and colours what an inventory alone placed', async () => {
  const { at } = await lively()
  say(at, {
    from: 2,
    n: 2,
    alarms: [sos({ id: 'a-2', kind: 'Manhole', entity: 'M-1', priority: 2 }), sos({ id: 'a-3', kind: 'plots', entity: 'p1', priority: 3 })],
  })
  await settle()
  expect(alarms(at).map(({ id, name, handle }) => [id, name, handle?.layer])).toEqual([
    ['a-1', '张**', 'wristbands'],
    ['a-2', 'M-1', undefined],
    ['a-3', '东塘', 'plots'],
  ])
  expect((await at.host.calls.describe({ kind: 'plots', id: 'p1' })).alarms.map(({ id }) => id)).toEqual(['a-3'])
  const acting = at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-2', count: 1, feed: 'town' })
  expect(await acting).toMatchObject({ state: 'pending' })
})

test('who comes back in a lesser role keeps nothing that the snapshot does not hold: no value, no name of an alarm', async () => {
  const { at } = await lively()
  const { handle } = await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })
  await at.host.calls.watch({ handle })
  at.sockets[0]!.onclose?.({ code: 4401, reason: 'token-expired' })
  await settle()
  await at.host.calls.token({ feed: 'town', token: 'of the public' })
  await settle()
  expect(at.sockets.length).toBe(2)
  say(at, {
    streamId: 's-of-another-role',
    snapshot: true,
    records: toColumns([band(7, { sos: 'pressed' }, [117.83, 37.25, 0])]),
    alarms: [sos({ kind: null, entity: null, rule: null })],
  })
  await settle()
  const card = last(at, 'described').described!
  expect([card.name, card.fields.map(({ field }) => field), card.alarms]).toEqual(['W-0413', ['sos'], []])
  expect(alarms(at)).toMatchObject([{ id: 'a-1', kind: null, name: null, handle: null }])
  say(at, { streamId: 's-of-another-role', n: 2, snapshot: true, records: [], alarms: [] })
  await settle()
  expect([alarms(at), last(at, 'described').described, last(at, 'health').health.layers[0]!.count]).toEqual([[], null, 0])
  await expect(at.host.calls.describe({ handle })).rejects.toMatchObject({ code: 'entity-gone' })
})

test('a hidden layer keeps its alarms: their chips, and a click on them', async () => {
  const { at } = await lively()
  await at.host.calls.setView(above)
  for (const layer of ['wristbands', 'plots']) await at.host.calls.setFilter({ layer, visible: false })
  await settle()
  const labels: readonly LabelShown[] = last(at, 'labels').labels
  expect(labels.map(({ text: words }) => words)).toEqual(['SOS 张**'])
  const plate = plateAt(above, [0, 0, 0], 'circle', 1)!
  const pick = () => at.host.calls.pick({ x: plate.x, y: plate.y, view: above, tMs: T0 })
  expect(await pick()).toMatchObject([{ alarm: true, handle: { layer: 'wristbands', slot: 0 } }])
  say(at, { from: 2, n: 2, alarms: [sos({ state: 'normal' })] })
  await settle()
  expect(await pick()).toEqual([])
  expect(last(at, 'labels').labels).toEqual([])
})

test('a card that is watched follows, and ends with its entity', async () => {
  const { at } = await lively()
  const handle = { layer: 'wristbands', slot: 0, generation: 0 }
  await at.host.calls.watch({ handle })
  await settle()
  say(at, { from: 2, n: 2, records: toColumns([band(8, { heartRate: 130 })]) })
  await settle()
  expect(last(at, 'described').described?.fields[1]).toMatchObject({ field: 'heartRate', value: 130 })
  say(at, { from: 3, n: 3, gone: { Wristband: ['W-0413'] } })
  await settle()
  expect(last(at, 'described').described).toBeNull()
  await expect(at.host.calls.describe({ handle })).rejects.toMatchObject({ code: 'entity-gone' })
})

test('an acknowledgement is pending until the feed shows it, by whoever', async () => {
  const { at } = await lively()
  const acknowledge = { key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' } as const
  expect(await at.host.calls.act(acknowledge)).toEqual({ key: KEY, state: 'pending' })
  expect(alarms(at)[0]!.pending).toBe(true)
  expect(JSON.parse(String(at.asked.at(-1)!.init.body))).toEqual({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1 })
  say(at, { from: 2, n: 2, alarms: [sos({ state: 'acknowledged', acknowledged: { by: 'wang', atMs: T0 } })] })
  expect(alarms(at)[0]).toMatchObject({ pending: false, state: 'acknowledged' })
})

test('an alarm that grew is told, and is pending no more', async () => {
  const { at } = await lively()
  at.answer = () =>
    new Response(JSON.stringify({ error: { code: 'alarm-grew', message: 'occurred 2 times', details: {} } }), { status: 409 })
  const answer = await at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  expect(answer).toMatchObject({ error: { code: 'alarm-grew' } })
  expect(alarms(at)[0]!.pending).toBe(false)
})

test('an action whose token expired asks for a new one and goes again with its key', async () => {
  const { at } = await lively()
  at.answer = () => new Response(JSON.stringify({ error: { code: 'token-expired', message: 'expired' } }), { status: 401 })
  const acting = at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  await settle()
  expect(last(at, 'needToken')).toEqual({ type: 'needToken', feed: 'town', expired: true })
  at.answer = () => new Response(JSON.stringify({ key: KEY, state: 'pending' }), { status: 202 })
  await at.host.calls.token({ feed: 'town', token: 'jwt2' })
  expect(await acting).toEqual({ key: KEY, state: 'pending' })
  expect((at.asked.at(-1)!.init.headers as Record<string, string>)['Authorization']).toBe('Bearer jwt2')
})

test('a patch waits for the one before, and a layer at rest sends none', async () => {
  const { at } = await lively()
  const patches = () => at.messages.filter(({ type }) => type === 'patch').length
  const before = patches()
  for (let beat = 0; beat < 12; beat++) {
    await settle(5000)
    say(at, { n: 1 })
  }
  expect(patches()).toBe(before)
  at.hold = true
  for (let seq = 8; seq < 20; seq++) {
    say(at, { from: seq - 6, n: seq - 6, records: toColumns([band(seq, { heartRate: 90 }, [117.83, 37.25, seq])]) })
    await settle(20)
  }
  expect(patches()).toBe(before + 1)
})

test('a layer wakes once when its person falls silent, without a message', async () => {
  const { at } = await lively()
  const before = at.messages.filter(({ type }) => type === 'patch').length
  await settle(15 * 60_000 + 1000)
  expect(at.messages.filter(({ type }) => type === 'patch').length).toBe(before + 1)
  const health: Health = last(at, 'health').health
  expect(health.layers[0]).toMatchObject({ id: 'wristbands', count: 1, late: 1, fresh: 0 })
})

test('a server whose clock is ahead moves the clock of the twin, once', async () => {
  const at = world()
  await open(at)
  say(at, { snapshot: true, serverTimeMs: Date.now() + 5000 })
  say(at, { n: 1, serverTimeMs: Date.now() + 5200 })
  const clocks = at.messages.filter(({ type }) => type === 'clock')
  expect(clocks.length).toBe(1)
  expect(last(at, 'clock').clock).toEqual(liveClock(Date.now(), 5000))
})

test('a feed that cannot be had leaves the rest usable, and says why', async () => {
  const at = world()
  const away: TwinDocument = {
    ...doc,
    feeds: [{ ...doc.feeds[0]!, url: 'https://evil.example/live' }],
    layers: [doc.layers[0]!, { id: 'x', kind: 'Unknown' }],
  }
  const { layers } = await at.host.calls.open({ doc: away, base: 'https://town.example/', locale: 'zh', clock: liveClock(T0, 0) })
  expect(layers.map(({ id }) => id)).toEqual(['wristbands'])
  expect(last(at, 'health').health.feeds[0]).toMatchObject({ id: 'town', state: 'refused', error: { code: 'fetch-refused' } })
  expect(last(at, 'error').error.message).toContain('layers.x: kind Unknown is declared neither')
})

test('a document that declares a kind of the worker is told so, and the privacy of that kind stands', async () => {
  const at = world()
  const careless: TwinDocument = {
    ...doc,
    kinds: [{ ...kind, fields: { name: { type: 'words', label: text } }, card: ['name'] }],
    layers: [doc.layers[0]!],
  }
  const { layers } = await at.host.calls.open({ doc: careless, base: 'https://town.example/', locale: 'zh', clock: liveClock(T0, 0) })
  expect(layers.map((layer) => layer.kind)).toEqual([kind])
  expect(last(at, 'error').error).toMatchObject({ code: 'kind-invalid', details: { kind: 'Wristband' } })
})

test('after a lost context the whole layer comes again', async () => {
  const { at } = await lively()
  await at.host.calls.repatch({ layer: 'wristbands' })
  await settle()
  expect(last(at, 'patch').patch).toMatchObject({ layer: 'wristbands', whole: true, slots: 1 })
})

test('signing out ends the socket and what is under way, empties list, chips, card and markers, and a new token starts again', async () => {
  const { at } = await lively()
  at.hold = true // as in a hidden tab: a patch is on its way
  say(at, { from: 2, n: 2, records: toColumns([band(8, {}, [117.83, 37.25, 5])]) })
  await settle()
  at.answer = () => new Promise(() => undefined)
  const acting = at.host.calls.act({ key: KEY, type: 'acknowledge', alarm: 'a-1', count: 1, feed: 'town' })
  const refused = expect(acting).rejects.toMatchObject({ code: 'signed-out' })
  await settle(1)
  await at.host.calls.token({ feed: null, token: null })
  expect(at.sockets[0]!.closed).toBe(true)
  expect([alarms(at), last(at, 'described').described, last(at, 'labels').labels]).toEqual([[], null, []])
  expect(at.mirror[7]).toBe(HIDDEN)
  expect(last(at, 'health').health.feeds[0]!.state).toBe('signed-out')
  await expect(at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).rejects.toMatchObject({ code: 'signed-out' })
  expect(await at.host.calls.pick({ x: 400, y: 300, view: above, tMs: T0 })).toEqual([])
  await refused
  at.hold = false
  await at.host.calls.token({ feed: 'town', token: 'jwt3' })
  await settle()
  expect(at.sockets.at(-1)!.sent).toEqual(['{"hello":{"token":"jwt3","kinds":["Wristband"]}}'])
})
