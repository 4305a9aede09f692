// What this GPU takes, asked once; asking also switches the extension on.
import type { WebGLRenderer } from 'three'
import type { GpuLimits } from '../../../tiles/decode-messages.ts'
import type { GpuFormat } from '../../../tiles/ready-image.ts'

const EXTENSIONS: readonly [extension: string, formats: readonly GpuFormat[]][] = [
  ['WEBGL_compressed_texture_astc', ['astc-4x4']],
  ['EXT_texture_compression_bptc', ['bc7']],
  ['WEBGL_compressed_texture_etc', ['etc2-rgba', 'etc2-rgb']],
]

export function gpuLimits({ extensions, capabilities }: WebGLRenderer): GpuLimits {
  const formats = EXTENSIONS.flatMap(([name, each]) => (extensions.has(name) ? each : []))
  // Pictures are sRGB: S3TC needs its sRGB form too.
  if (extensions.has('WEBGL_compressed_texture_s3tc') && extensions.has('WEBGL_compressed_texture_s3tc_srgb')) formats.push('bc3', 'bc1')
  return { maxTextureSize: capabilities.maxTextureSize, formats }
}
