// The one material of tiles: unlit, since a capture carries its light in its picture, with the theme's grade and haze over it. What has no picture is
// given the little shade that lets its form be seen.
import {
  DoubleSide,
  FrontSide,
  MeshBasicMaterial,
  PointsMaterial,
  type Texture,
  Vector2,
  Vector4,
  type WebGLProgramParametersWithUniforms,
} from 'three'
import type { Material } from '../../../tiles/content.ts'
import type { MeshGrade, MeshHaze } from './tileset-part.ts'

/** One object for all materials of a viewer: to change it is to change them all with the next frame. */
export interface GradeUniforms {
  readonly twinSaturation: { value: number }
  readonly twinBrightness: { value: number }
  /** Colour, and the share of it far away. */
  readonly twinHaze: { readonly value: Vector4 }
  /** Where it begins, and 1 / its reach, metres. */
  readonly twinAir: { readonly value: Vector2 }
}

export const neutralGrade = (): GradeUniforms => ({
  twinSaturation: { value: 1 },
  twinBrightness: { value: 1 },
  twinHaze: { value: new Vector4(0, 0, 0, 0) },
  twinAir: { value: new Vector2(0, 0) },
})

export function setGrade(uniforms: GradeUniforms, { saturation, brightness }: MeshGrade): void {
  uniforms.twinSaturation.value = saturation
  uniforms.twinBrightness.value = brightness
}

export function setHaze({ twinHaze, twinAir }: GradeUniforms, { color, most, fromMeters, reachMeters }: MeshHaze): void {
  twinHaze.value.set(...color, most)
  twinAir.value.set(fromMeters, 1 / reachMeters)
}

// After the conversion to the screen's sRGB, as a CSS filter would do it: the designer's factors and colours are told in that space.
// Luminance by ITU-R BT.709. 1 / gl_FragCoord.w is the distance along the view.
const GRADE = `
  float twinGrey = dot(gl_FragColor.rgb, vec3(0.2126, 0.7152, 0.0722));
  gl_FragColor.rgb = mix(vec3(twinGrey), gl_FragColor.rgb, twinSaturation) * twinBrightness;
  float twinFar = max(0.0, 1.0 / gl_FragCoord.w - twinAir.x) * twinAir.y;
  gl_FragColor.rgb = mix(gl_FragColor.rgb, twinHaze.rgb, twinHaze.a * (1.0 - exp(-twinFar)));`

// Facets from the screen's own derivatives: no normals are loaded. Lit from above the camera's left shoulder, never black.
const SHADE = `
  vec3 twinNormal = normalize(cross(dFdx(twinPosition), dFdy(twinPosition)));
  diffuseColor.rgb *= 0.62 + 0.38 * clamp(dot(twinNormal, normalize(vec3(-0.35, 0.75, 0.55))), 0.0, 1.0);`

function patch(shader: WebGLProgramParametersWithUniforms, uniforms: GradeUniforms, plain: boolean): void {
  Object.assign(shader.uniforms, uniforms)
  const declare = `uniform float twinSaturation;\nuniform float twinBrightness;\nuniform vec4 twinHaze;\nuniform vec2 twinAir;\n${plain ? 'varying vec3 twinPosition;\n' : ''}`
  shader.fragmentShader =
    declare + shader.fragmentShader.replace('#include <colorspace_fragment>', `#include <colorspace_fragment>${GRADE}`)
  if (!plain) return
  shader.fragmentShader = shader.fragmentShader.replace('#include <color_fragment>', `#include <color_fragment>${SHADE}`)
  shader.vertexShader = `varying vec3 twinPosition;\n${shader.vertexShader.replace('#include <project_vertex>', '#include <project_vertex>\n  twinPosition = mvPosition.xyz;')}`
}

// Function objects of their own: three keys programs by their text, so two kinds make two programs and no more.
const patchers = new WeakMap<
  GradeUniforms,
  { shown: (s: WebGLProgramParametersWithUniforms) => void; plain: (s: WebGLProgramParametersWithUniforms) => void }
>()
function patcherOf(uniforms: GradeUniforms) {
  let found = patchers.get(uniforms)
  if (found === undefined)
    patchers.set(
      uniforms,
      (found = { shown: (shader) => patch(shader, uniforms, false), plain: (shader) => patch(shader, uniforms, true) }),
    )
  return found
}
const keyShown = () => 'twin-tile'
const keyPlain = () => 'twin-tile-plain'

export interface MaterialUse {
  readonly mesh: boolean
  readonly vertexColors: boolean
  readonly map: Texture | null
}

/** A three material; the caller disposes of it. The map stays its maker's. */
export function tileMaterial(
  material: Material,
  { mesh, vertexColors, map }: MaterialUse,
  uniforms: GradeUniforms,
): MeshBasicMaterial | PointsMaterial {
  const made = mesh ? new MeshBasicMaterial() : new PointsMaterial({ size: 2, sizeAttenuation: false })
  const [r, g, b, a] = material.color
  made.color.setRGB(r, g, b)
  made.map = map
  made.vertexColors = vertexColors
  made.fog = false
  made.toneMapped = false
  made.side = material.doubleSided ? DoubleSide : FrontSide
  if (material.alpha === 'mask') made.alphaTest = material.alphaCutoff
  if (material.alpha === 'blend') {
    made.opacity = a
    made.transparent = true
    made.depthWrite = false
  }
  const plain = mesh && material.plain && map === null
  made.onBeforeCompile = plain ? patcherOf(uniforms).plain : patcherOf(uniforms).shown
  made.customProgramCacheKey = plain ? keyPlain : keyShown
  return made
}
