// A live post while four clients page the history of a month, of all kinds, as role `command`, beside the same without them.
// Posts of one record come at a fixed pace; how late an answer is counts from when its post was due.
import { join } from 'node:path'
import { startChild } from './child.ts'
import { columns, median, megabytes, milliseconds, quantile, ratiosOf, type Timed, whole } from './figures.ts'
import { alternating, type Part, sleep } from './part.ts'
import { createSender, type Sender, wristbandSays } from './records.ts'
import { bodyOf, openServer, type ServerUnderTest } from './server.ts'
import { BANDS, copyTown, TOWN_KINDS, townFiles } from './town-file.ts'

const MOST_TO_WITHOUT = 2
const READERS = 4
const EVERY_MS = 25
const MONTH_MS = 30 * 24 * 3_600_000

interface Paged {
  readonly whole: number
  readonly lines: number
  readonly bytes: number
  readonly failed: number
  readonly statuses: Readonly<Record<string, number>>
  readonly lastError: string | null
}

interface PostLeg {
  readonly p95Ms: number
  readonly medianMs: number
  readonly cpuMsPerSecond: number
}

export const measureHistory: Part = async ({ folder, pairs, quick, print }) => {
  const seconds = quick ? 1 : 6
  const { month } = await townFiles({ quick, print })
  const database = join(folder, 'month.db')
  await copyTown(month, database)
  const server = await openServer({ database, sends: TOWN_KINDS, clockMs: month.endMs + 60_000 })
  const readers = startChild('load-child.mjs')
  const bands = createSender('Wristband', wristbandSays, { devices: BANDS, boot: 2, seed: 5 })
  // One token each, because budgets are one person's.
  const tokens = await Promise.all(Array.from({ length: READERS }, (_, i) => server.token('command', `reader-${i}`)))
  const nowMs = await server.pass(0)
  const url = `${server.url}history?from=${nowMs - MONTH_MS}&to=${nowMs}`
  await postLeg(server, bands, 1) // warm
  const legs: { without: PostLeg[]; paged: PostLeg[] } = { without: [], paged: [] }
  const paged: Paged[] = []
  for (let pair = 0; pair < pairs; pair++)
    await alternating(
      pair,
      async () => {
        await sleep(1_000)
        legs.without.push(await postLeg(server, bands, seconds))
      },
      async () => {
        await readers.ask('beginPaging', { url, tokens })
        await sleep(500) // each of them is being answered
        legs.paged.push(await postLeg(server, bands, seconds))
        paged.push(await readers.ask<Paged>('endPaging'))
        await sleep(1_000)
      },
    )
  await server.stop()
  await readers.end()
  const row = (name: string, all: readonly PostLeg[]) => [
    name,
    milliseconds(median(all.map(({ medianMs }) => medianMs))),
    milliseconds(median(all.map(({ p95Ms }) => p95Ms))),
    milliseconds(median(all.map(({ cpuMsPerSecond }) => cpuMsPerSecond))),
  ]
  print(`\na live post each ${EVERY_MS} ms beside ${READERS} readers of a month (medians of ${pairs} pairs of ${seconds} s)`)
  print(columns([['', 'post median', 'post p95', 'CPU a second'], row('without', legs.without), row('history paged', legs.paged)]))
  const total = (of: (one: Paged) => number) => whole(paged.reduce((sum, one) => sum + of(one), 0))
  const statuses = paged.flatMap((one) => Object.entries(one.statuses))
  const byStatus = [...new Set(statuses.map(([status]) => status))].map(
    (status) => `${statuses.reduce((sum, [name, count]) => sum + (name === status ? count : 0), 0)} × ${status}`,
  )
  print(
    `  read meanwhile: ${total((p) => p.lines)} lines, ${megabytes(paged.reduce((sum, one) => sum + one.bytes, 0))}, answers ${byStatus.join(', ') || 'none'}, ` +
      `${total((p) => p.whole)} read to their end, ${total((p) => p.failed)} failed${paged.at(-1)?.lastError ? ` (${paged.at(-1)!.lastError})` : ''}`,
  )
  const p95 = (all: readonly PostLeg[]) => all.map(({ p95Ms }) => p95Ms)
  return [
    { what: 'p95 of a post with history paged / without', ratios: ratiosOf(p95(legs.paged), p95(legs.without)), most: MOST_TO_WITHOUT },
  ]
}

async function postLeg(server: ServerUnderTest, sender: Sender, seconds: number): Promise<PostLeg> {
  const nowMs = await server.pass(0)
  const bodies = Array.from({ length: Math.round((seconds * 1000) / EVERY_MS) }, (_, i) => bodyOf(sender.next(1, nowMs + i * EVERY_MS)))
  const before = await server.usage()
  const fromMs = performance.now()
  const answers = await Promise.all(
    bodies.map(async (body, i): Promise<Timed> => {
      const dueMs = i * EVERY_MS
      await sleep(dueMs - (performance.now() - fromMs))
      await server.post(body)
      return { dueMs, lateMs: performance.now() - fromMs - dueMs }
    }),
  )
  const wallMs = performance.now() - fromMs
  const late = answers.map(({ lateMs }) => lateMs)
  return {
    p95Ms: quantile(late, 0.95),
    medianMs: median(late),
    cpuMsPerSecond: ((await server.usage()).cpuMs - before.cpuMs) / (wallMs / 1000),
  }
}
