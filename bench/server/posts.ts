// Durable posts: lamps and wristbands in batches, beside bare libsql commits of the same rows.
//
// One post after another, so that each is a commit of its own, as it is for the floor. 20,000 devices of each kind send two or
// three records each: so a rule's memory is as long as that of a real wristband, which sends one in 10 minutes. Lamps and
// wristbands have a server each, so that what one kind costs while it waits is not counted for the other. The CPU of a server
// is that of its whole process; the floor's likewise.
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import {
  columns,
  cpuUsPerRecord,
  type Leg,
  median,
  microseconds,
  milliseconds,
  perSecond,
  ratiosOf,
  wallUsPerRecord,
  whole,
} from './figures.ts'
import type { Part } from './part.ts'
import { alternating, sleep } from './part.ts'
import { createSender, lampSays, type Sender, type SentRecord, wristbandSays } from './records.ts'
import { bodyOf, openServer, type ServerUnderTest } from './server.ts'

const MOST_WRISTBAND = 3
const WARM_BATCH = 1_000
const IDLE_MS = 3_000

const FULL = {
  devices: 20_000,
  sizes: [
    { batch: 1, batches: 150 },
    { batch: 100, batches: 40 },
    { batch: 1_000, batches: 6 },
  ],
  sockets: 16,
  perSocket: 25,
}
const QUICK = {
  devices: 1_000,
  sizes: [
    { batch: 1, batches: 10 },
    { batch: 100, batches: 4 },
  ],
  sockets: 4,
  perSocket: 5,
}

type Names = 'lamps' | 'wristbands'
const NAMES: readonly Names[] = ['lamps', 'wristbands']

export const measurePosts: Part = async ({ folder, pairs, quick, print }) => {
  const scale = quick ? QUICK : FULL
  const senders: Record<Names, Sender> = {
    lamps: createSender('Streetlight', lampSays, { devices: scale.devices, seed: 1 }),
    wristbands: createSender('Wristband', wristbandSays, { devices: scale.devices, seed: 2 }),
  }
  const servers: Record<Names, ServerUnderTest> = {
    lamps: await openServer({ database: join(folder, 'lamps.db'), sends: ['Streetlight'] }),
    wristbands: await openServer({ database: join(folder, 'wristbands.db'), sends: ['Wristband'] }),
  }
  const floor = startChild('commits-child.mjs')
  await floor.ask('open', { file: join(folder, 'floor.db') })
  // Every device is known and the code is warm before anything is measured.
  for (const name of NAMES) {
    for (let sent = 0; sent < scale.devices; sent += WARM_BATCH) {
      const records = senders[name].next(WARM_BATCH, Date.now())
      await servers[name].post(bodyOf(records))
      await runFloor(floor, [records])
    }
  }
  await printIdle(servers, print)

  const bars = []
  for (const size of scale.sizes) {
    const ours: Record<Names, Leg[]> = { lamps: [], wristbands: [] }
    const bare: Record<Names, Leg[]> = { lamps: [], wristbands: [] }
    for (let pair = 0; pair < pairs; pair++) {
      const leg = async (name: Names) => {
        const batches = Array.from({ length: size.batches }, () => senders[name].next(size.batch, Date.now()))
        const [our, peer] = await alternating(
          pair,
          () => runServer(servers[name], batches),
          () => runFloor(floor, batches),
        )
        ours[name].push(our)
        bare[name].push(peer)
      }
      for (const name of pair % 2 === 0 ? NAMES : [...NAMES].reverse()) await leg(name)
    }
    print(`\nposts in batches of ${size.batch} (medians of ${pairs} pairs of ${whole(size.batch * size.batches)} records)`)
    print(tableOf(ours, bare))
    for (const name of NAMES)
      bars.push({
        what: `${name} / bare commits, batches of ${size.batch}, wall per record`,
        ratios: ratiosOf(ours[name].map(wallUsPerRecord), bare[name].map(wallUsPerRecord)),
      })
    bars.push({
      what: `wristbands / lamps, batches of ${size.batch}, wall per record`,
      ratios: ratiosOf(ours.wristbands.map(wallUsPerRecord), ours.lamps.map(wallUsPerRecord)),
    })
    bars.push({
      what: `wristbands / lamps, batches of ${size.batch}, CPU per record`,
      ratios: ratiosOf(ours.wristbands.map(cpuUsPerRecord), ours.lamps.map(cpuUsPerRecord)),
      ...(size.batch === 100 && { most: MOST_WRISTBAND }),
    })
  }
  print(`\nposts of one record by ${scale.sockets} sockets at once (one leg)`)
  const rows = [['', 'records/s', 'CPU/record']]
  for (const name of NAMES) {
    const leg = await runAtOnce(servers[name], senders[name], scale.sockets, scale.perSocket)
    rows.push([name, whole(perSecond(leg)), microseconds(cpuUsPerRecord(leg))])
  }
  print(columns(rows))
  for (const name of NAMES) await servers[name].stop()
  await floor.end()
  return bars
}

function tableOf(ours: Record<Names, Leg[]>, bare: Record<Names, Leg[]>): string {
  const of = (legs: readonly Leg[], figure: (leg: Leg) => number) => median(legs.map(figure))
  return columns([
    ['', 'records/s', 'wall/record', 'CPU/record', 'bare: records/s', 'wall/record', 'CPU/record'],
    ...NAMES.map((name) => [
      name,
      ...[ours[name], bare[name]].flatMap((legs) => [
        whole(of(legs, perSecond)),
        microseconds(of(legs, wallUsPerRecord)),
        microseconds(of(legs, cpuUsPerRecord)),
      ]),
    ]),
  ])
}

async function runServer(server: ServerUnderTest, batches: readonly (readonly SentRecord[])[]): Promise<Leg> {
  const bodies = batches.map(bodyOf)
  const before = await server.usage()
  const fromMs = performance.now()
  for (const body of bodies) await server.post(body)
  const wallMs = performance.now() - fromMs
  return { count: batches.flat().length, wallMs, cpuMs: (await server.usage()).cpuMs - before.cpuMs }
}

async function runFloor(floor: Child, batches: readonly (readonly SentRecord[])[]): Promise<Leg> {
  await floor.ask(
    'load',
    batches.map((records) => records.map((record) => JSON.stringify(record))),
  )
  return { count: batches.flat().length, ...(await floor.ask<Pick<Leg, 'wallMs' | 'cpuMs'>>('run')) }
}

async function runAtOnce(server: ServerUnderTest, sender: Sender, sockets: number, perSocket: number): Promise<Leg> {
  const lanes = Array.from({ length: sockets }, () => Array.from({ length: perSocket }, () => bodyOf(sender.next(1, Date.now()))))
  const before = await server.usage()
  const fromMs = performance.now()
  await Promise.all(
    lanes.map(async (bodies) => {
      for (const body of bodies) await server.post(body)
    }),
  )
  const wallMs = performance.now() - fromMs
  return { count: sockets * perSocket, wallMs, cpuMs: (await server.usage()).cpuMs - before.cpuMs }
}

/** What time alone costs with so many devices known: it is part of each figure below. */
async function printIdle(servers: Record<Names, ServerUnderTest>, print: (text: string) => void): Promise<void> {
  await sleep(1_000)
  const cpu = () => Promise.all(NAMES.map(async (name) => (await servers[name].usage()).cpuMs))
  const before = await cpu()
  await sleep(IDLE_MS)
  const after = await cpu()
  const each = NAMES.map((name, i) => `${name} ${milliseconds((1000 * (after[i]! - before[i]!)) / IDLE_MS)}`)
  print(`\nCPU a second at rest, all devices known: ${each.join(', ')}`)
}
