// What WebGL says went wrong. Asking waits until the GPU's process has done all that was sent before, so it is asked only where nothing waits.

const NAMES: Readonly<Record<number, string>> = {
  1280: 'INVALID_ENUM',
  1281: 'INVALID_VALUE',
  1282: 'INVALID_OPERATION',
  1285: 'OUT_OF_MEMORY',
  1286: 'INVALID_FRAMEBUFFER_OPERATION',
}
const CONTEXT_LOST = 0x9242
/** A context keeps one flag of each sort. */
const MOST_FLAGS = 8

export const errorName = (code: number): string => NAMES[code] ?? `0x${code.toString(16)}`

/** One record for all who ask the same context, since asking clears what the others have not seen yet. */
export interface GlErrors {
  /** The first error since the last call, and clears the others; 0 where there was none. A lost context has none: it is told elsewhere. */
  take(): number
  /** It is somebody else's: the next call answers it. */
  putBack(code: number): void
}

export function glErrors(gl: Pick<WebGL2RenderingContext, 'getError' | 'isContextLost'>): GlErrors {
  let kept = 0
  return {
    take() {
      let first = kept
      kept = 0
      if (gl.isContextLost()) return 0
      for (let i = 0; i < MOST_FLAGS; i++) {
        const code = gl.getError()
        if (code === 0) break
        if (code !== CONTEXT_LOST) first ||= code
      }
      return first
    },
    putBack(code) {
      kept ||= code
    },
  }
}
