// CPU per record after 1 s and after 300 s of a rule with a delay of 10 minutes at 1 Hz, and bytes written per record at the
// 10th and at the 900th. The server's clock is stepped, so that minutes take seconds.
//
// In each round of the pairs both ages are there at one time, in one server: a cohort of devices that began 300 rounds ago and
// one that just began, each in a post of its own. So size of the database, warmth of the code and noise are the same for both.
import { join } from 'node:path'
import { writtenBytes } from './child.ts'
import { type Bar, columns, cpuUsPerRecord, type Leg, median, microseconds, ratiosOf, whole } from './figures.ts'
import { pulse } from './kinds.ts'
import { alternating, type Part } from './part.ts'
import { createSender, pulseSays, type Sender } from './records.ts'
import { bodyOf, openServer, type ServerUnderTest } from './server.ts'

const MOST_OLD_TO_YOUNG = 1.2
const STEP_MS = 1_000
/** Samples of a young cohort that are measured: from its second on, because the first makes the entity. */
const YOUNG = { from: 1, samples: 10 }

export const measureDelays: Part = async ({ folder, pairs, quick, print }) => {
  const devices = quick ? 10 : 100
  const oldAge = quick ? 30 : 300
  const server = await openServer({ database: join(folder, 'delays.db'), sends: ['Pulse'], kinds: [pulse] })
  let cohorts = 0
  const cohort = () => createSender('Pulse', pulseSays, { devices, prefix: `P${++cohorts}`, seed: cohorts })
  const old = cohort()
  // The code grows warm on the way.
  for (let age = 0; age < oldAge; age++) await postAll(server, old, await server.pass(STEP_MS))
  const legs: { old: Leg[]; young: Leg[] } = { old: [], young: [] }
  for (let pair = 0; pair < pairs; pair++) {
    const young = cohort()
    let oldLeg: Leg = { count: 0, wallMs: 0, cpuMs: 0 }
    let youngLeg = oldLeg
    for (let age = 0; age < YOUNG.from + YOUNG.samples; age++) {
      const nowMs = await server.pass(STEP_MS)
      const [o, y] = await alternating(
        pair + age,
        () => postAll(server, old, nowMs),
        () => postAll(server, young, nowMs),
      )
      if (age < YOUNG.from) continue
      oldLeg = sum(oldLeg, o)
      youngLeg = sum(youngLeg, y)
    }
    legs.old.push(oldLeg)
    legs.young.push(youngLeg)
  }
  await server.stop()
  const cpu = (which: 'old' | 'young') => legs[which].map(cpuUsPerRecord)
  print(`\na rule with a delay of 10 minutes at 1 Hz (${devices} devices a post, medians of ${pairs} pairs)`)
  print(
    columns([
      ['', 'CPU/record'],
      ['at 1 to 10 s', microseconds(median(cpu('young')))],
      [`at ${oldAge} s and on`, microseconds(median(cpu('old')))],
    ]),
  )
  return [
    { what: `CPU per record at ${oldAge} s / at 1 s`, ratios: ratiosOf(cpu('old'), cpu('young')), most: MOST_OLD_TO_YOUNG },
    ...(await measureBytes(folder, quick, print)),
  ]
}

/** One device alone: what each record of it writes to the disk, by the median of those around the 10th and the 900th. */
async function measureBytes(folder: string, quick: boolean, print: (text: string) => void): Promise<Bar[]> {
  const late = quick ? 60 : 900
  const server = await openServer({ database: join(folder, 'bytes.db'), sends: ['Pulse'], kinds: [pulse] })
  const sender = createSender('Pulse', pulseSays, { devices: 1, seed: 99 })
  const written: number[] = []
  const cpu: number[] = []
  for (let sample = 0; sample < late + 10; sample++) {
    const isMeasured = sample < 20 || sample >= late - 10
    const nowMs = await server.pass(STEP_MS)
    const before = isMeasured ? [writtenBytes(server.pid), (await server.usage()).cpuMs] : []
    await postAll(server, sender, nowMs, false)
    if (!isMeasured) continue
    const bytes = writtenBytes(server.pid)
    if (bytes === null || before[0] === null) break
    written[sample] = bytes - before[0]!
    cpu[sample] = (await server.usage()).cpuMs - before[1]!
  }
  await server.stop()
  if (written.length === 0) {
    print('  bytes written per record: this system does not tell them (/proc/PID/io)')
    return []
  }
  const around = (figures: readonly number[], from: number, to: number) => median(figures.slice(from, to))
  const [early, later] = [around(written, 1, 20), around(written, late - 10, late + 10)]
  print(
    columns([
      ['one device alone', 'bytes written/record', 'CPU/record'],
      ['around the 10th', whole(early), microseconds(1000 * around(cpu, 1, 20))],
      [`around the ${late}th`, whole(later), microseconds(1000 * around(cpu, late - 10, late + 10))],
    ]),
  )
  return [{ what: `bytes written per record at the ${late}th / at the 10th`, ratios: [later / early] }]
}

async function postAll(server: ServerUnderTest, sender: Sender, nowMs: number, measured = true): Promise<Leg> {
  const body = bodyOf(sender.next(sender.devices, nowMs))
  const beforeMs = measured ? (await server.usage()).cpuMs : 0
  const wallMs = await server.post(body)
  return { count: body.count, wallMs, cpuMs: measured ? (await server.usage()).cpuMs - beforeMs : 0 }
}

const sum = (a: Leg, b: Leg): Leg => ({ count: a.count + b.count, wallMs: a.wallMs + b.wallMs, cpuMs: a.cpuMs + b.cpuMs })
