// Tile flow: camera -> **streamed-tileset** -> fetch, decode, draw. 3d-tiles-renderer owns traversal, queues and cache; this gives it what it
// lacks: the house's fetch and decoders, several contents of a tile, implicit trees, request volumes, types told by content, errors that fall,
// parents that stand in for what failed, and silence on the console. A load that fails never rejects into the base class: it ends here, as an
// event.
import { TilesRenderer } from '3d-tiles-renderer/three'
import type { Matrix4, Vector3 } from 'three'
import { TwinError } from '../../../error/twin-error.ts'
import { inFile } from '../../../tiles/fault.ts'
import { unpackGzip } from '../../../tiles/gzip.ts'
import type { UpAxis } from '../../../tiles/matrix.ts'
import { readSubtree } from '../../../tiles/subtree.ts'
import { addressOf, beside, tilesetOf } from './address.ts'
import { readContent } from './content-type.ts'
import { placeError, placeErrorsBelow } from './falling-error.ts'
import { type LiveTile, type LiveTileset, LOADED, LOADING, QUEUED, type TilesBase, type ViewError } from './live-tile.ts'
import { nestingFault } from './nesting.ts'
import { isInside } from './request-volume.ts'
import { isShutOut } from './shut-out.ts'
import { type LoadPorts, loadTile, mayComeYet, placeOf, type TileHold } from './tile-load.ts'

export interface StreamPorts extends LoadPorts {
  readonly invalidate: () => void
  /** Each tile's failure, once; the set of what failed changed. */
  readonly onFailed: (error: TwinError, url: string) => void
  readonly onNote: (note: string, url: string) => void
}

/** A load that ended badly, on its way through the base class, which would print and forget it. */
class Failure {
  readonly error: unknown
  constructor(error: unknown) {
    this.error = error
  }
}

const base = TilesRenderer.prototype as unknown as TilesBase

export class StreamedTileset extends TilesRenderer {
  readonly #ports: StreamPorts
  readonly #url: string
  readonly #tileset: LiveTileset
  readonly #upAxis: UpAxis
  /** Tiles that failed, to be tried again; and whoever stands in for them. */
  readonly #failed = new Set<LiveTile>()
  readonly #standIns = new Set<LiveTile>()
  /** Tiles that are not tried again: they name what cannot be nested so. */
  readonly #refused = new WeakSet<LiveTile>()
  /** Tiles that stand without a picture that may come yet. */
  readonly #plain = new Set<LiveTile>()
  /** The cache was too small for children beside their parents: from then on a parent comes first. */
  #parentsFirst = false

  /** `tileset` is checked already: a tileset that is missing never gets here. */
  constructor(url: string, tileset: LiveTileset, ports: StreamPorts) {
    super(url)
    this.#ports = ports
    this.#url = url
    this.#tileset = tileset
    this.#upAxis = tileset.upAxis ?? 'Y'
  }

  get failed(): number {
    return this.#failed.size + this.#plain.size
  }

  /** `lacking`: it failed, and nothing stands there; `coarser`: it stands in for one that did. */
  hasFailed(tile: LiveTile): 'lacking' | 'coarser' | null {
    if (this.#failed.has(tile) || this.#refused.has(tile)) return 'lacking'
    return this.#standIns.has(tile) ? 'coarser' : null
  }

  get inner(): TilesBase {
    return this as unknown as TilesBase
  }

  /** Tries again what failed. */
  retry(): void {
    const tiles = [...this.#failed, ...this.#standIns]
    this.#failed.clear()
    for (const tile of [...this.#plain]) this.inner.lruCache.remove(tile)
    for (const standIn of this.#standIns) {
      standIn.children = standIn.stashed ?? standIn.children
      delete standIn.stashed
    }
    this.#standIns.clear()
    for (const tile of tiles) {
      if (tile.hold === undefined) this.inner.lruCache.remove(tile)
      if (tile.wasTold === undefined) continue
      Object.assign(tile.internal, tile.wasTold)
      delete tile.wasTold
      placeErrorsBelow(tile)
    }
    this.#ports.invalidate()
  }

  /** Drops every tile; the next `update` begins to load anew. */
  drop(): void {
    const all: LiveTile[] = []
    const walk = (tile: LiveTile): void => {
      all.push(tile)
      for (const child of [...tile.children, ...(tile.stashed ?? [])]) walk(child)
    }
    if (this.root !== null) walk(this.root as unknown as LiveTile)
    for (const tile of all.reverse()) this.inner.lruCache.remove(tile)
    this.#ports.invalidate()
  }

  // What follows replaces methods of the base class that its types do not publish.

  loadRootTileset(): Promise<LiveTileset> {
    this.preprocessTileset(this.#tileset, this.#url)
    return Promise.resolve(this.#tileset)
  }

  preprocessTileset(tileset: LiveTileset, url: string, parent: LiveTile | null = null): void {
    if (tileset.upAxis !== undefined) tileset.root.upAxis = tileset.upAxis
    tileset.root.tilesetUrl = url
    this.preprocessNode(tileset.root, new URL('.', url).href.replace(/\/$/, ''), parent)
  }

  preprocessNode(tile: LiveTile, folder: string, parent: LiveTile | null = null): void {
    base.preprocessNode.call(this, tile, folder, parent)
    if (tile.implicit !== undefined) {
      tile.internal.hasUnrenderableContent = true
      tile.internal.hasRenderableContent = false
    }
    tile.upAxis ??= parent?.upAxis ?? this.#upAxis
    placeError(tile)
    this.#endRing(tile)
  }

  /** True where the tile names a tileset that it lies in: it becomes an empty place. */
  #endRing(tile: LiveTile): boolean {
    const fault = nestingFault(tile)
    if (fault === undefined) return false
    // Not among what failed: trying it again changes nothing.
    this.#refused.add(tile)
    this.#empty(tile)
    delete tile.wasTold
    this.#ports.onFailed(fault, String(fault.details['named']))
    return true
  }

  /** Children are asked with the query of the tileset that names them. */
  preprocessURL(url: string, tile: LiveTile | null): string {
    const address = tile?.content === undefined ? url : addressOf(tile, tile.content.uri)
    return address instanceof TwinError ? url : address
  }

  /** Answers with bytes or a {@link Failure}: never rejects but by an abort. What the bytes are is told by themselves, not by their name. */
  async fetchData(url: string, { signal }: { signal: AbortSignal }): Promise<ArrayBuffer | Failure> {
    try {
      return await this.#ports.fetchBytes(url, signal)
    } catch (error) {
      if (signal.aborted) throw error
      return new Failure(error)
    }
  }

  async parseTile(got: ArrayBuffer | Failure, tile: LiveTile, _extension: string, url: string, signal: AbortSignal): Promise<void> {
    try {
      if (got instanceof Failure) throw got.error
      if (tile.implicit !== undefined) await this.#expand(got, tile, url, signal)
      else await this.#load(got, tile, url, signal)
    } catch (error) {
      if (!signal.aborted) this.#fail(tile, inFile(error, placeOf(url)), url)
    }
  }

  async #load(bytes: ArrayBuffer, tile: LiveTile, url: string, signal: AbortSignal): Promise<void> {
    const first = this.#loadOne(bytes, url, tile, signal)
    const others = (tile.moreContents ?? []).map(async (uri) => {
      const at = addressOf(tile, uri)
      if (at instanceof TwinError) throw at
      return this.#loadOne(await this.#ports.fetchBytes(at, signal), at, tile, signal)
    })
    const results = await Promise.allSettled([first, ...others])
    const loaded = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    const holds = loaded.flatMap((each) => ('group' in each ? [each] : []))
    const failed = results.find((each) => each.status === 'rejected')
    if (failed?.status === 'rejected' || signal.aborted) {
      for (const hold of holds) hold.dispose()
      throw failed?.status === 'rejected' ? failed.reason : new DOMException('', 'AbortError')
    }
    this.#turnInto(tile, holds.length > 0)
    for (const each of loaded) if (!('group' in each)) this.#graft(tile, each.tileset, each.url)
    if (holds.length > 0) this.#take(tile, holds, url)
  }

  async #loadOne(
    bytes: ArrayBuffer,
    url: string,
    tile: LiveTile,
    signal: AbortSignal,
  ): Promise<TileHold | { readonly tileset: LiveTileset; readonly url: string }> {
    const content = await readContent(bytes, placeOf(url))
    signal.throwIfAborted()
    if (!(content instanceof ArrayBuffer)) return { tileset: content as LiveTileset, url }
    const options = { upAxis: tile.upAxis ?? 'Y', tileTransform: tile.engineData.transform.toArray() }
    return loadTile(content, url, options, (uri, base) => this.#beside(uri, base, tile), signal, this.#ports)
  }

  /** Where lies what a tile or a subtree file names: signed as its tileset is. */
  #beside(uri: string, base: string, tile: LiveTile): string {
    const address = beside(uri, base, tilesetOf(tile) ?? base)
    if (address instanceof TwinError) throw address
    return address
  }

  /** The name of a content is a guess at its type; here the content has spoken. */
  #turnInto(tile: LiveTile, hasRenderableContent: boolean): void {
    if (tile.internal.hasRenderableContent === hasRenderableContent) return
    Object.assign(tile.internal, { hasRenderableContent, hasUnrenderableContent: !hasRenderableContent })
    // The base class takes a leaf that draws nothing for shown, and would not show it anew.
    if (tile.traversal !== undefined) Object.assign(tile.traversal, { visible: false, active: false })
    placeErrorsBelow(tile)
  }

  #graft(tile: LiveTile, tileset: LiveTileset, url: string): void {
    if (this.#endRing(tile)) return
    this.preprocessTileset(tileset, url, tile)
    tile.children.push(tileset.root)
    tile.inside = [...(tile.inside ?? []), tileset.root]
  }

  #take(tile: LiveTile, [first, ...others]: TileHold[], url: string): void {
    const holds = [first!, ...others]
    const group = first!.group
    for (const other of others) group.add(other.group)
    for (const hold of holds) {
      for (const note of hold.notes) this.#ports.onNote(note, url)
      for (const lack of hold.lacking) {
        if (mayComeYet(lack)) this.#plain.add(tile)
        this.#ports.onFailed(lack, url)
      }
    }
    // The base class decomposes what it places; a matrix that is kept whole also keeps shear and float64.
    group.matrixAutoUpdate = false
    group.matrix.copy(tile.engineData.transform)
    group.traverse((object) => {
      object.userData['tile'] = tile
    })
    tile.hold = {
      ...first!,
      group,
      bytes: holds.reduce((sum, { bytes }) => sum + bytes, 0),
      dispose() {
        for (const hold of holds) hold.dispose()
      },
    }
    const { engineData } = tile
    engineData.scene = group
    // Nothing for the base class to dispose of: textures may be shared with other tiles.
    engineData.materials = []
    engineData.geometry = []
    engineData.textures = []
  }

  async #expand(bytes: ArrayBuffer, tile: LiveTile, url: string, signal: AbortSignal): Promise<void> {
    const resource = async (uri: string) => unpackGzip(new Uint8Array(await this.#ports.fetchBytes(this.#beside(uri, url, tile), signal)))
    const root = await readSubtree(await unpackGzip(new Uint8Array(bytes)), tile.implicit!, resource)
    signal.throwIfAborted()
    if (root === undefined) return
    this.preprocessNode(root as LiveTile, tile.internal.basePath, tile)
    tile.children.push(root as LiveTile)
  }

  /**
   * A full cache gives up first what is not loaded yet: children that came before their parent have shut it out for good, and
   * wait themselves for sisters that find no room. That would be a hole, so they give way. True where any did.
   */
  letParentsIn(): boolean {
    const { lruCache, visibleTiles } = this.inner
    const before = lruCache.itemList.length
    for (const tile of [...lruCache.itemList]) if (tile.hold !== undefined && isShutOut(tile, visibleTiles)) lruCache.remove(tile)
    if (lruCache.itemList.length === before) return false
    this.#parentsFirst = true
    return true
  }

  requestTileContents(tile: LiveTile): Promise<void> | undefined {
    const address = addressOf(tile, tile.content!.uri)
    if (address instanceof TwinError) {
      // Not in the middle of the base class' own loop.
      queueMicrotask(() => {
        this.#fail(tile, address, tile.content!.uri)
        if (tile.wasTold === undefined) this.#empty(tile)
      })
      return undefined
    }
    if (!this.#parentsFirst || !isShutOut(tile, this.inner.visibleTiles)) return base.requestTileContents.call(this, tile)
    this.inner.stats.refused++
    return undefined
  }

  disposeTile(tile: LiveTile): void {
    base.disposeTile.call(this, tile)
    // Given up before it came, by a full cache: nobody else tells that it is no longer on its way.
    if (tile.internal.loadingState !== LOADED) this.#ports.invalidate()
    if (tile.implicit !== undefined) {
      for (const child of tile.children) this.inner.processNodeQueue.remove(child)
      tile.children.length = 0
    }
    if (tile.inside !== undefined) {
      const { inside } = tile
      for (const root of inside) this.inner.processNodeQueue.remove(root)
      tile.children = tile.children.filter((child) => !inside.includes(child))
      delete tile.inside
    }
    tile.hold?.dispose()
    delete tile.hold
    this.#plain.delete(tile)
  }

  calculateBytesUsed(tile: LiveTile): number {
    return tile.hold?.bytes ?? 0
  }

  calculateTileViewError(tile: LiveTile, target: ViewError): void {
    const falling = tile.geometricError
    tile.geometricError = tile.judgedError!
    base.calculateTileViewError.call(this, tile, target)
    tile.geometricError = falling
    if (tile.viewerRequestVolume === undefined) return
    const { transform } = tile.engineData
    if (
      !this.inner.cameraInfo.some(({ position }: { position: Vector3 }) =>
        isInside(tile.viewerRequestVolume!, transform as Matrix4, position),
      )
    )
      target.inView = false
  }

  /** Out of view: also what is on its way, so that a turn of the camera frees the line for what it sees now. */
  removeUnusedPendingTiles(): void {
    const { lruCache, loadingTiles } = this.inner
    const away = [...loadingTiles].filter(({ internal }) => internal.loadingState === QUEUED || internal.loadingState === LOADING)
    for (const tile of away) if (!lruCache.isUsed(tile)) lruCache.remove(tile)
  }

  /**
   * Lets the nearest drawn ancestor stand in: it becomes a leaf until `retry`, since a hole is worse than a coarse place. Where there is none,
   * the tile becomes an empty place, and its siblings stand.
   */
  #fail(tile: LiveTile, error: TwinError, url: string): void {
    this.#failed.add(tile)
    let standIn = tile.parent
    while (standIn !== null && !standIn.internal.hasRenderableContent) standIn = standIn.parent
    if (standIn !== null && standIn.refine !== 'ADD' && standIn.stashed === undefined) {
      const below: LiveTile[] = []
      const walk = (each: LiveTile): void => {
        for (const child of each.children) {
          below.push(child)
          walk(child)
        }
      }
      walk(standIn)
      standIn.stashed = standIn.children
      // Deepest first: who unloads an external tileset forgets its children.
      for (const each of below.reverse()) this.inner.lruCache.remove(each)
      standIn.children = []
      this.#standIns.add(standIn)
    } else if (standIn === null) this.#empty(tile)
    this.#ports.onFailed(error, url)
    this.#ports.invalidate()
  }

  /** Without content a tile is done, and what is below it shows: else the traversal would wait for it, and show nothing of its siblings. */
  #empty(tile: LiveTile): void {
    const { hasContent, hasRenderableContent, hasUnrenderableContent } = tile.internal
    tile.wasTold = { hasContent, hasRenderableContent, hasUnrenderableContent }
    Object.assign(tile.internal, { hasContent: false, hasRenderableContent: false, hasUnrenderableContent: false })
    placeErrorsBelow(tile)
  }

  override dispose(): void {
    for (const standIn of this.#standIns) standIn.children = standIn.stashed ?? standIn.children
    super.dispose()
    this.#failed.clear()
    this.#plain.clear()
    this.#standIns.clear()
  }
}
