// Chips beside markers. Their places never come to the main thread: each chip reads its marker's own slot in the GL buffer,
// so it glides with it and the page keeps no copy. At most 24 draws a frame.
import type { Priority } from '../../../kind/kind.ts'
import { CHIP_HEIGHT_PX, chipOffsetPx } from '../../../labels/chip.ts'
import { MOST_LABELS } from '../../../labels/choose-labels.ts'
import { liftPx } from '../../../live/plate.ts'
import type { LabelShown } from '../../../worker/messages.ts'
import type { MountedLabels } from '../../contract.ts'
import { type GlProgram, makeProgram } from '../gl-program.ts'
import type { MarkerSet } from '../markers/marker-set.ts'
import { COVERED_GLSL, type OverlayFrame, pointAtSlots, SLOT_GLSL, setSlotUniforms } from '../overlay-frame.ts'
import { ChipAtlas } from './chip-atlas.ts'

const VERTEX = `#version 300 es
precision highp float;
precision highp int;
${SLOT_GLSL}
uniform vec2 uChip;       // width and height, CSS px
uniform vec2 uFromPlate;  // from the plate's centre to the chip's left top, CSS px
uniform float uLiftPx;
uniform vec4 uTexels;
uniform vec2 uAtlas;
out vec2 vAt;
void main() {
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  vec3 foot = footOnScreen(slotFromEye());
  if ((aTimeFlags.y & HIDDEN) != 0u || foot.z <= 0.01) return;
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  // On whole device pixels, so that text is as crisp as in the page.
  vec2 leftTop = floor((foot.xy - vec2(0.0, uLiftPx) + uFromPlate) * uPixelRatio + 0.5) / uPixelRatio;
  gl_Position = clipAt(leftTop + corner * uChip, 1.0);
  gl_Position.z = 0.0;
  vAt = (uTexels.xy + corner * uTexels.zw) / uAtlas;
}
`
const FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D uPicture;
${COVERED_GLSL}
in vec2 vAt;
out vec4 color;
void main() {
  color = texture(uPicture, vAt);
  if (color.a < 0.004 || isCovered()) discard;
}
`

export class LabelSet implements MountedLabels {
  readonly #gl: WebGL2RenderingContext
  readonly #markers: MarkerSet
  readonly #changed: () => void
  readonly #atlas: ChipAtlas
  #program: GlProgram
  #vertexArray: WebGLVertexArrayObject
  #labels: readonly LabelShown[] = []
  #live = true

  constructor(gl: WebGL2RenderingContext, markers: MarkerSet, changed: () => void) {
    this.#gl = gl
    this.#markers = markers
    this.#changed = changed
    this.#atlas = new ChipAtlas(gl, MOST_LABELS)
    this.#program = makeProgram(gl, 'labels', VERTEX, FRAGMENT)
    this.#vertexArray = gl.createVertexArray()
    // The page's fonts may come after the first chips were painted.
    document.fonts.addEventListener('loadingdone', this.#fontsCame)
  }

  set(labels: readonly LabelShown[]): void {
    this.#labels = labels.slice(0, MOST_LABELS)
    // A sign-out ends so: the names that were painted must not outlast it.
    if (labels.length === 0) this.#atlas.wipe()
    this.#changed()
  }

  draw(frame: OverlayFrame): void {
    if (this.#labels.length === 0) return
    const gl = this.#gl
    gl.activeTexture(gl.TEXTURE0)
    const places = this.#atlas.paint(
      this.#labels.map(({ text, priority }) => ({ text, priority: priority as 0 | Priority })),
      frame.pixelRatio,
    )
    const { at, program } = this.#program
    gl.useProgram(program)
    gl.bindVertexArray(this.#vertexArray)
    // three leaves it as its last material asked; a chip is a triangle strip, and its front is whichever way y counts.
    gl.disable(gl.CULL_FACE)
    gl.disable(gl.DEPTH_TEST)
    gl.depthMask(false)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    gl.uniform1i(at('uPicture'), 0)
    gl.uniform2f(at('uAtlas'), ...this.#atlas.size)
    const selected = this.#markers.selected
    // The last drawn is on top: the most severe.
    for (let i = this.#labels.length - 1; i >= 0; i--) {
      const { handle, priority, side } = this.#labels[i]!
      const { widthPx, texels } = places[i]!
      const layer = this.#markers.layer(handle.layer)
      if (layer === undefined || handle.slot >= layer.slots) continue
      const { shape } = layer.kind.symbol
      const isSelected = selected?.layer === handle.layer && selected.slot === handle.slot
      const offset = chipOffsetPx(shape, priority, isSelected)
      setSlotUniforms(frame, at, layer.timeBaseMs)
      gl.uniform2f(at('uChip'), widthPx, CHIP_HEIGHT_PX)
      gl.uniform2f(at('uFromPlate'), side === 'left' ? -offset - widthPx : offset, -CHIP_HEIGHT_PX / 2)
      gl.uniform1f(at('uLiftPx'), liftPx(shape, priority))
      gl.uniform4f(at('uTexels'), ...texels)
      pointAtSlots(gl, layer.buffer!, handle.slot)
      for (const attribute of [0, 1, 2]) gl.vertexAttribDivisor(attribute, 1)
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, 1)
    }
    gl.bindVertexArray(null)
  }

  restore(): void {
    this.#atlas.restore()
    this.#program = makeProgram(this.#gl, 'labels', VERTEX, FRAGMENT)
    this.#vertexArray = this.#gl.createVertexArray()
  }

  dispose(): void {
    if (!this.#live) return
    this.#live = false
    document.fonts.removeEventListener('loadingdone', this.#fontsCame)
    this.#labels = []
    this.#atlas.wipe()
    this.#program.dispose()
    this.#gl.deleteVertexArray(this.#vertexArray)
    this.#changed()
  }

  get live(): boolean {
    return this.#live
  }

  readonly #fontsCame = (): void => {
    this.#atlas.forget()
    this.#changed()
  }
}
