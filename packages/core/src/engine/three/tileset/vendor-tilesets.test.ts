// Tilesets as vendors write them, streamed without a GPU: which tiles are drawn, what is asked for, and what is told.
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { PerspectiveCamera } from 'three'
import { describe, expect, test, vi } from 'vitest'
import { noMeshopt } from '../../../../test/no-meshopt.ts'
import { TwinError } from '../../../error/twin-error.ts'
import { type DecodeOptions, decodeTile } from '../../../tiles/decode-tile.ts'
import { samplePlaneGlb } from '../../../tiles/sample-tile.ts'
import { readTilesetJson } from '../../../tiles/tileset-json.ts'
import type { LiveTile, LiveTileset } from './live-tile.ts'
import { StreamedTileset, type StreamPorts } from './streamed-tileset.ts'
import { neutralGrade } from './tile-material.ts'

const FOLDER = 'https://town.example/tiles/'
// 3d-tiles-renderer schedules by drawn frames, also what it does after the last one.
vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 0))
vi.stubGlobal('cancelAnimationFrame', (timer: ReturnType<typeof setTimeout>) => clearTimeout(timer))

type Files = Readonly<Record<string, Uint8Array | object>>
const GLB = samplePlaneGlb({ sizeMeters: 100 })
const bytesOf = (file: Uint8Array | object) => (file instanceof Uint8Array ? file : new TextEncoder().encode(JSON.stringify(file)))

/** Streams until nothing comes any more, for a camera straight above at each distance in turn; answers what is drawn at each. */
async function seen(files: Files, { from = [150], query = '' }: { from?: readonly number[]; query?: string } = {}) {
  const fetched: string[] = []
  const failed: TwinError[] = []
  const ports = {
    invalidate: () => undefined,
    onFailed: (error: TwinError) => failed.push(error),
    onNote: () => undefined,
    grade: neutralGrade(),
    renderer: { capabilities: { getMaxAnisotropy: () => 1 } },
    decode: {
      tile: (bytes: ArrayBuffer, options: DecodeOptions) =>
        decodeTile(new Uint8Array(bytes), options, { meshopt: noMeshopt, resource: async (uri) => Promise.reject(new Error(uri)) }),
    },
    fetchBytes: async (url: string) => {
      fetched.push(url.replace(FOLDER, ''))
      const file = files[url.replace(FOLDER, '').replace(/\?.*/, '')]
      if (file === undefined) throw new TwinError('fetch-gone', `${url}: is not there`)
      return bytesOf(file).slice().buffer as ArrayBuffer
    },
  } as unknown as StreamPorts
  const tiles = new StreamedTileset(
    `${FOLDER}tileset.json${query}`,
    readTilesetJson(files['tileset.json'], 'tileset.json') as LiveTileset,
    ports,
  )
  const camera = new PerspectiveCamera(60, 1, 1, 1e9)
  tiles.setCamera(camera)
  tiles.setResolution(camera, 500, 500)
  const { stats } = tiles.inner
  const drawn: string[][] = []
  for (const height of from) {
    camera.position.set(0, 0, height)
    camera.updateMatrixWorld()
    for (let turn = 0, idle = 0; turn < 2000 && idle < 10; turn++) {
      tiles.update()
      await new Promise((resolve) => setTimeout(resolve, 1))
      idle = stats.queued + stats.downloading + stats.parsing === 0 ? idle + 1 : 0
    }
    drawn.push([...tiles.inner.visibleTiles].map((tile) => tile.content!.uri).sort())
  }
  const root = tiles.root as unknown as LiveTile
  const settled = tiles.failed
  tiles.dispose()
  return { drawn, fetched, failed, root, settled }
}

const box = (x: number, y: number, half: number) => ({ box: [x, y, 0, half, 0, 0, 0, half, 0, 0, 0, 1] })
const leaf = (uri: string, geometricError: unknown, at = box(0, 0, 50)) => ({ boundingVolume: at, geometricError, content: { uri } })
const tileset = (root: object, geometricError: unknown = 500) => ({
  asset: { version: '1.0' },
  geometricError,
  root: { boundingVolume: box(0, 0, 50), refine: 'REPLACE', ...root },
})
const glbs = (...names: string[]) => Object.fromEntries(names.map((name) => [name, GLB]))

describe('an error that does not fall', () => {
  const at = [box(-25, -25, 25), box(25, -25, 25), box(-25, 25, 25), box(25, 25, 25)]
  const NAMES = ['0.glb', '1.glb', '2.glb', '3.glb']

  test.each<[string, unknown]>([
    ['equal to its parent’s', 100],
    ['above its parent’s', 1000],
    ['missing', undefined],
    ['null', null],
    ['a text', '100'],
    ['a text that is no number', 'large'],
  ])('%s: the tile is loaded and drawn, and hides no sister', async (_, odd) => {
    const children = NAMES.map((name, i) => leaf(name, i === 2 ? odd : 0, at[i]!))
    for (const content of [{}, { content: { uri: 'root.glb' } }]) {
      const files = { 'tileset.json': tileset({ geometricError: 100, ...content, children }), ...glbs('root.glb', ...NAMES) }
      const { drawn, failed } = await seen(files)
      expect([drawn, failed]).toEqual([[NAMES], []])
    }
  })

  test('of the root missing too, and the tileset’s: everything shows', async () => {
    for (const whole of [500, undefined]) {
      const files = { 'tileset.json': tileset({ children: [leaf('a.glb', undefined)] }, whole), ...glbs('a.glb') }
      expect((await seen(files)).drawn).toEqual([['a.glb']])
    }
  })

  test('in a tileset inside: what is in it shows, though its errors begin anew', async () => {
    const inner = tileset({ geometricError: 900, children: [leaf('b.glb', 900)] })
    const files = { 'tileset.json': tileset({ geometricError: 10, children: [leaf('in.json', 5)] }), 'in.json': inner, ...glbs('b.glb') }
    expect((await seen(files)).drawn).toEqual([['b.glb']])
  })

  test('is judged as it says: a tile that claims to be coarser than its parent is refined at once', async () => {
    const children = [{ ...leaf('mid.glb', 1000), children: [leaf('fine.glb', 0)] }]
    const files = {
      'tileset.json': tileset({ geometricError: 10, content: { uri: 'root.glb' }, children }),
      ...glbs('root.glb', 'mid.glb', 'fine.glb'),
    }
    expect((await seen(files, { from: [150, 5000] })).drawn).toEqual([['fine.glb'], ['root.glb']])
  })

  test('whatever the errors of a tree are, all of it is covered by what is drawn, at each distance', async () => {
    const error = fc.constantFrom<unknown>(0, 1, 10, 10, 100, 1e10, undefined, null, '10', 'x')
    const tile = (depth: number): fc.Arbitrary<object> =>
      fc
        .record({
          geometricError: error,
          hasContent: fc.boolean(),
          refine: fc.constantFrom('REPLACE', undefined),
          children: depth === 0 ? fc.constant([]) : fc.array(tile(depth - 1), { maxLength: 2 }),
        })
        .map(({ hasContent, children, ...rest }) => ({
          ...rest,
          boundingVolume: box(0, 0, 50),
          children,
          // A leaf without content would be a hole that its author made.
          ...((hasContent || children.length === 0) && { content: { uri: 'a.glb' } }),
        }))
    await fc.assert(
      fc.asyncProperty(tile(3), async (root) => {
        const { drawn, settled } = await seen({ 'tileset.json': tileset(root), ...glbs('a.glb') }, { from: [1500, 300, 60] })
        expect([drawn.every((each) => each.length > 0), settled]).toEqual([true, 0])
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

describe('an empty tile', () => {
  test('is no place to stop where its parent has left for it: the picture is never blank between two levels', async () => {
    const inner = tileset({ geometricError: 0.09, children: [leaf('fine.glb', 0.09)] })
    const files = {
      'tileset.json': tileset({ geometricError: 8, content: { uri: 'coarse.glb' }, children: [leaf('4_0_1.json', 0.18)] }),
      '4_0_1.json': inner,
      ...glbs('coarse.glb', 'fine.glb'),
    }
    const { drawn } = await seen(files, { from: [2000, 400, 240, 150, 93, 57] })
    expect(drawn).toEqual([['coarse.glb'], ['coarse.glb'], ['coarse.glb'], ['fine.glb'], ['fine.glb'], ['fine.glb']])
  })

  test('at the root is passed until its volume is a dot, so that a country asks for nothing that cannot be seen', async () => {
    const files = { 'tileset.json': tileset({ geometricError: 1, children: [leaf('a.glb', 0)] }), ...glbs('a.glb') }
    expect((await seen(files, { from: [1000, 1e6] })).drawn).toEqual([['a.glb'], []])
  })

  test('is what a missing root becomes: what is below it shows', async () => {
    const files = {
      'tileset.json': tileset({ geometricError: 0, content: { uri: 'gone.glb' }, children: [leaf('a.glb', 0)] }),
      ...glbs('a.glb'),
    }
    const { drawn, failed } = await seen(files)
    expect([drawn, failed.map(({ code }) => code)]).toEqual([[['a.glb']], ['fetch-gone']])
  })
})

describe('a content is what its bytes are, whatever its name', () => {
  const inner = tileset({ geometricError: 0, content: { uri: 'a.glb' } })
  const write = (value: object, mark = '') => new TextEncoder().encode(mark + JSON.stringify(value))
  test.each<[string, string, Uint8Array | object]>([
    ['a tileset without an extension', 'sub/7523', inner],
    ['a tileset with another', 'sub/set.3dtiles', inner],
    ['a tileset behind a byte order mark', 'sub/set.json', write(inner, '\uFEFF')],
    ['a tileset in a gzip', 'sub/set.json', new Uint8Array(gzipSync(write(inner)))],
    ['a tileset in a gzip, without an extension', 'sub/7523', new Uint8Array(gzipSync(write(inner, '\uFEFF')))],
  ])('%s is followed', async (_, name, bytes) => {
    const files = { 'tileset.json': tileset({ geometricError: 100, children: [leaf(name, 50)] }), [name]: bytes, ...glbs('sub/a.glb') }
    const { drawn, failed, fetched } = await seen(files)
    expect({ drawn, failed, fetched }).toEqual({ drawn: [['a.glb']], failed: [], fetched: [name, 'sub/a.glb'] })
  })

  test('a tile called .json is drawn', async () => {
    const files = {
      'tileset.json': tileset({ geometricError: 100, children: [leaf('t.json', 50), leaf('u.glb', 50)] }),
      ...glbs('t.json', 'u.glb'),
    }
    expect((await seen(files)).drawn).toEqual([['t.json', 'u.glb']])
  })

  test('a tileset among several contents shows with them', async () => {
    const root = { geometricError: 100, contents: [{ uri: 'x' }, { uri: 'set' }] }
    const files = { 'tileset.json': tileset(root), x: GLB, set: inner, ...glbs('a.glb') }
    expect((await seen(files)).fetched.sort()).toEqual(['a.glb', 'set', 'x'])
  })

  test('one that names itself without an extension ends', async () => {
    const files = { 'tileset.json': tileset({ geometricError: 100, children: [leaf('7', 50), leaf('a.glb', 0)] }), ...glbs('a.glb') }
    const ring = { ...files, '7': tileset({ geometricError: 40, children: [leaf('7', 30)] }) }
    const { drawn, failed } = await seen(ring)
    expect([drawn, failed.map(({ code }) => code)]).toEqual([[['a.glb']], ['tileset-invalid']])
  })

  test('JSON that is neither is told by name', async () => {
    const files = { 'tileset.json': tileset({ geometricError: 0, content: { uri: 'x' } }), x: { error: 'quota' } }
    const { failed } = await seen(files)
    expect(failed.map(({ message }) => message)).toEqual([
      `${FOLDER}x: the content is JSON of error, no glTF and no tileset; the parent tile stays; write this file without it`,
    ])
  })
})

describe('an implicit tileset', () => {
  const implicit = { subdivisionScheme: 'QUADTREE', subtreeLevels: 1, availableLevels: 1, subtrees: { uri: 's/{level}.{x}.{y}' } }
  const subtree = { tileAvailability: { constant: 1 }, contentAvailability: { constant: 1 }, childSubtreeAvailability: { constant: 0 } }
  const root = { geometricError: 10, content: { uri: 'c/{level}' }, implicitTiling: implicit }
  test.each([
    ['as JSON', new TextEncoder().encode(JSON.stringify(subtree))],
    ['behind a byte order mark', new TextEncoder().encode(`\uFEFF${JSON.stringify(subtree)}`)],
    ['in a gzip', new Uint8Array(gzipSync(JSON.stringify(subtree)))],
  ])('reads its subtree %s', async (_, bytes) => {
    const { drawn, failed } = await seen({ 'tileset.json': tileset(root), 's/0.0.0': bytes, 'c/0': GLB })
    expect([drawn, failed]).toEqual([[['c/0']], []])
  })
})

describe('a signed address', () => {
  test('is inherited by all that the tileset names, through tilesets inside and subtrees', async () => {
    const implicit = { subdivisionScheme: 'QUADTREE', subtreeLevels: 1, subtrees: { uri: 's' } }
    const subtree = { tileAvailability: { constant: 1 }, contentAvailability: { constant: 1 }, childSubtreeAvailability: { constant: 0 } }
    const files = {
      'tileset.json': tileset({ geometricError: 100, children: [leaf('in/set.json', 50), { ...leaf('c', 50), implicitTiling: implicit }] }),
      'in/set.json': tileset({ geometricError: 40, contents: [{ uri: 'a.glb' }, { uri: 'b.glb?v=2' }] }),
      s: subtree,
      ...glbs('in/a.glb', 'in/b.glb', 'c'),
    }
    const query = '?sv=2024&sig=a%2Bb%3D'
    const { fetched, failed } = await seen(files, { query })
    expect(failed).toEqual([])
    expect(fetched.sort()).toEqual(
      [`c${query}`, `in/a.glb${query}`, `in/b.glb?v=2&sv=2024&sig=a%2Bb%3D`, `in/set.json${query}`, `s${query}`].sort(),
    )
  })

  test('never leaves its origin', async () => {
    const files = { 'tileset.json': tileset({ geometricError: 0, content: { uri: 'https://other.example/a.glb' } }) }
    const { fetched } = await seen(files, { query: '?sig=secret' })
    expect(fetched).toEqual(['https://other.example/a.glb'])
  })
})

test.each([
  ['C:\\tiles\\a.b3dm', 'it begins with "c:"'],
  ['Block:1/a.b3dm', 'it begins with "block:"'],
  ['http://[', 'is no address'],
])('a content named %s is refused by name, its sisters come, and no frame fails', async (uri, why) => {
  const children = [leaf(uri, 0), leaf('a.glb', 0)]
  for (const refine of ['ADD', 'REPLACE'])
    for (const content of [{}, { content: { uri: 'root.glb' } }]) {
      const files = { 'tileset.json': tileset({ geometricError: 100, refine, ...content, children }), ...glbs('root.glb', 'a.glb') }
      const { drawn, failed } = await seen(files)
      expect(failed.map(({ code, details }) => [code, details['reason']])).toEqual([['fetch-refused', 'name']])
      expect(failed[0]!.message).toContain(why)
      expect(drawn[0]).not.toEqual([])
    }
})
