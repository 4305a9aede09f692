import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MeshoptEncoder } from 'meshoptimizer'
import { beforeAll, describe, expect, test } from 'vitest'
import { noMeshopt } from '../../test/no-meshopt.ts'
import { TwinError } from '../error/twin-error.ts'
import type { TileContent } from './content.ts'
import { transferables } from './content.ts'
import { type DecodeOptions, type DecodePorts, decodeTile } from './decode-tile.ts'
import type { JsonObject } from './json.ts'
import { multiply } from './matrix.ts'
import { NeedsDraco } from './model.ts'
import { sampleBody, samplePlane, samplePlaneGlb, writeContainer, writeGlb } from './sample-tile.ts'

const ASSETS = new URL('../../assets/', import.meta.url)
const asset = (name: string) => import(/* @vite-ignore */ new URL(name, ASSETS).href)
let ports: DecodePorts = {
  meshopt: noMeshopt,
  resource: async (uri) => {
    throw new TwinError('tile-missing', `${uri} is not there`)
  },
}
beforeAll(async () => {
  const script = new URL('../../../../scripts/assets.mjs', import.meta.url).href
  await (await import(/* @vite-ignore */ script)).makeAssets()
  const { MeshoptDecoder } = await asset('meshopt-decoder.js')
  const { DracoDecoderModule } = await asset('draco-decoder.js')
  ports = { ...ports, meshopt: MeshoptDecoder, draco: await DracoDecoderModule() }
})

const decode = (bytes: Uint8Array, options: Partial<DecodeOptions> = {}, more: Partial<DecodePorts> = {}) =>
  decodeTile(bytes, { file: 'tile.glb', ...options }, { ...ports, ...more })
const spoilt = (change: (json: Any) => void) =>
  samplePlaneGlb({}, (json) => {
    change(json)
    return json
  })
type Any = ReturnType<typeof JSON.parse>
/** A geometry's vertices in the tile's metres. */
function vertices({ parts, geometries }: TileContent, p = 0): number[][] {
  const { matrix, geometry } = parts[p]!
  const { position, count } = geometries[geometry]!
  const unit = position.normalized ? { Int16Array: 32767, Uint16Array: 65535 }[position.array.constructor.name]! : 1
  return Array.from({ length: count }, (_, i) => {
    const [x, y, z] = [0, 1, 2].map((k) => position.array[i * position.stride + k]! / unit) as [number, number, number]
    return [0, 1, 2].map((row) => matrix[row]! * x + matrix[row + 4]! * y + matrix[row + 8]! * z + matrix[row + 12]!)
  })
}
const bounds = (points: number[][]) =>
  [0, 1, 2].flatMap((k) => [Math.min(...points.map((p) => p[k]!)), Math.max(...points.map((p) => p[k]!))])

describe('a glb', () => {
  test('becomes one part in metres, Z up', async () => {
    const content = await decode(samplePlaneGlb())
    expect(content.parts).toHaveLength(1)
    expect(bounds(vertices(content))).toEqual([-5, 5, -5, 5, 0, 0])
    expect(content.geometries[0]).toMatchObject({ mode: 'triangles', count: 9, sphere: [0, 0, 0, Math.hypot(5, 5)] })
    expect(content.geometries[0]!.index).toHaveLength(24)
    expect(content.materials).toEqual([{ color: [1, 1, 1, 1], alpha: 'opaque', alphaCutoff: 0.5, doubleSided: false, plain: false }])
  })

  test('keeps its picture as bytes, and brings UVs only where a picture reads them', async () => {
    const image = Uint8Array.from({ length: 40 }, (_, i) => i)
    const content = await decode(samplePlaneGlb({ image }))
    expect(content.images).toEqual([{ type: 'bytes', bytes: image }])
    expect(content.geometries[0]!.uv).toMatchObject({ itemSize: 2, stride: 2 })
    expect((await decode(samplePlaneGlb())).geometries[0]!.uv).toBeUndefined()
    expect((await decode(samplePlaneGlb({ imageUri: 'a%20b.jpg' }))).images).toEqual([{ type: 'external', uri: 'a%20b.jpg' }])
  })

  test('stands where gltfUpAxis, RTC_CENTER and CESIUM_RTC say, in float64', async () => {
    const ecef = [-2615387.05865174, 4733483.16483964, 3370195.2100255]
    const rtc = await decode(spoilt((json) => (json.extensions = { CESIUM_RTC: { center: ecef } })))
    expect(rtc.parts[0]!.matrix.slice(12, 15)).toEqual(ecef)
    const b3dm = await decode(writeContainer('b3dm', { BATCH_LENGTH: 0, RTC_CENTER: ecef }, new Uint8Array(), samplePlaneGlb()))
    expect(b3dm.parts[0]!.matrix.slice(12, 15)).toEqual(ecef)
    expect(bounds(vertices(await decode(samplePlaneGlb(), { upAxis: 'Z' })))).toEqual([-5, 5, 0, 0, -5, 5])
  })

  test('of several nodes is read once for each mesh, with each node’s own matrix', async () => {
    const content = await decode(
      spoilt((json) => {
        json.scenes[0].nodes = [0, 1]
        json.nodes.push(
          { children: [2], translation: [100, 0, 0] },
          { mesh: 0, rotation: [0, Math.SQRT1_2, 0, Math.SQRT1_2], scale: [2, 1, 1] },
        )
      }),
    )
    expect(content.geometries).toHaveLength(1)
    const far = bounds(vertices(content, 1))
    for (const [i, each] of [95, 105, -10, 10, 0, 0].entries()) expect(far[i]).toBeCloseTo(each, 5)
  })

  test('misaligned in a b3dm reads the same', async () => {
    const straight = await decode(samplePlaneGlb())
    for (const shift of [1, 2, 3]) {
      const content = await decode(writeContainer('b3dm', { BATCH_LENGTH: 0 }, new Uint8Array(), samplePlaneGlb(), { shift }))
      expect(content.geometries).toEqual(straight.geometries)
    }
  })

  test('in strips and fans becomes triangles that face the same way', async () => {
    for (const [mode, list] of [
      [5, [0, 1, 3, 4]],
      [6, [0, 1, 4, 3]],
    ] as const) {
      const { json, body } = samplePlane()
      const changed = structuredClone(json) as Any
      changed.bufferViews.push({ ...changed.bufferViews[0] })
      const view = body.view(Uint8Array.from(list))
      changed.bufferViews = body.views
      changed.accessors[2] = { bufferView: view, componentType: 5121, count: 4, type: 'SCALAR' }
      changed.meshes[0].primitives[0].mode = mode
      const { geometries } = await decode(writeGlb(changed, body.bytes()))
      expect(geometries[0]!.mode).toBe('triangles')
      const [a, b, c, d, e, f] = geometries[0]!.index!
      expect([a, b, c]).toEqual([0, 1, mode === 5 ? 3 : 4])
      expect(new Set([d, e, f])).toEqual(new Set(mode === 5 ? [1, 3, 4] : [0, 4, 3]))
    }
  })

  test('moves UVs as KHR_texture_transform says, and reads the UV set that it names', async () => {
    const { materials } = await decode(
      samplePlaneGlb({ imageUri: 'a.jpg' }, (json) => {
        const changed = json as Any
        changed.materials[0].pbrMetallicRoughness.baseColorTexture.extensions = {
          KHR_texture_transform: { offset: [0.5, 0.25], scale: [2, 4] },
        }
        return changed
      }),
    )
    expect(materials[0]!.uvMatrix).toEqual([2, -0, 0, 0, 4, 0, 0.5, 0.25, 1])
  })

  test('with own shaders is shown plainly and says so once', async () => {
    const content = await decode(
      samplePlaneGlb({ imageUri: 'tree.png' }, (json) => {
        const changed = json as Any
        changed.materials = [{ extensions: { KHR_techniques_webgl: { technique: 0, values: { u_diffuse: { index: 0 } } } } }]
        return changed
      }),
    )
    expect(content.notes).toEqual(['KHR_techniques_webgl'])
    expect(content.materials[0]!.texture).toBe(0)
  })

  test('gives each buffer once to postMessage', async () => {
    const buffers = transferables(await decode(samplePlaneGlb({ imageUri: 'a.jpg' })))
    expect(new Set(buffers).size).toBe(buffers.length)
    expect(buffers).toHaveLength(3)
  })
})

test.each([
  ['', 'holds no bytes'],
  ['<!doctype html>', 'is a page'],
])('a file of %j is corrupt, not of a format that is unknown', async (text, why) =>
  expect(decodeTile(new TextEncoder().encode(text), { file: 'r.glb' }, {} as DecodePorts)).rejects.toMatchObject({
    code: 'tile-corrupt',
    message: expect.stringMatching(`^r\\.glb: the content ${why}`),
  }),
)

describe('compression', () => {
  test.each([0, 1])('meshopt v%i with quantised positions comes out as it went in, integers kept', async (version) => {
    await MeshoptEncoder.ready
    const count = 300
    const positions = new Uint16Array(count * 4)
    for (let i = 0; i < count; i++) positions.set([(i * 37) % 1000, (i * 91) % 777, i, 0], i * 4)
    const indices = Uint32Array.from({ length: 299 * 3 }, (_, i) => (Math.floor(i / 3) + (i % 3)) % count)
    const body = sampleBody()
    const packed = MeshoptEncoder.encodeGltfBuffer(new Uint8Array(positions.buffer), count, 8, 'ATTRIBUTES', version)
    const packedIndices = MeshoptEncoder.encodeIndexBuffer(new Uint8Array(Uint16Array.from(indices).buffer), indices.length, 2)
    const view = (bytes: Uint8Array, byteStride: number, n: number, mode: string) =>
      body.view(bytes, {
        extensions: { EXT_meshopt_compression: { buffer: 0, byteOffset: 0, byteLength: bytes.length, byteStride, count: n, mode } },
      })
    view(packed, 8, count, 'ATTRIBUTES')
    view(packedIndices, 2, indices.length, 'TRIANGLES')
    const views = body.views.map((each) => {
      const extension = (each as Any).extensions.EXT_meshopt_compression
      extension.byteOffset = (each as Any).byteOffset
      return each
    })
    const json: JsonObject = {
      asset: { version: '2.0' },
      extensionsRequired: ['EXT_meshopt_compression', 'KHR_mesh_quantization'],
      scenes: [{ nodes: [0] }],
      nodes: [{ mesh: 0, scale: [0.5, 0.5, 0.5], translation: [10, 20, 30] }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
      accessors: [
        { bufferView: 0, componentType: 5123, count, type: 'VEC3' },
        { bufferView: 1, componentType: 5123, count: indices.length, type: 'SCALAR' },
      ],
      bufferViews: views,
      buffers: [{ byteLength: 1 }],
    }
    const content = await decode(writeGlb(json, body.bytes()), { upAxis: 'Z' })
    const { position, index } = content.geometries[0]!
    expect(position.array).toEqual(positions)
    expect(position).toMatchObject({ itemSize: 3, stride: 4, normalized: false })
    expect(index).toHaveLength(indices.length)
    expect(vertices(content)[7]).toEqual([10 + positions[28]! / 2, 20 + positions[29]! / 2, 30 + positions[30]! / 2])
  })

  test('Draco without its decoder asks for the other worker', async () => {
    const bytes = spoilt((json) => {
      json.meshes[0].primitives[0].extensions = { KHR_draco_mesh_compression: { bufferView: 0, attributes: { POSITION: 0 } } }
    })
    await expect(decode(bytes, {}, { draco: undefined })).rejects.toBeInstanceOf(NeedsDraco)
    await expect(decode(bytes)).rejects.toThrow(/tile\.glb: .*KHR_draco_mesh_compression is no Draco mesh; the parent tile stays/)
  })
})

describe('glTF 1.0', () => {
  test('reads names, strides of accessors, several meshes of a node and the picture in the glb', async () => {
    const body = sampleBody()
    const interleaved = new Float32Array([0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1])
    body.view(interleaved)
    body.view(Uint16Array.from([0, 1, 2]))
    body.view(Uint8Array.from([1, 2, 3, 4]))
    const at = body.views.map((each) => each['byteOffset'])
    const json = {
      scene: 's',
      scenes: { s: { nodes: ['n'] } },
      nodes: { n: { meshes: ['m', 'm2'] } },
      meshes: {
        m: { primitives: [{ attributes: { POSITION: 'p', TEXCOORD_0: 'uv' }, indices: 'i', material: 'mat' }] },
        m2: { primitives: [{ attributes: { POSITION: 'p' }, material: 'mat' }] },
      },
      accessors: {
        p: { bufferView: 'v', byteOffset: 0, byteStride: 20, componentType: 5126, count: 3, type: 'VEC3' },
        uv: { bufferView: 'v', byteOffset: 12, byteStride: 20, componentType: 5126, count: 3, type: 'VEC2' },
        i: { bufferView: 'vi', byteOffset: 0, componentType: 5123, count: 3, type: 'SCALAR' },
      },
      bufferViews: {
        v: { buffer: 'binary_glTF', byteOffset: at[0], byteLength: 60 },
        vi: { buffer: 'binary_glTF', byteOffset: at[1], byteLength: 6 },
        vp: { buffer: 'binary_glTF', byteOffset: at[2], byteLength: 4 },
      },
      buffers: { binary_glTF: { byteLength: 72 } },
      techniques: { t: { states: { enable: [2929, 2884] } } },
      materials: { mat: { technique: 't', values: { tex: 'tx' } } },
      textures: { tx: { source: 'img', sampler: 'sm' } },
      samplers: { sm: { minFilter: 9729 } },
      images: { img: { extensions: { KHR_binary_glTF: { bufferView: 'vp', mimeType: 'image/jpeg' } } } },
      extensions: { CESIUM_RTC: { center: [1, 2, 3] } },
    }
    const glb2 = writeGlb(json, body.bytes())
    // The header of version 1: contentLength and contentFormat instead of chunks; the body follows the JSON.
    const view = new DataView(glb2.buffer)
    const jsonLength = view.getUint32(12, true)
    const glb = new Uint8Array(glb2.length - 8)
    glb.set(glb2.subarray(0, 20 + jsonLength))
    glb.set(glb2.subarray(28 + jsonLength), 20 + jsonLength)
    const header = new DataView(glb.buffer)
    header.setUint32(4, 1, true)
    header.setUint32(8, glb.length, true)
    header.setUint32(16, 0, true)
    const content = await decode(glb)
    expect(content.parts).toHaveLength(2)
    expect(vertices(content)).toEqual([
      [1, 2, 3],
      [2, 2, 3],
      [1, 2, 4],
    ])
    expect([...content.geometries[0]!.uv!.array]).toEqual([0, 0, 1, 0, 0, 1])
    expect(content.images).toEqual([{ type: 'bytes', bytes: Uint8Array.from([1, 2, 3, 4]) }])
    expect(content.materials[0]).toMatchObject({ texture: 0, plain: false, doubleSided: false })
    expect(content.textures[0]).toMatchObject({ minFilter: 'linear' })
  })
})

describe('instances and points', () => {
  test('an i3dm stands at each place, turned to the earth where it says so', async () => {
    const positions = new Float32Array([10, 0, 0, 20, 0, 0])
    const binary = new Uint8Array(positions.buffer)
    const ecef = [6_378_137, 0, 0]
    const bytes = writeContainer(
      'i3dm',
      { INSTANCES_LENGTH: 2, POSITION: { byteOffset: 0 }, EAST_NORTH_UP: true, RTC_CENTER: ecef },
      binary,
      samplePlaneGlb(),
    )
    const { parts } = await decode(bytes)
    expect(parts[0]!.matrix.slice(12, 15)).toEqual([6_378_152, 0, 0])
    expect(parts[0]!.instances).toHaveLength(32)
    // At longitude 0 on the equator, up is x, east is y, north is z; the plane is level there.
    const first = multiply(parts[0]!.matrix, [...parts[0]!.instances!.subarray(0, 16)])
    expect(first.slice(12, 15)).toEqual([6_378_147, 0, 0])
    const edge = multiply(first, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]).slice(12, 15)
    for (const [i, each] of [6_378_147, 5, 0].entries()) expect(edge[i]).toBeCloseTo(each, 6)
  })

  test('a pnts has its colours linear and its quantised places unrounded', async () => {
    const binary = new Uint8Array(24)
    new Uint16Array(binary.buffer, 0, 6).set([0, 0, 0, 65535, 65535, 65535])
    binary.set([255, 0, 128, 0, 255, 0], 12)
    const table = {
      POINTS_LENGTH: 2,
      POSITION_QUANTIZED: { byteOffset: 0 },
      QUANTIZED_VOLUME_OFFSET: [1, 2, 3],
      QUANTIZED_VOLUME_SCALE: [10, 20, 30],
      RGB: { byteOffset: 12 },
    }
    const content = await decode(writeContainer('pnts', table, binary, new Uint8Array()))
    expect(vertices(content)).toEqual([
      [1, 2, 3],
      [11, 22, 33],
    ])
    expect([...content.geometries[0]!.color!.array.slice(0, 4)]).toEqual([65535, 0, Math.floor(0.21586050011389926 * 65535), 65535])
  })

  test('a cmpt is its tiles', async () => {
    const inner = [samplePlaneGlb(), samplePlaneGlb()].map((glb) => writeContainer('b3dm', { BATCH_LENGTH: 0 }, new Uint8Array(), glb))
    const length = 16 + inner.reduce((sum, each) => sum + each.length, 0)
    const bytes = new Uint8Array(length)
    bytes.set(new TextEncoder().encode('cmpt'))
    const view = new DataView(bytes.buffer)
    for (const [i, word] of [1, length, 2].entries()) view.setUint32(4 + i * 4, word, true)
    bytes.set(inner[0]!, 16)
    bytes.set(inner[1]!, 16 + inner[0]!.length)
    const content = await decode(bytes)
    expect(content.parts.map(({ geometry, material }) => [geometry, material])).toEqual([
      [0, 0],
      [1, 1],
    ])
    view.setUint32(12, 3, true)
    await expect(decode(bytes)).rejects.toThrow('says 3 tiles, the file ends in tile 2')
  })
})

const DATA = new URL('../../../../../shared/data/', import.meta.url).pathname
describe('captures as they really are', () => {
  test('all read: each finite, each with its triangles', async (ctx) => {
    if (!existsSync(DATA)) return ctx.skip('../shared/data is absent')
    const files = readdirSync(DATA, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(b3dm|i3dm|pnts|glb)$/.test(name))
    expect(files.length).toBeGreaterThan(150)
    let triangles = 0
    const notes: string[] = []
    for (const file of files) {
      const upAxis = file.includes('djiterra') ? 'Z' : 'Y'
      const content = await decode(new Uint8Array(readFileSync(join(DATA, file))), { file, upAxis })
      expect(content.parts.length, file).toBeGreaterThan(0)
      for (const { index, count, sphere } of content.geometries) {
        triangles += (index?.length ?? count) / 3
        expect(sphere[3], file).toBeLessThan(1000)
      }
      if (content.notes.length > 0) notes.push(`${file}: ${content.notes.join()}`)
    }
    expect(notes).toEqual(['3d-tiles-samples/1.0/TilesetWithTreeBillboards/tree_billboard.i3dm: KHR_techniques_webgl'])
    expect(Math.round(triangles)).toBeGreaterThan(1e6)
  }, 120_000)
})
