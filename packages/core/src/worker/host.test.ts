import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import { liveClock } from '../live/clock.ts'
import { HIDDEN } from '../live/layout.ts'
import { plateAt } from '../live/plate.ts'
import type { GroundHeight } from '../live/settle.ts'
import { toColumns } from '../record/columns.ts'
import type { Described, Health, LabelShown } from './messages.ts'

beforeEach(() => {
  vi.useFakeTimers()
  vi.setSystemTime(T0)
})
afterEach(() => {
  vi.useRealTimers()
})

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

test('what its inventory places tells how it came by its height, what a feed places with a height does not', async () => {
  const { at } = await lively()
  const plot = await at.host.calls.describe({ kind: 'plots', id: 'p1' })
  expect([plot.settled, plot.location]).toEqual([{ method: 'origin', heightEllipsoidalMeters: 0, errorMeters: null }, [117.83, 37.2498, 0]])
  expect((await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).settled).toBeNull()
})

const meshed: TwinDocument = {
  ...doc,
  tilesets: [{ id: 'mesh', url: 'https://town.example/tileset.json', heights: 'https://town.example/heights.json' }],
  layers: [doc.layers[0]!],
}
const onMesh = () => ({ heightEllipsoidalMeters: 40, errorMeters: 0.1, method: 'ground' }) as const
const heightOf = (at: World) => new Float32Array(at.mirror.buffer)[2]

test('a row of two coordinates stands at the origin until the heights are here, then on the mesh, and its card says so', async () => {
  const opened: string[] = []
  let come: (ground: GroundHeight) => void = () => undefined
  const at = world({
    openHeights: (url) => {
      opened.push(url)
      return new Promise((resolve) => (come = resolve))
    },
  })
  await open(at, meshed)
  expect(opened).toEqual([]) // nothing needs them yet
  say(at, { snapshot: true, records: toColumns([band({}, [117.83, 37.25])]) })
  await settle()
  expect([opened.length, at.mirror[7]! & HIDDEN, heightOf(at)]).toEqual([1, 0, expect.closeTo(0, 3)])
  const { handle, settled } = await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })
  expect(settled?.method).toBe('origin')
  await at.host.calls.watch({ handle })
  come(onMesh)
  await settle()
  expect(heightOf(at)).toBeCloseTo(40, 3)
  expect(last(at, 'described').described).toMatchObject({
    location: [117.83, 37.25],
    settled: { method: 'ground', heightEllipsoidalMeters: 40, errorMeters: 0.1 },
  })
  say(at, { from: 2, n: 2, records: toColumns([band({}, [117.8301, 37.25])]) })
  await settle()
  expect([heightOf(at), opened.length]).toEqual([expect.closeTo(40, 2), 1])
})

test('heights that cannot be had are told, and things stay where they are', async () => {
  const at = world({ openHeights: () => Promise.reject(new TwinError('fetch-gone', 'there are no heights')) })
  await open(at, meshed)
  say(at, { snapshot: true, records: toColumns([band({}, [117.83, 37.25])]) })
  await settle()
  expect([last(at, 'error').error.message, heightOf(at)]).toEqual(['there are no heights', expect.closeTo(0, 3)])
})

test('heights that come after a sign-out move nobody', async () => {
  let come: (ground: GroundHeight) => void = () => undefined
  const at = world({ openHeights: () => new Promise((resolve) => (come = resolve)) })
  await open(at, meshed)
  say(at, { snapshot: true, records: toColumns([band({}, [117.83, 37.25])]) })
  await settle()
  await at.host.calls.token({ feed: null, token: null })
  const before = at.messages.length
  come(onMesh)
  await settle()
  expect(at.messages.length).toBe(before)
})

test('a press by a device whose clock is of 2007 is heard now, on top of the list, and its card says how far the clock is off', async () => {
  const { at } = await lively()
  const [t, clockOffMs] = [Date.UTC(2007, 0, 1), Date.UTC(2007, 0, 1) - T0]
  const odd = { id: 'W-7', t, clockOffMs, heardMs: T0 + 1000 }
  const pressed = sos({ id: 'a-7', entity: 'W-7', raisedMs: t, lastMs: t, heardMs: T0 + 1000 })
  say(at, { from: 2, n: 2, records: toColumns([band({ sos: 'pressed' }, [117.83, 37.25, 0], odd)]), alarms: [pressed] })
  await settle()
  expect(alarms(at).map(({ id }) => id)).toEqual(['a-7', 'a-1'])
  const card = await at.host.calls.describe({ kind: 'Wristband', id: 'W-7' })
  expect(card).toMatchObject({ heardMs: T0 + 1000, clockOffMs, freshness: 'fresh' })
  expect((await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })).clockOffMs).toBeNull()
})

test('one that was heard without a row is not late', async () => {
  const { at } = await lively()
  const pass = async (minutes: number, n: number) => {
    for (let beat = 0; beat < minutes * 6; beat++) {
      await settle(10_000)
      say(at, { n })
    }
  }
  await pass(14, 1)
  const heardMs = Date.now()
  say(at, { from: 2, n: 2, heard: { Wristband: { 'W-0413': heardMs } } })
  await pass(2, 2)
  const card = await at.host.calls.describe({ kind: 'Wristband', id: 'W-0413' })
  expect([card.freshness, card.heardMs, card.fields[1]!.tMs]).toEqual(['fresh', heardMs, T0])
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

test('no chip stands under a panel of the page, nor beside the card that says the same', async () => {
  const { at } = await lively()
  const plate = plateAt(above, [0, 0, 0], 'circle', 1)!
  const chips = () => last(at, 'labels').labels.map(({ text: words }) => words)
  await at.host.calls.setView({ ...above, covered: [{ x: plate.x - 5, y: plate.y - 5, width: 10, height: 10 }] })
  await settle()
  expect(chips()).toEqual(['东塘'])
  await at.host.calls.setView(above)
  await at.host.calls.watch({ handle: { layer: 'wristbands', slot: 0, generation: 0 } })
  await settle()
  expect(chips()).toEqual(['东塘'])
})

test('a layer that the document hides is opened hidden', async () => {
  const at = world()
  const { layers } = await open(at, { ...doc, layers: [{ ...doc.layers[0]!, visible: false }] })
  expect(layers.map(({ visible }) => visible)).toEqual([false])
  say(at, { snapshot: true, records: toColumns([band({}, [117.83, 37.25, 0])]) })
  await settle()
  const plate = plateAt(above, [0, 0, 0], 'circle', 0)!
  expect(await at.host.calls.pick({ x: plate.x, y: plate.y, view: above, tMs: T0 })).toEqual([])
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
  say(at, { from: 2, n: 2, records: toColumns([band({ heartRate: 130 })]) })
  await settle()
  expect(last(at, 'described').described?.fields[1]).toMatchObject({ field: 'heartRate', value: 130 })
  say(at, { from: 3, n: 3, gone: { Wristband: ['W-0413'] } })
  await settle()
  expect(last(at, 'described').described).toBeNull()
  await expect(at.host.calls.describe({ handle })).rejects.toMatchObject({ code: 'entity-gone' })
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
  for (let n = 2; n < 14; n++) {
    say(at, { from: n, n, records: toColumns([band({ heartRate: 90 }, [117.83, 37.25, n])]) })
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
  expect(health.feeds[0]!.heardMs).toBe(T0 + 2 * 266)
})

test('a server that is less than a second ahead moves no clock, and none where the twin is paused', async () => {
  const clocks = ({ messages }: World) => messages.filter(({ type }) => type === 'clock').length
  const at = world()
  await open(at)
  say(at, { snapshot: true, serverTimeMs: Date.now() + 1000 })
  expect(clocks(at)).toBe(0)
  const ahead = world()
  await open(ahead)
  say(ahead, { snapshot: true, serverTimeMs: Date.now() + 1001 })
  expect(clocks(ahead)).toBe(1)
  await at.host.calls.setClock({ mode: 'paused', wallMs: Date.now(), twinMs: T0, rate: 0 })
  say(at, { n: 1, serverTimeMs: Date.now() + 9000 })
  expect(clocks(at)).toBe(0)
  await at.host.calls.setClock(liveClock(Date.now(), 0))
  say(at, { n: 1, serverTimeMs: Date.now() + 9000 })
  expect(clocks(at)).toBe(1)
})

test('changes gather for one frame of 16 ms; the list of names follows each quarter of a second', async () => {
  const { at } = await lively()
  await at.host.calls.setView(above)
  await settle()
  const count = (type: string) => at.messages.filter((message) => message.type === type).length
  const before = { patch: count('patch'), labels: count('labels') }
  say(at, { from: 2, n: 2, records: toColumns([band({ name: '李秀英' }, [117.8301, 37.25, 0])]) })
  await settle(15)
  expect(count('patch')).toBe(before.patch)
  await settle(1)
  expect([count('patch'), count('labels')]).toEqual([before.patch + 1, before.labels])
  await settle(233)
  expect(count('labels')).toBe(before.labels)
  await settle(1)
  expect(count('labels')).toBe(before.labels + 1)
})

test('a layer that is at rest for months waits in hours: browsers take a longer timer as none', async () => {
  const yearly: TwinDocument = {
    ...doc,
    kinds: [{ ...kind, kind: 'Well', everyMs: 365 * 86_400_000 }],
    layers: [{ id: 'wells', kind: 'Well', feed: 'town' }],
  }
  const waits = vi.spyOn(globalThis, 'setTimeout')
  const at = world()
  await open(at, yearly)
  say(at, { snapshot: true, records: toColumns([band({}, undefined, { kind: 'Well', id: 'w' })]) })
  await settle()
  const longest = Math.max(...waits.mock.calls.map(([, ms]) => ms ?? 0))
  waits.mockRestore()
  expect(longest).toBe(3_600_000)
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
