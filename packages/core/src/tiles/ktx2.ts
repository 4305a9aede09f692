// Tile flow: KTX2 bytes -> **ktx2** -> GPU. Supercompressed textures (KHR_texture_basisu) into what this GPU takes, by Basis' transcoder, the
// one decoder that is wasm: its worker's file needs `wasm-unsafe-eval`, the page never does.
import { TwinError } from '../error/twin-error.ts'
import type { GpuLimits } from './decode-messages.ts'
import { corrupt, unsupported } from './fault.ts'
import { tileBudget } from './limits.ts'
import type { CompressedImage, GpuFormat } from './ready-image.ts'

/** What is used of Basis' emscripten module. */
export interface BasisModule {
  initializeBasis(): void
  KTX2File: new (bytes: Uint8Array) => Ktx2File
}
interface Ktx2File {
  getWidth(): number
  getHeight(): number
  getLevels(): number
  getFaces(): number
  getLayers(): number
  getHasAlpha(): boolean
  isUASTC(): boolean
  isETC1S(): boolean
  startTranscoding(): boolean
  getImageLevelInfo(level: number, layer: number, face: number): { readonly origWidth: number; readonly origHeight: number }
  getImageTranscodedSizeInBytes(level: number, layer: number, face: number, format: number): number
  transcodeImage(
    target: Uint8Array,
    level: number,
    layer: number,
    face: number,
    format: number,
    unused: number,
    channel0: number,
    channel1: number,
  ): boolean
  close(): void
  delete(): void
}

/** `transcoder_texture_format` of basisu_transcoder.h. */
const TARGETS: Readonly<Record<GpuFormat, number>> = { 'etc2-rgb': 0, 'etc2-rgba': 1, bc1: 2, bc3: 3, bc7: 6, 'astc-4x4': 10, rgba8: 13 }

/** ETC1S is nearest to ETC2 and BC1; UASTC to ASTC and BC7. */
const ORDER: Readonly<Record<'etc1s' | 'uastc', readonly GpuFormat[]>> = {
  etc1s: ['etc2-rgba', 'bc7', 'bc3', 'astc-4x4'],
  uastc: ['astc-4x4', 'bc7', 'etc2-rgba', 'bc3'],
}
const OPAQUE: Partial<Record<GpuFormat, GpuFormat>> = { 'etc2-rgba': 'etc2-rgb', bc3: 'bc1' }

/** The best format that the GPU has; half the bytes where the texture has no alpha. */
export function chooseFormat(kind: 'etc1s' | 'uastc', alpha: boolean, formats: readonly GpuFormat[]): GpuFormat {
  for (const format of ORDER[kind]) {
    const opaque = OPAQUE[format]
    if (!alpha && opaque !== undefined && formats.includes(opaque)) return opaque
    if (formats.includes(format)) return format
  }
  return 'rgba8'
}

/** All levels that the GPU can take, the largest first. */
export function transcodeKtx2(basis: BasisModule, bytes: Uint8Array, { maxTextureSize, formats }: GpuLimits): CompressedImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 80) throw corrupt('the KTX2', `has ${bytes.length} bytes; its header alone has 80`)
  const [vkFormat, width, height, depth] = [12, 20, 24, 28].map((at) => view.getUint32(at, true)) as [number, number, number, number]
  if (vkFormat !== 0 || depth > 1)
    throw unsupported('the KTX2', `has vkFormat ${vkFormat} and depth ${depth}; expected Basis (0) in two dimensions`)
  tileBudget().takePixels(width, height, 'the KTX2')
  const file = new basis.KTX2File(bytes)
  try {
    if (file.getWidth() !== width || width === 0 || height === 0 || (!file.isUASTC() && !file.isETC1S()))
      throw corrupt('the KTX2', 'is no Basis texture')
    if (!file.startTranscoding()) throw corrupt('the KTX2', 'does not begin to transcode')
    const levels = file.getLevels()
    // A chain of mips that ends early cannot be used by WebGL as one.
    const whole = levels === 1 || levels === 1 + Math.floor(Math.log2(Math.max(width, height)))
    // Blocks of 4 × 4 must fill the base level, or WebGL refuses it.
    const blocks = width % 4 === 0 && height % 4 === 0
    const format = blocks ? chooseFormat(file.isUASTC() ? 'uastc' : 'etc1s', file.getHasAlpha(), formats) : 'rgba8'
    const out: { data: Uint8Array; width: number; height: number }[] = []
    for (let level = 0; level < (whole ? levels : 1); level++) {
      const { origWidth, origHeight } = file.getImageLevelInfo(level, 0, 0)
      if (Math.max(origWidth, origHeight) > maxTextureSize && level + 1 < levels) continue
      const data = new Uint8Array(file.getImageTranscodedSizeInBytes(level, 0, 0, TARGETS[format]))
      if (data.length === 0 || !file.transcodeImage(data, level, 0, 0, TARGETS[format], 0, -1, -1))
        throw corrupt('the KTX2', `does not transcode at level ${level}`)
      out.push({ data, width: origWidth, height: origHeight })
    }
    return { type: 'compressed', format, width: out[0]!.width, height: out[0]!.height, levels: out }
  } finally {
    file.close()
    file.delete()
  }
}

/** Told where wasm is refused: which file, which header. */
export const ktx2Blocked = (workerUrl: string, cause: unknown): TwinError =>
  new TwinError(
    'ktx2-blocked',
    `${workerUrl} may not run wasm, so KTX2 textures are not shown; serve this file with the header Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'`,
    { workerUrl },
    { cause },
  )
