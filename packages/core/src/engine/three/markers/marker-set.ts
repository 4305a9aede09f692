// All marker layers of a viewer, drawn in the order that the design asks for: what the mesh hides as a thin outline, what
// it does not (each is one or the other, as the shader decides by the mesh at its foot), then alarms over everything, blue to red, and the selected one last.
import type { Priority } from '../../../kind/kind.ts'
import { GLYPH_AT_PX, POINTS_AT_RAD } from '../../../labels/symbol-paths.ts'
import type { Handle } from '../../../live/layout.ts'
import { liftPx, plateRadiusPx } from '../../../live/plate.ts'
import type { MarkersPrimitive } from '../../contract.ts'
import { type GlProgram, makeProgram } from '../gl-program.ts'
import { type OverlayFrame, pointAtSlots, setSlotUniforms } from '../overlay-frame.ts'
import { MarkerLayer } from './marker-layer.ts'
import { MARKER_FRAGMENT, MARKER_VERTEX, PASS_ALARM, PASS_HIDDEN, PASS_PLAIN, PASS_SELECTED, PULSES } from './marker-shader.ts'

const PRIORITIES: readonly (0 | Priority)[] = [0, 1, 2, 3, 4]

import { signField } from './symbol-texture.ts'

export interface MarkerSetPorts {
  readonly gl: WebGL2RenderingContext
  readonly nowMs: () => number
  readonly changed: () => void
}

export class MarkerSet {
  readonly #ports: MarkerSetPorts
  readonly #layers = new Map<string, MarkerLayer>()
  readonly #signs = signField()
  #program: GlProgram
  #vertexArray: WebGLVertexArrayObject
  #selected: Handle | null = null
  #reducedMotion = false
  /** The largest point of this driver, device px. */
  readonly #mostPx: number

  constructor(ports: MarkerSetPorts) {
    this.#ports = ports
    this.#mostPx = (ports.gl.getParameter(ports.gl.ALIASED_POINT_SIZE_RANGE) as Float32Array | null)?.[1] ?? 255
    this.#program = makeProgram(ports.gl, 'markers', MARKER_VERTEX, MARKER_FRAGMENT)
    this.#vertexArray = ports.gl.createVertexArray()
  }

  mount(primitive: MarkersPrimitive): MarkerLayer {
    const mounted = new MarkerLayer(primitive, {
      ...this.#ports,
      signs: this.#signs,
      removed: ({ layer, slot, generation }) => {
        const at = this.#selected
        if (at?.layer === layer && at.slot === slot && at.generation === generation) this.#selected = null
      },
      disposed: (gone) => {
        if (this.#layers.get(gone.id) === gone) this.#layers.delete(gone.id)
      },
    })
    this.#layers.set(mounted.id, mounted)
    return mounted
  }

  layer(id: string): MarkerLayer | undefined {
    return this.#layers.get(id)
  }

  get selected(): Handle | null {
    return this.#selected
  }

  select(handle: Handle | null): void {
    this.#selected = handle
    this.#ports.changed()
  }

  setReducedMotion(on: boolean): void {
    this.#reducedMotion = on
    this.#ports.changed()
  }

  /** Whether something moves by itself at a twin time, and when it next begins to, on the frame's clock. */
  motion(twinMs: number, nowMs: number): { readonly moving: boolean; readonly nextMs: number } {
    let moving = false
    let nextMs = Infinity
    for (const layer of this.#layers.values()) {
      if (layer.slots === 0) continue
      if (this.#reducedMotion) continue
      moving ||= layer.glidesUntilMs > twinMs
      const pulses = layer.alarms.at(nowMs, PULSES)
      moving ||= pulses.moving
      nextMs = Math.min(nextMs, pulses.nextMs)
    }
    return { moving, nextMs }
  }

  draw(frame: OverlayFrame): void {
    const layers = [...this.#layers.values()].filter((layer) => layer.slots > 0)
    if (layers.length === 0) return
    const { gl } = this.#ports
    gl.useProgram(this.#program.program)
    gl.bindVertexArray(this.#vertexArray)
    gl.disable(gl.DEPTH_TEST)
    gl.depthMask(false)
    gl.activeTexture(gl.TEXTURE1)
    gl.bindTexture(gl.TEXTURE_2D, frame.meshDepth)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    const visible = layers.filter((layer) => layer.visible)
    for (const layer of visible) this.#drawLayer(frame, layer, PASS_HIDDEN, 0)
    for (const layer of visible) this.#drawLayer(frame, layer, PASS_PLAIN, 0)
    for (const priority of [4, 3, 2, 1]) {
      for (const layer of layers) if (layer.alarms.count(priority) > 0) this.#drawLayer(frame, layer, PASS_ALARM, priority)
    }
    const selected = layers.find((layer) => layer.id === this.#selected?.layer)
    if (selected?.isDrawn(this.#selected!.slot)) this.#drawLayer(frame, selected, PASS_SELECTED, 0)
    gl.bindVertexArray(null)
  }

  restore(): void {
    const { gl } = this.#ports
    this.#program = makeProgram(gl, 'markers', MARKER_VERTEX, MARKER_FRAGMENT)
    this.#vertexArray = gl.createVertexArray()
    for (const layer of this.#layers.values()) layer.restore()
  }

  dispose(): void {
    for (const layer of [...this.#layers.values()]) layer.dispose()
    this.#program.dispose()
    this.#ports.gl.deleteVertexArray(this.#vertexArray)
  }

  #drawLayer(frame: OverlayFrame, layer: MarkerLayer, pass: number, priority: number): void {
    const { gl } = this.#ports
    const { at } = this.#program
    const { shape } = layer.kind.symbol
    const selected = this.#selected?.layer === layer.id ? this.#selected.slot : -1
    setSlotUniforms(frame, at, layer.timeBaseMs)
    gl.uniform1i(at('uPass'), pass)
    gl.uniform1ui(at('uPriority'), priority)
    gl.uniform1i(at('uSelected'), selected)
    gl.uniform1fv(
      at('uLift'),
      PRIORITIES.map((each) => liftPx(shape, each)),
    )
    gl.uniform1fv(
      at('uRadius'),
      PRIORITIES.map((each) => plateRadiusPx(shape, each)),
    )
    // Not Infinity: a uniform may be of a precision that has none.
    gl.uniform1f(at('uDotBeyond'), Math.min(layer.dotBeyondMeters, 1e9))
    gl.uniform1f(at('uTurns'), POINTS_AT_RAD[shape] === undefined ? 0 : 1)
    gl.uniform2f(at('uGlyphAt'), ...(GLYPH_AT_PX[shape] ?? [0, 0]))
    gl.uniform1i(at('uMeshDepth'), 1)
    gl.uniform1f(at('uMostPx'), this.#mostPx / frame.pixelRatio)
    gl.uniform1f(at('uPointsAt'), POINTS_AT_RAD[shape] ?? 0)
    const pulses = this.#reducedMotion ? { slots: [], red: 0 } : layer.alarms.at(frame.nowMs, PULSES)
    const filled = Array.from({ length: PULSES }, (_, i) => pulses.slots[i] ?? { slot: -1, share: 0 })
    gl.uniform1iv(
      at('uPulseSlot'),
      filled.map((each) => each.slot),
    )
    gl.uniform1fv(
      at('uPulse'),
      filled.map((each) => each.share),
    )
    gl.uniform1f(at('uRedPulse'), pulses.red)
    gl.activeTexture(gl.TEXTURE0)
    gl.bindTexture(gl.TEXTURE_2D, layer.texture)
    gl.uniform1i(at('uField'), 0)
    pointAtSlots(gl, layer.buffer!, 0)
    // The selected one alone: its slot keeps its gl_VertexID.
    if (pass === PASS_SELECTED) gl.drawArrays(gl.POINTS, selected, 1)
    else gl.drawArrays(gl.POINTS, 0, layer.slots)
  }
}
