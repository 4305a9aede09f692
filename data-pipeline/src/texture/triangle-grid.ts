// Texture: which triangles of the children may lie under a chart. Loose grids over x and y, each four times as coarse as the one before:
// a triangle stands once, in the finest grid whose cells it is no larger than, in the cell of its middle. (With one grid and a list of what
// is larger, that list was asked for every chart: 13 of 14 tests.) Data are copied in the order of the cells, so a query reads memory from
// front to back.
import type { Surface3 } from './unwrap.ts'

/** About this many triangles per cell of the finest grid. */
const PER_CELL = 12
const COARSER = 4

/** One grid; its cells are numbered row by row from `first`. */
interface Level {
  readonly cellMeters: number
  readonly columns: number
  readonly rows: number
  readonly first: number
}

export class TriangleGrid {
  /** The triangle at each place of the grid's order. */
  readonly order: Uint32Array
  /** x, y, z of three corners, in the grid's order. */
  readonly corners: Float32Array
  /** Unit normals, in the grid's order; zero for a triangle without area. */
  readonly normals: Float32Array
  /** minX, minY, minZ, maxX, maxY, maxZ, in the grid's order. */
  readonly #boxes: Float32Array
  readonly #minX: number
  readonly #minY: number
  readonly #levels: readonly Level[]
  /** Where each cell's triangles begin, over all levels. */
  readonly #starts: Uint32Array

  constructor({ positions, triangles }: Surface3) {
    const count = triangles.length / 3
    const boxes = boxesOf(positions, triangles)
    let minX = Infinity
    let minY = Infinity
    let maxX = -Infinity
    let maxY = -Infinity
    for (let b = 0; b < boxes.length; b += 6) {
      if (boxes[b]! < minX) minX = boxes[b]!
      if (boxes[b + 1]! < minY) minY = boxes[b + 1]!
      if (boxes[b + 3]! > maxX) maxX = boxes[b + 3]!
      if (boxes[b + 4]! > maxY) maxY = boxes[b + 4]!
    }
    this.#minX = minX
    this.#minY = minY
    const finest = Math.max(Math.sqrt(((maxX - minX) * (maxY - minY) * PER_CELL) / count), (maxX - minX + maxY - minY) / 4096, 1e-6)
    this.#levels = levelsOf(maxX - minX, maxY - minY, finest)
    const cells = this.#cellsOf(boxes)
    const { first, columns, rows } = this.#levels.at(-1)!
    this.#starts = new Uint32Array(first + columns * rows + 1)
    for (let t = 0; t < count; t++) this.#starts[cells[t]! + 1]!++
    for (let c = 1; c < this.#starts.length; c++) this.#starts[c]! += this.#starts[c - 1]!
    const next = this.#starts.slice()
    this.order = new Uint32Array(count)
    for (let t = 0; t < count; t++) this.order[next[cells[t]!]!++] = t
    this.corners = new Float32Array(count * 9)
    this.normals = new Float32Array(count * 3)
    this.#boxes = new Float32Array(count * 6)
    this.#copy(positions, triangles, boxes)
  }

  /** Per triangle its cell. */
  #cellsOf(boxes: Float32Array): Uint32Array {
    const cells = new Uint32Array(boxes.length / 6)
    for (let t = 0, b = 0; t < cells.length; t++, b += 6) {
      const side = Math.max(boxes[b + 3]! - boxes[b]!, boxes[b + 4]! - boxes[b + 1]!)
      let l = 0
      while (l + 1 < this.#levels.length && side > this.#levels[l]!.cellMeters) l++
      const { cellMeters, columns, first } = this.#levels[l]!
      const column = Math.floor(((boxes[b]! + boxes[b + 3]!) / 2 - this.#minX) / cellMeters)
      const row = Math.floor(((boxes[b + 1]! + boxes[b + 4]!) / 2 - this.#minY) / cellMeters)
      cells[t] = first + row * columns + column
    }
    return cells
  }

  #copy(p: Float32Array, triangles: Uint32Array, boxes: Float32Array): void {
    const { corners, normals, order } = this
    for (let i = 0; i < order.length; i++) {
      const t = order[i]!
      for (let k = 0; k < 6; k++) this.#boxes[6 * i + k] = boxes[6 * t + k]!
      const o = 9 * i
      for (let c = 0; c < 3; c++) {
        const from = 3 * triangles[3 * t + c]!
        corners[o + 3 * c] = p[from]!
        corners[o + 3 * c + 1] = p[from + 1]!
        corners[o + 3 * c + 2] = p[from + 2]!
      }
      const ux = corners[o + 3]! - corners[o]!
      const uy = corners[o + 4]! - corners[o + 1]!
      const uz = corners[o + 5]! - corners[o + 2]!
      const wx = corners[o + 6]! - corners[o]!
      const wy = corners[o + 7]! - corners[o + 1]!
      const wz = corners[o + 8]! - corners[o + 2]!
      const nx = uy * wz - uz * wy
      const ny = uz * wx - ux * wz
      const nz = ux * wy - uy * wx
      const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
      if (length === 0) continue
      normals[3 * i] = nx / length
      normals[3 * i + 1] = ny / length
      normals[3 * i + 2] = nz / length
    }
  }

  /**
   * Writes the places of the triangles whose box meets `box` (min x, y, z, max x, y, z, from `at`) into `found`; returns how many.
   */
  find(box: Float32Array, at: number, found: Uint32Array): number {
    const minX = box[at]!
    const minY = box[at + 1]!
    const minZ = box[at + 2]!
    const maxX = box[at + 3]!
    const maxY = box[at + 4]!
    const maxZ = box[at + 5]!
    const starts = this.#starts
    const boxes = this.#boxes
    let count = 0
    for (const { cellMeters, columns, rows, first } of this.#levels) {
      // A triangle reaches half a cell out of its own.
      const half = cellMeters / 2
      const x0 = within((minX - half - this.#minX) / cellMeters, columns)
      const x1 = within((maxX + half - this.#minX) / cellMeters, columns)
      const y1 = within((maxY + half - this.#minY) / cellMeters, rows)
      for (let y = within((minY - half - this.#minY) / cellMeters, rows); y <= y1; y++) {
        const row = first + y * columns
        for (let i = starts[row + x0]!, end = starts[row + x1 + 1]!; i < end; i++) {
          const b = 6 * i
          if (boxes[b]! > maxX || boxes[b + 3]! < minX || boxes[b + 1]! > maxY || boxes[b + 4]! < minY) continue
          if (boxes[b + 2]! > maxZ || boxes[b + 5]! < minZ) continue
          found[count++] = i
        }
      }
    }
    return count
  }
}

const within = (place: number, count: number): number => Math.max(0, Math.min(count - 1, Math.floor(place)))

/** From cells of `finest` metres to one that is as large as all. */
function levelsOf(width: number, height: number, finest: number): Level[] {
  const levels: Level[] = []
  let first = 0
  for (let cellMeters = finest; ; cellMeters *= COARSER) {
    const columns = Math.floor(width / cellMeters) + 1
    const rows = Math.floor(height / cellMeters) + 1
    levels.push({ cellMeters, columns, rows, first })
    first += columns * rows
    if (cellMeters >= Math.max(width, height)) return levels
  }
}

function boxesOf(p: Float32Array, triangles: Uint32Array): Float32Array {
  const boxes = new Float32Array(triangles.length * 2)
  for (let t = 0; t < triangles.length / 3; t++) {
    const a = 3 * triangles[3 * t]!
    const b = 3 * triangles[3 * t + 1]!
    const c = 3 * triangles[3 * t + 2]!
    for (let k = 0; k < 3; k++) {
      boxes[6 * t + k] = Math.min(p[a + k]!, p[b + k]!, p[c + k]!)
      boxes[6 * t + 3 + k] = Math.max(p[a + k]!, p[b + k]!, p[c + k]!)
    }
  }
  return boxes
}
