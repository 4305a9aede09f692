// Texture: colour for pixels that no triangle covers, so that neither filtering nor mip levels nor JPEG bring in black.

interface Pixels {
  readonly width: number
  readonly data: Uint8Array
  /** 0: no colour yet. */
  readonly covered: Uint8Array
}

/** Spreads colours outward within a rectangle, a pixel per pass: gutters, and holes that the children left. */
export function spread(
  { width, data, covered }: Pixels,
  rectangle: { x: number; y: number; columns: number; rows: number; passes: number },
): void {
  const { x, y, columns, rows, passes } = rectangle
  const open: number[] = []
  for (let r = 0; r < rows; r++) for (let at = (y + r) * width + x, end = at + columns; at < end; at++) if (covered[at] === 0) open.push(at)
  let left = open
  for (let pass = 1; pass <= passes && left.length > 0; pass++) {
    const still: number[] = []
    for (const at of left) {
      const px = (at % width) - x
      const py = Math.floor(at / width) - y
      let [red, green, blue, count] = [0, 0, 0, 0]
      for (let dy = py > 0 ? -1 : 0; dy <= (py < rows - 1 ? 1 : 0); dy++)
        for (let dx = px > 0 ? -1 : 0; dx <= (px < columns - 1 ? 1 : 0); dx++) {
          const from = at + dy * width + dx
          // Only what earlier passes made: within a pass all pixels see the same picture.
          if (covered[from] === 0 || covered[from]! > pass) continue
          red += data[3 * from]!
          green += data[3 * from + 1]!
          blue += data[3 * from + 2]!
          count++
        }
      if (count === 0) {
        still.push(at)
        continue
      }
      data[3 * at] = red / count
      data[3 * at + 1] = green / count
      data[3 * at + 2] = blue / count
      covered[at] = pass + 1
    }
    left = still
  }
}

/** Fills what is left from ever coarser means (push-pull): smooth, so it costs JPEG next to nothing. */
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
