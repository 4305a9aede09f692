import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { decodeTile } from '@twinmap/core/internal/tiles/decode-tile'
import * as fc from 'fast-check'
import { validateBytes } from 'gltf-validator'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { sheet } from '../mesh/sample-mesh.ts'
import { encodeGlb } from './glb.ts'
import { decodePicture, encodePicture } from './picture.ts'
import { encoderReady, toVertices } from './vertices.ts'

await encoderReady
await MeshoptDecoder.ready
const STEP = 2 ** -7
const PICTURE = { width: 64, height: 32, data: new Uint8Array(3 * 64 * 32).fill(90) }
const ports = { meshopt: MeshoptDecoder, resource: async () => new Uint8Array() }

async function roundTrip(
  mesh: { positions: Int32Array; triangles: Uint32Array; cornerPixels: Float32Array },
  format: 'jpeg' | 'webp' = 'jpeg',
) {
  const vertices = toVertices(mesh, PICTURE)
  const glb = encodeGlb(vertices, await encodePicture(PICTURE, { format, quality: 82 }), STEP)
  const content = await decodeTile(glb, { file: 'a.glb' }, ports)
  return { glb, vertices, content, geometry: content.geometries[0]! }
}

const sample = (columns: number, rows: number) => {
  const { positions, corners } = sheet(columns, rows, { z: (x, y) => 5000 * Math.sin(x) + y })
  return {
    positions,
    triangles: corners,
    cornerPixels: Float32Array.from({ length: corners.length * 2 }, (_, i) => (corners[i >> 1]! * 7 + (i % 2) * 3) % 32),
  }
}

describe('a tile decodes', () => {
  test('to the exact positions of the lattice, Z up, triangle by triangle', async () => {
    const mesh = sample(9, 7)
    const { content, geometry } = await roundTrip(mesh)
    const { matrix } = content.parts[0]!
    const place = (i: number) => {
      const p = [0, 1, 2].map((k) => geometry.position.array[i * geometry.position.stride + k]!)
      return [0, 1, 2].map((k) => matrix[k]! * p[0]! + matrix[4 + k]! * p[1]! + matrix[8 + k]! * p[2]! + matrix[12 + k]!)
    }
    const rotated = (list: string[]) => [0, 1, 2].map((s) => [...list.slice(s), ...list.slice(0, s)].join(' ')).sort()[0]!
    const decoded = Array.from({ length: geometry.index!.length / 3 }, (_, t) =>
      rotated([0, 1, 2].map((k) => String(place(geometry.index![3 * t + k]!)))),
    )
    const written = Array.from({ length: mesh.triangles.length / 3 }, (_, t) =>
      rotated([0, 1, 2].map((k) => String([0, 1, 2].map((c) => mesh.positions[3 * mesh.triangles[3 * t + k]! + c]! * STEP)))),
    )
    expect(decoded.sort()).toEqual(written.sort())
  })
  test('whatever the positions are, up to 24 bits', async () => {
    const coordinate = fc.integer({ min: -(2 ** 23) + 1, max: 2 ** 23 - 1 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 3, maxLength: 40 }), async (places) => {
        const positions = Int32Array.from(places.flat())
        const triangles = Uint32Array.from({ length: places.length * 3 }, (_, i) => (i % 3 === 0 ? i / 3 : (i * 7) % places.length))
        const { geometry, vertices } = await roundTrip({ positions, triangles, cornerPixels: new Float32Array(triangles.length * 2) })
        for (let v = 0; v < vertices.count; v++) {
          const [x, y, z] = [0, 1, 2].map((k) => vertices.positions[3 * v + k]! * STEP) as [number, number, number]
          const at = v * geometry.position.stride
          expect([...geometry.position.array.subarray(at, at + 3)].map((n) => n + 0)).toEqual([x, z, -y + 0])
        }
      }),
      { numRuns: 25 },
    )
  })
  test('with wide indices over 65,535 vertices', async () => {
    const { geometry } = await roundTrip(sample(260, 260))
    expect(geometry.count).toBeGreaterThan(65_535)
    expect(geometry.index).toBeInstanceOf(Uint32Array)
  })
  test('with a WebP picture', async () => {
    const { glb, content } = await roundTrip(sample(2, 2), 'webp')
    expect(content.images).toHaveLength(1)
    expect(new TextDecoder().decode(glb.subarray(0, 400))).toContain('EXT_texture_webp')
  })
})

test('lengths are multiples of 8, and the codec is version 0', async () => {
  const { glb } = await roundTrip(sample(5, 5))
  const view = new DataView(glb.buffer, glb.byteOffset)
  expect([glb.length % 8, view.getUint32(8, true), (20 + view.getUint32(12, true)) % 8]).toEqual([0, glb.length, 0])
  const json = JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + view.getUint32(12, true))))
  const body = glb.subarray(28 + view.getUint32(12, true))
  const { byteOffset } = json.bufferViews[0].extensions.EXT_meshopt_compression
  // The first byte of a vertex stream: 0xa0 and its version.
  expect(body[byteOffset]).toBe(0xa0)
})

test('Khronos’ validator finds nothing, whatever the lengths are', async () => {
  for (const [columns, rows, format, quality] of [
    [2, 2, 'jpeg', 82],
    [3, 5, 'jpeg', 40],
    [5, 5, 'webp', 82],
    [7, 4, 'webp', 60],
    [260, 260, 'jpeg', 82],
  ] as const) {
    const vertices = toVertices(sample(columns, rows), PICTURE)
    const { issues } = await validateBytes(encodeGlb(vertices, await encodePicture(PICTURE, { format, quality }), STEP))
    expect(issues.messages.filter(({ severity }) => severity < 2)).toEqual([])
  }
})

test('corners at one position with one place in the picture are one vertex', () => {
  const { positions, corners } = sheet(4, 4)
  expect(toVertices({ positions, triangles: corners, cornerPixels: new Float32Array(corners.length * 2) }, PICTURE).count).toBe(25)
  const apart = Float32Array.from({ length: corners.length * 2 }, (_, i) => i / 10)
  expect(toVertices({ positions, triangles: corners, cornerPixels: apart }, PICTURE).count).toBe(corners.length)
})

describe('a page', () => {
  test('is read as red, green, blue, grey ones too', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
    const file = path.join(folder, 'grey.png')
    await sharp({ create: { width: 3, height: 2, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0.5 } } })
      .greyscale()
      .png()
      .toFile(file)
    const { data, width, height } = await decodePicture(file)
    expect([width, height, data.length]).toEqual([3, 2, 18])
    expect(new Set(data).size).toBe(1)
    const noise = Uint8Array.from({ length: 3 * 64 * 32 }, (_, i) => (i * 7919) % 251)
    const jpeg = await sharp(noise, { raw: { width: 64, height: 32, channels: 3 } })
      .jpeg()
      .toBuffer()
    await writeFile(file, jpeg.subarray(0, jpeg.length / 2))
    await expect(decodePicture(file)).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringMatching(/grey\.png: its pixels cannot be read/),
    })
    await rm(folder, { recursive: true })
  })
})
