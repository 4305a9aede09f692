import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { readHeights, sampleGround } from '@twinmap/core/internal/geo/heights'
import { decodeTile } from '@twinmap/core/internal/tiles/decode-tile'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LEAF_SIZE } from '../mesh/partition.ts'
import { validateTileset } from '../validate/validate-tileset.ts'
import { type ConvertReport, convert, type Progress } from './convert.ts'
import { sampleColor, sampleHeight, writeSampleCapture } from './sample-capture.ts'

const SIDE = 60
let folder: string
let obj: string
let report: ConvertReport
const progress: Progress[] = []
const out = (...names: string[]) => path.join(folder, 'out', ...names)

interface TileJson {
  boundingVolume: { box: number[] }
  geometricError: number
  content: { uri: string }
  children?: TileJson[]
}
const tilesOf = (tile: TileJson): TileJson[] => [tile, ...(tile.children ?? []).flatMap(tilesOf)]
const rootOf = async (file = out('tileset.json')): Promise<TileJson> => JSON.parse(await readFile(file, 'utf8')).root

/** Positions (Z up), pixels of the picture and triangles of a tile. */
async function tileOf(uri: string) {
  const { geometries, parts, images } = await decodeTile(
    new Uint8Array(await readFile(out(uri))),
    { file: uri },
    { meshopt: MeshoptDecoder, resource: async () => new Uint8Array() },
  )
  const { position, uv, index, count } = geometries[0]!
  const { matrix } = parts[0]!
  const positions = Array.from({ length: count }, (_, i) => {
    const p = position.array.subarray(i * position.stride, i * position.stride + 3)
    return [0, 1, 2].map((k) => matrix[k]! * p[0]! + matrix[4 + k]! * p[1]! + matrix[8 + k]! * p[2]!) as [number, number, number]
  })
  const image = images[0]!
  if (image.type !== 'bytes') throw new Error('not inside')
  const picture = await sharp(image.bytes).raw().toBuffer({ resolveWithObject: true })
  const uvs = Array.from(
    { length: count },
    (_, i) => [uv!.array[i * uv!.stride]! / 65_535, uv!.array[i * uv!.stride + 1]! / 65_535] as const,
  )
  return { positions, uvs, index: index!, picture }
}

beforeAll(async () => {
  await MeshoptDecoder.ready
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  // 5,408 triangles; leaves are made small enough for three levels.
  obj = await writeSampleCapture(path.join(folder, 'in'), { squares: 128, chart: 4, sideMeters: SIDE })
  report = await convert(
    {
      input: obj,
      output: out(),
      workers: 0,
      place: { reference: 'EPSG:4548', origin: [573000, 4124000, 0] },
      leafSize: { ...LEAF_SIZE, triangles: 2500 },
    },
    { onProgress: (each) => progress.push(each) },
  )
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

describe('a capture becomes a tileset', () => {
  test('in which the validator finds nothing', async () => expect((await validateTileset(out('tileset.json'))).findings).toEqual([]))
  test('with all triangles in its leaves, and under 5 % in its root', async () => {
    const leaves = tilesOf(await rootOf()).filter(({ children }) => children === undefined)
    let triangles = 0
    for (const { content } of leaves) triangles += (await tileOf(content.uri)).index.length / 3
    expect(triangles).toBe(128 * 128 * 2)
    expect(report.triangles).toBe(triangles)
    expect(report.rootShare).toBeLessThanOrEqual(0.05)
    expect(report.levels.length).toBeGreaterThanOrEqual(3)
  })
  test('whose errors fall to 0', async () => {
    const check = (tile: TileJson) => {
      for (const child of tile.children ?? []) {
        expect(child.geometricError).toBeLessThan(tile.geometricError)
        check(child)
      }
      if (tile.children === undefined) expect(tile.geometricError).toBe(0)
    }
    check(await rootOf())
  })
  test('whose boxes are tight', async () => {
    for (const { content, boundingVolume } of tilesOf(await rootOf()).filter(({ children }) => children === undefined)) {
      const { positions } = await tileOf(content.uri)
      const box = boundingVolume.box
      for (const k of [0, 1, 2]) {
        const values = positions.map((p) => p[k]!)
        expect(box[k]! + box[3 + 4 * k]!).toBeCloseTo(Math.max(...values), 6)
        expect(box[k]! - box[3 + 4 * k]!).toBeCloseTo(Math.min(...values), 6)
      }
    }
  })
  test('with heights that the worker reads', async () => {
    const heights = await readHeights(JSON.parse(await readFile(out('heights.json'), 'utf8')), await readFile(out('heights.bin')))
    expect(heights.transform).toEqual((JSON.parse(await readFile(out('tileset.json'), 'utf8')).root as { transform: number[] }).transform)
    const sample = sampleGround(heights, -15, 15)!
    expect(sample.method).toBe('ground')
    // The middle of the box is the local zero; here the hills turn by 0.5°, so x and y differ by centimetres.
    const middle = heights.levels[0]!
    expect(sample.heightMeters - sampleGround(heights, 0, 0)!.heightMeters).toBeCloseTo(
      sampleHeight(SIDE / 2 - 15, SIDE / 2 + 15, SIDE) - sampleHeight(SIDE / 2, SIDE / 2, SIDE),
      0,
    )
    expect(middle.cellMeters).toBe(0.5)
  })
})

describe('borders', () => {
  /** The open edges of a set of tiles, by the places of their ends: inside of the capture there must be none. */
  async function openEdges(uris: string[]): Promise<string[][]> {
    const edges = new Map<string, number>()
    for (const uri of uris) {
      const { positions, index } = await tileOf(uri)
      for (let i = 0; i < index.length; i += 3)
        for (let k = 0; k < 3; k++) {
          const ends = [String(positions[index[i + k]!]), String(positions[index[i + ((k + 1) % 3)]!])].sort().join('|')
          edges.set(ends, (edges.get(ends) ?? 0) + 1)
        }
    }
    return [...edges].filter(([, count]) => count === 1).map(([ends]) => ends.split('|'))
  }
  /** On the capture's own rim. */
  const onRim = (point: string): boolean => {
    const [x, y] = point.split(',').map(Number) as [number, number]
    return Math.max(Math.abs(x), Math.abs(y)) > SIDE / 2 - 0.5
  }

  test('of leaves meet edge to edge', async () => {
    const leaves = tilesOf(await rootOf()).filter(({ children }) => children === undefined)
    expect((await openEdges(leaves.map(({ content }) => content.uri))).filter((ends) => !ends.every(onRim))).toEqual([])
  })
  test('of tiles of different level meet edge to edge, bit by bit', async () => {
    const root = await rootOf()
    // The first child whole, the others refined as far as they go.
    const [first, ...rest] = root.children!
    const cut = [
      first!.content.uri,
      ...rest.flatMap((tile) => tilesOf(tile).filter(({ children }) => children === undefined)).map(({ content }) => content.uri),
    ]
    expect((await openEdges(cut)).filter((ends) => !ends.every(onRim))).toEqual([])
  })
})

describe('pictures', () => {
  /** Mean distance, 0 to 255, of what a tile shows at its triangles' middles to the colour that the capture has there. */
  async function colorError(uri: string): Promise<number> {
    const { positions, uvs, index, picture } = await tileOf(uri)
    const { data, info } = picture
    let sum = 0
    let count = 0
    for (let i = 0; i < index.length; i += 3) {
      const corners = [index[i]!, index[i + 1]!, index[i + 2]!]
      const middle = [0, 1].map((k) => corners.reduce((total, c) => total + positions[c]![k]!, 0) / 3 + SIDE / 2) as [number, number]
      const [u, v] = [0, 1].map((k) => corners.reduce((total, c) => total + uvs[c]![k as 0]!, 0) / 3) as [number, number]
      const at =
        3 * (Math.min(info.height - 1, Math.floor(v * info.height)) * info.width + Math.min(info.width - 1, Math.floor(u * info.width)))
      sampleColor(...middle, SIDE).forEach((value, k) => {
        sum += Math.abs(value - data[at + k]!)
      })
      count += 3
    }
    return sum / count
  }
  test('of leaves show the capture', async () => {
    const leaf = tilesOf(await rootOf()).find(({ children }) => children === undefined)!
    expect(await colorError(leaf.content.uri)).toBeLessThan(8)
  })
  test('of the root show it as well, baked three times', async () =>
    expect(await colorError((await rootOf()).content.uri)).toBeLessThan(14))
})

describe('a run', () => {
  test('leaves tiles, heights and tileset, nothing else', async () =>
    expect((await readdir(out())).sort()).toEqual(['heights.bin', 'heights.json', 'tiles', 'tileset.json']))
  test('tells its progress from reading to the last tile, with the rate and the time that is left', () => {
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(['read', 'place', 'tiles', 'heights'])
    const tiles = progress.filter(({ stage }) => stage === 'tiles')
    expect(tiles.map(({ done }) => done)).toEqual(Array.from({ length: report.tiles + 1 }, (_, i) => i))
    expect(tiles.at(-1)).toMatchObject({ leftMs: 0, trianglesPerSecond: expect.any(Number) })
  })
  test('gives the same bytes again', async () => {
    const again = path.join(folder, 'again')
    await convert({
      input: obj,
      output: again,
      workers: 0,
      place: { reference: 'EPSG:4548', origin: [573000, 4124000, 0] },
      leafSize: { ...LEAF_SIZE, triangles: 2500 },
    })
    for (const name of ['tileset.json', 'heights.json', 'heights.bin', ...(await readdir(out('tiles'))).map((n) => `tiles/${n}`)])
      expect((await readFile(path.join(again, name))).equals(await readFile(out(name))), name).toBe(true)
  }, 60_000)
  test('that is aborted leaves nothing, and rejects with the reason', async () => {
    const controller = new AbortController()
    const target = path.join(folder, 'aborted')
    const run = convert(
      { input: obj, output: target, workers: 0 },
      { signal: controller.signal, onProgress: ({ stage }) => stage === 'tiles' && controller.abort('enough') },
    )
    await expect(run).rejects.toBe('enough')
    await expect(readdir(target)).rejects.toMatchObject({ code: 'ENOENT' })
  })
  test('that is strict ends at the first doubt', async () => {
    const bare = path.join(folder, 'bare.obj')
    await writeFile(bare, 'usemtl x\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n')
    await expect(convert({ input: bare, output: path.join(folder, 'strict'), workers: 0, strict: true })).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringMatching(/bare\.obj:1: usemtl x, but no mtllib.*--strict/),
    })
    const { warnings, frame, tiles } = await convert({ input: bare, output: path.join(folder, 'lenient'), workers: 0 })
    expect([warnings.length, frame, tiles]).toEqual([1, 'local', 1])
    expect((await validateTileset(path.join(folder, 'lenient/tileset.json'))).findings).toEqual([])
  })
  test('of a mesh in millimetres is refused rather than flattened', async () => {
    const tiny = path.join(folder, 'tiny.obj')
    await writeFile(tiny, 'v 0 0 0\nv 0.00001 0 0\nv 0 0.00001 0\nf 1 2 3\n')
    await expect(convert({ input: tiny, output: path.join(folder, 'tiny'), workers: 0 })).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringMatching(/is the mesh in metres\?/),
    })
  })
})
