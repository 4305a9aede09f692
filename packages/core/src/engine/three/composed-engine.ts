// The three engine over any tilesets: three draws the tiles, own programs draw sky, markers and labels over them. It only composes.
// Flow of a frame: rig (flight) -> camera -> tilesets.update -> is anything new? -> mesh, sky, markers, labels.
import { Frustum, Matrix4, PerspectiveCamera, Scene, Sphere, Vector3 } from 'three'
import { checkCall } from '../../document/check-call.ts'
import { TwinError } from '../../error/twin-error.ts'
import { enuFrame, enuToGeodetic } from '../../geo/enu.ts'
import { twinTimeMs } from '../../live/clock.ts'
import { DURATION_MASK, STEP_MS } from '../../live/layout.ts'
import { checkedView, ENGINE_CALLS } from '../calls.ts'
import { axesOf, localAxes, type Pose } from '../camera/pose.ts'
import { Rig } from '../camera/rig.ts'
import type {
  CreateEngine,
  Effect,
  Engine,
  EngineEvents,
  EngineOptions,
  EngineView,
  LabelsPrimitive,
  MarkersPrimitive,
  Mounted,
  Pick,
  Primitive,
  Refinement,
  TilesetPrimitive,
} from '../contract.ts'
import { Emitter } from '../emitter.ts'
import { browserPorts, FrameLoop } from './frame-loop.ts'
import { CanvasGestures } from './input/gestures.ts'
import { listenToKeys } from './input/keys.ts'
import { LabelSet } from './labels/label-set.ts'
import { MarkerSet } from './markers/marker-set.ts'
import { MeshPicture } from './mesh-picture.ts'
import { MeshProbe } from './mesh-probe.ts'
import { overlayFrame } from './overlay-frame.ts'
import { overview } from './overview.ts'
import { OwnRenderer } from './own-renderer.ts'
import { Sky } from './sky.ts'
import { Surface } from './surface.ts'
import { meshHaze, THEMES } from './theme.ts'
import type { CreateTilesets, Tilesets } from './tileset/tileset-part.ts'

/** With reduced motion a marker is shown at the end of its glide, so it is picked there: after the longest that a patch can say. */
const LONGEST_GLIDE_MS = DURATION_MASK * STEP_MS

/** An engine over any implementation of tilesets; tests give a plain mesh. */
export const threeEngine =
  (createTilesets: CreateTilesets): CreateEngine =>
  (options) =>
    new ThreeEngine(options, createTilesets)

class ThreeEngine implements Engine {
  readonly capabilities = {
    primitives: ['tileset', 'markers', 'labels'],
    effects: ['select', 'theme', 'mark-scale', 'reduced-motion'],
    webgl: true,
  } as const
  readonly view: EngineView
  readonly #options: EngineOptions
  readonly #frame
  readonly #events = new Emitter<EngineEvents>()
  readonly #surface: Surface
  readonly #renderer: OwnRenderer
  readonly #scene = new Scene()
  readonly #camera = new PerspectiveCamera()
  readonly #rig: Rig
  readonly #tilesets: Tilesets
  readonly #probe: MeshProbe
  readonly #sky: Sky
  readonly #picture: MeshPicture
  readonly #markers: MarkerSet
  readonly #labels = new Set<LabelSet>()
  readonly #gestures: CanvasGestures
  readonly #stopKeys: () => void
  readonly #loop: FrameLoop
  #clock
  #theme: 'light' | 'dark'
  #reducedMotion = false
  #markScale = 1
  #dirty = true
  #lost = false
  /** Once: what then is still not seen is no fault of the view. */
  #homeReplaced = false
  #disposed = false
  #toldPose: Pose | null = null
  #toldRefinement = ''
  #metersPerPx: { readonly of: Pose; readonly value: number | null } | null = null

  constructor(options: EngineOptions, createTilesets: CreateTilesets) {
    this.#options = options
    this.#clock = options.clock
    this.#theme = options.theme
    this.#frame = enuFrame(options.origin)
    this.#surface = new Surface(options.container)
    try {
      this.#renderer = new OwnRenderer(this.#surface.canvas)
    } catch (error) {
      this.#surface.dispose()
      throw error
    }
    const { gl } = this.#renderer
    const nowMs = () => performance.now()
    const changed = () => this.#changed()
    this.#tilesets = createTilesets({
      origin: options.origin,
      camera: this.#camera,
      renderer: this.#renderer.three,
      fetch: options.fetch,
      invalidate: () => this.#loop.request(),
      onError: (error) => this.#events.emit('error', error),
      onPlaced: (placed) => this.#events.emit('placed', placed),
    })
    this.#scene.add(this.#tilesets.group)
    this.#scene.matrixWorldAutoUpdate = true
    this.#camera.matrixAutoUpdate = false
    this.#probe = new MeshProbe(this.#tilesets)
    this.#rig = new Rig(options.view, {
      frame: this.#frame,
      meetMesh: (eye, ray) => this.#probe.meet(eye, ray),
      meshHeights: (enu) => this.#probe.heights(enu),
      moved: changed,
    })
    this.#sky = new Sky()
    this.#picture = new MeshPicture(this.#renderer)
    this.#scene.add(this.#sky.mesh)
    this.#markers = new MarkerSet({ gl, nowMs, changed })
    this.#loop = new FrameLoop(browserPorts(), (frameMs) => this.#tick(frameMs))
    this.#gestures = new CanvasGestures(this.#surface.canvas, this.#surface.stage, this.#rig)
    this.#stopKeys = listenToKeys(this.#surface.canvas, this.#rig, () => this.#reducedMotion)
    this.#surface.listen({
      resized: () => this.#resize(),
      lost: () => this.#contextLost(),
      restored: (moment) => this.#contextRestored(moment),
    })
    this.view = this.#makeView()
    this.#tilesets.setGrade(THEMES[this.#theme].grade)
    this.#resize()
  }

  mount(primitive: TilesetPrimitive): ReturnType<Tilesets['mount']>
  mount(primitive: MarkersPrimitive): ReturnType<MarkerSet['mount']>
  mount(primitive: LabelsPrimitive): LabelSet
  mount(primitive: Primitive): Mounted {
    checkCall(ENGINE_CALLS, 'mount', [primitive])
    if (primitive.type === 'tileset') return this.#tilesets.mount(primitive)
    if (primitive.type === 'markers') return this.#markers.mount(primitive)
    const labels = new LabelSet(this.#renderer.gl, this.#markers, () => this.#changed())
    for (const each of this.#labels) if (!each.live) this.#labels.delete(each)
    this.#labels.add(labels)
    return labels
  }

  apply(effect: Effect): void {
    checkCall(ENGINE_CALLS, 'apply', [effect])
    if (effect.type === 'select') this.#markers.select(effect.handle)
    else if (effect.type === 'theme') {
      this.#theme = effect.theme
      this.#tilesets.setGrade(THEMES[effect.theme].grade)
      this.#changed()
    } else if (effect.type === 'mark-scale') {
      if (effect.factor === this.#markScale) return
      this.#markScale = effect.factor
      this.#rig.setMarkScale(effect.factor)
      this.#changed()
      this.#tellView()
    } else {
      this.#reducedMotion = effect.on
      this.#markers.setReducedMotion(effect.on)
    }
  }

  setClock(clock: EngineOptions['clock']): void {
    checkCall(ENGINE_CALLS, 'setClock', [clock])
    this.#clock = clock
    this.#changed()
  }

  async pick(x: number, y: number): Promise<Pick> {
    checkCall(ENGINE_CALLS, 'pick', [x, y])
    // The camera and the time of the click, whatever moves until the worker has answered.
    const { enu: eye } = this.#rig.pose
    const ray = this.#rig.ray(x, y)
    const candidates = await this.#options.pickMarkers(
      x / this.#markScale,
      y / this.#markScale,
      this.#rig.state,
      this.#shownMs() + (this.#reducedMotion ? LONGEST_GLIDE_MS : 0),
    )
    if (this.#disposed) return { handle: null, mesh: null }
    const marker = this.#probe.choose(candidates, eye)
    if (marker !== null) return { handle: marker.handle, mesh: null }
    return { handle: null, mesh: this.#probe.hit(this.#frame, eye, ray) }
  }

  async capture(): Promise<Blob> {
    const { canvas } = this.#surface
    if (this.#lost) throw new TwinError('context-lost', 'the graphics context is lost; capture again when the picture is back', {})
    this.#syncCamera()
    this.#paint(performance.now())
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (blob === null) throw new TwinError('internal', `the picture of ${canvas.width} × ${canvas.height} px cannot be written as PNG`, {})
    return blob
  }

  on<K extends keyof EngineEvents>(type: K, listener: (event: EngineEvents[K]) => void): () => void {
    checkCall(ENGINE_CALLS, 'on', [type, listener])
    return this.#events.on(type, listener)
  }

  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#rig.stop()
    this.#loop.dispose()
    this.#gestures.dispose()
    this.#stopKeys()
    for (const labels of this.#labels) labels.dispose()
    this.#markers.dispose()
    this.#picture.dispose()
    this.#sky.dispose()
    this.#tilesets.dispose()
    this.#surface.dispose()
    this.#renderer.dispose()
    this.#events.clear()
  }

  #makeView(): EngineView {
    const rig = this.#rig
    const engine = this
    const radians = Math.PI / 180
    const paced = (options: { readonly durationMs?: number } = {}) => (engine.#reducedMotion ? { durationMs: 0 } : options)
    return checkedView({
      get current() {
        return rig.view
      },
      get state() {
        return rig.state
      },
      flyTo: (to, options) => rig.flyTo(to, paced(options)),
      follow: (to, options) => rig.follow(to, paced(options)),
      reveal: (to, options) => rig.reveal(to, paced(options)),
      zoomBy: (factor, options) => rig.zoomBy(factor, paced(options)),
      panBy: (dx, dy) => rig.panBy(dx, dy),
      orbitBy: (headingDeg, pitchDeg) => rig.orbitBy(headingDeg * radians, pitchDeg * radians),
      faceNorth: (options) => rig.faceNorth(paced(options)),
      goHome: (options) => rig.goHome(paced(options)),
      setCovered: (boxes) => {
        rig.setCovered(boxes)
        engine.#tellView()
      },
      setGestures: (gestures) => engine.#gestures.setPolicy(gestures),
      project: (enu) => rig.project(enu),
      get metersPerPx() {
        return engine.#scale()
      },
    })
  }

  /** Ground metres per CSS px in the middle of the picture; asked of the mesh once per view. */
  #scale(): number | null {
    const { lens, pose } = this.#rig
    if (this.#metersPerPx?.of !== pose) {
      const away = this.#rig.distanceAt(lens.width / 2, lens.height / 2)
      this.#metersPerPx = { of: pose, value: away === null ? null : (away * 2 * Math.tan(lens.fovYRad / 2)) / lens.height }
    }
    return this.#metersPerPx.value
  }

  /** Twin time of what is shown now, UTC ms. */
  #shownMs(): number {
    return twinTimeMs(this.#clock, Date.now())
  }

  #changed(): void {
    this.#dirty = true
    this.#loop.request()
  }

  /** What the worker knows of the picture is another, though the camera stands. */
  #tellView(): void {
    this.#toldPose = null
    this.#loop.request()
  }

  #resize(): void {
    const { width, height } = this.#surface.size
    if (width === 0 || height === 0) return
    this.#rig.setSize(width, height)
    this.#renderer.three.setPixelRatio(this.#surface.pixelRatio)
    this.#renderer.three.setSize(width, height, false)
    this.#tilesets.setSize(width, height)
    this.#metersPerPx = null
    this.#changed()
    this.#tellView()
  }

  /** One animation frame: draws only where something is new, and says when the next is needed. */
  #tick(nowMs: number): { again: boolean; wakeMs: number } {
    const { width, height } = this.#surface.size
    if (this.#lost || this.#disposed || width === 0 || height === 0) return { again: false, wakeMs: Infinity }
    const flying = this.#rig.tick(nowMs)
    this.#syncCamera()
    const tilesChanged = this.#tilesets.update()
    if (tilesChanged) {
      this.#metersPerPx = null
      this.#rig.settle()
      this.#syncCamera()
    }
    // A clock that stands still moves no glide.
    const twinMs = this.#clock.rate === 0 ? Infinity : this.#shownMs()
    const { moving, nextMs } = this.#markers.motion(twinMs, nowMs)
    if (this.#dirty || flying || tilesChanged || moving) this.#paint(nowMs)
    this.#tell()
    return { again: flying || moving || this.#dirty, wakeMs: nextMs }
  }

  #paint(nowMs: number): void {
    this.#dirty = false
    const { three, gl } = this.#renderer
    const { pose, lens } = this.#rig
    const axes = axesOf(this.#frame, pose)
    const above = this.#aboveGround()
    const theme = THEMES[this.#theme]
    this.#tilesets.setHaze(meshHaze(theme, above))
    this.#sky.set({ axes, lens, zenith: localAxes(this.#frame, pose.enu).up, heightMeters: above }, theme)
    const meshDepth = this.#picture.draw(this.#scene, this.#camera)
    // Marks count in px of their own, of which a scaled picture has fewer.
    const scale = this.#markScale
    const marksLens = { ...lens, width: lens.width / scale, height: lens.height / scale }
    const frame = overlayFrame(
      gl,
      { axes, eye: pose.enu, lens: marksLens, nearMeters: this.#camera.near, farMeters: this.#camera.far },
      {
        pixelRatio: three.getPixelRatio() * scale,
        twinMs: this.#reducedMotion ? Number.POSITIVE_INFINITY : this.#shownMs(),
        nowMs,
        meshDepth,
        covered: this.#rig.state.covered ?? [],
      },
    )
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    gl.bindVertexArray(null)
    // Plates and chips lie whichever way round.
    gl.disable(gl.CULL_FACE)
    this.#markers.draw(frame)
    for (const labels of this.#labels) labels.draw(frame)
    three.resetState()
  }

  #aboveGround(): number {
    return enuToGeodetic(this.#frame, this.#rig.pose.enu).heightEllipsoidalMeters - this.#rig.groundMeters
  }

  #syncCamera(): void {
    const { pose, lens } = this.#rig
    const camera = this.#camera
    const { right, up, forward } = axesOf(this.#frame, pose)
    const above = Math.max(1, this.#aboveGround())
    camera.fov = (lens.fovYRad * 180) / Math.PI
    camera.aspect = lens.width / lens.height
    // 24 bits of depth from there to the horizon keep 0.2 m at 1 km from eye level, and 0.1 m at 1 km from 100 m up.
    camera.near = Math.min(200, Math.max(0.3, above * 0.04))
    camera.far = Math.max(20_000, 1.2 * Math.sqrt(2 * 6_371_000 * above) + 3 * above)
    camera.updateProjectionMatrix()
    const [r, u, f, p] = [right, up, forward, pose.enu]
    camera.matrix.set(r[0], u[0], -f[0], p[0], r[1], u[1], -f[1], p[1], r[2], u[2], -f[2], p[2], 0, 0, 0, 1)
    camera.matrix.decompose(camera.position, camera.quaternion, camera.scale)
    camera.updateMatrixWorld(true)
  }

  #tell(): void {
    const { pose } = this.#rig
    if (pose !== this.#toldPose) {
      this.#toldPose = pose
      this.#events.emit('view', this.#rig.view)
    }
    const { refinement } = this.#tilesets
    // What a flight passes is nowhere to stay.
    if (refinement.state === 'empty' && this.#rig.flying) return
    // It is told of the next view, which loads.
    if (refinement.state === 'empty' && this.#replaceFirstView()) return
    this.#tellRefinement(refinement)
  }

  #tellRefinement({ state, share }: Refinement): void {
    const told = `${state} ${share.toFixed(3)}`
    if (told === this.#toldRefinement) return
    this.#toldRefinement = told
    this.#events.emit('refinement', { state, share })
  }

  /** A home from which nothing is seen is none: whatever is mounted comes into the picture, and that is home from then on. */
  #replaceFirstView(): boolean {
    const { spheres } = this.#tilesets
    if (this.#homeReplaced || !this.#rig.isAtHome || spheres === null || spheres.length === 0) return false
    // What lies in the picture and shows nothing would show nothing from elsewhere.
    const seen = new Frustum().setFromProjectionMatrix(
      new Matrix4().multiplyMatrices(this.#camera.projectionMatrix, this.#camera.matrixWorldInverse),
    )
    if (spheres.some(({ center, radiusMeters }) => seen.intersectsSphere(new Sphere(new Vector3(...center), radiusMeters)))) return false
    this.#homeReplaced = true
    const view = overview(this.#frame, spheres)
    this.#rig.moveHome(view)
    this.#events.emit('view-replaced', view)
    return true
  }

  #contextLost(): void {
    this.#lost = true
    const sentence = 'the graphics context is lost (the driver restarted or the device slept); the picture comes back by itself'
    this.#events.emit('error', new TwinError('context-lost', sentence, {}))
    // Now, not when another context is there: what one made, another cannot delete, and the browser warns of each.
    this.#tilesets.reload()
    this.#sky.dispose()
    // Whatever is loaded, nothing is seen.
    this.#tellRefinement({ state: 'loading', share: 0 })
  }

  #contextRestored(moment: 'begin' | 'end'): void {
    this.#renderer.contextRestored(moment)
    if (moment === 'begin') return
    this.#picture.restore()
    this.#markers.restore()
    for (const labels of this.#labels) if (labels.live) labels.restore()
    this.#lost = false
    this.#events.emit('restored', {})
    this.#changed()
  }
}
