// What one tile may ask for. A file tells its own counts, so a tiny one could ask for a gigabyte: each reader takes from the tile's budget
// before it allocates.
import { TwinError } from '../error/twin-error.ts'

export const TILE_LIMITS = {
  /** Decoded geometry of one tile. A tile of 20k triangles holds under 1 MB; the largest seen in a capture 30 MB. */
  decodedBytes: 256 * 2 ** 20,
  /** Pixels of one image: 8192². */
  imagePixels: 2 ** 26,
  /** Pixels of all images of one tile. */
  tilePixels: 2 ** 27,
  jsonBytes: 64 * 2 ** 20,
  /** What a gzip may unpack to. */
  unpackedBytes: 256 * 2 ** 20,
  /** Drawn parts of one tile: each costs a draw call. */
  parts: 16_384,
} as const

/** How much a compressed stream can grow at most; more is a lie. Meshopt: 8192 bytes from 8; Draco: bounded by its entropy coder, generously. */
export const MESHOPT_MAX_GROWTH = 1024
export const DRACO_MAX_GROWTH = 4096

export interface Budget {
  /** Throws `tile-too-large` where the tile would hold more than it may. */
  take(bytes: number, pointer: string): void
  takePixels(width: number, height: number, pointer: string): void
  readonly bytes: number
}

export function tileBudget(
  limits: { readonly decodedBytes: number; readonly imagePixels: number; readonly tilePixels: number } = TILE_LIMITS,
): Budget {
  let bytes = 0
  let pixels = 0
  return {
    take(more, pointer) {
      bytes += more
      if (!(bytes <= limits.decodedBytes))
        throw new TwinError('tile-too-large', `${pointer} would decode to ${bytes} bytes; a tile may hold ${limits.decodedBytes}`, {
          pointer,
          bytes,
        })
    },
    takePixels(width, height, pointer) {
      const more = width * height
      // One that is refused takes no room from the others.
      if (more <= limits.imagePixels && pixels + more <= limits.tilePixels) pixels += more
      else
        throw new TwinError('tile-too-large', `${pointer} is ${width} × ${height} px; an image may hold ${limits.imagePixels} px`, {
          pointer,
          width,
          height,
        })
    },
    get bytes() {
      return bytes
    },
  }
}
