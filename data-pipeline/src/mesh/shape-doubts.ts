// Place: what a mesh looks like, against what was said of it. A phone's scan lies on its side, a CAD export is a thousand times too large: both
// convert without a fault, so they are told.
import { UNITS, type Unit } from '../place/placement.ts'
import type { SourceMesh } from '../read/source.ts'
import type { Extent } from './extent.ts'

/** Faces of a capture look up on the whole: so much of their area, summed with its direction, along one axis, */
const UPRIGHT = 0.5
/** and so little along the other. A closed body sums to nothing, and says nothing. */
const FLAT = 0.25
/** A drone's mesh this wide has shorter edges than that. */
const WIDE_METERS = 1_000
const LONG_EDGE_METERS = 10

export interface SaidShape {
  readonly up: 'z' | 'y'
  /** Undefined: nobody said it. */
  readonly unit: Unit | undefined
}

export function shapeDoubts(source: SourceMesh, { box, far }: Extent, { up, unit }: SaidShape): string[] {
  const { normal, area, meanEdge } = measure(source, far)
  const metersPer = UNITS[unit ?? 'm']
  const size = (as: number) =>
    box.max.map((value, k) => ((value - box.min[k as 0]!) * as).toLocaleString('en', { maximumFractionDigits: 1 })).join(' × ')
  const doubts: string[] = []
  const [along, across] = up === 'z' ? [2, 1] : [1, 2]
  // South is up where a mesh with its y upward is read with its z upward, and the other way round.
  const toward = normal[across]! / area
  if (toward > UPRIGHT && Math.abs(normal[along]!) < FLAT * area)
    doubts.push(
      `it looks ${up === 'z' ? 'y' : 'z'} up, and is read ${up} up: ${Math.round(toward * 100)} % of its faces look along ${'xyz'[across]}. It is ${size(metersPer)} m along x, y and z. Give --up ${up === 'z' ? 'y' : 'z'} if it lies on its side`,
    )
  if (unit !== undefined) return doubts
  const wide = Math.max(...box.max.map((value, k) => value - box.min[k as 0]!))
  const { unit: said } = source
  if (said !== undefined && said.unit !== 'm')
    doubts.push(
      `${said.file}:${said.line}: says ${JSON.stringify(said.text)}, and its numbers are taken as metres (${size(1)} m); give --unit ${said.unit} (${size(UNITS[said.unit])} m), or --unit m if it is wrong`,
    )
  else if (wide > WIDE_METERS && meanEdge > LONG_EDGE_METERS)
    doubts.push(
      `it is ${size(1)} m, with edges of ${Math.round(meanEdge)} m: its numbers may count millimetres (${size(UNITS.mm)} m). Give --unit mm if they do, or --unit m to say that they are metres`,
    )
  return doubts
}

/** The sum of all faces' directions by area, their area, and the mean length of an edge, all in the mesh's own numbers. */
function measure({ positions: p, corners }: SourceMesh, far: Uint8Array): { normal: readonly number[]; area: number; meanEdge: number } {
  let [x, y, z] = [0, 0, 0]
  let area = 0
  let edges = 0
  let count = 0
  // A sample of this many says it well enough.
  const stride = Math.ceil(far.length / 100_000)
  for (let t = 0; t < far.length; t += stride) {
    if (far[t] === 1) continue
    const a = 3 * corners[3 * t]!
    const b = 3 * corners[3 * t + 1]!
    const c = 3 * corners[3 * t + 2]!
    const ux = p[b]! - p[a]!
    const uy = p[b + 1]! - p[a + 1]!
    const uz = p[b + 2]! - p[a + 2]!
    const wx = p[c]! - p[a]!
    const wy = p[c + 1]! - p[a + 1]!
    const wz = p[c + 2]! - p[a + 2]!
    const nx = uy * wz - uz * wy
    const ny = uz * wx - ux * wz
    const nz = ux * wy - uy * wx
    x += nx / 2
    y += ny / 2
    z += nz / 2
    area += Math.sqrt(nx * nx + ny * ny + nz * nz) / 2
    edges += Math.sqrt(ux * ux + uy * uy + uz * uz)
    count++
  }
  return { normal: [x, y, z], area, meanEdge: edges / Math.max(1, count) }
}
