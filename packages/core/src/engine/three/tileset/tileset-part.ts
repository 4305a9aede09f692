// What the three engine and its tilesets agree on. The engine makes one `Tilesets` per viewer, mounts each primitive into it,
// calls `update()` once before it may draw, and reads `refinement`. Nothing here is shared between two viewers but the decode pool.
import type { Intersection, Object3D, PerspectiveCamera, Raycaster, WebGLRenderer } from 'three'
import type { Origin } from '../../../document/document.ts'
import type { TwinError } from '../../../error/twin-error.ts'
import type { Vec3 } from '../../../geo/ellipsoid.ts'
import type { EngineEvents, MountedTileset, Refinement, TilesetPrimitive } from '../../contract.ts'

/** Colours of the mesh under a theme: factors about grey and black, 1 leaves a picture as it was taken. */
export interface MeshGrade {
  readonly saturation: number
  readonly brightness: number
}

/** How the mesh fades into the air with its distance along the view. */
export interface MeshHaze {
  /** sRGB, 0 to 1. */
  readonly color: readonly [number, number, number]
  /** Share of the haze infinitely far away; 0: none. */
  readonly most: number
  /** Nearer than this there is none. */
  readonly fromMeters: number
  /** From there on it takes 1 − 1/e of that share in so many metres. */
  readonly reachMeters: number
}

export interface SceneSphere {
  readonly center: Vec3
  readonly radiusMeters: number
}

export interface TilesetsPorts {
  /** Local ENU metres of the twin's origin, Z up: what the scene is in. `group` stands in it at its own origin, unturned. */
  readonly origin: Origin
  readonly camera: PerspectiveCamera
  readonly renderer: WebGLRenderer
  /** Every request passes here. It answers with a Response of any status or rejects; an abort of the signal rejects with AbortError. */
  readonly fetch: (url: string, init?: { readonly signal?: AbortSignal }) => Promise<Response>
  /** Asks for another frame: something came in that `update()` must see. Cheap; may be called many times a frame. */
  readonly invalidate: () => void
  readonly onError: (error: TwinError) => void
  readonly onPlaced: (placed: EngineEvents['placed']) => void
  /** Bytes that all tilesets of this viewer may hold, CPU and GPU together. Default 1 GiB. */
  readonly memoryBytes?: number
}

export interface Tilesets {
  /** Holds all tiles that are shown; the engine adds it to its scene. A three Raycaster meets the tiles through it. */
  readonly group: Object3D
  mount(primitive: TilesetPrimitive): MountedTileset
  /**
   * Chooses tiles for the camera as it stands now (its matrixWorld must be current), takes a frame's share of what was decoded to the
   * GPU, and says whether the picture changed since the last call. Call it in each frame that follows `invalidate()` or a move.
   */
  update(): boolean
  /** CSS px of the canvas; before the first `update()` and whenever it changes. */
  setSize(width: number, height: number): void
  /** The nearest point of the shown mesh, or null. The ray is in scene metres. */
  raycast(raycaster: Raycaster): Intersection | null
  readonly refinement: Refinement
  /** A sphere around each mounted tileset, scene metres; null until each has come or failed. */
  readonly spheres: readonly SceneSphere[] | null
  /** Takes effect with the next drawn frame. */
  setGrade(grade: MeshGrade): void
  /** For the next drawn frame, which it does not ask for: it goes with the camera. None until told. */
  setHaze(haze: MeshHaze): void
  /** The context is lost: drops what was on the GPU; the next `update()` begins to load it again. */
  reload(): void
  /** Aborts requests, closes images, disposes of textures, geometries and materials, and leaves the decode pool. */
  dispose(): void
}

export type CreateTilesets = (ports: TilesetsPorts) => Tilesets
