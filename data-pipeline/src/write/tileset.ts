// Pipeline: encode -> **write**. tileset.json from what the tiles turned out to be.
import type { TileNode } from '../mesh/partition.ts'
import type { Placement } from '../place/placement.ts'

/** What is known of a tile once it is encoded. */
export interface TileSummary {
  readonly id: number
  readonly uri: string
  readonly triangles: number
  readonly vertices: number
  readonly bytes: number
  readonly pictureWidth: number
  readonly pictureHeight: number
  /** Of its own content, local metres. */
  readonly min: readonly [number, number, number]
  readonly max: readonly [number, number, number]
  /** How far its mesh is off the finest one. */
  readonly errorMeters: number
  readonly texelMeters: number
}

/**
 * A picture is as much worth as the mesh under it: flat ground simplifies to nothing without any error, and would stay blurred for ever.
 * At the usual 16 px of screen error a tile refines when its texel reaches 1.6 px.
 */
const ERROR_PER_TEXEL = 10
/** A parent's error is at least this much more than its children's. */
const GROWTH = 1.25

interface Tile {
  boundingVolume: { box: number[] }
  geometricError: number
  refine?: 'REPLACE'
  transform?: readonly number[]
  content: { uri: string }
  children?: Tile[]
}

/** Boxes hold the tile and all below it, tight; errors fall from the root to 0 at the leaves. */
export function tilesetJson(nodes: readonly TileNode[], summaries: ReadonlyMap<number, TileSummary>, { transform }: Placement): object {
  const made = new Map<number, { tile: Tile; min: number[]; max: number[] }>()
  for (const node of nodes) {
    const { uri, min, max, errorMeters, texelMeters } = summaries.get(node.id)!
    const below = node.children.map((id) => made.get(id)!)
    const low = [0, 1, 2].map((k) => Math.min(min[k as 0], ...below.map((b) => b.min[k]!)))
    const high = [0, 1, 2].map((k) => Math.max(max[k as 0], ...below.map((b) => b.max[k]!)))
    const geometricError =
      below.length === 0 ? 0 : Math.max(errorMeters, ERROR_PER_TEXEL * texelMeters, ...below.map((b) => b.tile.geometricError * GROWTH))
    const tile: Tile = {
      boundingVolume: { box: boxOf(low, high) },
      geometricError: round(geometricError),
      content: { uri },
      ...(below.length > 0 ? { children: below.map((b) => b.tile) } : {}),
    }
    made.set(node.id, { tile, min: low, max: high })
  }
  const root = made.get(nodes.at(-1)!.id)!
  // Above the root's error stands what is off when nothing at all is drawn: the capture's own size.
  const size = Math.hypot(...root.max.map((m, k) => m - root.min[k]!))
  return {
    asset: { version: '1.1', generator: 'twinmap' },
    geometricError: round(Math.max(size, root.tile.geometricError)),
    root: { transform: [...transform], refine: 'REPLACE', ...root.tile },
  }
}

/** Centre and half axes. */
function boxOf(min: number[], max: number[]): number[] {
  const half = max.map((m, k) => (m - min[k]!) / 2)
  return [...max.map((m, k) => (m + min[k]!) / 2), half[0]!, 0, 0, 0, half[1]!, 0, 0, 0, half[2]!]
}

const round = (meters: number): number => Math.round(meters * 1e4) / 1e4
