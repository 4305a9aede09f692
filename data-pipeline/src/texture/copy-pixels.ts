// Texture: a rectangle of a page into an atlas.
import type { Picture } from '../mesh/tile-mesh.ts'

/** This many pixels beyond a page's edge are the edge's own, so a margin takes no colour from the far side. */
const EDGE = 3

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
  const near = fromX >= -EDGE && fromY >= -EDGE && fromX + columns <= page.width + EDGE && fromY + rows <= page.height + EDGE
  if (scale !== 1 || !near) {
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) average(page, atlas, { to, r, c })
    return
  }
  const before = Math.max(0, -fromX)
  const behind = Math.max(0, fromX + columns - page.width)
  const inside = columns - before - behind
  for (let r = 0; r < rows; r++) {
    const y = Math.min(page.height - 1, Math.max(0, fromY + r))
    const from = 3 * (y * page.width + fromX + before)
    const at = 3 * ((to.y + r) * to.width + to.x + before)
    // For rows of 20 pixels, as charts have, a view and `set` take half the time of a loop over bytes.
    atlas.set(page.data.subarray(from, from + 3 * inside), at)
    for (let c = 1; c <= before; c++) atlas.copyWithin(at - 3 * c, at, at + 3)
    const last = at + 3 * (inside - 1)
    for (let c = 1; c <= behind; c++) atlas.copyWithin(last + 3 * c, last, last + 3)
  }
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

/** Repeats the page, but right beyond its edge. */
function within(value: number, size: number): number {
  if (value >= -EDGE && value < 0) return 0
  if (value >= size && value < size + EDGE) return size - 1
  return ((value % size) + size) % size
}
