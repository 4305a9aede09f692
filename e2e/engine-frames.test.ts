// When the three engine draws: while something moves, and not one frame more.
import { expect, test } from 'vitest'
import type { EnginePage } from './engine/page.ts'
import { enginePages } from './engine/start.ts'
import { browserMissing } from './harness/browser.ts'
import type { CountsGl } from './harness/count-gl.ts'
import { describeWith } from './harness/describe-with.ts'

declare const twin: EnginePage
declare const glCounts: CountsGl['glCounts']

describeWith(browserMissing(), 'the three engine', () => {
  const pages = enginePages()

  test('draws nothing at rest: not one call in two seconds', async () => {
    const drawn = await pages.it.page.evaluate(async () => {
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
    const drawn = await pages.it.page.evaluate(async () => {
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

  test('flies, drawing on the way, and is cut where motion is reduced', async () => {
    const flown = await pages.it.page.evaluate(async () => {
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
    const seen = await pages.it.page.evaluate(async () => {
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
    const draws = await pages.it.page.evaluate(async () => {
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

  test('asks for no frame while its page is hidden, and draws what came meanwhile when it is shown', async () => {
    const draws = await pages.it.page.evaluate(async () => {
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
