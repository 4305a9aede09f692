// What an encoded image is, by its own first bytes: a tile's `mimeType` lies ("image/jpg"), and a size must be known before pixels are made.
import { corrupt, unsupported } from './fault.ts'

export interface ImageInfo {
  readonly type: 'image/jpeg' | 'image/png' | 'image/webp' | 'image/avif' | 'image/ktx2'
  readonly width: number
  readonly height: number
}

const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

export function imageInfo(bytes: Uint8Array, pointer: string): ImageInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 16) throw corrupt(pointer, `has ${bytes.length} bytes, which are no image`)
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { type: 'image/jpeg', ...jpegSize(view, pointer) }
  if (text(bytes, 1, 4) === 'PNG' && bytes.length >= 24) return { type: 'image/png', width: view.getUint32(16), height: view.getUint32(20) }
  if (text(bytes, 1, 7) === 'KTX 20' && bytes.length >= 28)
    return { type: 'image/ktx2', width: view.getUint32(20, true), height: view.getUint32(24, true) }
  if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP' && bytes.length >= 30)
    return { type: 'image/webp', ...webpSize(bytes, view) }
  if (text(bytes, 4, 8) === 'ftyp' && /avif|avis|mif1/.test(text(bytes, 8, 32)))
    return { type: 'image/avif', ...avifSize(bytes, view, pointer) }
  throw unsupported(
    pointer,
    `begins with ${[...bytes.subarray(0, 4)].map((each) => each.toString(16).padStart(2, '0')).join(' ')}; expected JPEG, PNG, WebP, AVIF or KTX2`,
  )
}

/** False where no pixel of the picture can be translucent, by what its head says. */
export function mayBeTranslucent(bytes: Uint8Array, type: ImageInfo['type']): boolean {
  if (type === 'image/jpeg') return false
  // Grey or RGB, without a colour that stands for none (tRNS).
  if (type === 'image/png') return (bytes[25] !== 0 && bytes[25] !== 2) || hasTransparentColor(bytes)
  if (type !== 'image/webp') return true
  const form = text(bytes, 12, 16)
  if (form === 'VP8X') return (bytes[20]! & 0x10) !== 0
  return form === 'VP8L' && (bytes[24]! & 0x10) !== 0
}

/** PNG: tRNS stands before the pixels. */
function hasTransparentColor(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = text(bytes, at + 4, at + 8)
    if (type === 'tRNS') return true
    if (type === 'IDAT') return false
  }
  return false
}

/** Size in the first start-of-frame segment (ITU-T T.81, B.2.2). */
function jpegSize(view: DataView, pointer: string): { width: number; height: number } {
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) throw corrupt(pointer, `is a JPEG that breaks off at byte ${at}`)
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  throw corrupt(pointer, 'is a JPEG without a frame')
}

/** RFC 9649: VP8X and VP8L pack width − 1; VP8 has it behind its start code. */
function webpSize(bytes: Uint8Array, view: DataView): { width: number; height: number } {
  const form = text(bytes, 12, 16)
  if (form === 'VP8X')
    return { width: 1 + (view.getUint32(24, true) & 0xffffff), height: 1 + (bytes[27]! | (bytes[28]! << 8) | (bytes[29]! << 16)) }
  if (form === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) }
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}

/**
 * The largest of its image spatial extents (ISO/IEC 23008-12 § 6.5.3: boxes meta, iprp, ipco, ispe), which decoders hold a file to: a small
 * AVIF may hold any number of pixels.
 */
function avifSize(bytes: Uint8Array, view: DataView, pointer: string): { width: number; height: number } {
  const found = { width: 0, height: 0 }
  const read = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to; ) {
      const told = view.getUint32(at)
      // 1: the size follows as 64 bits; 0: to the end.
      const head = told === 1 ? 16 : 8
      const size = told === 0 ? to - at : told === 1 && at + 16 <= to ? Number(view.getBigUint64(at + 8)) : told
      if (size < head || at + size > to) throw corrupt(pointer, `is an AVIF whose box at byte ${at} does not fit`)
      const [type, body, end] = [text(bytes, at + 4, at + 8), at + head, at + size]
      if (type === 'meta') read(body + 4, end)
      else if (type === 'iprp' || type === 'ipco') read(body, end)
      else if (type === 'ispe' && body + 12 <= end) {
        const [width, height] = [view.getUint32(body + 4), view.getUint32(body + 8)]
        if (width * height > found.width * found.height) Object.assign(found, { width, height })
      }
      at = end
    }
  }
  read(0, bytes.length)
  if (found.width * found.height === 0) throw corrupt(pointer, 'is an AVIF that does not tell its size')
  return found
}
