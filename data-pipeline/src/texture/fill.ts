// Texture: colour for pixels that no triangle covers, so that neither filtering nor mip levels nor JPEG bring in black.

interface Pixels {
  readonly width: number
  readonly data: Uint8Array
  /** 0: no colour yet. */
  readonly covered: Uint8Array
}

/** Scratch for the front of a spread: grown once, used by all. */
let front = new Uint32Array(1 << 14)
let nextFront = new Uint32Array(1 << 14)

/** Spreads colours outward within a rectangle, a pixel per pass: gutters, and narrow holes that the children left. */
export function spread(
  { width, data, covered }: Pixels,
  rectangle: { x: number; y: number; columns: number; rows: number; passes: number },
): void {
  const { x, y, columns, rows, passes } = rectangle
  const [left, right, top, bottom] = [x, x + columns - 1, y, y + rows - 1]
  if (front.length < columns * rows) {
    front = new Uint32Array(columns * rows)
    nextFront = new Uint32Array(columns * rows)
  }
  let count = 0
  for (let py = top; py <= bottom; py++)
    for (let px = left, at = py * width + left; px <= right; px++, at++) if (covered[at] === 0) front[count++] = at
  // Colour moves a pixel per pass, so a pass need only look where the one before found none.
  for (let pass = 1; pass <= passes && count > 0; pass++) {
    let still = 0
    for (let i = 0; i < count; i++) {
      const at = front[i]!
      const py = (at / width) | 0
      const px = at - py * width
      const x0 = px > left ? -1 : 0
      const x1 = px < right ? 1 : 0
      const y1 = py < bottom ? width : 0
      let [red, green, blue, found] = [0, 0, 0, 0]
      for (let row = at + (py > top ? -width : 0); row <= at + y1; row += width)
        for (let from = row + x0; from <= row + x1; from++) {
          // Only what earlier passes made: within a pass all pixels see the same picture.
          if (covered[from] === 0 || covered[from]! > pass) continue
          red += data[3 * from]!
          green += data[3 * from + 1]!
          blue += data[3 * from + 2]!
          found++
        }
      if (found === 0) nextFront[still++] = at
      else {
        data[3 * at] = red / found
        data[3 * at + 1] = green / found
        data[3 * at + 2] = blue / found
        covered[at] = pass + 1
      }
    }
    ;[front, nextFront] = [nextFront, front]
    count = still
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
