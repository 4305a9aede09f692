// The whole way, stage by stage: read -> place -> weld -> partition -> per tile, leaves first: gather -> simplify -> texture -> encode ->
// write. docs/pipeline.md tells it with pictures of the data.
import os from 'node:os'
import path from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { CELL_METERS, gridOf, HeightPyramid } from '../heights/pyramid.ts'
import { extentOf, type Strays } from '../mesh/extent.ts'
import { type LeafSize, type Partition, partition, type TileNode } from '../mesh/partition.ts'
import { type PlacedMesh, placeMesh } from '../mesh/placed-mesh.ts'
import { shapeDoubts } from '../mesh/shape-doubts.ts'
import { type Box, type Placement, type PlaceOptions, placementOf } from '../place/placement.ts'
import { findMeshes } from '../read/find-meshes.ts'
import { findReference } from '../read/find-reference.ts'
import { plural } from '../read/plural.ts'
import { withoutCopies } from '../read/same-mesh.ts'
import { joinSource, type SourceMesh } from '../read/source.ts'
import { readError } from '../system-error.ts'
import { Output } from '../write/output.ts'
import { type TileSummary, tilesetJson } from '../write/tileset.ts'
import { PageStore } from './pages.ts'
import { pagesOf, targets, texelsOf } from './plan.ts'
import { inPlacePool, type Pool, threadPool } from './pool.ts'
import { makeTiles } from './schedule.ts'
import type { Stage, TileContext } from './tile-job.ts'

export interface ConvertOptions {
  /** An OBJ file, or a folder of them. */
  readonly input: string
  /** The folder that tileset.json goes to. */
  readonly output: string
  readonly place?: Partial<PlaceOptions>
  readonly picture?: { readonly format?: 'jpeg' | 'webp'; readonly quality?: number }
  /** Threads; 0 does all in the caller's own. */
  readonly workers?: number
  /** Leaves out the few triangles that ${triangles === 1 ? 'lies' : 'lie'} far off from all the rest; else they are kept and told. */
  readonly dropOutliers?: boolean
  /** What is missing or doubtful ends the run instead of being told. */
  readonly strict?: boolean
  /** What a leaf holds at most. The default suits streaming; tests make trees of small meshes by it. */
  readonly leafSize?: LeafSize
}

export const CONVERT_DEFAULTS = {
  place: { up: 'z', heightOffsetMeters: 0 },
  picture: { format: 'jpeg', quality: 82 },
  workers: os.availableParallelism(),
  dropOutliers: false,
  strict: false,
} as const

export interface Progress {
  readonly stage: 'read' | 'place' | 'tiles' | 'heights' | 'write'
  readonly done: number
  readonly total: number
  /** Triangles per second so far in this stage; undefined where it makes no sense. */
  readonly trianglesPerSecond?: number
  readonly leftMs?: number
}

export interface ConvertPorts {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly onWarning?: (sentence: string) => void
  readonly onNote?: (sentence: string) => void
}

/** What came out, and what it took. */
export interface ConvertReport {
  readonly tileset: string
  readonly frame: 'ecef' | 'local'
  readonly triangles: number
  readonly texels: number
  readonly pages: number
  readonly tiles: number
  readonly levels: readonly {
    readonly depth: number
    readonly tiles: number
    readonly triangles: number
    readonly bytes: number
    readonly texels: number
  }[]
  readonly rootShare: number
  readonly bytes: number
  readonly wallMs: number
  /** Wall time of the stages that all wait for. */
  readonly stageMs: Readonly<Record<'read' | 'place' | 'tiles' | 'heights' | 'write', number>>
  /** Time of the steps of a tile, summed over workers. */
  readonly spentMs: Readonly<Record<Stage, number>>
  readonly workers: number
  readonly peakRssBytes: number
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/** Pixels that are decoded while the mesh is placed and cut. */
const PAGES_AHEAD_BYTES = 160 << 20

/**
 * Converts a mesh to 3D Tiles 1.1 with a height pyramid beside them. `output` holds a whole tileset afterwards, or what it held before.
 *
 * @throws TwinError `input-missing`, `input-invalid`, `crs-missing`, `reference-unknown`, `location-invalid`, `option-invalid`, `disk-full`
 * @throws the signal's reason when it aborts
 */
export async function convert(options: ConvertOptions, ports: ConvertPorts = {}): Promise<ConvertReport> {
  const run = new Run(options, ports)
  const { signal } = ports
  const close = () => void run.pool.close()
  signal?.addEventListener('abort', close, { once: true })
  try {
    return await run.all()
  } catch (error) {
    signal?.throwIfAborted()
    throw readError(error, options.input)
  } finally {
    signal?.removeEventListener('abort', close)
    await run.end()
  }
}

class Run {
  readonly #options: ConvertOptions
  readonly #ports: ConvertPorts
  readonly pool: Pool
  #output: Output | undefined
  readonly #warnings: string[] = []
  readonly #notes: string[] = []
  readonly #spentMs: Record<Stage, number> = { gather: 0, simplify: 0, texture: 0, encode: 0, write: 0, heights: 0 }
  readonly #stageMs = { read: 0, place: 0, tiles: 0, heights: 0, write: 0 }
  readonly #began = performance.now()
  #peak = 0
  readonly #watch: NodeJS.Timeout

  constructor(options: ConvertOptions, ports: ConvertPorts) {
    this.#options = options
    this.#ports = ports
    const workers = options.workers ?? CONVERT_DEFAULTS.workers
    this.pool = workers === 0 ? inPlacePool() : threadPool(workers)
    this.#watch = setInterval(() => this.#measure(), 100)
    this.#watch.unref()
  }

  #measure(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss())
  }

  async end(): Promise<void> {
    clearInterval(this.#watch)
    await this.pool.close()
    await this.#output?.discard()
  }

  async all(): Promise<ConvertReport> {
    // First: who may not write there need not wait for the reading.
    this.#output = await Output.open(this.#options.output)
    const source = await this.#timed('read', () => this.#read())
    const store = new PageStore(source.pages, (sentence) => this.#warn([sentence]))
    store.begin(PAGES_AHEAD_BYTES)
    const { placement, mesh, core } = await this.#timed('place', () => this.#place(source))
    const parts = await this.#timed('place', () => partition(mesh, texelsOf(source, mesh), this.#options.leafSize))
    const grid = gridOf([core.min[0], core.min[1]], [core.max[0], core.max[1]])
    if (grid.cellMeters > CELL_METERS)
      this.#note([
        `cells of the heights are ${grid.cellMeters} m wide instead of ${CELL_METERS} m: the mesh covers too much ground for finer ones`,
      ])
    const pyramid = new HeightPyramid(grid)
    let encoded: ReturnType<HeightPyramid['encode']> | undefined
    const heights = () => {
      encoded ??= pyramid.encode(placement)
      return encoded
    }
    // One worker makes the root, so there is a core to spare; who awaits the heights hears of a failure.
    const onLast = () => setImmediate(() => heights().catch(() => undefined))
    const summaries = await this.#timed('tiles', () => this.#tiles({ source, mesh, parts, pyramid, grid, store, onLast }))
    await this.#timed('heights', async () => {
      this.#progress({ stage: 'heights', done: 0, total: 1 })
      const { header, data } = await heights()
      await this.#output!.write('heights.json', JSON.stringify(header))
      await this.#output!.write('heights.bin', data)
      this.#progress({ stage: 'heights', done: 1, total: 1 })
    })
    await this.#timed('write', async () => {
      this.#ports.signal?.throwIfAborted()
      await this.#output!.finish(JSON.stringify(tilesetJson(parts.nodes, summaries, placement)))
    })
    return this.#report({ source, mesh, placement, parts, summaries })
  }

  async #timed<T>(stage: keyof ConvertReport['stageMs'], work: () => T | Promise<T>): Promise<T> {
    this.#ports.signal?.throwIfAborted()
    const began = performance.now()
    const value = await work()
    this.#stageMs[stage] += performance.now() - began
    return value
  }

  #progress(progress: Progress): void {
    this.#ports.onProgress?.(progress)
  }

  #warn(sentences: readonly string[]): void {
    for (const sentence of sentences) {
      if (this.#options.strict) throw new TwinError('input-invalid', `${sentence} (--strict ends the run here)`, { sentence })
      this.#warnings.push(sentence)
      this.#ports.onWarning?.(sentence)
    }
  }

  #note(sentences: readonly string[]): void {
    for (const sentence of sentences) {
      this.#notes.push(sentence)
      this.#ports.onNote?.(sentence)
    }
  }

  async #read(): Promise<SourceMesh> {
    const { files, notes } = await findMeshes(this.#options.input)
    this.#note(notes)
    let done = 0
    this.#progress({ stage: 'read', done, total: files.length })
    const parsed = await Promise.all(
      files.map(async (file) => {
        const mesh = await this.pool.run({ type: 'parse', file })
        this.#progress({ stage: 'read', done: ++done, total: files.length })
        return { file, mesh }
      }),
    )
    const { taken, ...told } = withoutCopies(parsed)
    this.#note(told.notes)
    const source = await joinSource(taken)
    this.#warn([...told.warnings, ...source.warnings])
    this.#note(source.notes)
    return source
  }

  async #place(source: SourceMesh): Promise<{ placement: Placement; mesh: PlacedMesh; core: Box }> {
    const { input, place, dropOutliers } = this.#options
    this.#progress({ stage: 'place', done: 0, total: 1 })
    const said = await findReference(source.files)
    const extent = extentOf(source.positions, source.corners)
    const options = { ...CONVERT_DEFAULTS.place, ...place }
    const placement = placementOf(extent.box, options, said)
    this.#warn([
      ...placement.warnings,
      ...shapeDoubts(source, extent, { up: options.up, unit: options.unit }).map((doubt) => `${input}: ${doubt}`),
    ])
    const { mesh, core, flattened, dropped } = placeMesh(source, extent, placement, dropOutliers)
    if (extent.strays !== undefined && !dropOutliers) this.#warn([strayWarning(input, extent.strays, source.corners.length / 3, dropped)])
    const size = core.max.map((value, k) => (value - core.min[k]!).toFixed(1))
    const notes = [
      ...placement.notes,
      `it is ${size[0]} m wide from west to east, ${size[1]} m from south to north and ${size[2]} m high`,
      `positions stand on a lattice of ${mesh.stepMeters * 1000} mm`,
    ]
    if (extent.unused > 0)
      notes.push(`${plural(extent.unused, 'vertex that no face uses counts', 'vertices that no face uses count')} for nothing`)
    if (flattened > 0)
      notes.push(`${plural(flattened, 'triangle is smaller than that and is', 'triangles are smaller than that and are')} left out`)
    if (dropped > 0) notes.push(`${plural(dropped, 'stray triangle is', 'stray triangles are')} left out`)
    this.#note(notes)
    if (mesh.corners.length === 0)
      throw new TwinError(
        'input-invalid',
        `${input}: all triangles are smaller than ${mesh.stepMeters * 1000} mm; is the mesh in metres? Give --unit where it is not`,
        { file: input },
      )
    this.#progress({ stage: 'place', done: 1, total: 1 })
    return { placement, mesh, core }
  }

  async #tiles(input: {
    source: SourceMesh
    mesh: PlacedMesh
    parts: Partition
    pyramid: HeightPyramid
    grid: TileContext['heights']
    store: PageStore
    /** All but the root are made. */
    onLast: () => void
  }): Promise<Map<number, TileSummary>> {
    const { source, mesh, parts, pyramid, grid, store, onLast } = input
    const leafPages = pagesOf(source, mesh, parts)
    const users = new Map<number, number>()
    for (const pages of leafPages.values()) for (const page of pages) users.set(page, (users.get(page) ?? 0) + 1)
    store.expect(users)
    const context: TileContext = {
      mesh,
      order: parts.order,
      ownerDepths: parts.ownerDepths,
      surfaces: source.surfaces,
      pages: source.pages,
      heights: grid,
      picture: { ...CONVERT_DEFAULTS.picture, ...this.#options.picture },
      folder: this.#output!.tilesFolder,
    }
    this.pool.open(context)
    const summaries = new Map<number, TileSummary>()
    const rate = new Rate(parts.nodes, mesh.corners.length / 3)
    this.#progress({ stage: 'tiles', done: 0, total: parts.nodes.length })
    await makeTiles({
      partition: parts,
      pool: this.pool,
      store,
      leafPages,
      targetOf: targets(parts, mesh.corners.length / 3),
      signal: this.#ports.signal,
      onTile: (node, { summary, heights, spentMs }) => {
        summaries.set(node.id, summary)
        if (heights !== undefined) pyramid.add(heights)
        if (summaries.size === parts.nodes.length - 1) onLast()
        for (const [stage, ms] of Object.entries(spentMs)) this.#spentMs[stage as Stage] += ms
        this.#progress({ stage: 'tiles', done: summaries.size, total: parts.nodes.length, ...rate.after(node) })
      },
    })
    return summaries
  }

  #report(input: {
    source: SourceMesh
    mesh: PlacedMesh
    placement: Placement
    parts: Partition
    summaries: ReadonlyMap<number, TileSummary>
  }): ConvertReport {
    const { source, mesh, placement, parts, summaries } = input
    const triangles = mesh.corners.length / 3
    const depths = Math.max(...parts.nodes.map(({ depth }) => depth))
    const levels = Array.from({ length: depths + 1 }, (_, depth) => {
      const of = parts.nodes.filter((node) => node.depth === depth).map(({ id }) => summaries.get(id)!)
      const sum = (value: (summary: TileSummary) => number) => of.reduce((total, summary) => total + value(summary), 0)
      return {
        depth,
        tiles: of.length,
        triangles: sum((s) => s.triangles),
        bytes: sum((s) => s.bytes),
        texels: sum((s) => s.pictureWidth * s.pictureHeight),
      }
    })
    this.#measure()
    return {
      tileset: path.join(this.#options.output, 'tileset.json'),
      frame: placement.frame,
      triangles,
      texels: source.pages.reduce((sum, { width, height }) => sum + width * height, 0),
      pages: source.pages.length,
      tiles: parts.nodes.length,
      levels,
      rootShare: summaries.get(parts.nodes.at(-1)!.id)!.triangles / triangles,
      bytes: levels.reduce((sum, { bytes }) => sum + bytes, 0),
      wallMs: performance.now() - this.#began,
      stageMs: this.#stageMs,
      spentMs: this.#spentMs,
      workers: this.pool.size,
      peakRssBytes: this.#peak,
      notes: this.#notes,
      warnings: this.#warnings,
    }
  }
}

/** Triangles a second and the time left, from the leaves' triangles that are done: parents cost about as much again, in step. */
class Rate {
  readonly #shares: ReadonlyMap<number, number>
  readonly #total: number
  readonly #triangles: number
  readonly #began = performance.now()
  #done = 0

  constructor(nodes: readonly TileNode[], triangles: number) {
    // A tile costs about what its children have: for a leaf its own triangles, for a parent as many as a leaf or two.
    const mean = triangles / Math.max(1, nodes.filter((n) => n.children.length === 0).length)
    this.#shares = new Map(nodes.map((n) => [n.id, n.children.length === 0 ? n.to - n.from : 2 * mean]))
    this.#total = [...this.#shares.values()].reduce((sum, share) => sum + share, 0)
    this.#triangles = triangles
  }

  after(node: TileNode): { trianglesPerSecond: number; leftMs: number } {
    this.#done += this.#shares.get(node.id)!
    const elapsed = performance.now() - this.#began
    const share = this.#done / this.#total
    return { trianglesPerSecond: (share * this.#triangles * 1000) / elapsed, leftMs: (elapsed * (1 - share)) / share }
  }
}

function strayWarning(input: string, { triangles, at, distance }: Strays, total: number, dropped: number): string {
  const where = `at ${at.map((value) => Number(value.toFixed(2))).join(', ')}`
  const away = distance > 10_000 ? `${Math.round(distance / 1000)} km` : `${Math.round(distance)} m`
  const few = `${triangles} of ${total} triangles`
  const fate =
    dropped === 0
      ? `${triangles === 1 ? 'it is kept, and sets' : 'they are kept, and set'} neither the lattice nor the cells of the heights; leave ${triangles === 1 ? 'it' : 'them'} out with --drop-outliers`
      : `${dropped} further off than tiles reach ${dropped === 1 ? 'is' : 'are'} left out; leave out all with --drop-outliers`
  return `${input}: ${few} ${triangles === 1 ? 'lies' : 'lie'} far off from all the rest (${away}, ${where} in the mesh's own numbers): ${fate}`
}
