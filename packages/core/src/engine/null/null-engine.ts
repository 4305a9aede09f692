// The engine that draws nothing: it keeps the same promises about camera, patches, picks and events, records each call, and
// runs in Node. What of a twin needs no picture is tested on it. Its ground is the surface at the origin's height.
import { checkCall } from '../../document/check-call.ts'
import { TwinError } from '../../error/twin-error.ts'
import { enuFrame, enuToGeodetic } from '../../geo/enu.ts'
import { twinTimeMs } from '../../live/clock.ts'
import { type Patch, WORDS } from '../../live/layout.ts'
import { checkedView, ENGINE_CALLS } from '../calls.ts'
import { meetHeight } from '../camera/hold.ts'
import { Rig } from '../camera/rig.ts'
import { along } from '../camera/vector.ts'
import type {
  Effect,
  Engine,
  EngineEvents,
  EngineOptions,
  LabelsPrimitive,
  MarkersPrimitive,
  MeshHit,
  Mounted,
  MountedLabels,
  MountedMarkers,
  MountedTileset,
  Primitive,
  TilesetPrimitive,
} from '../contract.ts'
import { Emitter } from '../emitter.ts'

export interface NullCall {
  readonly name: string
  readonly about: unknown
}

/** An engine whose calls can be read. */
export interface NullEngine extends Engine {
  readonly calls: readonly NullCall[]
  readonly mounted: ReadonlySet<Mounted>
}

/** It needs no page: only the size of the picture that it does not draw. */
export interface NullEngineOptions extends Omit<EngineOptions, 'container'> {
  readonly width?: number
  readonly height?: number
  /** False: keeps no calls, where it stands for an engine that a device lacks. Default true. */
  readonly record?: boolean
}

/** 1 × 1 transparent px. */
const EMPTY_PNG = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII='),
  (sign) => sign.charCodeAt(0),
)

export function createNullEngine(options: NullEngineOptions): NullEngine {
  const frame = enuFrame(options.origin)
  const ground = options.origin.heightEllipsoidalMeters
  const calls: NullCall[] = []
  const mounted = new Set<Mounted>()
  const events = new Emitter<EngineEvents>()
  let clock = options.clock
  let markScale = 1
  const rig = new Rig(options.view, {
    frame,
    meetMesh: () => null,
    meshHeights: () => [],
    moved: () => events.emit('view', rig.view),
  })
  rig.setSize(options.width ?? 800, options.height ?? 600)
  const call = (name: string, about: unknown) => void (options.record !== false && calls.push({ name, about }))

  function keep<M extends Mounted>(make: (disposed: () => void) => M): M {
    const made: M = make(() => mounted.delete(made))
    mounted.add(made)
    return made
  }

  const mountTileset = (primitive: TilesetPrimitive): MountedTileset => {
    events.emit('refinement', { state: 'complete', share: 1 })
    return keep((disposed) => ({ retry: () => call('retry', primitive.id), dispose: disposed }))
  }
  const mountMarkers = ({ layer }: MarkersPrimitive): MountedMarkers => {
    let timeBaseMs: number | null = null
    return keep((disposed) => ({
      patch(patch) {
        checkPatch(patch, layer, timeBaseMs)
        timeBaseMs = patch.timeBaseMs
        call('patch', { layer, slots: patch.slots, whole: patch.whole, runs: [...patch.runs] })
        return patch.words.buffer
      },
      setVisible: (visible) => call('setVisible', { layer, visible }),
      dispose: disposed,
    }))
  }
  const mountLabels = (): MountedLabels => keep((disposed) => ({ set: (labels) => call('labels', labels), dispose: disposed }))

  function mount(primitive: TilesetPrimitive): MountedTileset
  function mount(primitive: MarkersPrimitive): MountedMarkers
  function mount(primitive: LabelsPrimitive): MountedLabels
  function mount(primitive: Primitive): Mounted {
    checkCall(ENGINE_CALLS, 'mount', [primitive])
    call('mount', primitive)
    if (primitive.type === 'tileset') return mountTileset(primitive)
    return primitive.type === 'markers' ? mountMarkers(primitive) : mountLabels()
  }

  const meshAt = (x: number, y: number): MeshHit | null => {
    const ray = rig.ray(x, y)
    const distanceMeters = meetHeight(frame, rig.pose.enu, ray, ground)
    if (distanceMeters === null) return null
    const enu = along(rig.pose.enu, ray, distanceMeters)
    const { longitude, latitude, heightEllipsoidalMeters } = enuToGeodetic(frame, enu)
    return { enu: [...enu], location: [longitude, latitude, heightEllipsoidalMeters], distanceMeters }
  }

  const radians = Math.PI / 180
  const view = checkedView({
    get current() {
      return rig.view
    },
    get state() {
      return rig.state
    },
    // Nobody draws the frames of a flight, so it is a cut.
    flyTo: (to) => {
      call('flyTo', to)
      return rig.flyTo(to, { durationMs: 0 })
    },
    follow: (to) => {
      call('follow', to)
      return rig.follow(to, { durationMs: 0 })
    },
    reveal: (to) => rig.reveal(to, { durationMs: 0 }),
    zoomBy: (factor) => rig.zoomBy(factor),
    panBy: (dx, dy) => rig.panBy(dx, dy),
    orbitBy: (headingDeg, pitchDeg) => rig.orbitBy(headingDeg * radians, pitchDeg * radians),
    faceNorth: () => rig.faceNorth({ durationMs: 0 }),
    goHome: () => rig.goHome({ durationMs: 0 }),
    setCovered(boxes) {
      rig.setCovered(boxes)
      events.emit('view', rig.view)
    },
    setGestures: (gestures) => call('setGestures', gestures),
    project: (enu) => rig.project(enu),
    get metersPerPx() {
      const { width, height, fovYRad } = rig.lens
      const away = meshAt(width / 2, height / 2)?.distanceMeters
      return away === undefined ? null : (away * 2 * Math.tan(fovYRad / 2)) / height
    },
  })

  return {
    capabilities: {
      primitives: ['tileset', 'markers', 'labels'],
      effects: ['select', 'theme', 'mark-scale', 'reduced-motion'],
      webgl: false,
    },
    calls,
    mounted,
    mount,
    view,
    apply(effect: Effect) {
      checkCall(ENGINE_CALLS, 'apply', [effect])
      call('apply', effect)
      if (effect.type !== 'mark-scale') return
      markScale = effect.factor
      rig.setMarkScale(markScale)
      events.emit('view', rig.view)
    },
    setClock(next) {
      checkCall(ENGINE_CALLS, 'setClock', [next])
      clock = next
      call('setClock', next)
    },
    async pick(x, y) {
      checkCall(ENGINE_CALLS, 'pick', [x, y])
      const mesh = meshAt(x, y)
      const [first] = await options.pickMarkers(x / markScale, y / markScale, rig.state, twinTimeMs(clock, Date.now()))
      return first === undefined ? { handle: null, mesh } : { handle: first.handle, mesh: null }
    },
    capture: async () => new Blob([EMPTY_PNG], { type: 'image/png' }),
    on(type, listener) {
      checkCall(ENGINE_CALLS, 'on', [type, listener])
      return events.on(type, listener)
    },
    dispose() {
      call('dispose', null)
      for (const each of [...mounted]) each.dispose()
      rig.stop()
      events.clear()
    },
  }
}

/** What docs/formats/patch.md promises; the worker's fault is told here, where a test sees it, and not by a wrong picture. */
function checkPatch({ layer, runs, words, slots, whole, timeBaseMs }: Patch, mountedLayer: string, baseBeforeMs: number | null): void {
  const refuse = (what: string) => {
    throw new TwinError('internal', `patch of layer "${layer}": ${what}; see docs/formats/patch.md`, { layer })
  }
  if (layer !== mountedLayer) refuse(`it came to layer "${mountedLayer}"`)
  let end = -1
  let count = 0
  for (let r = 0; r < runs.length; r += 2) {
    if (runs[r]! <= end) refuse(`run ${r / 2} begins at slot ${runs[r]}, which the run before it touches`)
    end = runs[r]! + runs[r + 1]!
    count += runs[r + 1]!
  }
  if (end > slots) refuse(`a run ends at slot ${end}, of ${slots}`)
  if (words.length < count * WORDS) refuse(`${words.length} words for ${count} slots of ${WORDS}`)
  if (baseBeforeMs !== null && timeBaseMs !== baseBeforeMs && !whole) refuse('a new time base without all slots')
  if (baseBeforeMs === null && !whole) refuse('the first one is not whole')
}
