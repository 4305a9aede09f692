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
import { isOpaque } from './tile-texture.ts'
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

/** From here on a px is solid: eight bits of alpha that a filter blurred a little. */
const SOLID = 0.996
const GLASS = `
  if (diffuseColor.a >= ${SOLID}) discard;`

/**
 * Which px of a material are drawn. What is translucent is drawn in two passes: its solid px as any other mesh, with depth, so that a capture of
 * which only the word says BLEND, or a tree on a picture that is cut out, hides what is behind; then the others, blended over all that stands.
 */
export type Pass = 'whole' | 'solid' | 'glass'

export function passesOf({ alpha, color }: Material, { vertexAlpha, map }: { vertexAlpha: boolean; map: Texture | null }): readonly Pass[] {
  if (alpha !== 'blend') return ['whole']
  if (color[3] < SOLID) return ['glass']
  return !vertexAlpha && (map === null || isOpaque(map)) ? ['whole'] : ['solid', 'glass']
}

type Patcher = (shader: WebGLProgramParametersWithUniforms) => void

function patch(shader: WebGLProgramParametersWithUniforms, uniforms: GradeUniforms, plain: boolean, glass: boolean): void {
  Object.assign(shader.uniforms, uniforms)
  const declare = `uniform float twinSaturation;\nuniform float twinBrightness;\nuniform vec4 twinHaze;\nuniform vec2 twinAir;\n${plain ? 'varying vec3 twinPosition;\n' : ''}`
  shader.fragmentShader =
    declare + shader.fragmentShader.replace('#include <colorspace_fragment>', `#include <colorspace_fragment>${GRADE}`)
  if (glass) shader.fragmentShader = shader.fragmentShader.replace('#include <alphatest_fragment>', `#include <alphatest_fragment>${GLASS}`)
  if (!plain) return
  shader.fragmentShader = shader.fragmentShader.replace('#include <color_fragment>', `#include <color_fragment>${SHADE}`)
  shader.vertexShader = `varying vec3 twinPosition;\n${shader.vertexShader.replace('#include <project_vertex>', '#include <project_vertex>\n  twinPosition = mvPosition.xyz;')}`
}

// Function objects of their own: three keys programs by the name that a material gives, so few kinds make few programs.
const patchers = new WeakMap<GradeUniforms, Map<string, Patcher>>()
function patcherOf(uniforms: GradeUniforms, plain: boolean, glass: boolean): { readonly key: string; readonly run: Patcher } {
  const key = `twin-tile${plain ? '-plain' : ''}${glass ? '-glass' : ''}`
  const known = patchers.get(uniforms) ?? new Map<string, Patcher>()
  patchers.set(uniforms, known)
  let run = known.get(key)
  if (run === undefined) known.set(key, (run = (shader) => patch(shader, uniforms, plain, glass)))
  return { key, run }
}

export interface MaterialUse {
  readonly mesh: boolean
  readonly vertexColors: boolean
  readonly map: Texture | null
  readonly pass: Pass
}

/** A three material; the caller disposes of it. The map stays its maker's. */
export function tileMaterial(
  material: Material,
  { mesh, vertexColors, map, pass }: MaterialUse,
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
  // The norm compares the product of factor and picture.
  if (material.alpha !== 'opaque') made.opacity = a
  if (material.alpha === 'mask') made.alphaTest = material.alphaCutoff
  if (pass === 'solid') made.alphaTest = SOLID
  if (pass === 'glass') {
    made.transparent = true
    made.depthWrite = false
  }
  // What lacks its picture is plain too.
  const plain = mesh && map === null && (material.plain || material.texture !== undefined)
  const { key, run } = patcherOf(uniforms, plain, pass === 'glass')
  made.onBeforeCompile = run
  made.customProgramCacheKey = () => key
  return made
}
