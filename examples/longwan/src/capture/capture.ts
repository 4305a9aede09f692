// The demo capture from seed to delivery: plan -> scene -> photos -> fuse -> mesh -> charts -> bake -> write. What docs/demo-capture.md tells.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { cutTiles, type Tile } from './fuse/tile.ts'
import type { Job, JobContext, TileReport } from './jobs.ts'
import { makeCamera, makePhoto, PHOTO_DIRECTIONS } from './photos/camera.ts'
import { makeSkyGrid, makeSunMap, SKY_DIRECTIONS } from './photos/light.ts'
import { makePool } from './pool.ts'
import { buildScene } from './scene/build.ts'
import { makePlan } from './scene/plan.ts'
import { CAPTURE_SIZES, type CaptureSettings, type CaptureSize } from './settings.ts'
import { onDisk, writeWhole } from './write/disk.ts'
import { makeInventories } from './write/inventory.ts'
import { metadataXml } from './write/metadata.ts'

export interface CaptureOptions {
  /** Where `metadata.xml`, `Data/` and `inventory/` come to lie. */
  readonly outDir: string
  readonly size?: CaptureSize
  /** Replaces values of the size; for trials. */
  readonly settings?: Partial<CaptureSettings>
  readonly seed?: number
  /** 0 runs on the calling thread. */
  readonly threads?: number
  readonly onProgress?: (progress: CaptureProgress) => void
  readonly signal?: AbortSignal
  /** Tiles to make; all by default. A capture with tiles left out is not marked done. */
  readonly onlyTiles?: readonly string[]
}

export interface CaptureProgress {
  readonly stage: 'scene' | 'photos' | 'tiles' | 'done'
  /** 0 to 1, by expected work. */
  readonly fraction: number
  readonly done: number
  readonly total: number
  readonly elapsedMs: number
  /** Unknown until something is done. */
  readonly leftMs: number | undefined
  readonly triangles: number
  readonly texels: number
}

export interface CaptureReport {
  readonly recipe: string
  readonly triangles: number
  readonly texels: number
  readonly charts: number
  readonly pages: number
  readonly bytes: number
  readonly elapsedMs: number
  readonly tiles: readonly TileReport[]
  /** True when a finished capture was found and nothing was done. */
  readonly found: boolean
}

/** Raised with every change that changes bytes: a folder of another recipe is made anew. */
const RECIPE = 6
export const DONE_FILE = 'capture.json'
const STARTED_FILE = 'started.json'
const MOST_THREADS = 4

const recipeOf = (seed: number, settings: CaptureSettings): string => JSON.stringify({ recipe: RECIPE, seed, settings })

/** What a capture of this size and seed is made of; the report of a finished one names it. */
export const captureRecipe = ({ size = 'full', seed = 7 }: Pick<CaptureOptions, 'size' | 'seed'>): string =>
  recipeOf(seed, CAPTURE_SIZES[size])

/** Makes the capture in `outDir`, or goes on with it, or finds it done. The done marker is written last; a tile's folder appears whole. */
export async function makeCapture(options: CaptureOptions): Promise<CaptureReport> {
  const { outDir, seed = 7, size = 'full', signal } = options
  if (!Number.isInteger(seed)) throw new TwinError('option-invalid', `seed is ${seed}; expected a whole number`, { seed })
  if (options.threads !== undefined && !(Number.isInteger(options.threads) && options.threads >= 0)) {
    throw new TwinError('option-invalid', `threads is ${options.threads}; expected 0 or more`, { threads: options.threads })
  }
  const settings: CaptureSettings = { ...CAPTURE_SIZES[size], ...options.settings }
  const recipe = recipeOf(seed, settings)
  const before = await readDone(outDir)
  if (before?.recipe === recipe) return { ...before, found: true }
  const startedMs = performance.now()
  const plan = makePlan(seed)
  await prepare(outDir, recipe)
  const tiles = cutTiles(settings.window, settings.voxelMeters, settings.columns, settings.rows)
  const meter = makeMeter(tiles.length, startedMs, options.onProgress)
  const threads = options.threads ?? Math.min(MOST_THREADS, availableParallelism())
  const scene = await buildScene(plan, { seed, photoCount: PHOTO_DIRECTIONS.length, ...settings })
  meter.scene()
  const { window } = settings
  const bounds = { low: [window.x0 - 6, window.y0 - 6, -4], high: [window.x1 + 6, window.y1 + 6, 27] } as const
  const sky = makeSkyGrid(window, 1.2)
  const context: JobContext = {
    seed,
    settings,
    scene,
    photos: PHOTO_DIRECTIONS.map((d) => makePhoto(makeCamera(d, bounds, settings.photoPixelMeters))),
    sun: makeSunMap(window, settings.sunPixelMeters),
    sky,
    skyLanes: Array.from({ length: Math.max(1, threads) }, () => new Uint8Array(new SharedArrayBuffer(sky.seen.length))),
    dataDir: join(outDir, 'Data'),
  }
  const reports: TileReport[] = []
  const pool = makePool(context, threads)
  try {
    const photos: Job[] = [...PHOTO_DIRECTIONS.map((_, index) => ({ type: 'photo', index }) as const), { type: 'sun' }]
    const skies: Job[] = SKY_DIRECTIONS.map((_, direction) => ({ type: 'sky', direction }))
    await pool.run([...photos, ...skies], (job) => meter.photo(job), signal)
    for (const lane of context.skyLanes) for (let i = 0; i < lane.length; i++) sky.seen[i]! += lane[i]!
    const open = openTiles(tiles, options, context.dataDir)
    meter.skip(tiles.length - open.length)
    await pool.run(
      open,
      (_, report) => {
        reports.push(report!)
        meter.tile(report!)
      },
      signal,
    )
  } finally {
    await pool.close()
  }
  const inventories = makeInventories(plan, window)
  await onDisk(outDir, async () => void (await mkdir(join(outDir, 'inventory'), { recursive: true })))
  for (const [name, collection] of Object.entries(inventories))
    await writeWhole(join(outDir, 'inventory', `${name}.geojson`), `${JSON.stringify(collection)}\n`)
  await writeWhole(join(outDir, 'metadata.xml'), metadataXml())
  const report = summarise(recipe, reports, performance.now() - startedMs)
  if (!options.onlyTiles) await writeWhole(join(outDir, DONE_FILE), `${JSON.stringify(report)}\n`)
  meter.done()
  return report
}

async function readDone(outDir: string): Promise<CaptureReport | undefined> {
  try {
    return JSON.parse(await readFile(join(outDir, DONE_FILE), 'utf8')) as CaptureReport
  } catch {
    return undefined // absent, or not ours: then nothing is done
  }
}

/** Clears what another recipe left; keeps this one's finished tiles. */
async function prepare(outDir: string, recipe: string): Promise<void> {
  const started = join(outDir, STARTED_FILE)
  const ours = existsSync(started)
  if (!ours && existsSync(join(outDir, 'Data'))) {
    throw new TwinError('option-invalid', `${outDir} holds a Data folder that the demo did not make; give an empty folder`, { outDir })
  }
  const same = ours && (await readFile(started, 'utf8')) === recipe
  await onDisk(outDir, async () => {
    if (!same) await rm(join(outDir, 'Data'), { recursive: true, force: true })
    await rm(join(outDir, DONE_FILE), { force: true })
    await mkdir(join(outDir, 'Data'), { recursive: true })
  })
  await writeWhole(started, recipe)
}

function openTiles(tiles: readonly Tile[], { onlyTiles }: CaptureOptions, dataDir: string): Job[] {
  return tiles.flatMap((tile, index): Job[] =>
    existsSync(join(dataDir, tile.name)) || (onlyTiles && !onlyTiles.includes(tile.name)) ? [] : [{ type: 'tile', index }],
  )
}

function summarise(recipe: string, tiles: readonly TileReport[], elapsedMs: number): CaptureReport {
  const sum = (of: (t: TileReport) => number): number => tiles.reduce((total, t) => total + of(t), 0)
  return {
    recipe,
    triangles: sum((t) => t.triangles),
    texels: sum((t) => t.texels),
    charts: sum((t) => t.charts),
    pages: sum((t) => t.pages),
    bytes: sum((t) => t.bytes),
    elapsedMs,
    tiles: [...tiles].sort((a, b) => (a.name < b.name ? -1 : 1)),
    found: false,
  }
}

/** Expected work in seconds of one thread at full size; only the proportions matter. */
const WORK = { scene: 4, photo: 2, sun: 1, sky: 0.15, tile: 5 } as const

interface Meter {
  scene(): void
  photo(job: Job): void
  skip(tiles: number): void
  tile(report: TileReport): void
  done(): void
}

function makeMeter(tileCount: number, startedMs: number, onProgress: CaptureOptions['onProgress']): Meter {
  const photoJobs = PHOTO_DIRECTIONS.length + 1 + SKY_DIRECTIONS.length
  let work: number = WORK.scene + WORK.photo * PHOTO_DIRECTIONS.length + WORK.sun + WORK.sky * SKY_DIRECTIONS.length + WORK.tile * tileCount
  let [finished, photos, tiles, triangles, texels] = [0, 0, 0, 0, 0]
  const tell = (stage: CaptureProgress['stage'], done: number, total: number): void => {
    const fraction = stage === 'done' ? 1 : Math.min(1, finished / work)
    const elapsedMs = performance.now() - startedMs
    onProgress?.({
      stage,
      fraction,
      done,
      total,
      elapsedMs,
      leftMs: fraction > 0 ? (elapsedMs * (1 - fraction)) / fraction : undefined,
      triangles,
      texels,
    })
  }
  tell('scene', 0, 1)
  return {
    scene() {
      finished += WORK.scene
      tell('photos', 0, photoJobs)
    },
    photo(job) {
      finished += job.type === 'photo' ? WORK.photo : job.type === 'sun' ? WORK.sun : WORK.sky
      tell('photos', ++photos, photoJobs)
    },
    skip(count) {
      work -= count * WORK.tile
      tileCount -= count
      tell('tiles', 0, tileCount)
    },
    tile(report) {
      finished += WORK.tile
      triangles += report.triangles
      texels += report.texels
      tell('tiles', ++tiles, tileCount)
    },
    done: () => tell('done', tiles, tileCount),
  }
}
