// The demo capture as it is delivered: threads from the build, and a piece at full resolution held to what real captures look like.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCapture } from '../examples/longwan/src/capture/capture.ts'
import { comparisonTable } from '../examples/longwan/src/capture/measure/compare.ts'
import { groundOffsets } from '../examples/longwan/src/capture/measure/ground-offset.ts'
import { readCapture } from '../examples/longwan/src/capture/measure/shots.ts'
import { type CaptureStatistics, measureCapture } from '../examples/longwan/src/capture/measure/statistics.ts'
import { makePlan } from '../examples/longwan/src/capture/scene/plan.ts'

const root = mkdtempSync(join(tmpdir(), 'longwan-e2e-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function sha(folder: string): string {
  const hash = createHash('sha256')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile() && e.name !== 'capture.json')
  for (const p of files.map((e) => join(e.parentPath, e.name)).sort()) hash.update(p.slice(folder.length)).update(readFileSync(p))
  return hash.digest('hex')
}

test('one thread, two and three make the same bytes', (ctx) => {
  const cli = resolve('examples/longwan/dist/capture/cli.js')
  if (!existsSync(cli)) return ctx.skip('examples/longwan is not built: npx tsc -b examples/longwan')
  const hashes = [1, 2, 3].map((threads) => {
    const out = join(root, `threads${threads}`)
    execFileSync(process.execPath, [cli, out, '--size', 'small', '--threads', String(threads)])
    return sha(out)
  })
  expect(new Set(hashes).size).toBe(1)
})

// A yard, a lane, half of two slabs and the main lane between them, as `full` makes them.
const piece = { x0: 140, y0: 84, x1: 205, y1: 149 }
let statistics: CaptureStatistics
beforeAll(async () => {
  await makeCapture({ outDir: join(root, 'piece'), threads: 0, settings: { window: piece, columns: 1, rows: 1, pageTexels: 2048 } })
  statistics = await measureCapture(readCapture(join(root, 'piece')))
  console.log(comparisonTable([{ name: 'piece', statistics }]))
})

test('at least 60 % of the atlas lies inside triangles', () => expect(statistics.atlasFillPercent).toBeGreaterThan(60))

test('charts are as small and positions split as often as in real captures', () => {
  expect(statistics.trianglesPerChart.mean).toBeGreaterThan(3)
  expect(statistics.trianglesPerChart.mean).toBeLessThan(8)
  expect(statistics.wedgesPerPosition).toBeGreaterThan(1.6)
  expect(statistics.wedgesPerPosition).toBeLessThan(3)
})

test('the ground is as rough as a real one, and no rougher', () => {
  expect(statistics.groundSpreadDeg.median).toBeGreaterThan(2)
  expect(statistics.groundSpreadDeg.median).toBeLessThan(4.5)
})

test('lights and covers stand within 0.2 m of the lowest gentle triangle at their place', () => {
  const offsets = groundOffsets(readCapture(join(root, 'piece')), makePlan(7), piece)
  expect(offsets.length).toBeGreaterThan(5)
  const good = offsets.filter((o) => Math.abs(o.meters) <= 0.2)
  expect(good.length / offsets.length, JSON.stringify(offsets.filter((o) => !good.includes(o)))).toBeGreaterThanOrEqual(0.99)
})
