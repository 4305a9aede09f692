// three's renderer, with what it never deletes: four empty textures and three framebuffers that it makes with each context
// (three 0.187). Who makes a thing disposes of it, so the engine keeps their list.
import { WebGLRenderer } from 'three'
import { TwinError } from '../../error/twin-error.ts'

export class OwnRenderer {
  readonly three: WebGLRenderer
  readonly gl: WebGL2RenderingContext
  #leftovers: (() => void)[] = []
  #stopRecording: (() => void) | null = null

  /** @throws TwinError `webgl-missing` */
  constructor(canvas: HTMLCanvasElement) {
    // Mesh and sky are drawn, and smoothed, in a picture of their own (mesh-picture.ts); what is drawn over it smooths itself.
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false })
    if (gl === null) {
      throw new TwinError('webgl-missing', 'the browser gives no WebGL 2; switch on hardware acceleration or use a current browser', {})
    }
    this.gl = gl
    this.#record()
    this.three = new WebGLRenderer({ canvas, context: gl })
    this.#stopRecording?.()
    this.three.info.autoReset = true
  }

  /** Around three's own restoring of a lost context: the old things are gone, it makes new ones. */
  contextRestored(moment: 'begin' | 'end'): void {
    if (moment === 'begin') {
      this.#leftovers = []
      this.#record()
    } else this.#stopRecording?.()
  }

  dispose(): void {
    this.three.dispose()
    for (const remove of this.#leftovers.splice(0)) remove()
    // Frees the GPU now and not when the collector comes by; a browser keeps no more than 16 contexts.
    this.gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  /** Own properties that shadow the prototype's methods, until stopped. */
  #record(): void {
    const { gl } = this
    const [createTexture, createFramebuffer] = [gl.createTexture, gl.createFramebuffer]
    gl.createTexture = () => {
      const texture = createTexture.call(gl)
      this.#leftovers.push(() => gl.deleteTexture(texture))
      return texture
    }
    gl.createFramebuffer = () => {
      const framebuffer = createFramebuffer.call(gl)
      this.#leftovers.push(() => gl.deleteFramebuffer(framebuffer))
      return framebuffer
    }
    this.#stopRecording = () => {
      Reflect.deleteProperty(gl, 'createTexture')
      Reflect.deleteProperty(gl, 'createFramebuffer')
      this.#stopRecording = null
    }
  }
}
