import { afterEach, expect, test } from 'vitest'
import { makeBadCalls, SOUND_ENGINE_CALLS, SOUND_TWIN_CALLS, SOUND_VIEW_CALLS } from '../test/bad-calls.ts'
import { sampleAlarm } from '../test/sample-alarm.ts'
import { type FakeWorker, workerPair } from '../test/worker-pair.ts'
import { ENGINE_CALLS, VIEW_CALLS } from './engine/calls.ts'
import type { CreateEngine, EngineOptions } from './engine/contract.ts'
import { createNullEngine, type NullEngine } from './engine/null/null-engine.ts'
import { TwinError } from './error/twin-error.ts'
import type { Socket } from './feeds/websocket.ts'
import { toColumns } from './record/columns.ts'
import type { Envelope } from './record/envelope.ts'
import { createTwin } from './twin.ts'
import { TWIN_CALLS } from './twin-calls.ts'
import type { Twin, TwinEvents, TwinOptions } from './twin-parts.ts'
import { serveTwin } from './worker/serve.ts'

const text = { zh: '龙湾', en: 'Longwan' }
const SRC = 'https://town.example/twin/longwan.twin.json'
const doc = {
  twin: 1,
  name: text,
  timeZone: 'Asia/Shanghai',
  origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 0, geoidMeters: 0, datum: 'CGCS2000' },
  tilesets: [{ id: 'mesh', url: 'tiles/tileset.json' }],
  feeds: [{ id: 'town', type: 'websocket', url: 'live', actions: 'actions' }],
  kinds: [
    {
      kind: 'Wristband',
      label: text,
      fields: { name: { type: 'words', label: text, privacy: 'personal' } },
      name: 'name',
      symbol: { shape: 'circle', glyph: 'person' },
      alarms: {},
      card: ['name'],
    },
  ],
  layers: [{ id: 'wristbands', kind: 'Wristband', feed: 'town', visible: false }],
  views: [{ id: 'home', name: text, longitude: 117.83, latitude: 37.249, heightEllipsoidalMeters: 100, headingDeg: 0, pitchDeg: -40 }],
  panels: [],
}
const person = { kind: 'Wristband', id: 'W-0413', heardMs: 1, location: [117.83, 37.25, 0], properties: { name: '张建国' } } as const
const alarm = sampleAlarm({ entity: 'W-0413' })

const opened: Twin[] = []
afterEach(() => {
  for (const twin of opened.splice(0)) twin.dispose()
})

/** A page with the null engine, a worker in the same process, and a town that says what the test tells it. */
async function town(more: Partial<TwinOptions> = {}, sent: unknown = doc) {
  const sockets: (Socket & { url: string; sent: string[]; closed: boolean })[] = []
  const posted: unknown[] = []
  const { page, scope } = workerPair()
  const fetched: string[] = []
  const network = Object.assign(
    async (url: string, init: RequestInit) => {
      fetched.push(url)
      const own = network.seen(url, init)
      if (own instanceof Response) return own
      if (url.endsWith('.glb')) return new Response('')
      if (url === SRC) return sent === null ? new Response('', { status: 404 }) : new Response(JSON.stringify(sent))
      posted.push(JSON.parse(String(init.body)))
      return new Response(JSON.stringify({ key: (posted.at(-1) as { key: string }).key, state: 'pending' }), { status: 202 })
    },
    { seen: (_: string, __: RequestInit): unknown => undefined },
  )
  const net = { fetch: network, sleep: async () => undefined, random: () => 0 }
  serveTwin(
    {
      kinds: [],
      net,
      sockets: {
        nowMs: () => Date.now(),
        open: (url) => {
          const socket = {
            url,
            binaryType: '',
            onopen: null,
            onmessage: null,
            onclose: null,
            onerror: null,
            sent: [] as string[],
            closed: false,
          } as unknown as (typeof sockets)[number]
          socket.send = (frame) => void socket.sent.push(frame)
          socket.close = () => {
            socket.closed = true
          }
          queueMicrotask(() => socket.onopen?.({} as never))
          sockets.push(socket)
          return socket
        },
      },
    },
    scope,
  )
  let engine!: NullEngine
  let fetchAs!: EngineOptions['fetch']
  const createEngine: CreateEngine = (options) => {
    fetchAs = options.fetch
    return (engine = createNullEngine(options))
  }
  const twin = await createTwin({
    src: SRC,
    worker: () => page,
    createEngine,
    container: {} as HTMLElement,
    getToken: () => 'jwt',
    ports: { net, nowMs: () => Date.now(), beforeFrame: (run) => void setTimeout(run, 1) },
    ...more,
  })
  opened.push(twin)
  const told: { [K in keyof TwinEvents]?: TwinEvents[K][] } = {}
  for (const type of ['alarms', 'selection', 'error', 'health'] as const)
    twin.on(type, (event) => void ((told[type] ??= []) as unknown[]).push(event))
  const say = (envelope: Partial<Envelope>) =>
    sockets.at(-1)!.onmessage?.({ data: JSON.stringify({ streamId: 's', n: 1, serverTimeMs: Date.now(), ...envelope }) })
  const greet = async () => {
    await twin.ready
    await until(() => sockets.at(-1)?.sent.length === 1)
    say({ snapshot: true, records: toColumns([{ ...person, t: Date.now() }]), alarms: [alarm] })
    await until(() => calls('patch').some(({ slots }) => slots === 1))
  }
  const calls = (name: string) => engine.calls.filter((call) => call.name === name).map(({ about }) => about as Record<string, unknown>)
  return { twin, page: page as FakeWorker, engine, sockets, posted, fetched, told, say, greet, calls, network, fetchAs }
}
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    if (waited > 3000) throw new Error('it never came to that')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('shows the coarse picture first, then layers with their markers, as the document says', async () => {
  const { twin, calls, greet, sockets } = await town()
  expect(calls('mount').map(({ type }) => type)).toEqual(['tileset', 'labels'])
  expect(calls('mount')[0]).toMatchObject({ url: 'https://town.example/twin/tiles/tileset.json', at: 'ecef' })
  await greet()
  expect(twin.layers.all.map(({ id, visible }) => [id, visible])).toEqual([['wristbands', false]])
  expect(calls('setVisible')).toEqual([{ layer: 'wristbands', visible: false }])
  expect(calls('patch')[0]!['whole']).toBe(true)
  expect(sockets[0]!.sent).toEqual(['{"hello":{"token":"jwt","kinds":["Wristband"]}}'])
})

test('a selection shows a masked name and follows; an acknowledgement turns when the feed says so', async () => {
  const { twin, greet, say, posted, calls } = await town()
  await greet()
  await twin.selection.set({ kind: 'Wristband', id: 'W-0413' })
  expect(twin.selection.current).toMatchObject({ name: '张**', alarms: [{ id: 'a-1' }] })
  expect(calls('apply').at(-1)).toEqual({ type: 'select', handle: { layer: 'wristbands', slot: 0, generation: 0 } })
  expect(await twin.actions.acknowledge({ feed: 'town', id: 'a-1', count: 1 })).toMatchObject({ state: 'pending' })
  await until(() => twin.alarms.standing[0]?.pending === true)
  expect(posted).toMatchObject([{ type: 'acknowledge', alarm: 'a-1', count: 1, key: expect.stringMatching(/^[0-9a-f-]{36}$/) }])
  say({ from: 2, n: 2, alarms: [{ ...alarm, state: 'acknowledged', acknowledged: { by: 'li', atMs: 2 } }] })
  await until(() => twin.alarms.standing[0]?.pending === false)
  await until(() => twin.selection.current?.alarms[0]?.state === 'acknowledged')
})

test('a disclosure is taken and reported done by its own words, each with a key of its own', async () => {
  const { twin, greet, say, posted } = await town()
  await greet()
  const help = { ...alarm, id: 'd-1', rule: null, as: 'needsHelp' }
  say({ from: 2, n: 2, alarms: [help] })
  await until(() => twin.alarms.standing.length === 2)
  for (const type of ['take', 'done', 'withdraw'] as const) await twin.actions.disclosure({ feed: 'town', id: 'd-1' }, type)
  expect(posted).toMatchObject(['take', 'done', 'withdraw'].map((type) => ({ type, alarm: 'd-1' })))
  expect(new Set(posted.map((each) => (each as { key: string }).key)).size).toBe(3)
})

test('signing out empties list, card and chips on the page, whatever still arrives, and signing in begins anew', async () => {
  const { twin, greet, say, sockets, calls, told } = await town()
  await greet()
  await twin.selection.set({ kind: 'Wristband', id: 'W-0413' })
  const before = told.alarms!.length
  say({ from: 2, n: 2, alarms: [{ ...alarm, count: 2 }] }) // on its way from the worker while the page signs out
  const leaving = twin.signOut()
  expect([twin.alarms.standing, twin.selection.current]).toEqual([[], null])
  await leaving
  expect(sockets[0]!.closed).toBe(true)
  expect(told.alarms!.slice(before).every((list) => list.length === 0)).toBe(true)
  await until(() => calls('patch').at(-1)!['whole'] === true)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect([twin.alarms.standing, twin.selection.current, told.alarms!.at(-1), told.selection!.at(-1)]).toEqual([[], null, [], null])
  expect(twin.health.current?.feeds[0]?.state).toBe('signed-out')
  await expect(twin.selection.set({ kind: 'Wristband', id: 'W-0413' })).rejects.toMatchObject({ code: 'signed-out' })
  await twin.signIn()
  await until(() => sockets.length === 2 && sockets[1]!.sent.length === 1)
})

test('signing out empties the map too where the worker is dead, and is done', async () => {
  const { twin, page, greet, calls } = await town()
  await greet()
  await twin.selection.set({ kind: 'Wristband', id: 'W-0413' })
  page.fail('gone')
  await twin.signOut()
  expect(calls('patch').at(-1)).toMatchObject({ layer: 'wristbands', whole: true, slots: 0 })
  expect([calls('labels').at(-1), twin.alarms.standing, twin.selection.current]).toEqual([[], [], null])
})

test('what is on its way while the page signs out is drawn no more, and who signs in again is', async () => {
  const { twin, page, greet, say, calls, sockets } = await town()
  await greet()
  const before = calls('patch').length
  const leaving = twin.signOut()
  const [runs, words, removals] = [Uint32Array.of(0, 1), new Uint32Array(8), new Uint32Array(0)]
  const patch = { layer: 'wristbands', timeBaseMs: 0, slots: 1, whole: false, runs, words, removals, glidesUntilMs: 0 }
  page.arrive({ type: 'patch', patch })
  await leaving
  await until(() => words.length === 0) // given back, so that the worker can send the next
  expect(
    calls('patch')
      .slice(before)
      .every(({ whole }) => whole),
  ).toBe(true)
  await twin.signIn()
  await until(() => sockets.length === 2 && sockets[1]!.sent.length === 1)
  say({ snapshot: true, records: toColumns([{ ...person, t: Date.now() }]) })
  await until(() => calls('patch').some(({ whole, slots }, i) => i > before && !whole && slots === 1))
})

test('a token that cannot be renewed signs out; trying tiles again then connects nobody and is no error', async () => {
  const { twin, greet, sockets, told } = await town({ getToken: ({ expired }) => (expired ? null : 'jwt') })
  await greet()
  sockets[0]!.onclose?.({ code: 4401, reason: '' })
  await until(() => twin.health.current?.feeds[0]?.state === 'signed-out')
  expect(twin.alarms.standing).toEqual([])
  twin.retry()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([sockets.length, told.error]).toEqual([1, undefined])
})

test('each feed gets its own token, at sign-in too, and so do the tiles of its origin; an origin without a feed gets none', async () => {
  const two = {
    ...doc,
    feeds: [...doc.feeds, { id: 'water', type: 'websocket', url: 'wss://water.example/live' }],
    layers: [...doc.layers, { id: 'more', kind: 'Wristband', feed: 'water' }],
  }
  const headers: [string, string | null][] = []
  const getToken = async ({ feed }: { feed: string }) => {
    if (feed === 'town') await new Promise((resolve) => setTimeout(resolve, 30)) // so that the last answer is the other feed's
    return `jwt of ${feed}`
  }
  const { twin, sockets, fetchAs, network } = await town({ getToken, allow: ['https://water.example', 'https://tiles.example'] }, two)
  const hellos = () => sockets.map(({ url, sent }) => [url, JSON.parse(sent[0] ?? '{}').hello?.token]).sort()
  const ask = async () => {
    headers.length = 0
    network.seen = (url, init) => headers.push([url, new Headers(init.headers).get('authorization')])
    for (const host of ['town', 'water', 'tiles']) await fetchAs(`https://${host}.example/tiles/a.glb`)
    return headers
  }
  const tokens = [
    ['https://town.example/tiles/a.glb', 'Bearer jwt of town'],
    ['https://water.example/tiles/a.glb', 'Bearer jwt of water'],
    ['https://tiles.example/tiles/a.glb', null],
  ]
  const said = [
    ['wss://town.example/twin/live', 'jwt of town'],
    ['wss://water.example/live', 'jwt of water'],
  ]
  await twin.ready
  await until(() => sockets.length === 2 && sockets.every(({ sent }) => sent.length === 1))
  expect([hellos(), await ask()]).toEqual([said, tokens])
  await twin.signOut()
  expect((await ask()).map(([, bearer]) => bearer)).toEqual([null, null, null])
  sockets.length = 0
  await twin.signIn()
  await until(() => sockets.length === 2 && sockets.every(({ sent }) => sent.length === 1))
  expect([hellos(), await ask()]).toEqual([said, tokens])
})

/** A server that keeps its tiles for whoever brings this token. */
const keeps = (token: string) => (url: string, init: RequestInit) =>
  url.endsWith('.glb') && new Headers(init.headers).get('authorization') !== `Bearer ${token}`
    ? new Response('', { status: 401 })
    : undefined

test('tiles that need a token wait for the first, and are asked for again with it', async () => {
  let give!: (token: string) => void
  const { twin, fetchAs, network } = await town({ getToken: () => new Promise<string>((resolve) => (give = resolve)) })
  network.seen = keeps('jwt')
  const tile = fetchAs('https://town.example/tiles/a.glb')
  await twin.ready
  await until(() => give !== undefined)
  give('jwt')
  expect((await tile).ok).toBe(true)
})

test('what was refused is tried again with each new token', async () => {
  const { sockets, greet, calls } = await town({ getToken: ({ expired }) => (expired ? 'another' : 'jwt') })
  await greet()
  const before = calls('retry').length
  expect(before).toBeGreaterThan(0)
  sockets[0]!.onclose?.({ code: 4401, reason: '' })
  await until(() => calls('retry').length > before)
})

test('a document without feeds asks once for a token, for its tiles', async () => {
  const asked: unknown[] = []
  const getToken = (of: unknown) => {
    asked.push(of)
    return 'jwt'
  }
  const { twin, fetchAs, network } = await town({ getToken }, { ...doc, feeds: [], layers: [] })
  network.seen = keeps('jwt')
  expect((await fetchAs('https://town.example/tiles/a.glb')).ok).toBe(true)
  await twin.ready
  expect(asked).toEqual([{ feed: '', expired: false }])
})

test('a token that comes after its asker signed out signs nobody in', async () => {
  let answer!: (token: string) => void
  const { twin, sockets } = await town({ getToken: () => new Promise<string>((resolve) => (answer = resolve)) })
  await twin.ready
  await until(() => answer !== undefined)
  await twin.signOut()
  answer('jwt')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([sockets.length, twin.health.current?.feeds[0]?.state]).toEqual([0, 'signed-out'])
})

test('who could not give a token is asked again, and the map is there meanwhile', async () => {
  let asked = 0
  const getToken = () => {
    if (++asked === 1) throw new Error('the portal restarts')
    return 'jwt'
  }
  const { twin, sockets, told } = await town({ getToken })
  await twin.ready
  await until(() => sockets.at(-1)?.sent.length === 1)
  expect(told.error!.map(({ message }) => message)).toEqual(['Error: the portal restarts'])
  expect(sockets[0]!.sent).toEqual(['{"hello":{"token":"jwt","kinds":["Wristband"]}}'])
})

test('a worker that dies is told, and the map stays usable', async () => {
  const { twin, page, told, greet } = await town()
  await greet()
  page.fail('gone')
  expect(told.error!.map(({ code }) => code)).toEqual(['worker-lost'])
  expect(twin.view.current.pitchDeg).toBe(-40)
  expect(await twin.view.flyTo(twin.view.current)).toBe(true)
})

test('a device that cannot draw gets lists and cards all the same', async () => {
  const { twin, told } = await town({
    createEngine: () => {
      throw new TwinError('webgl-missing', 'no WebGL here')
    },
  })
  await until(() => told.error !== undefined)
  expect([twin.engine.capabilities.webgl, told.error![0]!.code]).toEqual([false, 'webgl-missing'])
})

test.each<[string, unknown, string]>([
  ['missing', null, 'document-missing'],
  ['newer', { ...doc, twin: 2 }, 'document-newer'],
  ['broken', { ...doc, feeds: 7 }, 'document-invalid'],
])('a %s document is refused, and no worker is started', async (_, sent, code) => {
  let workers = 0
  const worker = () => {
    workers++
    return workerPair().page
  }
  await expect(town({ worker }, sent)).rejects.toMatchObject({ code })
  expect(workers).toBe(0)
})

test('after dispose worker and engine are gone, and nobody is told anything', async () => {
  const { twin, page, engine, greet, told, say } = await town()
  await greet()
  const before = told.alarms!.length
  twin.dispose()
  twin.dispose()
  say({ from: 2, n: 2, alarms: [{ ...alarm, count: 2 }] })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([page.terminated, engine.mounted.size, engine.calls.filter(({ name }) => name === 'dispose').length, told.alarms!.length]).toEqual(
    [true, 0, 1, before],
  )
})

test('a document that holds what is planned is told once, after it is open', async () => {
  const { twin, warnings } = await town({}, { ...doc, feeds: [{ ...doc.feeds[0], history: 'history' }] }).then(async (made) => {
    const warnings: TwinError[] = []
    made.twin.on('warning', (warning) => warnings.push(warning))
    await made.twin.ready
    return { twin: made.twin, warnings }
  })
  await expect.poll(() => warnings.length).toBe(1)
  expect(warnings[0]).toMatchObject({ code: 'document-planned', details: { paths: 'feeds[0].history' } })
  expect(twin.doc.feeds[0]!.history).toContain('history')
})
test('refuses each wrong argument of each call with a code, before anything is asked or moved', async () => {
  const { twin, greet, posted, calls } = await town()
  await greet()
  const of = (name: string): ((...given: unknown[]) => unknown) =>
    name.split('.').reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], twin) as never
  const before = [JSON.stringify(twin.view.state), twin.clock.current, twin.selection.current, calls('setVisible').length]
  const answers = await makeBadCalls(SOUND_TWIN_CALLS, (name, given) => of(name)(...given))
  for (const { call, given, code, message } of answers) {
    // An alarm may be handed over whole, with all that a list shows of it.
    if (call === 'selection.set' && given[0] === null) continue
    if (call.startsWith('actions.') && Object.hasOwn(Object(given[0]), 'ofNoPlaceHere')) continue
    expect([call, given, code, message.startsWith(`${call}: `)]).toEqual([call, given, 'call-invalid', true])
  }
  expect(answers.length).toBeGreaterThan(100)
  expect([JSON.stringify(twin.view.state), twin.clock.current, twin.selection.current, calls('setVisible').length]).toEqual(before)
  expect(posted.length).toBe(2)
  expect(() => twin.layers.setVisible('wristband', true)).toThrow(
    'layers.setVisible: layer is "wristband", which the document does not have; did you mean wristbands?',
  )
  await expect(twin.selection.set({ knd: 'Wristband', id: 'W-1' } as never)).rejects.toThrow(
    'subject.knd is not a key of this place; did you mean kind?',
  )
})
test('walks every call that the tables hold, of twin, view and engine', () => {
  expect(Object.keys(SOUND_TWIN_CALLS).sort()).toEqual(
    Object.keys(TWIN_CALLS)
      .filter((name) => name !== 'createTwin')
      .sort(),
  )
  expect(Object.keys(SOUND_VIEW_CALLS).sort()).toEqual(Object.keys(VIEW_CALLS).sort())
  expect(Object.keys(SOUND_ENGINE_CALLS).sort()).toEqual(Object.keys(ENGINE_CALLS).sort())
})
test('the tables hold every method that a twin, its view and its engine have, but those without an argument', async () => {
  const { twin, engine } = await town()
  const methods = (of: object) =>
    Object.entries(Object.getOwnPropertyDescriptors(of)).flatMap(([name, { value }]) =>
      typeof value === 'function' && value.length > 0 ? [name] : [],
    )
  const parts = ['clock', 'locale', 'layers', 'actions', 'selection'] as const
  const ofTwin = [...methods(twin), ...parts.flatMap((part) => methods(twin[part]).map((name) => `${part}.${name}`))]
  expect(ofTwin.filter((name) => !Object.hasOwn(TWIN_CALLS, name))).toEqual([])
  expect(methods(engine).filter((name) => !Object.hasOwn(ENGINE_CALLS, name))).toEqual([])
  expect(
    Object.keys(Object.getOwnPropertyDescriptors(twin.view))
      .filter((name) => !Object.hasOwn(VIEW_CALLS, name))
      .sort(),
  ).toEqual(['current', 'metersPerPx', 'state'])
})
test.each([
  [{ src: 'longwan.twin.json' }, /options\.src .* is no absolute URL/],
  [{ theme: 'blue' }, /options\.theme is "blue"; one of "light", "dark" is needed/],
  [{ locale: 'fr' }, /options\.locale is "fr"; one of "zh", "en" is needed/],
  [{ worker: null }, /options\.worker .* is no function/],
  [{ container: null }, /options\.container .* is no object/],
  [{ getTokens: () => null }, /options\.getTokens is not a key of this place; did you mean getToken\?/],
] as const)('createTwin refuses %o', async (wrong, sentence) => {
  await expect(town(wrong as never)).rejects.toThrow(
    expect.objectContaining({ code: 'call-invalid', message: expect.stringMatching(sentence) }),
  )
})
