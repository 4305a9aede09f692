// Counts what a page makes and unmakes in WebGL, by wrapping the prototype before the page begins. Runs in the page: it is
// handed over as source, so it must not use anything from outside of itself.

export interface GlCounts {
  /** By kind of thing: made less unmade, so 0 when nothing is left. */
  readonly left: Readonly<Record<string, number>>
  readonly made: Readonly<Record<string, number>>
  /** Calls since the page began: draws, uploads into buffers and into textures. */
  readonly draws: number
  readonly bufferSubData: number
  readonly bufferSubDataBytes: number
  readonly textures: number
}

/** Set by {@link countGl} on `globalThis`. */
export interface CountsGl {
  glCounts: () => GlCounts
}

export function countGl(): void {
  const THINGS = ['Buffer', 'Texture', 'Program', 'Shader', 'Framebuffer', 'Renderbuffer', 'VertexArray', 'Sampler', 'Query']
  const made: Record<string, number> = {}
  const alive: Record<string, Set<unknown>> = {}
  let [draws, bufferSubData, bufferSubDataBytes, textures] = [0, 0, 0, 0]
  const prototype = WebGL2RenderingContext.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
  for (const thing of THINGS) {
    made[thing] = 0
    const living = new Set<unknown>()
    alive[thing] = living
    const [create, remove] = [prototype[`create${thing}`]!, prototype[`delete${thing}`]!]
    prototype[`create${thing}`] = function (this: unknown, ...args: unknown[]) {
      const it = create.apply(this, args)
      if (it !== null) {
        made[thing]!++
        living.add(it)
      }
      return it
    }
    prototype[`delete${thing}`] = function (this: unknown, it: unknown) {
      living.delete(it)
      return remove.call(this, it)
    }
  }
  const count = (name: string, note: (args: unknown[]) => void) => {
    const original = prototype[name]!
    prototype[name] = function (this: unknown, ...args: unknown[]) {
      note(args)
      return original.apply(this, args)
    }
  }
  for (const name of ['drawArrays', 'drawElements', 'drawArraysInstanced', 'drawElementsInstanced', 'drawRangeElements', 'clear']) {
    count(name, () => draws++)
  }
  for (const name of ['texImage2D', 'texSubImage2D', 'texStorage2D', 'compressedTexImage2D', 'compressedTexSubImage2D']) {
    count(name, () => textures++)
  }
  count('bufferSubData', (args) => {
    bufferSubData++
    const source = args[2] as { readonly byteLength: number; readonly BYTES_PER_ELEMENT?: number }
    bufferSubDataBytes += typeof args[4] === 'number' && args[4] > 0 ? args[4] * (source.BYTES_PER_ELEMENT ?? 1) : source.byteLength
  })
  ;(globalThis as unknown as CountsGl).glCounts = () => ({
    left: Object.fromEntries(THINGS.map((thing) => [thing, alive[thing]!.size])),
    made: { ...made },
    draws,
    bufferSubData,
    bufferSubDataBytes,
    textures,
  })
}
