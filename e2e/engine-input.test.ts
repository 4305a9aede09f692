// The three engine by hand: mouse, wheel, keys and fingers, in a map of its own and inside a page that scrolls.
import { expect, test } from 'vitest'
import type { EnginePage } from './engine/page.ts'
import { enginePages } from './engine/start.ts'
import { browserMissing } from './harness/browser.ts'
import { describeWith } from './harness/describe-with.ts'

declare const twin: EnginePage

describeWith(browserMissing(), 'the three engine by hand', () => {
  const pages = enginePages()

  const open = (policy: 'map' | 'page') =>
    pages.it.page.evaluate(async (wheelAndOneFinger) => {
      document.body.style.margin = '0'
      document.body.style.height = '2000px'
      const view = { longitude: 117.83, latitude: 37.249, heightEllipsoidalMeters: 106, headingDeg: 0, pitchDeg: -45 }
      const engine = twin.open({ view })
      engine.mount({ type: 'tileset', id: 'ground', url: 'house', at: 'origin' })
      engine.view.setGestures({ wheelAndOneFinger })
      await twin.frames(2)
    }, policy)
  /** The ground at a px, and where a point of it is drawn. */
  const groundAt = (x: number, y: number) => pages.it.page.evaluate(async (x, y) => (await twin.engine.pick(x, y)).mesh!.enu, x, y)
  const drawnAt = (enu: readonly [number, number, number]) => pages.it.page.evaluate((enu) => twin.engine.view.project(enu)!, enu)
  /** In a page that is touched. */
  const withTouch = async (run: (touch: typeof pages.it) => Promise<void>) => {
    const mouse = pages.it
    pages.it = await pages.open(true)
    try {
      await run(pages.it)
      await pages.it.page.close()
    } finally {
      pages.it = mouse
    }
  }
  const view = () => pages.it.page.evaluate(() => twin.engine.view.current)

  test('a drag moves the grabbed point with the pointer, and is no click', async () => {
    await open('map')
    const clicks = await pages.it.page.evaluateHandle(() => {
      const heard = { clicks: 0 }
      document.body.addEventListener('click', () => heard.clicks++)
      return heard
    })
    const grabbed = await groundAt(150, 200)
    await pages.it.page.mouse.move(150, 200)
    await pages.it.page.mouse.down()
    await pages.it.page.mouse.move(240, 230, { steps: 4 })
    await pages.it.page.mouse.up()
    const at = await drawnAt(grabbed)
    expect(at.x).toBeCloseTo(240, 0)
    expect(at.y).toBeCloseTo(230, 0)
    expect(await clicks.evaluate(({ clicks }) => clicks)).toBe(0)
    await pages.it.page.mouse.click(100, 100)
    expect(await clicks.evaluate(({ clicks }) => clicks)).toBe(1)
  })

  test('a right drag and a Ctrl drag orbit about the grabbed point', async () => {
    await open('map')
    for (const press of [
      { button: 'right' as const, ctrl: false },
      { button: 'left' as const, ctrl: true },
    ]) {
      const before = await view()
      const grabbed = await groundAt(200, 150)
      if (press.ctrl) await pages.it.page.keyboard.down('Control')
      await pages.it.page.mouse.move(200, 150)
      await pages.it.page.mouse.down({ button: press.button })
      await pages.it.page.mouse.move(260, 150, { steps: 3 })
      await pages.it.page.mouse.up({ button: press.button })
      if (press.ctrl) await pages.it.page.keyboard.up('Control')
      expect((await view()).headingDeg - before.headingDeg).toBeCloseTo(18, 0)
      expect((await drawnAt(grabbed)).x).toBeCloseTo(200, 0)
    }
  })

  test('the wheel zooms to the pointer; in a page it scrolls, and zooms with Ctrl', async () => {
    await open('map')
    const grabbed = await groundAt(100, 220)
    const before = await view()
    await pages.it.page.mouse.move(100, 220)
    await pages.it.page.mouse.wheel({ deltaY: -300 })
    await pages.it.page.waitForFunction(
      (h) => twin.engine.view.current.heightEllipsoidalMeters < h - 10,
      {},
      before.heightEllipsoidalMeters,
    )
    const at = await drawnAt(grabbed)
    expect(at.x).toBeCloseTo(100, 0)
    expect(at.y).toBeCloseTo(220, 0)

    await pages.it.page.evaluate(() => twin.engine.view.setGestures({ wheelAndOneFinger: 'page' }))
    const still = await view()
    await pages.it.page.mouse.wheel({ deltaY: 120 })
    await pages.it.page.waitForFunction(() => window.scrollY > 0)
    expect(await view()).toEqual(still)
    await pages.it.page.evaluate(() => window.scrollTo(0, 0))
    await pages.it.page.keyboard.down('Control')
    await pages.it.page.mouse.wheel({ deltaY: -200 })
    await pages.it.page.keyboard.up('Control')
    await pages.it.page.waitForFunction((h) => twin.engine.view.current.heightEllipsoidalMeters < h - 1, {}, still.heightEllipsoidalMeters)
  })

  test('keys pan, orbit, zoom and face north', async () => {
    await open('map')
    await pages.it.page.focus('canvas')
    const begin = await view()
    await pages.it.page.keyboard.press('ArrowLeft')
    expect((await view()).longitude).toBeLessThan(begin.longitude)
    await pages.it.page.keyboard.down('Shift')
    await pages.it.page.keyboard.press('ArrowRight')
    await pages.it.page.keyboard.up('Shift')
    expect((await view()).headingDeg).toBeCloseTo(7.5, 3)
    const high = (await view()).heightEllipsoidalMeters
    await pages.it.page.keyboard.press('+')
    expect((await view()).heightEllipsoidalMeters).toBeLessThan(high - 5)
    await pages.it.page.keyboard.press('n')
    await pages.it.page.waitForFunction(
      () => Math.min(twin.engine.view.current.headingDeg, 360 - twin.engine.view.current.headingDeg) < 1e-6,
    )
    await pages.it.page.keyboard.press('Home')
    await pages.it.page.waitForFunction((h) => Math.abs(twin.engine.view.current.longitude - h) < 1e-9, {}, begin.longitude)
  })

  test('one finger scrolls the page, and moves the map once that has the focus', async () => {
    const drag = async (policy: 'page' | 'map') => {
      await open(policy)
      const finger = await pages.it.page.touchscreen.touchStart(200, 250)
      for (let i = 1; i <= 10; i++) await finger.move(200, 250 - i * 15)
      await finger.end()
    }
    await withTouch(async ({ page }) => {
      await drag('page')
      await page.waitForFunction(() => window.scrollY > 50)
      expect((await view()).latitude).toBeCloseTo(37.249, 9)
    })
    await withTouch(async ({ page }) => {
      await drag('map')
      await page.waitForFunction(() => twin.engine.view.current.latitude < 37.2489)
      expect(await page.evaluate(() => window.scrollY)).toBe(0)
    })
  })

  test('two fingers pinch about what is between them', async () => {
    await withTouch(async (touch) => {
      await open('page')
      const grabbed = await groundAt(200, 150)
      const before = await view()
      const first = await touch.page.touchscreen.touchStart(150, 150)
      const second = await touch.page.touchscreen.touchStart(250, 150)
      for (let i = 1; i <= 5; i++) {
        await first.move(150 - i * 10, 150)
        await second.move(250 + i * 10, 150)
      }
      await first.end()
      await second.end()
      const at = await drawnAt(grabbed)
      expect(at.x).toBeCloseTo(200, 0)
      expect(at.y).toBeCloseTo(150, 0)
      expect((await view()).heightEllipsoidalMeters - 6.4).toBeCloseTo((before.heightEllipsoidalMeters - 6.4) / 2, -1)
      expect(await touch.page.evaluate(() => window.scrollY)).toBe(0)
    })
  })
})
