// Tile flow: glTF -> **materials** -> content. What is kept of a glTF material: one colour, one picture, how it is cut out. Captures carry
// their light in the picture, so normals and roughness are not read, and emission only where it is all that is seen; textures of other roles are
// never fetched.
import { errorToData, TwinError } from '../error/twin-error.ts'
import { extensionOf } from './accessors.ts'
import type { Buffers } from './buffers.ts'
import { decodeDataUri } from './buffers.ts'
import type { EncodedImage, Material, Texture } from './content.ts'
import { corrupt } from './fault.ts'
import { asCount, asIndex, asList, asNumbers, asObject, isObject, type JsonObject, show } from './json.ts'

export const DEFAULT_MATERIAL: Material = { color: [1, 1, 1, 1], alpha: 'opaque', alphaCutoff: 0.5, doubleSided: false, plain: true }

/** Materials as the primitives name them, and only the textures and images that these show. */
export interface Materials {
  /** Which of its UV sets a material reads. */
  readonly uvSet: ReadonlyMap<Material, number>
  readonly materials: readonly Material[]
  readonly textures: readonly Texture[]
  readonly images: readonly EncodedImage[]
  readonly notes: readonly string[]
}

export function readMaterials(json: JsonObject, used: readonly number[], buffers: Buffers): Materials {
  const told = asList(json['materials'], 'materials')
  const store = textureStore(json, buffers)
  const uvSet = new Map<Material, number>()
  const notes = new Set<string>()
  const materials = used.map((index) => {
    const pointer = `materials[${index}]`
    const material = asObject(told[index], pointer)
    const techniques = extensionOf(material, 'KHR_techniques_webgl')
    if (techniques !== undefined) notes.add('KHR_techniques_webgl')
    const { color, picture } = visible(appearance(material, techniques, pointer), material, pointer)
    const texture = picture === undefined ? undefined : store.at(picture['index'], pointer)
    const transform = picture === undefined ? undefined : extensionOf(picture, 'KHR_texture_transform')
    const alphaMode = material['alphaMode']
    const made: Material = {
      color,
      ...(texture !== undefined && { texture }),
      ...(transform !== undefined && { uvMatrix: uvMatrix(transform, pointer) }),
      alpha: alphaMode === 'BLEND' ? 'blend' : alphaMode === 'MASK' ? 'mask' : 'opaque',
      alphaCutoff: material['alphaCutoff'] === undefined ? 0.5 : asNumbers([material['alphaCutoff']], 1, `${pointer}.alphaCutoff`)[0]!,
      doubleSided: material['doubleSided'] === true,
      plain: texture === undefined && extensionOf(material, 'KHR_materials_unlit') === undefined,
    }
    uvSet.set(made, asCount(transform?.['texCoord'] ?? picture?.['texCoord'], `${pointer}.texCoord`, 0))
    return made
  })
  return { uvSet, materials, textures: store.textures, images: store.images, notes: [...notes] }
}

interface Appearance {
  readonly color: Material['color']
  readonly picture?: JsonObject
}

function appearance(material: JsonObject, techniques: JsonObject | undefined, pointer: string): Appearance {
  const take = (of: JsonObject, colorName: string, pictureName: string) => {
    const color = of[colorName] === undefined ? [1, 1, 1, 1] : asNumbers(of[colorName], 4, `${pointer}.${colorName}`)
    const picture = of[pictureName]
    return { color: color as unknown as Material['color'], ...(isObject(picture) && { picture }) }
  }
  if (techniques !== undefined) {
    // Own shaders are not run: the first picture and the first colour that they are given show what they can.
    const values = Object.values(isObject(techniques['values']) ? techniques['values'] : {})
    const picture = values.find((value): value is JsonObject => isObject(value) && value['index'] !== undefined)
    const color = values.find((value) => Array.isArray(value) && value.length === 4 && value.every(Number.isFinite))
    return { color: (color ?? [1, 1, 1, 1]) as Material['color'], ...(picture && { picture }) }
  }
  const glossiness = extensionOf(material, 'KHR_materials_pbrSpecularGlossiness')
  if (glossiness !== undefined) return take(glossiness, 'diffuseFactor', 'diffuseTexture')
  const pbr = material['pbrMetallicRoughness']
  return pbr === undefined
    ? { color: [1, 1, 1, 1] }
    : take(asObject(pbr, `${pointer}.pbrMetallicRoughness`), 'baseColorFactor', 'baseColorTexture')
}

/** Darker than this, linear, a screen shows black. */
const BLACK = 0.001

/** Emission is light of a mesh's own. Where the base is black, or the only picture is one of light, it is what is seen. */
function visible(base: Appearance, material: JsonObject, pointer: string): Appearance {
  if (extensionOf(material, 'KHR_materials_unlit') !== undefined) return base
  const glow = emission(material, pointer)
  if (glow === undefined) return base
  const [r, g, b, a] = base.color
  const isBlack = Math.max(r, g, b) < BLACK
  if (!isBlack && (base.picture !== undefined || glow.picture === undefined)) return base
  return { ...glow, color: [glow.color[0], glow.color[1], glow.color[2], a] }
}

function emission(material: JsonObject, pointer: string): Appearance | undefined {
  const picture = material['emissiveTexture']
  const told = material['emissiveFactor']
  // By the norm an absent factor is 0; who writes a picture of light wants it seen.
  const factor = told === undefined ? (isObject(picture) ? [1, 1, 1] : [0, 0, 0]) : asNumbers(told, 3, `${pointer}.emissiveFactor`)
  const strength = extensionOf(material, 'KHR_materials_emissive_strength')?.['emissiveStrength']
  const by = strength === undefined ? 1 : asNumbers([strength], 1, `${pointer}.KHR_materials_emissive_strength.emissiveStrength`)[0]!
  const [r, g, b] = factor.map((each) => Math.min(1, each * by)) as [number, number, number]
  if (Math.max(r, g, b) < BLACK) return undefined
  return { color: [r, g, b, 1], ...(isObject(picture) && { picture }) }
}

/** Translation · rotation · scale of the extension, 3 × 3, column-major. */
function uvMatrix(transform: JsonObject, pointer: string): readonly number[] {
  const read = (name: string, otherwise: readonly number[]) =>
    transform[name] === undefined ? otherwise : asNumbers(transform[name], 2, `${pointer}.KHR_texture_transform.${name}`)
  const [ox, oy] = read('offset', [0, 0]) as [number, number]
  const [sx, sy] = read('scale', [1, 1]) as [number, number]
  const angle =
    transform['rotation'] === undefined ? 0 : asNumbers([transform['rotation']], 1, `${pointer}.KHR_texture_transform.rotation`)[0]!
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  return [cos * sx, -sin * sx, 0, sin * sy, cos * sy, 0, ox, oy, 1]
}

const WRAPS: Readonly<Record<number, Texture['wrapS']>> = { 33071: 'clamp', 33648: 'mirror', 10497: 'repeat' }
const MIN_FILTERS: Readonly<Record<number, Texture['minFilter']>> = {
  9728: 'nearest',
  9729: 'linear',
  9984: 'mipmap-nearest',
  9986: 'mipmap-nearest',
}
/** Where a picture may lie other than in `source`, the wanted first. */
const SOURCES = ['KHR_texture_basisu', 'EXT_texture_avif', 'EXT_texture_webp'] as const

function textureStore(json: JsonObject, buffers: Buffers) {
  const told = asList(json['textures'], 'textures')
  const samplers = asList(json['samplers'], 'samplers')
  const sources = asList(json['images'], 'images')
  const textures: Texture[] = []
  const images: EncodedImage[] = []
  const seen = new Map<unknown, number>()
  const imageAt = new Map<number, number>()

  function image(value: unknown, from: string): number {
    const index = asIndex(value, sources.length, from)
    const known = imageAt.get(index)
    if (known !== undefined) return known
    const pointer = `images[${index}]`
    const { uri, bufferView } = asObject(sources[index], pointer)
    if (bufferView !== undefined) images.push({ type: 'bytes', bytes: buffers.view(bufferView, `${pointer}.bufferView`).bytes })
    else if (typeof uri !== 'string') throw corrupt(pointer, `has uri ${show(uri)} and no bufferView`)
    else if (uri.startsWith('data:')) images.push({ type: 'bytes', bytes: decodeDataUri(uri, `${pointer}.uri`) })
    else images.push({ type: 'external', uri })
    imageAt.set(index, images.length - 1)
    return images.length - 1
  }

  function read(value: unknown, from: string): Texture {
    const index = asIndex(value, told.length, `${from}.texture`)
    const pointer = `textures[${index}]`
    const texture = asObject(told[index], pointer)
    const extension = SOURCES.map((name) => extensionOf(texture, name)).find((each) => each !== undefined)
    const sampler =
      texture['sampler'] === undefined
        ? {}
        : asObject(samplers[asIndex(texture['sampler'], samplers.length, `${pointer}.sampler`)], `${pointer}.sampler`)
    return {
      image: image(extension?.['source'] ?? texture['source'], `${pointer}.source`),
      wrapS: WRAPS[sampler['wrapS'] as number] ?? 'repeat',
      wrapT: WRAPS[sampler['wrapT'] as number] ?? 'repeat',
      magFilter: sampler['magFilter'] === 9728 ? 'nearest' : 'linear',
      minFilter: MIN_FILTERS[sampler['minFilter'] as number] ?? 'mipmap-linear',
    }
  }

  return {
    textures,
    images,
    /** A picture that the file does not hold is told as one that cannot be shown: the form stands without it. */
    at(value: unknown, from: string): number {
      const known = seen.get(value)
      if (known !== undefined) return known
      try {
        textures.push(read(value, from))
      } catch (error) {
        if (!(error instanceof TwinError)) throw error
        images.push({ type: 'blocked', error: errorToData(error) })
        textures.push({ image: images.length - 1, wrapS: 'repeat', wrapT: 'repeat', magFilter: 'linear', minFilter: 'mipmap-linear' })
      }
      seen.set(value, textures.length - 1)
      return textures.length - 1
    },
  }
}
