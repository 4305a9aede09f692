// Tile flow: scene -> **upload-queue** -> drawn. Textures go to the GPU a few each drawn frame, and a tile counts as loaded when its own are
// there: so no frame waits for a burst of them. Whether GL took a frame's share is asked once for all of it, behind a fence that its commands
// have passed, since asking earlier would make the page wait for the GPU.
import type { Texture, WebGLRenderer } from 'three'
import type { GlErrors } from './gl-errors.ts'
import { pictureRefused } from './picture-form.ts'
import type { TileTexture } from './tile-texture.ts'

export const UPLOAD_DEFAULTS = {
  /** Main thread, ms a frame. A 1024² picture takes about 1 on a real GPU. */
  frameMs: 4,
  /** What the GPU's own process must copy, which the page's clock does not see. */
  frameBytes: 32 * 2 ** 20,
  /** Between two looks at the fence. */
  pollMs: 4,
  /** A fence that is not passed by then is not waited for. */
  fenceMs: 2_000,
} as const

/** What of GL it needs. */
export interface UploadPorts {
  upload(texture: Texture): void
  /** The first error since the last call, 0 where there was none. Waits for the GPU's process. */
  takeError(): number
  /** Tells when all that was sent before has been done; never waits. */
  fence(): { passed(): boolean; end(): void }
  nowMs(): number
  later(run: () => void, ms: number): void
}

export const uploadsOf = (renderer: WebGLRenderer, errors: GlErrors): UploadPorts => {
  const gl = renderer.getContext() as WebGL2RenderingContext
  return {
    upload: (texture) => renderer.initTexture(texture),
    takeError: () => errors.take(),
    fence() {
      const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
      gl.flush()
      return {
        // Neither where the context is lost, which passes all.
        passed: () => sync === null || gl.isContextLost() || gl.getSyncParameter(sync, gl.SYNC_STATUS) !== gl.UNSIGNALED,
        end: () => gl.deleteSync(sync),
      }
    },
    nowMs: () => performance.now(),
    later: (run, ms) => setTimeout(run, ms),
  }
}

interface Waiting {
  readonly picture: TileTexture
  readonly signal: AbortSignal
  resolve(): void
  reject(error: unknown): void
}

export interface UploadQueue {
  /**
   * Resolves when the picture is on the GPU, or when the signal says that nobody wants it; rejects with `picture-refused` where GL does not take
   * it.
   */
  add(picture: TileTexture, signal: AbortSignal): Promise<void>
  /** One frame's share; the first always goes. */
  run(): void
  /** Nobody waits any more. */
  dispose(): void
  readonly size: number
}

export function createUploadQueue(
  invalidate: () => void,
  ports: UploadPorts,
  { frameMs, frameBytes, pollMs, fenceMs }: { frameMs: number; frameBytes: number; pollMs: number; fenceMs: number } = UPLOAD_DEFAULTS,
): UploadQueue {
  const waiting: Waiting[] = []
  /** Sent, and not yet known to be taken. */
  const sent: Waiting[] = []
  let watching = false
  let disposed = false

  /** Behind the frame's own commands, so that nothing new is on its way when GL is asked. */
  function watch(): void {
    if (watching) return
    watching = true
    ports.later(() => {
      const fence = ports.fence()
      const endMs = ports.nowMs() + fenceMs
      const look = () => {
        if (!disposed && !fence.passed() && ports.nowMs() < endMs) return ports.later(look, pollMs)
        fence.end()
        watching = false
        check()
      }
      look()
    }, 0)
  }

  /** All that was sent, also behind the fence: what GL says now may be of any of it. */
  function check(): void {
    if (sent.length === 0) return
    const bad = ports.takeError() !== 0
    for (const each of sent.splice(0)) {
      const error = bad && isOpen(each) ? uploadAgain(each.picture) : 0
      if (error !== 0) each.reject(pictureRefused(each.picture.texture.image as { width: number; height: number }, error))
      else {
        if (isOpen(each)) each.picture.take()
        each.resolve()
      }
    }
  }

  /** Whose error it was, if it was a picture's at all: each alone, and GL is asked at once. */
  function uploadAgain({ texture }: TileTexture): number {
    texture.needsUpdate = true
    ports.upload(texture)
    return ports.takeError()
  }

  return {
    add(picture, signal) {
      return new Promise((resolve, reject) => {
        if (disposed) return resolve()
        waiting.push({ picture, signal, resolve, reject })
        invalidate()
      })
    },
    run() {
      const endMs = ports.nowMs() + frameMs
      let bytes = 0
      while (waiting.length > 0) {
        const next = waiting.shift()!
        if (isOpen(next)) {
          ports.upload(next.picture.texture)
          bytes += next.picture.bytes
          sent.push(next)
        } else next.resolve()
        if (bytes > 0 && (ports.nowMs() >= endMs || bytes + (waiting[0]?.picture.bytes ?? 0) > frameBytes)) break
      }
      if (sent.length > 0) watch()
      if (waiting.length > 0) invalidate()
    },
    dispose() {
      disposed = true
      for (const each of [...waiting.splice(0), ...sent.splice(0)]) each.resolve()
    },
    get size() {
      return waiting.length
    },
  }
}

/** Still wanted, and not yet taken: a picture that two tiles share may be sent for both. */
const isOpen = ({ picture, signal }: Waiting) => !signal.aborted && picture.state === 'held'
