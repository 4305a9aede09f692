// One surface and its picture as a glb: meshopt (EXT_meshopt_compression, codec version 0, so that every viewer reads
// it), unlit as captures are, Y up as glTF wants.
import { MeshoptEncoder } from 'meshoptimizer'
import type { Surface } from './shape.ts'

const FLOAT = 5126
const UNSIGNED_INT = 5125

export async function glbOf({ positions, uvs, indices }: Surface, jpeg: Uint8Array): Promise<Uint8Array> {
  await MeshoptEncoder.ready
  const count = positions.length / 3
  const yUp = new Float32Array(positions.length)
  const min = [Infinity, Infinity, Infinity]
  const max = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i += 3) {
    const point = [positions[i]!, positions[i + 2]!, -positions[i + 1]!]
    for (let axis = 0; axis < 3; axis++) {
      yUp[i + axis] = point[axis]!
      min[axis] = Math.min(min[axis]!, yUp[i + axis]!)
      max[axis] = Math.max(max[axis]!, yUp[i + axis]!)
    }
  }
  const packed = [
    { bytes: bytesOf(yUp), count, stride: 12, mode: 'ATTRIBUTES' },
    { bytes: bytesOf(uvs), count, stride: 8, mode: 'ATTRIBUTES' },
    { bytes: bytesOf(indices), count: indices.length, stride: 4, mode: 'TRIANGLES' },
  ].map((view) => ({ ...view, data: MeshoptEncoder.encodeGltfBuffer(view.bytes, view.count, view.stride, view.mode, 0) }))

  const parts: Uint8Array[] = []
  let length = 0
  const place = (data: Uint8Array): number => {
    const at = length
    const padded = new Uint8Array(Math.ceil(data.length / 4) * 4)
    padded.set(data)
    parts.push(padded)
    length += padded.length
    return at
  }
  let unpacked = 0
  const bufferViews: object[] = packed.map(({ bytes, data, count: entries, stride, mode }) => {
    const view = {
      buffer: 1,
      byteOffset: unpacked,
      byteLength: bytes.length,
      ...(mode === 'ATTRIBUTES' && { byteStride: stride }),
      extensions: {
        EXT_meshopt_compression: { buffer: 0, byteOffset: place(data), byteLength: data.length, byteStride: stride, count: entries, mode },
      },
    }
    unpacked += Math.ceil(bytes.length / 4) * 4
    return view
  })
  bufferViews.push({ buffer: 0, byteOffset: place(jpeg), byteLength: jpeg.length })
  const json = {
    asset: { version: '2.0', generator: 'twinmap longwan skeleton' },
    extensionsUsed: ['EXT_meshopt_compression', 'KHR_materials_unlit'],
    extensionsRequired: ['EXT_meshopt_compression'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
    materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0 }, extensions: { KHR_materials_unlit: {} } }],
    textures: [{ source: 0, sampler: 0 }],
    samplers: [{ magFilter: 9729, minFilter: 9987, wrapS: 33071, wrapT: 33071 }],
    images: [{ bufferView: 3, mimeType: 'image/jpeg' }],
    accessors: [
      { bufferView: 0, componentType: FLOAT, count, type: 'VEC3', min, max },
      { bufferView: 1, componentType: FLOAT, count, type: 'VEC2' },
      { bufferView: 2, componentType: UNSIGNED_INT, count: indices.length, type: 'SCALAR' },
    ],
    bufferViews,
    buffers: [{ byteLength: length }, { byteLength: unpacked, extensions: { EXT_meshopt_compression: { fallback: true } } }],
  }
  return wrap(new TextEncoder().encode(JSON.stringify(json)), parts, length)
}

const bytesOf = (array: Float32Array | Uint32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

function wrap(json: Uint8Array, parts: readonly Uint8Array[], length: number): Uint8Array {
  const jsonLength = Math.ceil(json.length / 4) * 4
  const glb = new Uint8Array(12 + 8 + jsonLength + 8 + length)
  const view = new DataView(glb.buffer)
  const header = [0x46546c67, 2, glb.length, jsonLength, 0x4e4f534a]
  header.forEach((word, i) => {
    view.setUint32(i * 4, word, true)
  })
  glb.fill(0x20, 20, 20 + jsonLength)
  glb.set(json, 20)
  let at = 20 + jsonLength
  view.setUint32(at, length, true)
  view.setUint32(at + 4, 0x004e4942, true)
  at += 8
  for (const part of parts) {
    glb.set(part, at)
    at += part.length
  }
  return glb
}
