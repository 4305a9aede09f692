import { describe, expect, test } from 'vitest'
import { imageInfo } from './image.ts'

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((each) => each.charCodeAt(0)) : part)).concat(Array(32).fill(0)),
  )

describe('an image', () => {
  test('tells type and size by its own bytes', () => {
    const app0 = [0xff, 0xe0, 0, 6, 1, 2, 3, 4]
    const dht = [0xff, 0xc4, 0, 3, 0]
    expect(imageInfo(bytes([0xff, 0xd8], app0, dht, [0xff, 0xff, 0xc2, 0, 11, 8, 0x02, 0x00, 0x04, 0x01]), 'i')).toEqual({
      type: 'image/jpeg',
      width: 1025,
      height: 512,
    })
    expect(imageInfo(bytes([0x89], 'PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 1, 0, 0, 0, 0, 7]), 'i')).toEqual({
      type: 'image/png',
      width: 256,
      height: 7,
    })
    expect(imageInfo(bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 255, 3, 0, 1, 0, 0]), 'i')).toEqual({
      type: 'image/webp',
      width: 1024,
      height: 2,
    })
    expect(imageInfo(bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [5, 0, 0, 0, 0x2f, 0x03, 0x80, 0x01, 0x00]), 'i')).toEqual({
      type: 'image/webp',
      width: 4,
      height: 7,
    })
    expect(imageInfo(bytes('«KTX 20»\r\n\x1a\n', [0, 0, 0, 0, 1, 0, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0]), 'i')).toEqual({
      type: 'image/ktx2',
      width: 1024,
      height: 512,
    })
    expect(imageInfo(bytes([0, 0, 0, 28], 'ftypavif'), 'i').type).toBe('image/avif')
  })

  test('that is none says what its bytes are', () => {
    expect(() => imageInfo(bytes('<svg'), 'images[2]')).toThrow('images[2] begins with 3c 73 76 67; expected JPEG')
    expect(() => imageInfo(new Uint8Array(3), 'images[0]')).toThrow('has 3 bytes')
    expect(() => imageInfo(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 7]), 'i')).toThrow('breaks off at byte 8')
  })
})
