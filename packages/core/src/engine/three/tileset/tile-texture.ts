// Tile flow: ready image -> **tile-texture** -> GPU. A picture as a three texture that is uploaded once; its pixels leave the page when GL took it.
import {
  ClampToEdgeWrapping,
  type CompressedPixelFormat,
  CompressedTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  type MagnificationTextureFilter,
  type MinificationTextureFilter,
  MirroredRepeatWrapping,
  NearestFilter,
  NearestMipmapLinearFilter,
  RepeatWrapping,
  RGB_ETC2_Format,
  RGB_S3TC_DXT1_Format,
  RGBA_ASTC_4x4_Format,
  RGBA_BPTC_Format,
  RGBA_ETC2_EAC_Format,
  RGBA_S3TC_DXT5_Format,
  RGBAFormat,
  SRGBColorSpace,
  Texture,
  type Wrapping,
} from 'three'
import type { Texture as ToldTexture } from '../../../tiles/content.ts'
import { closeImage, type GpuFormat, type ReadyImage } from '../../../tiles/ready-image.ts'

const FORMATS: Readonly<Record<GpuFormat, number>> = {
  'astc-4x4': RGBA_ASTC_4x4_Format,
  bc7: RGBA_BPTC_Format,
  bc3: RGBA_S3TC_DXT5_Format,
  bc1: RGB_S3TC_DXT1_Format,
  'etc2-rgba': RGBA_ETC2_EAC_Format,
  'etc2-rgb': RGB_ETC2_Format,
  rgba8: RGBAFormat,
}
const WRAPS: Readonly<Record<ToldTexture['wrapS'], Wrapping>> = {
  repeat: RepeatWrapping,
  clamp: ClampToEdgeWrapping,
  mirror: MirroredRepeatWrapping,
}
const MIN_FILTERS: Readonly<Record<ToldTexture['minFilter'], MinificationTextureFilter>> = {
  linear: LinearFilter,
  nearest: NearestFilter,
  'mipmap-linear': LinearMipmapLinearFilter,
  'mipmap-nearest': NearestMipmapLinearFilter,
}

const OPAQUE = 'twinOpaque'
/** No px of the picture is translucent. Where it is not known, it may be. */
export const isOpaque = ({ userData }: Texture): boolean => userData[OPAQUE] === true

export interface TileTexture {
  readonly texture: Texture
  /** On the GPU, mipmaps included. */
  readonly bytes: number
  /** `taken`: uploaded, and GL took it; its pixels were given back. */
  readonly state: 'held' | 'taken' | 'disposed'
  /** GL took it: gives its pixels back. */
  take(): void
  /** Of the GPU and, where it was never taken, of the page. */
  dispose(): void
}

/** `uvMatrix`: KHR_texture_transform, column-major. */
export function tileTexture(
  image: ReadyImage,
  told: ToldTexture,
  uvMatrix: readonly number[] | undefined,
  anisotropy: number,
): TileTexture {
  const compressed = image.type === 'compressed'
  const mipmapped = told.minFilter.startsWith('mipmap') && (!compressed || image.levels.length > 1)
  const texture: Texture = compressed
    ? new CompressedTexture(
        image.levels as unknown as ImageData[],
        image.width,
        image.height,
        FORMATS[image.format] as CompressedPixelFormat,
      )
    : new Texture(image.bitmap)
  texture.flipY = false
  texture.colorSpace = SRGBColorSpace
  texture.wrapS = WRAPS[told.wrapS]
  texture.wrapT = WRAPS[told.wrapT]
  texture.magFilter = (told.magFilter === 'nearest' ? NearestFilter : LinearFilter) as MagnificationTextureFilter
  texture.minFilter = mipmapped ? MIN_FILTERS[told.minFilter] : told.minFilter.endsWith('nearest') ? NearestFilter : LinearFilter
  texture.generateMipmaps = mipmapped && !compressed
  texture.anisotropy = mipmapped ? anisotropy : 1
  if (uvMatrix !== undefined) {
    texture.matrixAutoUpdate = false
    texture.matrix.fromArray(uvMatrix as number[])
  }
  texture.userData[OPAQUE] = compressed ? image.format.endsWith('rgb') || image.format === 'bc1' : image.translucent === false
  texture.needsUpdate = true
  let state: TileTexture['state'] = 'held'
  const base = compressed ? image.levels.reduce((sum, { data }) => sum + data.byteLength, 0) : image.width * image.height * 4
  return {
    texture,
    bytes: Math.ceil(base * (texture.generateMipmaps ? 4 / 3 : 1)),
    get state() {
      return state
    },
    take() {
      if (state !== 'held') return
      // The page's copy is not needed again, since a lost context loads tiles anew. three asks for the picture's size later, so that stays.
      state = 'taken'
      closeImage(image)
      if (image.type === 'bitmap') texture.source.data = { width: image.width, height: image.height }
      else texture.mipmaps = []
    },
    dispose() {
      if (state === 'disposed') return
      if (state === 'held') closeImage(image)
      state = 'disposed'
      texture.dispose()
    },
  }
}
