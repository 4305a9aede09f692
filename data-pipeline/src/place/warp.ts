// Place: a placement made cheap. A projection per vertex costs about 1 µs, more than reading the vertex; the placement is so smooth that
// exact points on a coarse lattice, blended, are within a fraction of a millimetre.
import type { Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import type { Box } from './placement.ts'

/** Blending may be off by this much, metres. The lattice is made finer until it is not. */
const TOLERANCE_METERS = 0.0005
const MAX_CELLS = 256

/** Places vertices: `from` are triples of the mesh's numbers, `to` receives local metres. */
export type Warp = (from: Float64Array, to: Float64Array) => void

/** Exact along all three axes at each node; between nodes trilinear (the third axis has two layers, for it is straight). */
export function makeWarp(toLocal: (point: Vec3) => Vec3, box: Box): Warp {
  // Which two axes are the ground does not matter: all three get nodes, a straight axis needs few.
  for (let cells = 2; ; cells *= 2) {
    const lattice = new Lattice(toLocal, box, cells)
    if (cells >= MAX_CELLS || lattice.worstError() <= TOLERANCE_METERS) return (from, to) => lattice.place(from, to)
  }
}

class Lattice {
  readonly #toLocal: (point: Vec3) => Vec3
  readonly #min: Vec3
  readonly #step: Vec3
  readonly #counts: Vec3
  readonly #nodes: Float64Array

  constructor(toLocal: (point: Vec3) => Vec3, { min, max }: Box, cells: number) {
    this.#toLocal = toLocal
    this.#min = min
    const extent = [0, 1, 2].map((k) => Math.max(max[k as 0] - min[k as 0], 1e-6)) as unknown as Vec3
    // Flat captures get two layers; tall meshes get as many as their shape asks for.
    const longest = Math.max(...extent)
    this.#counts = extent.map((e) => Math.max(1, Math.ceil((cells * e) / longest))) as unknown as Vec3
    this.#step = extent.map((e, k) => e / this.#counts[k as 0]) as unknown as Vec3
    const [nx, ny, nz] = this.#counts
    this.#nodes = new Float64Array(3 * (nx + 1) * (ny + 1) * (nz + 1))
    let at = 0
    for (let k = 0; k <= nz; k++)
      for (let j = 0; j <= ny; j++)
        for (let i = 0; i <= nx; i++) {
          this.#nodes.set(toLocal(this.#point(i, j, k)), at)
          at += 3
        }
  }

  #point(i: number, j: number, k: number): Vec3 {
    return [this.#min[0] + i * this.#step[0], this.#min[1] + j * this.#step[1], this.#min[2] + k * this.#step[2]]
  }

  /** The largest distance between blended and exact, at the middles of cells (every one of a coarse lattice, a sample of a fine one). */
  worstError(): number {
    const [nx, ny, nz] = this.#counts
    const stride = Math.max(1, Math.floor(nx / 8))
    let worst = 0
    const blended = new Float64Array(3)
    for (let k = 0; k < nz; k += Math.max(1, Math.floor(nz / 4)))
      for (let j = 0; j < ny; j += stride)
        for (let i = 0; i < nx; i += stride) {
          const point = this.#point(i + 0.5, j + 0.5, k + 0.5)
          this.place(Float64Array.from(point), blended)
          const exact = this.#toLocal(point)
          worst = Math.max(worst, Math.hypot(blended[0]! - exact[0], blended[1]! - exact[1], blended[2]! - exact[2]))
        }
    return worst
  }

  place(from: Float64Array, to: Float64Array): void {
    const [nx, ny, nz] = this.#counts
    const nodes = this.#nodes
    const row = 3 * (nx + 1)
    const layer = row * (ny + 1)
    const [x0, y0, z0] = this.#min
    const [sx, sy, sz] = this.#step
    for (let i = 0; i < from.length; i += 3) {
      const x = (from[i]! - x0) / sx
      const y = (from[i + 1]! - y0) / sy
      const z = (from[i + 2]! - z0) / sz
      const cx = x < 0 ? 0 : x >= nx ? nx - 1 : Math.floor(x)
      const cy = y < 0 ? 0 : y >= ny ? ny - 1 : Math.floor(y)
      const cz = z < 0 ? 0 : z >= nz ? nz - 1 : Math.floor(z)
      const [fx, fy, fz] = [x - cx, y - cy, z - cz]
      const at = cz * layer + cy * row + 3 * cx
      for (let k = 0; k < 3; k++) {
        const o = at + k
        const low = mix(mix(nodes[o]!, nodes[o + 3]!, fx), mix(nodes[o + row]!, nodes[o + row + 3]!, fx), fy)
        const p = o + layer
        const high = mix(mix(nodes[p]!, nodes[p + 3]!, fx), mix(nodes[p + row]!, nodes[p + row + 3]!, fx), fy)
        to[i + k] = mix(low, high, fz)
      }
    }
  }
}

const mix = (a: number, b: number, t: number): number => a + (b - a) * t
