import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { draftB3dm } from '@twinmap/core/internal/tiles/sample-vendor-tiles'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { convert } from '../job/convert.ts'
import { writeSampleCapture } from '../job/sample-capture.ts'
import { LEAF_SIZE } from '../mesh/partition.ts'
import { type ValidateReport, validateTileset } from './validate-tileset.ts'

let whole: string
const copies: string[] = []
beforeAll(async () => {
  whole = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  const obj = await writeSampleCapture(path.join(whole, 'in'), { squares: 32 })
  await convert({
    input: obj,
    output: path.join(whole, 'out'),
    workers: 0,
    place: { reference: 'EPSG:4548', origin: [573000, 4124000, 0] },
    leafSize: { ...LEAF_SIZE, triangles: 600 },
  })
  return () => rm(whole, { recursive: true })
}, 60_000)
afterEach(async () => {
  for (const copy of copies.splice(0)) await rm(copy, { recursive: true })
})

// biome-ignore lint/suspicious/noExplicitAny: a fault is planted anywhere
type Any = any

/** A copy of a good tileset with one fault in it. */
async function planted(plant: {
  /** `beside` puts another file there. */
  json?: (tileset: Any, beside: (name: string, text: string) => void) => void
  file?: [name: string, change: (bytes: Buffer) => Buffer | undefined]
}): Promise<ValidateReport> {
  const copy = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  copies.push(copy)
  await cp(path.join(whole, 'out'), copy, { recursive: true })
  const file = path.join(copy, 'tileset.json')
  if (plant.json !== undefined) {
    const tileset = JSON.parse(await readFile(file, 'utf8'))
    plant.json(tileset, (name, text) => {
      mkdirSync(path.dirname(path.join(copy, name)), { recursive: true })
      writeFileSync(path.join(copy, name), text)
    })
    await writeFile(
      file,
      JSON.stringify(tileset, (_, value) => (value === Infinity ? 'INFINITY' : value)).replaceAll('"INFINITY"', '1e999'),
    )
  }
  if (plant.file !== undefined) {
    const [name, change] = plant.file
    const changed = change(await readFile(path.join(copy, name)))
    if (changed === undefined) await rm(path.join(copy, name))
    else await writeFile(path.join(copy, name), changed)
  }
  return validateTileset(file)
}
const said = ({ findings }: ValidateReport) => findings.map(({ severity, code, file, pointer }) => `${severity} ${code} ${file}#${pointer}`)
const withLength = (bytes: Buffer, at: number, value: number) => {
  bytes.writeUInt32LE(value, at)
  return bytes
}
/** The same glb with a changed JSON. */
const withJson = (bytes: Buffer, change: (json: Any) => void) => {
  const length = bytes.readUInt32LE(12)
  const json = JSON.parse(bytes.subarray(20, 20 + length).toString())
  change(json)
  const text = Buffer.from(JSON.stringify(json))
  const padded = Buffer.concat([text, Buffer.alloc((8 - ((20 + text.length) % 8)) % 8, 0x20)])
  const out = Buffer.concat([bytes.subarray(0, 20), padded, bytes.subarray(20 + length)])
  out.writeUInt32LE(padded.length, 12)
  out.writeUInt32LE(out.length, 8)
  return out
}

describe('of a good tileset nothing is said', () => {
  test('and all of it was read', async () => {
    const { findings, tilesets, tiles, contents } = await planted({})
    expect(findings).toEqual([])
    expect([tilesets, tiles, contents]).toEqual([1, contents, tiles])
    expect(tiles).toBeGreaterThan(4)
  })
})

describe('a planted fault is found, with its file and pointer:', () => {
  test('a value that the schema refuses', async () =>
    expect(said(await planted({ json: (t) => (t.root.content.uri = 7) }))).toEqual(['error schema tileset.json#/root/content/uri']))
  test('a missing geometric error', async () => {
    const report = await planted({ json: (t) => delete t.root.children[0].geometricError })
    expect(said(report)).toEqual([
      'error schema tileset.json#/root/children/0',
      'warning error-missing tileset.json#/root/children/0/geometricError',
    ])
    expect(report.findings[0]!.message).toMatch(/geometricError/)
  })
  test('a box that is not finite', async () =>
    expect(said(await planted({ json: (t) => (t.root.children[1].boundingVolume.box[0] = Infinity) }))).toEqual([
      // JSON has no infinity: 1e999 reads as one, the schema takes it for a number, and the volume is none.
      'error volume tileset.json#/root/children/1/boundingVolume',
    ]))
  test('a child’s error above its parent’s', async () =>
    expect(said(await planted({ json: (t) => (t.root.children[0].geometricError = t.root.geometricError + 1) }))).toEqual([
      'error error-grows tileset.json#/root/children/0/geometricError',
    ]))
  test('a child’s error that is its parent’s', async () => {
    const report = await planted({ json: (t) => (t.root.children[0].geometricError = t.root.geometricError) })
    expect(said(report)).toEqual(['warning error-grows tileset.json#/root/children/0/geometricError'])
    expect(report.findings[0]!.message).toMatch(/as its parent's: some viewers never load such a tile, nor show its sisters/)
  })
  test.each([
    ['"12"', '12', /^is "12", no number from 0; 12 is taken/],
    ['null', null, /^is null, no number from 0; [\d.]+ is taken/],
    ['-1', -1, /^is -1, no number from 0; [\d.]+ is taken/],
  ])('an error of %s', async (_, error, words) => {
    const { findings } = await planted({ json: (t) => (t.root.children[0].geometricError = error) })
    const found = findings.find(({ code }) => code === 'error-missing')
    expect(found).toMatchObject({ severity: 'warning', pointer: '/root/children/0/geometricError', message: expect.stringMatching(words) })
  })
  test('null for what is absent, once for a file, and no more of it than there is', async () => {
    const { findings } = await planted({
      json: (t) => {
        for (const child of t.root.children) child.transform = null
      },
    })
    expect(findings.filter(({ code }) => code === 'null')).toEqual([
      expect.objectContaining({
        severity: 'warning',
        pointer: '/root/children/0/transform',
        message: 'is null, as 3 more in this file are: leave out what is absent',
      }),
    ])
  })
  test.each([
    ['a number', 1, 'is 1, expected "1.0" or "1.1"'],
    ['missing', undefined, 'is missing, expected "1.0" or "1.1"'],
  ])('a version that is %s', async (_, version, message) => {
    const { findings } = await planted({ json: (t) => (t.asset.version = version) })
    expect(findings).toContainEqual(expect.objectContaining({ severity: 'warning', code: 'version', pointer: '/asset/version', message }))
  })
  test('a byte order mark, and a gzip, of tileset and tile, which are read all the same', async () => {
    const mark = await planted({ file: ['tileset.json', (b) => Buffer.concat([Buffer.from('\uFEFF'), b])] })
    expect([said(mark), mark.tiles]).toEqual([['warning encoding tileset.json#'], mark.contents])
    const set = await planted({ file: ['tileset.json', (b) => gzipSync(b)] })
    expect([said(set), set.tiles]).toEqual([['warning encoding tileset.json#'], mark.tiles])
    expect(said(await planted({ file: ['tiles/r.glb', (b) => gzipSync(b)] }))).toEqual(['warning encoding tiles/r.glb#'])
    expect(said(await planted({ file: ['tiles/r.glb', (b) => gzipSync(b).subarray(0, 200)] }))).toEqual([
      'warning encoding tiles/r.glb#',
      'error content-corrupt tiles/r.glb#',
    ])
  })
  test('a header of a draft', async () => {
    const { findings } = await planted({ file: ['tiles/r.glb', (b) => Buffer.from(draftB3dm(24, new Uint8Array(b)))] })
    expect(findings).toEqual([expect.objectContaining({ severity: 'warning', code: 'version', file: 'tiles/r.glb', pointer: 'b3dm' })])
  })
  test('a tileset inside whose name does not say so, which is followed', async () => {
    const report = await planted({
      json: (t, beside) => {
        const [first] = t.root.children
        const { boundingVolume, geometricError } = first
        const inside = { asset: { version: '1.1' }, geometricError, root: { ...first, content: { uri: `../${first.content.uri}` } } }
        t.root.children[0] = { boundingVolume, geometricError, content: { uri: 'in/7523' } }
        delete inside.root.children
        beside('in/7523', JSON.stringify(inside))
      },
    })
    expect([said(report), report.tilesets]).toEqual([['note content-name tileset.json#/root/children/0/content/uri'], 2])
  })
  test('a root’s error above the tileset’s', async () =>
    expect(said(await planted({ json: (t) => (t.geometricError = t.root.geometricError / 2) }))).toEqual([
      'error error-grows tileset.json#/root/geometricError',
    ]))
  test('a child 5 km outside of its parent, which official validators pass', async () =>
    expect(
      said(await planted({ json: (t) => (t.root.children[0].transform = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5000, 0, 0, 1]) })),
    ).toContain('error child-outside tileset.json#/root/children/0/boundingVolume'))
  test('a content outside of its box, which they pass too', async () => {
    const report = await planted({
      json: (t) => {
        const box = t.root.children[0].boundingVolume.box
        box[3] *= 0.5
      },
    })
    expect(said(report)).toEqual(['error content-outside tileset.json#/root/children/0/content/uri'])
    expect(report.findings[0]!.message).toMatch(/tiles\/r0\.glb reaches \d+\.\d m out of its box/)
  })
  test('a content outside of its own tighter volume', async () =>
    expect(said(await planted({ json: (t) => (t.root.content.boundingVolume = { box: [0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0, 1] }) }))).toEqual(
      ['error content-outside tileset.json#/root/content/uri'],
    ))
  test('a content that is not there', async () =>
    expect(said(await planted({ file: ['tiles/r1.glb', () => undefined] }))).toEqual([
      'error content-missing tileset.json#/root/children/1/content/uri',
    ]))
  test('a content named in another case', async () => {
    const report = await planted({ json: (t) => (t.root.content.uri = 'tiles/R.glb') })
    expect(report.findings[0]).toMatchObject({
      code: 'content-missing',
      message: expect.stringMatching(/there is r\.glb: servers tell upper from lower case/),
    })
  })
  test('a content on another server', async () =>
    expect(said(await planted({ json: (t) => (t.root.content.uri = 'https://example.com/r.glb') }))).toEqual([
      'note content-remote tileset.json#/root/content/uri',
    ]))
  test('a length in a header that is not the file’s', async () =>
    expect(said(await planted({ file: ['tiles/r.glb', (b) => withLength(b, 8, b.length + 8)] }))).toContain(
      'error header tiles/r.glb#glb.length',
    ))
  test('a file that is cut', async () =>
    expect(said(await planted({ file: ['tiles/r.glb', (b) => b.subarray(0, b.length - 100)] }))[0]).toBe(
      'error header tiles/r.glb#glb.length',
    ))
  test('a wrong version', async () =>
    expect(said(await planted({ file: ['tiles/r.glb', (b) => withLength(b, 4, 3)] }))).toContain('error header tiles/r.glb#glb.version'))
  test('a chunk that is not aligned', async () => {
    const shorten = (b: Buffer) =>
      withLength(withLength(b, 20 + b.readUInt32LE(12), b.readUInt32LE(20 + b.readUInt32LE(12)) - 1), 8, b.length - 1).subarray(
        0,
        b.length - 1,
      )
    expect(said(await planted({ file: ['tiles/r.glb', shorten] }))).toContain('warning alignment tiles/r.glb#glb chunk 1')
  })
  test('meshopt data that does not decode', async () => {
    const spoil = (b: Buffer) => {
      const start = 28 + b.readUInt32LE(12)
      return b.fill(0xff, start, start + 400)
    }
    expect(said(await planted({ file: ['tiles/r.glb', spoil] }))).toEqual([expect.stringMatching(/^error content-corrupt tiles\/r\.glb#/)])
  })
  test('a glTF that counts more than it has', async () =>
    expect(said(await planted({ file: ['tiles/r.glb', (b) => withJson(b, (json) => (json.accessors[0].count += 1000))] }))).toEqual([
      expect.stringMatching(/^error content-corrupt tiles\/r\.glb#/),
    ]))
  test('a content that is none', async () =>
    expect(said(await planted({ file: ['tiles/r.glb', () => Buffer.from('hello')] }))).toEqual([
      'warning content-corrupt tiles/r.glb#the content',
    ]))
  test.each(['', '<!doctype html><title>404</title>'])('a content that surely is none: %j', async (text) => {
    const report = await planted({ file: ['tiles/r.glb', () => Buffer.from(text)] })
    expect([said(report), report.errors]).toEqual([['error content-corrupt tiles/r.glb#'], 1])
  })
  test('a tileset that is no JSON', async () =>
    expect(said(await planted({ file: ['tileset.json', (b) => b.subarray(0, 50)] }))).toEqual(['error json tileset.json#']))
  test('a tileset that names itself', async () =>
    expect(
      said(await planted({ json: (t) => (t.root.children[1].content.uri = 'tileset.json') })).some((line) =>
        line.startsWith('error json tileset.json'),
      ),
    ).toBe(true))
})

test('a tileset that is not there is refused', () =>
  expect(validateTileset('/nowhere/tileset.json')).rejects.toMatchObject({ code: 'tileset-missing' }))

describe('b3dm, i3dm, pnts and cmpt', () => {
  const data = fileURLToPath(new URL('../../../../shared/data/3d-tiles-samples/1.0/', import.meta.url))
  test('headers are checked by the letter', async (ctx) => {
    if (!existsSync(data)) ctx.skip('../shared/data is absent')
    const copy = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
    copies.push(copy)
    await cp(path.join(data, 'TilesetWithRequestVolume'), copy, { recursive: true })
    const plant = async (name: string, at: number, value: number) => {
      const bytes = await readFile(path.join(copy, name))
      bytes.writeUInt32LE(value, at)
      await writeFile(path.join(copy, name), bytes)
    }
    await plant('city/ll.b3dm', 8, 12)
    await plant('city/lr.b3dm', 12, 1e9)
    await plant('points.pnts', 4, 2)
    const lines = said(await validateTileset(path.join(copy, 'tileset.json')))
    expect(lines).toContain('error header city/ll.b3dm#b3dm.byteLength')
    expect(lines).toContain('error header city/lr.b3dm#b3dm')
    expect(lines).toContain('error header points.pnts#pnts.version')
  })
})
