// Measure: what tells a capture from a modelled scene, in numbers: how small its charts are, how often positions split into wedges, how much
// rim it has, how rough its flat places are, how full its atlas. Positions are welded to the millimetre first, across tiles.
import sharp from 'sharp'
import type { ObjMesh } from './read-obj.ts'

export interface CaptureStatistics {
  readonly triangles: number
  readonly positions: number
  readonly trianglesPerChart: { readonly mean: number; readonly median: number; readonly p90: number }
  readonly wedgesPerPosition: number
  readonly boundaryEdgesPercent: number
  readonly nonManifoldEdgesPercent: number
  /** Degrees, over nearly flat 4 m cells: those 5 m above their surroundings, and those near the ground. */
  readonly roofSpreadDeg: Spread
  readonly groundSpreadDeg: Spread
  readonly areaSquareMeters: number
  readonly megapixels: number
  readonly pages: number
  /** Texels whose centre lies in a triangle, each counted once. */
  readonly atlasFillPercent: number
}

export interface Spread {
  readonly median: number
  readonly p90: number
  readonly cells: number
}

export async function measureCapture(meshes: readonly ObjMesh[], up: 'y' | 'z' = 'z'): Promise<CaptureStatistics> {
  const welded = weld(meshes, up)
  const edges = countEdges(welded.positions)
  const charts = chartSizes(welded.wedges)
  const { roof, ground, area } = flatSpread(welded)
  const atlas = await measureAtlas(meshes)
  return {
    triangles: welded.positions.length / 3,
    positions: welded.points.length / 3,
    trianglesPerChart: { mean: mean(charts), median: quantile(charts, 0.5), p90: quantile(charts, 0.9) },
    wedgesPerPosition: welded.wedgeCount / (welded.points.length / 3),
    boundaryEdgesPercent: (edges.once / edges.all) * 100,
    nonManifoldEdgesPercent: (edges.often / edges.all) * 100,
    roofSpreadDeg: roof,
    groundSpreadDeg: ground,
    areaSquareMeters: area,
    ...atlas,
  }
}

interface Welded {
  readonly points: Float64Array
  /** Welded position and wedge (position with texture coordinate) of each corner. */
  readonly positions: Uint32Array
  readonly wedges: Uint32Array
  readonly wedgeCount: number
}

function weld(meshes: readonly ObjMesh[], up: 'y' | 'z'): Welded {
  const points: number[] = []
  const place = new Map<string, number>()
  const positions: number[] = []
  const wedges: number[] = []
  let wedgeCount = 0
  const first = meshes[0]?.origin ?? [0, 0, 0]
  for (const mesh of meshes) {
    const [dx, dy, dz] = [mesh.origin[0] - first[0], mesh.origin[1] - first[1], mesh.origin[2] - first[2]]
    const own = new Uint32Array(mesh.positions.length / 3)
    for (let i = 0; i < own.length; i++) {
      const x = mesh.positions[3 * i]! + dx
      const a = mesh.positions[3 * i + 1]! + dy
      const b = mesh.positions[3 * i + 2]! + dz
      const [y, z] = up === 'z' ? [a, b] : [-b, a]
      const key = `${Math.round(x * 1000)},${Math.round(y * 1000)},${Math.round(z * 1000)}`
      let id = place.get(key)
      if (id === undefined) {
        id = points.length / 3
        place.set(key, id)
        points.push(x, y, z)
      }
      own[i] = id
    }
    for (const group of mesh.groups) {
      const known = new Map<string, number>()
      for (let c = 0; c < group.positions.length; c++) {
        const p = own[group.positions[c]!]!
        const t = group.textureCoordinates[c]!
        const key = t < 0 ? `${p}` : `${p}|${mesh.textureCoordinates[2 * t]!.toFixed(6)},${mesh.textureCoordinates[2 * t + 1]!.toFixed(6)}`
        let w = known.get(key)
        if (w === undefined) {
          w = wedgeCount++
          known.set(key, w)
        }
        positions.push(p)
        wedges.push(w)
      }
    }
  }
  return { points: Float64Array.from(points), positions: Uint32Array.from(positions), wedges: Uint32Array.from(wedges), wedgeCount }
}

function countEdges(corners: Uint32Array): { once: number; often: number; all: number } {
  const count = new Map<number, number>()
  for (let c = 0; c < corners.length; c++) {
    const a = corners[c]!
    const b = corners[c % 3 === 2 ? c - 2 : c + 1]!
    if (a === b) continue
    const key = a < b ? a * 2 ** 26 + b : b * 2 ** 26 + a
    count.set(key, (count.get(key) ?? 0) + 1)
  }
  let [once, often] = [0, 0]
  for (const n of count.values()) {
    if (n === 1) once++
    else if (n > 2) often++
  }
  return { once, often, all: count.size }
}

/** Triangles that share an edge of wedges are one chart; sizes ascending. */
function chartSizes(wedges: Uint32Array): number[] {
  const parent = Uint32Array.from({ length: wedges.length / 3 }, (_, i) => i)
  const root = (a: number): number => {
    while (parent[a] !== a) {
      parent[a] = parent[parent[a]!]!
      a = parent[a]!
    }
    return a
  }
  const open = new Map<number, number>()
  for (let c = 0; c < wedges.length; c++) {
    const a = wedges[c]!
    const b = wedges[c % 3 === 2 ? c - 2 : c + 1]!
    const key = a < b ? a * 2 ** 26 + b : b * 2 ** 26 + a
    const t = (c / 3) | 0
    const other = open.get(key)
    if (other === undefined) open.set(key, t)
    else parent[root(other)] = root(t)
  }
  const size = new Map<number, number>()
  for (let t = 0; t < parent.length; t++) size.set(root(t), (size.get(root(t)) ?? 0) + 1)
  return [...size.values()].sort((a, b) => a - b)
}

const CELL_METERS = 4
const FLAT_COS = 0.97
/** Corners further than about 35° from the cell's normal are things on the roof, not its roughness. */
const SAME_FACE_COS = 0.82

interface Cell {
  nx: number
  ny: number
  nz: number
  weight: number
  z: number
  readonly block: string
  readonly faces: number[]
}

function flatSpread({ points: p, positions }: Welded): { roof: Spread; ground: Spread; area: number } {
  const cells = new Map<string, Cell>()
  const lowest = new Map<string, number>()
  let area = 0
  for (let c = 0; c < positions.length; c += 3) {
    const [a, b, d] = [positions[c]! * 3, positions[c + 1]! * 3, positions[c + 2]! * 3]
    const [ux, uy, uz] = [p[b]! - p[a]!, p[b + 1]! - p[a + 1]!, p[b + 2]! - p[a + 2]!]
    const [vx, vy, vz] = [p[d]! - p[a]!, p[d + 1]! - p[a + 1]!, p[d + 2]! - p[a + 2]!]
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
    const l = Math.hypot(nx, ny, nz)
    if (l < 1e-9) continue
    area += l / 2
    const [x, y, z] = [(p[a]! + p[b]! + p[d]!) / 3, (p[a + 1]! + p[b + 1]! + p[d + 1]!) / 3, (p[a + 2]! + p[b + 2]! + p[d + 2]!) / 3]
    const key = `${Math.floor(x / CELL_METERS)},${Math.floor(y / CELL_METERS)},${Math.floor(z / 3)}`
    const block = `${Math.floor(x / (5 * CELL_METERS))},${Math.floor(y / (5 * CELL_METERS))}`
    const cell = cells.get(key) ?? { nx: 0, ny: 0, nz: 0, weight: 0, z, block, faces: [] }
    cells.set(key, cell)
    cell.nx += nx
    cell.ny += ny
    cell.nz += nz
    cell.weight += l
    cell.faces.push(nx / l, ny / l, nz / l, l)
    lowest.set(block, Math.min(lowest.get(block) ?? Number.POSITIVE_INFINITY, z))
  }
  const all = [...cells.values()].filter(isFlat)
  return {
    roof: spreadOf(all.filter((c) => c.z > lowest.get(c.block)! + 5)),
    ground: spreadOf(all.filter((c) => c.z < lowest.get(c.block)! + 3)),
    area,
  }
}

function isFlat({ nx, ny, nz, weight, faces }: Cell): boolean {
  const l = Math.hypot(nx, ny, nz)
  return weight / 2 >= CELL_METERS * CELL_METERS * 0.7 && faces.length >= 12 && nz / l >= FLAT_COS && l / weight >= 0.93
}

function spreadOf(cells: readonly Cell[]): Spread {
  const spreads = cells.map(({ nx, ny, nz, faces }) => {
    const l = Math.hypot(nx, ny, nz)
    let [sum, weight] = [0, 0]
    for (let i = 0; i < faces.length; i += 4) {
      const cos = (faces[i]! * nx + faces[i + 1]! * ny + faces[i + 2]! * nz) / l
      if (cos < SAME_FACE_COS) continue
      const deg = (Math.acos(Math.min(1, cos)) * 180) / Math.PI
      sum += deg * deg * faces[i + 3]!
      weight += faces[i + 3]!
    }
    return Math.sqrt(sum / weight)
  })
  spreads.sort((a, b) => a - b)
  return { median: quantile(spreads, 0.5), p90: quantile(spreads, 0.9), cells: spreads.length }
}

async function measureAtlas(meshes: readonly ObjMesh[]): Promise<{ megapixels: number; pages: number; atlasFillPercent: number }> {
  let [texels, filled, pages] = [0, 0, 0]
  const byTexture = new Map<string, { mesh: ObjMesh; corners: readonly number[] }[]>()
  for (const mesh of meshes) {
    for (const g of mesh.groups) {
      if (!g.texture) continue
      const users = byTexture.get(g.texture) ?? []
      users.push({ mesh, corners: g.textureCoordinates })
      byTexture.set(g.texture, users)
    }
  }
  for (const [path, users] of byTexture) {
    const { width, height } = await sharp(path, { limitInputPixels: false }).metadata()
    const covered = new Uint8Array(width * height)
    for (const { mesh, corners } of users) coverTriangles(covered, width, height, mesh.textureCoordinates, corners)
    texels += width * height
    for (const c of covered) filled += c
    pages++
  }
  return { megapixels: texels / 1e6, pages, atlasFillPercent: texels ? (filled / texels) * 100 : 0 }
}

/** Marks texels whose centre lies in a triangle. */
export function coverTriangles(
  covered: Uint8Array,
  width: number,
  height: number,
  uv: ArrayLike<number>,
  corners: readonly number[],
): void {
  for (let c = 0; c < corners.length; c += 3) {
    if (corners[c]! < 0) continue
    const ax = uv[2 * corners[c]!]! * width
    const ay = (1 - uv[2 * corners[c]! + 1]!) * height
    const bx = uv[2 * corners[c + 1]!]! * width
    const by = (1 - uv[2 * corners[c + 1]! + 1]!) * height
    const cx = uv[2 * corners[c + 2]!]! * width
    const cy = (1 - uv[2 * corners[c + 2]! + 1]!) * height
    const y1 = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5))
    for (let y = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5)); y <= y1; y++) {
      const at = y + 0.5
      let [x0, x1] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      const edge = (px: number, py: number, qx: number, qy: number): void => {
        if (py === qy || (py < at && qy < at) || (py > at && qy > at)) return
        const x = px + ((qx - px) * (at - py)) / (qy - py)
        x0 = Math.min(x0, x)
        x1 = Math.max(x1, x)
      }
      edge(ax, ay, bx, by)
      edge(bx, by, cx, cy)
      edge(cx, cy, ax, ay)
      const end = Math.min(width - 1, Math.floor(x1 - 0.5))
      for (let x = Math.max(0, Math.ceil(x0 - 0.5)); x <= end; x++) covered[y * width + x] = 1
    }
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
