// Tiles in a page under the strict policy, for the files e2e/tiles*.test.ts: what is made is counted from the first script on.
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser, type TestBrowser } from '../harness/browser.ts'
import { type CountsGl, countGl } from '../harness/count-gl.ts'
import { type Served, type ServeOptions, serve } from '../harness/serve.ts'
import { type BuiltPage, buildPage, coreNotBuilt } from './build.ts'
import type { Look, TilesPage } from './page.ts'
import { ORIGIN } from './sample-set.ts'

/** What the page has on its `window`. */
export type TilesWindow = { page: TilesPage; viewer: ReturnType<TilesPage['open']>; bitmaps: () => number } & CountsGl
declare const window: TilesWindow

/** Runs in the page before all else: bitmaps that came from workers less those that were closed. */
function countBitmaps(): void {
  let open = 0
  const close = ImageBitmap.prototype.close
  const closed = new WeakSet<ImageBitmap>()
  ImageBitmap.prototype.close = function (this: ImageBitmap) {
    if (!closed.has(this)) open--
    closed.add(this)
    close.call(this)
  }
  const told = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage')!
  Object.defineProperty(Worker.prototype, 'onmessage', {
    ...told,
    set(this: Worker, handler: (event: MessageEvent) => void) {
      told.set!.call(this, (event: MessageEvent) => {
        const images = event.data?.tile?.images ?? (event.data?.image ? [event.data.image] : [])
        for (const image of images) if (image.type === 'bitmap') open++
        handler(event)
      })
    },
  })
  ;(globalThis as unknown as { bitmaps: () => number }).bitmaps = () => open
}

export interface TilesSite {
  readonly chromium: TestBrowser
  /** A site with its page; `over` changes how it is served, `options` what the page opens. */
  open(over?: Omit<ServeOptions, 'folders'>, options?: object): Promise<Opened>
}

export interface Opened {
  readonly site: Served
  readonly page: Awaited<ReturnType<TestBrowser['page']>>['page']
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  close(): Promise<void>
}

/** In a `describe`: one browser for its tests. */
export function tilesPages(served: () => Pick<ServeOptions, 'folders' | 'files'>): TilesSite {
  let chromium: TestBrowser
  let built: BuiltPage
  beforeAll(async () => {
    const lacks = coreNotBuilt()
    if (lacks !== undefined) throw new Error(lacks)
    ;[built, chromium] = await Promise.all([buildPage(), launchBrowser()])
  })
  afterAll(async () => {
    await chromium?.close()
    await built?.remove()
  })
  return {
    get chromium() {
      return chromium
    },
    async open(over = {}, options = {}) {
      const { folders, files } = served()
      const site = await serve({
        folders: { '/': built.folder, ...folders },
        ...over,
        files: { '/favicon.ico': '', ...files, ...over.files },
      })
      const { page, errors, warnings } = await chromium.page({ width: 256, height: 256 })
      await page.evaluateOnNewDocument(countGl)
      await page.evaluateOnNewDocument(countBitmaps)
      await page.goto(site.url('/'))
      await page.waitForFunction('window.page !== undefined')
      await page.evaluate(
        (origin, more) => {
          window.viewer = window.page.open(more)
          window.viewer.setOrigin(origin)
        },
        ORIGIN,
        options,
      )
      const close = async () => {
        await page.close()
        await site.close()
      }
      return { site, page, errors, warnings, close }
    },
  }
}

/** Mounts, looks and settles; what is seen in the middle of each quarter, from the left top. */
export const show = ({ page }: Opened, url: string, look: Look = { headingDeg: 0, pitchDeg: -89.9, radii: 1.4 }, mount: object = {}) =>
  page.evaluate(
    async (path, how, more) => {
      const { viewer } = window
      viewer.mount(path, more)
      const sphere = await viewer.bounds()
      viewer.look(sphere, how)
      const refinement = await viewer.settle(30_000)
      const pixels = viewer.pixels()
      const at = (x: number, y: number) => [...pixels.slice((y * 256 + x) * 4, (y * 256 + x) * 4 + 3)]
      return {
        refinement,
        errors: viewer.errors,
        placed: viewer.placed,
        quarters: [at(96, 160), at(160, 160), at(96, 96), at(160, 96)],
        covered: viewer.grid().reduce((sum, [share]) => sum + share! / 64, 0),
      }
    },
    url,
    look,
    mount,
  )
