// Pipeline: texture -> **encode** -> write. One tile as a glb: unlit, one mesh, one picture, EXT_meshopt_compression in its version 0
// (encoders default to 1, which CesiumJS 1.140 cannot read).
//
// Positions are float32 by the exponential filter: a 24-bit mantissa of whole lattice steps beside one exponent for all. They decode to
// the exact multiple of the step, in one frame for all tiles and with no transform per tile: a shared border has the same bits in every
// tile, so even the rasteriser's rounding is the same. (16-bit quantisation with an offset per tile is 4 bytes less per vertex in memory,
// and its borders round apart.)
import { MeshoptEncoder } from 'meshoptimizer/encoder'
import type { VertexMesh } from './vertices.ts'

export interface EncodedPicture {
  readonly bytes: Uint8Array
  readonly mimeType: 'image/jpeg' | 'image/webp'
}

const GLB_MAGIC = 0x46546c67
const CHUNK_JSON = 0x4e4f534a
const CHUNK_BIN = 0x004e4942

/** @param stepMeters of the lattice: a power of two */
export function encodeGlb(mesh: VertexMesh, picture: EncodedPicture, stepMeters: number): Uint8Array {
  const wide = mesh.count > 65_535
  const indices = wide
    ? new Uint8Array(mesh.indices.buffer, mesh.indices.byteOffset, mesh.indices.byteLength)
    : bytesOf(Uint16Array.from(mesh.indices))
  const bin = new Bin()
  const views = [
    bin.compressed(bytesOf(mantissas(mesh.positions, stepMeters)), {
      count: mesh.count,
      stride: 12,
      mode: 'ATTRIBUTES',
      filter: 'EXPONENTIAL',
    }),
    bin.compressed(bytesOf(mesh.uvs), { count: mesh.count, stride: 4, mode: 'ATTRIBUTES' }),
    bin.compressed(indices, { count: mesh.indices.length, stride: wide ? 4 : 2, mode: 'TRIANGLES' }),
    bin.plain(picture.bytes),
  ]
  const webp = picture.mimeType === 'image/webp'
  const json = {
    asset: { version: '2.0', generator: 'twinmap' },
    extensionsUsed: ['EXT_meshopt_compression', 'KHR_materials_unlit', ...(webp ? ['EXT_texture_webp'] : [])],
    extensionsRequired: ['EXT_meshopt_compression', ...(webp ? ['EXT_texture_webp'] : [])],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
    materials: [
      {
        pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0, roughnessFactor: 1 },
        extensions: { KHR_materials_unlit: {} },
        doubleSided: true,
      },
    ],
    textures: [{ sampler: 0, ...(webp ? { extensions: { EXT_texture_webp: { source: 0 } } } : { source: 0 }) }],
    samplers: [{ magFilter: 9729, minFilter: 9987, wrapS: 33071, wrapT: 33071 }],
    images: [{ bufferView: 3, mimeType: picture.mimeType }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: mesh.count, type: 'VEC3', ...boundsOf(mesh.positions, stepMeters) },
      { bufferView: 1, componentType: 5123, normalized: true, count: mesh.count, type: 'VEC2' },
      { bufferView: 2, componentType: wide ? 5125 : 5123, count: mesh.indices.length, type: 'SCALAR' },
    ],
    bufferViews: views.map((view, i) => (i < 2 ? { ...view, target: 34962 } : i === 2 ? { ...view, target: 34963 } : view)),
    // With what pads the chunk: bytes behind the buffer would be more than the 3 that glTF allows.
    buffers: [
      { byteLength: wholeEights(bin.length) },
      { byteLength: bin.expanded, extensions: { EXT_meshopt_compression: { fallback: true } } },
    ],
  }
  return container(new TextEncoder().encode(JSON.stringify(json)), bin.bytes())
}

const bytesOf = (array: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** glTF is Y up: east, up, south. */
function mantissas(positions: Int32Array, stepMeters: number): Uint32Array {
  const exponent = (Math.log2(stepMeters) & 0xff) << 24
  const out = new Uint32Array(positions.length)
  for (let i = 0; i < positions.length; i += 3) {
    out[i] = ((positions[i]! & 0xffffff) | exponent) >>> 0
    out[i + 1] = ((positions[i + 2]! & 0xffffff) | exponent) >>> 0
    out[i + 2] = ((-positions[i + 1]! & 0xffffff) | exponent) >>> 0
  }
  return out
}

function boundsOf(positions: Int32Array, step: number): { min: number[]; max: number[] } {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i++) {
    low[i % 3] = Math.min(low[i % 3]!, positions[i]!)
    high[i % 3] = Math.max(high[i % 3]!, positions[i]!)
  }
  // `+ 0` makes no −0, which JSON would write as 0 anyway.
  const min = [low[0]! * step, low[2]! * step, -high[1]! * step + 0]
  const max = [high[0]! * step, high[2]! * step, -low[1]! * step + 0]
  return { min, max }
}

/** The binary chunk as it grows. */
class Bin {
  readonly #parts: Uint8Array[] = []
  length = 0
  /** Bytes that the compressed views expand to. */
  expanded = 0

  compressed(bytes: Uint8Array, { count, stride, mode, filter }: { count: number; stride: number; mode: string; filter?: string }) {
    const packed = MeshoptEncoder.encodeGltfBuffer(bytes, count, stride, mode, 0)
    const at = this.#add(packed)
    const byteOffset = this.expanded
    this.expanded += Math.ceil((count * stride) / 4) * 4
    return {
      buffer: 1,
      byteOffset,
      byteLength: count * stride,
      ...(mode === 'ATTRIBUTES' ? { byteStride: stride } : {}),
      extensions: {
        EXT_meshopt_compression: {
          buffer: 0,
          byteOffset: at,
          byteLength: packed.length,
          byteStride: stride,
          count,
          mode,
          ...(filter ? { filter } : {}),
        },
      },
    }
  }

  plain(bytes: Uint8Array) {
    return { buffer: 0, byteOffset: this.#add(bytes), byteLength: bytes.length }
  }

  #add(bytes: Uint8Array): number {
    const at = this.length
    this.#parts.push(bytes)
    const padding = (4 - (bytes.length % 4)) % 4
    if (padding > 0) this.#parts.push(new Uint8Array(padding))
    this.length += bytes.length + padding
    return at
  }

  bytes(): Uint8Array {
    return joined(this.#parts, this.length)
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

const wholeEights = (length: number): number => Math.ceil(length / 8) * 8

/** Whole length and each chunk's in multiples of 8: 3D Tiles asks for it. */
function container(json: Uint8Array, bin: Uint8Array): Uint8Array {
  const jsonLength = wholeEights(20 + json.length) - 20
  const binLength = wholeEights(bin.length)
  const out = new Uint8Array(28 + jsonLength + binLength)
  const view = new DataView(out.buffer)
  view.setUint32(0, GLB_MAGIC, true)
  view.setUint32(4, 2, true)
  view.setUint32(8, out.length, true)
  view.setUint32(12, jsonLength, true)
  view.setUint32(16, CHUNK_JSON, true)
  out.fill(0x20, 20, 20 + jsonLength)
  out.set(json, 20)
  view.setUint32(20 + jsonLength, binLength, true)
  view.setUint32(24 + jsonLength, CHUNK_BIN, true)
  out.set(bin, 28 + jsonLength)
  return out
}
