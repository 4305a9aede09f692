// Pictures of four colours, one in each quarter, as the many forms that writers give them: made here, by the library that the pipeline uses.
import { createRequire } from 'node:module'
import type Sharp from '../../data-pipeline/node_modules/sharp/dist/index.d.mts'
import type { JpegOptions, Sharp as Made } from '../../data-pipeline/node_modules/sharp/dist/index.d.mts'

const load = createRequire(new URL('../../data-pipeline/package.json', import.meta.url))('sharp') as typeof Sharp

/** sRGB of north-west, north-east, south-west and south-east, where the picture lies like a map. */
export const QUARTERS = [
  [220, 50, 50],
  [50, 170, 60],
  [60, 80, 220],
  [230, 200, 40],
] as const

const SIZE = 64

function pixels(alphas: readonly number[] = [255, 255, 255, 255]): Uint8Array {
  const out = new Uint8Array(SIZE * SIZE * 4)
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const quarter = (y < SIZE / 2 ? 0 : 2) + (x < SIZE / 2 ? 0 : 1)
      out.set([...QUARTERS[quarter]!, alphas[quarter]!], (y * SIZE + x) * 4)
    }
  return out
}
const raw = (alphas?: readonly number[]) => load(pixels(alphas), { raw: { width: SIZE, height: SIZE, channels: 4 } })
const bytes = async (made: Made) => new Uint8Array(await made.toBuffer())

export const jpeg = (options: JpegOptions = {}) =>
  bytes(
    raw()
      .removeAlpha()
      .jpeg({ quality: 95, chromaSubsampling: '4:4:4', ...options }),
  )
/** Four inks, as a printer's scan: Adobe's marker, inverted. */
export const cmykJpeg = () => bytes(raw().removeAlpha().toColourspace('cmyk').jpeg({ quality: 95 }))
export const greyJpeg = () => bytes(raw().removeAlpha().greyscale().jpeg({ quality: 95 }))
export const webp = () => bytes(raw().removeAlpha().webp({ lossless: true }))
/** `alphas`: of the four quarters. */
export const png = (alphas?: readonly number[]) => bytes(alphas === undefined ? raw().removeAlpha().png() : raw(alphas).png())
export const webpOf = (alphas: readonly number[]) => bytes(raw(alphas).webp({ lossless: true }))

/** A JPEG with a second one behind it, and the index of both in an APP2: what phones and some drones write (CIPA DC-007). */
export function mpo(first: Uint8Array, second: Uint8Array): Uint8Array {
  const segment = Uint8Array.from([0xff, 0xe2, 0, 14, ...[...'MPF\0II'].map((each) => each.charCodeAt(0)), 42, 0, 8, 0, 0, 0])
  return Uint8Array.from([...first.subarray(0, 2), ...segment, ...first.subarray(2), ...second])
}
