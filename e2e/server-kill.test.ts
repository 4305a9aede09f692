import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WebSocket as Socket } from 'ws'
import type { AnyKind } from '../packages/core/src/kind/kind.ts'
import type { Alarm } from '../packages/core/src/record/alarm.ts'
import { fromColumns } from '../packages/core/src/record/columns.ts'
import type { Envelope } from '../packages/core/src/record/envelope.ts'
import { SCRIPT_KINDS } from '../test/intake-script.ts'

// A source that is answered 200 may forget its records, and an operator an action. So: send, hear the answer, kill the server with
// SIGKILL at any moment, start it again on the same database, and compare all that it knows with a server that got the same and was
// never killed.
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { WebSocket } = createRequire(join(ROOT, 'packages/server/package.json'))('ws') as { readonly WebSocket: typeof Socket }
const KEY = 'a-key-of-all-things-0001'
const folder = mkdtempSync(join(tmpdir(), 'twinmap-kill-'))
let children: ChildProcess[] = []
let config: object
/** Sources, each with an operator and a grid officer of its own. */
const NAMES = ['a1', 'b2', 'c3', 'd4']
/** By role and name. */
const tokens: Record<string, string> = {}
const COMMAND = 'command a1'

const label = { zh: '字', en: 'word' }
/** What happens in real time: a delay, an escalation and silence that a kill must not forget. */
const beacon: AnyKind = {
  kind: 'Beacon',
  label,
  fields: {
    level: { type: 'quantity', label, unit: 'm', range: [0, 30] },
    sos: { type: 'choice', label, values: { pressed: label } },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    sos: { priority: 1, category: 'sos', text: label, when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true, escalateMs: 1_000 },
    delayed: {
      priority: 2,
      category: 'facility',
      text: label,
      when: { op: 'above', field: 'level', limit: 9, deadband: 1 },
      onDelayMs: 1_500,
    },
    silent: { priority: 3, category: 'device', text: label, when: { op: 'silent', forMs: 2_000 } },
  },
  card: [],
}
const KINDS = [...SCRIPT_KINDS.values(), beacon]

beforeAll(async () => {
  if (isStale()) execFileSync('npx', ['tsc', '-b', 'packages/server'], { cwd: ROOT, stdio: 'inherit' })
  const { createDemoKeys, signDemoToken } = await import('../packages/server/dist/index.js')
  const keys = await createDemoKeys()
  for (const role of ['command', 'grid'] as const)
    for (const name of NAMES)
      tokens[`${role} ${name}`] = await signDemoToken({ privateKey: keys.privateKey, role, name: `${role} ${name}` })
  config = {
    port: 0,
    viewers: { publicKey: keys.publicKey },
    sources: [{ name: 'all', key: KEY, kinds: KINDS.map(({ kind }) => kind) }],
  }
})
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** `npm test` builds first; who runs this file alone gets a build where the server's own source is newer. */
function isStale(): boolean {
  const built = join(ROOT, 'packages/server/dist/main.tsbuildinfo')
  if (!existsSync(built)) return true
  const source = join(ROOT, 'packages/server/src')
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.includes('test'))
  return files.some((file) => statSync(join(source, file)).mtimeMs > statSync(built).mtimeMs)
}

interface Running {
  readonly url: string
  readonly kill: () => Promise<void>
  /** The next transaction stays open; resolves once one does. */
  readonly holdInside: () => Promise<void>
}

/** @param name - of its database. */
async function start(name = 'twin'): Promise<Running> {
  const child = fork(join(ROOT, 'e2e/harness/killed-server.mjs'), {
    // Without the test runner's own conditions, which lead to TypeScript.
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.push(child)
  const hears = <T>(part: string) =>
    new Promise<T>((resolve, reject) => {
      child.on('message', (message: Record<string, T>) => part in message && resolve(message[part]!))
      child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
  const url = hears<string>('url')
  child.send({ start: { ...config, database: join(folder, `${name}.db`) }, kinds: KINDS })
  return {
    url: await url,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
        children = children.filter((each) => each !== child)
      }),
    holdInside: async () => {
      const inside = hears<boolean>('inside')
      child.send({ hold: true })
      await inside
    },
  }
}

/** Status and answer; null: nobody answered, so it is sent again. */
async function send(
  url: string,
  path: string,
  bearer: string,
  body: object,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> } | null> {
  try {
    const answer = await fetch(url + path, { method: 'POST', headers: { Authorization: `Bearer ${bearer}` }, body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  } catch {
    return null
  }
}

/** Null: the server is gone. */
function snapshotOf(url: string): Promise<Envelope | null> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}live`)
    socket.on('open', () => socket.send(JSON.stringify({ hello: { token: tokens[COMMAND] } })))
    socket.on('error', () => resolve(null))
    socket.on('close', () => resolve(null))
    socket.on('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()) as Envelope)
      socket.terminate()
    })
  })
}

/** Chance with a seed (mulberry32), so that a failure comes again. */
const SEED = 20_251_125
let chance = SEED
const random = (): number => {
  chance = (chance + 0x6d2b79f5) | 0
  let x = Math.imul(chance ^ (chance >>> 15), 1 | chance)
  x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
  return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
}
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Sent {
  readonly kind: string
  readonly id: string
  readonly t?: number
  readonly boot?: number
  readonly seq?: number
  readonly properties: Readonly<Record<string, unknown>>
}
type Step =
  | { readonly do: 'post'; readonly records: readonly Sent[] }
  | { readonly do: 'acknowledge' | 'take'; readonly key: string; readonly entity: string; readonly nth: number }

/** What an operator asked, by key: asked again, it is the same. */
type Asked = Map<string, Alarm>

/** Does a step; null: nobody answered. Else what came of it, as far as it must be the same on another server. */
async function play(url: string, step: Step, asked: Asked): Promise<string | null> {
  if (step.do === 'post') {
    // Its clock is right, so its `t` holds, however old; `sentAt` is set anew at each try.
    const answer = await send(url, 'records', KEY, { records: step.records.map((record) => ({ ...record, sentAt: Date.now() })) })
    return answer && `${answer.status} ${Number(answer.body['accepted']) + Number(answer.body['repeated'])}`
  }
  const who = `${step.do === 'take' ? 'grid' : 'command'} ${step.entity}`
  let alarm = asked.get(step.key)
  if (alarm === undefined) {
    // Of all that is committed; a snapshot of the feed is a beat behind.
    const lines = await history(url, who, Date.now() + 60_000, { kind: 'Pump', id: step.entity })
    if (lines === null) return null
    const mine = lines[0]!.alarms!.filter((each) => (step.do === 'take') === (each.as !== null) && !isSilent(each))
    alarm = mine.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))[step.nth % Math.max(1, mine.length)]
    if (alarm === undefined) return 'nothing stands'
    asked.set(step.key, alarm)
  }
  const { do: type, key } = step
  const answer = await send(url, 'actions', tokens[who]!, {
    key,
    type,
    alarm: alarm.id,
    ...(type === 'acknowledge' && { count: alarm.count }),
  })
  // 200: the first try was committed and not answered.
  return answer && (answer.status < 300 ? `${nameOf(alarm)} done` : `${nameOf(alarm)} ${answer.status}`)
}
const nameOf = ({ kind, entity, rule, as }: Alarm) => `${kind} ${entity} ${rule ?? as}`
/** Of a pump: its hour does not come in this test, or comes for one of two servers alone. */
const isSilent = ({ kind, rule }: Alarm) => kind === 'Pump' && (rule === 'silent' || rule === 'silentLate')

/** What a server knows that must be the same on both: all but ids and the server's own times; of real time only what came of it. */
function known({ alarms = [], records = [] }: Envelope) {
  const shown = alarms.flatMap((alarm) => {
    if (isSilent(alarm)) return []
    const { state, count, raisedMs, lastMs, clearedMs, place, escalated, acknowledged, done } = alarm
    const isReal = alarm.kind === 'Beacon' || alarm.as !== null
    const times = isReal ? [] : [raisedMs, lastMs, clearedMs]
    return [
      JSON.stringify([nameOf(alarm), state, count, ...times, place, alarm.kind === 'Beacon' && escalated, acknowledged?.by, done?.by]),
    ]
  })
  // As a viewer sets them: each over what it has.
  const state = new Map<string, string>()
  for (const { kind, id, t, properties } of fromColumns(records))
    for (const [name, value] of Object.entries(properties))
      state.set(JSON.stringify([kind, id, name]), JSON.stringify([value, kind === 'Beacon' ? 0 : t]))
  return { alarms: shown.sort(), rows: [...state].map((each) => each.join()).sort() }
}
/** Each for itself, so that a failure says which. */
function differences(own: ReturnType<typeof known>, law: ReturnType<typeof known>) {
  const [ours, theirs] = [own, law].map(({ alarms, rows }) => [...alarms, ...rows]) as [string[], string[]]
  return { more: ours.filter((each) => !theirs.includes(each)), missing: theirs.filter((each) => !ours.includes(each)) }
}
const ofEntities = ({ alarms, rows }: ReturnType<typeof known>, names: readonly string[]) => ({
  alarms: alarms.filter((each) => names.some((name) => each.startsWith(`["Pump ${name} `))),
  rows: rows.filter((each) => names.some((name) => each.startsWith(`["Pump","${name}"`))),
})

/** To a time at which all has happened. Null: nobody answered. */
async function history(url: string, who: string, from: number, of: Readonly<Record<string, string>> = {}): Promise<Envelope[] | null> {
  const query = new URLSearchParams({ from: String(from), to: String(Date.now() + 60_000), ...of })
  try {
    const answer = await fetch(`${url}history?${query}`, { headers: { Authorization: `Bearer ${tokens[who]}` } })
    const text = await answer.text()
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Envelope]))
  } catch {
    return null
  }
}

/** All records that are kept, and what each alarm became, in order. */
async function historyOf(url: string) {
  const lines = (await history(url, COMMAND, BEGIN_MS - 3_600_000))!
  const records = lines.slice(1).flatMap((line) => fromColumns(line.records ?? []))
  const became = new Map<string, string[]>()
  const presses = new Map<string, number>()
  for (const alarm of lines.flatMap((line) => line.alarms ?? [])) {
    if (alarm.kind !== 'Pump' || alarm.as !== null || isSilent(alarm)) continue
    const own = became.get(nameOf(alarm)) ?? []
    became.set(nameOf(alarm), [...own, `${alarm.state} ${alarm.count}`])
    if (alarm.rule === 'pressed') presses.set(alarm.id, alarm.count)
  }
  return {
    records: records
      .map(({ kind, id, t, properties }) => JSON.stringify([kind, id, kind === 'Beacon' ? 0 : t, Object.entries(properties).sort()]))
      .sort(),
    became: Object.fromEntries([...became].sort()),
    presses: [...presses.values()].reduce((sum, count) => sum + count, 0),
  }
}

/** Phenomenon times of the pumps begin here, so that hours of theirs pass in a minute of the test. */
const BEGIN_MS = Date.now() - 20 * 86_400_000
/** So that no delay of the pumps' time runs out within seconds of a record: whether a tick comes between is chance. */
const LATE_MS = 593_000
const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!

/** One source with a pump and an owner of its own; it sends a step at a time, and the next after the answer. */
function createSource(name: string) {
  let [t, seq, serial] = [BEGIN_MS, 0, 0]
  const sent: Sent[] = []
  const record = (): Sent => {
    const isLate = random() < 0.15 && seq > 3
    t += isLate ? 1 : pick([20_000, 60_000, 61_000, 240_000])
    const properties = {
      ...(random() < 0.8 && { level: pick([1, 8.8, 10, 25]) }),
      ...(random() < 0.4 && { flow: pick([0, 2.5, 9]) }),
      ...(random() < 0.3 && { door: pick(['open', 'shut']) }),
      owner: `O-${name}`,
    }
    const own = { kind: 'Pump', id: name, boot: 1, seq: ++seq, t: isLate ? t - LATE_MS : t, properties }
    sent.push(own)
    return own
  }
  return {
    name,
    pending: null as Step | null,
    presses: () => sent.filter(({ properties }) => properties['door'] === 'open').length,
    count: () => sent.length + serial,
    next(): Step {
      const chance = random()
      const key = `${name.padEnd(8, '0').replace(/[^0-9a-f]/g, '0')}-0000-4000-8000-${String(++keys).padStart(12, '0')}`
      if (chance < 0.15) return { do: 'acknowledge', key, entity: name, nth: Math.floor(random() * 9) }
      if (chance < 0.25) return { do: 'take', key, entity: name, nth: 0 }
      if (chance < 0.3) {
        // Each profile at a time of its own: repeats are told by what they say.
        serial++
        return { do: 'post', records: [{ kind: 'Owner', id: `O-${name}`, t: t + 1 + serial, properties: { leastFlow: pick([0, 3, 9]) } }] }
      }
      const again = chance < 0.35 ? sent.slice(-2) : []
      return { do: 'post', records: [...again, ...Array.from({ length: 1 + Math.floor(random() * 3) }, record)] }
    },
  }
}
let keys = 0

test('kill -9 at 20 random moments, three of them inside the transaction, and all is as on a server that was never killed', async () => {
  const reference = await start('reference')
  let server = await start()
  const sources = NAMES.map(createSource)
  const [asked, askedOfReference]: readonly [Asked, Asked] = [new Map(), new Map()]
  let [inside, unanswered, steps] = [0, 0, 0]
  /** What was answered is done on the other server, too, where the same must come of it. */
  const done = async (step: Step, outcome: string) => {
    steps++
    expect([step, await play(reference.url, step, askedOfReference)]).toEqual([step, outcome])
  }
  const run = async (source: (typeof sources)[number], step: Step) => {
    source.pending = step
    const outcome = await play(server.url, step, asked)
    if (outcome === null) return
    source.pending = null
    await done(step, outcome)
  }
  /** A snapshot is shared among those who come at one time, so what was just answered may follow it: it is asked for again. */
  const agree = (round: number, names: readonly string[]) =>
    expect
      .poll(async () => {
        const [own, law] = await Promise.all([snapshotOf(server.url), snapshotOf(reference.url)])
        return { round, ...differences(ofEntities(known(own!), names), ofEntities(known(law!), names)) }
      })
      .toEqual({ round, more: [], missing: [] })
  for (let round = 0; round < 20; round++) {
    const beacons: Step = {
      do: 'post',
      records: [
        { kind: 'Beacon', id: `level ${round}`, properties: { level: 20 } },
        { kind: 'Beacon', id: `sos ${round}`, properties: { sos: 'pressed' } },
        { kind: 'Beacon', id: `silent ${round}`, properties: { level: 1 } },
      ],
    }
    await done(beacons, (await play(server.url, beacons, asked))!)
    if (round % 7 === 6 || round === 19) {
      const held = server.holdInside()
      const [first] = sources
      const lost = run(first!, {
        do: 'post',
        records: [{ kind: 'Pump', id: `inside ${round}`, boot: 1, seq: 1, t: BEGIN_MS + round, properties: { door: 'open' } }],
      })
      await held
      await server.kill()
      await lost
      expect(first!.pending).not.toBe(null)
      inside++
    } else {
      let going = true
      const traffic = sources.map(async (source) => {
        while (going && source.pending === null) await run(source, source.next())
      })
      await sleep(30 + random() * 120)
      await server.kill()
      going = false
      await Promise.all(traffic)
    }
    server = await start()
    // What was answered is there, before anything is sent again; what was not is there or is not.
    await agree(
      round,
      sources.filter(({ pending }) => pending === null).map(({ name }) => name),
    )
    if (round % 7 === 6 || round === 19) expect(JSON.stringify(await snapshotOf(server.url))).not.toContain(`inside ${round}`)
    for (const source of sources) {
      if (source.pending === null) continue
      unanswered++
      await run(source, source.pending)
      expect(source.pending).toBe(null)
    }
    await agree(
      round,
      sources.map(({ name }) => name),
    )
  }
  // Until all has come that was waiting: delays, escalations, silence.
  const ofBeacons = async ({ url }: Running) => known((await snapshotOf(url))!).alarms.filter((each) => each.startsWith('["Beacon')).length
  for (const each of [server, reference]) await expect.poll(() => ofBeacons(each), { timeout: 20_000 }).toBe(20 * 5)
  const [own, law] = [known((await snapshotOf(server.url))!), known((await snapshotOf(reference.url))!)]
  expect(differences(own, law)).toEqual({ more: [], missing: [] })
  const [history, lawful] = [await historyOf(server.url), await historyOf(reference.url)]
  expect(history).toEqual(lawful)
  const presses = sources.reduce((sum, source) => sum + source.presses(), 0) + inside
  expect(history.presses).toBe(presses)
  const kept = sources.reduce((sum, source) => sum + source.count(), 0) + inside + 60
  expect(history.records.length).toBe(kept)
  console.log(
    `20 kills, ${inside} inside the transaction: ${steps} steps, ${kept} records, ${presses} presses, ${unanswered} unanswered and sent again; none lost, none doubled`,
  )
  expect(inside).toBe(3)
  await Promise.all([server.kill(), reference.kill()])
})

test('an acknowledgement that was answered is not forgotten, and one that was not can be sent again', async () => {
  let server = await start('acknowledged')
  const id = 'B acknowledged'
  await send(server.url, 'records', KEY, { records: [{ kind: 'Beacon', id, properties: { sos: 'pressed' } }] })
  const standing = async () => (await snapshotOf(server.url))!.alarms!.find((each) => each.entity === id && each.rule === 'sos')
  const action = { key: crypto.randomUUID(), type: 'acknowledge', alarm: (await standing())!.id, count: 1 }
  const act = async () => (await send(server.url, 'actions', tokens[COMMAND]!, action))?.status ?? 'no answer'
  const { streamId } = (await snapshotOf(server.url))!
  const held = server.holdInside()
  const lost = act()
  await held
  await server.kill()
  expect(await lost).toBe('no answer')
  server = await start('acknowledged')
  expect((await standing())?.state).toBe('unacknowledged')
  expect(await act()).toBe(202)
  await server.kill()
  server = await start('acknowledged')
  expect((await standing())?.state).toBe('acknowledged')
  expect(await act()).toBe(200)
  expect((await snapshotOf(server.url))!.streamId).toBe(streamId)
  await server.kill()
})
