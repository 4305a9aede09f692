import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { noMeshopt } from '../../test/no-meshopt.ts'
import { TwinError } from '../error/twin-error.ts'
import type { TileContent } from './content.ts'
import { type DecodePorts, decodeTile } from './decode-tile.ts'
import { sampleBody, samplePlane, samplePlaneGlb, writeContainer, writeGlb } from './sample-tile.ts'

type Any = ReturnType<typeof JSON.parse>
let ports: DecodePorts = {
  meshopt: noMeshopt,
  resource: async (uri) => {
    throw new TwinError('tile-missing', `${uri} is not there`)
  },
}
beforeAll(async () => {
  const script = new URL('../../../../scripts/assets.mjs', import.meta.url).href
  await (await import(/* @vite-ignore */ script)).makeAssets()
  const { MeshoptDecoder } = await import(/* @vite-ignore */ new URL('../../assets/meshopt-decoder.js', import.meta.url).href)
  ports = { ...ports, meshopt: MeshoptDecoder }
})
const decode = (bytes: Uint8Array) => decodeTile(bytes, { file: 'tile.glb' }, ports)
const spoilt = (change: (json: Any) => void) =>
  samplePlaneGlb({}, (json) => {
    change(json)
    return json
  })

describe('a hostile file', () => {
  const refuses = async (bytes: Uint8Array, code: string, sentence: RegExp) => {
    const error = await decode(bytes).catch((each: unknown) => each)
    expect(error).toBeInstanceOf(TwinError)
    expect((error as TwinError).message).toMatch(sentence)
    expect(error).toMatchObject({ code, details: { file: 'tile.glb' } })
  }

  test.each<[string, (json: Any) => void, RegExp]>([
    ['a count beyond its view', (json) => (json.accessors[0].count = 1e9), /accessors\[0\] ends at byte 12000000000; its view has 108/],
    ['a negative count', (json) => (json.accessors[0].count = -1), /accessors\[0\]\.count is -1; expected a whole number/],
    ['a gigabyte of zeros', (json) => delete json.accessors[0].bufferView, /accessors\[0\] has no bufferView/],
    [
      'an index past the vertices',
      (json) => (json.accessors[0].count = json.accessors[1].count = 8),
      /indices names vertex 8; there are 8/,
    ],
    ['a view past its buffer', (json) => (json.bufferViews[0].byteLength = 1e6), /bufferViews\[0\] ends at byte 1000000/],
    ['a stride of nothing', (json) => (json.bufferViews[0].byteStride = 0), /byteStride is 0/],
    ['an overlapping stride', (json) => (json.bufferViews[0].byteStride = 4), /has a stride of 4 bytes for elements of 12/],
    ['a node that is its own child', (json) => (json.nodes[0].children = [0]), /nodes\[0\] stands at two places/],
    ['a matrix with 1e999', (json) => (json.nodes[0].matrix = Array(16).fill('@@@')), /nodes\[0\]\.matrix is \[null,.*16 finite numbers/],
    ['a mesh that is not there', (json) => (json.nodes[0].mesh = 9), /nodes\[0\]\.mesh is 9; there are 1/],
    ['a list that is none', (json) => (json.nodes = 7), /nodes is 7; expected a list/],
    [
      'attributes of two lengths',
      (json) => {
        json.accessors[1].count = 3
        json.materials[0].pbrMetallicRoughness.baseColorTexture = { index: 0 }
        Object.assign(json, { textures: [{ source: 0 }], images: [{ uri: 'a' }] })
      },
      /TEXCOORD_0 has 3 elements, POSITION 9/,
    ],
    ['an extension that nobody knows', (json) => (json.extensionsRequired = ['ACME_magic']), /names ACME_magic, which is not read here/],
  ])('with %s is refused with its place', async (_, change, sentence) => {
    // JSON.stringify cannot write 1e999; a text of its length stands for it.
    const text = String.fromCharCode(...spoilt(change)).replaceAll('"@@@"', '1e999')
    const bytes = Uint8Array.from(text, (each) => each.charCodeAt(0))
    await refuses(bytes, sentence.source.includes('ACME') ? 'tile-unsupported' : 'tile-corrupt', sentence)
  })

  test('with Infinity as a vertex is refused with the vertex', async () => {
    const { json, body } = samplePlane()
    const bytes = body.bytes()
    new DataView(bytes.buffer).setFloat32(4 * 12, Number.POSITIVE_INFINITY, true)
    await refuses(writeGlb(json, bytes), 'tile-corrupt', /POSITION has \(Infinity, .* at vertex 4/)
  })

  test('of a few bytes that asks meshopt for a gigabyte is refused before anything is allocated', async () => {
    const bytes = spoilt((json) => {
      json.bufferViews[0].extensions = {
        EXT_meshopt_compression: { buffer: 0, byteLength: 32, byteStride: 16, count: 2 ** 26, mode: 'ATTRIBUTES' },
      }
    })
    await refuses(bytes, 'tile-corrupt', /says 1073741824 bytes come of 32/)
    const many = spoilt((json) => {
      const view = {
        buffer: 0,
        byteLength: 0,
        extensions: { EXT_meshopt_compression: { buffer: 0, byteLength: 200, byteStride: 4, count: 4e4, mode: 'ATTRIBUTES' } },
      }
      json.bufferViews[0] = view
    })
    await refuses(many, 'tile-corrupt', /does not decode as meshopt/)
  })

  test('whose meshopt indices never end does not hang', async () => {
    const body = sampleBody()
    body.view(new Float32Array(9))
    const endless = new Uint8Array(64).fill(0xff)
    endless[0] = 0xe1
    body.view(endless, {
      extensions: { EXT_meshopt_compression: { buffer: 0, byteOffset: 36, byteLength: 64, byteStride: 4, count: 30, mode: 'TRIANGLES' } },
    })
    const json = {
      asset: { version: '2.0' },
      scenes: [{ nodes: [0] }],
      nodes: [{ mesh: 0 }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
      accessors: [
        { bufferView: 0, componentType: 5126, count: 3, type: 'VEC3' },
        { bufferView: 1, componentType: 5125, count: 30, type: 'SCALAR' },
      ],
      bufferViews: body.views,
      buffers: [{ byteLength: 1 }],
    }
    await refuses(writeGlb(json, body.bytes()), 'tile-corrupt', /does not decode as meshopt TRIANGLES|names vertex/)
  })

  test('of any bytes ends in a TwinError or in content, soon', async () => {
    const good = [
      samplePlaneGlb({ image: new Uint8Array(64) }),
      writeContainer('b3dm', { BATCH_LENGTH: 0 }, new Uint8Array(), samplePlaneGlb()),
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 6 }),
        fc.nat(3000),
        async (from, hits, cut) => {
          const bytes = from.slice(0, Math.max(0, from.length - (cut > 1500 ? cut - 1500 : 0)))
          for (const [at, value] of hits) if (at < bytes.length) bytes[at] = value
          const result = await decode(bytes).catch((error: unknown) => error)
          if (result instanceof Error) expect(result).toBeInstanceOf(TwinError)
          else expect((result as TileContent).byteLength).toBeLessThan(1e6)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('of any numbers in its JSON never shows a vertex that is not there', async () => {
    const paths: (string | number)[][] = [
      ['accessors', 0, 'count'],
      ['accessors', 1, 'count'],
      ['accessors', 2, 'count'],
      ['accessors', 0, 'byteOffset'],
      ['accessors', 2, 'byteOffset'],
      ['accessors', 0, 'componentType'],
      ['accessors', 2, 'componentType'],
      ['bufferViews', 0, 'byteOffset'],
      ['bufferViews', 2, 'byteOffset'],
      ['bufferViews', 0, 'byteLength'],
      ['bufferViews', 2, 'byteLength'],
      ['bufferViews', 0, 'byteStride'],
      ['meshes', 0, 'primitives', 0, 'mode'],
    ]
    const number = fc.oneof(
      fc.integer({ min: -2, max: 40 }),
      fc.constantFrom(5120, 5121, 5122, 5123, 5125, 5126, 1e9, 1.5, 2 ** 53, 96, 108),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...paths), number), { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = spoilt((json) => {
          for (const [path, value] of changes) path.slice(0, -1).reduce((at: Any, key) => at[key], json)[path.at(-1)!] = value
        })
        const result = await decode(bytes).catch((error: unknown) => error)
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(TwinError)
          return
        }
        for (const { count, position, index, sphere } of (result as TileContent).geometries) {
          expect(position.array.length).toBe(count * position.stride)
          expect(sphere.every(Number.isFinite)).toBe(true)
          for (const each of index ?? []) expect(each).toBeLessThan(count)
        }
      }),
      { numRuns: 400 },
    )
  })
})
