// Makes the tileset that bench:tiles streams: a quadtree of 341 tiles as a pipeline would write them, each a relief of
// 12,168 triangles (meshopt EXT, quantised) with one 1024² JPEG of noise that compresses like an aerial photo. Fixed seed.
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MeshoptEncoder } from 'meshoptimizer'
import sharp from 'sharp'

export const LEVELS = 5
/** Side of the whole in metres. */
export const SIDE_METERS = 512
/** Quads along one side of a tile: 78 × 78 × 2 = 12,168 triangles. */
const QUADS = 78
const IMAGE_PX = 1024
/** Error of the root in metres; halves a level, and is 0 on leaves. */
const ROOT_ERROR_METERS = 128

/** Mulberry32. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const heightAt = (x: number, y: number) =>
  9 * Math.sin(x / 41) * Math.cos(y / 53) + 3 * Math.sin(x / 9 + y / 13) + 0.6 * Math.sin(x / 1.7) * Math.sin(y / 2.3)

/** Colours with broad patches, fields and grain: about 130 kB at quality 80. */
async function photo(seed: number): Promise<Buffer> {
  const next = random(seed)
  const raw = Buffer.alloc(IMAGE_PX * IMAGE_PX * 3)
  const patch = Array.from({ length: 64 * 64 }, () => next())
  for (let y = 0, at = 0; y < IMAGE_PX; y++)
    for (let x = 0; x < IMAGE_PX; x++, at += 3) {
      const p = patch[((y >> 4) & 63) * 64 + ((x >> 4) & 63)]!
      const grain = (next() - 0.5) * 26
      raw[at] = 70 + 90 * p + grain
      raw[at + 1] = 84 + 70 * p + grain
      raw[at + 2] = 60 + 60 * p + grain
    }
  return sharp(raw, { raw: { width: IMAGE_PX, height: IMAGE_PX, channels: 3 } })
    .jpeg({ quality: 80, optimiseCoding: false })
    .toBuffer()
}

const pad4 = (n: number) => (n + 3) & ~3

/** Positions i16 × 4 normalised over the tile's cube, uv u16 × 2 normalised; Y up, as glTF wants. */
async function tile(level: number, column: number, row: number): Promise<Buffer> {
  await MeshoptEncoder.ready
  const side = SIDE_METERS / 2 ** level
  const [west, south] = [-SIDE_METERS / 2 + column * side, -SIDE_METERS / 2 + row * side]
  const scale = side / 2
  const wide = QUADS + 1
  const positions = new Int16Array(wide * wide * 4)
  const uvs = new Uint16Array(wide * wide * 2)
  for (let j = 0, v = 0; j < wide; j++)
    for (let i = 0; i < wide; i++, v++) {
      const [x, y] = [west + (i / QUADS) * side, south + (j / QUADS) * side]
      const quantised = (meters: number) => Math.max(-32767, Math.min(32767, Math.round((meters / Math.max(scale, 16)) * 32767)))
      positions.set([quantised(x - west - scale), quantised(heightAt(x, y)), quantised(-(y - south - scale)), 0], v * 4)
      uvs.set([Math.round((i / QUADS) * 65535), Math.round((1 - j / QUADS) * 65535)], v * 2)
    }
  const indices = new Uint32Array(QUADS * QUADS * 6)
  for (let j = 0, k = 0; j < QUADS; j++)
    for (let i = 0; i < QUADS; i++, k += 6) {
      const a = j * wide + i
      indices.set([a, a + 1, a + wide, a + 1, a + wide + 1, a + wide], k)
    }
  const count = wide * wide
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  const streams = [
    {
      data: MeshoptEncoder.encodeGltfBuffer(bytes(positions), count, 8, 'ATTRIBUTES', 0),
      stride: 8,
      count,
      mode: 'ATTRIBUTES',
      raw: count * 8,
      target: 34962,
    },
    {
      data: MeshoptEncoder.encodeGltfBuffer(bytes(uvs), count, 4, 'ATTRIBUTES', 0),
      stride: 4,
      count,
      mode: 'ATTRIBUTES',
      raw: count * 4,
      target: 34962,
    },
    {
      data: MeshoptEncoder.encodeGltfBuffer(bytes(indices), indices.length, 4, 'TRIANGLES', 0),
      stride: 4,
      count: indices.length,
      mode: 'TRIANGLES',
      raw: indices.byteLength,
      target: 34963,
    },
  ]
  const image = await photo((level * 1000 + column) * 1000 + row)
  const chunks: Buffer[] = []
  const views: Record<string, unknown>[] = []
  let offset = 0
  let fallback = 0
  const append = (data: Uint8Array) => {
    const at = offset
    const padded = Buffer.alloc(pad4(data.length))
    padded.set(data)
    chunks.push(padded)
    offset += padded.length
    return at
  }
  for (const { data, stride, count: elements, mode, raw, target } of streams) {
    const byteOffset = append(data)
    views.push({
      buffer: 1,
      byteOffset: fallback,
      byteLength: raw,
      ...(target === 34962 ? { byteStride: stride } : {}),
      target,
      extensions: {
        EXT_meshopt_compression: { buffer: 0, byteOffset, byteLength: data.length, byteStride: stride, count: elements, mode },
      },
    })
    fallback += pad4(raw)
  }
  views.push({ buffer: 0, byteOffset: append(image), byteLength: image.length })
  const box = (axis: number) => {
    let [min, max] = [Infinity, -Infinity]
    for (let v = 0; v < count; v++) {
      const value = positions[v * 4 + axis]!
      if (value < min) min = value
      if (value > max) max = value
    }
    return [min, max] as const
  }
  const boxes = [box(0), box(1), box(2)]
  const s = Math.max(scale, 16)
  const json = {
    asset: { version: '2.0', generator: 'twinmap bench' },
    extensionsUsed: ['EXT_meshopt_compression', 'KHR_mesh_quantization', 'KHR_materials_unlit'],
    extensionsRequired: ['EXT_meshopt_compression', 'KHR_mesh_quantization'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, scale: [s, s, s], translation: [west + scale, 0, -(south + scale)] }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0 }, extensions: { KHR_materials_unlit: {} } }],
    textures: [{ source: 0, sampler: 0 }],
    samplers: [{ magFilter: 9729, minFilter: 9987, wrapS: 33071, wrapT: 33071 }],
    images: [{ bufferView: 3, mimeType: 'image/jpeg' }],
    accessors: [
      {
        bufferView: 0,
        componentType: 5122,
        normalized: true,
        count,
        type: 'VEC3',
        min: boxes.map((b) => b[0]),
        max: boxes.map((b) => b[1]),
      },
      { bufferView: 1, componentType: 5123, normalized: true, count, type: 'VEC2' },
      { bufferView: 2, componentType: 5125, count: indices.length, type: 'SCALAR' },
    ],
    bufferViews: views,
    buffers: [{ byteLength: offset }, { byteLength: fallback, extensions: { EXT_meshopt_compression: { fallback: true } } }],
  }
  const text = Buffer.from(JSON.stringify(json))
  const jsonChunk = Buffer.alloc(pad4(text.length), 0x20)
  text.copy(jsonChunk)
  const head = Buffer.alloc(20)
  head.writeUInt32LE(0x46546c67, 0)
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(28 + jsonChunk.length + offset, 8)
  head.writeUInt32LE(jsonChunk.length, 12)
  head.writeUInt32LE(0x4e4f534a, 16)
  const binHead = Buffer.alloc(8)
  binHead.writeUInt32LE(offset, 0)
  binHead.writeUInt32LE(0x004e4942, 4)
  return Buffer.concat([head, jsonChunk, binHead, ...chunks])
}

/** Writes the tileset into `folder` unless a whole one is there. Returns how many tiles it has. */
export async function generate(folder: string): Promise<number> {
  const tiles = Array.from({ length: LEVELS }, (_, level) => 4 ** level).reduce((a, b) => a + b, 0)
  if (existsSync(join(folder, 'tileset.json'))) return tiles
  const half = `${folder}.part`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true })
  const node = async (level: number, column: number, row: number): Promise<Record<string, unknown>> => {
    const uri = `${level}-${column}-${row}.glb`
    await writeFile(join(half, uri), await tile(level, column, row))
    const side = SIDE_METERS / 2 ** level
    const [x, y] = [-SIDE_METERS / 2 + (column + 0.5) * side, -SIDE_METERS / 2 + (row + 0.5) * side]
    const children = []
    if (level + 1 < LEVELS)
      for (const [i, j] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const)
        children.push(await node(level + 1, 2 * column + i, 2 * row + j))
    return {
      boundingVolume: { box: [x, y, 0, side / 2, 0, 0, 0, side / 2, 0, 0, 0, 13] },
      geometricError: level + 1 < LEVELS ? ROOT_ERROR_METERS / 2 ** level : 0,
      refine: 'REPLACE',
      content: { uri },
      ...(children.length > 0 ? { children } : {}),
    }
  }
  const root = await node(0, 0, 0)
  await writeFile(join(half, 'tileset.json'), JSON.stringify({ asset: { version: '1.1' }, geometricError: 2 * ROOT_ERROR_METERS, root }))
  await rename(half, folder)
  return tiles
}
