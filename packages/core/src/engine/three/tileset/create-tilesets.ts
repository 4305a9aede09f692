// The tilesets of one viewer: what they share (cache, queues, pictures, uploads, grade, a hold on the decode pool), and the three calls of a
// frame. Two viewers share nothing that either can change.
import { DownloadPriorityQueue, LRUCache, PriorityQueue } from '3d-tiles-renderer/core'
import { TilesRenderer } from '3d-tiles-renderer/three'
import { Group } from 'three'
import { TwinError } from '../../../error/twin-error.ts'
import { deniedBy } from '../../../net/net.ts'
import { leaseDecodePool } from '../../../tiles/decode-pool.ts'
import type { TilesetPrimitive } from '../../contract.ts'
import { glErrors } from './gl-errors.ts'
import { gpuLimits } from './gpu-limits.ts'
import { createImageStore } from './image-store.ts'
import { MountedStream, type SharedPorts } from './mounted-stream.ts'
import { createPicturePreparer } from './picture-form.ts'
import { refinementOf } from './refinement.ts'
import { neutralGrade, setGrade, setHaze } from './tile-material.ts'
import type { TileTexture } from './tile-texture.ts'
import type { CreateTilesets, TilesetsPorts } from './tileset-part.ts'
import { createUploadQueue, uploadsOf } from './upload-queue.ts'

export const TILESETS_DEFAULTS = {
  memoryBytes: 2 ** 30,
  /** Requests under way to one server: enough to fill the line, few enough that the next turn of the camera is heard. */
  requests: 12,
  /** Tiles between the network and the GPU: at most four with the workers, and those that wait for their frame. */
  parses: 10,
} as const

/** Cache and queues with the library's own order: by screen error, coarse first. */
function createQueues(memoryBytes: number): Pick<SharedPorts, 'lruCache' | 'downloadQueue' | 'parseQueue' | 'processNodeQueue'> {
  // Its comparers are not published; an instance that never runs lends them.
  const order = new TilesRenderer()
  const lruCache = createCache(memoryBytes, order)
  const downloadQueue = new DownloadPriorityQueue()
  downloadQueue.maxJobsPerOrigin = TILESETS_DEFAULTS.requests
  downloadQueue.priorityCallback = order.downloadQueue.priorityCallback
  const parseQueue = new PriorityQueue()
  parseQueue.maxJobs = TILESETS_DEFAULTS.parses
  parseQueue.priorityCallback = order.parseQueue.priorityCallback
  const processNodeQueue = new PriorityQueue()
  processNodeQueue.maxJobs = order.processNodeQueue.maxJobs
  processNodeQueue.priorityCallback = order.processNodeQueue.priorityCallback
  return { lruCache, downloadQueue, parseQueue, processNodeQueue }
}

function createCache(memoryBytes: number, { lruCache: order }: TilesRenderer): LRUCache {
  const cache = new LRUCache()
  cache.unloadPriorityCallback = order.unloadPriorityCallback
  cache.maxBytesSize = memoryBytes
  // What was left behind is kept up to here, for the way back.
  cache.minBytesSize = memoryBytes * 0.75
  // Bytes decide, not a count of tiles.
  cache.minSize = Number.POSITIVE_INFINITY
  cache.maxSize = Number.POSITIVE_INFINITY
  return cache
}

/** A rejected answer, one that is no good, and a body that breaks off, as the house's error. */
async function fetchBytes(ports: TilesetsPorts, url: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const place = url.replace(/[?#].*$/, '')
  try {
    const response = await ports.fetch(url, { signal })
    if (response.ok) return await response.arrayBuffer()
    if (response.status === 401 || response.status === 403) throw deniedBy(new URL(url), response.status, null)
    const gone = response.status === 404 || response.status === 410
    const remedy = gone ? 'check that the folder was copied whole' : 'check the server'
    const { status } = response
    throw new TwinError(gone ? 'fetch-gone' : 'fetch-failed', `${place}: the server answered ${status}; ${remedy}`, {
      status,
      where: place,
    })
  } catch (error) {
    if (error instanceof TwinError || signal.aborted) throw error
    throw new TwinError('fetch-failed', `${place}: the network does not carry it; check the network and the server`, {}, { cause: error })
  }
}

export const createTilesets: CreateTilesets = (ports) => {
  const group = new Group()
  group.name = 'tilesets'
  const grade = neutralGrade()
  const errors = glErrors(ports.renderer.getContext())
  const uploads = createUploadQueue(ports.invalidate, uploadsOf(ports.renderer, errors))
  const decode = leaseDecodePool()
  const gpu = gpuLimits(ports.renderer)
  const ended = new AbortController()
  const shared: SharedPorts = {
    ...ports,
    ...createQueues(ports.memoryBytes ?? TILESETS_DEFAULTS.memoryBytes),
    createCache: (memoryBytes) => createCache(memoryBytes, new TilesRenderer()),
    decode,
    images: createImageStore<TileTexture>(),
    pictures: createPicturePreparer(ports.renderer, errors, decode, gpu, ended.signal),
    uploads,
    grade,
    gpu,
    fetchBytes: (url, signal) => fetchBytes(ports, url, signal),
  }
  const mounted = new Set<MountedStream>()
  let changed = false
  let size: readonly [number, number] = [1, 1]

  return {
    group,
    mount(primitive: TilesetPrimitive) {
      // While its first files are fetched.
      shared.pictures.begin()
      const stream = new MountedStream(primitive, group, shared)
      stream.setSize(...size)
      mounted.add(stream)
      ports.invalidate()
      return {
        retry: () => stream.retry(),
        dispose() {
          if (!mounted.delete(stream)) return
          stream.dispose()
          changed = true
          ports.invalidate()
        },
      }
    },
    update() {
      uploads.run()
      let moved = changed
      changed = false
      for (const stream of mounted) moved = stream.update() || moved
      return moved
    },
    setSize(width, height) {
      size = [width, height]
      for (const stream of mounted) stream.setSize(width, height)
    },
    raycast(raycaster) {
      const hits = [...mounted].flatMap((stream) => stream.raycast(raycaster) ?? [])
      return hits.reduce<(typeof hits)[number] | null>(
        (nearest, hit) => (nearest === null || hit.distance < nearest.distance ? hit : nearest),
        null,
      )
    },
    get refinement() {
      return refinementOf([...mounted].map(({ cut }) => cut))
    },
    get spheres() {
      if (![...mounted].every(({ isSettled }) => isSettled)) return null
      return [...mounted].flatMap(({ sphere }) => sphere ?? [])
    },
    setGrade(next) {
      setGrade(grade, next)
      changed = true
      ports.invalidate()
    },
    setHaze: (haze) => setHaze(grade, haze),
    reload() {
      for (const stream of mounted) stream.reload()
      changed = true
    },
    dispose() {
      for (const stream of mounted) stream.dispose()
      mounted.clear()
      uploads.dispose()
      ended.abort()
      decode.release()
      group.removeFromParent()
    },
  }
}
