// How long a server takes to start on a database of a million records, beside one of a tenth of them: from the call of
// `startServer` until the first post is answered. The code is loaded before; files are in the system's cache for both.
import { join } from 'node:path'
import { type Bar, columns, median, megabytes, milliseconds, ratiosOf, whole } from './figures.ts'
import { alternating, type Part, sleep } from './part.ts'
import { createSender, lampSays } from './records.ts'
import { bodyOf, openServer } from './server.ts'
import { copyTown, TOWN_KINDS, type TownFile, townFiles } from './town-file.ts'

const MOST_TO_TENTH = 3

interface Start {
  readonly ms: number
  readonly rssBytes: number
  readonly peakRssBytes: number | null
}

export const measureStartup: Part = async ({ folder, pairs, quick, print }) => {
  const towns = await townFiles({ quick, print })
  const bars: Bar[] = []
  const rows = [['1,000 entities', 'time', 'RSS', 'peak RSS']]
  const measure = async (where: readonly [tenth: string, all: string], few: TownFile, many: TownFile, afterMs: number) => {
    const files = [join(folder, `few-${bars.length}.db`), join(folder, `many-${bars.length}.db`)] as const
    await copyTown(few, files[0])
    await copyTown(many, files[1])
    const starts: { few: Start[]; many: Start[] } = { few: [], many: [] }
    for (let pair = 0; pair < pairs; pair++) {
      const [f, m] = await alternating(
        pair,
        () => startOnce(files[0], few.endMs + afterMs, pair),
        () => startOnce(files[1], many.endMs + afterMs, pair),
      )
      starts.few.push(f)
      starts.many.push(m)
    }
    rows.push(rowOf(where[0], few, starts.few), rowOf(where[1], many, starts.many))
    const ratios = ratiosOf(
      starts.many.map(({ ms }) => ms),
      starts.few.map(({ ms }) => ms),
    )
    bars.push({ what: `start-up with 1 M records / with 100,000, ${where[1]}`, ratios, most: MOST_TO_TENTH })
  }
  await measure(['over three days', 'over a month'], towns.threeDays, towns.month, 60_000)
  // Soon after, so that all of it is in the kept log still.
  await measure(['in the last ten minutes', 'in the last ten minutes'], towns.minutes, towns.busyMinutes, 2_000)
  print(`\nstart-up, until the first post is answered (medians of ${pairs} pairs)`)
  print(columns(rows))
  return bars
}

const rowOf = (where: string, { records }: TownFile, starts: readonly Start[]): string[] => [
  `${whole(records)} records ${where}`,
  milliseconds(median(starts.map(({ ms }) => ms))),
  megabytes(median(starts.map(({ rssBytes }) => rssBytes))),
  megabytes(median(starts.map(({ peakRssBytes }) => peakRssBytes ?? Number.NaN))),
]

async function startOnce(database: string, clockMs: number, pair: number): Promise<Start> {
  const server = await openServer({ database, sends: TOWN_KINDS, clockMs: clockMs + pair * 2_000 })
  const probe = createSender('Streetlight', lampSays, { devices: 1, prefix: 'Probe', boot: pair + 2 })
  const postMs = await server.post(bodyOf(probe.next(1, await server.pass(0))))
  await sleep(300)
  const { rssBytes, peakRssBytes } = await server.usage()
  await server.stop()
  return { ms: server.startMs + postMs, rssBytes, peakRssBytes }
}
