// A picture lies on a mesh as its pixels are stored: glTF knows no turn, and browsers turn by EXIF whatever `imageOrientation` asks. So what
// says a turn is made unreadable before a browser sees it. No byte moves: a picture is not copied for it.
import type { ImageInfo } from './image.ts'

const code = (text: string): number[] => [...text].map((each) => each.charCodeAt(0))
const EXIF = code('Exif\0\0')
const WEBP_EXIF = code('EXIF')
const PNG_EXIF = code('eXIf')
/** An ancillary chunk of nobody's: decoders pass it by (PNG, 3rd edition, § 5.4). */
const PNG_NOBODYS = code('exIf')
/** Flag of VP8X (RFC 9649 § 2.7.1). */
const WEBP_HAS_EXIF = 0x08

const isAt = (bytes: Uint8Array, at: number, what: readonly number[]) => what.every((each, i) => bytes[at + i] === each)

/** Makes EXIF unreadable, in place. Bytes that break off are left to the decoder. */
export function forgetTurn(bytes: Uint8Array, type: ImageInfo['type']): void {
  if (type === 'image/jpeg') inJpeg(bytes)
  else if (type === 'image/png') inPng(bytes)
  else if (type === 'image/webp') inWebp(bytes)
}

/** Segments up to the first scan (ITU-T T.81, B.1.1.4); EXIF is an APP1, and there may be several. */
function inJpeg(bytes: Uint8Array): void {
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    // Start of scan, end of image: what follows is pixels, or another picture that no decoder shows.
    if (marker === 0xda || marker === 0xd9) return
    if (marker === 0xe1 && isAt(bytes, at + 4, EXIF)) bytes[at + 4] = 0
    at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
  }
}

function inPng(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const end = at + 12 + length
    if (end > bytes.length) return
    if (isAt(bytes, at + 4, PNG_EXIF)) {
      bytes.set(PNG_NOBODYS, at + 4)
      view.setUint32(end - 4, crc(bytes.subarray(at + 4, end - 4)))
    }
    at = end
  }
}

function inWebp(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 12; at + 8 <= bytes.length; ) {
    if (isAt(bytes, at, WEBP_EXIF)) bytes[at] = 0x65
    else if (isAt(bytes, at, code('VP8X')) && at + 8 < bytes.length) bytes[at + 8]! &= ~WEBP_HAS_EXIF
    const length = view.getUint32(at + 4, true)
    at += 8 + length + (length & 1)
  }
}

/** CRC of PNG's chunks (§ 5.5), bit by bit: such a chunk has a hundred bytes. */
function crc(bytes: Uint8Array): number {
  let value = 0xffff_ffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1
  }
  return ~value >>> 0
}
