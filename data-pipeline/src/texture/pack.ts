// Texture: rectangles into one picture, low and dense (skyline, bottom-left).

export interface Packing {
  readonly width: number
  readonly height: number
  readonly x: Int32Array
  readonly y: Int32Array
}

/** Larger rectangles do not fit any picture. */
const MAX_SIDE = 8192
/** Sides are whole 4 × 4 blocks, so that block compression may follow. */
const BLOCK = 4

/**
 * @param maxSide of the picture, pixels
 * @returns undefined where they do not fit: the caller makes them smaller
 */
export function pack(widths: Int32Array, heights: Int32Array, maxSide: number): Packing | undefined {
  const count = widths.length
  let area = 0
  let widest = BLOCK
  for (let i = 0; i < count; i++) {
    area += widths[i]! * heights[i]!
    widest = Math.max(widest, widths[i]!)
  }
  const order = highestFirst(widths, heights)
  for (let side = Math.max(widest, Math.sqrt(area * 1.04)); ; side *= 1.15) {
    const width = Math.min(maxSide, Math.ceil(side / BLOCK) * BLOCK)
    if (widest > width) return undefined
    const packed = packInto(order, { widths, heights, width })
    if (packed.height <= maxSide) return packed
    if (width === maxSide) return undefined
  }
}

/** Places in order of height, then width: what follows fills the steps that high ones leave. Equal ones keep their order. */
function highestFirst(widths: Int32Array, heights: Int32Array): Uint32Array {
  // As numbers that hold all three, they sort ten times as fast as with a comparison: 13 + 13 + 24 bits.
  const keys = new Float64Array(widths.length)
  for (let i = 0; i < keys.length; i++) keys[i] = ((MAX_SIDE - heights[i]!) * MAX_SIDE + MAX_SIDE - widths[i]!) * 2 ** 24 + i
  keys.sort()
  return Uint32Array.from(keys, (key) => key % 2 ** 24)
}

function packInto(order: Uint32Array, { widths, heights, width }: { widths: Int32Array; heights: Int32Array; width: number }): Packing {
  const x = new Int32Array(widths.length)
  const y = new Int32Array(widths.length)
  const skyline = new Skyline(width)
  let top = 0
  for (const i of order) {
    skyline.place(widths[i]!, heights[i]!)
    x[i] = skyline.x
    y[i] = skyline.y
    top = Math.max(top, skyline.y + heights[i]!)
  }
  return { width, height: Math.max(BLOCK, Math.ceil(top / BLOCK) * BLOCK), x, y }
}

/** Level runs from left to right over what is placed. */
class Skyline {
  /** Where the last rectangle went. */
  x = 0
  y = 0
  readonly #width: number
  /** Run i goes from `starts[i]` to `starts[i + 1]` at height `levels[i]`; behind the last one stands the picture's width. */
  readonly #starts: Int32Array
  readonly #levels: Int32Array
  #count = 1

  constructor(width: number) {
    this.#width = width
    this.#starts = new Int32Array(width + 2)
    this.#levels = new Int32Array(width + 2)
    this.#starts[1] = width
  }

  /** Puts a rectangle as low as it can lie, leftmost of these. */
  place(width: number, height: number): void {
    const starts = this.#starts
    const levels = this.#levels
    let best = 0
    let bestLevel = 0x7fffffff
    for (let s = 0; s < this.#count && starts[s]! + width <= this.#width; s++) {
      const end = starts[s]! + width
      let level = 0
      for (let r = s; r < this.#count && starts[r]! < end && level < bestLevel; r++) if (levels[r]! > level) level = levels[r]!
      if (level < bestLevel) {
        bestLevel = level
        best = s
      }
    }
    this.x = starts[best]!
    this.y = bestLevel
    this.#raise(best, this.x + width, bestLevel + height)
  }

  /** Lays a run at `level` from the start of run `at` to `end`. */
  #raise(at: number, end: number, level: number): void {
    const starts = this.#starts
    const levels = this.#levels
    let last = at
    while (last + 1 < this.#count && starts[last + 1]! < end) last++
    // The last run that is covered keeps its rest, where it has one.
    const rest = starts[last + 1]! > end ? 1 : 0
    const under = levels[last]!
    const shift = at + 1 + rest - (last + 1)
    starts.copyWithin(at + 1 + rest, last + 1, this.#count + 1)
    levels.copyWithin(at + 1 + rest, last + 1, this.#count)
    this.#count += shift
    levels[at] = level
    if (rest === 0) return
    starts[at + 1] = end
    levels[at + 1] = under
  }
}
