// The camera as gestures move it. Flow: input/ (pointer, wheel, keys) and EngineView -> **rig** -> engine, which draws.
// It knows no DOM, no clock and no mesh: what it must know of them comes in by RigPorts; so the null engine has it too.
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { type EnuFrame, enuToGeodetic, geodeticToEnu } from '../../geo/enu.ts'
import type { CoveredBox, ViewState } from '../../worker/messages.ts'
import type { Leash, Target, View } from '../contract.ts'
import { ease, flightMs, onFlight, SHORTEST_FLIGHT_MS, turn } from './flight.ts'
import { freePart, isMarkerFree } from './free-part.ts'
import { freeSight } from './free-sight.ts'
import { freeHeight } from './ground.ts'
import { type Hold, holdAtDistance, holdAtHeight, meetHeight } from './hold.ts'
import { axesOf, type Lens, localAxes, type Pose, poseToView, projectPoint, rayThrough, viewStateOf, viewToPose } from './pose.ts'
import { along, distance } from './vector.ts'

export interface RigPorts {
  readonly frame: EnuFrame
  /** Metres along a ray to the mesh; null where it meets none. */
  readonly meetMesh: (eye: Vec3, ray: Vec3) => number | null
  /** Heights above the plane of the origin's frame where the vertical through a place meets the mesh, metres, any order. */
  readonly meshHeights: (enu: Vec3) => readonly number[]
  /** Something moved: draw. */
  readonly moved: () => void
}

/** What a gesture took hold of. */
export interface Grab {
  readonly anchor: Vec3
  /** Camera at the begin of the gesture. */
  readonly pose: Pose
  /** Pixel of the anchor then, CSS px. */
  readonly x: number
  readonly y: number
}

const RADIANS = Math.PI / 180
const FOV_Y_RAD = 45 * RADIANS
/** Who looks at the sky would not see a target on the ground from above. */
const LEAST_LOOK_DOWN = -15 * RADIANS
const LOWEST_PITCH = -Math.PI / 2
/** A little sky over the horizon is useful under tall houses; more is nothing to look at. */
const HIGHEST_PITCH = 25 * RADIANS
/** Nearer than this to a surface its texture is mud. */
const NEAREST_METERS = 3
/** Higher than this a village is a dot. */
export const HIGHEST_METERS = 60_000
/** Further than this from the origin float32 in the tiles' own matrices begins to show. */
export const FARTHEST_METERS = 150_000

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

const scaled = (boxes: readonly CoveredBox[], by: number): readonly CoveredBox[] =>
  by === 1 ? boxes : boxes.map(({ x, y, width, height }) => ({ x: x * by, y: y * by, width: width * by, height: height * by }))

interface FlightOptions {
  readonly durationMs?: number
}

/** A thing that moved is followed in so long, ms: as long as its marker glides. */
const FOLLOW_MS = 1000
/** A thing that is drawn further than this from where it was asked for, px, was lost on the way. */
const LOST_PX = 24

/** What the camera goes with. */
interface Followed {
  readonly anchor: Vec3
  readonly rangeMeters: number
  /** 0: by cuts. */
  readonly durationMs: number
}

interface Flight {
  /** Where the camera is at a share of the time, 0 to 1. */
  readonly at: (share: number) => Pose
  readonly durationMs: number
  /** Set by the first frame, so that a slow frame before it costs nothing of the flight. */
  beganMs: number | null
  /** When the last frame of it was drawn. */
  drawnMs: number | null
  readonly done: (arrived: boolean) => void
}

export class Rig {
  readonly #ports: RigPorts
  #pose: Pose
  #lens: Lens = { fovYRad: FOV_Y_RAD, width: 1, height: 1 }
  #flight: Flight | null = null
  /** What a {@link Leash} holds on to; replaced when the thing moves, null once anything else moves the camera. */
  #followed: Followed | null = null
  /** Ellipsoidal height of the ground that was last met; where no mesh is, it is the guess. */
  #groundMeters: number
  /** Before any mesh was met the guess holds nobody up: an origin may lie above its own village. */
  #groundMet = false
  /** The flight under way looks again for what it lost. */
  #again = false
  #home: Pose
  #covered: readonly CoveredBox[] = []
  #markScale = 1
  /** The same in the px that markers are designed in. */
  #coveredMarks: readonly CoveredBox[] = []
  /** Middle of what panels leave free, CSS px. */
  #middle: readonly [number, number] = [0.5, 0.5]

  constructor(view: View, ports: RigPorts) {
    this.#ports = ports
    this.#pose = this.#home = viewToPose(ports.frame, view)
    this.#groundMeters = ports.frame.origin.heightEllipsoidalMeters
  }

  get pose(): Pose {
    return this.#pose
  }
  get lens(): Lens {
    return this.#lens
  }
  get view(): View {
    return poseToView(this.#ports.frame, this.#pose)
  }
  get state(): ViewState {
    const by = 1 / this.#markScale
    const { width, height, ...rest } = viewStateOf(this.#ports.frame, this.#pose, this.#lens)
    return { ...rest, width: width * by, height: height * by, covered: this.#coveredMarks }
  }
  get flying(): boolean {
    return this.#flight !== null
  }
  get groundMeters(): number {
    return this.#groundMeters
  }

  setSize(width: number, height: number): void {
    this.#lens = { fovYRad: FOV_Y_RAD, width: Math.max(1, width), height: Math.max(1, height) }
    this.setCovered(this.#covered)
  }

  /** Markers are drawn so many times as large as designed. */
  setMarkScale(factor: number): void {
    this.#markScale = factor
    this.#coveredMarks = scaled(this.#covered, 1 / factor)
  }

  setCovered(boxes: readonly CoveredBox[]): void {
    this.#covered = boxes
    this.#coveredMarks = scaled(boxes, 1 / this.#markScale)
    const { x, y, width, height } = freePart(this.#lens.width, this.#lens.height, boxes)
    this.#middle = [x + width / 2, y + height / 2]
  }

  project(enu: Vec3): { readonly x: number; readonly y: number } | null {
    return projectPoint(axesOf(this.#ports.frame, this.#pose), this.#pose.enu, this.#lens, enu)
  }

  ray(x: number, y: number): Vec3 {
    return rayThrough(axesOf(this.#ports.frame, this.#pose), this.#lens, x, y)
  }

  /** Metres from the eye to what is under a pixel: the mesh, else the guessed ground; null in the sky. */
  distanceAt(x: number, y: number): number | null {
    const ray = this.ray(x, y)
    const mesh = this.#ports.meetMesh(this.#pose.enu, ray)
    if (mesh !== null) return mesh
    const ground = meetHeight(this.#ports.frame, this.#pose.enu, ray, this.#groundMeters)
    return ground !== null && ground < 2 * FARTHEST_METERS ? ground : null
  }

  /** Takes hold of what is under a pixel; of the sky: of a point as far as the ground below is, at least 20 m. */
  grab(x: number, y: number): Grab {
    const reach = this.distanceAt(x, y) ?? Math.max(20, this.#above() * 2)
    return { anchor: along(this.#pose.enu, this.ray(x, y), reach), pose: this.#pose, x, y }
  }

  /** The grabbed point follows the pointer at an equal height of the camera. Over the horizon it stays. */
  pan(grab: Grab, x: number, y: number): void {
    const { frame } = this.#ports
    const hold: Hold = { anchor: grab.anchor, x, y, headingRad: this.#pose.headingRad, pitchRad: this.#pose.pitchRad }
    const height = enuToGeodetic(frame, this.#pose.enu).heightEllipsoidalMeters
    const anchorHeight = enuToGeodetic(frame, grab.anchor).heightEllipsoidalMeters
    const pose =
      anchorHeight < height - 1
        ? holdAtHeight(frame, this.#lens, this.#pose.enu, hold, height)
        : // A wall at eye level, or the sky: slide sideways at an equal distance.
          holdAtDistance(frame, this.#lens, this.#pose.enu, hold, distance(this.#pose.enu, grab.anchor))
    const reach = distance(grab.pose.enu, grab.anchor)
    // Near the horizon one px is a kilometre: a step of more than the way to the anchor is not what a hand meant.
    if (pose === null || distance(pose.enu, this.#pose.enu) > Math.max(50, 4 * reach)) return
    this.#gesture(pose)
  }

  /** Turns about the grabbed point, which stays at its pixel. Angles count from the begin of the gesture. */
  orbit(grab: Grab, headingRad: number, pitchRad: number): void {
    this.pinch(grab, { x: grab.x, y: grab.y, factor: 1, headingRad, pitchRad })
  }

  /** Two fingers: the grabbed point goes to a pixel, `factor` times as far as it was; angles count from the begin. */
  pinch(
    grab: Grab,
    { x, y, factor, headingRad = 0, pitchRad = 0 }: { x: number; y: number; factor: number; headingRad?: number; pitchRad?: number },
  ): void {
    const { pose } = grab
    const pitch = clamp(pose.pitchRad + pitchRad, LOWEST_PITCH, HIGHEST_PITCH)
    this.#gesture(this.#held({ ...grab, x, y }, { headingRad: pose.headingRad + headingRad, pitchRad: pitch }, factor))
  }

  /** Comes nearer (factor < 1) to what is under a pixel, which stays there. */
  zoomAt(x: number, y: number, factor: number): void {
    this.pinch(this.grab(x, y), { x, y, factor })
  }

  /** Comes nearer (factor < 1) to what is in the middle. */
  zoomBy(factor: number, { durationMs = 0 }: FlightOptions = {}): Promise<boolean> {
    const grab = this.grab(...this.#middle)
    const { headingRad, pitchRad } = grab.pose
    return this.#start((share) => this.#held(grab, { headingRad, pitchRad }, factor ** ease(share)), durationMs)
  }

  panBy(dx: number, dy: number): void {
    const [x, y] = this.#middle
    this.pan(this.grab(x, y), x + dx, y + dy)
  }

  orbitBy(headingRad: number, pitchRad: number): void {
    this.orbit(this.grab(...this.#middle), headingRad, pitchRad)
  }

  /** North is up again, on an arc about what is in the middle. */
  faceNorth({ durationMs = SHORTEST_FLIGHT_MS }: FlightOptions = {}): Promise<boolean> {
    const grab = this.grab(...this.#middle)
    const { headingRad, pitchRad } = grab.pose
    const off = turn(0, headingRad)
    return this.#start((share) => this.#held(grab, { headingRad: off * (1 - ease(share)), pitchRad }, 1), durationMs)
  }

  /** The camera stands where home is, whatever lifted it over the ground. */
  get isAtHome(): boolean {
    const { enu, headingRad, pitchRad } = this.#home
    const away = Math.hypot(enu[0] - this.#pose.enu[0], enu[1] - this.#pose.enu[1])
    return away < 1 && Math.abs(turn(headingRad, this.#pose.headingRad)) < 1e-6 && Math.abs(pitchRad - this.#pose.pitchRad) < 1e-6
  }

  /** Another home, and the camera there. */
  moveHome(view: View): void {
    this.#home = viewToPose(this.#ports.frame, view)
    this.#gesture(this.#home)
  }

  goHome(options?: FlightOptions): Promise<boolean> {
    return this.#fly(this.#home, options?.durationMs)
  }

  /** Ends when it arrives, or false when a gesture or another flight cut it short. */
  flyTo(to: View | Target, options?: FlightOptions): Promise<boolean> {
    return this.#fly(this.#poseOf(to), options?.durationMs)
  }

  /** Flies to a marker's place that is not seen whole; what was in the picture keeps its distance. */
  reveal(to: Target, options?: FlightOptions): Promise<boolean> {
    const enu = geodeticToEnu(this.#ports.frame, to)
    const { width, height } = this.#lens
    const at = this.project(enu)
    const by = 1 / this.#markScale
    if (at !== null && isMarkerFree({ x: at.x * by, y: at.y * by }, width * by, height * by, this.#coveredMarks))
      return Promise.resolve(true)
    const isShown = at !== null && at.x >= 0 && at.x <= width && at.y >= 0 && at.y <= height
    return this.flyTo(isShown ? { rangeMeters: distance(this.#pose.enu, enu), ...to } : to, options)
  }

  /** Flies to where a thing is seen from its range, and goes with it until anything else moves the camera. */
  follow(to: Target & { readonly rangeMeters: number }, { durationMs }: FlightOptions = {}): Leash {
    const anchorOf = (target: Target): Vec3 => geodeticToEnu(this.#ports.frame, target)
    const paced = (ms: number) => (durationMs === 0 ? 0 : ms)
    let mine: Followed = { anchor: anchorOf(to), rangeMeters: to.rangeMeters, durationMs: paced(FOLLOW_MS) }
    const arrived = this.#goAfter(mine, durationMs, to)
    const rig = this
    return {
      arrived,
      get holds() {
        return rig.#followed === mine
      },
      moved: (target) => {
        if (this.#followed !== mine) return
        mine = { ...mine, anchor: anchorOf(target) }
        void this.#goAfter(mine, mine.durationMs)
      },
      end: () => {
        if (this.#followed === mine) this.#followed = null
      },
    }
  }

  /** Moves a flight on; to be called before each drawn frame. True: another frame is needed. */
  tick(nowMs: number): boolean {
    const flight = this.#flight
    if (flight === null) return false
    flight.beganMs ??= nowMs
    flight.drawnMs = nowMs
    const share = Math.min(1, (nowMs - flight.beganMs) / flight.durationMs)
    this.#set(flight.at(share))
    if (share < 1) return true
    this.#flight = null
    flight.done(true)
    return !this.#again && this.#keepInSight()
  }

  /** Lifts the camera where the mesh came up to it: new tiles may be higher than those that a gesture met. */
  settle(): void {
    const before = this.#pose
    this.#set(before)
    if (this.#pose.enu[2] === before.enu[2]) return
    this.#ports.moved()
    if (this.#flight === null) this.#keepInSight()
  }

  /** Ends a flight under way. */
  stop(): void {
    const flight = this.#flight
    this.#flight = null
    flight?.done(false)
  }

  #goAfter(followed: Followed, durationMs: number | undefined, { headingDeg, pitchDeg }: Partial<Target> = {}): Promise<boolean> {
    const [x, y] = this.#middle
    const { headingRad, pitchRad } = this.#pose
    const pose = freeSight(this.#ports, this.#lens, this.#pose.enu, {
      ...followed,
      x,
      y,
      headingRad: headingDeg === undefined ? headingRad : headingDeg * RADIANS,
      pitchRad: pitchDeg === undefined ? Math.min(pitchRad, LEAST_LOOK_DOWN) : pitchDeg * RADIANS,
    })
    const arrived = this.#fly(pose, durationMs)
    this.#followed = followed
    this.#again = false
    return arrived
  }

  /**
   * The mesh that a flight met is finer than the one it was planned by, and may have lifted the camera away from what it goes with:
   * it looks again, once after each flight. True: another frame is needed.
   */
  #keepInSight(): boolean {
    const followed = this.#followed
    if (followed === null) return false
    const at = this.project(followed.anchor)
    const [x, y] = this.#middle
    if (at !== null && Math.hypot(at.x - x, at.y - y) < LOST_PX) return false
    void this.#goAfter(followed, followed.durationMs === 0 ? 0 : SHORTEST_FLIGHT_MS)
    this.#again = true
    return this.#flight !== null
  }

  /** Camera above the guessed ground, metres. */
  #above(): number {
    return enuToGeodetic(this.#ports.frame, this.#pose.enu).heightEllipsoidalMeters - this.#groundMeters
  }

  /** A {@link View} has both angles and no range; all else is a target. */
  #poseOf(to: View | Target): Pose {
    const { frame } = this.#ports
    const range = 'rangeMeters' in to ? to.rangeMeters : undefined
    if (range === undefined && to.headingDeg !== undefined && to.pitchDeg !== undefined) return viewToPose(frame, to as View)
    const anchor = geodeticToEnu(frame, to)
    const [x, y] = this.#middle
    const headingRad = to.headingDeg === undefined ? this.#pose.headingRad : to.headingDeg * RADIANS
    const pitchRad = to.pitchDeg === undefined ? Math.min(this.#pose.pitchRad, LEAST_LOOK_DOWN) : to.pitchDeg * RADIANS
    const reach = range ?? clamp(this.distanceAt(x, y) ?? 200, 30, 2_000)
    return holdAtDistance(frame, this.#lens, anchor, { anchor, x, y, headingRad, pitchRad }, reach)
  }

  /** The camera `factor` times as far from a grabbed point as it was, which is shown at its pixel. */
  #held({ anchor, pose, x, y }: Grab, angles: Pick<Hold, 'headingRad' | 'pitchRad'>, factor: number): Pose {
    const began = distance(pose.enu, anchor)
    const reach = Math.max(Math.min(began, NEAREST_METERS), began * factor)
    return holdAtDistance(this.#ports.frame, this.#lens, this.#pose.enu, { ...angles, anchor, x, y }, reach)
  }

  #fly(to: Pose, durationMs: number = flightMs(this.#ports.frame, this.#pose, to)): Promise<boolean> {
    const from = this.#pose
    return this.#start((share) => onFlight(this.#ports.frame, from, to, share), durationMs)
  }

  #start(at: Flight['at'], durationMs: number): Promise<boolean> {
    if (durationMs <= 0) {
      this.#gesture(at(1))
      return Promise.resolve(true)
    }
    // A flight that takes over counts from the last frame of the other: aims that change faster than frames are drawn would else hold
    // the camera still.
    const beganMs = this.#flight?.drawnMs ?? null
    this.stop()
    this.#followed = null
    return new Promise((done) => {
      this.#flight = { at, durationMs, beganMs, drawnMs: beganMs, done }
      this.#ports.moved()
    })
  }

  #gesture(pose: Pose): void {
    this.stop()
    this.#followed = null
    this.#set(pose)
    this.#ports.moved()
  }

  /**
   * The one place where the pose changes: inside the limits, and never under the ground. The way home is gone first, and
   * then the camera is lifted or lowered in the column in which the mesh was asked: along the local up, which leans
   * outwards, a lift by 85 km would carry it 2 km past the limit again.
   */
  #set(pose: Pose): void {
    const { frame } = this.#ports
    const [e, n, u] = pose.enu
    // Calls are checked before they come here; whatever else goes wrong, a camera that is nowhere would stay there for good.
    if (![e, n, u, pose.headingRad, pose.pitchRad].every(Number.isFinite)) return
    const away = Math.hypot(e, n)
    const home = away > FARTHEST_METERS ? FARTHEST_METERS / away : 1
    let enu: Vec3 = home === 1 ? pose.enu : [e * home, n * home, u]
    const heights = this.#ports.meshHeights(enu)
    if (heights.length > 0) {
      this.#groundMeters = this.#ellipsoidal(enu, Math.min(...heights))
      this.#groundMet = true
    }
    const { heightEllipsoidalMeters: camera } = enuToGeodetic(frame, enu)
    const met = heights.map((height) => this.#ellipsoidal(enu, height))
    const free = Math.min(freeHeight(camera, met, this.#groundMet ? this.#groundMeters : -Infinity), this.#groundMeters + HIGHEST_METERS)
    if (free !== camera) enu = this.#atHeight(enu, free)
    this.#pose = {
      enu,
      headingRad: turn(0, pose.headingRad),
      pitchRad: clamp(pose.pitchRad, LOWEST_PITCH, HIGHEST_PITCH),
    }
  }

  /** The point of a column of the frame at an ellipsoidal height, by Newton from the plane of the origin: two rounds reach 3 nm at both limits. */
  #atHeight([e, n]: Vec3, heightEllipsoidalMeters: number): Vec3 {
    const { frame } = this.#ports
    let enu: Vec3 = [e, n, 0]
    for (let i = 0; i < 2; i++) {
      const off = heightEllipsoidalMeters - enuToGeodetic(frame, enu).heightEllipsoidalMeters
      enu = [e, n, enu[2] + off / localAxes(frame, enu).up[2]]
    }
    return enu
  }

  #ellipsoidal([e, n]: Vec3, up: number): number {
    return enuToGeodetic(this.#ports.frame, [e, n, up]).heightEllipsoidalMeters
  }
}
