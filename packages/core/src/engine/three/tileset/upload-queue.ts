// Tile flow: scene -> **upload-queue** -> drawn. Textures go to the GPU a few each drawn frame, and a tile counts as loaded when its own are
// there: so no frame waits for a burst of them.
import type { Texture } from 'three'

export const UPLOAD_DEFAULTS = {
  /** Main thread, ms a frame. A 1024² picture takes about 1 on a real GPU. */
  frameMs: 4,
  /** What the GPU's own process must copy, which the page's clock does not see. */
  frameBytes: 32 * 2 ** 20,
} as const

interface Waiting {
  readonly texture: Texture
  readonly bytes: number
  readonly signal: AbortSignal
  resolve(): void
}

export interface UploadQueue {
  /** Resolves when the texture is on the GPU, or when the signal says that nobody wants it. */
  add(texture: Texture, bytes: number, signal: AbortSignal): Promise<void>
  /** One frame's share; the first always goes. */
  run(upload: (texture: Texture) => void): void
  readonly size: number
}

export function createUploadQueue(
  invalidate: () => void,
  { frameMs, frameBytes, nowMs = () => performance.now() }: { frameMs: number; frameBytes: number; nowMs?: () => number } = UPLOAD_DEFAULTS,
): UploadQueue {
  const waiting: Waiting[] = []
  return {
    add(texture, bytes, signal) {
      return new Promise((resolve) => {
        waiting.push({ texture, bytes, signal, resolve })
        invalidate()
      })
    },
    run(upload) {
      const endMs = nowMs() + frameMs
      let bytes = 0
      while (waiting.length > 0) {
        const next = waiting.shift()!
        if (!next.signal.aborted) {
          upload(next.texture)
          bytes += next.bytes
        }
        next.resolve()
        if (bytes > 0 && (nowMs() >= endMs || bytes + (waiting[0]?.bytes ?? 0) > frameBytes)) break
      }
      if (waiting.length > 0) invalidate()
    },
    get size() {
      return waiting.length
    },
  }
}
