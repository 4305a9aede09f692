import { describe, expect, test } from 'vitest'
import { type BasisModule, chooseFormat, transcodeKtx2 } from './ktx2.ts'

test('a texture becomes what the GPU has and is nearest to it, half as large without alpha', () => {
  expect(chooseFormat('etc1s', false, ['bc7', 'bc3', 'bc1'])).toBe('bc7')
  expect(chooseFormat('etc1s', false, ['bc3', 'bc1'])).toBe('bc1')
  expect(chooseFormat('etc1s', true, ['bc3', 'bc1'])).toBe('bc3')
  expect(chooseFormat('etc1s', false, ['etc2-rgb', 'etc2-rgba', 'bc7'])).toBe('etc2-rgb')
  expect(chooseFormat('uastc', true, ['etc2-rgba', 'astc-4x4'])).toBe('astc-4x4')
  expect(chooseFormat('uastc', true, [])).toBe('rgba8')
})

/** A header of a KTX2 and a transcoder that believes it. */
interface Told {
  readonly width?: number
  readonly height?: number
  readonly levels?: number
  readonly vkFormat?: number
  readonly told?: number
}
function ktx2({ width = 512, height = 256, levels = 10, vkFormat = 0, told = width }: Told = {}) {
  const bytes = new Uint8Array(80)
  const view = new DataView(bytes.buffer)
  view.setUint32(12, vkFormat, true)
  view.setUint32(20, width, true)
  view.setUint32(24, height, true)
  const log: string[] = []
  const basis = {
    KTX2File: class {
      getWidth = () => told
      getHeight = () => height
      getLevels = () => levels
      getHasAlpha = () => false
      isUASTC = () => false
      isETC1S = () => true
      startTranscoding = () => true
      getImageLevelInfo = (level: number) => ({ origWidth: Math.max(1, width >> level), origHeight: Math.max(1, height >> level) })
      getImageTranscodedSizeInBytes = () => 16
      transcodeImage = (_: Uint8Array, level: number, _l: number, _f: number, format: number) => {
        log.push(`${level} as ${format}`)
        return true
      }
      close = () => log.push('close')
      delete = () => log.push('delete')
    },
  } as unknown as BasisModule
  return { bytes, basis, log }
}

describe('a KTX2', () => {
  test('comes out with all its levels, and its memory is given back', () => {
    const { bytes, basis, log } = ktx2()
    const image = transcodeKtx2(basis, bytes, { maxTextureSize: 4096, formats: ['bc7'] })
    expect(image).toMatchObject({ type: 'compressed', format: 'bc7', width: 512, height: 256 })
    expect(image.levels).toHaveLength(10)
    expect(log.slice(-2)).toEqual(['close', 'delete'])
  })

  test('leaves out levels that the GPU cannot take, and mips that end early', () => {
    const small = ktx2()
    expect(transcodeKtx2(small.basis, small.bytes, { maxTextureSize: 128, formats: [] })).toMatchObject({
      width: 128,
      height: 64,
      format: 'rgba8',
    })
    const cut = ktx2({ levels: 4 })
    expect(transcodeKtx2(cut.basis, cut.bytes, { maxTextureSize: 4096, formats: [] }).levels).toHaveLength(1)
  })

  test('whose size is no multiple of a block is not compressed', () => {
    const odd = ktx2({ width: 510, levels: 1 })
    expect(transcodeKtx2(odd.basis, odd.bytes, { maxTextureSize: 4096, formats: ['bc7'] }).format).toBe('rgba8')
  })

  test('that lies about its size, its format or its end is refused', () => {
    const refuse = (made: ReturnType<typeof ktx2>) => () => transcodeKtx2(made.basis, made.bytes, { maxTextureSize: 4096, formats: [] })
    expect(refuse(ktx2({ width: 60_000, height: 60_000 }))).toThrow('is 60000 × 60000 px')
    expect(refuse(ktx2({ vkFormat: 37 }))).toThrow('has vkFormat 37')
    expect(refuse(ktx2({ told: 4 }))).toThrow('is no Basis texture')
    expect(refuse({ ...ktx2(), bytes: new Uint8Array(10) })).toThrow('has 10 bytes; its header alone has 80')
  })
})
