// What the engine's own drawings (sky, markers, labels) need to know of one frame; made once per frame, after three drew the mesh.
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { BYTES, DURATION_MASK, HIDDEN, STEP_MS } from '../../live/layout.ts'
import type { CoveredBox } from '../../worker/messages.ts'
import type { Axes, Lens } from '../camera/pose.ts'

export interface OverlayFrame {
  readonly gl: WebGL2RenderingContext
  /** ENU metres less the eye -> clip space; column-major. The eye is subtracted apart, so that float32 is exact near it. */
  readonly clip: Float32Array
  readonly eyeHigh: readonly [number, number, number]
  readonly eyeLow: readonly [number, number, number]
  /** Clip z = depth[0] × w + depth[1]. */
  readonly depth: readonly [number, number]
  /** CSS px. */
  readonly width: number
  readonly height: number
  readonly pixelRatio: number
  /** Infinity: glides are at their ends, as with reduced motion. */
  readonly twinMs: number
  /** A steady clock for pulses, ms. */
  readonly nowMs: number
  readonly axes: Axes
  /** Of mesh and sky, as large as the canvas in device px. */
  readonly meshDepth: WebGLTexture
  /** Four numbers a box, device px from the left bottom: nothing is drawn where a panel lies, through which it would shine. */
  readonly covered: Float32Array
}

/** So many boxes are kept free, the largest. */
export const MOST_COVERED = 16

function coveredPx(boxes: readonly CoveredBox[], height: number, pixelRatio: number): Float32Array {
  const largest = [...boxes].sort((a, b) => b.width * b.height - a.width * a.height).slice(0, MOST_COVERED)
  return Float32Array.from(
    largest.flatMap((box) => [box.x, height - box.y - box.height, box.x + box.width, height - box.y].map((px) => px * pixelRatio)),
  )
}

export function overlayFrame(
  gl: WebGL2RenderingContext,
  { axes, eye, lens, nearMeters, farMeters }: { axes: Axes; eye: Vec3; lens: Lens; nearMeters: number; farMeters: number },
  {
    pixelRatio,
    twinMs,
    nowMs,
    meshDepth,
    covered,
  }: { pixelRatio: number; twinMs: number; nowMs: number; meshDepth: WebGLTexture; covered: readonly CoveredBox[] },
): OverlayFrame {
  const y = 1 / Math.tan(lens.fovYRad / 2)
  const x = (y * lens.height) / lens.width
  const a = (farMeters + nearMeters) / (farMeters - nearMeters)
  const b = (-2 * farMeters * nearMeters) / (farMeters - nearMeters)
  const { right: r, up: u, forward: f } = axes
  const column = (i: 0 | 1 | 2) => [r[i] * x, u[i] * y, f[i] * a, f[i]]
  const high: [number, number, number] = [Math.fround(eye[0]), Math.fround(eye[1]), Math.fround(eye[2])]
  return {
    gl,
    clip: Float32Array.from([...column(0), ...column(1), ...column(2), 0, 0, b, 0]),
    eyeHigh: high,
    eyeLow: [eye[0] - high[0], eye[1] - high[1], eye[2] - high[2]],
    depth: [a, b],
    width: lens.width,
    height: lens.height,
    pixelRatio,
    twinMs,
    nowMs,
    axes,
    meshDepth,
    covered: coveredPx(covered, lens.height, pixelRatio),
  }
}

/** The shader counts in signed 32 bits: 248 days. */
const LAST_STEP = 2 ** 31 - 1

/** Sets the uniforms of `SLOT_GLSL` that tell where a slot is drawn. */
export function setSlotUniforms(
  { gl, clip, eyeHigh, eyeLow, depth, width, height, pixelRatio, twinMs, covered }: OverlayFrame,
  at: (uniform: string) => WebGLUniformLocation | null,
  timeBaseMs: number,
): void {
  const steps = Math.min(LAST_STEP, (twinMs - timeBaseMs) / STEP_MS)
  const whole = Math.floor(steps)
  gl.uniformMatrix4fv(at('uClip'), false, clip)
  gl.uniform3fv(at('uEyeHigh'), eyeHigh)
  gl.uniform3fv(at('uEyeLow'), eyeLow)
  gl.uniform2fv(at('uDepth'), depth)
  gl.uniform2f(at('uSize'), width, height)
  gl.uniform1f(at('uPixelRatio'), pixelRatio)
  gl.uniform1i(at('uCoveredCount'), covered.length / 4)
  if (covered.length > 0) gl.uniform4fv(at('uCovered'), covered)
  gl.uniform1i(at('uNow'), whole)
  gl.uniform1f(at('uNowFraction'), steps - whole)
}

/** Reads a slot of live/layout.ts and says where it is drawn; docs/formats/patch.md has the same lines in words. */
export const SLOT_GLSL = `
layout(location = 0) in vec3 aTo;
layout(location = 1) in vec3 aStep;
layout(location = 2) in uvec2 aTimeFlags;
uniform mat4 uClip;
uniform vec3 uEyeHigh;
uniform vec3 uEyeLow;
uniform vec2 uDepth;
uniform vec2 uSize;
uniform float uPixelRatio;
uniform int uNow;
uniform float uNowFraction;

const uint HIDDEN = ${HIDDEN}u;

vec3 slotFromEye() {
  uint duration = aTimeFlags.y & ${DURATION_MASK}u;
  float left = 0.0;
  if (duration > 0u) left = clamp((float(int(aTimeFlags.x) - uNow) - uNowFraction) / float(duration), 0.0, 1.0);
  return (aTo - uEyeHigh) - uEyeLow - aStep * left;
}

// The foot in CSS px, y down, from the left top; z is the distance along the view, metres, and not positive behind the eye.
vec3 footOnScreen(vec3 fromEye) {
  vec4 clip = uClip * vec4(fromEye, 1.0);
  return vec3((clip.xy / clip.w * vec2(0.5, -0.5) + 0.5) * uSize, clip.w);
}

vec4 clipAt(vec2 px, float depthMeters) {
  vec2 ndc = (px / uSize - 0.5) * vec2(2.0, -2.0);
  float z = max(-1.0, uDepth.x + uDepth.y / depthMeters);
  return vec4(ndc, z, 1.0);
}
`

/** For a fragment shader: whether a panel lies over a pixel. */
export const COVERED_GLSL = `
uniform int uCoveredCount;
uniform vec4 uCovered[${MOST_COVERED}];
bool isCovered() {
  for (int i = 0; i < ${MOST_COVERED}; i++) {
    if (i >= uCoveredCount) break;
    vec4 box = uCovered[i];
    if (all(greaterThan(gl_FragCoord.xy, box.xy)) && all(lessThan(gl_FragCoord.xy, box.zw))) return true;
  }
  return false;
}
`

/** Binds a slot buffer to the attributes of {@link SLOT_GLSL}. */
export function pointAtSlots(gl: WebGL2RenderingContext, buffer: WebGLBuffer, firstSlot: number): void {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  const at = firstSlot * BYTES
  gl.vertexAttribPointer(0, 3, gl.FLOAT, false, BYTES, at)
  gl.vertexAttribPointer(1, 3, gl.FLOAT, false, BYTES, at + 12)
  gl.vertexAttribIPointer(2, 2, gl.UNSIGNED_INT, BYTES, at + 24)
  for (const attribute of [0, 1, 2]) gl.enableVertexAttribArray(attribute)
}
