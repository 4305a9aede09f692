// A small tileset made in code, as a pipeline would write one: a square of ground in two levels, each tile in a colour of its own, meshopt and
// PNG. Every fault of tiles.test.ts is planted into a copy of it.
import { createRequire } from 'node:module'
import { PNG } from 'pngjs'
import { enuFrame, enuToEcefMatrix } from '../../packages/core/src/geo/enu.ts'
import { sampleBody, samplePlaneGlb, writeGlb } from '../../packages/core/src/tiles/sample-tile.ts'

const require = createRequire(new URL('../../packages/core/package.json', import.meta.url))

export const ORIGIN = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const

/** sRGB of the parent, and of the children: west-south, east-south, west-north, east-north. */
export const COLORS = { root: [120, 120, 120], 0: [200, 60, 60], 1: [60, 180, 60], 2: [60, 60, 200], 3: [200, 180, 40] } as const

export function png([r, g, b]: readonly number[], size = 64): Uint8Array {
  const image = new PNG({ width: size, height: size })
  for (let i = 0; i < size * size; i++) image.data.set([r!, g!, b!, 255], i * 4)
  return new Uint8Array(PNG.sync.write(image))
}

interface Encoder {
  readonly ready: Promise<void>
  encodeGltfBuffer(source: Uint8Array, count: number, size: number, mode: string, version?: number): Uint8Array
}

/** A level plane of so many corners along an edge, u16 positions by meshopt, with a picture. */
export async function meshoptPlane(sizeMeters: number, image: Uint8Array, corners = 9): Promise<Uint8Array> {
  const { MeshoptEncoder } = (await import(require.resolve('meshoptimizer'))) as { MeshoptEncoder: Encoder }
  await MeshoptEncoder.ready
  const count = corners * corners
  const positions = new Uint16Array(count * 4)
  const uvs = new Uint16Array(count * 2)
  const indices: number[] = []
  for (let row = 0; row < corners; row++)
    for (let column = 0; column < corners; column++) {
      const i = row * corners + column
      positions.set([(column * 16_384) / (corners - 1), 0, (row * 16_384) / (corners - 1), 0], i * 4)
      uvs.set([(column * 65_535) / (corners - 1), (row * 65_535) / (corners - 1)], i * 2)
      if (row > 0 && column > 0) indices.push(i - corners - 1, i - 1, i - corners, i - corners, i - 1, i)
    }
  const body = sampleBody()
  const pack = (source: Uint16Array, n: number, byteStride: number, mode: string) => {
    // Version 0 of the vertex codec is what EXT_meshopt_compression allows.
    const view = body.view(MeshoptEncoder.encodeGltfBuffer(new Uint8Array(source.buffer), n, byteStride, mode, 0))
    const { byteOffset, byteLength } = body.views[view] as { byteOffset: number; byteLength: number }
    Object.assign(body.views[view]!, {
      buffer: 1,
      byteLength: n * byteStride,
      ...(mode === 'ATTRIBUTES' && { byteStride }),
      extensions: { EXT_meshopt_compression: { buffer: 0, byteOffset, byteLength, byteStride, count: n, mode } },
    })
    return view
  }
  const views = [
    pack(positions, count, 8, 'ATTRIBUTES'),
    pack(uvs, count, 4, 'ATTRIBUTES'),
    pack(Uint16Array.from(indices), indices.length, 2, 'TRIANGLES'),
  ]
  const imageView = body.view(image)
  const scale = sizeMeters / 16_384
  return writeGlb(
    {
      asset: { version: '2.0' },
      extensionsRequired: ['EXT_meshopt_compression', 'KHR_mesh_quantization'],
      scene: 0,
      scenes: [{ nodes: [0] }],
      nodes: [{ mesh: 0, scale: [scale, scale, scale], translation: [-sizeMeters / 2, 0, -sizeMeters / 2] }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
      accessors: [
        { bufferView: views[0], componentType: 5123, count, type: 'VEC3', min: [0, 0, 0], max: [16_384, 0, 16_384] },
        { bufferView: views[1], componentType: 5123, normalized: true, count, type: 'VEC2' },
        { bufferView: views[2], componentType: 5123, count: indices.length, type: 'SCALAR' },
      ],
      materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } }, extensions: { KHR_materials_unlit: {} } }],
      textures: [{ source: 0 }],
      images: [{ bufferView: imageView, mimeType: 'image/png' }],
      bufferViews: body.views,
      buffers: [
        { byteLength: body.bytes().length },
        { byteLength: count * 12 + indices.length * 2, extensions: { EXT_meshopt_compression: { fallback: true } } },
      ],
    },
    body.bytes(),
  )
}

/** 100 m of ground about the origin: a root of one tile, four children half as large. Files by path under `/sample/`. */
export async function sampleSet({
  at = 'ecef',
  imageSize = 64,
}: {
  at?: 'ecef' | 'origin'
  imageSize?: number
} = {}): Promise<Record<string, Uint8Array | string>> {
  const children = [0, 1, 2, 3] as const
  const box = (x: number, y: number, half: number) => ({ box: [x, y, 0, half, 0, 0, 0, half, 0, 0, 0, 1] })
  const shift = (x: number, y: number) => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, 0, 1]
  const tileset = {
    asset: { version: '1.1' },
    geometricError: 100,
    root: {
      ...(at === 'ecef' && { transform: enuToEcefMatrix(enuFrame(ORIGIN)) }),
      boundingVolume: box(0, 0, 50),
      geometricError: 10,
      refine: 'REPLACE',
      content: { uri: 'root.glb' },
      children: children.map((i) => ({
        boundingVolume: box(0, 0, 25),
        transform: shift(i % 2 === 0 ? -25 : 25, i < 2 ? -25 : 25),
        geometricError: 0,
        content: { uri: `${i}.glb` },
      })),
    },
  }
  const files: Record<string, Uint8Array | string> = {
    '/sample/tileset.json': JSON.stringify(tileset),
    '/sample/root.glb': samplePlaneGlb({ sizeMeters: 100, image: png(COLORS.root, imageSize) }),
  }
  for (const i of children) files[`/sample/${i}.glb`] = await meshoptPlane(50, png(COLORS[i], imageSize))
  return files
}
