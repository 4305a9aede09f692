// Mesh and sky in a picture of their own, whose depth can be asked: a mark asks it once, where it stands, and so is one thing or the
// other, seen or hidden, however a roof cuts through its plate. Flow: three -> **picture** (colour to the canvas) -> depth -> markers.
import {
  DepthTexture,
  NearestFilter,
  type PerspectiveCamera,
  type Scene,
  SRGBColorSpace,
  UnsignedIntType,
  Vector2,
  WebGLRenderTarget,
} from 'three'
import type { OwnRenderer } from './own-renderer.ts'

const SAMPLES = 4

function makeTarget(samples: number): WebGLRenderTarget {
  const target = new WebGLRenderTarget(1, 1, {
    samples,
    depthTexture: new DepthTexture(1, 1, UnsignedIntType),
    minFilter: NearestFilter,
    magFilter: NearestFilter,
    // Materials write the screen's own colours, and nothing converts them again: that is how three draws into what a headset shows.
    internalFormat: 'RGBA8',
    colorSpace: SRGBColorSpace,
  })
  return Object.assign(target, { isXRRenderTarget: true })
}

export class MeshPicture {
  readonly #renderer: OwnRenderer
  readonly #size = new Vector2()
  #target: WebGLRenderTarget

  constructor(renderer: OwnRenderer) {
    this.#renderer = renderer
    this.#target = makeTarget(this.#samples)
  }

  /** On a dense screen the eye does not see the steps that multisampling would smooth, and it costs twice the work there. */
  get #samples(): number {
    return this.#renderer.three.getPixelRatio() < 2 ? SAMPLES : 0
  }

  /** Draws into the canvas. The answer is the depth of what was drawn, which holds until the next. */
  draw(scene: Scene, camera: PerspectiveCamera): WebGLTexture {
    const { three, gl } = this.#renderer
    const { x: width, y: height } = three.getDrawingBufferSize(this.#size)
    const samples = this.#samples
    if (this.#target.samples !== samples) {
      this.#target.dispose()
      this.#target = makeTarget(samples)
    }
    this.#target.setSize(width, height)
    three.setRenderTarget(this.#target)
    three.render(scene, camera)
    three.setRenderTarget(null)
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#made(this.#target, '__webglFramebuffer') as WebGLFramebuffer)
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null)
    gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST)
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    return this.#made(this.#target.depthTexture!, '__webglTexture') as WebGLTexture
  }

  /** After a lost context: what the old one held is gone with it. */
  restore(): void {
    this.#target = makeTarget(this.#samples)
  }

  dispose(): void {
    this.#target.dispose()
  }

  /** What three made in GL for a thing of its own. */
  #made(of: object, name: string): unknown {
    return (this.#renderer.three.properties.get(of) as Readonly<Record<string, unknown>>)[name]
  }
}
