// Mesh: which triangle lies across each edge.

/** Per triangle and edge (corner k to k + 1) the neighbour, or −1 at a rim or where more than two meet. */
export function neighbours(indices: Uint32Array, vertexCount: number): Int32Array {
  const out = new Int32Array(indices.length).fill(-1)
  const open = new Map<number, number>()
  const MET = -1
  for (let e = 0; e < indices.length; e++) {
    const a = indices[e]!
    const b = indices[e % 3 === 2 ? e - 2 : e + 1]!
    const key = a < b ? a * vertexCount + b : b * vertexCount + a
    const other = open.get(key)
    if (other === undefined) open.set(key, e)
    else if (other >= 0) {
      out[e] = (other / 3) | 0
      out[other] = (e / 3) | 0
      open.set(key, MET)
    }
  }
  return out
}
