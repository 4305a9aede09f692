import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readSubtree } from './subtree.ts'
import { readTilesetJson, type TileJson } from './tileset-json.ts'

const box = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
const tileset = (root: object, asset: object = { version: '1.0' }) => ({
  asset,
  geometricError: 10,
  root: { boundingVolume: { box }, geometricError: 1, ...root },
})
const read = (value: unknown) => readTilesetJson(value, 'tileset.json')

describe('a tileset', () => {
  test('of old and new forms comes out as one', () => {
    expect(read(tileset({ content: { url: 'a.b3dm' } })).root.content).toEqual({ uri: 'a.b3dm' })
    expect(read(tileset({}, { version: '0.0', gltfUpAxis: 'z' })).upAxis).toBe('Z')
    expect(read(tileset({ refine: 'add' })).root.refine).toBe('ADD')
    expect(read({ ...tileset({}), geometricError: undefined }).geometricError).toBe(1)
    const { root } = read(tileset({ children: [{ content: { uri: 'b.glb' }, geometricError: 1e10 }] }))
    expect(root.children[0]).toMatchObject({ boundingVolume: { box }, geometricError: 1e10 })
  })

  test('draws several contents of a tile together, and gives tilesets among them a tile of their own', () => {
    const { root } = read(
      tileset({ contents: [{ uri: 'a.glb' }, { uri: 'more/tileset.json' }, { uri: 'b.glb' }], children: [{ geometricError: 0 }] }),
    )
    expect(root.content).toEqual({ uri: 'a.glb' })
    expect(root.moreContents).toEqual(['b.glb'])
    expect(root.children.map(({ content }) => content?.uri)).toEqual(['more/tileset.json', undefined])
  })

  test('leaves what came in as it was', () => {
    const value = tileset({ contents: [{ uri: 'a.glb' }], children: [{ content: { url: 'x' } }] })
    const before = structuredClone(value)
    read(value)
    expect(value).toEqual(before)
  })

  test('as deep as its author likes is read', () => {
    let root: object = { geometricError: 0 }
    for (let i = 0; i < 20_000; i++) root = { geometricError: 0, children: [root] }
    expect(() => read(tileset(root))).not.toThrow()
  })

  test.each([
    ['1.0', '1.0'],
    [1, '1'],
    [1.1, '1.1'],
    [undefined, '1.0'],
    [null, '1.0'],
  ])('takes asset.version %j', (version, told) => expect(read(tileset({}, { version })).asset.version).toBe(told))

  test('without an asset is one of 1.0', () => expect(read({ root: { boundingVolume: { box } } }).asset.version).toBe('1.0'))

  test('has nothing where it has null', () => {
    const nulls = {
      asset: { version: '1.0', gltfUpAxis: null, extras: null },
      geometricError: 10,
      extensions: null,
      root: {
        ...{ boundingVolume: { box, sphere: null, region: null }, geometricError: 1, refine: null, transform: null, content: null },
        ...{ contents: null, viewerRequestVolume: null, implicitTiling: null, extensions: null, metadata: null },
        children: [
          null,
          { boundingVolume: null, geometricError: null, content: { uri: 'a.b3dm', boundingVolume: null }, children: null },
          { boundingVolume: { box: null, sphere: [0, 0, 0, 1] }, geometricError: 0, content: { uri: null, url: 'b.b3dm' } },
        ],
      },
    }
    expect(read(nulls)).toEqual({
      asset: { version: '1.0' },
      geometricError: 10,
      root: {
        boundingVolume: { box },
        geometricError: 1,
        children: [
          { boundingVolume: { box }, geometricError: 1, content: { uri: 'a.b3dm' }, children: [] },
          { boundingVolume: { sphere: [0, 0, 0, 1] }, geometricError: 0, content: { uri: 'b.b3dm' }, children: [] },
        ],
      },
    })
  })

  test.each<[unknown, unknown]>([
    ['12.5', 12.5],
    [' 3 ', 3],
    ['2,5', 2.5],
    ['1e10', 1e10],
    ['', 7],
    ['many', 7],
    [-1, 7],
    [null, 7],
    [undefined, 7],
    [Number.POSITIVE_INFINITY, Number.MAX_VALUE],
  ])('reads an error of %j as the number that it means, else as its parent’s', (told, error) => {
    const { root } = read(tileset({ geometricError: 7, children: [{ geometricError: told }] }))
    expect(root.children[0]!.geometricError).toBe(error)
  })

  test('without an error at its root has the tileset’s; where nobody says any, what has children is always refined', () => {
    const errors = (value: object) => {
      const { root } = read(value)
      return [root.geometricError, root.children[0]!.geometricError, root.children[0]!.children[0]!.geometricError]
    }
    const root = { boundingVolume: { box }, children: [{ children: [{}] }] }
    expect(errors({ asset: { version: '1.0' }, geometricError: 500, root })).toEqual([500, 500, 500])
    const { MAX_VALUE } = Number
    expect(errors({ asset: { version: '1.0' }, root })).toEqual([MAX_VALUE, MAX_VALUE, MAX_VALUE])
    expect(errors({ asset: { version: '1.0' }, root: { ...root, geometricError: 0 } })).toEqual([0, MAX_VALUE, MAX_VALUE])
  })

  test.each<[unknown, string]>([
    [{}, 'tileset.json: root is undefined; expected the tile of a 3D Tiles tileset'],
    ['<html>', 'root is "<html>"'],
    [tileset({}, { version: '2.0' }), 'asset.version is "2.0"; expected "1.0" or "1.1"'],
    [
      tileset({ boundingVolume: { region: [Number.NaN, 0, 0, 0, 0, 0] } }),
      'root.boundingVolume.region is [null,0,0,0,0,0]; expected 6 finite numbers',
    ],
    [tileset({ boundingVolume: { s2: 1 } }), 'root.boundingVolume has s2; expected box, sphere or region'],
    [tileset({ children: [{ children: [3] }] }), 'root.children[0].children[0] is 3; expected a tile'],
    [tileset({ transform: [1] }), 'root.transform is [1]; expected 16 finite numbers'],
    [
      tileset({ implicitTiling: { subdivisionScheme: 'QUADTREE', subtreeLevels: 30, subtrees: { uri: 's' } } }),
      'subtreeLevels is 30; expected 1 to 9',
    ],
  ])('%# that cannot be walked is refused with file, place and value', (value, sentence) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ code: 'tileset-invalid', message: expect.stringContaining(sentence) }))
  })
})

const implicit = (scheme: string, more: object = {}) =>
  read(
    tileset({
      content: { uri: 'c/{level}/{x}/{y}/{z}.glb' },
      implicitTiling: { subdivisionScheme: scheme, subtreeLevels: 2, subtrees: { uri: 's/{level}.{x}.{y}' } },
      ...more,
    }),
  ).root
const none = async () => {
  throw new Error('nothing lies beside')
}

describe('an implicit tileset', () => {
  const subtree = (json: object, body: number[] = []) => {
    const text = new TextEncoder().encode(JSON.stringify(json))
    const bytes = new Uint8Array(24 + text.length + body.length)
    bytes.set(new TextEncoder().encode('subt'))
    const view = new DataView(bytes.buffer)
    view.setUint32(4, 1, true)
    view.setBigUint64(8, BigInt(text.length), true)
    view.setBigUint64(16, BigInt(body.length), true)
    bytes.set(text, 24)
    bytes.set(body, 24 + text.length)
    return bytes
  }
  const all = (root: TileJson | undefined): TileJson[] => (root === undefined ? [] : [root, ...root.children.flatMap(all)])

  test('has the tiles that its bits name, in Morton order, each with its share of the root', async () => {
    const { implicit: place, content } = implicit('QUADTREE')
    expect(content).toEqual({ uri: 's/0.0.0' })
    const json = {
      tileAvailability: { bitstream: 0 },
      contentAvailability: [{ bitstream: 0 }],
      childSubtreeAvailability: { bitstream: 1 },
      bufferViews: [
        { buffer: 0, byteOffset: 0, byteLength: 1 },
        { buffer: 0, byteOffset: 1, byteLength: 2 },
      ],
      buffers: [{ byteLength: 3 }],
    }
    // The root, its child 1 (x 1, y 0) and child 2 (x 0, y 1); below child 1 one more subtree, at its own child 3.
    const tiles = all(await readSubtree(subtree(json, [0b01101, 0b10000000, 0]), place!, none))
    expect(tiles.map((tile) => tile.content?.uri)).toEqual(['c/0/0/0/0.glb', 'c/1/1/0/0.glb', 's/2.3.1', 'c/1/0/1/0.glb'])
    expect(tiles[1]!.boundingVolume.box).toEqual([0.5, -0.5, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 1])
    expect(tiles[2]).toMatchObject({ geometricError: 0.25, implicit: { level: 2, x: 3, y: 1 } })
  })

  test('divides height too where it is an octree, and a region over the antimeridian', async () => {
    const json = { tileAvailability: { constant: 1 }, contentAvailability: [{ constant: 0 }], childSubtreeAvailability: { constant: 0 } }
    const octree = all(await readSubtree(subtree(json), implicit('OCTREE').implicit!, none))
    expect(octree).toHaveLength(9)
    expect(octree[8]!.boundingVolume.box).toEqual([0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5])
    const region = implicit('QUADTREE', { boundingVolume: { region: [3, 0, -3, 1, 0, 10] } })
    const east = all(await readSubtree(subtree(json), region.implicit!, none))[2]!.boundingVolume.region!
    expect(east[0]).toBeCloseTo(Math.PI === 0 ? 0 : 3 + (2 * Math.PI - 6) / 2, 9)
    expect(east.slice(1)).toEqual([0, -3, 0.5, 0, 10].map((each) => (each === -3 ? expect.closeTo(-3, 9) : each)))
  })

  test('has its subtree file as JSON too, behind a byte order mark and with nulls', async () => {
    const json = {
      tileAvailability: { constant: 1, bitstream: null, bufferView: null },
      contentAvailability: [{ constant: 1 }],
      childSubtreeAvailability: { constant: 0 },
      buffers: null,
      bufferViews: null,
    }
    const bytes = new TextEncoder().encode(`\uFEFF${JSON.stringify(json)}`)
    expect(all(await readSubtree(bytes, implicit('QUADTREE').implicit!, none))).toHaveLength(5)
  })

  test('refuses bits that are not there', async () => {
    const json = {
      tileAvailability: { bitstream: 0 },
      childSubtreeAvailability: { constant: 0 },
      bufferViews: [{ buffer: 0, byteLength: 0 }],
      buffers: [{}],
    }
    await expect(readSubtree(subtree(json), implicit('QUADTREE').implicit!, none)).rejects.toThrow(
      'tileAvailability has 0 bits for 5 tiles',
    )
    await expect(readSubtree(Uint8Array.of(1, 2, 3), implicit('QUADTREE').implicit!, none)).rejects.toThrow('does not begin with "subt"')
  })

  test('of the samples has as many contents as there are files', async (ctx) => {
    const samples = new URL('../../../../../shared/data/3d-tiles-samples/1.1/', import.meta.url)
    if (!existsSync(samples)) return ctx.skip('../shared/data is absent')
    for (const [folder, files] of [
      ['SparseImplicitQuadtree', 32],
      ['SparseImplicitOctree', 30],
    ] as const) {
      const load = (uri: string) => new Uint8Array(readFileSync(new URL(`${folder}/${uri}`, samples)))
      const { root } = read(JSON.parse(new TextDecoder().decode(load('tileset.json'))))
      const found: string[] = []
      const walk = async (tile: TileJson | undefined): Promise<void> => {
        if (tile === undefined) return
        if (tile.implicit !== undefined) return walk(await readSubtree(load(tile.content!.uri), tile.implicit, none))
        if (tile.content !== undefined) found.push(tile.content.uri)
        for (const child of tile.children) await walk(child)
      }
      await walk(root)
      for (const uri of found) expect(existsSync(new URL(`${folder}/${uri}`, samples)), uri).toBe(true)
      expect(new Set(found).size).toBeGreaterThanOrEqual(files)
    }
  })
})
