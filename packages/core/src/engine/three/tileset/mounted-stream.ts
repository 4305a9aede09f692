// One mounted tileset, from its URL to its place in the scene: fetches the outermost tileset.json, places it, streams it, says what went wrong
// once, and tries again what may heal by itself.
import type { DownloadPriorityQueue, LRUCache, PriorityQueue } from '3d-tiles-renderer/core'
import { type Intersection, Matrix4, type Object3D, type PerspectiveCamera, type Raycaster } from 'three'
import { TwinError, type TwinErrorCode } from '../../../error/twin-error.ts'
import { inFile } from '../../../tiles/fault.ts'
import { unpackGzip } from '../../../tiles/gzip.ts'
import { TILE_LIMITS } from '../../../tiles/limits.ts'
import { parseTilesetBytes, readTilesetJson } from '../../../tiles/tileset-json.ts'
import type { TilesetPrimitive } from '../../contract.ts'
import { isInPicture } from './in-picture.ts'
import { type LiveTile, type LiveTileset, LOADED } from './live-tile.ts'
import { type Placed, placeTileset } from './placement.ts'
import { type Cut, EMPTY_CUT, measureCut } from './refinement.ts'
import { StreamedTileset } from './streamed-tileset.ts'
import { type LoadPorts, placeOf } from './tile-load.ts'
import type { TilesetsPorts } from './tileset-part.ts'

export interface SharedPorts extends LoadPorts, Omit<TilesetsPorts, 'renderer' | 'fetch' | 'memoryBytes'> {
  readonly lruCache: LRUCache
  readonly downloadQueue: DownloadPriorityQueue
  readonly parseQueue: PriorityQueue
  readonly processNodeQueue: PriorityQueue
  /** For a tileset with a budget of its own. */
  readonly createCache: (memoryBytes: number) => LRUCache
}

/** What the network may heal: tried again after so long, doubling, each drawn from [half, whole]. net/ has given up some seconds before. */
const HEAL_MS = { first: 10_000, longest: 60_000 } as const
/** What is no file's own fault: told with the first file that meets it. */
const TOLD_ONCE: ReadonlySet<TwinErrorCode> = new Set(['ktx2-blocked', 'picture-refused', 'worker-lost'])
/** Screen-space error at which a tile is fine enough, CSS px. */
const DEFAULT_ERROR_TARGET_PX = 16

export class MountedStream {
  readonly #primitive: TilesetPrimitive
  readonly #parent: Object3D
  readonly #ports: SharedPorts
  readonly #control = new AbortController()
  readonly #told = new Set<string>()
  readonly #seenView = new Matrix4()
  #tiles: StreamedTileset | undefined
  #state: 'opening' | 'open' | 'missing' = 'opening'
  #dirty = true
  #changed = false
  #size: readonly [number, number] = [1, 1]
  #cut: Cut = { ...EMPTY_CUT, pending: 1 }
  /** Where it lies in the scene; null until it came. */
  #sphere: Placed['sphere'] | null = null
  #healMs: number = HEAL_MS.first
  #heal: ReturnType<typeof setTimeout> | undefined

  constructor(primitive: TilesetPrimitive, parent: Object3D, ports: SharedPorts) {
    this.#primitive = primitive
    this.#parent = parent
    this.#ports = ports
    void this.#open()
  }

  get cut(): Cut {
    return this.#cut
  }

  get sphere(): Placed['sphere'] | null {
    return this.#sphere
  }

  /** Its outermost file came, or will not come. */
  get isSettled(): boolean {
    return this.#state !== 'opening'
  }

  async #open(): Promise<void> {
    const { url, at, errorTargetPx, memoryBytes } = this.#primitive
    const { signal } = this.#control
    this.#state = 'opening'
    this.#cut = { ...EMPTY_CUT, pending: 1 }
    try {
      const href = new URL(url, document.baseURI).href
      const bytes = await unpackTileset(await this.#ports.fetchBytes(href, signal), placeOf(href))
      const tileset = readTilesetJson(parseTilesetBytes(bytes, placeOf(href)), placeOf(href)) as LiveTileset
      const placed = placeTileset(at, tileset.root, this.#ports.origin)
      signal.throwIfAborted()
      const tiles = new StreamedTileset(href, tileset, {
        ...this.#ports,
        invalidate: () => this.#wake(),
        onFailed: (error, where) => this.#failed(error, where),
        onNote: (note, where) => this.#note(note, where),
      })
      const { lruCache, downloadQueue, parseQueue, processNodeQueue, createCache } = this.#ports
      Object.assign(tiles, { downloadQueue, parseQueue, processNodeQueue })
      tiles.lruCache = memoryBytes === undefined ? lruCache : createCache(memoryBytes)
      tiles.errorTarget = errorTargetPx ?? DEFAULT_ERROR_TARGET_PX
      tiles.group.name = `tileset ${this.#primitive.id}`
      tiles.group.matrixAutoUpdate = false
      tiles.group.matrix.copy(placed.toScene)
      tiles.addEventListener('needs-update', () => this.#wake())
      tiles.addEventListener('tile-visibility-change', () => {
        this.#changed = true
      })
      this.#parent.add(tiles.group)
      tiles.group.updateMatrixWorld(true)
      tiles.setCamera(this.#ports.camera)
      tiles.setResolution(this.#ports.camera, ...this.#size)
      this.#tiles = tiles
      this.#state = 'open'
      this.#sphere = placed.sphere
      this.#ports.onPlaced({ tileset: this.#primitive.id, at: placed.at, movedMeters: placed.movedMeters })
      this.#wake()
    } catch (error) {
      if (signal.aborted) return
      this.#missing(error)
    }
  }

  /** The outermost tileset did not come: nothing stands, and the viewer says so. */
  #missing(error: unknown): void {
    const { id, url } = this.#primitive
    const told = error instanceof TwinError ? error : inFile(error, url)
    this.#state = 'missing'
    const heals = told.code === 'fetch-failed'
    this.#cut = { ...EMPTY_CUT, pending: heals ? 1 : 0, failed: 1 }
    const wrapped =
      told.code === 'tileset-invalid'
        ? told
        : new TwinError(
            'tileset-missing',
            `tileset ${id}: ${told.message}`,
            { ...told.details, tileset: id, cause: told.code },
            { cause: told },
          )
    this.#tell(wrapped, url)
    if (heals) this.#healLater()
    this.#ports.invalidate()
  }

  #failed(error: TwinError, url: string): void {
    const place = placeOf(url)
    // A refused or dead line fails every tile alike: told once, and again only after it healed.
    if (error.code === 'fetch-failed') {
      this.#tell(error, 'network')
      this.#healLater()
    } else if (error.code === 'fetch-gone') {
      // What is gone may lie beside the tile: a buffer, a subtree.
      const file = typeof error.details['where'] === 'string' ? error.details['where'] : place
      this.#tell(
        new TwinError('tile-missing', `${file}: is not there, so its parent stays; check that the capture was copied whole`, {
          ...error.details,
          file,
        }),
        file,
      )
    } else if (error.code === 'fetch-refused') {
      // By its reason: a name that is no address is one file's, and stays so; what a server refuses it refuses for all.
      this.#tell(error, error.details['reason'] === 'name' ? url : String(error.details['reason']))
    } else if (error.code === 'picture-missing' || error.code === 'picture-broken') {
      this.#tell(error, String(error.details['picture']))
    } else if (TOLD_ONCE.has(error.code)) {
      this.#tell(error, error.code)
      if (error.details['passes'] === true) this.#healLater()
    } else this.#tell(error, place)
  }

  #note(note: string, url: string): void {
    this.#tell(
      new TwinError(
        'tile-unsupported',
        `${placeOf(url)}: uses ${note}, which is shown plainly: its picture and colour without its own shaders`,
        { file: placeOf(url), shown: 'plainly' },
      ),
      note,
    )
  }

  #tell(error: TwinError, once: string): void {
    const key = `${error.code} ${once}`
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#ports.onError(error)
  }

  #healLater(): void {
    if (this.#heal !== undefined) return
    this.#heal = setTimeout(
      () => {
        this.#heal = undefined
        this.retry()
      },
      this.#healMs * (0.5 + Math.random() / 2),
    )
    this.#healMs = Math.min(this.#healMs * 2, HEAL_MS.longest)
  }

  #wake(): void {
    this.#dirty = true
    this.#ports.invalidate()
  }

  setSize(width: number, height: number): void {
    this.#size = [width, height]
    this.#tiles?.setResolution(this.#ports.camera, width, height)
    this.#wake()
  }

  /** Chooses tiles where something moved or came; true where the picture changed. */
  update(): boolean {
    const tiles = this.#tiles
    if (tiles === undefined) return false
    const view = viewOf(this.#ports.camera)
    if (!view.equals(this.#seenView)) {
      this.#seenView.copy(view)
      this.#dirty = true
    }
    if (this.#dirty) {
      this.#dirty = false
      tiles.update()
      this.#measure(tiles)
      // What was hidden or shown settles one traversal later: a parent leaves when its children were drawn once.
      if (this.#changed) this.#wake()
    }
    const changed = this.#changed
    this.#changed = false
    return changed
  }

  #measure(tiles: StreamedTileset): void {
    const { stats, frameCount, visibleTiles } = tiles.inner
    const root = tiles.root as unknown as LiveTile | null
    // Of a tileset that came, nothing is known until its tiles are read.
    const isRead = ({ children }: LiveTile) => children.every(({ traversal }) => traversal !== undefined)
    const isDrawn = (tile: LiveTile) =>
      visibleTiles.has(tile) || (tile.internal.loadingState === LOADED && tile.hold === undefined && isRead(tile))
    const pending = root === null ? 1 : stats.queued + stats.downloading + stats.parsing + (this.#heal === undefined ? 0 : 1)
    const isMet = ({ hold }: LiveTile) => hold !== undefined && isInPicture(hold.group, this.#seenView)
    const measured = root === null ? EMPTY_CUT : measureCut(root, frameCount, isDrawn, (tile) => tiles.hasFailed(tile), isMet)
    this.#cut = { ...measured, pending, refused: stats.refused }
    if (pending === 0 && stats.refused > 0 && tiles.letParentsIn()) this.#wake()
    if (pending === 0 && tiles.failed === 0) this.#healed()
  }

  #healed(): void {
    this.#healMs = HEAL_MS.first
    this.#told.delete('fetch-failed network')
    for (const key of this.#told) if (key.startsWith('fetch-refused ')) this.#told.delete(key)
    this.#told.delete('worker-lost worker-lost')
  }

  retry(): void {
    if (this.#state === 'missing') void this.#open()
    else this.#tiles?.retry()
    this.#wake()
  }

  reload(): void {
    this.#tiles?.drop()
    this.#wake()
  }

  raycast(raycaster: Raycaster): Intersection | null {
    const tiles = this.#tiles
    if (tiles === undefined) return null
    const once = raycaster as Raycaster & { firstHitOnly?: boolean }
    const before = once.firstHitOnly
    once.firstHitOnly = true
    const hits = raycaster.intersectObject(tiles.group, false)
    once.firstHitOnly = before ?? false
    return hits[0] ?? null
  }

  dispose(): void {
    this.#control.abort()
    clearTimeout(this.#heal)
    this.#tiles?.dispose()
    this.#tiles = undefined
    this.#cut = EMPTY_CUT
  }
}

/** A tileset.json that is a gzip itself; one that breaks off is no tileset. */
async function unpackTileset(bytes: ArrayBuffer, file: string): Promise<Uint8Array> {
  try {
    return await unpackGzip(new Uint8Array(bytes), TILE_LIMITS.jsonBytes)
  } catch (error) {
    if (!(error instanceof TwinError)) throw error
    throw new TwinError('tileset-invalid', `${file}: ${error.message}; write this file anew`, { file }, { cause: error })
  }
}

const view = new Matrix4()
const viewOf = ({ projectionMatrix, matrixWorld }: PerspectiveCamera): Matrix4 =>
  view.copy(matrixWorld).invert().premultiply(projectionMatrix)
