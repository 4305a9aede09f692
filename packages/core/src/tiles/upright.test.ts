import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withoutOrientation } from './upright.ts'

const ascii = (text: string) => [...text].map((sign) => sign.charCodeAt(0))
/** Exif with orientation 6, in either byte order. */
const exif = (order: 'II' | 'MM') => [
  ...ascii('Exif'),
  0,
  0,
  ...ascii(order),
  ...(order === 'II'
    ? [0x2a, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
    : [0, 0x2a, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]),
]
const segment = (marker: number, body: readonly number[]) => [0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body]
const jfif = segment(0xe0, ascii('JFIF\0'))
const scan = [0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]
const jpeg = (...segments: (readonly number[])[]) => Uint8Array.from([0xff, 0xd8, ...segments.flat(), ...scan])
const says = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text, 0, 'latin1')

describe('a JPEG', () => {
  test.each(['II', 'MM'] as const)('loses its Exif in the byte order %s, and nothing else', (order) => {
    const before = jpeg(jfif, segment(0xe1, exif(order)), segment(0xe1, exif(order)))
    const kept = before.slice()
    const after = withoutOrientation(before, 'image/jpeg')
    expect(says(after, 'Exif')).toBe(false)
    expect(after.length).toBe(before.length)
    expect([...after.slice(-scan.length)]).toEqual(scan)
    expect([...before]).toEqual([...kept])
  })
  test('with fill bytes before a marker is read too', () => {
    expect(says(withoutOrientation(Uint8Array.from([0xff, 0xd8, 0xff, ...segment(0xe1, exif('MM')), ...scan]), 'image/jpeg'), 'Exif')).toBe(
      false,
    )
  })
  test('without Exif, with XMP, or with the word in its pixels is handed on as it is', () => {
    for (const same of [
      jpeg(jfif),
      jpeg(segment(0xe1, ascii('http://ns.adobe.com/xap/1.0/\0'))),
      Uint8Array.from([...jpeg(jfif), ...segment(0xe1, exif('II'))]),
    ])
      expect(withoutOrientation(same, 'image/jpeg')).toBe(same)
  })
})

const chunk = (name: string, body: readonly number[]) => [0, 0, body.length >> 8, body.length & 255, ...ascii(name), ...body, 1, 2, 3, 4]
const PNG = [0x89, ...ascii('PNG'), 13, 10, 26, 10]
test('a PNG loses the chunk eXIf, and keeps the others and what trails', () => {
  const others = [chunk('IHDR', [1, 2]), chunk('IDAT', [3])]
  const after = withoutOrientation(Uint8Array.from([...PNG, ...others[0]!, ...chunk('eXIf', [9, 9]), ...others[1]!, 7]), 'image/png')
  expect([...after]).toEqual([...PNG, ...others[0]!, ...others[1]!, 7])
  const plain = Uint8Array.from([...PNG, ...others.flat()])
  expect(withoutOrientation(plain, 'image/png')).toBe(plain)
})

const riff = (name: string, body: readonly number[]) => [...ascii(name), body.length, 0, 0, 0, ...body, ...(body.length % 2 ? [0] : [])]
test('a WebP loses the name of its chunk EXIF and the flag that tells of it', () => {
  const of = (flags: number, ...chunks: (readonly number[])[]) =>
    Uint8Array.from([...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP'), ...riff('VP8X', [flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]), ...chunks.flat()])
  const image = riff('VP8 ', [1, 2, 3])
  const after = withoutOrientation(of(0x18, image, riff('EXIF', exif('II'))), 'image/webp')
  expect(after[20]).toBe(0x10)
  expect(says(after, 'EXIF')).toBe(false)
  const plain = of(0x10, image)
  expect(withoutOrientation(plain, 'image/webp')).toBe(plain)
})

test('no bytes, however broken, make it fail or read past the end', () => {
  fc.assert(
    fc.property(fc.constantFrom('image/jpeg', 'image/png', 'image/webp', 'image/avif'), fc.uint8Array({ maxLength: 60 }), (type, tail) => {
      const head = {
        'image/jpeg': [0xff, 0xd8],
        'image/png': PNG,
        'image/webp': [...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBPVP8X')],
        'image/avif': [],
      }[type]!
      expect(withoutOrientation(Uint8Array.from([...head, ...tail]), type).length).toBeLessThanOrEqual(head.length + tail.length)
    }),
  )
})
