// What the pipeline makes, as the viewer shows it: a real drone mesh, a real scan and a corner of the demo, converted by `twinmap` and held
// from fixed views against kept figures (real-input/pipeline-figures.json); of the demo alone a picture is kept too. To keep new ones,
// after a change that is meant: TWINMAP_KEEP_FIGURES=folder GOLDEN=write npx vitest run --project e2e e2e/pipeline-shown.test.ts, and look
// at the pictures; those of captures are never committed.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { compareWithGolden } from './harness/golden.ts'
import { ROOT } from './harness/packed.ts'
import { notBuilt, twinmap } from './pipeline/cli.ts'
import { compareGrids, readGrid, writeGrid } from './real-input/compare.ts'
import { type FigurePage, openFigurePage } from './real-input/figure-page.ts'
import { DATA, dataMissing, originOfFile } from './real-input/sets.ts'
import type { Look, TilesPage } from './tiles/page.ts'

const FIGURES = new URL('real-input/pipeline-figures.json', import.meta.url)
const KEEP = process.env['TWINMAP_KEEP_FIGURES']
const kept = (existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {}) as Record<string, Record<string, string[]>>
declare const window: { page: TilesPage; viewer: ReturnType<TilesPage['open']> }

const VIEWS: Readonly<Record<string, Look>> = {
  slant: { headingDeg: 30, pitchDeg: -35, radii: 1.8 },
  above: { headingDeg: 0, pitchDeg: -85, radii: 1.6 },
  near: { headingDeg: 200, pitchDeg: -30, radii: 0.7 },
}
const TERRA = join(DATA, 'obj-terra-L17/BlockAB/BlockAB.obj')
const SCAN = join(DATA, 'scan-cedar-creek-obj/scan.obj')

let folder: string
const tilesetOf = (name: string) => join(folder, name, 'tileset.json')
async function convert(name: string, input: string): Promise<void> {
  const { code, err } = await twinmap(['tiles', input, '-o', join(folder, name)])
  if (code !== 0) throw new Error(err)
}
beforeAll(async () => {
  const lacks = notBuilt()
  if (lacks !== undefined) throw new Error(lacks)
  folder = await mkdtemp(join(tmpdir(), 'twinmap-shown-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Root {
  readonly transform: readonly number[]
  readonly boundingVolume: { readonly box: readonly number[] }
}
/** The middle of the root's box, in ECEF or, of a local tileset, in the document's metres. */
async function middleOf(name: string): Promise<number[]> {
  const { root } = JSON.parse(await readFile(tilesetOf(name), 'utf8')) as { root: Root }
  const [x, y, z] = root.boundingVolume.box as [number, number, number]
  const m = root.transform
  return [0, 1, 2].map((k) => m[k]! * x + m[4 + k]! * y + m[8 + k]! * z + m[12 + k]!)
}

const missing = dataMissing()
test('obj-terra-L17 stands where its metadata.xml says, within 0.1 m of another tool’s figures', async (ctx) => {
  if (missing !== undefined) return ctx.skip(missing)
  await convert('obj-terra-L17', TERRA)
  // The middle of its box in EPSG:4547, Z up, z taken as ellipsoidal. Local metres count from there.
  const known = [-2248981.22, 5021787.78, 3214811.18]
  const { root } = JSON.parse(await readFile(tilesetOf('obj-terra-L17'), 'utf8')) as { root: Root }
  const away = (point: readonly number[]) => Math.hypot(...known.map((value, k) => value - point[k]!))
  expect(away(root.transform.slice(12, 15))).toBeLessThan(0.1)
  // The box of the tiles lies square to north, not to the grid: its middle is another by centimetres.
  expect(away(await middleOf('obj-terra-L17'))).toBeLessThan(0.2)
})

test('scan-cedar-creek-obj, which has no reference, stands in its own metres at the document’s origin', async (ctx) => {
  if (missing !== undefined) return ctx.skip(missing)
  await convert('scan-cedar-creek-obj', SCAN)
  const bounds = [0, 1, 2].map(() => [Infinity, -Infinity] as [number, number])
  for (const [, ...xyz] of (await readFile(SCAN, 'latin1')).matchAll(/^v (\S+) (\S+) (\S+)/gm))
    bounds.forEach((range, k) => {
      range[0] = Math.min(range[0], Number(xyz[k]))
      range[1] = Math.max(range[1], Number(xyz[k]))
    })
  const middle = await middleOf('scan-cedar-creek-obj')
  expect(Math.hypot(...middle.map((value, k) => value - (bounds[k]![0] + bounds[k]![1]) / 2))).toBeLessThan(0.01)
  expect(originOfFile(tilesetOf('scan-cedar-creek-obj'))).toBe(undefined)
})

describeWith(browserMissing(), 'the viewer shows', () => {
  let opened: FigurePage
  const next: Record<string, Record<string, string[]>> = {}
  beforeAll(async () => {
    opened = await openFigurePage({ '/made/': folder })
  })
  afterAll(async () => {
    await opened?.close()
    if (KEEP !== undefined) await writeFile(FIGURES, `${JSON.stringify(next, null, 2)}\n`)
  })

  async function holds(name: string, { golden = false }: { golden?: boolean } = {}): Promise<void> {
    await opened.page.evaluate(
      async (url, origin) => {
        window.viewer = window.page.open()
        if (origin !== undefined) window.viewer.setOrigin(origin)
        window.viewer.mount(url, { errorTargetPx: 2 })
      },
      `/made/${name}/tileset.json`,
      originOfFile(tilesetOf(name)),
    )
    next[name] = {}
    for (const [view, look] of Object.entries(VIEWS)) {
      const { refinement, grid, aside, errors, png } = await opened.page.evaluate(async (how) => {
        const { viewer } = window
        const sphere = await viewer.bounds()
        viewer.look(sphere, how)
        const refinement = await viewer.settle(60_000)
        const grid = viewer.grid()
        viewer.draw()
        const png = viewer.renderer.domElement.toDataURL('image/png').split(',')[1]!
        // To see that the figures would notice: a fiftieth of the whole aside.
        viewer.spoil({ shiftMeters: sphere.radius / 25 }, sphere)
        const aside = viewer.grid()
        viewer.spoil({}, sphere)
        return { refinement, grid, aside, png, errors: viewer.errors.map(({ code }) => code) }
      }, look)
      expect([refinement, errors], view).toEqual([{ state: 'complete', share: 1 }, []])
      const bytes = Buffer.from(png, 'base64')
      if (golden) {
        const { share, sizes } = compareWithGolden(new URL(`real-input/golden/${name}-${view}.png`, import.meta.url), bytes)
        expect(share, `${view}: ${sizes}`).toBeLessThan(0.01)
      }
      if (KEEP !== undefined) {
        next[name]![view] = writeGrid(grid)
        await writeFile(join(KEEP, `${name}-${view}.png`), bytes)
        continue
      }
      const figures = readGrid(kept[name]?.[view] ?? [])
      expect(compareGrids(grid, figures), view).toEqual([])
      expect(compareGrids(aside, figures).length, `${view} aside`).toBeGreaterThan(0)
    }
    await opened.page.evaluate(() => window.viewer.dispose())
    expect([opened.violations, opened.foreign]).toEqual([[], []])
  }

  for (const [name, input] of [
    ['obj-terra-L17', TERRA],
    ['scan-cedar-creek-obj', SCAN],
  ] as const)
    test(`${name} as it did`, async (ctx) => {
      if (missing !== undefined) return ctx.skip(missing)
      if (!existsSync(tilesetOf(name))) await convert(name, input)
      await holds(name)
    })

  test('a corner of the demo as it did, pixel by pixel', async () => {
    const capture = join(folder, 'capture')
    execFileSync(process.execPath, [join(ROOT, 'examples/longwan/dist/capture/cli.js'), capture, '--size', 'small', '--threads', '2'])
    await convert('demo', capture)
    await holds('demo', { golden: true })
  })
})
