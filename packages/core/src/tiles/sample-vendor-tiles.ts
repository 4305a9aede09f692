// Tiles as vendors write them, made in code: headers of drafts, packed points, quantised glTF 1.0. For tests in Node and in a browser.
import type { JsonObject } from './json.ts'
import { sampleBody, writeContainer, writeGlb } from './sample-tile.ts'

const ascii = new TextEncoder()

/** A b3dm with the header of a draft of 2015: no feature table, `batchTable` as its text. */
export function draftB3dm(headerBytes: 20 | 24, glb: Uint8Array, batchTable = ''): Uint8Array {
  const table = ascii.encode(batchTable)
  const out = new Uint8Array(headerBytes + table.length + glb.length)
  out.set(ascii.encode('b3dm'))
  const words = headerBytes === 20 ? [1, out.length, 7, table.length] : [1, out.length, table.length, 0, 7]
  for (const [i, word] of words.entries()) new DataView(out.buffer).setUint32(4 + 4 * i, word, true)
  out.set(table, headerBytes)
  out.set(glb, headerBytes + table.length)
  return out
}

/**
 * Eight corners of a cube of 10 m, each in the colour of its place (red east, green north, blue up), packed by Draco 1.5.7 with positions of
 * 11 bits: `setSpeedOptions(10, 10)` packs one after the other, `(5, 5)` in a k-d tree, which puts them in another order.
 */
const CUBES = {
  sequential:
    'RFJBQ08CAwAAAAAIAAAAAQIACQMAAAICAwABAgEAAQEAAwMBKAEYAwBIsYgRLUYAAAAAAP8HAAAAAQEAAwMBKAEYAwBIsYgRLUYAAAAAAP8AAAAAAAAAAAAAAAAAAAAAACBBCw==',
  tree: 'RFJBQ08CAwABAAAIAAAAAQIACQMAAAICAwABBQsAAAAIAAAA/wEz/wEz/wERAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEAAQEARAAAAH/8AwD//w+Af/zjH/////8A/OMfAPz/fwD8AwAA/A8AfwDgH/8D8P9/AAAA/wMAgAAAAAAAAAAAAADgHwAA8H8AAAAABAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAIEEL',
} as const

/** A pnts with 3DTILES_draco_point_compression. */
export function dracoPnts(packed: keyof typeof CUBES, more: JsonObject = {}): Uint8Array {
  const stream = Uint8Array.from(atob(CUBES[packed]), (each) => each.charCodeAt(0))
  const extension = { properties: { POSITION: 0, RGB: 1 }, byteOffset: 0, byteLength: stream.length }
  const table = {
    POINTS_LENGTH: 8,
    POSITION: { byteOffset: 0 },
    RGB: { byteOffset: 0 },
    extensions: { '3DTILES_draco_point_compression': extension },
    ...more,
  }
  return writeContainer('pnts', table, stream, new Uint8Array())
}

/** The glb of glTF 1.0 (KHR_binary_glTF). */
export function writeGlb1(json: JsonObject, bin: Uint8Array): Uint8Array {
  const glb2 = writeGlb(json, bin)
  const jsonLength = new DataView(glb2.buffer).getUint32(12, true)
  const out = new Uint8Array(glb2.length - 8)
  out.set(glb2.subarray(0, 20 + jsonLength))
  out.set(glb2.subarray(28 + jsonLength), 20 + jsonLength)
  const header = new DataView(out.buffer)
  for (const [at, word] of [
    [4, 1],
    [8, out.length],
    [16, 0],
  ] as const)
    header.setUint32(at, word, true)
  return out
}

/**
 * A level square about the origin in glTF 1.0 with WEB3D_quantized_attributes: corners and UVs told in 0 to 65,535, and for each the matrix that
 * makes metres and shares of the picture of them.
 */
export function quantizedSquareGlb1(sizeMeters: number, image: Uint8Array): Uint8Array {
  const body = sampleBody()
  const [o, x] = [0, 65_535]
  body.view(Uint16Array.from([o, o, o, x, o, o, o, o, x, x, o, x]))
  body.view(Uint16Array.from([o, o, x, o, o, x, x, x]))
  body.view(Uint16Array.from([0, 2, 1, 1, 2, 3]))
  body.view(image)
  const [positions, uvs, indices, picture] = body.views.map((each) => each['byteOffset'])
  const [step, from, share] = [sizeMeters / 65_535, -sizeMeters / 2, 1 / 65_535]
  const decoded = (decodeMatrix: readonly number[]) => ({ WEB3D_quantized_attributes: { decodeMatrix } })
  const json = {
    asset: { version: '1.0' },
    extensionsUsed: ['KHR_binary_glTF', 'WEB3D_quantized_attributes'],
    scene: 's',
    scenes: { s: { nodes: ['n'] } },
    nodes: { n: { meshes: ['m'] } },
    meshes: { m: { primitives: [{ attributes: { POSITION: 'p', TEXCOORD_0: 'uv' }, indices: 'i', material: 'mat', mode: 4 }] } },
    accessors: {
      p: {
        ...{ bufferView: 'vp', byteOffset: 0, byteStride: 6, componentType: 5123, count: 4, type: 'VEC3' },
        extensions: decoded([step, 0, 0, 0, 0, step, 0, 0, 0, 0, step, 0, from, 0, from, 1]),
      },
      uv: {
        ...{ bufferView: 'vuv', byteOffset: 0, byteStride: 4, componentType: 5123, count: 4, type: 'VEC2' },
        extensions: decoded([share, 0, 0, 0, share, 0, 0, 0, 1]),
      },
      i: { bufferView: 'vi', byteOffset: 0, componentType: 5123, count: 6, type: 'SCALAR' },
    },
    bufferViews: {
      vp: { buffer: 'binary_glTF', byteOffset: positions, byteLength: 24 },
      vuv: { buffer: 'binary_glTF', byteOffset: uvs, byteLength: 16 },
      vi: { buffer: 'binary_glTF', byteOffset: indices, byteLength: 12 },
      vt: { buffer: 'binary_glTF', byteOffset: picture, byteLength: image.length },
    },
    buffers: { binary_glTF: { byteLength: body.bytes().length } },
    materials: { mat: { technique: 't', values: { diffuse: 'tx' } } },
    techniques: { t: { states: { enable: [] } } },
    textures: { tx: { source: 'img', sampler: 'sm' } },
    samplers: { sm: { minFilter: 9729 } },
    images: { img: { extensions: { KHR_binary_glTF: { bufferView: 'vt', mimeType: 'image/png' } } } },
  }
  return writeGlb1(json, body.bytes())
}
