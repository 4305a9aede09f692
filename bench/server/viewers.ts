// Fan-out: 1,000 entities at 1 Hz to 100 and to 1,000 viewers, and 10,000 entities to 100 viewers at the highest rate that is
// held, each beside a bare ws server that sends the same bytes at the same pace to as many clients.
//
// Entities come in posts of 100, as from ten gateways a second. One viewer's messages are recorded and replayed by the floor.
// Viewers are of four roles, so the server composes each message four times; their kind has no data of persons, so all get
// the same bytes. Clients live in two processes and count bytes; the floor's clients in two others.
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import {
  type Bar,
  columns,
  highestHeld,
  type Leg,
  median,
  milliseconds,
  quantile,
  queueGrows,
  ratiosOf,
  type Timed,
  whole,
} from './figures.ts'
import { mover } from './kinds.ts'
import { alternating, type Part, sleep } from './part.ts'
import { createSender, moverSays, type Sender } from './records.ts'
import { bodyOf, openServer, type ServerUnderTest } from './server.ts'

const MOST_TO_BARE = 1.5
/** Binding for this many viewers. */
const BINDING_VIEWERS = 1_000
const ROLES = ['command', 'care', 'grid', 'public']
const LOAD_PROCESSES = 2
/** After the last answer: what is still on its way to viewers comes in this time. */
const SETTLE_MS = 400

const FULL = {
  entities: 1_000,
  viewers: [100, 1_000],
  seconds: 5,
  batch: 100,
  top: { entities: 10_000, viewers: 100, batch: 250, ratesHz: [0.1, 0.25, 0.5, 1, 2, 4] },
}
const QUICK: typeof FULL = {
  entities: 100,
  viewers: [10, 20],
  seconds: 1,
  batch: 20,
  top: { entities: 500, viewers: 10, batch: 50, ratesHz: [1, 2] },
}

interface Load {
  /** How fast, records a second. */
  readonly rate: number
  readonly batch: number
  readonly seconds: number
}
type Recording = readonly (readonly [atMs: number, text: string])[]
interface Tally {
  readonly messages: number
  readonly bytes: number
  readonly closed: number
  readonly late: readonly Timed[]
}

export const measureViewers: Part = async ({ folder, pairs, quick, print }) => {
  const scale = quick ? QUICK : FULL
  const { seconds } = scale
  const server = await openServer({ database: join(folder, 'viewers.db'), sends: ['Mover'], kinds: [mover] })
  const bare = startChild('broadcast-child.mjs')
  const bareUrl = (await bare.ask<string>('listen')).replace('http', 'ws')
  const clients = { server: createCrowd(), bare: createCrowd() }
  const hellos = await hellosOf(server)
  const bars: Bar[] = []

  const measure = async (what: string, sender: Sender, load: Load, viewers: number, intake: readonly Leg[], most?: number) => {
    const ours: Leg[] = []
    const peers: Leg[] = []
    const late: number[] = []
    let { recording } = await serverLeg(server, clients.server, sender, load)
    for (let pair = 0; pair < pairs; pair++)
      await alternating(
        pair,
        async () => {
          const leg = await serverLeg(server, clients.server, sender, load)
          ours.push(leg)
          late.push(...leg.tally.late.map(({ lateMs }) => lateMs))
          recording = leg.recording
        },
        async () => {
          peers.push(await bareLeg(bare, clients.bare, recording, load.seconds))
        },
      )
    const cpuOf = (legs: readonly Leg[]) => legs.map(({ cpuMs }) => cpuMs / load.seconds)
    const intakeMs = median(cpuOf(intake))
    const fanOut = cpuOf(ours).map((ms) => ms - intakeMs)
    const bytes = recording.reduce((sum, [, text]) => sum + text.length, 0)
    print(
      `\n${what}: ${whole(recording.length / load.seconds)} messages/s of ${whole(bytes / recording.length)} bytes to each viewer (medians of ${pairs} pairs)`,
    )
    print(
      columns([
        ['', 'CPU a second', 'messages a leg'],
        ['server, no viewer', milliseconds(intakeMs), '0'],
        [`server, ${viewers} viewers`, milliseconds(median(cpuOf(ours))), whole(median(ours.map(({ count }) => count)))],
        [`bare ws, ${viewers} clients`, milliseconds(median(cpuOf(peers))), whole(median(peers.map(({ count }) => count)))],
      ]),
    )
    print(`  from commit to the last viewer: median ${milliseconds(median(late))}, p95 ${milliseconds(quantile(late, 0.95))}`)
    bars.push(
      { what: `${what}: server CPU / bare`, ratios: ratiosOf(cpuOf(ours), cpuOf(peers)) },
      // The fan-out alone: a bare broadcast judges and commits nothing.
      {
        what: `${what}: server CPU above that without viewers / bare`,
        ratios: ratiosOf(fanOut, cpuOf(peers)),
        ...(most !== undefined && { most }),
      },
    )
  }

  const few = createSender('Mover', moverSays, { devices: scale.entities, seed: 1 })
  await know(server, few)
  const load = { rate: scale.entities, batch: scale.batch, seconds }
  const intake: Leg[] = []
  for (let i = 0; i < pairs + 1; i++) intake.push(await serverLeg(server, clients.server, few, load))
  for (const viewers of scale.viewers) {
    await clients.server.join(server.liveUrl, viewers, hellos)
    await clients.bare.join(bareUrl, viewers, null)
    const what = `${whole(scale.entities)} entities at 1 Hz, ${whole(viewers)} viewers`
    await measure(what, few, load, viewers, intake.slice(1), viewers === BINDING_VIEWERS ? MOST_TO_BARE : undefined)
    await clients.server.leave()
    await clients.bare.leave()
  }

  const { entities, viewers, batch, ratesHz } = scale.top
  const many = createSender('Mover', moverSays, { devices: entities, prefix: 'Many', seed: 2 })
  await know(server, many)
  await clients.server.join(server.liveUrl, viewers, hellos)
  print(`\n${whole(entities)} entities, ${viewers} viewers: the highest rate that is held`)
  const held = await highestHeld(ratesHz, async (hz) => {
    const { answers, tally } = await serverLeg(server, clients.server, many, { rate: hz * entities, batch, seconds })
    const isHeld = tally.closed === 0 && !queueGrows(answers) && !queueGrows(tally.late)
    const p95 = (timed: readonly Timed[]) =>
      quantile(
        timed.map(({ lateMs }) => lateMs),
        0.95,
      )
    print(
      `  ${hz} Hz: post p95 ${milliseconds(p95(answers))}, last viewer p95 ${milliseconds(p95(tally.late))}: ${isHeld ? 'held' : 'NOT held'}`,
    )
    await sleep(1_000)
    return isHeld
  })
  if (held === null) print('  not even the lowest')
  else {
    const top = { rate: held * entities, batch, seconds }
    await clients.server.leave()
    const alone = [await serverLeg(server, clients.server, many, top)]
    await clients.server.join(server.liveUrl, viewers, hellos)
    await clients.bare.join(bareUrl, viewers, null)
    await measure(`${whole(entities)} entities at ${held} Hz, ${viewers} viewers`, many, top, viewers, alone)
  }
  await clients.server.leave()
  await clients.bare.leave()
  await server.stop()
  for (const child of [bare, ...clients.server.children, ...clients.bare.children]) await child.end()
  return bars
}

interface Crowd {
  readonly children: readonly Child[]
  /** `hellos` go round; null: the server wants none. */
  readonly join: (url: string, count: number, hellos: readonly string[] | null) => Promise<void>
  readonly leave: () => Promise<void>
  readonly tally: () => Promise<Tally>
  /** What one viewer hears from now on, until `recorded`. */
  readonly record: () => Promise<void>
  readonly recorded: () => Promise<Recording>
}

function createCrowd(): Crowd {
  const children = Array.from({ length: LOAD_PROCESSES }, () => startChild('load-child.mjs'))
  const all = <T>(call: string) => Promise.all(children.map((child) => child.ask<T>(call)))
  return {
    children,
    join: async (url, count, hellos) => {
      const each = Array.from({ length: count }, (_, i) => hellos?.[i % hellos.length] ?? null)
      const share = Math.ceil(count / children.length)
      await Promise.all(children.map((child, i) => child.ask('join', { url, hellos: each.slice(i * share, (i + 1) * share) })))
      await all('tally')
    },
    leave: async () => {
      await all('leave')
      await sleep(SETTLE_MS)
      await all('tally')
    },
    tally: async () => {
      const tallies = await all<Tally>('tally')
      const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
      return {
        messages: sum((t) => t.messages),
        bytes: sum((t) => t.bytes),
        closed: sum((t) => t.closed),
        late: tallies.flatMap(({ late }) => late),
      }
    },
    record: () => children.at(-1)!.ask('record'),
    recorded: () => children.at(-1)!.ask<Recording>('recorded'),
  }
}

async function hellosOf(server: ServerUnderTest): Promise<string[]> {
  const hello = async (role: string) => JSON.stringify({ hello: { token: await server.token(role), kinds: ['Mover'] } })
  return Promise.all(ROLES.map(hello))
}

/** Every entity is known and the code is warm. */
async function know(server: ServerUnderTest, sender: Sender): Promise<void> {
  for (let sent = 0; sent < 2 * sender.devices; sent += 500) await server.post(bodyOf(sender.next(500, Date.now())))
}

/** Posts at a fixed pace, whatever the answers do, so that a server that cannot follow shows a queue. */
async function serverLeg(
  server: ServerUnderTest,
  crowd: Crowd,
  sender: Sender,
  { rate, batch, seconds }: Load,
): Promise<Leg & { answers: Timed[]; tally: Tally; recording: Recording }> {
  const everyMs = (batch / rate) * 1000
  const beginMs = Date.now()
  const bodies = Array.from({ length: Math.round((rate * seconds) / batch) }, (_, i) =>
    bodyOf(sender.next(batch, beginMs + Math.round(i * everyMs))),
  )
  await crowd.tally()
  await crowd.record()
  const before = await server.usage()
  const fromMs = performance.now()
  const answers = await Promise.all(
    bodies.map(async (body, i): Promise<Timed> => {
      const dueMs = i * everyMs
      await sleep(dueMs - (performance.now() - fromMs))
      await server.post(body)
      return { dueMs, lateMs: performance.now() - fromMs - dueMs }
    }),
  )
  const leftMs = seconds * 1000 - (performance.now() - fromMs)
  await sleep(Math.max(0, leftMs) + SETTLE_MS)
  const { cpuMs } = await server.usage()
  const tally = await crowd.tally()
  const recording = await crowd.recorded()
  return { count: tally.messages, wallMs: performance.now() - fromMs, cpuMs: cpuMs - before.cpuMs, answers, tally, recording }
}

async function bareLeg(bare: Child, crowd: Crowd, recording: Recording, seconds: number): Promise<Leg> {
  await bare.ask('load', recording)
  await crowd.tally()
  const fromMs = performance.now()
  const before = await bare.usage()
  await bare.ask('play')
  await sleep(Math.max(0, seconds * 1000 - (performance.now() - fromMs)) + SETTLE_MS)
  const { cpuMs } = await bare.usage()
  const { messages } = await crowd.tally()
  return { count: messages, wallMs: performance.now() - fromMs, cpuMs: cpuMs - before.cpuMs }
}
