// Sky, haze and bare ground where no mesh is: grey ink by theme, never a picture. One triangle behind everything; the
// horizon comes from the globe's own curve, so it is right from 2 m and from 50 km. It is drawn after all that is solid, so that it costs nothing
// where a mesh is, and before all that is translucent, which writes no depth and would be painted over.
import { BufferGeometry, GLSL3, Mesh, NoBlending, RawShaderMaterial, Vector3 } from 'three'
import type { Vec3 } from '../../geo/ellipsoid.ts'
import type { Axes, Lens } from '../camera/pose.ts'
import { hazeReachMeters, type ThemeColors } from './theme.ts'

const VERTEX = `out vec2 vNdc;
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
  vNdc = corner;
  gl_Position = vec4(corner, 1.0, 1.0);
}
`
const FRAGMENT = `precision highp float;
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

/** What of a frame the sky depends on. */
export interface SkyView {
  readonly axes: Axes
  readonly lens: Lens
  /** The ellipsoid's normal at the eye. */
  readonly zenith: Vec3
  /** Of the eye over the ground. */
  readonly heightMeters: number
}

export class Sky {
  /** Stands in the engine's scene, whatever its camera. */
  readonly mesh: Mesh
  readonly #uniforms = {
    uRight: { value: new Vector3() },
    uUp: { value: new Vector3() },
    uForward: { value: new Vector3() },
    uZenith: { value: new Vector3() },
    uDip: { value: 0 },
    uHeight: { value: 1 },
    uReach: { value: 1 },
    uSky: { value: new Vector3() },
    uHaze: { value: new Vector3() },
    uGround: { value: new Vector3() },
  }

  constructor() {
    const geometry = new BufferGeometry()
    // Corners come from their numbers: there is nothing to read.
    geometry.setDrawRange(0, 3)
    const material = new RawShaderMaterial({
      name: 'sky',
      glslVersion: GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: this.#uniforms,
      blending: NoBlending,
      depthWrite: false,
    })
    this.mesh = new Mesh(geometry, material)
    this.mesh.frustumCulled = false
    this.mesh.matrixAutoUpdate = false
    // The last of the opaque ones.
    this.mesh.renderOrder = Number.MAX_SAFE_INTEGER
    this.mesh.raycast = () => undefined
  }

  /** For the next drawn frame. It tests against the farthest depth and writes none. */
  set({ axes, lens, zenith, heightMeters }: SkyView, colors: ThemeColors): void {
    const to = this.#uniforms
    const tanY = Math.tan(lens.fovYRad / 2)
    const tanX = (tanY * lens.width) / lens.height
    const height = Math.max(1, heightMeters)
    to.uRight.value.set(...axes.right).multiplyScalar(tanX)
    to.uUp.value.set(...axes.up).multiplyScalar(tanY)
    to.uForward.value.set(...axes.forward)
    to.uZenith.value.set(...zenith)
    // cos(dip) = R / (R + h); for small heights sin(dip) = √(2 h / R).
    const earthMeters = 6_371_000
    to.uDip.value = Math.sqrt(1 - (earthMeters / (earthMeters + height)) ** 2)
    to.uHeight.value = height
    to.uReach.value = hazeReachMeters(height)
    to.uSky.value.set(...colors.sky)
    to.uHaze.value.set(...colors.haze)
    to.uGround.value.set(...colors.ground)
  }

  /** What the next drawn frame makes anew, where it is drawn again. */
  dispose(): void {
    this.mesh.geometry.dispose()
    ;(this.mesh.material as RawShaderMaterial).dispose()
  }
}
