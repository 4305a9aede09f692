// The capture's work, cut into jobs that any thread may run in any order: each writes only its own photo, lane or tile.
import { join } from 'node:path'
import { bakePage } from './bake/bake.ts'
import { makeRandom } from './chance/random.ts'
import { choosePhotos } from './charts/choose-photo.ts'
import { growCharts } from './charts/grow.ts'
import { packCharts } from './charts/pack.ts'
import { shapeChart } from './charts/shape.ts'
import { carve } from './fuse/carve.ts'
import { cutTiles } from './fuse/tile.ts'
import { neighbours } from './mesh/adjacency.ts'
import { measureFaces } from './mesh/normals.ts'
import { outline } from './mesh/outline.ts'
import { simplifyMesh } from './mesh/simplify.ts'
import { surfaceNets } from './mesh/surface-nets.ts'
import type { Photo } from './photos/camera.ts'
import { countSky, drawSunMap, SKY_DIRECTIONS, type SkyGrid, type SunMap } from './photos/light.ts'
import { Look } from './photos/look.ts'
import { drawScene } from './photos/rasterise.ts'
import { matchDepth } from './photos/stereo.ts'
import type { Scene } from './scene/scene.ts'
import type { CaptureSettings } from './settings.ts'
import { writeFolder, writeWhole } from './write/disk.ts'
import { encodePage, mtlText, objText } from './write/obj.ts'

/** What every thread sees; all large arrays in it are shared memory. */
export interface JobContext {
  readonly seed: number
  readonly settings: CaptureSettings
  readonly scene: Scene
  readonly photos: readonly Photo[]
  readonly sun: SunMap
  readonly sky: SkyGrid
  /** One count of seen sky per thread, summed into `sky` when all are done. */
  readonly skyLanes: readonly Uint8Array[]
  readonly dataDir: string
}

export type Job =
  | { readonly type: 'photo'; readonly index: number }
  | { readonly type: 'sun' }
  | { readonly type: 'sky'; readonly direction: number }
  | { readonly type: 'tile'; readonly index: number }

export interface TileReport {
  readonly name: string
  readonly fusedTriangles: number
  readonly triangles: number
  readonly positions: number
  readonly wedges: number
  readonly charts: number
  readonly pages: number
  readonly texels: number
  readonly bytes: number
  /** Milliseconds by step, of one thread. */
  readonly spentMs: Readonly<Record<'fuse' | 'nets' | 'simplify' | 'charts' | 'bake' | 'write', number>>
}

const SKY_PIXEL_METERS = 0.45

/** Runs one job on the thread number `lane`; a tile's report comes back. */
export async function runJob(job: Job, context: JobContext, lane: number): Promise<TileReport | undefined> {
  const { scene, photos, seed } = context
  switch (job.type) {
    case 'photo': {
      const photo = photos[job.index]!
      const depth = new Float32Array(photo.depth.length)
      drawScene(scene, photo.camera, depth, photo.ids, 1 << job.index)
      matchDepth(scene, photo, depth, seed + job.index * 101)
      return
    }
    case 'sun':
      drawSunMap(scene, context.sun)
      return
    case 'sky':
      countSky(scene, context.sky, SKY_DIRECTIONS[job.direction]!, context.skyLanes[lane]!, SKY_PIXEL_METERS)
      return
    case 'tile':
      return makeTile(job.index, context)
  }
}

async function makeTile(index: number, { seed, settings, scene, photos, sun, sky, dataDir }: JobContext): Promise<TileReport> {
  const { window, voxelMeters, texelMeters } = settings
  const tile = cutTiles(window, voxelMeters, settings.columns, settings.rows)[index]!
  const spentMs = { fuse: 0, nets: 0, simplify: 0, charts: 0, bake: 0, write: 0 }
  let since = performance.now()
  const lap = (step: keyof typeof spentMs): void => {
    const now = performance.now()
    spentMs[step] += now - since
    since = now
  }
  const volume = carve(tile, { window, voxelMeters, terrain: scene.terrain, photos })
  lap('fuse')
  const fused = surfaceNets(volume, window, voxelMeters, (x, y) => outline(window, x, y))
  lap('nets')
  const mesh = await simplifyMesh(fused, settings.keepShare)
  lap('simplify')
  const adjacency = neighbours(mesh.indices, mesh.positions.length / 3)
  const choice = choosePhotos(mesh, measureFaces(mesh), adjacency, photos)
  const charts = growCharts(mesh, adjacency, choice, photos, makeRandom(seed * 31 + index * 7 + 1))
  const shapes = charts.map((chart) => shapeChart(chart, mesh, photos, texelMeters))
  const atlas = packCharts(shapes, settings.pageTexels)
  lap('charts')
  const look = new Look(scene, sun, sky)
  let bytes = 0
  let written = { triangles: 0, positions: 0, wedges: 0 }
  await writeFolder(dataDir, tile.name, async (folder) => {
    for (let page = 0; page < atlas.heights.length; page++) {
      const pixels = bakePage(page, { charts, shapes, atlas, photos, look, texelMeters })
      lap('bake')
      const jpeg = await encodePage(pixels, atlas.width, atlas.heights[page]!)
      await writeWhole(join(folder, `${tile.name}_${page}.jpg`), jpeg)
      bytes += jpeg.length
      lap('write')
    }
    const obj = objText({ name: tile.name, mesh, charts, shapes, atlas, photos })
    written = { triangles: obj.triangles, positions: obj.positions, wedges: obj.wedges }
    await writeWhole(join(folder, `${tile.name}.mtl`), mtlText(tile.name, atlas.heights.length))
    await writeWhole(join(folder, `${tile.name}.obj`), obj.bytes)
    bytes += obj.bytes.length
    await writeWhole(join(folder, 'report.json'), JSON.stringify({ ...written, charts: charts.length, pages: atlas.heights.length }))
    lap('write')
  })
  return {
    name: tile.name,
    fusedTriangles: fused.indices.length / 3,
    ...written,
    charts: charts.length,
    pages: atlas.heights.length,
    texels: atlas.heights.reduce((sum, h) => sum + h * atlas.width, 0),
    bytes,
    spentMs,
  }
}
