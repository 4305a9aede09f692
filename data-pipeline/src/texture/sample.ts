// Texture: colours out of a child's picture.
import type { Picture } from '../mesh/tile-mesh.ts'

/** Writes the colour at pixel place (x, y) into `out` from `at`. */
export type Sampler = (x: number, y: number, out: Uint8Array, at: number) => void

/**
 * Bilinear; from a halved picture where a parent's pixel spans several of the child's.
 *
 * @param ratio pixels of the child along one of the parent's
 */
export function sampler(picture: Picture, ratio: number): Sampler {
  let shrunk = picture
  let scale = 1
  // Four taps of a bilinear sample cover a step of two; up to 2.8 is taken, for halving blurs charts' edges.
  for (let left = ratio; left > 2.8; left /= 2) {
    shrunk = halved(shrunk)
    scale /= 2
  }
  return bilinear(shrunk, scale)
}

function bilinear({ data, width, height }: Picture, scale: number): Sampler {
  const maxX = width - 1.001
  const maxY = height - 1.001
  const row = 3 * width
  if (width < 2 || height < 2)
    return (_x, _y, out, at) => {
      out[at] = data[0]!
      out[at + 1] = data[1]!
      out[at + 2] = data[2]!
    }
  return (x, y, out, at) => {
    let px = x * scale - 0.5
    let py = y * scale - 0.5
    if (!(px > 0)) px = 0
    else if (px > maxX) px = maxX
    if (!(py > 0)) py = 0
    else if (py > maxY) py = maxY
    const ix = px | 0
    const iy = py | 0
    const fx = px - ix
    const fy = py - iy
    const o = iy * row + 3 * ix
    const w11 = fx * fy
    const w10 = fx - w11
    const w01 = fy - w11
    const w00 = 1 - fx - w01
    out[at] = data[o]! * w00 + data[o + 3]! * w10 + data[o + row]! * w01 + data[o + row + 3]! * w11 + 0.5
    out[at + 1] = data[o + 1]! * w00 + data[o + 4]! * w10 + data[o + row + 1]! * w01 + data[o + row + 4]! * w11 + 0.5
    out[at + 2] = data[o + 2]! * w00 + data[o + 5]! * w10 + data[o + row + 2]! * w01 + data[o + row + 5]! * w11 + 0.5
  }
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
