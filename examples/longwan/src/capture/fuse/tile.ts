// Fuse: how the site is cut into the tiles of a delivery. Indices count voxels from the window's south-west corner, so neighbours see the
// same lattice and their borders meet to the last bit.
import type { Window } from '../scene/scene.ts'

export interface Tile {
  readonly column: number
  readonly row: number
  readonly name: string
  readonly i0: number
  readonly i1: number
  readonly j0: number
  readonly j1: number
}

/** Names as ContextCapture gives them. */
export function tileName(column: number, row: number): string {
  const part = (n: number): string => `+${String(n).padStart(3, '0')}`
  return `Tile_${part(column)}_${part(row)}`
}

export function cutTiles(window: Window, voxelMeters: number, columns: number, rows: number): Tile[] {
  const nx = Math.round((window.x1 - window.x0) / voxelMeters)
  const ny = Math.round((window.y1 - window.y0) / voxelMeters)
  const tiles: Tile[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      tiles.push({
        column,
        row,
        name: tileName(column, row),
        i0: Math.floor((column * nx) / columns),
        i1: Math.floor(((column + 1) * nx) / columns),
        j0: Math.floor((row * ny) / rows),
        j1: Math.floor(((row + 1) * ny) / rows),
      })
    }
  }
  return tiles
}
