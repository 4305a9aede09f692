// Heights: the triangles of a leaf as heights of cells. docs/formats/heights.md says what a cell means.

/** Where the finest level's cells lie, in local metres. */
export interface HeightGrid {
  readonly cellMeters: number
  readonly minX: number
  readonly minY: number
  readonly columns: number
  readonly rows: number
}

/** Cells of one leaf; NaN where it has no surface. */
export interface HeightPatch {
  readonly column: number
  readonly row: number
  readonly columns: number
  readonly rows: number
  readonly ground: Float32Array
  readonly surface: Float32Array
}

/** Square of the cosine of the slope under which a surface is walkable: 45°. */
const WALKABLE = 0.5

export function rasterHeights(
  { positions, triangles }: { positions: Int32Array; triangles: Uint32Array },
  stepMeters: number,
  grid: HeightGrid,
): HeightPatch {
  const patch = patchOf(positions, stepMeters, grid)
  const scale = stepMeters / grid.cellMeters
  // Places in cells of the patch, counted between centres: cell (0, 0)'s centre is (0, 0).
  const offX = -grid.minX / grid.cellMeters - patch.column - 0.5
  const offY = -grid.minY / grid.cellMeters - patch.row - 0.5
  for (let t = 0; t < triangles.length; t += 3) {
    const a = 3 * triangles[t]!
    const b = 3 * triangles[t + 1]!
    const c = 3 * triangles[t + 2]!
    const ax = positions[a]! * scale + offX
    const ay = positions[a + 1]! * scale + offY
    const az = positions[a + 2]! * stepMeters
    const bx = positions[b]! * scale + offX - ax
    const by = positions[b + 1]! * scale + offY - ay
    const bz = positions[b + 2]! * stepMeters - az
    const cx = positions[c]! * scale + offX - ax
    const cy = positions[c + 1]! * scale + offY - ay
    const cz = positions[c + 2]! * stepMeters - az
    const det = bx * cy - by * cx
    if (det === 0) continue
    const cell = grid.cellMeters
    // The normal's upward part against its length (slope under 45°).
    const nx = (by * cz - bz * cy) * cell
    const ny = (bz * cx - bx * cz) * cell
    const nz = det * cell * cell
    const walkable = nz * nz > WALKABLE * (nx * nx + ny * ny + nz * nz)
    // A cell counts as touched where the triangle's nearest point to its centre lies in it: slivers count too.
    const x0 = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx) - 0.5))
    const x1 = Math.min(patch.columns - 1, Math.floor(ax + Math.max(0, bx, cx) + 0.5))
    const y0 = Math.max(0, Math.ceil(ay + Math.min(0, by, cy) - 0.5))
    const y1 = Math.min(patch.rows - 1, Math.floor(ay + Math.max(0, by, cy) + 0.5))
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        const px = x - ax
        const py = y - ay
        let wb = (px * cy - py * cx) / det
        let wc = (bx * py - by * px) / det
        if (wb < 0 || wc < 0 || wb + wc > 1) {
          nearest(px, py, bx, by, cx, cy)
          wb = near.wb
          wc = near.wc
          if (Math.abs(wb * bx + wc * cx - px) > 0.5 || Math.abs(wb * by + wc * cy - py) > 0.5) continue
        }
        const height = az + wb * bz + wc * cz
        const at = y * patch.columns + x
        // NaN loses every comparison, so the first height always enters.
        if (!(patch.surface[at]! >= height)) patch.surface[at] = height
        if (walkable && !(patch.ground[at]! <= height)) patch.ground[at] = height
      }
  }
  return patch
}

/** Weights of the point that was found last; one object, for this runs millions of times. */
const near = { wb: 0, wc: 0 }

/** The point of the triangle (0, 0), b, c's edges nearest to (x, y), as weights of b and c. */
function nearest(x: number, y: number, bx: number, by: number, cx: number, cy: number): void {
  const ab = clamp((x * bx + y * by) / (bx * bx + by * by))
  const ac = clamp((x * cx + y * cy) / (cx * cx + cy * cy))
  const bc = clamp(((x - bx) * (cx - bx) + (y - by) * (cy - by)) / ((cx - bx) ** 2 + (cy - by) ** 2))
  const toAb = (ab * bx - x) ** 2 + (ab * by - y) ** 2
  const toAc = (ac * cx - x) ** 2 + (ac * cy - y) ** 2
  const toBc = (bx + bc * (cx - bx) - x) ** 2 + (by + bc * (cy - by) - y) ** 2
  if (toAb <= toAc && toAb <= toBc) {
    near.wb = ab
    near.wc = 0
  } else if (toAc <= toBc) {
    near.wb = 0
    near.wc = ac
  } else {
    near.wb = 1 - bc
    near.wc = bc
  }
}

const clamp = (value: number): number => (value > 0 ? Math.min(1, value) : 0)

function patchOf(positions: Int32Array, step: number, grid: HeightGrid): HeightPatch {
  const low = [Infinity, Infinity]
  const high = [-Infinity, -Infinity]
  for (let i = 0; i < positions.length; i += 3)
    for (let k = 0; k < 2; k++) {
      low[k] = Math.min(low[k]!, positions[i + k]!)
      high[k] = Math.max(high[k]!, positions[i + k]!)
    }
  const cell = (value: number, min: number) => Math.floor((value * step - min) / grid.cellMeters)
  const column = Math.max(0, cell(low[0]!, grid.minX))
  const row = Math.max(0, cell(low[1]!, grid.minY))
  // What lies beyond the grid (a stray far off) has no cell in it.
  const columns = Math.max(0, Math.min(grid.columns - 1, cell(high[0]!, grid.minX)) - column + 1)
  const rows = Math.max(0, Math.min(grid.rows - 1, cell(high[1]!, grid.minY)) - row + 1)
  const none = () => new Float32Array(columns * rows).fill(Number.NaN)
  return { column, row, columns, rows, ground: none(), surface: none() }
}
