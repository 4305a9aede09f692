import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { enuFrame, enuToGeodetic } from '../packages/core/src/geo/enu.ts'
import { plateAt } from '../packages/core/src/live/plate.ts'
import { CONTRACT_CASES } from './engine/contract-cases.ts'
import type { EnginePage } from './engine/page.ts'
import { browserMissing, cjkFontMissing, launchBrowser, type TestBrowser, type TestPage } from './harness/browser.ts'
import { bundlePage } from './harness/bundle.ts'
import { type CountsGl, countGl } from './harness/count-gl.ts'
import { describeWith } from './harness/describe-with.ts'
import { compareWithGolden } from './harness/golden.ts'
import { type Served, serve } from './harness/serve.ts'

declare const twin: EnginePage
declare const glCounts: CountsGl['glCounts']

/** As the page's. */
const ORIGIN = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const

describeWith(browserMissing(), 'the three engine', () => {
  let chromium: TestBrowser
  let site: Served
  let it: TestPage
  beforeAll(async () => {
    const [script, browser] = await Promise.all([bundlePage('e2e/engine/page.ts'), launchBrowser()])
    chromium = browser
    site = await serve({
      files: { '/': '<!doctype html><meta charset="utf-8"><title>t</title><script src="page.js" defer></script>', '/page.js': script },
    })
  })
  afterAll(async () => {
    await chromium?.close()
    await site?.close()
  })
  beforeEach(async () => {
    it = await chromium.page({ width: 400, height: 300 })
    await it.page.evaluateOnNewDocument(countGl)
    await it.page.goto(site.url('/'))
    await it.page.waitForFunction(() => 'twin' in globalThis)
  })
  afterEach(async () => {
    expect(it.errors.filter((each) => !each.includes('favicon'))).toEqual([])
    expect(site.violations).toEqual([])
    await it.page.close()
  })

  test.each(CONTRACT_CASES)('$name', async ({ name }) => {
    expect(await it.page.evaluate((name) => twin.contractCase(name), name)).toBeNull()
  })

  test('draws nothing at rest: not one call in two seconds', async () => {
    const drawn = await it.page.evaluate(async () => {
      const engine = twin.open()
      engine.mount({ type: 'tileset', id: 'ground', url: 'none', at: 'origin' })
      const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('square', 'manhole') })
      markers.patch(twin.patchOf([{ enu: [0, 0, 0] }, { enu: [20, 0, 0], priority: 3 }]))
      engine.mount({ type: 'labels' }).set([{ handle: { layer: 'things', slot: 1, generation: 0 }, text: 'J-118', priority: 3 }])
      await new Promise((resolve) => setTimeout(resolve, 300))
      const before = glCounts().draws
      await new Promise((resolve) => setTimeout(resolve, 2000))
      return { before, after: glCounts().draws }
    })
    expect(drawn.before).toBeGreaterThan(0)
    expect(drawn.after).toBe(drawn.before)
  })

  test('draws while a marker glides, and stops when it has arrived', async () => {
    const drawn = await it.page.evaluate(async () => {
      const engine = twin.open()
      const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('circle', 'person') })
      await twin.frames(3)
      const timeBaseMs = Date.now()
      const tToMs = timeBaseMs + 600
      markers.patch(twin.patchOf([{ enu: [20, 0, 0], step: [20, 0, 0], tToMs, durationMs: 600 }], { timeBaseMs, glidesUntilMs: tToMs }))
      const start = glCounts().draws
      await new Promise((resolve) => setTimeout(resolve, 300))
      const middle = glCounts().draws
      await new Promise((resolve) => setTimeout(resolve, 700))
      const end = glCounts().draws
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { gliding: middle - start, rest: glCounts().draws - end }
    })
    expect(drawn.gliding).toBeGreaterThan(1)
    expect(drawn.rest).toBe(0)
  })

  test('uploads a patch by one call per run, its bytes as they are', async () => {
    const calls = await it.page.evaluate(() => {
      const markers = twin.open().mount({ type: 'markers', layer: 'things', kind: twin.kind('circle', 'person') })
      const rows = Array.from({ length: 1000 }, (_, i) => ({ enu: [i, 0, 0] as const }))
      const before = glCounts()
      markers.patch(twin.patchOf(rows))
      const whole = glCounts()
      const part = twin.patchOf(rows.slice(0, 30), { slots: 1000, whole: false })
      markers.patch({ ...part, runs: Uint32Array.of(5, 10, 500, 20) })
      const runs = glCounts()
      return [
        whole.bufferSubData - before.bufferSubData,
        whole.bufferSubDataBytes - before.bufferSubDataBytes,
        runs.bufferSubData - whole.bufferSubData,
        runs.bufferSubDataBytes - whole.bufferSubDataBytes,
      ]
    })
    expect(calls).toEqual([1, 32_000, 2, 30 * 32])
  })

  test('leaves nothing behind in 20 mounts and unmounts: no GL object, no listener', async () => {
    const session = await it.page.createCDPSession()
    const listeners = async () => {
      await session.send('HeapProfiler.collectGarbage')
      return (await it.page.metrics()).JSEventListeners ?? Number.NaN
    }
    const listenersBefore = await listeners()
    const left = await it.page.evaluate(async () => {
      for (let i = 0; i < 20; i++) {
        const engine = twin.open()
        engine.mount({ type: 'tileset', id: 'ground', url: 'none', at: 'origin' })
        const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('square', 'manhole') })
        markers.patch(twin.patchOf([{ enu: [0, 0, 0] }, { enu: [20, 0, 0], priority: 1, unacknowledged: true }]))
        markers.patch(twin.patchOf([{ enu: [9, 0, 0] }], { first: 500, slots: 501, whole: false }))
        engine.mount({ type: 'labels' }).set([{ handle: { layer: 'things', slot: 1, generation: 0 }, text: 'SOS', priority: 1 }])
        await twin.frames(2)
        engine.dispose()
        document.body.replaceChildren()
      }
      return glCounts()
    })
    expect(left.made['Program']).toBeGreaterThanOrEqual(60)
    expect(left.left).toEqual(Object.fromEntries(Object.keys(left.left).map((thing) => [thing, 0])))
    expect(await listeners()).toBe(listenersBefore)
  }, 300_000) // software WebGL compiles every shader 20 times

  test('comes back from a lost context, asks for patches, and draws them', async () => {
    const seen = await it.page.evaluate(async () => {
      const engine = twin.open()
      engine.mount({ type: 'tileset', id: 'ground', url: 'none', at: 'origin' })
      const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('square', 'manhole') })
      const patch = () => twin.patchOf([{ enu: [0, 0, 0], tone: 'active' }])
      markers.patch(patch())
      await twin.frames(3)
      const bytes = async () => (await engine.capture()).arrayBuffer().then((b) => [...new Uint8Array(b)].join())
      const before = await bytes()
      const gl = document.querySelector('canvas')!.getContext('webgl2')!
      const lose = gl.getExtension('WEBGL_lose_context')!
      const restored = new Promise<void>((resolve) => void engine.on('restored', () => resolve()))
      twin.events.length = 0
      lose.loseContext()
      await new Promise((resolve) => setTimeout(resolve, 100))
      const lost = markers.patch(patch()).byteLength
      const refused = await engine.capture().then(
        () => 'captured',
        (error) => error.code,
      )
      lose.restoreContext()
      await restored
      await twin.frames(2)
      const empty = await bytes()
      markers.patch(patch())
      await twin.frames(2)
      return { lost, refused, events: [...twin.events], same: (await bytes()) === before, empty: empty !== before }
    })
    expect(seen).toEqual({ lost: 32, refused: 'context-lost', events: ['error', 'restored'], same: true, empty: true })
  })

  test('draws the marker grammar as it was looked at', async () => {
    const png = await it.page.evaluate(async () => {
      const engine = await twin.gallery()
      return [...new Uint8Array(await (await engine.capture()).arrayBuffer())]
    })
    const { share, sizes } = compareWithGolden(new URL('./engine/golden/markers.png', import.meta.url), Uint8Array.from(png))
    expect(share, sizes).toBeLessThan(0.003)
  })

  test('draws a plate where the worker’s grid hits it, also in the middle of a glide and 40 km from the origin', async () => {
    const places = [
      { enu: [12, 30, 3], step: [0, 0, 0], left: 0 },
      { enu: [12, 30, 3], step: [24, -16, 0], left: 0.25 },
      { enu: [40_000, -9_000, -120], step: [10, 0, 0], left: 0.5 },
    ] as const
    for (const { enu, step, left } of places) {
      // Looked at from near, and not in the middle of the picture.
      const target = {
        ...enuToGeodetic(enuFrame(ORIGIN), [enu[0] - 20, enu[1] + 9, enu[2]]),
        rangeMeters: 90,
        headingDeg: 30,
        pitchDeg: -40,
      }
      const { png, state } = await it.page.evaluate(
        async (enu, step, left, target) => {
          const timeBaseMs = 1.7e12
          const tToMs = timeBaseMs + 86_400_000
          const twinMs = tToMs - left * 2000
          const engine = twin.open({ clock: { mode: 'paused', wallMs: 0, twinMs, rate: 0 } })
          await engine.view.flyTo(target, { durationMs: 0 })
          const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('circle', 'vehicle') })
          markers.patch(twin.patchOf([{ enu, step, tToMs, durationMs: 2000, tone: 'active' }], { timeBaseMs }))
          const png = [...new Uint8Array(await (await engine.capture()).arrayBuffer())]
          const { state } = engine.view
          engine.dispose()
          document.body.replaceChildren()
          return { png, state }
        },
        enu,
        step,
        left,
        target,
      )
      const { width, data } = PNG.sync.read(Buffer.from(png))
      let [x, y, n] = [0, 0, 0]
      for (let i = 0; i < data.length; i += 4) {
        const isAccent = Math.abs(data[i]! - 92) + Math.abs(data[i + 1]! - 207) + Math.abs(data[i + 2]! - 186) < 12
        if (!isAccent) continue
        x += ((i / 4) % width) + 0.5
        y += Math.floor(i / 4 / width) + 0.5
        n++
      }
      expect(n).toBeGreaterThan(400)
      const drawn = [0, 1, 2].map((k) => enu[k as 0]! - step[k as 0]! * left) as [number, number, number]
      const plate = plateAt(state, drawn, 'circle', 0)!
      expect(Math.hypot(x / n - plate.x, y / n - plate.y)).toBeLessThan(0.3)
    }
  })

  test('picks what is seen before what the house hides, and the mesh behind no marker', async () => {
    const picks = await it.page.evaluate(async () => {
      const handle = (slot: number) => ({ layer: 'things', slot, generation: 0 })
      let candidates: unknown[] = []
      const engine = twin.open({
        view: { longitude: 117.83, latitude: 37.2489, heightEllipsoidalMeters: 46, headingDeg: 0, pitchDeg: -10 },
        pickMarkers: async () => candidates as never,
      })
      engine.mount({ type: 'tileset', id: 'ground', url: 'house', at: 'origin' })
      await twin.frames(2)
      const behind = { handle: handle(1), enu: [75, 70, 0], underPointer: true, distancePx: 0 }
      const before = { handle: handle(2), enu: [60, 0, 0], underPointer: false, distancePx: 9 }
      const slotOf = async (...those: unknown[]) => {
        candidates = those
        return (await engine.pick(10, 10)).handle?.slot ?? null
      }
      const at = engine.view.project([60, 20, 12])!
      candidates = []
      const wall = await engine.pick(at.x, at.y)
      return {
        seenFirst: await slotOf(behind, before),
        hiddenAlone: await slotOf(behind),
        alarmIsNeverHidden: await slotOf({ ...behind, alarm: true }, before),
        wall: wall.mesh?.enu.map((each) => Math.round(each * 100) / 100),
        height: wall.mesh?.location[2],
      }
    })
    expect(picks).toEqual({ seenFirst: 2, hiddenAlone: 1, alarmIsNeverHidden: 1, wall: [60, 20, 12], height: expect.closeTo(18.4, 1) })
  })

  test('never goes under the roof of a house, nor through the ground', async () => {
    const heights = await it.page.evaluate(async () => {
      const engine = twin.open()
      engine.mount({ type: 'tileset', id: 'ground', url: 'house', at: 'origin' })
      await twin.frames(2)
      const north = (meters: number) => 37.25 + meters / 111_000
      const east = (meters: number) => 117.83 + meters / 88_700
      const at = async (e: number, n: number, u: number) => {
        const view = { longitude: east(e), latitude: north(n), heightEllipsoidalMeters: 6.4 + u, headingDeg: 0, pitchDeg: 0 }
        await engine.view.flyTo(view, { durationMs: 0 })
        return engine.view.current.heightEllipsoidalMeters - 6.4
      }
      return [await at(-50, -50, -20), await at(-50, -50, 1), await at(-50, -50, 10), await at(60, 30, 26)]
    })
    for (const [i, height] of [2, 2, 10, 27].entries()) expect(heights[i]).toBeCloseTo(height, 1)
  })

  describe('by hand', () => {
    const open = (policy: 'map' | 'page') =>
      it.page.evaluate(async (wheelAndOneFinger) => {
        document.body.style.margin = '0'
        document.body.style.height = '2000px'
        const view = { longitude: 117.83, latitude: 37.249, heightEllipsoidalMeters: 106, headingDeg: 0, pitchDeg: -45 }
        const engine = twin.open({ view })
        engine.mount({ type: 'tileset', id: 'ground', url: 'house', at: 'origin' })
        engine.view.setGestures({ wheelAndOneFinger })
        await twin.frames(2)
      }, policy)
    /** The ground at a px, and where a point of it is drawn. */
    const groundAt = (x: number, y: number) => it.page.evaluate(async (x, y) => (await twin.engine.pick(x, y)).mesh!.enu, x, y)
    const drawnAt = (enu: readonly [number, number, number]) => it.page.evaluate((enu) => twin.engine.view.project(enu)!, enu)
    const view = () => it.page.evaluate(() => twin.engine.view.current)

    test('a drag moves the grabbed point with the pointer, and is no click', async () => {
      await open('map')
      const clicks = await it.page.evaluateHandle(() => {
        const heard = { clicks: 0 }
        document.body.addEventListener('click', () => heard.clicks++)
        return heard
      })
      const grabbed = await groundAt(150, 200)
      await it.page.mouse.move(150, 200)
      await it.page.mouse.down()
      await it.page.mouse.move(240, 230, { steps: 4 })
      await it.page.mouse.up()
      const at = await drawnAt(grabbed)
      expect(at.x).toBeCloseTo(240, 0)
      expect(at.y).toBeCloseTo(230, 0)
      expect(await clicks.evaluate(({ clicks }) => clicks)).toBe(0)
      await it.page.mouse.click(100, 100)
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
        if (press.ctrl) await it.page.keyboard.down('Control')
        await it.page.mouse.move(200, 150)
        await it.page.mouse.down({ button: press.button })
        await it.page.mouse.move(260, 150, { steps: 3 })
        await it.page.mouse.up({ button: press.button })
        if (press.ctrl) await it.page.keyboard.up('Control')
        expect((await view()).headingDeg - before.headingDeg).toBeCloseTo(18, 0)
        expect((await drawnAt(grabbed)).x).toBeCloseTo(200, 0)
      }
    })

    test('the wheel zooms to the pointer; in a page it scrolls, and zooms with Ctrl', async () => {
      await open('map')
      const grabbed = await groundAt(100, 220)
      const before = await view()
      await it.page.mouse.move(100, 220)
      await it.page.mouse.wheel({ deltaY: -300 })
      await it.page.waitForFunction((h) => twin.engine.view.current.heightEllipsoidalMeters < h - 10, {}, before.heightEllipsoidalMeters)
      const at = await drawnAt(grabbed)
      expect(at.x).toBeCloseTo(100, 0)
      expect(at.y).toBeCloseTo(220, 0)

      await it.page.evaluate(() => twin.engine.view.setGestures({ wheelAndOneFinger: 'page' }))
      const still = await view()
      await it.page.mouse.wheel({ deltaY: 120 })
      await it.page.waitForFunction(() => window.scrollY > 0)
      expect(await view()).toEqual(still)
      await it.page.evaluate(() => window.scrollTo(0, 0))
      await it.page.keyboard.down('Control')
      await it.page.mouse.wheel({ deltaY: -200 })
      await it.page.keyboard.up('Control')
      await it.page.waitForFunction((h) => twin.engine.view.current.heightEllipsoidalMeters < h - 1, {}, still.heightEllipsoidalMeters)
    })

    test('keys pan, orbit, zoom and face north', async () => {
      await open('map')
      await it.page.focus('canvas')
      const begin = await view()
      await it.page.keyboard.press('ArrowLeft')
      expect((await view()).longitude).toBeLessThan(begin.longitude)
      await it.page.keyboard.down('Shift')
      await it.page.keyboard.press('ArrowRight')
      await it.page.keyboard.up('Shift')
      expect((await view()).headingDeg).toBeCloseTo(7.5, 3)
      const high = (await view()).heightEllipsoidalMeters
      await it.page.keyboard.press('+')
      expect((await view()).heightEllipsoidalMeters).toBeLessThan(high - 5)
      await it.page.keyboard.press('n')
      await it.page.waitForFunction(() => Math.min(twin.engine.view.current.headingDeg, 360 - twin.engine.view.current.headingDeg) < 1e-6)
      await it.page.keyboard.press('Home')
      await it.page.waitForFunction((h) => Math.abs(twin.engine.view.current.longitude - h) < 1e-9, {}, begin.longitude)
    })

    test('two fingers pinch about what is between them', async () => {
      const touch = await chromium.page({ width: 400, height: 300, touch: true })
      const mouse = it
      it = touch
      try {
        await touch.page.goto(site.url('/'))
        await touch.page.waitForFunction(() => 'twin' in globalThis)
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
        await touch.page.close()
      } finally {
        it = mouse
      }
    })
  })

  test('flies, drawing on the way, and is cut where motion is reduced', async () => {
    const flown = await it.page.evaluate(async () => {
      const engine = twin.open()
      engine.mount({ type: 'tileset', id: 'ground', url: 'house', at: 'origin' })
      await twin.frames(2)
      const before = glCounts().draws
      const began = performance.now()
      const target = { ...twin.origin, longitude: 117.831, rangeMeters: 90 }
      const arrived = await engine.view.flyTo(target)
      const ms = performance.now() - began
      engine.apply({ type: 'reduced-motion', on: true })
      const cut = performance.now()
      await engine.view.flyTo(twin.origin)
      return { arrived, ms, draws: glCounts().draws - before, cutMs: performance.now() - cut }
    })
    expect(flown.arrived).toBe(true)
    expect(flown.ms).toBeGreaterThan(550)
    expect(flown.ms).toBeLessThan(6000)
    expect(flown.draws).toBeGreaterThan(5)
    expect(flown.cutMs).toBeLessThan(500)
  })

  test('shows a glide at its end where motion is reduced, and draws no frame for it', async () => {
    const seen = await it.page.evaluate(async () => {
      const timeBaseMs = Date.now()
      const gliding = { enu: [20, 0, 0], step: [20, 0, 0], tToMs: timeBaseMs + 30_000, durationMs: 30_000 } as const
      const picture = async (slot: Parameters<typeof twin.patchOf>[0][number], reduced: boolean) => {
        const engine = twin.open()
        engine.apply({ type: 'reduced-motion', on: reduced })
        const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('circle', 'person') })
        markers.patch(twin.patchOf([slot], { timeBaseMs, glidesUntilMs: timeBaseMs + 30_000 }))
        await twin.frames(3)
        const bytes = [...new Uint8Array(await (await engine.capture()).arrayBuffer())].join()
        const before = glCounts().draws
        await new Promise((resolve) => setTimeout(resolve, 300))
        const draws = glCounts().draws - before
        engine.dispose()
        return { bytes, draws }
      }
      const end = await picture({ enu: [20, 0, 0] }, true)
      const reduced = await picture(gliding, true)
      const full = await picture(gliding, false)
      return { atEnd: reduced.bytes === end.bytes, draws: reduced.draws, differs: full.bytes !== end.bytes }
    })
    expect(seen).toEqual({ atEnd: true, draws: 0, differs: true })
  })

  test('pulses a new ring for 2.4 s and then rests; with reduced motion not at all', async () => {
    const draws = await it.page.evaluate(async () => {
      const engine = twin.open({ width: 200, height: 150 })
      const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('circle', 'person') })
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
      const during = async (ms: number) => {
        const before = glCounts().draws
        await wait(ms)
        return glCounts().draws - before
      }
      markers.patch(twin.patchOf([{ enu: [0, 0, 0] }]))
      await wait(200)
      markers.patch(twin.patchOf([{ enu: [0, 0, 0], priority: 2, unacknowledged: true }]))
      const pulsing = await during(1000)
      await wait(1700)
      const rest = await during(800)
      engine.apply({ type: 'reduced-motion', on: true })
      markers.patch(twin.patchOf([{ enu: [0, 0, 0], priority: 1, unacknowledged: true }]))
      await wait(200)
      return { pulsing, rest, reduced: await during(800) }
    })
    expect(draws.pulsing).toBeGreaterThan(3)
    expect(draws.rest).toBe(0)
    expect(draws.reduced).toBe(0)
  })

  test('draws chips by the page’s own fonts: two hanzi differ', async (context) => {
    if (cjkFontMissing() !== undefined) context.skip(cjkFontMissing())
    const pictures = await it.page.evaluate(async () => {
      const engine = twin.open({ clock: { mode: 'paused', wallMs: 0, twinMs: 0, rate: 0 } })
      engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('square', 'manhole') }).patch(twin.patchOf([{ enu: [0, 0, 0] }]))
      const labels = engine.mount({ type: 'labels' })
      const shown: string[] = []
      for (const text of ['龙', '湾', '龙']) {
        labels.set([{ handle: { layer: 'things', slot: 0, generation: 0 }, text, priority: 0 }])
        shown.push([...new Uint8Array(await (await engine.capture()).arrayBuffer())].join())
      }
      return { differ: shown[0] !== shown[1], same: shown[0] === shown[2] }
    })
    expect(pictures).toEqual({ differ: true, same: true })
  })

  test('asks for no frame while its page is hidden, and draws what came meanwhile when it is shown', async () => {
    const draws = await it.page.evaluate(async () => {
      const engine = twin.open()
      const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('square', 'manhole') })
      await twin.frames(3)
      const show = (hidden: boolean) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }
      show(true)
      const before = glCounts().draws
      markers.patch(twin.patchOf([{ enu: [0, 0, 0], priority: 1, unacknowledged: true }]))
      await twin.frames(5)
      const hidden = glCounts().draws - before
      show(false)
      await twin.frames(3)
      return { hidden, shown: glCounts().draws - before }
    })
    expect(draws.hidden).toBe(0)
    expect(draws.shown).toBeGreaterThan(0)
  })
})
