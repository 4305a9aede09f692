// Texture: colour for pixels that no triangle covers, so that neither filtering nor mip levels nor JPEG bring in black.

interface Pixels {
  readonly width: number
  readonly data: Uint8Array
  /** 0: no colour yet; else `COVERED`. */
  readonly covered: Uint8Array
}

/** Mark of a pixel that has its colour. */
export const COVERED = 1

/** Fills what is not covered from ever coarser means of what is (push-pull): smooth, so it costs JPEG next to nothing. */
export function fillGaps(pixels: Pixels, height: number): void {
  const { width, data, covered } = pixels
  if (width <= 1 && height <= 1) return
  const w = Math.max(1, (width + 1) >> 1)
  const h = Math.max(1, (height + 1) >> 1)
  const coarse = { width: w, data: new Uint8Array(3 * w * h), covered: new Uint8Array(w * h) }
  let gaps = false
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x
      const to = y * w + x
      const all = 2 * x + 1 < width && 2 * y + 1 < height
      const found = all ? covered[at]! + covered[at + 1]! + covered[at + width]! + covered[at + width + 1]! : -1
      // Most blocks are covered whole, or not at all.
      if (found === 4 * COVERED) {
        for (let k = 3 * at, c = 3 * to; c < 3 * to + 3; k++, c++)
          coarse.data[c] = (data[k]! + data[k + 3]! + data[k + 3 * width]! + data[k + 3 * width + 3]!) >> 2
        coarse.covered[to] = COVERED
        continue
      }
      gaps = true
      if (found !== 0) meanOf(pixels, height, x, y, coarse)
    }
  if (!gaps) return
  fillGaps(coarse, h)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if (covered[at] !== 0) continue
      const from = 3 * ((y >> 1) * w + (x >> 1))
      data[3 * at] = coarse.data[from]!
      data[3 * at + 1] = coarse.data[from + 1]!
      data[3 * at + 2] = coarse.data[from + 2]!
      covered[at] = COVERED
    }
}

/** One pixel of the coarser picture: the mean of those of its four that have a colour and are there. */
function meanOf({ width, data, covered }: Pixels, height: number, x: number, y: number, coarse: Pixels): void {
  let [red, green, blue, count] = [0, 0, 0, 0]
  for (let dy = 0; dy < 2 && 2 * y + dy < height; dy++)
    for (let dx = 0; dx < 2 && 2 * x + dx < width; dx++) {
      const from = (2 * y + dy) * width + 2 * x + dx
      if (covered[from] === 0) continue
      red += data[3 * from]!
      green += data[3 * from + 1]!
      blue += data[3 * from + 2]!
      count++
    }
  if (count === 0) return
  const to = y * coarse.width + x
  coarse.data[3 * to] = red / count
  coarse.data[3 * to + 1] = green / count
  coarse.data[3 * to + 2] = blue / count
  coarse.covered[to] = COVERED
}
