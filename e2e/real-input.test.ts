// Streams every tileset of ../shared/data and holds what is shown against kept figures (real-input/figures.json). To keep new ones, after a
// change that is meant: TWINMAP_KEEP_FIGURES=folder npx vitest run --project e2e e2e/real-input.test.ts; it writes the figures, and the
// pictures into that folder, to be looked at and never committed.
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { type Cell, compareGrids, type Grid, readGrid, writeGrid } from './real-input/compare.ts'
import { type FigurePage, openFigurePage } from './real-input/figure-page.ts'
import { DATA, dataMissing, originOf, type RealSet, SETS } from './real-input/sets.ts'
import type { TilesPage } from './tiles/page.ts'

const FIGURES = new URL('real-input/figures.json', import.meta.url)
const KEEP = process.env['TWINMAP_KEEP_FIGURES']
const kept = JSON.parse(readFileSync(FIGURES, 'utf8')) as Record<string, Record<string, string[]>>
declare const window: { page: TilesPage; viewer: ReturnType<TilesPage['open']> }

describe('the comparer', () => {
  const flat = (share: number, ...rgb: number[]): Grid => Array.from({ length: 64 }, () => [share, ...rgb] as unknown as Cell)
  test('lets 3 points of cover and 8 of colour pass, and no more', () => {
    expect(compareGrids(flat(0.52, 100, 100, 100), flat(0.5, 107, 93, 100))).toEqual([])
    expect(compareGrids(flat(0.54, 100, 100, 100), flat(0.5, 100, 100, 100))).toHaveLength(64)
    expect(compareGrids(flat(0.5, 100, 100, 109), flat(0.5, 100, 100, 100))[9]).toBe(
      'row 2, column 2: colour 100,100,109, kept 100,100,100',
    )
  })
  test('reads what it wrote', () => {
    const grid = Array.from({ length: 64 }, (_, i): Cell => (i % 3 === 0 ? [0, 0, 0, 0] : [i / 100, i, 2 * i, 3 * i]))
    expect(readGrid(writeGrid(grid))).toEqual(grid)
  })
  test('does not weigh the colour of a few pixels', () => {
    expect(compareGrids(flat(0.04, 0, 0, 0), flat(0.04, 200, 200, 200))).toEqual([])
  })
})

describeWith(browserMissing() ?? dataMissing(), 'every tileset of ../shared/data', () => {
  let opened: FigurePage
  const next: Record<string, Record<string, string[]>> = {}
  beforeAll(async () => {
    opened = await openFigurePage({ '/data/': DATA })
  })
  afterAll(async () => {
    await opened?.close()
    if (KEEP !== undefined) await writeFile(FIGURES, `${JSON.stringify(next, null, 2)}\n`)
  })

  test('stands in the list', () => {
    const found = readdirSync(DATA, { recursive: true, encoding: 'utf8' }).filter(
      (name) => /(^|\/)tileset\.json$/.test(name) && !/city|BlockAB|schema/.test(name),
    )
    expect(SETS.map(({ path }) => path)).toEqual(expect.arrayContaining(found))
    expect(found.length).toBeGreaterThan(12)
  })

  const start = ({ path, swap, coarse }: RealSet, swapped = false) =>
    opened.page.evaluate(
      async (url, origin, pair, errorTargetPx) => {
        window.viewer = window.page.open()
        if (origin !== undefined) window.viewer.setOrigin(origin)
        if (pair !== undefined) window.viewer.swap(...pair)
        window.viewer.mount(url, { errorTargetPx })
        await window.viewer.bounds()
      },
      `/data/${path}`,
      originOf(path),
      swapped ? (swap as [string, string]) : undefined,
      coarse ? 1000 : 2,
    )
  const end = () => opened.page.evaluate(() => window.viewer.dispose())
  const see = (look: RealSet['views'][string]) =>
    opened.page.evaluate(async (how) => {
      const sphere = await window.viewer.bounds()
      window.viewer.look(sphere, how)
      const refinement = await window.viewer.settle(30_000)
      return { refinement, grid: window.viewer.grid(), errors: window.viewer.errors.map(({ code }) => code) }
    }, look)
  const spoilt = (spoil: Parameters<ReturnType<TilesPage['open']>['spoil']>[0]) =>
    opened.page.evaluate(async (how) => {
      const { viewer } = window
      viewer.spoil(how, await viewer.bounds())
      const grid = viewer.grid()
      viewer.spoil({}, await viewer.bounds())
      return grid
    }, spoil)

  test.each(SETS.map((set) => [set.path.replace(/\/[^/]+\.json$/, set.coarse ? ', coarse' : ''), set] as const))('%s', async (_, set) => {
    await start(set)
    const told = new Set<string>()
    next[set.path] ??= {}
    for (const [name, look] of Object.entries(set.views)) {
      const { refinement, grid, errors } = await see(look)
      for (const code of errors) told.add(code)
      const state = set.empty ? 'empty' : set.partial?.includes(name) ? 'partial' : 'complete'
      expect(refinement, name).toEqual({ state, share: set.empty ? 0 : 1 })
      if (KEEP !== undefined) {
        next[set.path]![name] = writeGrid(grid)
        const picture = (
          await opened.page.evaluate(() => {
            window.viewer.draw()
            return window.viewer.renderer.domElement.toDataURL('image/png')
          })
        ).split(',')[1]!
        await writeFile(join(KEEP, `${set.path.replaceAll('/', '_')}-${name}.png`), Buffer.from(picture, 'base64'))
        continue
      }
      const figures = readGrid(kept[set.path]?.[name] ?? [])
      expect(compareGrids(grid, figures), name).toEqual([])
      if (!set.empty) expect(figures.filter(([share]) => share > 0.01).length, `${name}: cells with something`).toBeGreaterThan(3)
      if (!set.capture) continue
      expect(compareGrids(await spoilt({ shiftMeters: 5 }), figures).length, `${name} shifted by 5 m`).toBeGreaterThan(0)
      expect(compareGrids(await spoilt({ mirror: true }), figures).length, `${name} mirrored`).toBeGreaterThan(0)
    }
    expect([...told].sort()).toEqual([...(set.told ?? [])].sort())
    await end()
    if (set.swap === undefined || KEEP !== undefined) return
    await start(set, true)
    const [[name, look]] = Object.entries(set.views) as [[string, RealSet['views'][string]]]
    const { grid } = await see(look)
    expect(compareGrids(grid, readGrid(kept[set.path]![name]!)).length, 'with another picture').toBeGreaterThan(0)
    await end()
  })

  test('asked for nothing outside, and nothing was refused', () => {
    expect([opened.violations, opened.foreign]).toEqual([[], []])
  })
})
