// The page of engine.test.ts: engines over a plain ground, driven from the test by what it leaves on `window`.

import type { Engine, EngineOptions } from '../../packages/core/src/engine/contract.ts'
import { threeEngine } from '../../packages/core/src/engine/three/composed-engine.ts'
import type { AnyKind, Shape } from '../../packages/core/src/kind/kind.ts'
import { liveClock } from '../../packages/core/src/live/clock.ts'
import { CONTRACT_CASES } from './contract-cases.ts'
import { patchOf, type Slot } from './patches.ts'
import { createPlainTilesets } from './plain-tilesets.ts'

const create = threeEngine(createPlainTilesets)
const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const

/** Straight down from 200 m, so that metres east and south are px to the right and down, by a fixed factor. */
const ABOVE = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 206.4, headingDeg: 0, pitchDeg: -90 }

function container(width = 400, height = 300): HTMLElement {
  const made = document.createElement('div')
  made.style.width = `${width}px`
  made.style.height = `${height}px`
  document.body.append(made)
  return made
}

const page = {
  patchOf,
  origin,
  engine: undefined as unknown as Engine,
  events: [] as string[],

  kind: (shape: Shape, glyph: string) => ({ kind: shape, symbol: { shape, glyph } }) as unknown as AnyKind,

  open(over: Partial<EngineOptions> & { readonly width?: number; readonly height?: number } = {}): Engine {
    const { width, height, ...options } = over
    const engine = create({
      container: container(width, height),
      origin,
      clock: liveClock(Date.now(), 0),
      view: ABOVE,
      theme: 'dark',
      pickMarkers: async () => [],
      fetch: (url, init) => fetch(url, init),
      ...options,
    })
    page.engine = engine
    for (const type of ['error', 'restored', 'placed', 'refinement'] as const) engine.on(type, () => page.events.push(type))
    return engine
  },

  /** ENU metres on the ground that {@link ABOVE} draws at a px from the middle of a picture `height` px high. */
  metersAt: (dx: number, dy: number, height: number): [number, number, number] => {
    const perPx = (200 * 2 * Math.tan(Math.PI / 8)) / height
    return [dx * perPx, -dy * perPx, 0]
  },

  /**
   * The marker grammar on a dark and a light ground: a row of shapes and a row of states, as the design's mock has it. Its clock
   * stands still, so that the picture is always the same.
   */
  async gallery(width = 700, rowHeight = 110): Promise<Engine> {
    const height = rowHeight * 2
    const engine = page.open({ width, height, clock: { mode: 'paused', wallMs: 0, twinMs: 0, rate: 0 } })
    engine.apply({ type: 'reduced-motion', on: true })
    engine.mount({ type: 'tileset', id: 'strips', url: 'strips', at: 'origin' })
    const shapes: [Shape, string][] = [
      ['circle', 'person'],
      ['square', 'manhole'],
      ['capsule', 'streetlight'],
      ['wedge', 'camera'],
      ['chevron', 'vehicle'],
      ['house', 'building'],
      ['sheet', 'event'],
    ]
    const at = (x: number, row: number) => page.metersAt(x - width / 2, rowHeight * (row + 0.72) - height / 2, height)
    const rows = [0, 1]
    for (const [i, [shape, glyph]] of shapes.entries()) {
      const markers = engine.mount({ type: 'markers', layer: shape, kind: page.kind(shape, glyph) })
      const turned = shape === 'chevron' || shape === 'circle' ? { headingDeg: 30 } : {}
      const states: Slot[][] =
        shape === 'square'
          ? rows.map((row) => [
              { enu: at(330, row), tone: 'active' },
              { enu: at(384, row), priority: 4 },
              { enu: at(440, row), priority: 3, unacknowledged: true },
              { enu: at(496, row), priority: 2, unacknowledged: true },
              { enu: at(566, row), priority: 1, unacknowledged: true },
              { enu: at(626, row), freshness: 1 },
              { enu: at(668, row), freshness: 2 },
            ])
          : []
      const plain: Slot[] = rows.map((row) => ({ enu: at(26 + i * 40, row), ...turned }))
      markers.patch(page.patchOf([...plain, ...states.flat()], { layer: shape }))
    }
    engine.apply({ type: 'select', handle: { layer: 'house', slot: 1, generation: 0 } })
    await page.frames(3)
    return engine
  },

  /** A look over the ground from the south: a house that hides markers, chips, a selected one, one outside of the mesh. */
  async scene(theme: 'light' | 'dark', width = 800, height = 450): Promise<Engine> {
    const view = { longitude: 117.83, latitude: 37.2489, heightEllipsoidalMeters: 76, headingDeg: 0, pitchDeg: -24 }
    const engine = page.open({ width, height, theme, view, clock: { mode: 'paused', wallMs: 0, twinMs: 0, rate: 0 } })
    engine.apply({ type: 'reduced-motion', on: true })
    engine.mount({ type: 'tileset', id: 'ground', url: 'house', at: 'origin' })
    const mark = (layer: string, shape: Shape, glyph: string, slots: Slot[]) =>
      engine.mount({ type: 'markers', layer, kind: page.kind(shape, glyph) }).patch(page.patchOf(slots, { layer }))
    mark('people', 'circle', 'person', [
      { enu: [-20, -20, 0], priority: 1, unacknowledged: true },
      { enu: [70, 60, 0] },
      { enu: [20, 60, 0], tone: 'active', headingDeg: 120 },
      { enu: [66, 70, 0], priority: 4 },
      { enu: [-60, 40, 0], freshness: 2 },
    ])
    mark('lights', 'capsule', 'streetlight', [
      { enu: [0, 10, 0], priority: 3, unacknowledged: true },
      { enu: [-30, 80, 0] },
      { enu: [-30, 120, 0] },
    ])
    mark('manholes', 'square', 'manhole', [{ enu: [35, -30, 0], priority: 2, unacknowledged: true }, { enu: [-60, 0, 0] }])
    mark('houses', 'house', 'building', [{ enu: [60, 30, 25] }, { enu: [-90, 150, 0] }])
    mark('cars', 'chevron', 'vehicle', [
      { enu: [-10, 40, 0], headingDeg: 45, tone: 'active' },
      { enu: [10, 100, 0], headingDeg: 200 },
    ])
    engine.apply({ type: 'select', handle: { layer: 'people', slot: 0, generation: 0 } })
    const handle = (layer: string, slot: number) => ({ layer, slot, generation: 0 })
    engine.mount({ type: 'labels' }).set([
      { handle: handle('people', 0), text: 'SOS 张** · 1 分 04 秒', priority: 1 },
      { handle: handle('manholes', 0), text: '井盖 J-118 开启', priority: 2 },
      { handle: handle('lights', 0), text: '路灯 L-27 断电', priority: 3 },
      { handle: handle('people', 3), text: '闸门 Z-3 通信恢复', priority: 4 },
      { handle: handle('houses', 0), text: '便民服务中心', priority: 0 },
      { handle: handle('houses', 1), text: '3 号楼 · 68 户', priority: 0, side: 'left' },
      { handle: handle('people', 4), text: '22 分钟前', priority: 0 },
    ])
    await page.frames(3)
    return engine
  },

  frames: (n: number) =>
    new Promise<void>((resolve) => {
      const next = (left: number) => (left === 0 ? resolve() : void requestAnimationFrame(() => next(left - 1)))
      next(n)
    }),

  /** Runs one case of the contract; answers the reason of a failure. */
  async contractCase(name: string): Promise<string | null> {
    const found = CONTRACT_CASES.find((each) => each.name === name)!
    try {
      await found.run((options) => {
        const engine = create({ ...options, container: container(), fetch: (url, init) => fetch(url, init) })
        // The ground is there without a tileset of its own, as in the null engine.
        engine.mount({ type: 'tileset', id: 'ground', url: 'none', at: 'origin' })
        return engine
      })
      return null
    } catch (error) {
      return error instanceof Error ? `${error.message}\n${error.stack}` : String(error)
    } finally {
      document.body.replaceChildren()
    }
  },
}

export type EnginePage = typeof page
;(globalThis as unknown as { twin: EnginePage }).twin = page
