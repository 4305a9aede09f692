// The three engine in Chromium: its contract, what it uploads, draws, picks, and what it leaves behind.
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { enuFrame, enuToGeodetic } from '../packages/core/src/geo/enu.ts'
import { plateAt } from '../packages/core/src/live/plate.ts'
import { CONTRACT_CASES } from './engine/contract-cases.ts'
import type { EnginePage } from './engine/page.ts'
import { enginePages } from './engine/start.ts'
import { browserMissing, cjkFontMissing } from './harness/browser.ts'
import type { CountsGl } from './harness/count-gl.ts'
import { describeWith } from './harness/describe-with.ts'
import { compareWithGolden } from './harness/golden.ts'

declare const twin: EnginePage
declare const glCounts: CountsGl['glCounts']

/** As the page's. */
const ORIGIN = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const

describeWith(browserMissing(), 'the three engine', () => {
  const pages = enginePages()

  test.each(CONTRACT_CASES)('$name', async ({ name }) => {
    expect(await pages.it.page.evaluate((name) => twin.contractCase(name), name)).toBeNull()
  })

  test('uploads a patch by one call per run, its bytes as they are', async () => {
    const calls = await pages.it.page.evaluate(() => {
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
    const session = await pages.it.page.createCDPSession()
    const listeners = async () => {
      await session.send('HeapProfiler.collectGarbage')
      return (await pages.it.page.metrics()).JSEventListeners ?? Number.NaN
    }
    const listenersBefore = await listeners()
    const left = await pages.it.page.evaluate(async () => {
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
    const seen = await pages.it.page.evaluate(async () => {
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
    expect(seen).toEqual({
      lost: 32,
      refused: 'context-lost',
      events: ['error', 'refinement', 'restored', 'refinement'],
      same: true,
      empty: true,
    })
  })

  test('draws the alarms of a hidden layer, and nothing else of it', async () => {
    const drawn = await pages.it.page.evaluate(async () => {
      const engine = twin.open({ clock: { mode: 'paused', wallMs: 0, twinMs: 0, rate: 0 } })
      engine.apply({ type: 'reduced-motion', on: true })
      const markers = engine.mount({ type: 'markers', layer: 'things', kind: twin.kind('square', 'manhole') })
      markers.patch(
        twin.patchOf([
          { enu: [-40, 0, 0], tone: 'active' },
          { enu: [40, 0, 0], priority: 1, unacknowledged: true },
        ]),
      )
      engine.apply({ type: 'select', handle: { layer: 'things', slot: 0, generation: 0 } })
      const pictures: number[][] = []
      for (const visible of [true, false]) {
        markers.setVisible(visible)
        pictures.push([...new Uint8Array(await (await engine.capture()).arrayBuffer())])
      }
      const feet = [-40, 40].map((e) => engine.view.project([e, 0, 0])!)
      engine.dispose()
      document.body.replaceChildren()
      return { pictures, feet }
    })
    const [shown, hidden] = drawn.pictures.map((png): PNG => PNG.sync.read(Buffer.from(png))) as [PNG, PNG]
    /** Share of px around a marker that differ. */
    const differ = ({ x, y }: { x: number; y: number }) => {
      let changed = 0
      for (let dy = -90; dy < 10; dy++)
        for (let dx = -40; dx < 40; dx++) {
          const at = (Math.round(y + dy) * shown.width + Math.round(x + dx)) * 4
          if (Math.abs(shown.data[at]! - hidden.data[at]!) + Math.abs(shown.data[at + 1]! - hidden.data[at + 1]!) > 8) changed++
        }
      return changed / 8000
    }
    expect(differ(drawn.feet[0]!)).toBeGreaterThan(0.08)
    expect(differ(drawn.feet[1]!)).toBe(0)
  })

  test('draws what is further than its layer says as a dot, and nothing of one that the mesh hides', async () => {
    const { png, feet } = await pages.it.page.evaluate(async () => {
      const engine = twin.open({ clock: { mode: 'paused', wallMs: 0, twinMs: 0, rate: 0 } })
      engine.apply({ type: 'reduced-motion', on: true })
      const far = engine.mount({ type: 'markers', layer: 'far', kind: twin.kind('square', 'manhole'), dotBeyondMeters: 10 })
      far.patch(twin.patchOf([{ enu: [-40, 0, 0] }, { enu: [0, 0, 0], priority: 2 }]))
      const near = engine.mount({ type: 'markers', layer: 'near', kind: twin.kind('square', 'manhole'), dotBeyondMeters: 10_000 })
      near.patch(twin.patchOf([{ enu: [40, 0, 0] }]))
      const png = [...new Uint8Array(await (await engine.capture()).arrayBuffer())]
      const feet = [-40, 0, 40].map((e) => engine.view.project([e, 0, 0])!)
      engine.dispose()
      document.body.replaceChildren()
      return { png, feet }
    })
    const picture: PNG = PNG.sync.read(Buffer.from(png))
    const pixel = ({ x, y }: { x: number; y: number }, up: number) => {
      const at = (Math.round(y - up) * picture.width + Math.round(x)) * 4
      return [...picture.data.subarray(at, at + 3)]
    }
    const [dot, alarm, plate] = feet
    for (const channel of pixel(dot!, 0)) expect(channel).toBeGreaterThan(220)
    // 17 px over the foot a plate has its white edge, and an alarm its ring.
    expect(Math.min(...pixel(plate!, 17))).toBeGreaterThan(200)
    expect(pixel(alarm!, 17)[0]).toBeGreaterThan(200)
    expect(Math.max(...pixel(dot!, 17))).toBeLessThan(80)
  })

  test('draws the marker grammar as it was looked at', async () => {
    const png = await pages.it.page.evaluate(async () => {
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
      const { png, state } = await pages.it.page.evaluate(
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
    const picks = await pages.it.page.evaluate(async () => {
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
    const heights = await pages.it.page.evaluate(async () => {
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

  test('draws chips by the page’s own fonts: two hanzi differ', async (context) => {
    if (cjkFontMissing() !== undefined) context.skip(cjkFontMissing())
    const pictures = await pages.it.page.evaluate(async () => {
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
})
