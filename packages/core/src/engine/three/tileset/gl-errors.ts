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

/** The first error since it was asked last, and clears the others; 0 where there was none. A lost context has none: it is told elsewhere. */
export function takeError(gl: Pick<WebGL2RenderingContext, 'getError' | 'isContextLost'>): number {
  if (gl.isContextLost()) return 0
  let first = 0
  for (let i = 0; i < MOST_FLAGS; i++) {
    const code = gl.getError()
    if (code === 0) break
    if (code !== CONTEXT_LOST) first ||= code
  }
  return first
}
