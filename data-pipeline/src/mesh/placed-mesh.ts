// Weld: a source mesh, placed and welded. From here on the pipeline knows only the lattice.
import type { Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import { latticeExponent } from '../place/lattice.ts'
import type { Box, Placement } from '../place/placement.ts'
import { makeWarp } from '../place/warp.ts'
import type { SourceMesh } from '../read/source.ts'
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

export function boxOf(positions: Float64Array): Box {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i += 3)
    for (let k = 0; k < 3; k++) {
      const value = positions[i + k]!
      if (value < min[k]!) min[k] = value
      if (value > max[k]!) max[k] = value
    }
  return { min, max }
}

/** Triangles that the lattice makes flat (two corners at one place) go; the count of them is told. */
export function placeMesh(source: SourceMesh, box: Box, placement: Placement): PlacedMesh & { readonly flattened: number } {
  const local = new Float64Array(source.positions.length)
  makeWarp(placement.toLocal, box)(source.positions, local)
  const exponent = latticeExponent(meanEdge(local, source.corners), reach(local))
  const perMeter = 2 ** -exponent
  const lattice = new Int32Array(local.length)
  for (let i = 0; i < local.length; i++) lattice[i] = Math.round(local[i]! * perMeter)
  const { ids, positions } = weld(lattice)
  const total = source.corners.length / 3
  const corners = shared(Uint32Array, total * 3)
  const cornerUvs = shared(Int32Array, total * 3)
  const triangleSurfaces = shared(Uint16Array, total)
  let kept = 0
  for (let t = 0; t < total; t++) {
    const a = ids[source.corners[3 * t]!]!
    const b = ids[source.corners[3 * t + 1]!]!
    const c = ids[source.corners[3 * t + 2]!]!
    if (a === b || b === c || c === a) continue
    corners[3 * kept] = a
    corners[3 * kept + 1] = b
    corners[3 * kept + 2] = c
    for (let k = 0; k < 3; k++) cornerUvs[3 * kept + k] = source.cornerUvs[3 * t + k]!
    triangleSurfaces[kept++] = source.triangleSurfaces[t]!
  }
  const sharedPositions = shared(Int32Array, positions.length)
  sharedPositions.set(positions)
  return {
    stepMeters: 2 ** exponent,
    positions: sharedPositions,
    corners: corners.subarray(0, kept * 3),
    cornerUvs: cornerUvs.subarray(0, kept * 3),
    triangleSurfaces: triangleSurfaces.subarray(0, kept),
    uvs: source.uvs,
    flattened: total - kept,
  }
}

const shared = <T>(make: new (buffer: SharedArrayBuffer) => T, length: number): T =>
  new make(new SharedArrayBuffer(length * (make as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT))

function meanEdge(p: Float64Array, corners: Uint32Array): number {
  // A sample of 4,096 triangles says it to 2 %.
  const stride = 3 * Math.max(1, Math.floor(corners.length / 3 / 4096))
  let sum = 0
  let count = 0
  for (let i = 0; i < corners.length; i += stride) {
    const a: Vec3 = [p[3 * corners[i]!]!, p[3 * corners[i]! + 1]!, p[3 * corners[i]! + 2]!]
    const b = 3 * corners[i + 1]!
    sum += Math.hypot(p[b]! - a[0], p[b + 1]! - a[1], p[b + 2]! - a[2])
    count++
  }
  return sum / Math.max(1, count)
}

const reach = (p: Float64Array): number => {
  let most = 0
  for (let i = 0; i < p.length; i++) most = Math.max(most, Math.abs(p[i]!))
  return most
}
