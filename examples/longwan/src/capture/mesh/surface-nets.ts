// Mesh: a volume becomes triangles by naive surface nets. Demo flow: carve -> **surface nets** -> simplify.
// One vertex per cell that the surface crosses, at the mean of the crossings of its edges (S. Gibson, "Constrained Elastic Surface Nets",
// 1998); one quad per lattice edge that it crosses.
import { PAD, type Volume } from '../fuse/carve.ts'
import type { Window } from '../scene/scene.ts'
import { GrowingFloats, GrowingIndices } from './growing.ts'
import { type Cut, cutGradient } from './outline.ts'

/** Site metres; three indices a triangle, counter-clockwise from outside. */
export interface Mesh {
  readonly positions: Float32Array
  readonly indices: Uint32Array
}

/** Pairs of cell corners (bit 0 x, bit 1 y, bit 2 z) that are edges. */
const EDGES = [0, 1, 0, 2, 0, 4, 1, 3, 1, 5, 2, 3, 2, 6, 3, 7, 4, 5, 4, 6, 5, 7, 6, 7] as const

/** The surface of the tile's own cells, where `cut` is positive. */
export function surfaceNets(v: Volume, window: Window, voxelMeters: number, cut: Cut): Mesh {
  const { nx, ny, nz, values } = v
  const layer = nx * ny
  const positions = new GrowingFloats()
  const indices = new GrowingIndices()
  // Vertex of each cell of two layers of cells, by parity of k; 0 is none.
  const cells = [new Int32Array(layer), new Int32Array(layer)] as const
  const corner = new Float64Array(8)
  const offsets = [0, 1, nx, nx + 1, layer, layer + 1, layer + nx, layer + nx + 1]
  const vertex = (i: number, j: number, k: number): number => {
    const own = cells[k & 1]!
    const o = j * nx + i
    if (own[o]) return own[o]! - 1
    for (let c = 0; c < 8; c++) corner[c] = values[k * layer + o + offsets[c]!]!
    let [sx, sy, sz, n] = [0, 0, 0, 0]
    for (let e = 0; e < 24; e += 2) {
      const a = EDGES[e]!
      const b = EDGES[e + 1]!
      const va = corner[a]!
      const vb = corner[b]!
      if (va < 0 === vb < 0) continue
      const t = va / (va - vb)
      sx += (a & 1) + ((b & 1) - (a & 1)) * t
      sy += ((a >> 1) & 1) + (((b >> 1) & 1) - ((a >> 1) & 1)) * t
      sz += (a >> 2) + ((b >> 2) - (a >> 2)) * t
      n++
    }
    positions.push3(
      window.x0 + (v.i0 + i + sx / n) * voxelMeters,
      window.y0 + (v.j0 + j + sy / n) * voxelMeters,
      (v.k0 + k + sz / n) * voxelMeters,
    )
    own[o] = positions.length / 3
    return own[o]! - 1
  }
  const quad = (a: number, b: number, c: number, d: number, inside: boolean): void => {
    if (inside) {
      indices.push3(a, b, c)
      indices.push3(a, c, d)
    } else {
      indices.push3(a, c, b)
      indices.push3(a, d, c)
    }
  }
  for (let k = 1; k < nz - 1; k++) {
    cells[k & 1]!.fill(0)
    for (let j = PAD; j < ny - PAD - 1; j++) {
      for (let i = PAD; i < nx - PAD - 1; i++) {
        const o = k * layer + j * nx + i
        const inside = values[o]! < 0
        if (values[o + 1]! < 0 !== inside) quad(vertex(i, j - 1, k - 1), vertex(i, j, k - 1), vertex(i, j, k), vertex(i, j - 1, k), inside)
        if (values[o + nx]! < 0 !== inside) quad(vertex(i - 1, j, k - 1), vertex(i - 1, j, k), vertex(i, j, k), vertex(i, j, k - 1), inside)
        if (values[o + layer]! < 0 !== inside)
          quad(vertex(i - 1, j - 1, k), vertex(i, j - 1, k), vertex(i, j, k), vertex(i - 1, j, k), inside)
      }
    }
  }
  return cutAlong(cut, positions.array.slice(0, positions.length), indices.array.slice(0, indices.length))
}

/** Drops what lies outside and pulls the new rim onto the edge, so that the rim is ragged and not a stair of voxels. */
function cutAlong(cut: Cut, positions: Float32Array, indices: Uint32Array): Mesh {
  const value = new Float32Array(positions.length / 3)
  let beyond = false
  for (let p = 0; p < value.length; p++) {
    value[p] = cut(positions[3 * p]!, positions[3 * p + 1]!)
    if (value[p]! < 0.4) beyond = true
  }
  if (!beyond) return { positions, indices }
  const kept = new Uint32Array(indices.length)
  const onRim = new Uint8Array(value.length) // bit 0: kept triangle, bit 1: dropped one
  let n = 0
  for (let t = 0; t < indices.length; t += 3) {
    const keep = value[indices[t]!]! + value[indices[t + 1]!]! + value[indices[t + 2]!]! > 0
    for (let k = 0; k < 3; k++) {
      onRim[indices[t + k]!]! |= keep ? 1 : 2
      if (keep) kept[n + k] = indices[t + k]!
    }
    if (keep) n += 3
  }
  for (let p = 0; p < value.length; p++) {
    if (onRim[p] !== 3) continue
    const [gx, gy] = cutGradient(cut, positions[3 * p]!, positions[3 * p + 1]!)
    const step = Math.max(-0.35, Math.min(0.35, value[p]! / (gx * gx + gy * gy || 1)))
    positions[3 * p]! -= gx * step
    positions[3 * p + 1]! -= gy * step
  }
  return { positions, indices: kept.slice(0, n) }
}
