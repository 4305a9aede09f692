import { CompressedTexture, LinearFilter, LinearMipmapLinearFilter, RGBA_BPTC_Format, SRGBColorSpace } from 'three'
import { expect, test } from 'vitest'
import type { Texture as ToldTexture } from '../../../tiles/content.ts'
import type { ReadyImage } from '../../../tiles/ready-image.ts'
import { tileTexture } from './tile-texture.ts'

const told: ToldTexture = { image: 0, wrapS: 'repeat', wrapT: 'clamp', magFilter: 'linear', minFilter: 'mipmap-linear' }
function bitmap() {
  let closed = 0
  const image = {
    type: 'bitmap',
    width: 512,
    height: 256,
    bitmap: { width: 512, height: 256, close: () => closed++ },
  } as unknown as ReadyImage
  return { image, closed: () => closed }
}

test('a bitmap is uploaded as it is, with mipmaps made on the GPU, and given back when GL took it', () => {
  const { image, closed } = bitmap()
  const made = tileTexture(image, told, undefined, 4)
  const { texture } = made
  expect([texture.flipY, texture.colorSpace, texture.generateMipmaps, texture.minFilter]).toEqual([
    false,
    SRGBColorSpace,
    true,
    LinearMipmapLinearFilter,
  ])
  expect(made.bytes).toBe(Math.ceil((512 * 256 * 4 * 4) / 3))
  expect([made.state, closed()]).toEqual(['held', 0])
  made.take()
  made.take()
  expect([made.state, closed(), texture.image]).toEqual(['taken', 1, { width: 512, height: 256 }])
  made.dispose()
  made.dispose()
  expect(closed()).toBe(1)
})

test('a bitmap that is never taken is closed with its texture', () => {
  const { image, closed } = bitmap()
  tileTexture(image, told, undefined, 1).dispose()
  expect(closed()).toBe(1)
})

test('a file that asks for no mipmaps gets none', () => {
  const { texture } = tileTexture(bitmap().image, { ...told, minFilter: 'linear' }, undefined, 4)
  expect([texture.generateMipmaps, texture.minFilter, texture.anisotropy]).toEqual([false, LinearFilter, 1])
})

test('compressed levels go up as they are', () => {
  const level = (size: number) => ({ data: new Uint8Array(size), width: 4, height: 4 })
  const image: ReadyImage = { type: 'compressed', format: 'bc7', width: 8, height: 8, levels: [level(64), level(16)] }
  const { texture, bytes } = tileTexture(image, told, [1, 0, 0, 0, 1, 0, 0.5, 0, 1], 4)
  expect(texture).toBeInstanceOf(CompressedTexture)
  expect([texture.format, texture.generateMipmaps, bytes, texture.mipmaps!.length]).toEqual([RGBA_BPTC_Format, false, 80, 2])
  expect([texture.matrixAutoUpdate, texture.matrix.elements[6]]).toEqual([false, 0.5])
})
