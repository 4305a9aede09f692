// What a newcomer sees after `npm start`: somebody walks, her plate on the map opens her card, she calls for help, and it is
// acknowledged; the page that embeds the map shows nobody.
import type { Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LocalOrigin } from '../packages/core/src/geo/enu.ts'
import { enuFrame, geodeticToEnu } from '../packages/core/src/geo/enu.ts'
import { liftPx } from '../packages/core/src/live/plate.ts'
import { openViewer, until, type ViewerPage } from './acceptance/viewer-page.ts'
import { browserMissing, launchBrowser, type TestBrowser } from './harness/browser.ts'
import { bundleMissing } from './harness/portal-town.ts'
import { npmStart, type Started } from './harness/start.ts'

const missing = browserMissing() ?? bundleMissing()
/** As the demo's simulator calls her. */
const BAND = { kind: 'Wristband', id: 'W-0413' }
const SHE = '张**'

type Place = readonly [longitude: number, latitude: number, heightEllipsoidalMeters: number]

describe.skipIf(missing !== undefined)(`the demo of npm start ${missing ?? ''}`, () => {
  let town: Started
  let chromium: TestBrowser
  let viewer: ViewerPage
  let origin: LocalOrigin

  beforeAll(async () => {
    ;[town, chromium] = await Promise.all([npmStart(), launchBrowser()])
    viewer = await openViewer(chromium, town.url, { mount: false })
    origin = await viewer.page.evaluate(() => document.querySelector('twin-viewer')!.twin!.doc.origin)
  }, 240_000)
  afterAll(async () => {
    await chromium?.close()
    town?.remove()
  })

  const count = (page: Page) =>
    page.evaluate(
      () => document.querySelector('twin-viewer')!.twin?.health.current?.layers.find(({ id }) => id === 'wristbands')?.count ?? -1,
    )
  const enuOf = ([longitude, latitude, heightEllipsoidalMeters]: Place) =>
    geodeticToEnu(enuFrame(origin), { longitude, latitude, heightEllipsoidalMeters })
  /** Where she is now, as her card says it. */
  const place = async () =>
    (await viewer.page.evaluate(async (band) => {
      const { twin } = document.querySelector('twin-viewer')!
      await twin!.selection.set(band)
      const place = twin!.selection.current!.location
      await twin!.selection.set(null)
      return place
    }, BAND)) as Place
  const metersBetween = (a: Place, b: Place) => Math.hypot(...enuOf(a).map((meters, axis) => meters - enuOf(b)[axis]!))
  /** The middle of her plate on the page's screen. */
  async function plateAt(place: Place): Promise<{ x: number; y: number }> {
    const rings = (await viewer.rowsOf(SHE)).length > 0
    const foot = await viewer.page.evaluate((enu) => {
      const shown = document.querySelector('twin-viewer')!
      const box = shown.shadowRoot!.querySelector('canvas')!.getBoundingClientRect()
      const { x, y } = shown.twin!.view.project(enu)!
      return { x: box.x + x, y: box.y + y }
    }, enuOf(place))
    return { x: foot.x, y: foot.y - liftPx('circle', rings ? 1 : 0) }
  }
  const clickAt = async ({ x, y }: { x: number; y: number }) => {
    await viewer.page.mouse.click(x, y)
    await new Promise((done) => setTimeout(done, 400))
    return viewer.card()
  }

  test('shows who walks, to the command centre, and her plate on the map opens her card where she is now', async () => {
    await until(() => count(viewer.page)).toBe(1)
    const first = await place()
    await viewer.page.evaluate(async ([longitude, latitude, heightEllipsoidalMeters]) => {
      const to = { longitude: longitude!, latitude: latitude!, heightEllipsoidalMeters: heightEllipsoidalMeters!, rangeMeters: 60 }
      await document.querySelector('twin-viewer')!.flyTo(to, { durationMs: 0 })
    }, first)
    await until(async () => clickAt(await plateAt(await place()))).toContain(SHE)
    // Far enough for her plate to have left its place.
    await until(async () => metersBetween(await place(), first)).toBeGreaterThan(9)
    expect(await clickAt(await plateAt(first))).toBe('')
    await until(async () => clickAt(await plateAt(await place()))).toContain(SHE)
    expect(await viewer.card()).toContain('步行')
  })

  test('shows her SOS, and lets the newcomer acknowledge it', async () => {
    await until(() => viewer.rowsOf(SHE), 120_000).toEqual([{ words: `SOS 求助 ${SHE}`, open: true }])
    await viewer.openRow(SHE)
    await viewer.acknowledge()
    await until(() => viewer.rowsOf(SHE)).toEqual([{ words: `SOS 求助 ${SHE}`, open: false }])
    expect(await viewer.violations()).toEqual([])
    expect(viewer.consoleErrors).toEqual([])
  })

  test('shows nobody to the public, who stand on the page that embeds it', async () => {
    const everybody = await openViewer(chromium, `${town.url}embed.html`, { mount: false })
    await until(() => everybody.text('[part=liveness]')).toMatch(/^实时/)
    await until(() => count(everybody.page)).toBe(0)
    expect(await everybody.rows()).toEqual([])
    const refused = await everybody.page.evaluate(async (band) => {
      const { twin } = document.querySelector('twin-viewer')!
      return twin!.selection.set(band).then(
        () => 'shown',
        (error) => error.code,
      )
    }, BAND)
    expect(refused).toBe('entity-gone')
    expect(await everybody.violations()).toEqual([])
    expect(chromium.foreign).toEqual([])
  })
})
