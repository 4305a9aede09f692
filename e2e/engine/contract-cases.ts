// What every engine must do, told once: `engine/contract.test.ts` runs it on the null engine in Node, `engine.test.ts` on
// the three engine in Chromium. Plain functions, so that they run in a page without a test runner.
import type { Engine, EngineOptions, View } from '../../packages/core/src/engine/contract.ts'
import type { AnyKind } from '../../packages/core/src/kind/kind.ts'
import { liveClock } from '../../packages/core/src/live/clock.ts'
import type { PickCandidate } from '../../packages/core/src/worker/messages.ts'
import { makeBadCalls, SOUND_ENGINE_CALLS, SOUND_VIEW_CALLS } from '../../packages/core/test/bad-calls.ts'
import { patchOf } from './patches.ts'

export type ContractOptions = Omit<EngineOptions, 'container' | 'fetch'>
export type MakeEngine = (options: ContractOptions) => Engine

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const
export const kind = { kind: 'Thing', symbol: { shape: 'square', glyph: 'manhole' } } as unknown as AnyKind
const view: View = { longitude: 117.83, latitude: 37.249, heightEllipsoidalMeters: 106, headingDeg: 0, pitchDeg: -45 }
const TILESET = { type: 'tileset', id: 'mesh', url: 'tiles/tileset.json', at: 'origin' } as const

function check(fact: boolean, sentence: string): asserts fact {
  if (!fact) throw new Error(sentence)
}
const near = (a: number, b: number, by: number, what: string) => check(Math.abs(a - b) <= by, `${what} is ${a}, not ${b} ± ${by}`)

function options(over: Partial<ContractOptions> = {}): ContractOptions {
  return { origin, clock: liveClock(Date.now(), 0), view, theme: 'dark', pickMarkers: async () => [], ...over }
}

export interface ContractCase {
  readonly name: string
  readonly run: (make: MakeEngine) => Promise<void>
}

export const CONTRACT_CASES: readonly ContractCase[] = [
  {
    name: 'says what it can',
    async run(make) {
      const engine = make(options())
      for (const primitive of ['tileset', 'markers', 'labels'] as const) {
        check(engine.capabilities.primitives.includes(primitive), `${primitive} is missing`)
      }
      check(engine.capabilities.effects.includes('select'), 'select is missing')
      engine.dispose()
    },
  },
  {
    name: 'mounts a tileset, markers and labels of one twin, and lets go of them in any order',
    async run(make) {
      const engine = make(options())
      const tileset = engine.mount(TILESET)
      const markers = engine.mount({ type: 'markers', layer: 'things', kind })
      const labels = engine.mount({ type: 'labels' })
      markers.patch(patchOf([{ enu: [0, 0, 0] }]))
      labels.set([{ handle: { layer: 'things', slot: 0, generation: 0 }, text: '井盖', priority: 0 }])
      markers.dispose()
      markers.dispose()
      tileset.retry()
      tileset.dispose()
      engine.dispose()
      labels.dispose()
    },
  },
  {
    name: 'gives the buffer of a patch back in the same turn',
    async run(make) {
      const engine = make(options())
      const markers = engine.mount({ type: 'markers', layer: 'things', kind })
      const whole = patchOf([{ enu: [0, 0, 0] }, { enu: [5, 0, 0] }, { enu: [9, 0, 0] }])
      check(markers.patch(whole) === whole.words.buffer, 'another buffer came back')
      const part = patchOf([{ enu: [6, 0, 0] }], { first: 1, slots: 3, whole: false })
      check(markers.patch(part) === part.words.buffer, 'another buffer came back')
      const grown = patchOf([{ enu: [6, 0, 0] }], { first: 200, slots: 201, whole: false })
      check(markers.patch(grown) === grown.words.buffer, 'another buffer came back')
      const based = patchOf([{ enu: [6, 0, 0] }], { timeBaseMs: 5_000 })
      check(markers.patch(based) === based.words.buffer, 'another buffer came back')
      markers.setVisible(false)
      engine.dispose()
    },
  },
  {
    name: 'begins at its view, and flies to another',
    async run(make) {
      const engine = make(options())
      near(engine.view.current.latitude, view.latitude, 1e-9, 'latitude')
      near(engine.view.current.pitchDeg, view.pitchDeg, 1e-6, 'pitch')
      const to = { ...view, longitude: 117.831, headingDeg: 90 }
      const told: View[] = []
      engine.on('view', (at) => told.push(at))
      check(await engine.view.flyTo(to, { durationMs: 0 }), 'it did not arrive')
      near(engine.view.current.longitude, to.longitude, 1e-9, 'longitude')
      near(engine.view.current.headingDeg, 90, 1e-6, 'heading')
      engine.dispose()
    },
  },
  {
    name: 'sets a target in the middle of the picture, from its range',
    async run(make) {
      const engine = make(options())
      await engine.view.flyTo({ ...origin, rangeMeters: 60 }, { durationMs: 0 })
      const at = engine.view.project([0, 0, 0])
      const { width, height, eye } = engine.view.state
      check(at !== null, 'the target is behind the camera')
      near(at.x, width / 2, 0.01, 'x')
      near(at.y, height / 2, 0.01, 'y')
      near(Math.hypot(...eye), 60, 0.01, 'range')
      engine.dispose()
    },
  },
  {
    name: 'goes with a thing, from its range, until anything else moves the camera',
    async run(make) {
      const engine = make(options())
      const leash = engine.view.follow({ ...origin, rangeMeters: 40 }, { durationMs: 0 })
      check(await leash.arrived, 'it did not arrive')
      const { width, height, eye } = engine.view.state
      near(Math.hypot(...eye), 40, 0.5, 'range')
      const east = { ...origin, longitude: origin.longitude + 0.001 }
      leash.moved(east)
      const [x, y] = [engine.view.current.longitude, engine.view.current.latitude]
      near(x, east.longitude, 1e-6, 'longitude')
      const at = engine.view.project([0, 0, 0])
      check(at === null || at.x < width / 2, 'what it went away from is to the left')
      near(engine.view.state.height, height, 0, 'height')
      engine.view.panBy(10, 0)
      const [px, py] = [engine.view.current.longitude, engine.view.current.latitude]
      check(px !== x || py !== y, 'it did not pan')
      leash.moved(origin)
      check(!leash.holds, 'it holds on in spite of a pan')
      near(engine.view.current.longitude, px, 0, 'longitude')
      engine.dispose()
    },
  },
  {
    name: 'tells the worker the same projection as its own',
    async run(make) {
      const engine = make(options())
      const { viewProjection: m, width, height } = engine.view.state
      const [e, n, u] = [12, 30, 4]
      const w = m[3]! * e + m[7]! * n + m[11]! * u + m[15]!
      const at = engine.view.project([e, n, u])!
      near(((m[0]! * e + m[4]! * n + m[8]! * u + m[12]!) / w + 1) * 0.5 * width, at.x, 1e-6, 'x')
      near((1 - (m[1]! * e + m[5]! * n + m[9]! * u + m[13]!) / w) * 0.5 * height, at.y, 1e-6, 'y')
      engine.dispose()
    },
  },
  {
    name: 'moves by px and degrees: pan keeps the height, orbit the middle, zoom comes nearer',
    async run(make) {
      const engine = make(options())
      const before = engine.view.current
      engine.view.panBy(40, 0)
      near(engine.view.current.heightEllipsoidalMeters, before.heightEllipsoidalMeters, 0.01, 'height')
      check(engine.view.current.longitude < before.longitude, 'a pan to the right shows what is on the left')
      const scale = engine.view.metersPerPx!
      await engine.view.zoomBy(0.5)
      near(engine.view.metersPerPx! / scale, 0.5, 0.01, 'scale')
      engine.view.orbitBy(30, 0)
      near(engine.view.current.headingDeg, 30, 1e-6, 'heading')
      check(await engine.view.faceNorth({ durationMs: 0 }), 'it did not turn to north')
      near(engine.view.current.headingDeg, 0, 1e-6, 'heading')
      engine.dispose()
    },
  },
  {
    name: 'leaves what panels cover free: the worker hears of it, a target comes beside it, and what is seen stays',
    async run(make) {
      const engine = make(options())
      const { width, height } = engine.view.state
      const right = { x: width / 2, y: 0, width: width / 2, height }
      await engine.view.flyTo({ ...origin, rangeMeters: 60 }, { durationMs: 0 })
      const told = new Promise<View>((done) => engine.on('view', done))
      engine.view.setCovered([right])
      await told
      check(JSON.stringify(engine.view.state.covered) === JSON.stringify([right]), 'the worker does not hear what is covered')
      near(engine.view.project([0, 0, 0])!.x, width / 2, 0.01, 'x before')
      await engine.view.reveal(origin, { durationMs: 0 })
      near(engine.view.project([0, 0, 0])!.x, width / 4, 0.01, 'x')
      const { current } = engine.view
      await engine.view.reveal(origin, { durationMs: 0 })
      near(engine.view.current.longitude, current.longitude, 0, 'longitude')
      engine.dispose()
    },
  },
  {
    name: 'counts in px of its own where marks are scaled: the worker hears of half as many, project of none other',
    async run(make) {
      const asked: number[] = []
      const engine = make({
        ...options(),
        pickMarkers: async (x, y, of) => {
          asked.push(x, y, of.width, of.height)
          return []
        },
      })
      const { width, height } = engine.view.state
      const at = engine.view.project([3, 4, 0])!
      engine.view.setCovered([{ x: 10, y: 20, width: 30, height: 40 }])
      const told = new Promise<View>((done) => engine.on('view', done))
      engine.apply({ type: 'mark-scale', factor: 2 })
      await told
      const { state } = engine.view
      check(state.width === width / 2 && state.height === height / 2, 'the picture of the worker is not half as wide')
      check(JSON.stringify(state.covered) === JSON.stringify([{ x: 5, y: 10, width: 15, height: 20 }]), 'what is covered is not scaled')
      await engine.pick(100, 60)
      check(JSON.stringify(asked) === JSON.stringify([50, 30, width / 2, height / 2]), `it asked for ${asked}`)
      near(engine.view.project([3, 4, 0])!.y, at.y, 1, 'y')
      engine.dispose()
    },
  },
  {
    name: 'picks the marker first, with the camera of the click, and else the ground in metres and degrees',
    async run(make) {
      const handle = { layer: 'things', slot: 3, generation: 1 }
      let candidates: PickCandidate[] = [{ handle, enu: [0, 0, 0], underPointer: true, distancePx: 0 }]
      const asked: number[][] = []
      const engine = make(
        options({
          pickMarkers: async (x, y, { width, height }) => {
            asked.push([x, y, width, height])
            return candidates
          },
        }),
      )
      const { width, height } = engine.view.state
      const marker = await engine.pick(10, 20)
      check(marker.handle === handle && marker.mesh === null, 'the marker was not picked')
      check(asked[0]!.join() === [10, 20, width, height].join(), `the worker was asked at ${asked[0]}`)
      candidates = []
      const { handle: none, mesh } = await engine.pick(width / 2, height / 2)
      check(none === null && mesh !== null, 'the ground was not picked')
      near(mesh.enu[2], 0, 0.01, 'height of the ground')
      near(mesh.location[2], origin.heightEllipsoidalMeters, 0.05, 'ellipsoidal height')
      const at = engine.view.project(mesh.enu)!
      near(at.x, width / 2, 0.05, 'x')
      near(at.y, height / 2, 0.05, 'y')
      engine.dispose()
    },
  },
  {
    name: 'refuses each wrong argument of each call with a code, and neither camera nor what is drawn changes by it',
    async run(make) {
      const engine = make(options())
      engine.view.setGestures({ wheelAndOneFinger: 'map' })
      for (const [sound, of] of [
        [SOUND_VIEW_CALLS, engine.view],
        [SOUND_ENGINE_CALLS, engine],
      ] as const) {
        const before = JSON.stringify(engine.view.state)
        const target = of as unknown as Record<string, (...given: unknown[]) => unknown>
        const answers = await makeBadCalls(sound, (name, given) => target[name]!(...given))
        check(answers.length > 100, `only ${answers.length} wrong calls were made`)
        for (const { call, code, message } of answers) {
          check(code === 'call-invalid', `${call} answered ${code}: ${message}`)
          check(message.startsWith(`${call}: `), `${call} is refused as ${message}`)
        }
        check(JSON.stringify(engine.view.state) === before, 'the camera moved')
        check(engine.view.state.viewProjection.every(Number.isFinite), 'the camera is nowhere')
      }
      // And each sound one is taken.
      for (const [name, lists] of Object.entries(SOUND_VIEW_CALLS))
        for (const given of lists) await (engine.view as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!(...given)
      check(engine.view.state.viewProjection.every(Number.isFinite), 'the camera is nowhere')
      engine.dispose()
    },
  },
  {
    name: 'names the key that was probably meant',
    async run(make) {
      const engine = make(options())
      for (const [given, meant] of [
        [{ lng: 117.83, lat: 37.25 }, 'to.lng is not a key of this place; did you mean longitude?'],
        [{ ...origin, lon: 1 }, 'to.lon is not a key of this place; did you mean longitude?'],
        [{ ...view, bearing: 10 }, 'to.bearing is not a key of this place; did you mean headingDeg?'],
        [{ longitude: 117.83, latitude: 37.25 }, 'to.heightEllipsoidalMeters is missing; add it'],
        [{ ...view, latitude: Number.NaN }, 'to.latitude is NaN; a number is needed'],
        [{ ...view, latitude: 91 }, 'to.latitude is 91, which is too great; the most is 90'],
      ] as const) {
        const error = await engine.view.flyTo(given as View).then(
          () => null,
          (thrown: Error) => thrown.message,
        )
        check(error?.split('\n')[0] === `flyTo: ${meant}`, `it says ${error}`)
      }
      engine.dispose()
    },
  },
  {
    name: 'captures a PNG',
    async run(make) {
      const engine = make(options())
      const bytes = new Uint8Array(await (await engine.capture()).arrayBuffer())
      check(bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47, 'not a PNG')
      engine.dispose()
    },
  },
  {
    name: 'takes every effect, clock and gesture policy, and is silent after it is disposed of',
    async run(make) {
      const engine = make(options())
      let told = 0
      engine.on('view', () => told++)
      engine.apply({ type: 'theme', theme: 'light' })
      engine.apply({ type: 'reduced-motion', on: true })
      engine.apply({ type: 'select', handle: { layer: 'things', slot: 0, generation: 0 } })
      engine.apply({ type: 'select', handle: null })
      engine.setClock({ mode: 'paused', wallMs: 0, twinMs: 0, rate: 0 })
      engine.view.setGestures({ wheelAndOneFinger: 'map' })
      engine.dispose()
      engine.dispose()
      const before = told
      engine.view.panBy(5, 5)
      check(told === before, 'a disposed engine told of a view')
    },
  },
]
