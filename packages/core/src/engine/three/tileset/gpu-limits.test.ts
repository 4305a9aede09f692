import type { WebGLRenderer } from 'three'
import { expect, test } from 'vitest'
import { gpuLimits } from './gpu-limits.ts'

const gpu = (...names: string[]) =>
  gpuLimits({
    extensions: { has: (name: string) => names.includes(name) },
    capabilities: { maxTextureSize: 8192 },
  } as unknown as WebGLRenderer)

test('a GPU takes what its extensions say, S3TC only with its sRGB form', () => {
  expect(gpu()).toEqual({ maxTextureSize: 8192, formats: [] })
  expect(gpu('WEBGL_compressed_texture_s3tc').formats).toEqual([])
  expect(gpu('WEBGL_compressed_texture_s3tc', 'WEBGL_compressed_texture_s3tc_srgb', 'EXT_texture_compression_bptc').formats).toEqual([
    'bc7',
    'bc3',
    'bc1',
  ])
  expect(gpu('WEBGL_compressed_texture_astc', 'WEBGL_compressed_texture_etc').formats).toEqual(['astc-4x4', 'etc2-rgba', 'etc2-rgb'])
})
