// Charts: one page of the atlas while it is filled: for every texel how far it is free, or taken, to its right. A shape that does not fit can
// then leap past what is in its way, so a whole row is tried in about as many steps as it has charts.
import type { ChartShape } from './shape.ts'

export class Page {
  readonly width: number
  readonly height: number
  /** Rows used so far. */
  used = 0
  /** > 0: free texels from here on; < 0: taken ones. */
  private readonly runs: Int16Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.runs = new Int16Array(width * height)
    for (let x = 0; x < width; x++) this.runs[x] = width - x
    for (let y = 1; y < height; y++) this.runs.copyWithin(y * width, 0, width)
  }

  /** The least x at which the shape is free with its first row on `y`, or −1. */
  fit({ left, right, width, height }: ChartShape, y: number, turned: boolean): number {
    const { runs, width: wide } = this
    const last = wide - width
    let x = 0
    next: while (x <= last) {
      for (let r = 0; r < height; r++) {
        const row = turned ? height - 1 - r : r
        const length = right[row]! - left[row]!
        if (length === 0) continue
        const at = (y + r) * wide + x + (turned ? width - right[row]! : left[row]!)
        const run = runs[at]!
        if (run >= length) continue
        x += run < 0 ? -run : run - runs[at + run]! // past the taken run, or past the short gap and the run behind it
        continue next
      }
      return x
    }
    return -1
  }

  take({ left, right, width, height }: ChartShape, x: number, y: number, turned: boolean): void {
    for (let r = 0; r < height; r++) {
      const row = turned ? height - 1 - r : r
      if (left[row] === right[row]) continue
      this.takeRun(y + r, x + (turned ? width - right[row]! : left[row]!), x + (turned ? width - left[row]! : right[row]!))
    }
    this.used = Math.max(this.used, y + height)
  }

  private takeRun(y: number, from: number, to: number): void {
    const { runs } = this
    const o = y * this.width
    let end = to < this.width && runs[o + to]! < 0 ? to - runs[o + to]! : to
    for (let x = to - 1; x >= from; x--) runs[o + x] = x - end
    let x = from - 1
    if (x >= 0 && runs[o + x]! < 0) {
      for (; x >= 0 && runs[o + x]! < 0; x--) runs[o + x] = x - end // the run before it grows
    } else {
      end = from
      for (; x >= 0 && runs[o + x]! > 0; x--) runs[o + x] = end - x // the gap before it shrinks
    }
  }
}
