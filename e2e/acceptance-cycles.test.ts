// Twenty times mounted and unmounted, with tiles that stream and a feed that does not rest, at the end and in the midst of
// everything: nothing stays open, and the heap stays where it was.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CountsPage, countPage } from './acceptance/count-page.ts'
import { heapBytes } from './acceptance/heap.ts'
import { writeTexturedTiles } from './acceptance/textured-tiles.ts'
import { type AcceptanceTown, startAcceptanceTown } from './acceptance/town.ts'
import { openViewer, until, type ViewerPage } from './acceptance/viewer-page.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { type CountsGl, countGl } from './harness/count-gl.ts'
import { bundleMissing } from './harness/portal-town.ts'

declare const pageCounts: CountsPage['pageCounts']
declare const glCounts: CountsGl['glCounts']

const missing = browserMissing() ?? bundleMissing()
const CYCLES = 20
/** Each so manieth lives its whole life; the others are taken away in the midst of their start. */
const WHOLE = 4
/** Caches are full and code is compiled by then. */
const WARM = 8
/** What the page's script holds differs by so much from one time to the next, bytes. */
const NOISE_BYTES = 60_000

describe.skipIf(missing !== undefined)(`twenty viewers one after another ${missing ?? ''}`, () => {
  let chromium: TestBrowser
  let town: AcceptanceTown
  let viewer: ViewerPage
  let tiles = ''
  const ending = new AbortController()
  let reporting: Promise<void> | undefined

  beforeAll(async () => {
    tiles = mkdtempSync(join(tmpdir(), 'twinmap-cycles-'))
    writeTexturedTiles(join(tiles, 'set'))
    town = await startAcceptanceTown({ tiles: join(tiles, 'set') })
    town.site.signIn(await town.token('command'))
    let seq = 0
    const report = (id: number) => ({
      kind: 'Wristband',
      id: `W-${id}`,
      boot: 1,
      seq: ++seq,
      t: town.now(),
      location: [117.83 + 1e-6 * (seq % 500), 37.25 + 1e-5 * id, 6.4],
      properties: { name: '张桂兰', heartRate: 60 + (seq % 40), ...(id === 1 && seq < 40 && { sos: 'pressed' }) },
    })
    reporting = (async () => {
      while (!ending.signal.aborted) {
        await town.post(Array.from({ length: 10 }, (_, i) => report(i))).catch(() => undefined)
        await new Promise((done) => setTimeout(done, 50))
      }
    })()
    chromium = await launchBrowser()
  })
  afterAll(async () => {
    ending.abort()
    await reporting
    await chromium?.close()
    await town?.close()
    rmSync(tiles, { recursive: true, force: true })
  })

  const unmount = () => viewer.page.evaluate(() => document.querySelector('twin-viewer')!.remove())
  const mount = () => viewer.page.evaluate(() => (globalThis as unknown as { mount(): void }).mount())
  /** It lives: mesh complete, feed live, her alarm in the list. */
  const lives = async () => {
    await until(() => viewer.text('[part=refinement]')).toBe('细化完成')
    await until(() => viewer.rowsOf('张**')).toHaveLength(1)
  }
  const left = async () => ({
    ...(await viewer.page.evaluate(() => ({ ...pageCounts().left, gl: Object.values(glCounts().left).reduce((sum, n) => sum + n, 0) }))),
    sockets: town.sockets.size,
  })
  const NOTHING = { workers: 0, listeners: [], bitmaps: 0, intervals: 0, observers: 0, contexts: 0, fonts: 0, gl: 0, sockets: 0 }

  test('leave nothing open, and no heap behind', async () => {
    viewer = await openViewer(chromium, `${town.url}page.html`, {
      before: async (page) => {
        await page.evaluateOnNewDocument(countGl)
        await page.evaluateOnNewDocument(countPage)
      },
    })
    const devtools = await viewer.page.createCDPSession()
    const prototype = await viewer.page.evaluateHandle(() => customElements.get('twin-viewer')!.prototype as object)
    const held = async () => {
      const instances = await viewer.page.queryObjects(prototype)
      const viewers = await instances.evaluate((list) => (list as unknown as readonly unknown[]).length)
      await instances.dispose()
      return { viewers, bytes: await heapBytes(devtools) }
    }
    await lives()
    const open = await left()
    expect({ ...open, listeners: open.listeners.length > 0, gl: open.gl > 20 }).toMatchObject({
      contexts: 1,
      sockets: 1,
      listeners: true,
      gl: true,
    })
    const alive = await held()
    await unmount()
    await until(left).toEqual(NOTHING)

    let warm = await held()
    for (let cycle = 2; cycle <= CYCLES; cycle++) {
      await mount()
      if (cycle % WHOLE === 0) await lives()
      else await new Promise((done) => setTimeout(done, 60 * cycle))
      await unmount()
      if (cycle === WARM) {
        await until(left).toEqual(NOTHING)
        warm = await held()
      }
    }
    await until(left).toEqual(NOTHING)
    const end = await held()
    const { made } = await viewer.page.evaluate(() => pageCounts())
    const gl = await viewer.page.evaluate(() => glCounts().made)
    console.log(`made and unmade in ${CYCLES} viewers: ${JSON.stringify({ ...made, ...gl })}`)
    console.log(`heap: ${alive.bytes} B with one viewer, ${warm.bytes} B after ${WARM}, ${end.bytes} B after ${CYCLES}`)
    // Those that lived their whole life alone made so many; what the others came to is the machine's speed.
    const whole = 1 + CYCLES / WHOLE
    expect(made.workers).toBeGreaterThanOrEqual(2 * whole)
    expect(made.bitmaps).toBeGreaterThanOrEqual(4 * whole)
    expect(end.bytes - warm.bytes).toBeLessThan(NOISE_BYTES)
    // V8 itself remembers one engine, by the accessors that its view was first made with; never a second.
    expect(end.viewers).toBeLessThanOrEqual(1)
    // The control: what it would look like if one were left.
    expect(alive.bytes - end.bytes).toBeGreaterThan(2 * NOISE_BYTES)
    expect(await viewer.violations()).toEqual([])
    expect(chromium.foreign).toEqual([])
  })
})
