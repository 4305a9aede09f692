// Read: colours of vertices as pictures. From here on a triangle takes its colour from a page or has one colour, so each triangle that is
// coloured by its corners alone gets a small place in a page of its own, in which its colours run from corner to corner.
import type { Page } from './page.ts'

/** Pixels along a triangle's legs. A sample between pixel centres is linear, so three steps say all there is. */
const LEG = 3
const CELL = LEG + 1
/** Cells along a page. */
const MOST_CELLS = 1024

export interface Painted {
  readonly pages: readonly Page[]
  /** Per triangle in the order of `triangles`, which of the pages. */
  readonly pageOf: (n: number) => number
  /** u, v of the three corners of each. */
  readonly uvs: Float32Array
}

/**
 * @param triangles three vertices each
 * @param colors r, g, b, a per vertex
 */
export function paintColors(triangles: Uint32Array, colors: Uint8Array): Painted {
  const count = triangles.length / 3
  const perPage = MOST_CELLS * MOST_CELLS
  const uvs = new Float32Array(count * 6)
  const pages: Page[] = []
  for (let first = 0; first < count; first += perPage) {
    const here = Math.min(perPage, count - first)
    const cells = Math.ceil(Math.sqrt(here))
    const [width, height] = [cells * CELL, Math.ceil(here / cells) * CELL]
    const data = new Uint8Array(new SharedArrayBuffer(3 * width * height))
    for (let n = 0; n < here; n++) {
      const x = (n % cells) * CELL
      const y = Math.floor(n / cells) * CELL
      const corners = [0, 1, 2].map((k) => 4 * triangles[3 * (first + n) + k]!)
      paintCell({ data, width, x, y }, corners, colors)
      const at = 6 * (first + n)
      const [left, top] = [(x + 0.5) / width, 1 - (y + 0.5) / height]
      uvs.set([left, top, left + LEG / width, top, left, top - LEG / height], at)
    }
    pages.push({ file: 'colours of vertices', width, height, pixels: data })
  }
  return { pages, pageOf: (n) => Math.floor(n / perPage), uvs }
}

function paintCell(
  { data, width, x, y }: { data: Uint8Array; width: number; x: number; y: number },
  [a, b, c]: readonly number[],
  colors: Uint8Array,
): void {
  for (let j = 0; j <= LEG; j++)
    for (let i = 0; i <= LEG; i++) {
      // Beyond the long side its nearest point goes on.
      const over = Math.max(0, i + j - LEG) / 2
      const [wb, wc] = [Math.max(0, i - over) / LEG, Math.max(0, j - over) / LEG]
      const at = 3 * ((y + j) * width + x + i)
      for (let k = 0; k < 3; k++) data[at + k] = Math.round((1 - wb - wc) * colors[a! + k]! + wb * colors[b! + k]! + wc * colors[c! + k]!)
    }
}
