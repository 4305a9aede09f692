// Tile flow: fetch -> **gzip** -> containers. RealityCapture, archives of Cesium ion and `3d-tiles-tools gzip` write files that are gzip
// themselves; many servers hand them out without `Content-Encoding`. Workers, pages and Node all have DecompressionStream.
import { TwinError } from '../error/twin-error.ts'
import { corrupt } from './fault.ts'
import { TILE_LIMITS } from './limits.ts'

/** RFC 1952 § 2.3.1, with deflate as the method: no other is defined, and no format that is read here begins so. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8

/**
 * The bytes inside a gzip; all others are answered as they are. Throws `tile-corrupt` where it breaks off, and `tile-too-large` as soon as
 * more than `most` bytes have come, so that a bomb costs no more than that.
 */
export async function unpackGzip(bytes: Uint8Array, most: number = TILE_LIMITS.unpackedBytes): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of inflated(bytes)) {
    length += piece.length
    if (length > most) throw new TwinError('tile-too-large', `the gzip unpacks to more than ${most} bytes`, { bytes: length })
    pieces.push(piece)
  }
  const out = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    out.set(piece, at)
    at += piece.length
  }
  return out
}

/** The first bytes of a file, those inside where it is a gzip: enough to tell its type, without unpacking all of it. */
export async function headOf(bytes: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes.subarray(0, 64)
  for await (const piece of inflated(bytes)) return piece.subarray(0, 64)
  return new Uint8Array()
}

async function* inflated(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown): never => {
        throw corrupt('the gzip', `does not unpack (${error instanceof Error ? error.message : error})`)
      })
      if (done) return
      yield value
    }
  } finally {
    // Whoever leaves early leaves the rest packed.
    await reader.cancel().catch(() => undefined)
  }
}
