// Weld: a source mesh, placed and welded. From here on the pipeline knows only the lattice.
import type { Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import { LATTICE_REACH, latticeExponent } from '../place/lattice.ts'
import type { Box, Placement } from '../place/placement.ts'
import { makeWarp } from '../place/warp.ts'
import type { SourceMesh } from '../read/source.ts'
import { boxOfAll, type Extent } from './extent.ts'
import { weld } from './weld.ts'

/** All triangles on the lattice. Arrays are shared memory; workers read them in place. */
export interface PlacedMesh {
  /** Metres: a power of two. */
  readonly stepMeters: number
  /** x, y, z per position, in steps. */
  readonly positions: Int32Array
  /** Three positions per triangle. */
  readonly corners: Uint32Array
  readonly cornerUvs: Int32Array
  readonly triangleSurfaces: Uint16Array
  readonly uvs: Float32Array
}

/** What became of the triangles that are not there. */
export interface Placing {
  readonly mesh: PlacedMesh
  /** Of what is no stray, local metres. */
  readonly core: Box
  /** Flat on the lattice: two corners at one place. */
  readonly flattened: number
  /** Strays further off than the lattice reaches, or all of them where they are dropped. */
  readonly dropped: number
}

/** Triangles that the lattice makes flat go, and strays that it does not reach; both are counted. */
export function placeMesh(source: SourceMesh, { box, far, strays, unused }: Extent, placement: Placement, dropOutliers = false): Placing {
  const { positions: from, corners: all } = source
  const local = new Float64Array(from.length)
  makeWarp(placement.toLocal, box)(from, local)
  const core = strays === undefined && unused === 0 ? boxOfAll(local) : coreOf(source, far, placement, local)
  const exponent = latticeExponent(meanEdge(local, all, far), Math.max(...core.min.map(Math.abs), ...core.max.map(Math.abs)))
  const perMeter = 2 ** -exponent
  const isReached = (vertex: number) => [0, 1, 2].every((k) => Math.abs(local[3 * vertex + k]! * perMeter) <= LATTICE_REACH)
  const lattice = new Int32Array(local.length)
  for (let i = 0; i < local.length; i++) lattice[i] = Math.round(local[i]! * perMeter)
  const { ids, positions } = weld(lattice)
  const total = all.length / 3
  const corners = shared(Uint32Array, total * 3)
  const cornerUvs = shared(Int32Array, total * 3)
  const triangleSurfaces = shared(Uint16Array, total)
  let kept = 0
  let dropped = 0
  for (let t = 0; t < total; t++) {
    const va = all[3 * t]!
    const vb = all[3 * t + 1]!
    const vc = all[3 * t + 2]!
    if (far[t] === 1 && (dropOutliers || !isReached(va) || !isReached(vb) || !isReached(vc))) {
      dropped++
      continue
    }
    const a = ids[va]!
    const b = ids[vb]!
    const c = ids[vc]!
    if (a === b || b === c || c === a) continue
    corners[3 * kept] = a
    corners[3 * kept + 1] = b
    corners[3 * kept + 2] = c
    for (let k = 0; k < 3; k++) cornerUvs[3 * kept + k] = source.cornerUvs[3 * t + k]!
    triangleSurfaces[kept++] = source.triangleSurfaces[t]!
  }
  const sharedPositions = shared(Int32Array, positions.length)
  sharedPositions.set(positions)
  const mesh = {
    stepMeters: 2 ** exponent,
    positions: sharedPositions,
    corners: corners.subarray(0, kept * 3),
    cornerUvs: cornerUvs.subarray(0, kept * 3),
    triangleSurfaces: triangleSurfaces.subarray(0, kept),
    uvs: source.uvs,
  }
  return { mesh, core, flattened: total - kept - dropped, dropped }
}

/** Around all but strays, in local metres; strays are placed exactly, for the warp is not beyond its box. */
function coreOf({ positions, corners }: SourceMesh, far: Uint8Array, { toLocal }: Placement, local: Float64Array): Box {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let t = 0; t < far.length; t++)
    for (let i = 3 * t; i < 3 * t + 3; i++) {
      const at = 3 * corners[i]!
      if (far[t] === 1) local.set(toLocal([positions[at]!, positions[at + 1]!, positions[at + 2]!]), at)
      else
        for (let k = 0; k < 3; k++) {
          const value = local[at + k]!
          if (value < min[k]!) min[k] = value
          if (value > max[k]!) max[k] = value
        }
    }
  return { min, max }
}

const shared = <T>(make: new (buffer: SharedArrayBuffer) => T, length: number): T =>
  new make(new SharedArrayBuffer(length * (make as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT))

function meanEdge(p: Float64Array, corners: Uint32Array, far: Uint8Array): number {
  // A sample of 4,096 triangles says it to 2 %.
  const stride = 3 * Math.max(1, Math.floor(corners.length / 3 / 4096))
  let sum = 0
  let count = 0
  for (let i = 0; i < corners.length; i += stride) {
    if (far[i / 3] === 1) continue
    const a: Vec3 = [p[3 * corners[i]!]!, p[3 * corners[i]! + 1]!, p[3 * corners[i]! + 2]!]
    const b = 3 * corners[i + 1]!
    sum += Math.hypot(p[b]! - a[0], p[b + 1]! - a[1], p[b + 2]! - a[2])
    count++
  }
  return sum / Math.max(1, count)
}
