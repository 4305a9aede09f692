// The live path without a browser: the worker's host, as it runs in a worker, against a real server and its database.
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { WebSocket as Ws } from 'ws'
import type { TwinDocument } from '../packages/core/src/document/document.ts'
import type { Socket } from '../packages/core/src/feeds/websocket.ts'
import { realTimers } from '../packages/core/src/feeds/within-silence.ts'
import { liveClock } from '../packages/core/src/live/clock.ts'
import { browserNet } from '../packages/core/src/net/net.ts'
import { createHost } from '../packages/core/src/worker/host.ts'
import type { AlarmShown, Health, WorkerMessage } from '../packages/core/src/worker/messages.ts'
import { KINDS } from '../packages/layers/src/kinds.ts'
import { band, startTown, type Town, uuid } from '../packages/server/src/testing/town.ts'

const { WebSocket } = createRequire(new URL('../packages/core/package.json', import.meta.url))('ws') as { WebSocket: typeof Ws }
const text = { zh: '龙湾', en: 'Longwan' }
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const BANDS: TwinDocument['layers'] = [{ id: 'wristbands', kind: 'Wristband', feed: 'town' }]

async function watch(town: Town, token: (expired: boolean) => Promise<string>, layers = BANDS) {
  const doc: TwinDocument = {
    twin: 1,
    name: text,
    timeZone: 'Asia/Shanghai',
    origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, geoidMeters: -7, datum: 'CGCS2000' },
    tilesets: [],
    feeds: [{ id: 'town', type: 'websocket', url: `${town.url}live`, actions: `${town.url}actions` }],
    kinds: [],
    layers,
    views: [],
    panels: [],
  }
  const messages: WorkerMessage[] = []
  let sockets = 0
  const host = createHost({
    post: (message, transfer = []) => {
      const arrived = structuredClone(message, { transfer })
      messages.push(arrived)
      if (arrived.type === 'patch')
        setTimeout(() => host.recycle({ type: 'recycle', layer: arrived.patch.layer, buffer: arrived.patch.words.buffer }))
      if (arrived.type === 'needToken') void token(arrived.expired).then((given) => host.calls.token({ feed: arrived.feed, token: given }))
    },
    nowMs: () => Date.now(),
    timers: realTimers,
    net: browserNet,
    random: Math.random,
    kinds: KINDS,
    sockets: {
      nowMs: () => Date.now(),
      open: (url) => {
        sockets++
        return new WebSocket(url) as unknown as Socket
      },
    },
  })
  ends.push(() => host.calls.close())
  await host.calls.open({ doc, base: town.url, locale: 'zh', clock: liveClock(Date.now(), 0) })
  const last = <T extends WorkerMessage['type']>(type: T) =>
    messages.findLast((each) => each.type === type) as Extract<WorkerMessage, { type: T }> | undefined
  return {
    calls: host.calls,
    sockets: () => sockets,
    alarms: (): readonly AlarmShown[] => last('alarm')?.alarms ?? [],
    health: (): Health | undefined => last('health')?.health,
    errors: () => messages.flatMap((each) => (each.type === 'error' ? [each.error.message] : [])),
  }
}
async function until(holds: () => unknown): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 10_000) throw new Error(`it never came to: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
/** A port that is free now; the same again after a restart. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
const opened = async () => {
  const town = await startTown({ port: await freePort() })
  ends.push(() => town.close())
  return town
}

test('a press goes through every wall, is acknowledged by whoever, outlives a restart, and a second press counts', async () => {
  const town = await opened()
  const page = await watch(town, () => town.token('command'))
  const other = await town.token('command')
  await town.post([band(1, town.now(), { heartRate: 92 }), band(2, town.now(), { sos: 'pressed' })])
  await until(() => page.alarms().length === 1)
  const [alarm] = page.alarms()
  expect(alarm).toMatchObject({ rule: 'sos', priority: 1, state: 'unacknowledged', count: 1, pending: false })
  const card = await page.calls.describe({ kind: alarm!.kind!, id: alarm!.entity! })
  expect(Object.fromEntries(card.fields.map(({ field, value }) => [field, value]))).toMatchObject({ heartRate: 92, sos: 'pressed' })

  await town.act(other, { key: uuid(), type: 'acknowledge', alarm: alarm!.id, count: 1 })
  await until(() => page.alarms()[0]?.state === 'acknowledged')

  const before = page.sockets()
  await town.restart()
  await until(() => page.sockets() > before && page.health()?.feeds[0]?.state === 'live')
  await town.post([band(3, town.now(), { sos: 'pressed' })])
  await until(() => page.alarms()[0]?.count === 2)
  expect(page.alarms()).toMatchObject([{ state: 'unacknowledged', count: 2 }])

  // The operator saw one press: the server says no, and the row waits for nobody.
  expect(await page.calls.act({ feed: alarm!.feed, key: uuid(), type: 'acknowledge', alarm: alarm!.id, count: 1 })).toMatchObject({
    error: { code: 'alarm-grew' },
  })
  expect(await page.calls.act({ feed: alarm!.feed, key: uuid(), type: 'acknowledge', alarm: alarm!.id, count: 2 })).toMatchObject({
    state: 'pending',
  })
  await until(() => page.alarms()[0]?.state === 'acknowledged' && !page.alarms()[0]?.pending)
  expect(page.errors()).toEqual([])
})

test('a public viewer hears of no person at all', async () => {
  const town = await opened()
  const page = await watch(town, () => town.token('public'))
  const command = await watch(town, () => town.token('command'))
  await town.post([band(1, town.now(), { sos: 'pressed' })])
  await until(() => command.alarms().length === 1)
  await until(() => page.health()?.feeds[0]?.state === 'live')
  expect([page.alarms(), page.health()?.layers[0]?.count]).toEqual([[], 0])
})

test('a document without any layer is told of every alarm that its role may see, and can acknowledge it', async () => {
  const town = await opened()
  const page = await watch(town, () => town.token('command'), [])
  await town.post([band(1, town.now(), { sos: 'pressed' })])
  await until(() => page.alarms().length === 1)
  const [alarm] = page.alarms()
  expect(alarm).toMatchObject({ kind: 'Wristband', entity: 'W-1', name: 'W-1', handle: null })
  await page.calls.act({ feed: alarm!.feed, key: uuid(), type: 'acknowledge', alarm: alarm!.id, count: 1 })
  await until(() => page.alarms()[0]?.state === 'acknowledged')
  expect(page.health()?.layers).toEqual([])
})

test('a token that is renewed for a lesser role takes from the page what that role may not see', async () => {
  const town = await opened()
  const page = await watch(town, (expired) => town.token(expired ? 'grid' : 'care', expired ? 3_600_000 : 5_000))
  await town.post([band(1, town.now(), { name: '张建国', heartRate: 92, systolic: 210, diastolic: 130 })])
  const fields = async () => (await page.calls.describe({ kind: 'Wristband', id: 'W-1' })).fields.map(({ field }) => field)
  await until(() => page.alarms().some(({ category }) => category === 'health') && page.health()?.layers[0]?.count === 1)
  expect(await fields()).toContain('systolic')
  expect(page.alarms().map(({ entity }) => entity)).toContain('W-1')
  await until(() => page.sockets() === 2 && page.health()?.feeds[0]?.state === 'live' && page.alarms().every(({ rule }) => rule === null))
  const left = await fields()
  for (const hidden of ['heartRate', 'systolic', 'diastolic']) expect(left).not.toContain(hidden)
  // That help is needed is disclosed to a grid officer, and nothing of what is behind it.
  expect(page.alarms().map(({ category, entity, as, rule }) => [category, entity, as, rule])).toEqual([
    ['health', 'W-1', 'needsHelp', null],
  ])
})

test('a token that ends is renewed without a gap, and one of nobody is refused with the words of the server', async () => {
  const town = await opened()
  const asked: boolean[] = []
  const page = await watch(town, (expired) => {
    asked.push(expired)
    return town.token('command', expired ? 3_600_000 : 1500)
  })
  await until(() => asked.includes(true) && page.health()?.feeds[0]?.state === 'live')
  await town.post([band(1, town.now(), { sos: 'pressed' })])
  await until(() => page.alarms().length === 1)
  expect(asked).toEqual([false, true])

  const nobody = await watch(town, async () => 'no.jwt.here')
  await until(() => nobody.health()?.feeds[0]?.state === 'refused')
  expect(nobody.health()?.feeds[0]?.error).toMatchObject({ code: 'feed-refused' })
})
