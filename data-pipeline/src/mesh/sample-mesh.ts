// For tests: a flat sheet of squares on the lattice, as if read, placed and welded.
import type { PlacedMesh } from './placed-mesh.ts'

export interface SheetOptions {
  readonly size?: number
  readonly z?: (x: number, y: number) => number
  readonly stepMeters?: number
}

/** `columns` × `rows` squares of `size` steps, two triangles each; heights by `z`. */
export function sheet(columns: number, rows: number, { size = 100, z = () => 0, stepMeters = 2 ** -7 }: SheetOptions = {}): PlacedMesh {
  const positions: number[] = []
  for (let j = 0; j <= rows; j++) for (let i = 0; i <= columns; i++) positions.push(i * size, j * size, Math.round(z(i * size, j * size)))
  const corners: number[] = []
  const at = (i: number, j: number) => j * (columns + 1) + i
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) corners.push(at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j), at(i + 1, j + 1), at(i, j + 1))
  return {
    stepMeters,
    positions: Int32Array.from(positions),
    corners: Uint32Array.from(corners),
    cornerUvs: new Int32Array(corners.length).fill(-1),
    triangleSurfaces: new Uint16Array(corners.length / 3),
    uvs: new Float32Array(0),
  }
}
