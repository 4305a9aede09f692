// A conversion that is ended by force, or by Ctrl-C, at any moment: nothing that looks finished stays, and the next run makes what one that
// was never disturbed makes.
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeSampleCapture } from '../data-pipeline/src/job/sample-capture.ts'
import { bytesBelow, notBuilt, twinmap } from './pipeline/cli.ts'

/** At random moments of a run; the seed is told, to come back to a failure. */
const KILLS = 10
const SEED = Number(process.env['TWINMAP_KILL_SEED'] ?? Date.now() % 1e6)

let folder: string
let input: string
let whole: Record<string, string>
let runMs: number
const args = (target: string) => ['tiles', input, '-o', target, '--crs', 'EPSG:4548', '--origin', '573000,4124000,0', '--workers', '2']

beforeAll(async () => {
  const lacks = notBuilt()
  if (lacks !== undefined) throw new Error(lacks)
  folder = await mkdtemp(join(tmpdir(), 'twinmap-kill-'))
  // 51,200 triangles: five tiles, on two levels.
  input = await writeSampleCapture(join(folder, 'in'), { squares: 160, chart: 4 })
  const began = performance.now()
  expect((await twinmap(args(join(folder, 'whole')))).code).toBe(0)
  runMs = performance.now() - began
  whole = await bytesBelow(join(folder, 'whole'))
  expect(Object.keys(whole).length).toBeGreaterThan(7)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Either all of it, to the byte, or no tileset.json. */
async function isWholeOrNone(target: string): Promise<'whole' | 'none'> {
  const names = await readdir(target).catch((): string[] => [])
  if (!names.includes('tileset.json')) return 'none'
  const found = Object.entries(await bytesBelow(target)).filter(([name]) => !name.startsWith('.twinmap-partial/'))
  expect(Object.fromEntries(found)).toEqual(whole)
  return 'whole'
}

test(`kill -9 at ${KILLS} random moments leaves nothing that looks finished, and the next run makes the same bytes (seed ${SEED})`, async () => {
  let state = SEED
  const chance = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
  const target = join(folder, 'killed')
  const seen = { whole: 0, none: 0 }
  for (let i = 0; i < KILLS; i++) {
    // One in each tenth of a run, so that no stage is missed.
    const afterMs = ((i + chance()) / KILLS) * runMs
    let timer: NodeJS.Timeout | undefined
    const { code } = await twinmap(args(target), {
      onStart: (child) => {
        timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
      },
    })
    clearTimeout(timer)
    const state = await isWholeOrNone(target)
    seen[state]++
    if (code === 0) expect(state).toBe('whole')
    // A run over a finished one must not be mistaken for it: from here on the folder is empty again.
    if (state === 'whole') await rm(target, { recursive: true })
  }
  expect(seen.none).toBeGreaterThan(KILLS / 2)
  expect((await twinmap(args(target))).code).toBe(0)
  expect(await bytesBelow(target)).toEqual(whole)
})

test('kill -9 over an older tileset leaves that one whole, until the last moment', async () => {
  const target = join(folder, 'over')
  expect((await twinmap(args(target))).code).toBe(0)
  const { code } = await twinmap(args(target), { onSaid: (err, child) => err.includes('tiles ') && child.kill('SIGKILL') })
  expect(code).toBe(null)
  expect(await isWholeOrNone(target)).toBe('whole')
  expect(await readdir(target)).toContain('.twinmap-partial')
  expect((await twinmap(args(target))).code).toBe(0)
  expect(await bytesBelow(target)).toEqual(whole)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it with %i, in a second, and leaves nothing', async (signal, expected) => {
  const target = join(folder, signal)
  let sentMs = 0
  const once = (err: string, child: ChildProcess) => {
    if (sentMs > 0 || !err.includes('positions stand on a lattice')) return
    sentMs = performance.now()
    child.kill(signal)
  }
  const { code, err } = await twinmap(args(target), { onSaid: once })
  expect([code, err]).toEqual([expected, expect.stringMatching(/interrupted; nothing was left half done\n$/)])
  expect(await readdir(target).catch(() => [])).toEqual([])
  // Ten times what it takes on a machine that does nothing else.
  expect(performance.now() - sentMs).toBeLessThan(3000)
})

test('what a killed run left is told from what a living one writes', async () => {
  const target = join(folder, 'twice')
  let second: Promise<{ code: number | null; err: string }> | undefined
  const first = await twinmap(args(target), {
    onSaid: (err) => {
      if (err.includes('tiles 0/') || err.includes('tiles 1/')) second ??= twinmap(args(target))
    },
  })
  expect(first.code).toBe(0)
  const { code, err } = await second!
  // Whoever comes while the first writes is refused; on a fast machine it may come after.
  if (code !== 0) expect([code, err]).toEqual([2, expect.stringMatching(/^option-invalid: .*process \d+ is writing there/m)])
  expect(JSON.parse(await readFile(join(target, 'tileset.json'), 'utf8'))).toMatchObject({ asset: { version: '1.1' } })
  expect(await isWholeOrNone(target)).toBe('whole')
})
