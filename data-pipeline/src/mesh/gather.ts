// Pipeline: partition -> **gather** -> texture -> … The triangles of one leaf, with positions numbered for it alone.

import type { Surface } from '../read/looks.ts'
import type { Page } from '../read/page.ts'
import type { PlacedMesh } from './placed-mesh.ts'

export interface LeafMesh {
  readonly positionIds: Uint32Array
  readonly positions: Int32Array
  readonly triangles: Uint32Array
  /** x, y per corner in pixels of the triangle's page, y downward; 0 where it has no page. */
  readonly cornerPixels: Float32Array
  readonly surfaces: Uint16Array
}

/** What a leaf is gathered from; the same for all leaves of an input. */
export interface GatherContext {
  readonly mesh: PlacedMesh
  readonly order: Uint32Array
  readonly surfaces: readonly Surface[]
  readonly pages: readonly Page[]
}

export function gather({ mesh, order, surfaces: looks, pages }: GatherContext, from: number, to: number): LeafMesh {
  const count = to - from
  const triangles = new Uint32Array(count * 3)
  const cornerPixels = new Float32Array(count * 6)
  const surfaces = new Uint16Array(count)
  const numbers = new LocalNumbers(count)
  for (let i = 0; i < count; i++) {
    const t = order[from + i]!
    const surface = mesh.triangleSurfaces[t]!
    const page = pages[looks[surface]!.page]
    surfaces[i] = surface
    for (let k = 0; k < 3; k++) {
      triangles[3 * i + k] = numbers.of(mesh.corners[3 * t + k]!)
      const uv = mesh.cornerUvs[3 * t + k]!
      if (page === undefined || uv < 0) continue
      cornerPixels[6 * i + 2 * k] = mesh.uvs[2 * uv]! * page.width
      cornerPixels[6 * i + 2 * k + 1] = (1 - mesh.uvs[2 * uv + 1]!) * page.height
    }
  }
  const positionIds = numbers.ids()
  const positions = new Int32Array(positionIds.length * 3)
  for (let i = 0; i < positionIds.length; i++) for (let k = 0; k < 3; k++) positions[3 * i + k] = mesh.positions[3 * positionIds[i]! + k]!
  return { positionIds, positions, triangles, cornerPixels, surfaces }
}

/** Numbers of all positions to numbers of one tile, by first appearance. */
export class LocalNumbers {
  #keys: Int32Array
  #values: Int32Array
  #ids: Uint32Array
  #count = 0

  constructor(triangles: number) {
    let slots = 64
    while (slots < triangles * 2) slots *= 2
    this.#keys = new Int32Array(slots).fill(-1)
    this.#values = new Int32Array(slots)
    this.#ids = new Uint32Array(slots)
  }

  of(id: number): number {
    const mask = this.#keys.length - 1
    let slot = Math.imul(id, 0x9e3779b1) >>> 7
    slot &= mask
    for (;;) {
      const key = this.#keys[slot]!
      if (key === id) return this.#values[slot]!
      if (key < 0) break
      slot = (slot + 1) & mask
    }
    if (this.#count * 2 >= this.#keys.length) {
      this.#grow()
      return this.of(id)
    }
    this.#keys[slot] = id
    this.#values[slot] = this.#count
    this.#ids[this.#count] = id
    return this.#count++
  }

  ids(): Uint32Array {
    return this.#ids.slice(0, this.#count)
  }

  #grow(): void {
    const ids = this.ids()
    const slots = this.#keys.length * 2
    this.#keys = new Int32Array(slots).fill(-1)
    this.#values = new Int32Array(slots)
    this.#ids = new Uint32Array(slots)
    this.#count = 0
    for (const id of ids) this.of(id)
  }
}
