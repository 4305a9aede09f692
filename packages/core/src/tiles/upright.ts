// Takes a picture's orientation away from the browser. glTF maps pixels as they are stored (glTF 2.0 § 3.8.3), yet browsers turn
// a picture by its Exif orientation, and `imageOrientation: 'none'` does not stop all of them.

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0] // "Exif", two zeros

/** The same picture without Exif: the bytes themselves where there is none, else a copy. The pixels are untouched. */
export function withoutOrientation(bytes: Uint8Array, type: string): Uint8Array {
  if (type === 'image/jpeg') return jpeg(bytes)
  if (type === 'image/png') return png(bytes)
  return type === 'image/webp' ? webp(bytes) : bytes
}

/** Segments APP1 of Exif (CIPA DC-008 § 4.7.2) lose their name, so that nobody reads them; there may be several. */
function jpeg(bytes: Uint8Array): Uint8Array {
  let copy: Uint8Array | undefined
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    // The picture itself begins: no segment of this kind follows.
    if (marker === 0xda) break
    const length = (bytes[at + 2]! << 8) | bytes[at + 3]!
    if (marker === 0xe1 && EXIF.every((value, i) => bytes[at + 4 + i] === value)) {
      copy ??= bytes.slice()
      copy.fill(0, at + 4, at + 8)
    }
    at += 2 + length
  }
  return copy ?? bytes
}

const word = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))

/** Chunk eXIf (PNG 3rd edition § 11.3.2.9) is left out. */
function png(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept: Uint8Array[] = [bytes.subarray(0, 8)]
  let isLeftOut = false
  let at = 8
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at)
    if (word(bytes, at + 4) === 'eXIf') isLeftOut = true
    else kept.push(bytes.subarray(at, end))
    at = end
  }
  if (!isLeftOut) return bytes
  if (at < bytes.length) kept.push(bytes.subarray(at))
  const made = new Uint8Array(kept.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (const part of kept) {
    made.set(part, to)
    to += part.length
  }
  return made
}

/** Chunk EXIF (RFC 9649 § 2.7.1.5) becomes one that nobody knows, and its flag in VP8X goes. */
function webp(bytes: Uint8Array): Uint8Array {
  if (word(bytes, 12) !== 'VP8X') return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let copy: Uint8Array | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true)
    if (word(bytes, at) === 'EXIF') {
      copy ??= bytes.slice()
      copy.set([0x6e, 0x6f, 0x6e, 0x65], at) // "none"
    }
    at += 8 + length + (length & 1)
  }
  if (copy !== undefined) copy[20]! &= ~0x08
  return copy ?? bytes
}
