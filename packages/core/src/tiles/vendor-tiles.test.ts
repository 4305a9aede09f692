// What vendors write beside the norm, read as they mean it.
import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { noMeshopt } from '../../test/no-meshopt.ts'
import type { TileContent } from './content.ts'
import { type DecodePorts, decodeTile } from './decode-tile.ts'
import { NeedsDraco } from './model.ts'
import { samplePlane, samplePlaneGlb, writeContainer } from './sample-tile.ts'
import { dracoPnts, draftB3dm, quantizedSquareGlb1 } from './sample-vendor-tiles.ts'

let ports: DecodePorts
beforeAll(async () => {
  const load = (path: string) => import(/* @vite-ignore */ new URL(path, import.meta.url).href)
  await (await load('../../../../scripts/assets.mjs')).makeAssets()
  const { DracoDecoderModule } = await load('../../assets/draco-decoder.js')
  ports = { meshopt: noMeshopt, draco: await DracoDecoderModule(), resource: async (uri) => Promise.reject(new Error(uri)) }
})
const decode = (bytes: Uint8Array, more: Partial<DecodePorts> = {}) => decodeTile(bytes, { file: 'a/7524' }, { ...ports, ...more })
/** What a content is, without the arrays' own buffers. */
const same = ({ parts, geometries }: TileContent) => ({ parts, geometries })
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
/** A glTF as JSON, its body in a data: URI. */
const gltf = () => {
  const { json, body } = samplePlane()
  return { ...json, buffers: [{ byteLength: 1, uri: `data:;base64,${Buffer.from(body.bytes()).toString('base64')}` }] }
}

describe('a b3dm of the drafts', () => {
  test.each([20, 24] as const)('with a header of %i bytes is read as one of 1.0, with and without a batch table', async (header) => {
    const straight = same(await decode(samplePlaneGlb()))
    expect(same(await decode(draftB3dm(header, samplePlaneGlb())))).toEqual(straight)
    expect(same(await decode(draftB3dm(header, samplePlaneGlb(), '{"id":[1,2,3]}')))).toEqual(straight)
  })

  test('without a model is refused by the header of 1.0', () =>
    expect(decode(draftB3dm(20, new Uint8Array(40)))).rejects.toThrow(/^a\/7524: b3dm feature table is not JSON/))
})

describe('a file that is a gzip itself', () => {
  test.each([
    ['glb', samplePlaneGlb()],
    ['b3dm', writeContainer('b3dm', { BATCH_LENGTH: 0 }, new Uint8Array(), samplePlaneGlb())],
    ['glTF', text(gltf())],
  ])('is read as the %s in it', async (_, bytes) => {
    expect(same(await decode(new Uint8Array(gzipSync(bytes))))).toEqual(same(await decode(bytes)))
  })

  test('is read where it lies beside the tile too', async () => {
    const { json, body } = samplePlane()
    const beside = text({ ...json, buffers: [{ byteLength: 1, uri: 'a.bin' }] })
    const resource = async () => new Uint8Array(gzipSync(body.bytes()))
    expect(same(await decode(beside, { resource }))).toEqual(same(await decode(samplePlaneGlb())))
  })

  test('and breaks off is refused with its name', () =>
    expect(decode(new Uint8Array(gzipSync(samplePlaneGlb())).subarray(0, 50))).rejects.toMatchObject({
      code: 'tile-corrupt',
      message: expect.stringMatching(/^a\/7524: the gzip does not unpack .*; the parent tile stays; write this file anew$/),
    }))
})

describe('JSON', () => {
  test.each([
    ['UTF-8', (json: string) => Buffer.from(`\uFEFF${json}`)],
    ['UTF-16', (json: string) => Buffer.from(`\uFEFF${json}`, 'utf16le')],
  ])('behind a byte order mark of %s is read', async (_, write) =>
    expect(same(await decode(new Uint8Array(write(JSON.stringify(gltf())))))).toEqual(same(await decode(samplePlaneGlb()))),
  )

  test('has nothing where it has null', async () => {
    const nulls = samplePlaneGlb({}, (json) => {
      const changed = structuredClone(json) as ReturnType<typeof JSON.parse>
      Object.assign(changed, { animations: null, extensions: null, extensionsRequired: null, images: null })
      Object.assign(changed.nodes[0], { matrix: null, translation: null, children: null })
      Object.assign(changed.meshes[0].primitives[0], { mode: null, targets: null, extensions: null })
      Object.assign(changed.accessors[0], { sparse: null, byteOffset: null, normalized: null })
      Object.assign(changed.bufferViews[0], { byteStride: null })
      return changed
    })
    expect(same(await decode(nulls))).toEqual(same(await decode(samplePlaneGlb())))
    const table = { BATCH_LENGTH: 0, RTC_CENTER: null, extensions: null }
    expect(same(await decode(writeContainer('b3dm', table, new Uint8Array(), samplePlaneGlb())))).toEqual(
      same(await decode(samplePlaneGlb())),
    )
  })

  test.each([
    [{ asset: { version: '1.0' }, root: { geometricError: 0 } }, 'is a tileset, where a tile was expected'],
    [{ error: 'not found', code: 5 }, 'is JSON of error, code, no glTF and no tileset'],
  ])('that is no glTF is refused with its name, and not drawn as nothing: %j', (value, why) =>
    expect(decode(text(value))).rejects.toMatchObject({
      code: 'tile-unsupported',
      message: `a/7524: the content ${why}; the parent tile stays; write this file without it`,
    }),
  )
})

describe('points packed by Draco', () => {
  test.each(['sequential', 'tree'] as const)('are the points that were packed, each with its colour: %s', async (packed) => {
    const { geometries, parts } = await decode(dracoPnts(packed))
    const { position, color, count, mode } = geometries[0]!
    expect([count, mode, parts.length]).toEqual([8, 'points', 1])
    const corners = Array.from({ length: 8 }, (_, i) => {
      const at = [...position.array.subarray(3 * i, 3 * i + 3)]
      // Eleven bits of 10 m are 5 mm; each axis has its colour.
      for (const [k, each] of at.entries()) expect(each).toBeCloseTo(color!.array[4 * i + k]! === 0 ? 0 : 10, 2)
      return at.map(Math.round).join()
    })
    expect(new Set(corners).size).toBe(8)
  })

  test('stand where RTC_CENTER says, and without the decoder ask for the other worker', async () => {
    const { parts } = await decode(dracoPnts('sequential', { RTC_CENTER: [1e6, 2e6, 3e6] }))
    expect(parts[0]!.matrix.slice(12, 15)).toEqual([1e6, 2e6, 3e6])
    await expect(decode(dracoPnts('tree'), { draco: undefined })).rejects.toBeInstanceOf(NeedsDraco)
  })

  test.each([
    [{ POINTS_LENGTH: 9 }, 'featureTable.POINTS_LENGTH is 9, and Draco holds 8 points'],
    [
      { extensions: { '3DTILES_draco_point_compression': { properties: { POSITION: 5 }, byteOffset: 0, byteLength: 100 } } },
      'has no attribute 5 of 3 components for POSITION',
    ],
    [
      { extensions: { '3DTILES_draco_point_compression': { properties: { POSITION: 0 }, byteOffset: 0, byteLength: 1000 } } },
      'asks for 1000 bytes from 0; the table has 104',
    ],
    [
      { extensions: { '3DTILES_draco_point_compression': { properties: { POSITION: 0 }, byteOffset: 0, byteLength: 8 } } },
      'is no Draco point cloud',
    ],
  ])('that are not as told are refused in one sentence: %j', (more, why) =>
    expect(decode(dracoPnts('sequential', more))).rejects.toMatchObject({
      code: 'tile-corrupt',
      message: expect.stringMatching(new RegExp(`^a/7524: .*${why}; the parent tile stays; write this file anew$`)),
    }),
  )
})

describe('WEB3D_quantized_attributes', () => {
  test('has its true size', async () => {
    const { geometries } = await decode(quantizedSquareGlb1(40, Uint8Array.of(1, 2, 3)))
    const { min, max } = geometries[0]!.box
    for (const [k, each] of [-20, 0, -20].entries()) expect(min[k]).toBeCloseTo(each, 4)
    for (const [k, each] of [20, 0, 20].entries()) expect(max[k]).toBeCloseTo(each, 4)
    expect([...geometries[0]!.uv!.array].map((each) => Math.round(each * 1e6) / 1e6)).toEqual([0, 0, 1, 0, 0, 1, 1, 1])
  })

  test('of 3d-tiles-tools is a metre wide', async (ctx) => {
    const cases = new URL('../../../../../shared/cases/viewer/web3d-quantized/', import.meta.url)
    if (!existsSync(cases)) return ctx.skip('../shared/cases is absent')
    const bytes = readFileSync(new URL('b3dmWithGltf1WithWeb3dQuantizedAttributes.b3dm', cases))
    const { geometries } = await decode(new Uint8Array(bytes))
    for (const [k, each] of [1, 1, 0].entries()) expect(geometries[0]!.box.max[k]).toBeCloseTo(each, 4)
  })
})
