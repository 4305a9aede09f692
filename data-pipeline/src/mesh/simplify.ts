// Pipeline: gather -> **simplify** -> texture -> … Fewer triangles on the same positions.
//
// The mesh is of positions alone: the charts of real captures have 1-6 triangles, and a simplifier that respects their seams stalls at a
// third of the triangles on every level. Its texture is baked anew, so the seams may go. `Permissive` lets edges of more than two
// triangles collapse too. Locked is what another tile shares at this level, and nothing else: a border is whole at every level, and free
// as soon as the two tiles are one.
import { MeshoptSimplifier } from 'meshoptimizer/simplifier'
import { toMeters } from './tile-mesh.ts'

export interface SimplifiedMesh {
  readonly positionIds: Uint32Array
  readonly positions: Int32Array
  readonly triangles: Uint32Array
  /** How far it may be off what it was made from, metres. */
  readonly errorMeters: number
}

export interface SimplifyOptions {
  readonly stepMeters: number
  /** 1 for a position that another tile uses at this level. */
  readonly locked: Uint8Array
  readonly targetTriangles: number
}

/** Resolves when the simplifier can be called. */
export const simplifierReady: Promise<void> = MeshoptSimplifier.ready

export function simplify(
  { positionIds, positions, triangles }: { positionIds: Uint32Array; positions: Int32Array; triangles: Uint32Array },
  { stepMeters, locked, targetTriangles }: SimplifyOptions,
): SimplifiedMesh {
  const meters = toMeters(positions, stepMeters)
  const target = Math.max(1, Math.min(targetTriangles, triangles.length / 3)) * 3
  const [kept, errorMeters] = MeshoptSimplifier.simplifyWithAttributes(
    triangles,
    meters,
    3,
    new Float32Array(0),
    0,
    [],
    locked,
    target,
    1e9,
    ['Permissive', 'ErrorAbsolute'],
  )
  return { ...compacted({ positionIds, positions, triangles: kept }), errorMeters }
}

/** Leaves out positions that no triangle uses. */
function compacted({ positionIds, positions, triangles }: { positionIds: Uint32Array; positions: Int32Array; triangles: Uint32Array }) {
  const renumbered = new Uint32Array(triangles)
  const [remap, count] = MeshoptSimplifier.compactMesh(renumbered)
  const ids = new Uint32Array(count)
  const places = new Int32Array(count * 3)
  for (let i = 0; i < remap.length; i++) {
    const to = remap[i]!
    if (to >= count) continue
    ids[to] = positionIds[i]!
    for (let k = 0; k < 3; k++) places[3 * to + k] = positions[3 * i + k]!
  }
  return { positionIds: ids, positions: places, triangles: renumbered }
}
