// The engine contract: nouns, not verbs. An engine draws plain data; each variant of a primitive is one file per engine.
import type { Origin } from '../document/document.ts'
import type { TwinError } from '../error/twin-error.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { Clock } from '../live/clock.ts'
import type { Handle, Patch } from '../live/layout.ts'
import type { CoveredBox, LabelShown, PickCandidate, ViewState } from '../worker/messages.ts'

/** Where the camera is and looks. Heading clockwise from true north; pitch 0 is level, −90 straight down. */
export interface View {
  readonly longitude: number
  readonly latitude: number
  readonly heightEllipsoidalMeters: number
  readonly headingDeg: number
  readonly pitchDeg: number
}

/** A place to look at, seen from `rangeMeters` away; heading and pitch stay where absent. */
export interface Target {
  readonly longitude: number
  readonly latitude: number
  readonly heightEllipsoidalMeters: number
  readonly rangeMeters?: number
  readonly headingDeg?: number
  readonly pitchDeg?: number
}

export interface TilesetPrimitive {
  readonly type: 'tileset'
  readonly id: string
  readonly url: string
  /** `origin`: local metres, Z up, set at the twin's origin. `auto`: ECEF where its root volume lies within 100 km of the ellipsoid, else as `origin`. */
  readonly at: 'ecef' | 'origin' | 'auto'
  readonly memoryBytes?: number
  readonly errorTargetPx?: number
}

/** The markers of one layer. They arrive by {@link MountedMarkers.patch}. */
export interface MarkersPrimitive {
  readonly type: 'markers'
  readonly layer: string
  readonly kind: AnyKind
  /** Further than this along the view a marker at rest, that is not selected, is a dot. Default: none is. */
  readonly dotBeyondMeters?: number
}

/** Chips beside markers; replaced as a whole. */
export interface LabelsPrimitive {
  readonly type: 'labels'
}

export type Primitive = TilesetPrimitive | MarkersPrimitive | LabelsPrimitive

export interface Mounted {
  dispose(): void
}
export interface MountedMarkers extends Mounted {
  /** Uploads the bytes as they are and keeps none; the answer is the buffer to recycle. */
  patch(patch: Patch): ArrayBuffer
  /** Hidden, it still draws what has an alarm: no filter of a view may hide one. */
  setVisible(visible: boolean): void
}
export interface MountedLabels extends Mounted {
  set(labels: readonly LabelShown[]): void
}
export interface MountedTileset extends Mounted {
  /** Loads again what failed. */
  retry(): void
}

export type Effect =
  /** White corners around one marker; null: none. */
  | { readonly type: 'select'; readonly handle: Handle | null }
  /** Colours of mesh, sky and chips. */
  | { readonly type: 'theme'; readonly theme: 'light' | 'dark' }
  /** Marks, chips and what keeps room for them are so many times as large as designed: a big screen is read from afar. Default 1. */
  | { readonly type: 'mark-scale'; readonly factor: number }
  | { readonly type: 'reduced-motion'; readonly on: boolean }

/**
 * How far the picture is from final. `complete`: all that the view meets is drawn at its error. `starved`: the memory budget holds
 * refinement back. `partial`: something that the view meets failed, and stands coarser or not at all. `empty`: the view meets none
 * of the mounted tilesets.
 */
export interface Refinement {
  readonly state: 'complete' | 'loading' | 'starved' | 'partial' | 'empty'
  /** Tiles that are drawn as fine as asked, of those asked, 0 to 1. */
  readonly share: number
}

export interface EngineEvents {
  refinement: Refinement
  /** The view moved; at most once per drawn frame. */
  view: View
  /** Not the end: the viewer stays usable. `tileset-missing`, `tile-corrupt`, `tile-missing`, `context-lost`… */
  error: TwinError
  /** After a lost context: every layer must be patched anew. */
  restored: Record<string, never>
  /** A word for people: how a tileset was placed; `movedMeters`: so far it was brought to the origin, where its own numbers lay far off. */
  placed: { readonly tileset: string; readonly at: 'ecef' | 'origin'; readonly movedMeters: number }
  /** The view that the engine began with met nothing of the mounted tilesets, so this one took its place. */
  'view-replaced': View
}

/** A point on the mesh. */
export interface MeshHit {
  readonly enu: readonly [number, number, number]
  /** WGS84. */
  readonly location: readonly [longitudeDeg: number, latitudeDeg: number, heightEllipsoidalMeters: number]
  readonly distanceMeters: number
}

/** What is under a point of the picture: the marker first, else the mesh, else nothing. */
export interface Pick {
  readonly handle: Handle | null
  readonly mesh: MeshHit | null
}

/** When the map takes a gesture and when the page around it does. */
export interface Gestures {
  /** `page`: wheel and one finger scroll the page; Ctrl + wheel and two fingers move the map. `map`: all move the map. */
  readonly wheelAndOneFinger: 'page' | 'map'
}

/** A camera that goes with a thing. */
export interface Leash {
  /** As that of a flight. */
  readonly arrived: Promise<boolean>
  /** False once a gesture, or any other move of the camera, took it away from the thing. */
  readonly holds: boolean
  /** The thing is elsewhere now: the camera goes there with it, as long as it holds. */
  moved(to: Target): void
  end(): void
}

export interface EngineView {
  /** Where the camera is now. */
  readonly current: View
  /** The same for the worker; in px of the size that marks are designed for, so on a scale of 2 half as many as CSS px. */
  readonly state: ViewState
  /**
   * A {@link View} is taken exactly; a {@link Target} comes to the middle of what panels leave free. Ends when it arrives, or
   * false when a gesture or another flight cut it short. 0 ms: a cut.
   */
  flyTo(to: View | Target, options?: { readonly durationMs?: number }): Promise<boolean>
  /**
   * Flies to a thing, to where it is seen from its range: steeper than asked where a house stands between. From then on it goes with the
   * thing, and keeps it in the picture when finer mesh lifts the camera. 0 ms: cuts.
   */
  follow(to: Target & { readonly rangeMeters: number }, options?: { readonly durationMs?: number }): Leash
  /** Flies to a marker's place unless it is seen already: in the picture, and under no panel. */
  reveal(to: Target, options?: { readonly durationMs?: number }): Promise<boolean>
  /** Factor below 1 comes nearer, about the middle of what panels leave free. Default 0 ms: a cut. */
  zoomBy(factor: number, options?: { readonly durationMs?: number }): Promise<boolean>
  /** CSS px of picture. */
  panBy(dx: number, dy: number): void
  /** Degrees about the point in the middle of what panels leave free. */
  orbitBy(headingDeg: number, pitchDeg: number): void
  /** Turns about the same point until north is up. */
  faceNorth(options?: { readonly durationMs?: number }): Promise<boolean>
  /** Flies to where the twin began, or to the view that took its place because it met nothing. */
  goHome(options?: { readonly durationMs?: number }): Promise<boolean>
  /** What panels of the page cover now: labels keep out from under them, flights to a target end beside them. Nothing moves by it. */
  setCovered(boxes: readonly CoveredBox[]): void
  setGestures(gestures: Gestures): void
  /** Where an ENU point is drawn, CSS px; null behind the camera. */
  project(enu: readonly [number, number, number]): { readonly x: number; readonly y: number } | null
  /** Ground metres per CSS px in the middle of the picture, for the scale bar; null where no ground is met. */
  readonly metersPerPx: number | null
}

export interface Engine {
  readonly capabilities: {
    readonly primitives: readonly Primitive['type'][]
    readonly effects: readonly Effect['type'][]
    readonly webgl: boolean
  }
  mount(primitive: TilesetPrimitive): MountedTileset
  mount(primitive: MarkersPrimitive): MountedMarkers
  mount(primitive: LabelsPrimitive): MountedLabels
  apply(effect: Effect): void
  readonly view: EngineView
  setClock(clock: Clock): void
  /** CSS px from the left top of the canvas. */
  pick(x: number, y: number): Promise<Pick>
  /** The picture as PNG. */
  capture(): Promise<Blob>
  on<K extends keyof EngineEvents>(type: K, listener: (event: EngineEvents[K]) => void): () => void
  /** Releases every buffer, texture, program, framebuffer, worker, listener and image. */
  dispose(): void
}

export interface EngineOptions {
  /** The canvas is made inside and fills it. */
  readonly container: HTMLElement
  readonly origin: Origin
  readonly clock: Clock
  readonly view: View
  readonly theme: 'light' | 'dark'
  /** Candidates from the worker's grid; the engine tests which the mesh hides. */
  readonly pickMarkers: (x: number, y: number, view: ViewState, tMs: number) => Promise<readonly PickCandidate[]>
  /** Every request of tiles and images passes here: origins, tokens and retries are decided in net/. */
  readonly fetch: (url: string, init?: { readonly signal?: AbortSignal }) => Promise<Response>
}
export type CreateEngine = (options: EngineOptions) => Engine
