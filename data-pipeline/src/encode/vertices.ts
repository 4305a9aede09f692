// Pipeline: texture -> **encode** -> write. Triangles with corners become vertices and indices, in the order that compresses and draws best.
import { MeshoptEncoder } from 'meshoptimizer/encoder'

export interface VertexMesh {
  readonly count: number
  /** x, y, z per vertex, in lattice steps. */
  readonly positions: Int32Array
  /** u, v per vertex, 0 to 65,535. */
  readonly uvs: Uint16Array
  readonly indices: Uint32Array
}

/** Resolves when the encoder can be called. */
export const encoderReady: Promise<void> = MeshoptEncoder.ready

export interface CornerMesh {
  readonly positions: Int32Array
  readonly triangles: Uint32Array
  readonly cornerPixels: Float32Array
}

/** One vertex per position and place in the picture. */
export function toVertices(
  { positions, triangles, cornerPixels }: CornerMesh,
  { width, height }: { width: number; height: number },
): VertexMesh {
  const corners = triangles.length
  const uv = new Uint32Array(corners)
  for (let c = 0; c < corners; c++) {
    const u = Math.min(65_535, Math.max(0, Math.round((cornerPixels[2 * c]! / width) * 65_535)))
    const v = Math.min(65_535, Math.max(0, Math.round((cornerPixels[2 * c + 1]! / height) * 65_535)))
    uv[c] = ((v << 16) | u) >>> 0
  }
  const { indices, firstCorners } = joinCorners(triangles, uv)
  const [remap, count] = MeshoptEncoder.reorderMesh(indices, true, true)
  const places = new Int32Array(count * 3)
  const uvs = new Uint16Array(count * 2)
  for (let i = 0; i < firstCorners.length; i++) {
    const to = remap[i]!
    if (to >= count) continue
    const corner = firstCorners[i]!
    for (let k = 0; k < 3; k++) places[3 * to + k] = positions[3 * triangles[corner]! + k]!
    uvs[2 * to] = uv[corner]! & 0xffff
    uvs[2 * to + 1] = uv[corner]! >>> 16
  }
  return { count, positions: places, uvs, indices }
}

/** Numbers distinct (position, uv) by first appearance. */
function joinCorners(triangles: Uint32Array, uv: Uint32Array): { indices: Uint32Array; firstCorners: Uint32Array } {
  let slots = 64
  while (slots < triangles.length * 2) slots *= 2
  const table = new Int32Array(slots).fill(-1)
  const indices = new Uint32Array(triangles.length)
  const firstCorners = new Uint32Array(triangles.length)
  let count = 0
  for (let corner = 0; corner < triangles.length; corner++) {
    let slot = Math.imul(triangles[corner]!, 0x9e3779b1) ^ Math.imul(uv[corner]!, 0x85ebca6b)
    slot = (slot ^ (slot >>> 15)) & (slots - 1)
    for (;;) {
      const vertex = table[slot]!
      if (vertex < 0) {
        table[slot] = count
        firstCorners[count] = corner
        indices[corner] = count++
        break
      }
      const first = firstCorners[vertex]!
      if (triangles[first] === triangles[corner] && uv[first] === uv[corner]) {
        indices[corner] = vertex
        break
      }
      slot = (slot + 1) & (slots - 1)
    }
  }
  return { indices, firstCorners: firstCorners.slice(0, count) }
}
