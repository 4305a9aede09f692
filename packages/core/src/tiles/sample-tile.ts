// Small tiles made in code, for tests, benches and the first start: what a pipeline would write, without the pipeline.
import type { JsonObject } from './json.ts'

export interface SampleBody {
  /** Appends bytes at a multiple of 4 and answers the index of their new bufferView. */
  view(bytes: ArrayBufferView, more?: JsonObject): number
  readonly views: readonly JsonObject[]
  bytes(): Uint8Array
}

export function sampleBody(): SampleBody {
  const views: JsonObject[] = []
  const pieces: Uint8Array[] = []
  let length = 0
  return {
    views,
    view(data, more = {}) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
      padded.set(bytes)
      pieces.push(padded)
      views.push({ buffer: 0, byteOffset: length, byteLength: bytes.length, ...more })
      length += padded.length
      return views.length - 1
    },
    bytes() {
      const out = new Uint8Array(length)
      let at = 0
      for (const piece of pieces) {
        out.set(piece, at)
        at += piece.length
      }
      return out
    },
  }
}

/** A glb of a JSON and a body; both padded to 4 bytes as the norm asks. */
export function writeGlb(json: JsonObject, bin?: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json))
  const jsonLength = Math.ceil(text.length / 4) * 4
  const binLength = bin === undefined ? 0 : Math.ceil(bin.length / 4) * 4
  const out = new Uint8Array(20 + jsonLength + (bin === undefined ? 0 : 8 + binLength))
  const view = new DataView(out.buffer)
  const words = [0x46546c67, 2, out.length, jsonLength, 0x4e4f534a]
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word, true)
  out.fill(0x20, 20 + text.length, 20 + jsonLength)
  out.set(text, 20)
  if (bin !== undefined) {
    view.setUint32(20 + jsonLength, binLength, true)
    view.setUint32(24 + jsonLength, 0x004e4942, true)
    out.set(bin, 28 + jsonLength)
  }
  return out
}

/** A b3dm, i3dm or pnts of its tables and body; 8-byte alignment as the norm asks, or `shift` bytes off it, as some writers do. */
export function writeContainer(
  magic: 'b3dm' | 'i3dm' | 'pnts',
  featureTable: JsonObject,
  binary: Uint8Array,
  body: Uint8Array,
  { shift = 0 } = {},
): Uint8Array {
  const start = magic === 'i3dm' ? 32 : 28
  const pad = (length: number, from: number) => Math.ceil((length + from) / 8) * 8 - from + shift
  const text = new TextEncoder().encode(JSON.stringify(featureTable))
  const jsonLength = pad(text.length, start)
  const binaryLength = Math.ceil(binary.length / 8) * 8
  const out = new Uint8Array(start + jsonLength + binaryLength + body.length)
  const view = new DataView(out.buffer)
  out.set(new TextEncoder().encode(magic))
  for (const [i, word] of [1, out.length, jsonLength, binaryLength, 0, 0, 1].slice(0, start / 4 - 1).entries())
    view.setUint32(4 + i * 4, word, true)
  out.fill(0x20, start, start + jsonLength)
  out.set(text, start)
  out.set(binary, start + jsonLength)
  out.set(body, start + jsonLength + binaryLength)
  return out
}

export interface SampleOptions {
  /** Corners along an edge; default 3. */
  readonly corners?: number
  /** Length of an edge, metres; default 10. */
  readonly sizeMeters?: number
  /** A picture of any type that the reader knows. */
  readonly image?: Uint8Array
  readonly imageUri?: string
  /** RGBA factor, linear. */
  readonly color?: readonly [number, number, number, number]
  readonly unlit?: boolean
}

/** A level square about the origin, x east, y up as glTF has it: positions, UV, indices, one material. */
export function samplePlane({ corners = 3, sizeMeters = 10, image, imageUri, color = [1, 1, 1, 1], unlit = true }: SampleOptions = {}): {
  json: JsonObject
  body: SampleBody
} {
  const body = sampleBody()
  const count = corners * corners
  const positions = new Float32Array(count * 3)
  const uvs = new Float32Array(count * 2)
  const indices: number[] = []
  for (let row = 0; row < corners; row++)
    for (let column = 0; column < corners; column++) {
      const i = row * corners + column
      const [u, v] = [column / (corners - 1), row / (corners - 1)]
      positions.set([(u - 0.5) * sizeMeters, 0, (v - 0.5) * sizeMeters], i * 3)
      uvs.set([u, v], i * 2)
      if (row > 0 && column > 0) indices.push(i - corners - 1, i - 1, i - corners, i - corners, i - 1, i)
    }
  const half = sizeMeters / 2
  const textured = image !== undefined || imageUri !== undefined
  const views = [body.view(positions), body.view(uvs), body.view(Uint16Array.from(indices))]
  const imageView = image === undefined ? undefined : body.view(image)
  const json: JsonObject = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
    accessors: [
      { bufferView: views[0], componentType: 5126, count, type: 'VEC3', min: [-half, 0, -half], max: [half, 0, half] },
      { bufferView: views[1], componentType: 5126, count, type: 'VEC2' },
      { bufferView: views[2], componentType: 5123, count: indices.length, type: 'SCALAR' },
    ],
    materials: [
      {
        pbrMetallicRoughness: { baseColorFactor: color, ...(textured && { baseColorTexture: { index: 0 } }) },
        ...(unlit && { extensions: { KHR_materials_unlit: {} } }),
      },
    ],
    ...(textured && {
      textures: [{ source: 0 }],
      images: [imageUri === undefined ? { bufferView: imageView, mimeType: 'image/jpg' } : { uri: imageUri }],
    }),
    bufferViews: body.views,
    buffers: [{ byteLength: 0 }],
  }
  return { json, body }
}

/** {@link samplePlane} as the bytes of a glb; `change` may spoil its JSON first. */
export function samplePlaneGlb(options?: SampleOptions, change: (json: JsonObject) => JsonObject = (json) => json): Uint8Array {
  const { json, body } = samplePlane(options)
  return writeGlb(change(structuredClone(json) as JsonObject), body.bytes())
}
