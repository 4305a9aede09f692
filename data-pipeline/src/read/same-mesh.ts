// Read: files that hold the same mesh, by what they hold. Copies go; what only lies over another is told, for it may be meant so.
import { boxOfAll } from '../mesh/extent.ts'
import type { Box } from '../place/placement.ts'
import type { ObjMesh } from './obj-mesh.ts'

interface Parsed {
  readonly file: string
  readonly mesh: ObjMesh
}

/** Boxes that share this part of what both cover together are of one thing, or of two things at one place. */
const OVERLAP = 0.8

/** @returns the meshes that are taken, in the order given, and what is to be told of the others */
export function withoutCopies(parsed: readonly Parsed[]): { taken: Parsed[]; notes: string[]; warnings: string[] } {
  if (parsed.length === 1) return { taken: [...parsed], notes: [], warnings: [] }
  const taken: { readonly of: Parsed; readonly box: Box | undefined }[] = []
  const notes: string[] = []
  const warnings: string[] = []
  for (const of of parsed) {
    const box = boxOf(of.mesh)
    const copy = taken.find((other) => isCopy(other.of.mesh, of.mesh))
    if (copy !== undefined) {
      notes.push(`${of.file}: is the same mesh as ${copy.of.file} and is left out`)
      continue
    }
    const under = box && taken.find((other) => other.box !== undefined && overlapOf(other.box, box) > OVERLAP)
    if (under)
      warnings.push(
        `${of.file}: lies where ${under.of.file} lies, and both are kept; if they are one mesh in two forms, give the path of the one that you want`,
      )
    taken.push({ of, box })
  }
  return { taken: taken.map(({ of }) => of), notes, warnings }
}

/** Around its vertices; undefined where it has no face. NaN loses every comparison. */
const boxOf = ({ positions, corners }: ObjMesh): Box | undefined => (corners.length === 0 ? undefined : boxOfAll(positions))

function isCopy(a: ObjMesh, b: ObjMesh): boolean {
  const same = <T extends ArrayLike<number>>(one: T, other: T) => {
    if (one.length !== other.length) return false
    for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
    return true
  }
  return b.corners.length > 0 && same(a.positions, b.positions) && same(a.corners, b.corners)
}

/** Shared ground against all ground of two boxes, seen along their shortest axis: 0 to 1. */
function overlapOf(a: Box, b: Box): number {
  const size = ({ min, max }: Box) => min.map((value, k) => max[k]! - value)
  const flat = size(a).indexOf(Math.min(...size(a)))
  const axes = [0, 1, 2].filter((k) => k !== flat)
  const area = (box: Box) => axes.reduce((product, k) => product * size(box)[k]!, 1)
  const shared = axes.reduce((product, k) => product * Math.max(0, Math.min(a.max[k]!, b.max[k]!) - Math.max(a.min[k]!, b.min[k]!)), 1)
  const apart = Math.max(a.min[flat]!, b.min[flat]!) > Math.min(a.max[flat]!, b.max[flat]!)
  return apart ? 0 : shared / (area(a) + area(b) - shared)
}
