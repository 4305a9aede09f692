import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headOf, isGzip, unpackGzip } from './gzip.ts'

const bytes = fc.uint8Array({ maxLength: 4000 })

test('what was packed comes out as it was, and its head without the rest', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, async (inside) => {
      const packed = new Uint8Array(gzipSync(inside))
      expect(isGzip(packed)).toBe(true)
      expect(Buffer.compare(await unpackGzip(packed), inside)).toBe(0)
      expect(Buffer.compare(await headOf(packed), inside.subarray(0, 64))).toBe(0)
    }),
    { numRuns: 30 },
  )
})

test('all else stays as it is', async () => {
  const plain = new TextEncoder().encode('b3dm and so on')
  expect(await unpackGzip(plain)).toBe(plain)
  expect(await headOf(new Uint8Array())).toHaveLength(0)
})

test('a bomb is refused at its limit, long before it has unpacked', async () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(2 ** 24)))
  expect(bomb.length).toBeLessThan(20_000)
  await expect(unpackGzip(bomb, 2 ** 20)).rejects.toMatchObject({
    code: 'tile-too-large',
    message: 'the gzip unpacks to more than 1048576 bytes',
  })
  expect(await unpackGzip(bomb, 2 ** 24)).toHaveLength(2 ** 24)
})

test('a gzip that breaks off is corrupt', async () => {
  const packed = new Uint8Array(gzipSync(new Uint8Array(9999).map((_, i) => (i * i) % 251)))
  await expect(unpackGzip(packed.subarray(0, packed.length - 9))).rejects.toMatchObject({
    code: 'tile-corrupt',
    message: expect.stringMatching(/^the gzip does not unpack/),
  })
})
