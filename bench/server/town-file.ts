// Databases that a town of 1,000 entities has filled: with a million records, and with a tenth of them.
//
// In one pair they are spread over a month and over its first three days; in the other all lie in the last ten minutes, which
// is the log that a server keeps for viewers that come back. A server fills them through its own door, with its clock stepped,
// so what is in them is what this very code writes. That takes minutes, so they are kept in .twinmap/bench-server, by a hash of
// the code that filled them.
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { megabytes, whole } from './figures.ts'
import { baySays, createSender, lampSays, manholeSays, type SentRecord, wristbandSays } from './records.ts'
import { bodyOf, openServer } from './server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CACHE = join(ROOT, '.twinmap', 'bench-server')

/** Kinds that a town's sources send. */
export const TOWN_KINDS = ['Wristband', 'Streetlight', 'Manhole', 'ParkingSpot']
/** Wristbands of the month's town; each sends every 10 minutes. */
export const BANDS = 60

export interface TownFile {
  readonly file: string
  readonly records: number
  readonly bytes: number
  /** The server's clock at the last record. */
  readonly endMs: number
}

export interface TownFiles {
  readonly threeDays: TownFile
  readonly month: TownFile
  /** All within the last ten minutes. */
  readonly minutes: TownFile
  readonly busyMinutes: TownFile
}

export async function townFiles({ quick, print }: { readonly quick: boolean; readonly print: (text: string) => void }): Promise<TownFiles> {
  const folder = join(CACHE, `${await codeHash()}${quick ? '-quick' : ''}`)
  const index = join(folder, 'towns.json')
  const kept = await readFile(index, 'utf8').catch(() => null)
  if (kept !== null) return JSON.parse(kept) as TownFiles
  // What other code has filled is of no use to this one, and large.
  for (const name of await readdir(CACHE).catch(() => []))
    if (name.endsWith('-quick') === quick) await rm(join(CACHE, name), { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const fromMs = performance.now()
  const shrink = quick ? 20 : 1
  const towns = { ...(await fillMonth(folder, 4_320 / shrink)), ...(await fillMinutes(folder, 1_000 / shrink)) }
  print(`\nfilled databases in ${((performance.now() - fromMs) / 1000).toFixed(0)} s, kept for the next run of the same code`)
  for (const [name, { records, bytes }] of Object.entries(towns)) print(`  ${name}: ${whole(records)} records, ${megabytes(bytes)}`)
  await writeFile(index, JSON.stringify(towns))
  return towns
}

/** A copy that a measurement may change: with its log, because a server that stops leaves there what it last wrote. */
export async function copyTown({ file }: Pick<TownFile, 'file'>, to: string): Promise<void> {
  for (const part of ['', '-wal'])
    await copyFile(`${file}${part}`, `${to}${part}`, constants.COPYFILE_FICLONE).catch((error: NodeJS.ErrnoException) => {
      if (part === '' || error.code !== 'ENOENT') throw error
    })
}

/** Rounds of 10 minutes: each wristband sends in each, everything else about every 55 minutes. */
async function fillMonth(folder: string, rounds: number): Promise<Pick<TownFiles, 'threeDays' | 'month'>> {
  const bands = createSender('Wristband', wristbandSays, { devices: BANDS })
  const others = [
    createSender('Streetlight', lampSays, { devices: 400 }),
    createSender('Manhole', manholeSays, { devices: 300 }),
    createSender('ParkingSpot', baySays, { devices: 240 }),
  ]
  const round = (nowMs: number): SentRecord[] => [
    ...bands.next(BANDS, nowMs),
    ...others.flatMap((sender) => sender.next(Math.round(sender.devices / 5.5), nowMs)),
  ]
  const file = join(folder, 'month.db')
  const stepMs = 600_000
  const tenth = Math.round(rounds / 10)
  const begun = await fill({ file, beginMs: Date.now() - rounds * stepMs, stepMs, rounds: tenth, round })
  const threeDays = { ...begun, file: join(folder, 'three-days.db') }
  await copyTown(begun, threeDays.file)
  const rest = await fill({ file, beginMs: begun.endMs, stepMs, rounds: rounds - tenth, round })
  return { threeDays, month: { ...rest, records: begun.records + rest.records } }
}

/** Rounds of 1,000 parking bays: of a kind without rules, because here only the length of the log is meant. */
async function fillMinutes(folder: string, rounds: number): Promise<Pick<TownFiles, 'minutes' | 'busyMinutes'>> {
  const within = async (name: string, count: number): Promise<TownFile> => {
    const bays = createSender('ParkingSpot', baySays, { devices: 1_000 })
    // Eight minutes in steps: with the time that the posts take, all of it is within ten.
    const options = { file: join(folder, `${name}.db`), beginMs: Date.now() - 600_000, stepMs: Math.round(480_000 / count), rounds: count }
    return fill({ ...options, round: (nowMs) => bays.next(1_000, nowMs) })
  }
  return { minutes: await within('minutes', rounds / 10), busyMinutes: await within('busy-minutes', rounds) }
}

interface Filling {
  readonly file: string
  /** The clock at first; it goes on by `stepMs` before each round. */
  readonly beginMs: number
  readonly stepMs: number
  readonly rounds: number
  readonly round: (nowMs: number) => readonly SentRecord[]
}

async function fill({ file, beginMs, stepMs, rounds, round }: Filling): Promise<TownFile> {
  const server = await openServer({ database: file, sends: TOWN_KINDS, clockMs: beginMs })
  let endMs = beginMs
  let records = 0
  for (let i = 0; i < rounds; i++) {
    endMs = await server.pass(stepMs)
    const body = bodyOf(round(endMs))
    records += body.count
    await server.post(body)
  }
  await server.stop()
  return { file, records, bytes: (await stat(file)).size, endMs }
}

/** Of all that decides what a filled database holds. */
async function codeHash(): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of ['packages/server/dist', 'packages/core/dist', 'packages/layers/dist']) {
    const names = await readdir(join(ROOT, folder), { recursive: true })
    for (const name of names.filter((each) => each.endsWith('.js')).sort())
      hash.update(name).update(await readFile(join(ROOT, folder, name)))
  }
  for (const name of ['records.ts', 'town-file.ts']) hash.update(await readFile(fileURLToPath(new URL(`./${name}`, import.meta.url))))
  return hash.digest('hex').slice(0, 16)
}
