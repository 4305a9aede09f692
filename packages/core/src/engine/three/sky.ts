// Sky, haze and bare ground where no mesh is: grey ink by theme, never a picture. One triangle behind everything; the
// horizon comes from the globe's own curve, so it is right from 2 m and from 50 km.
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { type GlProgram, makeProgram } from './gl-program.ts'
import type { OverlayFrame } from './overlay-frame.ts'
import { hazeReachMeters, type ThemeColors } from './theme.ts'

const VERTEX = `#version 300 es
out vec2 vNdc;
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  vNdc = corner;
  gl_Position = vec4(corner, 1.0, 1.0);
}
`
const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 uRight;
uniform vec3 uUp;
uniform vec3 uForward;
uniform vec3 uZenith;   // the ellipsoid's normal at the eye
uniform float uDip;     // sine of the angle from level down to the horizon
uniform float uHeight;  // of the eye over the ground, metres
uniform float uReach;   // of the haze, metres
uniform vec3 uSky;
uniform vec3 uHaze;
uniform vec3 uGround;
in vec2 vNdc;
out vec4 color;
void main() {
  vec3 ray = normalize(uForward + uRight * vNdc.x + uUp * vNdc.y);
  float rise = dot(ray, uZenith) + uDip;
  float above = smoothstep(0.0, 0.30, rise);
  // The way to the ground, metres.
  float away = uHeight / max(1e-4, -rise);
  float clear = exp(-away / uReach);
  vec3 below = mix(uHaze, uGround, clear);
  vec3 rgb = rise > 0.0 ? mix(uHaze, uSky, above) : below;
  // Eight bits band on a slow gradient: half a step of noise hides it.
  float noise = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453) - 0.5;
  color = vec4(rgb + noise / 255.0, 1.0);
}
`

export class Sky {
  readonly #gl: WebGL2RenderingContext
  #program: GlProgram
  #vertexArray: WebGLVertexArrayObject

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#program = makeProgram(gl, 'sky', VERTEX, FRAGMENT)
    this.#vertexArray = gl.createVertexArray()
  }

  /** Fills what the mesh left free: it tests against the farthest depth and writes none. */
  draw(frame: OverlayFrame, colors: ThemeColors, zenith: Vec3, heightMeters: number): void {
    const gl = this.#gl
    const { at, program } = this.#program
    const { axes } = frame
    // uClip's first two rows hold 1 / tan of the half angles.
    const tanX = 1 / Math.hypot(frame.clip[0]!, frame.clip[4]!, frame.clip[8]!)
    const tanY = 1 / Math.hypot(frame.clip[1]!, frame.clip[5]!, frame.clip[9]!)
    const height = Math.max(1, heightMeters)
    gl.useProgram(program)
    gl.bindVertexArray(this.#vertexArray)
    gl.uniform3f(at('uRight'), axes.right[0] * tanX, axes.right[1] * tanX, axes.right[2] * tanX)
    gl.uniform3f(at('uUp'), axes.up[0] * tanY, axes.up[1] * tanY, axes.up[2] * tanY)
    gl.uniform3f(at('uForward'), ...axes.forward)
    gl.uniform3f(at('uZenith'), ...zenith)
    // cos(dip) = R / (R + h); for small heights sin(dip) = √(2 h / R).
    const earthMeters = 6_371_000
    gl.uniform1f(at('uDip'), Math.sqrt(1 - (earthMeters / (earthMeters + height)) ** 2))
    gl.uniform1f(at('uHeight'), height)
    gl.uniform1f(at('uReach'), hazeReachMeters(height))
    gl.uniform3fv(at('uSky'), colors.sky)
    gl.uniform3fv(at('uHaze'), colors.haze)
    gl.uniform3fv(at('uGround'), colors.ground)
    gl.disable(gl.BLEND)
    gl.disable(gl.CULL_FACE)
    gl.enable(gl.DEPTH_TEST)
    gl.depthFunc(gl.LEQUAL)
    gl.depthMask(false)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
    gl.bindVertexArray(null)
  }

  restore(): void {
    this.#program = makeProgram(this.#gl, 'sky', VERTEX, FRAGMENT)
    this.#vertexArray = this.#gl.createVertexArray()
  }

  dispose(): void {
    this.#program.dispose()
    this.#gl.deleteVertexArray(this.#vertexArray)
  }
}
