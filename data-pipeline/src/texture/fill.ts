// Texture: colour for pixels that no triangle covers, so that neither filtering nor mip levels nor JPEG bring in black.

interface Pixels {
  readonly width: number
  readonly data: Uint8Array
  /** 0: no colour yet. */
  readonly covered: Uint8Array
}

/** Fills what is not covered from ever coarser means of what is (push-pull): smooth, so it costs JPEG next to nothing. */
export function fillGaps({ width, data, covered }: Pixels, height: number): void {
  if (width <= 1 && height <= 1) return
  const w = Math.max(1, (width + 1) >> 1)
  const h = Math.max(1, (height + 1) >> 1)
  const coarse = { width: w, data: new Uint8Array(3 * w * h), covered: new Uint8Array(w * h) }
  let gaps = false
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      let [red, green, blue, count] = [0, 0, 0, 0]
      for (let dy = 0; dy < 2 && 2 * y + dy < height; dy++)
        for (let dx = 0; dx < 2 && 2 * x + dx < width; dx++) {
          const at = (2 * y + dy) * width + 2 * x + dx
          if (covered[at] === 0) {
            gaps = true
            continue
          }
          red += data[3 * at]!
          green += data[3 * at + 1]!
          blue += data[3 * at + 2]!
          count++
        }
      if (count === 0) continue
      const to = y * w + x
      coarse.data[3 * to] = red / count
      coarse.data[3 * to + 1] = green / count
      coarse.data[3 * to + 2] = blue / count
      coarse.covered[to] = 1
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
      covered[at] = 255
    }
}
