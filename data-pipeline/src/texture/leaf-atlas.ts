// Pipeline: gather -> **texture** (of a leaf) -> encode -> … A leaf's own pieces of the pages, cut out pixel by pixel and packed: the
// finest level is never resampled, and a leaf loads no page that it shows a corner of.
import type { LeafMesh } from '../mesh/gather.ts'
import type { Picture } from '../mesh/tile-mesh.ts'
import type { Surface } from '../read/looks.ts'
import { copyPixels } from './copy-pixels.ts'
import { type Packing, pack } from './pack.ts'

/** A pixel's middle: a bilinear tap at x asks for the pixels `floor(x - HALF)` and the next. A chart keeps those, and no other. */
const HALF = 0.5
/** Side of the patch of one colour that a surface without a page gets. */
const PLAIN = 4

export interface LeafAtlas {
  readonly picture: Picture
  /** Like the mesh's, in pixels of `picture`. */
  readonly cornerPixels: Float32Array
}

/** @param maxSide of the picture; pieces are made smaller where they do not fit */
export function leafAtlas(mesh: LeafMesh, surfaces: readonly Surface[], pages: ReadonlyMap<number, Picture>, maxSide: number): LeafAtlas {
  const charts = chartsOf(mesh, surfaces)
  for (let scale = 1; ; scale *= 0.8) {
    const sizes = sizesOf(charts, scale, maxSide)
    const packing = pack(sizes.widths, sizes.heights, maxSide)
    if (packing !== undefined) return fill(mesh, charts, { surfaces, pages, packing, sizes })
  }
}

interface Charts {
  readonly ofTriangle: Int32Array
  /** Page, or -1 - surface for plain colour. */
  readonly pages: Int32Array
  /** minX, minY, maxX, maxY in the page's pixels. */
  readonly bounds: Float32Array
  readonly count: number
}

/** Triangles that share a corner in position and in texture are of one chart. */
function chartsOf({ triangles, cornerPixels, surfaces }: LeafMesh, looks: readonly Surface[]): Charts {
  const count = surfaces.length
  const parents = new Int32Array(count)
  for (let t = 0; t < count; t++) parents[t] = t
  const root = (t: number): number => {
    let at = t
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]!]!
      at = parents[at]!
    }
    return at
  }
  let slots = 64
  while (slots < count * 6) slots *= 2
  const table = new Int32Array(slots).fill(-1)
  const bits = new Int32Array(cornerPixels.buffer, cornerPixels.byteOffset, cornerPixels.length)
  for (let corner = 0; corner < count * 3; corner++) {
    const t = (corner / 3) | 0
    const page = looks[surfaces[t]!]!.page
    const position = triangles[corner]!
    let slot =
      page < 0
        ? Math.imul(surfaces[t]! + 1, 0x27d4eb2d)
        : Math.imul(position, 0x9e3779b1) ^ Math.imul(bits[2 * corner]!, 0x85ebca6b) ^ Math.imul(bits[2 * corner + 1]!, 0xc2b2ae35)
    slot = (slot ^ (slot >>> 15)) & (slots - 1)
    for (;;) {
      const other = table[slot]!
      if (other < 0) {
        table[slot] = corner
        break
      }
      const o = (other / 3) | 0
      const same =
        page < 0
          ? surfaces[o] === surfaces[t]
          : looks[surfaces[o]!]!.page === page &&
            triangles[other] === position &&
            bits[2 * other] === bits[2 * corner] &&
            bits[2 * other + 1] === bits[2 * corner + 1]
      if (same) {
        parents[root(t)] = root(o)
        break
      }
      slot = (slot + 1) & (slots - 1)
    }
  }
  return boundsOf({ cornerPixels, surfaces, looks, root })
}

function boundsOf(input: {
  cornerPixels: Float32Array
  surfaces: Uint16Array
  looks: readonly Surface[]
  root: (t: number) => number
}): Charts {
  const { cornerPixels, surfaces, looks, root } = input
  const ofTriangle = new Int32Array(surfaces.length).fill(-1)
  const ofRoot = new Int32Array(surfaces.length).fill(-1)
  const pages: number[] = []
  const bounds: number[] = []
  for (let t = 0; t < surfaces.length; t++) {
    const r = root(t)
    let chart = ofRoot[r]!
    if (chart < 0) {
      chart = ofRoot[r] = pages.length
      const page = looks[surfaces[t]!]!.page
      pages.push(page < 0 ? -1 - surfaces[t]! : page)
      bounds.push(Infinity, Infinity, -Infinity, -Infinity)
    }
    ofTriangle[t] = chart
    for (let c = 6 * t; c < 6 * t + 6; c += 2) {
      bounds[4 * chart] = Math.min(bounds[4 * chart]!, cornerPixels[c]!)
      bounds[4 * chart + 1] = Math.min(bounds[4 * chart + 1]!, cornerPixels[c + 1]!)
      bounds[4 * chart + 2] = Math.max(bounds[4 * chart + 2]!, cornerPixels[c]!)
      bounds[4 * chart + 3] = Math.max(bounds[4 * chart + 3]!, cornerPixels[c + 1]!)
    }
  }
  return { ofTriangle, pages: Int32Array.from(pages), bounds: Float32Array.from(bounds), count: pages.length }
}

interface Sizes {
  readonly widths: Int32Array
  readonly heights: Int32Array
  /** Pixels of the atlas per pixel of the page. */
  readonly scales: Float32Array
  /** First column and row of the page that a chart keeps, in pixels of the atlas. */
  readonly lefts: Int32Array
  readonly tops: Int32Array
}

function sizesOf({ pages, bounds, count }: Charts, scale: number, maxSide: number): Sizes {
  const widths = new Int32Array(count)
  const heights = new Int32Array(count)
  const scales = new Float32Array(count)
  const lefts = new Int32Array(count)
  const tops = new Int32Array(count)
  // Even sides: the first mip level mixes no two charts.
  const even = (pixels: number) => Math.ceil(pixels / 2) * 2
  for (let c = 0; c < count; c++) {
    if (pages[c]! < 0) {
      widths[c] = heights[c] = PLAIN
      continue
    }
    const w = bounds[4 * c + 2]! - bounds[4 * c]!
    const h = bounds[4 * c + 3]! - bounds[4 * c + 1]!
    // A chart may be larger than a picture may be (one face over many repeats of a page).
    scales[c] = Math.min(scale, (maxSide - 4) / Math.max(w, h, 1))
    lefts[c] = Math.floor(bounds[4 * c]! * scales[c]! - HALF)
    tops[c] = Math.floor(bounds[4 * c + 1]! * scales[c]! - HALF)
    widths[c] = even(Math.floor(bounds[4 * c + 2]! * scales[c]! - HALF) + 2 - lefts[c]!)
    heights[c] = even(Math.floor(bounds[4 * c + 3]! * scales[c]! - HALF) + 2 - tops[c]!)
  }
  return { widths, heights, scales, lefts, tops }
}

interface Filling {
  readonly surfaces: readonly Surface[]
  readonly pages: ReadonlyMap<number, Picture>
  readonly packing: Packing
  readonly sizes: Sizes
}

function fill(mesh: LeafMesh, charts: Charts, { surfaces, pages, packing, sizes }: Filling): LeafAtlas {
  const { width, height, x, y } = packing
  const data = background(charts, { pages, surfaces, width, height })
  for (let c = 0; c < charts.count; c++) {
    const page = charts.pages[c]!
    const scale = sizes.scales[c]!
    if (page < 0) paint(data, { width, x: x[c]!, y: y[c]!, color: surfaces[-1 - page]!.color })
    else
      copyPixels(pages.get(page)!, data, {
        width,
        x: x[c]!,
        y: y[c]!,
        fromX: sizes.lefts[c]! / scale,
        fromY: sizes.tops[c]! / scale,
        columns: sizes.widths[c]!,
        rows: sizes.heights[c]!,
        scale,
      })
  }
  return { picture: { width, height, data }, cornerPixels: moved(mesh, charts, packing, sizes) }
}

/** The gaps between charts take the mean colour, so that far mip levels darken nothing. */
function background(
  { bounds, pages: chartPages, count }: Charts,
  { pages, surfaces, width, height }: { pages: ReadonlyMap<number, Picture>; surfaces: readonly Surface[]; width: number; height: number },
): Uint8Array {
  const sum = [0, 0, 0]
  for (let c = 0; c < count; c++) {
    const page = pages.get(chartPages[c]!)
    if (page === undefined) {
      for (let k = 0; k < 3; k++) sum[k]! += surfaces[-1 - chartPages[c]!]!.color[k as 0]
      continue
    }
    const px = Math.min(page.width - 1, Math.max(0, Math.floor((bounds[4 * c]! + bounds[4 * c + 2]!) / 2)))
    const py = Math.min(page.height - 1, Math.max(0, Math.floor((bounds[4 * c + 1]! + bounds[4 * c + 3]!) / 2)))
    for (let k = 0; k < 3; k++) sum[k]! += page.data[3 * (py * page.width + px) + k]!
  }
  const mean = sum.map((s) => Math.round(s / count))
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < 3 * width; i += 3) data.set(mean, i)
  for (let r = 1; r < height; r++) data.copyWithin(3 * width * r, 0, 3 * width)
  return data
}

function paint(
  data: Uint8Array,
  { width, x, y, color }: { width: number; x: number; y: number; color: readonly [number, number, number] },
): void {
  for (let r = 0; r < PLAIN; r++) for (let c = 0; c < PLAIN; c++) data.set(color, 3 * ((y + r) * width + x + c))
}

function moved({ cornerPixels, surfaces }: LeafMesh, charts: Charts, { x, y }: Packing, { scales, lefts, tops }: Sizes): Float32Array {
  const to = new Float32Array(cornerPixels.length)
  for (let t = 0; t < surfaces.length; t++) {
    const c = charts.ofTriangle[t]!
    const plain = charts.pages[c]! < 0
    for (let k = 6 * t; k < 6 * t + 6; k += 2) {
      to[k] = x[c]! + (plain ? PLAIN / 2 : cornerPixels[k]! * scales[c]! - lefts[c]!)
      to[k + 1] = y[c]! + (plain ? PLAIN / 2 : cornerPixels[k + 1]! * scales[c]! - tops[c]!)
    }
  }
  return to
}
