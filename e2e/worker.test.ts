// The live path in a browser: page, worker from its URL, socket, under the strict policy.
import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { WebSocket, WebSocketServer } from 'ws'
import { toColumns } from '../packages/core/src/record/columns.ts'
import type { Envelope, Hello } from '../packages/core/src/record/envelope.ts'
import { sampleAlarm } from '../packages/core/test/sample-alarm.ts'
import { browserMissing, launchBrowser, type TestBrowser, type TestPage } from './harness/browser.ts'
import { type BuiltPage, buildPage } from './harness/build-page.ts'
import { type Served, serve } from './harness/serve.ts'
import type { WorkerPage } from './pages/worker.ts'

declare const made: WorkerPage

const { WebSocketServer: Server } = createRequire(new URL('../packages/core/package.json', import.meta.url))('ws') as {
  WebSocketServer: typeof WebSocketServer
}
const text = { zh: '龙湾', en: 'Longwan' }
const doc = {
  twin: 1,
  name: text,
  timeZone: 'Asia/Shanghai',
  origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, geoidMeters: -7, datum: 'CGCS2000' },
  tilesets: [],
  feeds: [{ id: 'town', type: 'websocket', url: 'live' }],
  kinds: [],
  layers: [
    { id: 'wristbands', kind: 'Wristband', feed: 'town' },
    { id: 'plots', name: text, inventory: 'plots.geojson' },
  ],
  views: [{ id: 'home', name: text, longitude: 117.83, latitude: 37.249, heightEllipsoidalMeters: 100, headingDeg: 0, pitchDeg: -40 }],
  panels: [],
}
const plots = {
  type: 'FeatureCollection',
  features: [{ type: 'Feature', id: 'p1', geometry: { type: 'Point', coordinates: [117.83, 37.25] }, properties: { name: '东塘' } }],
}
const people = (count: number, t: number) =>
  Array.from({ length: count }, (_, i) => ({
    kind: 'Wristband',
    id: `W-${i}`,
    t,
    heardMs: t,
    location: [117.83 + (i % 100) * 1e-4, 37.25 + Math.floor(i / 100) * 1e-4, 7] as const,
    properties: { name: '张建国', heartRate: 90 },
  }))
const alarm = sampleAlarm({ entity: 'W-0' })

let chromium: TestBrowser
let built: BuiltPage
let served: Served
let sockets: WebSocketServer
let hellos: Hello[] = []
/** What the town says to a viewer that said hello. */
let play: (socket: WebSocket, hello: Hello) => void = () => undefined
const missing = browserMissing()
const say = (socket: WebSocket, envelope: Partial<Envelope>) =>
  socket.send(JSON.stringify({ streamId: 's', n: 1, serverTimeMs: Date.now(), ...envelope }))

beforeAll(async () => {
  if (missing !== undefined) return
  built = await buildPage('worker')
  served = await serve({
    folders: { '/': built.folder },
    files: { '/favicon.ico': '', '/twin.json': JSON.stringify(doc), '/plots.geojson': JSON.stringify(plots) },
  })
  sockets = new Server({ server: served.server, path: '/live' })
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { hello } = JSON.parse(String(data)) as { hello?: Hello }
      if (hello === undefined) return
      hellos.push(hello)
      play(socket, hello)
    })
  })
  chromium = await launchBrowser()
})
afterAll(async () => {
  await chromium?.close()
  for (const client of sockets?.clients ?? []) client.terminate()
  sockets?.close()
  await served?.close()
  await built?.remove()
})
beforeEach((ctx) => {
  hellos = []
  if (missing !== undefined) ctx.skip(missing)
})

/**
 * Waits until it holds in the page; where it never does, says how things stand there. A first wait must look whether `made`
 * is there yet (the page sets it after an await): puppeteer loses what its first look throws, and then waits in vain.
 */
async function until({ page, errors }: TestPage, holds: () => unknown): Promise<void> {
  try {
    await page.waitForFunction(holds, { timeout: 20_000 })
  } catch (cause) {
    const stand = await page.evaluate(() => {
      if (!('made' in globalThis)) return 'the page has opened no twin'
      const calls = made.engine().calls.map(({ name, about }) => (name === 'patch' ? `patch ${JSON.stringify(about)}` : name))
      return JSON.stringify({ told: made.errors, calls, health: made.twin.health.current, hidden: document.visibilityState }, null, 1)
    })
    throw new Error(`it never held: ${holds}\n${stand}\n${[...errors, ...served.violations].join('\n')}`, { cause })
  }
}

test('10,000 people reach the engine as bytes, a card by its handle, and sign-out takes all away', async () => {
  const told = people(10_000, Date.now())
  play = (socket) => say(socket, { snapshot: true, records: toColumns(told), alarms: [alarm] })
  const tested = await chromium.page({ width: 300, height: 200 })
  const { page, errors } = tested
  await page.goto(served.url('/worker.html'))
  const arrived = () =>
    'made' in globalThis && made.engine().calls.some(({ name, about }) => name === 'patch' && (about as { slots: number }).slots === 10_000)
  await until(tested, arrived)
  await until(tested, () => made.twin.alarms.standing.length === 1)
  expect(hellos).toEqual([{ token: 'first', kinds: ['Wristband'] }])
  const card = await page.evaluate(async () => {
    await made.twin.selection.set({ kind: 'Wristband', id: 'W-0' })
    return made.twin.selection.current
  })
  expect(card).toMatchObject({ name: '张**', handle: { layer: 'wristbands' }, alarms: [{ id: 'a-1', name: '张**' }] })
  expect(await page.evaluate(() => made.twin.layers.all.map(({ id, kind }) => [id, kind.card]))).toEqual([
    ['wristbands', expect.arrayContaining(['heartRate'])],
    ['plots', ['name']],
  ])
  await page.evaluate(() => made.twin.signOut())
  await until(tested, () => {
    const last = made.engine().calls.findLast(({ name, about }) => name === 'patch' && (about as { layer: string }).layer === 'wristbands')
    return (last?.about as { whole: boolean } | undefined)?.whole === true
  })
  expect(await page.evaluate(() => [made.twin.alarms.standing, made.twin.selection.current, made.errors])).toEqual([[], null, []])
  await page.evaluate(() => made.twin.dispose())
  expect([errors, served.violations, chromium.foreign]).toEqual([[], [], []])
  await page.close()
})

test('an expired token is renewed once, and a server that went away is come back to where we were', async () => {
  let connections = 0
  play = (socket) => {
    connections++
    if (connections === 1) return socket.close(4401)
    if (connections === 2) {
      say(socket, { snapshot: true, n: 7, alarms: [alarm] })
      return setTimeout(() => socket.terminate(), 50)
    }
    say(socket, { from: 8, n: 9, alarms: [{ ...alarm, state: 'acknowledged', acknowledged: { by: 'li', atMs: 2 } }] })
  }
  const tested = await chromium.page({ width: 300, height: 200 })
  const { page } = tested
  await page.goto(served.url('/worker.html'))
  await until(tested, () => 'made' in globalThis && made.twin.alarms.standing[0]?.state === 'acknowledged')
  expect(hellos).toEqual([
    { token: 'first', kinds: ['Wristband'] },
    { token: 'second', expired: true, kinds: ['Wristband'] },
    { token: 'first', kinds: ['Wristband'], resume: { streamId: 's', n: 7 } },
  ])
  await page.close()
})

test('a worker file that is not there is told, and the map stays', async () => {
  const tested = await chromium.page({ width: 300, height: 200 })
  const { page } = tested
  await page.goto(served.url('/worker.html?worker=/gone.js'))
  await until(tested, () => 'made' in globalThis && made.errors.length > 0)
  expect(await page.evaluate(() => [made.errors[0], made.twin.view.current.pitchDeg])).toEqual([
    expect.stringMatching(/^worker-lost: .*try again$/),
    -40,
  ])
  await page.close()
})
