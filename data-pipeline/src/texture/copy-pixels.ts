// Texture: a rectangle of a page into an atlas.
import type { Picture } from '../mesh/tile-mesh.ts'

export interface Rectangle {
  /** Of the atlas. */
  readonly width: number
  /** Where in the atlas. */
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly rows: number
  /** Where in the page its corner lies; beyond the page it repeats, as textures do, but the margin right at an edge repeats the edge. */
  readonly fromX: number
  readonly fromY: number
  /** Pixels of the atlas per pixel of the page: 1 copies, less averages. */
  readonly scale: number
}

export function copyPixels(page: Picture, atlas: Uint8Array, to: Rectangle): void {
  const { fromX, fromY, columns, rows, scale } = to
  if (scale === 1 && fromX >= 0 && fromY >= 0 && fromX + columns <= page.width && fromY + rows <= page.height) {
    for (let r = 0; r < rows; r++) {
      const from = 3 * ((fromY + r) * page.width + fromX)
      atlas.set(page.data.subarray(from, from + 3 * columns), 3 * ((to.y + r) * to.width + to.x))
    }
    return
  }
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) average(page, atlas, { to, r, c })
}

/** The mean of the page's pixels under one of the atlas. */
function average(page: Picture, atlas: Uint8Array, { to, r, c }: { to: Rectangle; r: number; c: number }): void {
  const { fromX, fromY, scale } = to
  const x0 = Math.floor(fromX + c / scale)
  const y0 = Math.floor(fromY + r / scale)
  // Over 8 × 8 pixels a sample of them will do.
  const span = Math.max(1, Math.round(1 / scale))
  const stride = Math.max(1, Math.floor(span / 8))
  let [red, green, blue, count] = [0, 0, 0, 0]
  for (let dy = 0; dy < span; dy += stride)
    for (let dx = 0; dx < span; dx += stride) {
      const at = 3 * (within(y0 + dy, page.height) * page.width + within(x0 + dx, page.width))
      red += page.data[at]!
      green += page.data[at + 1]!
      blue += page.data[at + 2]!
      count++
    }
  const at = 3 * ((to.y + r) * to.width + to.x + c)
  atlas[at] = Math.round(red / count)
  atlas[at + 1] = Math.round(green / count)
  atlas[at + 2] = Math.round(blue / count)
}

/** Repeats the page; two pixels beyond its edge are the edge's own, so a margin takes no colour from the far side. */
function within(value: number, size: number): number {
  if (value >= -2 && value < 0) return 0
  if (value >= size && value < size + 2) return size - 1
  return ((value % size) + size) % size
}
