// A tile as 3d-tiles-renderer keeps it: our checked JSON, to which it adds its own state. Its published types leave these out.
import type { Material, Matrix4, Object3D, Sphere } from 'three'
import type { UpAxis } from '../../../tiles/matrix.ts'
import type { TileJson, TilesetJson } from '../../../tiles/tileset-json.ts'
import type { TileHold } from './tile-load.ts'

// `internal.loadingState` by 3d-tiles-renderer's constants.js, which its types leave out.
export const QUEUED = 1
export const LOADING = 2
export const LOADED = 4

export interface LiveTile extends Omit<TileJson, 'children'> {
  children: LiveTile[]
  parent: LiveTile | null
  /** Told by the tileset that it came with. */
  upAxis?: UpAxis
  /** Of a tileset's root: where that tileset came from. */
  tilesetUrl?: string
  /** As the file says; `geometricError` itself strictly falls, see falling-error.ts. */
  toldError?: number
  /** What the view is asked about. */
  judgedError?: number
  /** Roots of the tilesets that this tile's content turned out to be: children while it is loaded. */
  inside?: LiveTile[]
  /** What this tile holds on GPU and page. */
  hold?: TileHold
  /** What it was, while it is an empty place: it failed, and nobody stands in. */
  wasTold?: { hasContent: boolean; hasRenderableContent: boolean; hasUnrenderableContent: boolean }
  /** Its children, while it stands in for one that failed. */
  stashed?: LiveTile[]
  readonly internal: {
    hasContent: boolean
    hasRenderableContent: boolean
    hasUnrenderableContent: boolean
    loadingState: number
    basePath: string
  }
  readonly traversal?: {
    error: number
    used: boolean
    inFrustum: boolean
    visible: boolean
    lastFrameVisited: number
  }
  readonly engineData: {
    scene: Object3D | null
    metadata: object | null
    geometry: unknown[] | null
    materials: Material[] | null
    textures: unknown[] | null
    transform: Matrix4
    readonly boundingVolume: { getSphere(target: Sphere): void }
  }
}

/** A tileset inside a tile, or the outermost; `root` becomes live when it is processed. */
export type LiveTileset = Omit<TilesetJson, 'root'> & { readonly root: LiveTile }

export interface ViewError {
  inView: boolean
  error: number
  distanceFromCamera: number
}

/** What of the base class is called or replaced, beside its published types. */
export interface TilesBase {
  preprocessNode(tile: LiveTile, folder: string, parent: LiveTile | null): void
  disposeTile(tile: LiveTile): void
  calculateTileViewError(tile: LiveTile, target: ViewError): void
  update(): void
  requestTileContents(tile: LiveTile): Promise<void> | undefined
  readonly frameCount: number
  readonly stats: { queued: number; downloading: number; parsing: number; refused: number }
  readonly loadingTiles: Set<LiveTile>
  readonly rootLoadingState: number
  readonly cameraInfo: { position: import('three').Vector3 }[]
  readonly visibleTiles: Set<LiveTile>
  readonly processNodeQueue: { remove(tile: LiveTile): void }
  readonly lruCache: { readonly itemList: readonly LiveTile[]; isUsed(tile: LiveTile): boolean; remove(tile: LiveTile): boolean }
}
