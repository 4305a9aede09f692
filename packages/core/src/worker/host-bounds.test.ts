// What the host does once and not twice, at its clock's bounds, and with calls that meet nothing.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  above,
  alarms,
  band,
  doc,
  KEY,
  kind,
  last,
  lively,
  open,
  say,
  settle,
  sos,
  T0,
  text,
  type World,
  world,
} from '../../test/host-world.ts'
import type { LayerSource, TwinDocument } from '../document/document.ts'
import { type Clock, liveClock } from '../live/clock.ts'
import { toColumns } from '../record/columns.ts'
import type { WorkerMessage } from './messages.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(T0)
})
afterEach(() => {
  vi.useRealTimers()
})

const BASE = 'https://town.example/longwan.twin.json'
const HERE = [117.83, 37.25, 0] as const
const [wristbands, plots] = doc.layers as [LayerSource, LayerSource]
const count = ({ messages }: World, type: WorkerMessage['type']) => messages.filter((message) => message.type === type).length
const opened = async (at: World, more: Partial<TwinDocument>, clock: Clock = liveClock(T0, 0)) => {
  const opening = at.host.calls.open({ doc: { ...doc, ...more }, base: BASE, locale: 'zh', clock })
  await settle()
  await at.host.calls.token({ feed: 'town', token: 'jwt' })
  await settle()
  return opening
}
const health = (at: World) => last(at, 'health').health
const beat = async (at: World, ms: number) => {
  for (let left = ms; left > 0; left -= 10_000) {
    await settle(Math.min(left, 10_000))
    say(at, { n: 1 })
  }
}

describe('a clock', () => {
  const aged = async (clock: Clock, ms: number) => {
    const at = world()
    await opened(at, { layers: [wristbands] }, clock)
    say(at, { snapshot: true, records: toColumns([band({}, HERE)]) })
    await settle()
    const before = Date.now() - T0
    await beat(at, ms - before)
    await settle()
    const { fresh, late, stale } = health(at).layers[0]!
    return [fresh, late, stale]
  }
  const replay = { mode: 'replay', wallMs: T0, twinMs: T0, rate: 10 } as const
  test('that runs ten times as fast ages things ten times as soon', async () => {
    expect(await aged(replay, 89_000)).toEqual([1, 0, 0])
    expect(await aged(replay, 91_000)).toEqual([0, 1, 0])
    expect(await aged(replay, 151_000)).toEqual([0, 0, 1])
  })
  test('that stands ages nothing, and wakes nobody', async () => {
    expect(await aged({ ...replay, mode: 'paused', rate: 0 }, 91_000)).toEqual([1, 0, 0])
  })
  test('that is set elsewhere ages things there at once, and sends each layer whole', async () => {
    const { at } = await lively()
    await at.host.calls.setClock({ mode: 'paused', wallMs: Date.now(), twinMs: T0 + 900_000, rate: 0 })
    await settle()
    expect(health(at).layers[0]).toMatchObject({ fresh: 0, late: 1 })
    expect(at.messages.flatMap((message) => (message.type === 'patch' ? [message.patch] : [])).at(-1)).toMatchObject({ whole: true })
  })
  test('says how far the server’s is ahead where it is live, and nothing where it is not', async () => {
    const at = world()
    await opened(at, {}, liveClock(T0, 5000))
    expect(health(at).clockOffsetMs).toBe(5000)
    await at.host.calls.setClock({ ...replay, twinMs: T0 + 7000 })
    await settle()
    expect(health(at).clockOffsetMs).toBe(0)
    await at.host.calls.setClock(liveClock(Date.now(), -3000))
    await settle()
    expect(health(at).clockOffsetMs).toBe(-3000)
    const replaying = world()
    await opened(replaying, {}, { ...replay, twinMs: T0 + 7000 })
    expect(health(replaying).clockOffsetMs).toBe(0)
  })
  test('that is behind the server’s by more than a second is set forward, and told with its health', async () => {
    const { at } = await lively()
    say(at, { n: 1, serverTimeMs: Date.now() - 2000 })
    expect(count(at, 'clock')).toBe(0) // the least delay counts, and it was none before
    say(at, { n: 1, serverTimeMs: Date.now() + 2000 })
    await settle()
    expect([last(at, 'clock').clock.twinMs - last(at, 'clock').clock.wallMs, health(at).clockOffsetMs]).toEqual([2000, 2000])
  })
})

describe('once, and not twice', () => {
  test('a timer is set however many changes come in a frame, and after it again', async () => {
    const { at } = await lively()
    const patches = count(at, 'patch')
    say(at, { from: 2, n: 2, records: toColumns([band({ heartRate: 1 }, [117.83, 37.25, 1])]) })
    const timers = vi.getTimerCount()
    for (let n = 3; n < 9; n++) say(at, { from: n, n, records: toColumns([band({ heartRate: n }, [117.83, 37.25, n])]) })
    expect(vi.getTimerCount()).toBe(timers)
    await settle()
    expect(count(at, 'patch')).toBe(patches + 1)
    say(at, { from: 9, n: 9, records: toColumns([band({ heartRate: 9 }, [117.83, 37.25, 9])]) })
    await settle()
    expect(count(at, 'patch')).toBe(patches + 2)
  })
  test('lists, chips, cards and health are sent where they are new', async () => {
    const { at } = await lively()
    await at.host.calls.setView(above)
    await at.host.calls.watch({ handle: { layer: 'wristbands', slot: 0, generation: 0 } })
    await settle()
    const counts = () => (['alarm', 'labels', 'described', 'health'] as const).map((type) => count(at, type))
    const before = counts()
    await at.host.calls.setView(above)
    await at.host.calls.setFilter({ layer: 'wristbands', visible: true })
    await settle()
    await settle()
    expect(counts()).toEqual(before)
    await at.host.calls.watch({ handle: { layer: 'wristbands', slot: 0, generation: 0 } })
    await settle()
    expect(counts()).toEqual([before[0], before[1], before[2]! + 1, before[3]])
  })
  test('a feed tells its state, and keeps when it was last heard', async () => {
    const { at } = await lively()
    const heardMs = health(at).feeds[0]!.heardMs
    expect(health(at).feeds).toEqual([{ id: 'town', state: 'live', error: null, heardMs: expect.any(Number) }])
    const before = count(at, 'health')
    at.sockets[0]!.onclose?.({ code: 1006, reason: '' })
    await settle(1)
    expect(health(at).feeds).toEqual([{ id: 'town', state: 'lost', error: expect.objectContaining({ code: 'feed-lost' }), heardMs }])
    expect(count(at, 'health')).toBe(before + 1)
  })
})

describe('what meets nothing', () => {
  test('before a document is open: a token begins nothing, and what needs somebody is refused', async () => {
    const at = world()
    await at.host.calls.token({ feed: 'town', token: 'jwt' })
    await at.host.calls.token({ feed: null, token: null })
    await at.host.calls.reconnect()
    await at.host.calls.ping()
    for (const asking of [
      at.host.calls.describe({ kind: 'Wristband', id: 'x' }),
      at.host.calls.act({ key: KEY, type: 'take', alarm: 'a', feed: 'town' }),
    ])
      await expect(asking).rejects.toMatchObject({ code: 'signed-out', message: 'nobody is signed in; sign in again' })
    expect([at.messages, at.sockets.length, vi.getTimerCount()]).toEqual([[], 0, 0])
  })
  test('a layer that is not there is filtered, sent and given back without a word', async () => {
    const { at } = await lively()
    await settle(1000)
    const [before, timers] = [at.messages.length, vi.getTimerCount()]
    await at.host.calls.setFilter({ layer: 'no', visible: false })
    await at.host.calls.repatch({ layer: 'no' })
    at.host.recycle({ type: 'recycle', layer: 'no', buffer: new ArrayBuffer(8) })
    expect(vi.getTimerCount()).toBe(timers)
    await settle()
    expect(at.messages.slice(before)).toEqual([])
  })
  test('no chip is chosen before a view is known', async () => {
    const { at } = await lively()
    expect(count(at, 'labels')).toBe(0)
    await at.host.calls.setView(above)
    await settle()
    expect(count(at, 'labels')).toBe(1)
  })
  test('nobody is watched any more, or after a sign-out', async () => {
    const { at } = await lively()
    const handle = { layer: 'wristbands', slot: 0, generation: 0 }
    await at.host.calls.watch({ handle })
    await settle()
    await at.host.calls.watch({ handle: null })
    say(at, { from: 2, n: 2, records: toColumns([band({ heartRate: 130 })]) })
    await settle()
    expect(count(at, 'described')).toBe(1)
    await at.host.calls.token({ feed: null, token: null })
    const after = at.messages.length
    await at.host.calls.watch({ handle })
    await settle()
    expect(at.messages.slice(after).map(({ type }) => type)).not.toContain('described')
    await at.host.calls.token({ feed: null, token: null })
    expect(count(at, 'described')).toBe(2) // null, at the first sign-out
  })
})

describe('layers', () => {
  test('come in the order of the document, also a drawing that waits for its file, with what their style says', async () => {
    const at = world()
    const { layers } = await opened(at, {
      layers: [
        { ...plots, style: { label: 'name', dotBeyondMeters: 700 }, name: { zh: '地块', en: 'Plots' } },
        wristbands,
        { id: 'more', inventory: 'https://town.example/more.geojson', visible: false },
      ],
    })
    expect(layers.map(({ id, kind: { label }, visible, dotBeyondMeters }) => [id, label.en, visible, dotBeyondMeters])).toEqual([
      ['plots', 'Plots', true, 700],
      ['wristbands', 'SOS', true, Number.POSITIVE_INFINITY],
      ['more', 'more', false, Number.POSITIVE_INFINITY],
    ])
  })
  test('whose file is not there are told and missed, and the others stand', async () => {
    const at = world()
    at.answer = () => new Response('', { status: 404 })
    const { layers } = await opened(at, { layers: [wristbands, { id: 'lost', inventory: 'https://town.example/lost.json' }] })
    expect(layers.map(({ id }) => id)).toEqual(['wristbands'])
    expect(last(at, 'error').error.code).toBe('fetch-gone')
  })
  test('of a kind have things of their inventory too, and ask their feed for each kind once', async () => {
    const at = world()
    const officer = { ...kind, kind: 'Officer' }
    await opened(at, {
      kinds: [officer],
      layers: [
        { ...wristbands, inventory: 'https://town.example/bands.geojson' },
        { ...wristbands, id: 'again' },
        { id: 'officers', kind: 'Officer', feed: 'town' },
        { id: 'still', kind: 'Officer' },
      ],
    })
    expect(JSON.parse(at.sockets[0]!.sent[0]!).hello.kinds).toEqual(['Wristband', 'Officer'])
    expect(await at.host.calls.describe({ kind: 'Wristband', id: 'p1' })).toMatchObject({ id: 'p1', handle: { layer: 'wristbands' } })
    expect(health(at).layers.map(({ id, count: things }) => [id, things])).toEqual([
      ['wristbands', 1],
      ['again', 0],
      ['officers', 0],
      ['still', 0],
    ])
  })
  test('show the kinds of the worker and of the document', async () => {
    const { kinds } = await opened(world(), { kinds: [{ ...kind, kind: 'Officer', label: text }] })
    expect(kinds.map(({ kind: name }) => name)).toEqual(['Wristband', 'Officer'])
  })
})

describe('connecting anew', () => {
  test('ends what is under way, asks for files again, and keeps what is shown until a snapshot comes', async () => {
    const { at } = await lively()
    at.answer = () => new Promise(() => undefined)
    const acting = at.host.calls.act({ key: KEY, type: 'take', alarm: 'a-1', feed: 'town' })
    const refused = expect(acting).rejects.toMatchObject({ code: 'feed-lost', message: 'the feeds are connected anew; try again' })
    await settle(1)
    await at.host.calls.reconnect()
    await refused
    await at.host.calls.token({ feed: 'town', token: 'jwt-2' })
    await settle()
    expect([at.sockets.map(({ closed }) => closed), at.asked.filter(({ url }) => url.endsWith('plots.geojson')).length]).toEqual([
      [true, false],
      2,
    ])
    expect([health(at).layers.map(({ count: things }) => things), alarms(at).length]).toEqual([[1, 1], 1])
    expect(alarms(at)[0]!.pending).toBe(false)
  })
  test('after a close nothing begins, whoever signs in', async () => {
    const { at } = await lively()
    await at.host.calls.close()
    expect(vi.getTimerCount()).toBe(0)
    const before = at.sockets.length
    await at.host.calls.token({ feed: 'town', token: 'jwt' })
    await settle()
    expect([at.sockets.length, at.sockets[0]!.closed]).toEqual([before, true])
    await expect(at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).rejects.toMatchObject({ code: 'signed-out' })
  })
  test('a second sign-out says nothing more', async () => {
    const { at } = await lively()
    await at.host.calls.token({ feed: null, token: null })
    const before = at.messages.length
    await at.host.calls.token({ feed: null, token: null })
    await at.host.calls.close()
    expect(at.messages.length).toBe(before)
  })
})

describe('an action', () => {
  const take = { key: KEY, type: 'take', alarm: 'a-1', feed: 'town' } as const
  test('is shown as asked at once, and no more where no server takes it', async () => {
    const { at } = await lively()
    at.answer = () => new Response('<html>', { status: 404 })
    const acting = at.host.calls.act(take)
    expect(alarms(at)[0]).toMatchObject({ pending: true, asked: 'take' })
    await expect(acting).rejects.toMatchObject({ code: 'action-refused' })
    expect(alarms(at)[0]).toMatchObject({ pending: false, asked: null })
  })
  test('that the feed does not show is let go after 30 s, by a timer of its own', async () => {
    const at = world()
    const layers = [{ ...wristbands, kind: 'Quiet' }]
    const { everyMs: _, ...quiet } = kind
    await opened(at, { kinds: [{ ...quiet, kind: 'Quiet' }], layers })
    say(at, { snapshot: true, alarms: [sos()] })
    await settle()
    await at.host.calls.act(take)
    const since = Date.now()
    await beat(at, 29_500)
    expect(alarms(at)[0]!.pending).toBe(true)
    await settle(30_000 - (Date.now() - since) + 250)
    expect(alarms(at)[0]!.pending).toBe(false)
  })
})

test('what a layer says with the alarm list comes at once, and the names in it with the next quarter of a second', async () => {
  const { at } = await lively()
  say(at, { from: 2, n: 2, alarms: [sos({ id: 'a-9', entity: 'W-9' })] })
  expect(alarms(at).map(({ id, name }) => [id, name])).toEqual([
    ['a-1', '张**'],
    ['a-9', 'W-9'],
  ])
  say(at, { from: 3, n: 3, records: toColumns([band({ name: '李秀英' }, HERE, { id: 'W-9' })]) })
  expect(alarms(at)[1]!.name).toBe('W-9')
  await settle(250)
  expect(alarms(at)[1]!.name).toBe('李**')
})

test('opens with the language of the page', async () => {
  const at = world()
  const speaking = {
    ...kind,
    alarms: {},
    disclosures: { help: { label: { zh: '需要帮助', en: 'needs help' }, category: 'health', priority: 1 } },
  } as const
  const officer = { ...speaking, kind: 'Officer' }
  const opening = at.host.calls.open({
    doc: { ...doc, kinds: [officer], layers: [{ id: 'officers', kind: 'Officer', feed: 'town' }] },
    base: BASE,
    locale: 'en',
    clock: liveClock(T0, 0),
  })
  await settle()
  await at.host.calls.token({ feed: 'town', token: 'jwt' })
  await opening
  await settle()
  const help = sos({ kind: 'Officer', rule: null, as: 'help', category: 'health' })
  say(at, { snapshot: true, records: toColumns([band({}, HERE, { kind: 'Officer' })]), alarms: [help] })
  await at.host.calls.setView(above)
  await settle()
  expect(last(at, 'labels').labels.map(({ text: words }) => words)).toEqual(['W-0413 needs help'])
})

test('a message that is not understood is told', async () => {
  const at = world()
  await open(at)
  at.sockets[0]!.onmessage?.({ data: '{"n":-1}' } as never)
  expect(last(at, 'error').error.code).toBe('record-invalid')
})

test('a fault in what a timer starts is told, and the next change is sent', async () => {
  const at = world()
  const card = ['name']
  await opened(at, { kinds: [{ ...kind, kind: 'Officer', card }], layers: [{ id: 'officers', kind: 'Officer', feed: 'town' }] })
  say(at, { snapshot: true, records: toColumns([band({}, HERE, { kind: 'Officer' })]) })
  await settle()
  Object.defineProperty(card, Symbol.iterator, {
    configurable: true,
    value: () => {
      throw new RangeError('no card')
    },
  })
  await at.host.calls.watch({ handle: { layer: 'officers', slot: 0, generation: 0 } })
  await settle()
  expect(last(at, 'error').error).toMatchObject({ code: 'internal', message: 'no card' })
  Reflect.deleteProperty(card, Symbol.iterator)
  say(at, { from: 2, n: 2, records: toColumns([band({ name: '李秀英' }, HERE, { kind: 'Officer' })]) })
  await settle()
  expect(last(at, 'described').described!.name).toBe('李**')
})

test('before a document is open there is nothing to tell, and the clocks agree', async () => {
  const at = world()
  await at.host.calls.setView(above)
  await settle()
  expect(last(at, 'health').health).toEqual({ feeds: [], layers: [], clockOffsetMs: 0 })
})

describe('after a sign-out', () => {
  const again = async (at: World) => {
    await at.host.calls.token({ feed: null, token: null })
    await at.host.calls.token({ feed: 'town', token: 'jwt of another' })
    await settle()
  }
  test('what the next one may see is sent anew, though it is the same', async () => {
    const { at } = await lively()
    await at.host.calls.setView(above)
    await settle()
    const before = [alarms(at).map(({ id, handle }) => [id, handle?.slot]), last(at, 'labels').labels.map(({ text: words }) => words)]
    await again(at)
    say(at, { snapshot: true, records: toColumns([band({ name: '张建国', heartRate: 92 }, HERE)]), alarms: [sos()] })
    await settle()
    expect([alarms(at).map(({ id, handle }) => [id, handle?.slot]), last(at, 'labels').labels.map(({ text: words }) => words)]).toEqual(
      before,
    )
  })
  test('that came while changes waited to be sent, the next changes are sent', async () => {
    const { at } = await lively()
    say(at, { from: 2, n: 2, records: toColumns([band({}, [117.8301, 37.25, 5])]) })
    await again(at)
    const [patches, beats] = [count(at, 'patch'), count(at, 'health')]
    say(at, { snapshot: true, records: toColumns([band({}, HERE)]) })
    await settle()
    expect([count(at, 'patch') > patches, count(at, 'health') > beats, health(at).layers[0]!.count]).toEqual([true, true, 1])
  })
})

test('what came without a height stands at that of the origin, and on the heights as soon as they are here', async () => {
  let come: (ground: () => { heightEllipsoidalMeters: number; errorMeters: number; method: 'ground' }) => void = () => undefined
  const at = world({ openHeights: () => new Promise((resolve) => (come = resolve)) })
  await opened(at, {
    origin: { ...doc.origin, heightEllipsoidalMeters: 30 },
    tilesets: [{ id: 'mesh', url: 'https://town.example/tileset.json', heights: 'https://town.example/heights.json' }],
    layers: [wristbands],
  })
  say(at, { snapshot: true, records: toColumns([band({}, [117.83, 37.25])]) })
  await settle()
  const stands = async () => (await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).settled?.heightEllipsoidalMeters
  expect(await stands()).toBe(30)
  await settle(1000)
  const patches = count(at, 'patch')
  come(() => ({ heightEllipsoidalMeters: 40, errorMeters: 0.1, method: 'ground' }))
  await settle()
  expect([await stands(), count(at, 'patch')]).toEqual([40, patches + 1])
})

test('connecting anew opens no layer that was not open', async () => {
  const at = world()
  const strange = { id: 'strange', kind: 'Unknown', inventory: 'https://town.example/strange.geojson' }
  await opened(at, { layers: [wristbands, strange] })
  await at.host.calls.reconnect()
  await at.host.calls.token({ feed: 'town', token: 'jwt' })
  await settle()
  expect([health(at).layers.map(({ id }) => id), at.asked]).toEqual([['wristbands'], []])
})
