// Texture: which triangles of the children may lie under a chart. A flat grid over x and y, with each triangle's box beside it.
import type { Surface3 } from './unwrap.ts'

/** About this many triangles per cell. */
const PER_CELL = 6

export class TriangleGrid {
  /** minX, minY, minZ, maxX, maxY, maxZ per triangle. */
  readonly boxes: Float32Array
  readonly #minX: number
  readonly #minY: number
  readonly #perX: number
  readonly #perY: number
  readonly #side: number
  /** Where each cell's triangles begin in `#lists`. */
  readonly #starts: Uint32Array
  readonly #lists: Uint32Array
  readonly #seen: Uint32Array
  #query = 0

  constructor({ positions, triangles }: Surface3) {
    const count = triangles.length / 3
    this.boxes = boxesOf(positions, triangles)
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
    for (let t = 0; t < count; t++) {
      minX = Math.min(minX, this.boxes[6 * t]!)
      minY = Math.min(minY, this.boxes[6 * t + 1]!)
      maxX = Math.max(maxX, this.boxes[6 * t + 3]!)
      maxY = Math.max(maxY, this.boxes[6 * t + 4]!)
    }
    this.#side = Math.max(1, Math.ceil(Math.sqrt(count / PER_CELL)))
    this.#minX = minX
    this.#minY = minY
    this.#perX = this.#side / Math.max(maxX - minX, 1e-6)
    this.#perY = this.#side / Math.max(maxY - minY, 1e-6)
    this.#starts = new Uint32Array(this.#side * this.#side + 1)
    this.#seen = new Uint32Array(count)
    for (let t = 0; t < count; t++)
      this.#visit(6 * t, (row0, row1) => {
        for (let cell = row0; cell <= row1; cell++) this.#starts[cell + 1]!++
      })
    for (let c = 0; c < this.#side * this.#side; c++) this.#starts[c + 1]! += this.#starts[c]!
    this.#lists = new Uint32Array(this.#starts[this.#side * this.#side]!)
    const next = this.#starts.slice()
    for (let t = 0; t < count; t++)
      this.#visit(6 * t, (row0, row1) => {
        for (let cell = row0; cell <= row1; cell++) this.#lists[next[cell]!++] = t
      })
  }

  #cell(value: number, min: number, per: number): number {
    return Math.max(0, Math.min(this.#side - 1, Math.floor((value - min) * per)))
  }

  /** Runs of cells, a row each, that a triangle's box meets. */
  #visit(at: number, row: (first: number, last: number) => void): void {
    const box = this.boxes
    const x0 = this.#cell(box[at]!, this.#minX, this.#perX)
    const x1 = this.#cell(box[at + 3]!, this.#minX, this.#perX)
    const y1 = this.#cell(box[at + 4]!, this.#minY, this.#perY)
    for (let y = this.#cell(box[at + 1]!, this.#minY, this.#perY); y <= y1; y++) row(y * this.#side + x0, y * this.#side + x1)
  }

  /** Writes each triangle whose box meets `box` (min x, y, z, max x, y, z) into `found`, once; returns how many. */
  find(box: ArrayLike<number>, found: Uint32Array): number {
    const query = ++this.#query
    const { boxes } = this
    const [lists, starts, seen, side] = [this.#lists, this.#starts, this.#seen, this.#side]
    const [minX, minY, minZ, maxX, maxY, maxZ] = [box[0]!, box[1]!, box[2]!, box[3]!, box[4]!, box[5]!]
    const x0 = this.#cell(minX, this.#minX, this.#perX)
    const x1 = this.#cell(maxX, this.#minX, this.#perX)
    const y0 = this.#cell(minY, this.#minY, this.#perY)
    const y1 = this.#cell(maxY, this.#minY, this.#perY)
    let count = 0
    for (let y = y0; y <= y1; y++)
      // The cells of a row lie side by side in the lists.
      for (let i = starts[y * side + x0]!, end = starts[y * side + x1 + 1]!; i < end; i++) {
        const t = lists[i]!
        if (seen[t] === query) continue
        seen[t] = query
        const b = 6 * t
        if (boxes[b]! > maxX || boxes[b + 3]! < minX || boxes[b + 1]! > maxY || boxes[b + 4]! < minY) continue
        if (boxes[b + 2]! > maxZ || boxes[b + 5]! < minZ) continue
        found[count++] = t
      }
    return count
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
