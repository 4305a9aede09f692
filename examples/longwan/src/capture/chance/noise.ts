// Noise of the demo capture: pure functions of place and seed, so that the order in which threads work changes nothing.

/** A hash of two whole numbers in [0, 1). */
export function hash2(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

/** A hash of three whole numbers in [0, 1). */
export function hash3(x: number, y: number, z: number, seed: number): number {
  return hash2(x ^ Math.imul(z, 0x2545f491), y + Math.imul(z, 0x632be5ab), seed)
}

/** Smooth value noise in [0, 1) with wavelength 1. */
export function noise2(x: number, y: number, seed: number): number {
  const ix = Math.floor(x)
  const iy = Math.floor(y)
  let fx = x - ix
  let fy = y - iy
  fx = fx * fx * (3 - 2 * fx)
  fy = fy * fy * (3 - 2 * fy)
  const a = hash2(ix, iy, seed)
  const b = hash2(ix + 1, iy, seed)
  const c = hash2(ix, iy + 1, seed)
  const d = hash2(ix + 1, iy + 1, seed)
  return a + (b - a) * fx + (c - a) * fy + (a - b - c + d) * fx * fy
}

/** Fills `out` with `noise2(i * stepX, y, seed)` for each i: one hash per lattice cell and row instead of four per value. */
export function fillNoiseRow(out: Float32Array, stepX: number, y: number, seed: number): void {
  const iy = Math.floor(y)
  const fy = (y - iy) * (y - iy) * (3 - 2 * (y - iy))
  const column = (ix: number): number => {
    const low = hash2(ix, iy, seed)
    return low + (hash2(ix, iy + 1, seed) - low) * fy
  }
  let cell = 0
  let left = column(0)
  let right = column(1)
  for (let i = 0; i < out.length; i++) {
    const x = i * stepX
    if (x >= cell + 1) {
      const next = Math.floor(x)
      left = next === cell + 1 ? right : column(next)
      right = column(next + 1)
      cell = next
    }
    const fx = x - cell
    out[i] = left + (right - left) * (fx * fx * (3 - 2 * fx))
  }
}
