// What a read OBJ file is: the scanner's answer, in the file's own numbers.
import type { Unit } from '../place/placement.ts'

/** What a line names. */
export interface Named {
  readonly name: string
  readonly line: number
}

export interface SaidUnit {
  readonly unit: Unit
  readonly text: string
  readonly line: number
}

/** One OBJ file in memory, in its own numbers. */
export interface ObjMesh {
  /** x, y, z per vertex, float64: grid coordinates may stand in the file. */
  readonly positions: Float64Array
  /** u, v per texture coordinate, v upward as in the file. */
  readonly uvs: Float32Array
  /** Three position indices per triangle. */
  readonly corners: Uint32Array
  /** Three texture coordinate indices per triangle; -1 where the face has none. */
  readonly cornerUvs: Int32Array
  /** Per triangle, into `materials`. */
  readonly triangleMaterials: Uint16Array
  /** r, g, b and whether there is one (255, else 0) per vertex; empty where no vertex has a colour. */
  readonly colors: Uint8Array
  /** Names as `usemtl` gives them, each with its first line; '' for faces before the first. */
  readonly materials: readonly Named[]
  /** The rests of the `mtllib` lines. */
  readonly libraries: readonly Named[]
  /** What a comment says that its numbers count in. */
  readonly unit: SaidUnit | undefined
  readonly warnings: readonly string[]
}
