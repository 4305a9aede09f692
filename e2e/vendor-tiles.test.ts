// What vendors write, in a browser: each kind as a small set of our own, each case of ../shared/cases/viewer in the whole viewer, signed
// addresses, and what is said where an address is refused. Drawn is what the pixels say; nothing is warned of.
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownCapture } from '../examples/longwan/src/own-capture.ts'
import { samplePlaneGlb } from '../packages/core/src/tiles/sample-tile.ts'
import { dracoPnts } from '../packages/core/src/tiles/sample-vendor-tiles.ts'
import { browserMissing, launchBrowser, type TestBrowser, type TestPage } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'
import { BUNDLE, bundleMissing, ORIGIN, oneTile } from './harness/portal-town.ts'
import { type Served, serve } from './harness/serve.ts'
import { SHADOW, until } from './harness/village.ts'
import { DATA, dataMissing } from './real-input/sets.ts'
import { show, type TilesWindow, tilesPages } from './tiles/open.ts'
import { COLORS, png } from './tiles/sample-set.ts'
import { VENDOR_SETS } from './tiles/vendor-sets.ts'

declare const window: TilesWindow
const CASES = fileURLToPath(new URL('../../shared/cases/viewer/', import.meta.url))
const casesMissing = (): string | undefined => (existsSync(CASES) ? undefined : '../shared/cases is absent')
const near = (color: readonly number[]) => color.map((each) => expect.closeTo(each, -0.5))
const QUARTERS = [COLORS[2], COLORS[3], COLORS[0], COLORS[1]].map(near)

describeWith(browserMissing(), 'a tileset as vendors write it is shown whole, in a browser', () => {
  const files: Record<string, Uint8Array | string> = {}
  for (const [i, set] of Object.values(VENDOR_SETS).entries())
    for (const [name, file] of Object.entries(set)) files[`/v/${i}/${name}`] = file
  const tiles = tilesPages(() => ({ files, folders: { '/data/': DATA } }))

  test.each(Object.keys(VENDOR_SETS).map((name, i) => [name, i] as const))('%s', async (_, i) => {
    const opened = await tiles.open()
    const { refinement, quarters, errors } = await show(opened, `/v/${i}/tileset.json`, undefined, { errorTargetPx: 4 })
    expect({ refinement, quarters, errors }).toEqual({ refinement: { state: 'complete', share: 1 }, quarters: QUARTERS, errors: [] })
    expect([opened.errors, opened.warnings, opened.site.violations]).toEqual([[], [], []])
    await opened.close()
  })

  test.each(['sequential', 'tree'] as const)('points that Draco packed: %s', async (packed) => {
    const root = { boundingVolume: { box: [5, 5, 5, 5, 0, 0, 0, 5, 0, 0, 0, 5] }, geometricError: 0, content: { uri: 'a.pnts' } }
    const set = { asset: { version: '1.0' }, geometricError: 10, root }
    const opened = await tiles.open({ files: { '/p/tileset.json': JSON.stringify(set), '/p/a.pnts': dracoPnts(packed) } })
    const { refinement, covered, errors } = await show(opened, '/p/tileset.json', { headingDeg: 20, pitchDeg: -30, radii: 2.4 })
    expect([refinement, errors]).toEqual([{ state: 'complete', share: 1 }, []])
    expect(covered).toBeGreaterThan(0)
    expect([opened.errors, opened.warnings]).toEqual([[], []])
    await opened.close()
  })

  test('an empty tile between two levels leaves no hole at any distance', async () => {
    const inner = { geometricError: 0.09, boundingVolume: { sphere: [0, 0, 0, 71] } }
    const json = (root: object) => JSON.stringify({ asset: { version: '1.0' }, geometricError: 100, root })
    const opened = await tiles.open({
      files: {
        '/b/tileset.json': json({
          ...{ ...inner, geometricError: 8, refine: 'REPLACE', content: { uri: 'coarse.glb' } },
          children: [{ ...inner, geometricError: 0.18, content: { uri: '4_0_1.json' } }],
        }),
        '/b/4_0_1.json': json({ ...inner, children: [{ ...inner, content: { uri: 'fine.glb' } }] }),
        '/b/coarse.glb': samplePlaneGlb({ sizeMeters: 100, image: png(COLORS.root) }),
        '/b/fine.glb': samplePlaneGlb({ sizeMeters: 100, image: png(COLORS[1]) }),
      },
    })
    const seen = await opened.page.evaluate(async () => {
      const { viewer } = window
      viewer.mount('/b/tileset.json')
      const sphere = await viewer.bounds()
      const seen: [state: string, color: number[]][] = []
      for (const radii of [30, 10, 6, 3.7, 2.3, 1.4, 0.9]) {
        viewer.look(sphere, { headingDeg: 0, pitchDeg: -89.9, radii })
        const { state } = await viewer.settle(20_000)
        seen.push([state, [...viewer.pixels().slice((128 * 256 + 128) * 4, (128 * 256 + 128) * 4 + 3)]])
      }
      return seen
    })
    const [coarse, fine] = [near(COLORS.root), near(COLORS[1])]
    expect(seen.map(([state]) => state)).toEqual(Array(7).fill('complete'))
    expect(seen[0]![1]).toEqual(coarse)
    expect(seen.at(-1)![1]).toEqual(fine)
    for (const [, color] of seen) expect([coarse, fine]).toContainEqual(color)
    await opened.close()
  })

  test('a real scan with empty roots of equal error is drawn at each step of a zoom', async (ctx) => {
    const lacking = dataMissing()
    if (lacking !== undefined) ctx.skip(lacking)
    const opened = await tiles.open()
    const seen = await opened.page.evaluate(async () => {
      const { viewer } = window
      viewer.mount('/data/scan-cedar-creek/mesh_tiles/4.json')
      const sphere = await viewer.bounds()
      const seen: [state: string, covered: boolean][] = []
      for (let radii = 4; radii > 0.35; radii *= 0.62) {
        viewer.look(sphere, { headingDeg: 30, pitchDeg: -60, radii })
        const { state } = await viewer.settle(60_000)
        seen.push([state, viewer.grid().reduce((sum, [share]) => sum + share! / 64, 0) > 0.01])
      }
      return seen
    })
    expect(seen).toEqual(seen.map(() => ['complete', true]))
    await opened.close()
  }, 180_000)
})

/** The whole viewer by its bundle, without a server of ours: `twin.json` and what it names come from `served`. */
function wholeViewer() {
  let chromium: TestBrowser
  let site: Served | undefined
  let opened: TestPage | undefined
  beforeAll(async () => {
    chromium = await launchBrowser()
  })
  const leave = async () => {
    await opened?.page.close()
    await site?.close()
    opened = site = undefined
  }
  afterAll(async () => {
    await leave()
    await chromium?.close()
  })
  const text = async (part: string): Promise<string> =>
    (await opened!.page.evaluate(`(${SHADOW}?.querySelector('[part=${part}]')?.textContent ?? '').replace(/\\s+/g, ' ').trim()`)) as string
  return {
    text,
    get opened() {
      return opened!
    },
    get site() {
      return site!
    },
    /** Opens it; `doc` is the twin document. */
    async open(
      doc: object,
      { folders, files, before, locale = 'en' }: Partial<Parameters<typeof serve>[0]> & { locale?: 'en' | 'zh' } = {},
    ): Promise<void> {
      await leave()
      site = await serve({
        folders: { '/viewer/': BUNDLE, ...folders },
        files: {
          '/index.html': `<!doctype html><html lang="${locale}"><meta charset="utf-8"><title>vendors</title><link rel="icon" href="icon.svg"><link rel="stylesheet" href="page.css"><script type="module" src="viewer/twin-viewer.js"></script><twin-viewer src="twin.json" locale="${locale}"></twin-viewer></html>`,
          '/page.css': 'body{margin:0}twin-viewer{height:420px}',
          '/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
          '/twin.json': JSON.stringify(doc),
          ...files,
        },
        ...(before && { before }),
        csp: "default-src 'self'; style-src 'self' 'unsafe-inline'",
      })
      opened = await chromium.page({ width: 640, height: 420 })
      await opened.page.goto(site.url('/index.html'))
    },
    /** The share of pixels in the middle of the page that are not as at its upper edge, which is sky. */
    async drawn(): Promise<number> {
      const { data, width, height } = PNG.sync.read(Buffer.from(await opened!.page.screenshot({ type: 'png' })))
      const at = (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)]
      let drawn = 0
      let all = 0
      for (let y = Math.round(height * 0.35); y < height * 0.65; y += 3)
        for (let x = Math.round(width * 0.4); x < width * 0.6; x += 3) {
          const [r, g, b] = at(x, y) as [number, number, number]
          all++
          // Sky and air are blue-grey in each theme: nothing of them is far from grey, and of the cases all is.
          if (Math.max(r, g, b) - Math.min(r, g, b) > 40) drawn++
        }
      return drawn / all
    },
  }
}

const home = { ...ORIGIN }
const twin = (url: string, more: object = {}) => ({
  twin: 1,
  name: { zh: '供应商', en: 'Vendors' },
  timeZone: 'Asia/Shanghai',
  origin: ORIGIN,
  tilesets: [{ id: 'mesh', url, at: 'origin' }],
  feeds: [],
  kinds: [],
  layers: [],
  panels: [],
  views: [
    {
      id: 'home',
      name: { zh: '全景', en: 'Overview' },
      longitude: ORIGIN.longitude,
      latitude: 37.249,
      heightEllipsoidalMeters: 120,
      headingDeg: 0,
      pitchDeg: -45,
    },
  ],
  ...more,
})

describeWith(browserMissing() ?? bundleMissing() ?? casesMissing(), 'a case of ../shared/cases/viewer in the whole viewer', () => {
  const viewer = wholeViewer()

  test.each([
    'bom-tileset',
    'equal-geometric-error',
    'missing-geometric-error',
    'nulls-of-obj2tiles',
    'external-without-extension',
    'gzip-raw-realitycapture',
    'web3d-quantized',
  ])('%s is shown, told refined, and nothing is said against it', async (name) => {
    const { doc } = await ownCapture(join(CASES, name, 'tileset.json'), home)
    await viewer.open(doc, { folders: { '/capture/': join(CASES, name) } })
    await until(() => viewer.text('refinement')).toBe('Fully refined')
    if (name !== 'web3d-quantized') expect(await viewer.drawn()).toBeGreaterThan(0.05)
    expect(await viewer.text('problem')).toBe('')
    expect([viewer.opened.errors, viewer.opened.warnings]).toEqual([[], []])
  })

  test('draco-points, whose stream is zeros, is refused in one sentence that names the file', async () => {
    const { doc } = await ownCapture(join(CASES, 'draco-points/tileset.json'), home)
    await viewer.open(doc, { folders: { '/capture/': join(CASES, 'draco-points') } })
    await until(() => viewer.text('problem')).toMatch(
      /tile-corrupt http\S+\/capture\/a\.pnts: featureTable\.extensions\.3DTILES_draco_point_compression does not decode as Draco \(Not a Draco file\.\); the parent tile stays; write this file anew/,
    )
    expect([viewer.opened.errors, viewer.opened.warnings]).toEqual([[], []])
  })
})

describeWith(browserMissing() ?? bundleMissing(), 'a signed address in the whole viewer', () => {
  const viewer = wholeViewer()
  const files = {
    '/a/tileset.json': JSON.stringify({
      asset: { version: '1.0' },
      geometricError: 500,
      root: {
        boundingVolume: { box: [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 1] },
        geometricError: 100,
        refine: 'REPLACE',
        children: [
          { boundingVolume: { box: [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 1] }, geometricError: 50, content: { uri: 'in/set.json' } },
        ],
      },
    }),
    '/a/in/set.json': oneTile('ground.glb?v=3'),
    // Its picture lies beside it.
    '/a/in/ground.glb': samplePlaneGlb({ sizeMeters: 400, imageUri: 'ground.png' }),
    '/a/in/ground.png': png([200, 60, 60]),
  }
  const query = 'sv=2024-08-04&sig=a%2Bb%3D'
  const asked: string[] = []
  const signed = (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = request.url ?? ''
    if (!url.startsWith('/a/')) return false
    asked.push(url)
    if (url.includes(query)) return false
    response.writeHead(403).end()
    return true
  }

  test('opens all that its tileset names, tilesets inside and pictures too', async () => {
    await viewer.open(twin(`a/tileset.json?${query}`), { files, before: signed })
    await until(() => viewer.text('refinement')).toBe('Fully refined')
    expect(await viewer.drawn()).toBeGreaterThan(0.9)
    expect(await viewer.text('problem')).toBe('')
    expect(asked).toEqual([
      `/a/tileset.json?${query}`,
      `/a/in/set.json?${query}`,
      `/a/in/ground.glb?v=3&${query}`,
      `/a/in/ground.png?${query}`,
    ])
    expect([viewer.opened.errors, viewer.opened.warnings]).toEqual([[], []])
  })

  const EXPIRED = {
    en: 'The signed address of a part was refused and may have expired; get a new address',
    zh: '可能已过期，请换一个新的网址',
  }
  test.each(['en', 'zh'] as const)('that has expired is told as that, in the page’s language: %s', async (locale) => {
    await viewer.open(twin('a/tileset.json?sig=old'), { files, before: signed, locale })
    await until(() => viewer.text('problem')).toContain(EXPIRED[locale])
    expect(await viewer.text('problem')).toMatch(/tileset-missing .*\/a\/tileset\.json: the server refuses this viewer \(403\)/)
    expect(await viewer.text('problem')).not.toContain('old')
  })

  const INSIDE = (uri: string) => ({
    '/a/tileset.json': JSON.stringify({
      asset: { version: '1.0' },
      geometricError: 500,
      root: { boundingVolume: { box: [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 1] }, geometricError: 0, content: { uri } },
    }),
  })
  const redirect = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== '/a/moved.glb') return false
    response.writeHead(302, { Location: '/login' }).end()
    return true
  }
  const deny = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.url !== '/a/private.glb') return false
    response.writeHead(401).end()
    return true
  }
  test.each([
    ['another origin', 'https://other.example/a.glb', undefined, 'A part lies on another site; add that site to the allowed origins'],
    ['a redirect', 'moved.glb', redirect, 'The server sends the request elsewhere; sign in again, or name the final address'],
    [
      'a path of the machine that wrote it',
      'C:\\out\\a.glb',
      undefined,
      'The name of a part is no web address; write it relative to its tileset',
    ],
    ['a name with a colon', 'Block:1/a.glb', undefined, 'The name of a part is no web address; write it relative to its tileset'],
    ['nobody being signed in', 'private.glb', deny, 'A part can be seen only after signing in'],
  ])('a refusal says what is true: %s', async (_, uri, before, words) => {
    await viewer.open(twin('a/tileset.json'), { files: INSIDE(uri), ...(before && { before }) })
    await until(() => viewer.text('problem')).toContain(`${words} fetch-refused`)
  })
})
