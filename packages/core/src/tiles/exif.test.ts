import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { turnedJpeg, turnedPng, turnedWebp } from '../../test/turned-pictures.ts'
import { forgetTurn } from './exif.ts'

const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0))
const text = (bytes: Uint8Array) => String.fromCharCode(...bytes)
const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 7, 7, 0xff, 0xda, 0, 4, 1, 1, ...ascii('Exif\0\0 in the pixels'), 0xff, 0xd9])
const chunk = (type: string, data: readonly number[]) => {
  const typed = Uint8Array.from([...ascii(type), ...data])
  const out = new Uint8Array(typed.length + 8)
  new DataView(out.buffer).setUint32(0, data.length)
  out.set(typed, 4)
  new DataView(out.buffer).setUint32(out.length - 4, crc32(typed))
  return [...out]
}
const PNG = Uint8Array.from([
  0x89,
  ...ascii('PNG\r\n\x1a\n'),
  ...chunk('IHDR', Array(13).fill(1)),
  ...chunk('IDAT', [1, 2, 3]),
  ...chunk('IEND', []),
])
const riff = (type: string, data: readonly number[]) => [...ascii(type), data.length, 0, 0, 0, ...data, ...(data.length % 2 ? [0] : [])]
const WEBP = Uint8Array.from([
  ...ascii('RIFF'),
  0,
  0,
  0,
  0,
  ...ascii('WEBP'),
  ...riff('VP8X', [0, 0, 0, 0, 7, 0, 0, 7, 0, 0]),
  ...riff('VP8 ', [1, 2, 3]),
])

test.each(['II', 'MM'] as const)(
  'EXIF of a JPEG in byte order %s is made unreadable in each segment, and nothing behind the first scan',
  (order) => {
    const bytes = turnedJpeg(turnedJpeg(JPEG, 6, order), 3, order)
    expect(text(bytes).match(/Exif\0\0/g)).toHaveLength(3)
    forgetTurn(bytes, 'image/jpeg')
    expect(text(bytes).match(/Exif\0\0/g)).toHaveLength(1)
    expect(text(bytes).indexOf('Exif\0\0')).toBeGreaterThan(text(bytes).indexOf('\xff\xda'))
  },
)

test('eXIf of a PNG becomes a chunk of nobody, whole by its CRC, and pixels stay', () => {
  const bytes = turnedPng(PNG, 6)
  forgetTurn(bytes, 'image/png')
  const view = new DataView(bytes.buffer)
  const types: string[] = []
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const end = at + 8 + view.getUint32(at)
    types.push(text(bytes.subarray(at + 4, at + 8)))
    expect(view.getUint32(end)).toBe(crc32(bytes.subarray(at + 4, end)))
  }
  expect(types).toEqual(['IHDR', 'exIf', 'IDAT', 'IEND'])
})

test('EXIF of a WebP, and its flag, are gone', () => {
  const bytes = turnedWebp(WEBP, 6)
  expect([bytes[20]! & 8, text(bytes).includes('EXIF')]).toEqual([8, true])
  forgetTurn(bytes, 'image/webp')
  expect([bytes[20]! & 8, text(bytes).includes('EXIF')]).toEqual([0, false])
})

test('of any bytes it ends, and changes no length', () => {
  const types = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/ktx2'] as const
  const good = [turnedJpeg(JPEG, 6, 'II'), turnedPng(PNG, 6), turnedWebp(WEBP, 6), new Uint8Array(40)]
  fc.assert(
    fc.property(
      fc.constantFrom(...good),
      fc.constantFrom(...types),
      fc.array(fc.tuple(fc.nat(150), fc.nat(255)), { maxLength: 8 }),
      fc.nat(200),
      (from, type, hits, cut) => {
        const bytes = from.slice(0, cut)
        for (const [at, value] of hits) if (at < bytes.length) bytes[at] = value
        forgetTurn(bytes, type)
        expect(bytes.length).toBe(Math.min(cut, from.length))
      },
    ),
  )
})
