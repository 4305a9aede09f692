// Tiles in a browser under the strict policy: what is seen, what is said where something lacks, and that nothing is left.
import { beforeAll, expect, test } from 'vitest'
import { LOOK_MS } from '../packages/core/src/error/silent-worker.ts'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import type { ServeOptions } from './harness/serve.ts'
import { show, type TilesWindow, tilesPages } from './tiles/open.ts'
import { COLORS, ORIGIN, sampleSet } from './tiles/sample-set.ts'

declare const window: TilesWindow

describeWith(browserMissing(), 'tiles in a browser under a strict CSP', () => {
  let files: Record<string, Uint8Array | string>
  beforeAll(async () => {
    files = await sampleSet()
  })
  const tiles = tilesPages(() => ({ files }))

  const near = (color: readonly number[]) => color.map((each) => expect.closeTo(each, -0.5))
  const CHILDREN = [COLORS[2], COLORS[3], COLORS[0], COLORS[1]].map(near)
  const ROOT = Array(4).fill(near(COLORS.root))

  test('a tileset in ECEF stands about the origin, in its own colours, and nothing is refused or warned of', async () => {
    const opened = await tiles.open()
    const { refinement, placed, quarters, errors } = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect({ refinement, placed, quarters, errors }).toEqual({
      refinement: { state: 'complete', share: 1 },
      placed: ['ecef'],
      quarters: CHILDREN,
      errors: [],
    })
    expect([opened.errors, opened.warnings, opened.site.violations, tiles.chromium.foreign]).toEqual([[], [], [], []])
    const hit = await opened.page.evaluate(() => window.viewer.hit(0.2, 0.1))
    expect(hit![2]).toBeCloseTo(0, 3)
    await opened.close()
  })

  test('a coarser target stops at the parent, and a change of grade or haze is seen in the next frame', async () => {
    const opened = await tiles.open()
    const { quarters } = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 64 })
    expect(quarters).toEqual(ROOT)
    const graded = await opened.page.evaluate(() => {
      window.viewer.tilesets().setGrade({ saturation: 0, brightness: 0.5 })
      return [...window.viewer.pixels().slice((160 * 256 + 96) * 4, (160 * 256 + 96) * 4 + 3)]
    })
    expect(graded).toEqual(near([60, 60, 60]))
    // All in the haze, then none of it: the picture is nearer than the haze begins.
    const hazy = await opened.page.evaluate(() =>
      [0, 1e6].map((fromMeters) => {
        window.viewer.tilesets().setHaze({ color: [1, 0.5, 0], most: 0.5, fromMeters, reachMeters: 0.01 })
        return [...window.viewer.pixels().slice((160 * 256 + 96) * 4, (160 * 256 + 96) * 4 + 3)]
      }),
    )
    expect(hazy).toEqual([near([157, 94, 30]), near([60, 60, 60])])
    await opened.close()
  })

  test('everything that was made is unmade after dispose, twenty times over, in the middle of loading too', async () => {
    const opened = await tiles.open()
    const left = await opened.page.evaluate(async () => {
      const rounds: [string, number][][] = []
      for (let i = 0; i < 20; i++) {
        const mounted = window.viewer.mount('/sample/tileset.json', { errorTargetPx: 4 })
        window.viewer.look(await window.viewer.bounds(), { headingDeg: 0, pitchDeg: -60, radii: 1.4 })
        await window.viewer.settle(i % 3 === 0 ? 20_000 : i * 8)
        if (i % 2 === 0) mounted.dispose()
        window.viewer.tilesets().dispose()
        rounds.push(window.viewer.left())
        window.viewer.dispose()
        window.viewer = window.page.open()
      }
      await new Promise((resolve) => setTimeout(resolve, 300))
      return { rounds, bitmaps: window.bitmaps(), made: window.glCounts().made }
    })
    expect(left.rounds).toEqual(Array(20).fill([]))
    expect(left.bitmaps).toBe(0)
    expect(left.made['Texture']).toBeGreaterThan(40)
    await expect.poll(() => opened.page.workers().length).toBe(0)
    await opened.close()
  })

  test('a missing tile lets its parent stand, is said once, and comes with retry when it is there', async () => {
    let there = false
    const opened = await tiles.open({
      before: (request, response) => {
        if (request.url !== '/sample/2.glb' || there) return false
        response.writeHead(404).end()
        return true
      },
    })
    const before = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect(before).toMatchObject({ quarters: ROOT, refinement: { state: 'partial', share: 1 } })
    expect(before.errors).toEqual([
      { code: 'tile-missing', message: expect.stringMatching(/\/sample\/2\.glb: is not there, so its parent stays; check/) },
    ])
    there = true
    const after = await opened.page.evaluate(async () => {
      window.viewer.mounted!.retry()
      await window.viewer.settle(20_000)
      return [...window.viewer.pixels().slice((160 * 256 + 96) * 4, (160 * 256 + 96) * 4 + 3)]
    })
    expect(after).toEqual(near(COLORS[2]))
    await opened.close()
  })

  test.each([
    [
      'cut off',
      (good: Uint8Array) => good.slice(0, good.length - 200),
      'tile-corrupt',
      /1\.glb: glb header says \d+ bytes, \d+ are there; the parent tile stays/,
    ],
    [
      'a page that says it is missing',
      () => new TextEncoder().encode('<!doctype html><title>Not found</title>'),
      'tile-corrupt',
      /1\.glb: the content is a page \(HTML or XML\); the parent tile stays/,
    ],
    [
      'of another kind',
      () => new TextEncoder().encode('PK\u0003\u0004 an archive'),
      'tile-unsupported',
      /is none of b3dm, i3dm, pnts, cmpt, glb and glTF/,
    ],
  ])('a tile that is %s lets its parent stand and says what is wrong', async (_, spoil, code, message) => {
    const opened = await tiles.open({ files: { '/sample/1.glb': spoil(files['/sample/1.glb'] as Uint8Array) } })
    const { quarters, errors, refinement } = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect({ quarters, errors, refinement }).toEqual({
      quarters: ROOT,
      errors: [{ code, message: expect.stringMatching(message) }],
      refinement: { state: 'partial', share: 1 },
    })
    expect(opened.errors).toEqual([])
    await opened.close()
  })

  test.each([
    ['missing', {}, 'tileset-missing', /tileset \/none\/tileset\.json: .*answered 404/],
    ['no JSON', { '/none/tileset.json': '<html>' }, 'tileset-invalid', /is not JSON/],
    ['no tileset', { '/none/tileset.json': '{"type":"FeatureCollection"}' }, 'tileset-invalid', /root is undefined; expected the tile/],
  ])('a tileset that is %s is told with a code, and another beside it still shows', async (_, more, code, message) => {
    const opened = await tiles.open({ files: more as Record<string, string> })
    await opened.page.evaluate(() => window.viewer.mount('/none/tileset.json'))
    await opened.page.waitForFunction(() => window.viewer.errors.length > 0)
    expect(await opened.page.evaluate(() => window.viewer.errors)).toEqual([{ code, message: expect.stringMatching(message) }])
    const { refinement, quarters } = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect({ refinement, quarters }).toEqual({ refinement: { state: 'partial', share: 1 }, quarters: CHILDREN })
    await opened.close()
  })

  test.each([
    ['their parent', /root\.glb/],
    ['none of them', /nothing/],
    ['each child', /\d\.glb/],
  ])('a memory budget that is too small is told as starved, with what it could hold on screen, whoever comes late: %s', async (_, late) => {
    const before: ServeOptions['before'] = (request, response) => {
      const path = request.url!
      if (!late.test(path)) return false
      setTimeout(() => response.writeHead(200, { 'Content-Type': 'model/gltf-binary' }).end(files[path]), 500)
      return true
    }
    const opened = await tiles.open({ before }, { memoryBytes: 45_000 })
    const { refinement, quarters } = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect(refinement.state).toBe('starved')
    expect(refinement.share).toBeLessThan(1)
    expect(quarters).toEqual(ROOT)
    await opened.close()
  })

  test('draws nothing while nothing changes, and cancels what a turn of the camera leaves behind', async () => {
    const opened = await tiles.open({ latencyMs: 700 })
    const told = await opened.page.evaluate(async () => {
      const { viewer } = window
      viewer.mount('/sample/tileset.json', { errorTargetPx: 4 })
      const sphere = await viewer.bounds()
      viewer.look(sphere, { headingDeg: 0, pitchDeg: -89.9, radii: 1.4 })
      for (let i = 0; i < 6; i++) await viewer.settle(30)
      const asked = viewer.requests.length
      viewer.look(sphere, { headingDeg: 0, pitchDeg: -89.9, radii: 1.4, offset: [90_000, 0, 0] })
      await viewer.settle(3000)
      const aborted = viewer.aborted()
      viewer.look(sphere, { headingDeg: 0, pitchDeg: -89.9, radii: 1.4 })
      await viewer.settle(20_000)
      const frames = viewer.frames
      await viewer.settle(500)
      return { asked, aborted, frames: viewer.frames - frames, refinement: viewer.refinement }
    })
    expect(told).toMatchObject({ asked: 6, frames: 0, refinement: { state: 'complete', share: 1 } })
    expect(told.aborted).toBeGreaterThan(0)
    await opened.close()
  })

  test('a server that is down for a while heals by itself, and is told once', async () => {
    const until = Date.now() + 2500
    const opened = await tiles.open({
      before: (request, response) => {
        if (!/\/sample\/\d\.glb/.test(request.url ?? '') || Date.now() > until) return false
        response.writeHead(503).end()
        return true
      },
    })
    const told = await opened.page.evaluate(async () => {
      const { viewer } = window
      viewer.mount('/sample/tileset.json', { errorTargetPx: 4 })
      viewer.look(await viewer.bounds(), { headingDeg: 0, pitchDeg: -89.9, radii: 1.4 })
      await viewer.settle(1500)
      const down = { state: viewer.refinement!.state, pixel: [...viewer.pixels().slice((160 * 256 + 96) * 4, (160 * 256 + 96) * 4 + 3)] }
      await viewer.settle(20_000)
      return {
        down,
        refinement: viewer.refinement,
        pixel: [...viewer.pixels().slice((160 * 256 + 96) * 4, (160 * 256 + 96) * 4 + 3)],
        errors: viewer.errors,
      }
    })
    expect(told).toEqual({
      down: { state: 'loading', pixel: near(COLORS.root) },
      refinement: { state: 'complete', share: 1 },
      pixel: near(COLORS[2]),
      errors: [{ code: 'fetch-failed', message: expect.stringMatching(/answered 503; check the server/) }],
    })
    await opened.close()
  })

  test('workers that are not served are told by name, and the page goes on', async () => {
    const opened = await tiles.open({
      before: (request, response) => {
        if (!/tile-worker/.test(request.url ?? '')) return false
        response.writeHead(404).end()
        return true
      },
    })
    const { errors, covered } = await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect(errors).toEqual([
      { code: 'worker-lost', message: expect.stringContaining('check that the folder of the script is served whole, workers included') },
    ])
    expect(covered).toBe(0)
    await opened.close()
  })

  test('a worker that the browser killed without a word is missed, replaced, and its tiles come after all', async () => {
    const opened = await tiles.open()
    await opened.page.evaluate((every) => {
      const real = globalThis.setInterval as (run: () => void, ms?: number) => number
      Object.assign(globalThis, { setInterval: (run: () => void, ms?: number) => real(run, ms === every ? 300 : ms) })
    }, LOOK_MS)
    expect((await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 64 })).quarters).toEqual(ROOT)
    for (const worker of opened.page.workers()) await worker.evaluate('close()').catch(() => undefined)
    const told = await opened.page.evaluate(async () => {
      const { viewer } = window
      viewer.mounted!.dispose()
      viewer.mount('/sample/tileset.json', { errorTargetPx: 4 })
      viewer.look(await viewer.bounds(), { headingDeg: 0, pitchDeg: -60, radii: 1.4 })
      await viewer.settle(20_000)
      return { refinement: viewer.refinement, errors: viewer.errors }
    })
    expect(told).toEqual({
      refinement: { state: 'complete', share: 1 },
      errors: [{ code: 'worker-lost', message: expect.stringContaining('answers no more') }],
    })
    await opened.close()
  })

  test('two viewers share their workers, which leave the page a core and end with the last of them', async () => {
    const opened = await tiles.open()
    const most = Math.max(1, Math.min(2, (await opened.page.evaluate(() => navigator.hardwareConcurrency)) - 1))
    await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    expect(opened.page.workers()).toHaveLength(most)
    await opened.page.evaluate(async (origin) => {
      const second = window.page.open()
      second.setOrigin(origin)
      second.mount('/sample/tileset.json', { errorTargetPx: 4 })
      second.look(await second.bounds(), { headingDeg: 0, pitchDeg: -60, radii: 1.4 })
      await second.settle(20_000)
      window.viewer.dispose()
      window.viewer = second
    }, ORIGIN)
    expect(opened.page.workers()).toHaveLength(most)
    expect(await opened.page.evaluate(() => window.viewer.refinement)).toEqual({ state: 'complete', share: 1 })
    await opened.page.evaluate(() => window.viewer.dispose())
    await expect.poll(() => opened.page.workers().length).toBe(0)
    await opened.close()
  })

  test('after a lost context all is loaded again, once', async () => {
    const opened = await tiles.open()
    await show(opened, '/sample/tileset.json', undefined, { errorTargetPx: 4 })
    const told = await opened.page.evaluate(async () => {
      const { viewer } = window
      const textures = viewer.renderer.info.memory.textures
      viewer.tilesets().reload()
      const state = viewer.refinement!.state
      await viewer.settle(20_000)
      return {
        state,
        textures,
        again: viewer.renderer.info.memory.textures,
        refinement: viewer.refinement,
        pixel: [...viewer.pixels().slice((160 * 256 + 96) * 4, (160 * 256 + 96) * 4 + 3)],
      }
    })
    expect(told).toMatchObject({ refinement: { state: 'complete', share: 1 }, pixel: near(COLORS[2]) })
    expect(told.again).toBe(told.textures)
    await opened.close()
  })
})
