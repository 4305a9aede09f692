// Pictures whose EXIF says that they are to be turned: what a camera writes, put into a picture that has none.
import { crc32 } from 'node:zlib'

const ascii = (text: string): number[] => [...text].map((each) => each.charCodeAt(0))

/** A TIFF of one entry, Orientation (0x0112); `II` is little-endian, `MM` big. */
function tiff(orientation: number, order: 'II' | 'MM'): Uint8Array {
  const little = order === 'II'
  const out = new Uint8Array(26)
  const view = new DataView(out.buffer)
  out.set(ascii(order))
  view.setUint16(2, 42, little)
  view.setUint32(4, 8, little)
  view.setUint16(8, 1, little)
  view.setUint16(10, 0x0112, little)
  view.setUint16(12, 3, little)
  view.setUint32(14, 1, little)
  view.setUint16(18, orientation, little)
  return out
}

/** `jpeg` with an APP1 in front. */
export function turnedJpeg(jpeg: Uint8Array, orientation: number, order: 'II' | 'MM'): Uint8Array<ArrayBuffer> {
  const exif = tiff(orientation, order)
  const length = 8 + exif.length
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 255, ...ascii('Exif\0\0'), ...exif, ...jpeg.subarray(2)])
}

/** `png` with a chunk eXIf behind its head. */
export function turnedPng(png: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  const typed = Uint8Array.from([...ascii('eXIf'), ...tiff(orientation, 'MM')])
  const out = new Uint8Array(png.length + typed.length + 8)
  const view = new DataView(out.buffer)
  out.set(png.subarray(0, 33))
  view.setUint32(33, typed.length - 4)
  out.set(typed, 37)
  view.setUint32(37 + typed.length, crc32(typed))
  out.set(png.subarray(33), 41 + typed.length)
  return out
}

/** `webp` with a chunk EXIF at its end; it must begin with VP8X, or `size` says what is put in front. */
export function turnedWebp(
  webp: Uint8Array,
  orientation: number,
  size?: readonly [width: number, height: number],
): Uint8Array<ArrayBuffer> {
  const exif = tiff(orientation, 'II')
  const u24 = (value: number) => [value & 255, (value >> 8) & 255, value >> 16]
  const head = size === undefined ? [] : [...ascii('VP8X'), 10, 0, 0, 0, 8, 0, 0, 0, ...u24(size[0] - 1), ...u24(size[1] - 1)]
  const body = [...head, ...webp.subarray(12), ...ascii('EXIF'), exif.length, 0, 0, 0, ...exif]
  const out = Uint8Array.from([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...body])
  new DataView(out.buffer).setUint32(4, out.length - 8, true)
  out[20]! |= 8
  return out
}
