// One tile, from gathered triangles to a file: the stages in their order. Pure but for the file; runs in a worker or in place.
import path from 'node:path'
import { encodeGlb } from '../encode/glb.ts'
import { encodePicture, type PictureOptions } from '../encode/picture.ts'
import { encoderReady, toVertices } from '../encode/vertices.ts'
import { type HeightGrid, type HeightPatch, rasterHeights } from '../heights/raster.ts'
import { type GatherContext, gather } from '../mesh/gather.ts'
import { type MergedMesh, merge } from '../mesh/merge.ts'
import type { TileNode } from '../mesh/partition.ts'
import { type SimplifiedMesh, simplifierReady, simplify } from '../mesh/simplify.ts'
import { doubleArea, insideOf, type Picture, type TileMesh, texelOf, toMeters } from '../mesh/tile-mesh.ts'
import { bake } from '../texture/bake.ts'
import { layOut } from '../texture/layout.ts'
import { leafAtlas } from '../texture/leaf-atlas.ts'
import { unwrap } from '../texture/unwrap.ts'
import { guardedWrite } from '../write/output.ts'
import type { TileSummary } from '../write/tileset.ts'

/** The same for all tiles of a run. */
export interface TileContext extends GatherContext {
  readonly ownerDepths: Uint8Array
  readonly heights: HeightGrid
  readonly picture: PictureOptions
  /** Where glb files go. */
  readonly folder: string
}

export interface LeafTask {
  readonly type: 'leaf'
  readonly node: TileNode
  /** Decoded, by their number. */
  readonly pages: ReadonlyMap<number, Picture>
}

export interface ParentTask {
  readonly type: 'parent'
  readonly node: TileNode
  readonly children: readonly TileMesh[]
  readonly targetTriangles: number
}

export interface TileResult {
  readonly summary: TileSummary
  readonly mesh: TileMesh
  /** Of a leaf. */
  readonly heights: HeightPatch | undefined
  readonly spentMs: Readonly<Partial<Record<Stage, number>>>
}

export type Stage = 'gather' | 'simplify' | 'texture' | 'encode' | 'write' | 'heights'

/** A side of a picture; every GPU takes it. */
const LEAF_SIDE = 4096
const PARENT_SIDE = 2048
/** Texels inside triangles that a parent has at least (where its children have as many) and at most. */
const LEAST_TEXELS = 256 * 1024
const MOST_TEXELS = 1024 * 1024
/** A child's surface further from the parent's than this many errors, or texels, is another thing. */
const TOLERANCE_ERRORS = 2
const TOLERANCE_TEXELS = 3
/** A chart below this many texels looks for a neighbour to join. */
const TINY_TEXELS = 64

export const tileJobsReady: Promise<unknown> = Promise.all([encoderReady, simplifierReady])

class Stopwatch {
  readonly spentMs: Partial<Record<Stage, number>> = {}
  #last = performance.now()

  lap(stage: Stage): void {
    const now = performance.now()
    this.spentMs[stage] = (this.spentMs[stage] ?? 0) + now - this.#last
    this.#last = now
  }
}

export async function makeLeaf(context: TileContext, { node, pages }: LeafTask): Promise<TileResult> {
  const watch = new Stopwatch()
  const { stepMeters } = context.mesh
  const leaf = gather(context, node.from, node.to)
  watch.lap('gather')
  const { picture, cornerPixels } = leafAtlas(leaf, context.surfaces, pages, LEAF_SIDE)
  watch.lap('texture')
  const heights = rasterHeights(leaf, stepMeters, context.heights)
  watch.lap('heights')
  const { positionIds, positions, triangles } = leaf
  const surface = { positionIds, positions, triangles, cornerPixels, picture }
  const mesh: TileMesh = { ...surface, errorMeters: 0, texelMeters: texelOf(surface, stepMeters, 1) }
  return { mesh, heights, summary: await finish(context, node, mesh, watch), spentMs: watch.spentMs }
}

export async function makeParent(context: TileContext, { node, children, targetTriangles }: ParentTask): Promise<TileResult> {
  const watch = new Stopwatch()
  const { stepMeters } = context.mesh
  const merged = merge(children)
  const locked = lockedOf(merged.positionIds, context.ownerDepths, node.depth)
  watch.lap('gather')
  const simplified = simplify(merged, { stepMeters, locked, targetTriangles })
  watch.lap('simplify')
  const { picture, cornerPixels, texelMeters } = paint(merged, simplified, stepMeters)
  watch.lap('texture')
  const { positionIds, positions, triangles } = simplified
  const mesh: TileMesh = {
    positionIds,
    positions,
    triangles,
    cornerPixels,
    picture,
    errorMeters: merged.errorMeters + simplified.errorMeters,
    texelMeters,
  }
  return { mesh, heights: undefined, summary: await finish(context, node, mesh, watch), spentMs: watch.spentMs }
}

/** 1 for what another tile uses at this depth. */
function lockedOf(positionIds: Uint32Array, ownerDepths: Uint8Array, depth: number): Uint8Array {
  const locked = new Uint8Array(positionIds.length)
  for (let i = 0; i < locked.length; i++) if (ownerDepths[positionIds[i]!]! < depth) locked[i] = 1
  return locked
}

/** The parent's picture: charts, layout, bake. */
function paint(
  merged: MergedMesh,
  simplified: SimplifiedMesh,
  stepMeters: number,
): { picture: Picture; cornerPixels: Float32Array; texelMeters: number } {
  const surface = { positions: toMeters(simplified.positions, stepMeters), triangles: simplified.triangles }
  const detail = { ...merged, positions: toMeters(merged.positions, stepMeters) }
  let area = 0
  for (let t = 0; t < surface.triangles.length; t += 3)
    area += doubleArea(surface.positions, surface.triangles[t]!, surface.triangles[t + 1]!, surface.triangles[t + 2]!) / 2
  const below = insideTexels(merged)
  const wanted = Math.max(64, Math.min(MOST_TEXELS, Math.max(below / merged.pictures.length, Math.min(below, LEAST_TEXELS))))
  const texelMeters = Math.max(Math.sqrt(area / wanted), 1e-4)
  const charts = unwrap(surface, TINY_TEXELS * texelMeters * texelMeters)
  const layout = layOut(surface, charts, { texelMeters, maxSide: PARENT_SIDE, maxTexels: PARENT_SIDE * PARENT_SIDE })
  const toleranceMeters = Math.max(TOLERANCE_ERRORS * simplified.errorMeters, TOLERANCE_TEXELS * layout.texelMeters)
  return { ...bake(surface, charts, layout, { detail, toleranceMeters }), texelMeters: layout.texelMeters }
}

function insideTexels({ cornerPixels: q }: { cornerPixels: Float32Array }): number {
  let sum = 0
  for (let i = 0; i < q.length; i += 6) sum += insideOf(q, i) / 2
  return sum
}

async function finish(context: TileContext, node: TileNode, mesh: TileMesh, watch: Stopwatch): Promise<TileSummary> {
  const vertices = toVertices(mesh, mesh.picture)
  const picture = await encodePicture(mesh.picture, context.picture)
  const glb = encodeGlb(vertices, picture, context.mesh.stepMeters)
  watch.lap('encode')
  await guardedWrite(path.join(context.folder, `${node.name}.glb`), glb)
  watch.lap('write')
  const { min, max } = boxOf(mesh.positions, context.mesh.stepMeters)
  return {
    id: node.id,
    uri: `tiles/${node.name}.glb`,
    triangles: mesh.triangles.length / 3,
    vertices: vertices.count,
    bytes: glb.length,
    pictureWidth: mesh.picture.width,
    pictureHeight: mesh.picture.height,
    min,
    max,
    errorMeters: mesh.errorMeters,
    texelMeters: mesh.texelMeters,
  }
}

type Triple = readonly [number, number, number]

function boxOf(positions: Int32Array, step: number): { min: Triple; max: Triple } {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i += 3)
    for (let k = 0; k < 3; k++) {
      const value = positions[i + k]! * step
      if (value < min[k]!) min[k] = value
      if (value > max[k]!) max[k] = value
    }
  return { min, max }
}
