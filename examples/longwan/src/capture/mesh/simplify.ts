// Mesh: to the density of a delivered capture. Demo flow: surface nets -> **simplify** -> charts.
import { MeshoptSimplifier } from 'meshoptimizer'
import type { Mesh } from './surface-nets.ts'

/** Beyond this distance nothing is simplified further, whatever the target. */
const ERROR_METERS = 0.35
/** What floats free and is smaller than this is dropped, as fusing programs do. */
const LEAST_COMPONENT_TRIANGLES = 48

/** Keeps `share` of the triangles; tile borders and rims stay (`LockBorder`), so tiles meet. Unused positions are left out. */
export async function simplifyMesh({ positions, indices }: Mesh, share: number): Promise<Mesh> {
  await MeshoptSimplifier.ready
  const target = Math.floor((indices.length / 3) * share) * 3
  const [simplified] = MeshoptSimplifier.simplify(indices, positions, 3, Math.max(900, target), ERROR_METERS, [
    'LockBorder',
    'ErrorAbsolute',
  ])
  return compact(positions, dropSpecks(simplified, positions.length / 3, LEAST_COMPONENT_TRIANGLES))
}

/** Leaves out connected parts of fewer than `least` triangles. */
export function dropSpecks(indices: Uint32Array, vertexCount: number, least: number): Uint32Array {
  const parent = Int32Array.from({ length: vertexCount }, (_, i) => i)
  const root = (a: number): number => {
    while (parent[a] !== a) {
      parent[a] = parent[parent[a]!]!
      a = parent[a]!
    }
    return a
  }
  for (let t = 0; t < indices.length; t += 3) {
    const a = root(indices[t]!)
    parent[root(indices[t + 1]!)] = a
    parent[root(indices[t + 2]!)] = a
  }
  const size = new Int32Array(vertexCount)
  for (let t = 0; t < indices.length; t += 3) size[root(indices[t]!)]!++
  const kept = new Uint32Array(indices.length)
  let n = 0
  for (let t = 0; t < indices.length; t += 3) {
    if (size[root(indices[t]!)]! < least) continue
    for (let k = 0; k < 3; k++) kept[n++] = indices[t + k]!
  }
  return kept.slice(0, n)
}

function compact(positions: Float32Array, indices: Uint32Array): Mesh {
  const place = new Int32Array(positions.length / 3).fill(-1)
  const out = new Uint32Array(indices.length)
  const used = new Float32Array(positions.length)
  let n = 0
  for (let i = 0; i < indices.length; i++) {
    const v = indices[i]!
    if (place[v]! < 0) {
      place[v] = n
      used.set(positions.subarray(3 * v, 3 * v + 3), 3 * n)
      n++
    }
    out[i] = place[v]!
  }
  return { positions: used.slice(0, 3 * n), indices: out }
}
