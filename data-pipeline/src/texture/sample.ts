// Texture: a child's picture, at the size that a parent samples it.
import type { Picture } from '../mesh/tile-mesh.ts'

export interface Sampled {
  readonly picture: Picture
  /** Pixels of `picture` per pixel of the child's own. */
  readonly scale: number
}

/** Four taps of a bilinear sample cover a step of two; up to this is taken, for halving blurs charts' edges. */
const MOST_PIXELS = 2.8

/**
 * Halves a picture until a parent's pixel spans few of its own.
 *
 * @param ratio pixels of the child along one of the parent's
 */
export function shrunk(picture: Picture, ratio: number): Sampled {
  let scale = 1
  let small = picture
  for (let left = ratio; left > MOST_PIXELS; left /= 2) {
    small = halved(small)
    scale /= 2
  }
  return { picture: small, scale }
}

/** Half the size, each pixel the mean of four. */
export function halved({ width, height, data }: Picture): Picture {
  const w = Math.max(1, width >> 1)
  const h = Math.max(1, height >> 1)
  const out = new Uint8Array(3 * w * h)
  const right = width > 1 ? 3 : 0
  const below = height > 1 ? 3 * width : 0
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const o = 3 * (2 * y * width + 2 * x)
      const at = 3 * (y * w + x)
      for (let k = 0; k < 3; k++)
        out[at + k] = (data[o + k]! + data[o + right + k]! + data[o + below + k]! + data[o + right + below + k]! + 2) >> 2
    }
  return { width: w, height: h, data: out }
}
