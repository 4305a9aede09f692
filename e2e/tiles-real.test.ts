// Tiles of real captures in a browser under the strict policy: every format that ../shared/data holds, and nothing left.
import { expect, test } from 'vitest'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { DATA, dataMissing } from './real-input/sets.ts'
import { show, type TilesWindow, tilesPages } from './tiles/open.ts'
import type { Look } from './tiles/page.ts'

declare const window: TilesWindow

describeWith(browserMissing() ?? dataMissing(), 'tiles of real captures', () => {
  const tiles = tilesPages(() => ({ folders: { '/data/': DATA } }))

  const real: [string, string, Look, string[]][] = [
    ['glTF 1.0 with CESIUM_RTC', 'b3dm-cc-gltf1-rtc/Production_1.json', { headingDeg: 30, pitchDeg: -35, radii: 1.2 }, []],
    ['Draco, misaligned, Z up', 'b3dm-djiterra-gltf2-draco/tileset.json', { headingDeg: 30, pitchDeg: -35, radii: 1.5 }, ['tile-missing']],
    ['Draco and KTX2 beside it', 'scan-cedar-creek/mesh_tiles/tileset.json', { headingDeg: 30, pitchDeg: -35 }, []],
    [
      'i3dm with own shaders',
      '3d-tiles-samples/1.0/TilesetWithTreeBillboards/tileset.json',
      { headingDeg: 30, pitchDeg: -35, radii: 1 },
      ['tile-unsupported'],
    ],
    [
      'pnts behind a request volume',
      '3d-tiles-samples/1.0/TilesetWithRequestVolume/tileset.json',
      { headingDeg: 30, pitchDeg: -35, radii: 1 },
      [],
    ],
    ['several contents of a tile', '3d-tiles-samples/1.1/MultipleContents/tileset.json', { headingDeg: 30, pitchDeg: -35 }, []],
    ['an implicit octree', '3d-tiles-samples/1.1/SparseImplicitOctree/tileset.json', { headingDeg: 30, pitchDeg: -35 }, []],
  ]
  test.each(real)('%s: shown, with nothing refused and nothing left', async (_, path, look, codes) => {
    const opened = await tiles.open()
    const { refinement, covered, errors } = await show(opened, `/data/${path}`, look, { errorTargetPx: 4 })
    expect(refinement).toEqual({ state: codes.includes('tile-missing') ? 'partial' : 'complete', share: 1 })
    expect(covered).toBeGreaterThan(0.02)
    expect([...new Set(errors.map(({ code }) => code))]).toEqual(codes)
    const left = await opened.page.evaluate(async () => {
      window.viewer.tilesets().dispose()
      await new Promise((resolve) => setTimeout(resolve, 100))
      return { gl: window.viewer.left(), bitmaps: window.bitmaps() }
    })
    expect(left).toEqual({ gl: [], bitmaps: 0 })
    await expect.poll(() => opened.page.workers().length).toBe(0)
    expect([opened.site.violations, tiles.chromium.foreign]).toEqual([[], []])
    await opened.close()
  })

  test('each picture beside tiles is fetched once, whoever asks', async () => {
    const opened = await tiles.open()
    await show(opened, '/data/scan-cedar-creek/mesh_tiles/tileset.json', { headingDeg: 30, pitchDeg: -35 }, { errorTargetPx: 1 })
    const pictures = (await opened.page.evaluate(() => window.viewer.requests)).filter((each) => each.endsWith('.ktx2'))
    expect(pictures.length).toBeGreaterThan(5)
    expect(new Set(pictures).size).toBe(pictures.length)
    await opened.close()
  })

  test('without the header of its worker KTX2 is told with that header, and the form still shows', async () => {
    const opened = await tiles.open({ ktx2Worker: false })
    const { covered, errors, refinement } = await show(
      opened,
      '/data/scan-cedar-creek/mesh_tiles/tileset.json',
      { headingDeg: 30, pitchDeg: -35 },
      { errorTargetPx: 16 },
    )
    expect(errors).toEqual([{ code: 'ktx2-blocked', message: expect.stringContaining("script-src 'self' 'wasm-unsafe-eval'") }])
    expect(refinement.state).toBe('complete')
    expect(covered).toBeGreaterThan(0.1)
    await opened.close()
  })
})
