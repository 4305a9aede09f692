// Texture: rectangles into one picture, low and dense (skyline, bottom-left).

export interface Packing {
  readonly width: number
  readonly height: number
  readonly x: Int32Array
  readonly y: Int32Array
}

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
  // High ones first: what follows fills the steps they leave. Equal ones keep their order, so the result is one on every machine.
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => heights[b]! - heights[a]! || widths[b]! - widths[a]! || a - b)
  for (let side = Math.max(widest, Math.sqrt(area * 1.04)); ; side *= 1.15) {
    const width = Math.min(maxSide, Math.ceil(side / BLOCK) * BLOCK)
    if (widest > width) return undefined
    const packed = packInto(order, { widths, heights, width })
    if (packed.height <= maxSide) return packed
    if (width === maxSide) return undefined
  }
}

function packInto(
  order: readonly number[],
  { widths, heights, width }: { widths: Int32Array; heights: Int32Array; width: number },
): Packing {
  const x = new Int32Array(widths.length)
  const y = new Int32Array(widths.length)
  // The skyline: level runs from left to right, each from `starts[i]` at height `levels[i]`.
  const starts: number[] = [0]
  const levels: number[] = [0]
  let top = 0
  for (const i of order) {
    const w = widths[i]!
    const h = heights[i]!
    let best = -1
    let bestLevel = Infinity
    for (let s = 0; s < starts.length && starts[s]! + w <= width; s++) {
      let level = 0
      for (let r = s; r < starts.length && starts[r]! < starts[s]! + w; r++) {
        if (levels[r]! > level) level = levels[r]!
        if (level >= bestLevel) break
      }
      if (level < bestLevel) {
        bestLevel = level
        best = s
      }
    }
    x[i] = starts[best]!
    y[i] = bestLevel
    top = Math.max(top, bestLevel + h)
    raise(starts, levels, { at: best, width: w, level: bestLevel + h, end: width })
  }
  return { width, height: Math.max(BLOCK, Math.ceil(top / BLOCK) * BLOCK), x, y }
}

/** Lays a level run of `width` from the start of run `at`. */
function raise(
  starts: number[],
  levels: number[],
  { at, width, level, end }: { at: number; width: number; level: number; end: number },
): void {
  const from = starts[at]!
  const to = from + width
  let last = at
  while (last + 1 < starts.length && starts[last + 1]! < to) last++
  const rest = last + 1 < starts.length ? starts[last + 1]! : end
  const restLevel = levels[last]!
  const tail = rest > to ? [to] : []
  starts.splice(at, last - at + 1, from, ...tail)
  levels.splice(at, last - at + 1, level, ...tail.map(() => restLevel))
}
