// Pipeline: weld -> **partition** -> gather -> … Which triangles make a leaf, and which tiles make their parent.
//
// A tile is cut in four (or in two where two suffice) by medians across its longer side, so leaves are of one size: with fixed quarters
// leaves of 2,000 triangles lock 36 % of their vertices and cost ten times the error. Height is cut only in meshes that are taller than
// wide. A triangle belongs where its centroid lies; nothing is cut, so no vertex is added and no crack can come in.
import type { PlacedMesh } from './placed-mesh.ts'

export interface TileNode {
  /** Place in the list; parents come after their children. */
  readonly id: number
  /** `r`, then a digit per cut: `r02`. */
  readonly name: string
  readonly depth: number
  readonly children: readonly number[]
  /** Its triangles: `order[from]` to `order[to - 1]`. */
  readonly from: number
  readonly to: number
}

export interface Partition {
  /** Children before parents; the root is the last. */
  readonly nodes: readonly TileNode[]
  /** Triangles, tile by tile. Shared memory. */
  readonly order: Uint32Array
  /**
   * Per position, the depth of the smallest tile that holds all its triangles. A position is shared with another tile at depth d, and so
   * locked there, exactly where this is less than d. Shared memory.
   */
  readonly ownerDepths: Uint8Array
}

export interface LeafSize {
  readonly triangles: number
  readonly texels: number
}

/** 15-20k triangles lock at most 3.3 % of the vertices; 2 M texels inside triangles fit a 2048² page. */
export const LEAF_SIZE: LeafSize = { triangles: 20_000, texels: 2_000_000 }
const MAX_DEPTH = 20
const BINS = 1024

/** @param texels per triangle, inside it */
export function partition(mesh: PlacedMesh, texels: Float32Array, size: LeafSize = LEAF_SIZE): Partition {
  const cutter = new Cutter(mesh, texels, size)
  const nodes: TileNode[] = []
  cut(cutter, nodes, { name: 'r', depth: 0, from: 0, to: texels.length })
  return { nodes, order: cutter.order, ownerDepths: ownerDepths(mesh, cutter.order, nodes) }
}

/** Adds the tile of a range and all below it; returns its id. */
function cut(cutter: Cutter, nodes: TileNode[], tile: { name: string; depth: number; from: number; to: number }): number {
  const { name, depth, from, to } = tile
  const weight = cutter.weight(from, to)
  const children: number[] = []
  if (weight > 1 && depth < MAX_DEPTH && to - from >= 8) {
    const middle = cutter.halve(from, to)
    const cuts = weight <= 2 ? [from, middle, to] : [from, cutter.halve(from, middle), middle, cutter.halve(middle, to), to]
    for (let i = 0; i + 1 < cuts.length; i++)
      if (cuts[i + 1]! > cuts[i]!) children.push(cut(cutter, nodes, { name: name + i, depth: depth + 1, from: cuts[i]!, to: cuts[i + 1]! }))
  }
  const id = nodes.length
  nodes.push({ id, name, depth, children, from, to })
  return id
}

class Cutter {
  readonly order: Uint32Array
  readonly #centroids: readonly Float32Array[]
  readonly #weights: Float32Array
  readonly #scratch: Uint32Array
  readonly #bins: Uint16Array

  constructor({ corners, positions }: PlacedMesh, texels: Float32Array, size: LeafSize) {
    const count = texels.length
    this.order = new Uint32Array(new SharedArrayBuffer(count * 4))
    this.#scratch = new Uint32Array(count)
    this.#bins = new Uint16Array(count)
    this.#centroids = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
    // Counted so that either limit alone fills a leaf.
    let all = 0
    for (let t = 0; t < count; t++) all += texels[t]!
    const byTexels = all / size.texels > count / size.triangles
    this.#weights = new Float32Array(count)
    for (let t = 0; t < count; t++) {
      this.order[t] = t
      this.#weights[t] = byTexels ? Math.max(texels[t]! / size.texels, 0.25 / size.triangles) : 1 / size.triangles
      for (let k = 0; k < 3; k++)
        this.#centroids[k]![t] =
          positions[3 * corners[3 * t]! + k]! + positions[3 * corners[3 * t + 1]! + k]! + positions[3 * corners[3 * t + 2]! + k]!
    }
  }

  weight(from: number, to: number): number {
    const { order } = this
    const weights = this.#weights
    let sum = 0
    for (let i = from; i < to; i++) sum += weights[order[i]!]!
    return sum
  }

  /** Puts the lower half (by weight, along the longer side) first; returns where the upper half begins. Keeps the order within halves. */
  halve(from: number, to: number): number {
    const { order } = this
    const weights = this.#weights
    const ofTriangle = this.#bins
    const { k, min, max } = this.#longerSide(from, to)
    const along = this.#centroids[k]!
    const scale = BINS / Math.max(max - min, 1e-9)
    const bins = new Float64Array(BINS)
    let all = 0
    for (let i = from; i < to; i++) {
      const t = order[i]!
      const bin = Math.min(BINS - 1, Math.floor((along[t]! - min) * scale))
      const weight = weights[t]!
      ofTriangle[t] = bin
      bins[bin]! += weight
      all += weight
    }
    let last = 0
    for (let sum = 0; last < BINS; last++) {
      sum += bins[last]!
      if (sum >= all / 2) break
    }
    // The bin of the median goes to the side that it unbalances less.
    let below = 0
    for (let b = 0; b < last; b++) below += bins[b]!
    const limit = all / 2 - below < bins[last]! / 2 ? last : last + 1
    let low = from
    let high = 0
    for (let i = from; i < to; i++) {
      const t = order[i]!
      if (ofTriangle[t]! < limit) order[low++] = t
      else this.#scratch[high++] = t
    }
    order.set(this.#scratch.subarray(0, high), low)
    return low
  }

  #longerSide(from: number, to: number): { k: number; min: number; max: number } {
    const { order } = this
    const [xs, ys, zs] = this.#centroids as [Float32Array, Float32Array, Float32Array]
    // One walk for all three, and no closure: this is asked for every cut.
    let [minX, minY, minZ, maxX, maxY, maxZ] = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity]
    for (let i = from; i < to; i++) {
      const t = order[i]!
      const x = xs[t]!
      const y = ys[t]!
      const z = zs[t]!
      if (x < minX) minX = x
      if (x > maxX) maxX = x
      if (y < minY) minY = y
      if (y > maxY) maxY = y
      if (z < minZ) minZ = z
      if (z > maxZ) maxZ = z
    }
    const [x, y, z] = [
      { k: 0, min: minX, max: maxX },
      { k: 1, min: minY, max: maxY },
      { k: 2, min: minZ, max: maxZ },
    ] as const
    const length = (side: { min: number; max: number }) => side.max - side.min
    const flat = length(x) >= length(y) ? x : y
    return length(z) > length(flat) ? z : flat
  }
}

function ownerDepths({ corners, positions }: PlacedMesh, order: Uint32Array, nodes: readonly TileNode[]): Uint8Array {
  const parents = new Int32Array(nodes.length).fill(-1)
  for (const node of nodes) for (const child of node.children) parents[child] = node.id
  const owners = new Int32Array(positions.length / 3).fill(-1)
  for (const leaf of nodes) {
    if (leaf.children.length > 0) continue
    for (let i = leaf.from; i < leaf.to; i++)
      for (let k = 0; k < 3; k++) {
        const position = corners[3 * order[i]! + k]!
        let owner = owners[position]!
        if (owner === leaf.id) continue
        if (owner < 0) owner = leaf.id
        else {
          // Up from both until they meet; a parent's id is larger than its children's.
          let other = leaf.id
          while (owner !== other) {
            if (owner < other) owner = parents[owner]!
            else other = parents[other]!
          }
        }
        owners[position] = owner
      }
  }
  const depths = new Uint8Array(new SharedArrayBuffer(owners.length))
  for (let i = 0; i < owners.length; i++) depths[i] = owners[i]! < 0 ? 0 : nodes[owners[i]!]!.depth
  return depths
}
