import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TwinError } from '../error/twin-error.ts'
import { imageInfo, mayBeTranslucent } from './image.ts'

const bytes = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((each) => each.charCodeAt(0)) : part)).concat(Array(32).fill(0)),
  )

/** 300 × 200 px of red, by libavif. */
const avif = () =>
  Uint8Array.from(
    atob(
      'AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gABAAAAAAAAADIAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAAASwAAADIAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAA6bWRhdBIACgk4IeV47SAhoNIyIxJQmMEwAA0AAQCXytg49B5pX3Gds6EtOos9S7L4g6MEGJ8w',
    ),
    (each) => each.charCodeAt(0),
  )
const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0))
const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)
const box = (type: string, body: number[]) => [...u32(8 + body.length), ...ascii(type), ...body]

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
    expect(imageInfo(avif(), 'i')).toEqual({ type: 'image/avif', width: 300, height: 200 })
  })

  test('of AVIF is as large as its largest extent, and none where it tells none', () => {
    const ispe = (width: number, height: number) => box('ispe', [0, 0, 0, 0, ...u32(width), ...u32(height)])
    const made = (...extents: number[][]) =>
      Uint8Array.from([
        ...box('ftyp', ascii('avif\0\0\0\0mif1')),
        ...box('meta', [0, 0, 0, 0, ...box('iprp', box('ipco', extents.flat()))]),
      ])
    expect(imageInfo(made(ispe(10, 10), ispe(65_000, 65_000), ispe(300, 200)), 'i')).toMatchObject({ width: 65_000, height: 65_000 })
    expect(() => imageInfo(made(), 'images[1]')).toThrow('images[1] is an AVIF that does not tell its size')
    expect(() => imageInfo(made(ispe(0, 4)), 'i')).toThrow('does not tell its size')
  })

  test('of AVIF ends in a size or in words, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(299), fc.nat(255)), { maxLength: 8 }), fc.nat(300), (hits, cut) => {
        const spoilt = avif().slice(0, cut)
        for (const [at, value] of hits) if (at < spoilt.length) spoilt[at] = value
        try {
          expect(imageInfo(spoilt, 'i').width).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(TwinError)
        }
      }),
    )
  })

  test('may be translucent where its head says so, or says nothing', () => {
    const png = (colorType: number, ...chunks: string[]) =>
      bytes(
        [0x89],
        'PNG\r\n\x1a\n',
        [0, 0, 0, 13],
        'IHDR',
        [0, 0, 0, 1, 0, 0, 0, 1, 8, colorType, 0, 0, 0, 0, 0, 0, 0],
        ...chunks.flatMap((type) => [[0, 0, 0, 0], type, [0, 0, 0, 0]]),
      )
    expect([0, 2, 3, 4, 6].map((type) => mayBeTranslucent(png(type, 'IDAT'), 'image/png'))).toEqual([false, false, true, true, true])
    expect(mayBeTranslucent(png(2, 'gAMA', 'tRNS', 'IDAT'), 'image/png')).toBe(true)
    const webp = (form: string, at: number, value: number) => {
      const made = bytes('RIFF', [0, 0, 0, 0], 'WEBP', form)
      made[at] = value
      return mayBeTranslucent(made, 'image/webp')
    }
    expect([
      webp('VP8 ', 20, 0xff),
      webp('VP8X', 20, 0x0f),
      webp('VP8X', 20, 0x10),
      webp('VP8L', 24, 0x0f),
      webp('VP8L', 24, 0x10),
    ]).toEqual([false, false, true, false, true])
    expect([mayBeTranslucent(bytes(), 'image/jpeg'), mayBeTranslucent(bytes(), 'image/avif')]).toEqual([false, true])
  })

  test('that is none says what its bytes are', () => {
    expect(() => imageInfo(bytes('<svg'), 'images[2]')).toThrow('images[2] begins with 3c 73 76 67; expected JPEG')
    expect(() => imageInfo(new Uint8Array(3), 'images[0]')).toThrow('has 3 bytes')
    expect(() => imageInfo(bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 7]), 'i')).toThrow('breaks off at byte 8')
  })
})
