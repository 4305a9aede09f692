import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { readDocument } from '@twinmap/core/document'
import { enuFrame, enuToEcefMatrix, geodeticToEnu } from '@twinmap/core/geo'
import { afterAll, describe, expect, test } from 'vitest'
import { ownCapture } from './own-capture.ts'

const home = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' } as const
const elsewhere = { longitude: 2.29, latitude: 48.86, heightEllipsoidalMeters: 80, datum: 'WGS84' } as const
const data = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))

describe('a capture of the user', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-capture-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const written = (value: unknown, name = 'tileset.json') => {
    const path = join(folder, name)
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
    return path
  }
  const tileset = (root: object) => ({ asset: { version: '1.1' }, geometricError: 1, root })
  const box = [0, 0, 10, 100, 0, 0, 0, 100, 0, 0, 0, 10]

  test('that knows its place makes its middle the origin', async () => {
    const path = written(tileset({ boundingVolume: { box }, transform: enuToEcefMatrix(enuFrame(elsewhere)) }))
    const { doc, placed } = await ownCapture(path, home)
    expect(placed).toBe('ecef')
    expect(doc.origin).toMatchObject({
      longitude: expect.closeTo(2.29, 6),
      latitude: expect.closeTo(48.86, 6),
      heightEllipsoidalMeters: expect.closeTo(90, 3),
    })
  })

  test("in metres of its own stands at the demo's origin", async () => {
    const { doc, placed } = await ownCapture(written(tileset({ boundingVolume: { box } })), home)
    expect([placed, doc.origin]).toEqual(['origin', home])
    expect(doc.tilesets[0]!.at).toBe('auto')
  })

  test('is looked at from the south, from where all of it is seen', async () => {
    const { doc } = await ownCapture(written(tileset({ boundingVolume: { sphere: [50, 20, 0, 100] } })), home)
    const [east, north, up] = geodeticToEnu(enuFrame(home), doc.views[0]!)
    expect(east).toBeCloseTo(50, 3)
    expect(Math.hypot(north - 20, up)).toBeCloseTo(220, 3)
    expect(Math.atan2(up, 20 - north)).toBeCloseTo((35 * Math.PI) / 180, 3)
  })

  test('gives a document that the viewer reads, whatever its name', async () => {
    const { doc } = await ownCapture(written(tileset({ boundingVolume: { box } }), 'my tiles #1.json'), home)
    expect(readDocument(JSON.parse(JSON.stringify(doc)), 'http://localhost:1/twin.json').tilesets[0]!.url).toBe(
      'http://localhost:1/capture/my%20tiles%20%231.json',
    )
  })

  test('is read as the viewer reads it: behind a byte order mark, as a gzip, with null for what is absent', async () => {
    const transform = enuToEcefMatrix(enuFrame(elsewhere))
    const text = JSON.stringify(tileset({ boundingVolume: { box, sphere: null }, transform, content: null }))
    for (const bytes of [`\uFEFF${text}`, Buffer.from(`\uFEFF${text}`, 'utf16le'), gzipSync(text), gzipSync(`\uFEFF${text}`)]) {
      const path = join(folder, 'tileset.json')
      writeFileSync(path, bytes)
      expect((await ownCapture(path, home)).placed).toBe('ecef')
    }
    const { placed } = await ownCapture(
      written(tileset({ boundingVolume: null, transform: null, content: { boundingVolume: { box } } })),
      home,
    )
    expect(placed).toBe('origin')
  })

  test('that is a gzip which breaks off is refused in words', async () => {
    const path = join(folder, 'tileset.json')
    writeFileSync(path, gzipSync('{"root":{}}').subarray(0, 12))
    await expect(ownCapture(path, home)).rejects.toMatchObject({
      code: 'input-invalid',
      message: expect.stringContaining('does not unpack'),
    })
  })

  test.each([
    [{ root: null }, /root\.boundingVolume is missing/],
    [tileset({ boundingVolume: null }), /root\.boundingVolume is missing/],
    ['{', /is not JSON/],
    ['null', /is no tileset: root\.boundingVolume is missing/],
    [{ asset: {} }, /root\.boundingVolume is missing/],
    [tileset({ boundingVolume: { box: [1] } }), /neither a box, a sphere nor a region/],
  ])('%j is refused in words', async (value, words) => {
    await expect(ownCapture(written(value), home)).rejects.toThrow(words)
  })
  test('that is not there is refused in words', async () => {
    await expect(ownCapture(join(folder, 'gone.json'), home)).rejects.toMatchObject({ code: 'input-missing' })
  })

  test.for([
    ['scan-cedar-creek/mesh_tiles/tileset.json', 'origin'],
    ['b3dm-djiterra-gltf2-draco/tileset.json', 'ecef'],
    ['3d-tiles-samples/1.0/TilesetWithRequestVolume/tileset.json', 'ecef'],
    ['3d-tiles-samples/1.1/SparseImplicitQuadtree/tileset.json', 'origin'],
    ['b3dm-cc-gltf1-rtc/Production_1.json', 'ecef'],
    ['b3dm-cc-gltf2-rtccenter/Data/Model/Model.json', 'origin'],
  ] as const)('%s is placed at %s', async ([name, placed], ctx) => {
    if (!existsSync(data)) ctx.skip('../shared/data is absent')
    expect((await ownCapture(join(data, name), home)).placed).toBe(placed)
  })
})
