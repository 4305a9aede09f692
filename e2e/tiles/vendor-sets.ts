// Tilesets as vendors write them, made in code: a square of ground of 100 m in four quarters, each in a colour of its own, and one thing in each
// set that a viewer may stumble over. Files by path below the set's folder.
import { gzipSync } from 'node:zlib'
import { samplePlane, samplePlaneGlb, writeContainer } from '../../packages/core/src/tiles/sample-tile.ts'
import { draftB3dm, quantizedSquareGlb1 } from '../../packages/core/src/tiles/sample-vendor-tiles.ts'
import { COLORS, png } from './sample-set.ts'

export type Files = Record<string, Uint8Array | string>
type Quarter = 0 | 1 | 2 | 3
const QUARTERS: readonly Quarter[] = [0, 1, 2, 3]

const box = (x: number, y: number, half: number) => ({ box: [x, y, 0, half, 0, 0, 0, half, 0, 0, 0, 1] })
const shift = (i: Quarter) => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, i % 2 === 0 ? -25 : 25, i < 2 ? -25 : 25, 0, 1]
const glb = (color: keyof typeof COLORS, sizeMeters = 50) => samplePlaneGlb({ sizeMeters, image: png(COLORS[color]) })
const b3dm = (i: Quarter) => writeContainer('b3dm', { BATCH_LENGTH: 0 }, new Uint8Array(), glb(i))
const gzip = (file: Uint8Array | string): Uint8Array => new Uint8Array(gzipSync(file))
const bytes = (text: string) => new TextEncoder().encode(text)

/** A quarter of the ground as a tile. */
const quarter = (i: Quarter, uri: string, more: object = {}) => ({
  boundingVolume: box(0, 0, 25),
  transform: shift(i),
  geometricError: 0,
  content: { uri },
  ...more,
})
const tileset = (root: object, more: object = {}) =>
  JSON.stringify({
    asset: { version: '1.0' },
    geometricError: 500,
    ...more,
    root: { boundingVolume: box(0, 0, 50), geometricError: 100, refine: 'REPLACE', ...root },
  })
const named = (name: (i: Quarter) => string, file: (i: Quarter) => Uint8Array | string): Files =>
  Object.fromEntries(QUARTERS.map((i) => [name(i), file(i)]))

/** Four quarters, each as `file` makes it. */
function quarters(file: (i: Quarter) => Uint8Array | string, name = (i: Quarter) => `${i}.glb`): Files {
  return { 'tileset.json': tileset({ children: QUARTERS.map((i) => quarter(i, name(i))) }), ...named(name, file) }
}
/** Four quarters, `more` for each. */
const told = (more: (i: Quarter) => object, root: object = {}, whole: object = {}): Files => ({
  'tileset.json': tileset({ ...root, children: QUARTERS.map((i) => quarter(i, `${i}.glb`, more(i))) }, whole),
  'root.glb': glb('root', 100),
  ...named((i) => `${i}.glb`, glb),
})
/** Each quarter in a tileset of its own. */
const inside = (name: (i: Quarter) => string, write: (text: string) => Uint8Array | string): Files => ({
  'tileset.json': tileset({ children: QUARTERS.map((i) => quarter(i, name(i), { geometricError: 50 })) }),
  ...named(name, (i) => write(tileset({ boundingVolume: box(0, 0, 25), geometricError: 0, content: { uri: `${i}.glb` } }))),
  ...named((i) => `${name(i).replace(/[^/]*$/, '')}${i}.glb`, glb),
})
const gltf = (i: Quarter) => {
  const { json, body } = samplePlane({ sizeMeters: 50, image: png(COLORS[i]) })
  return JSON.stringify({ ...json, buffers: [{ byteLength: 1, uri: `data:;base64,${Buffer.from(body.bytes()).toString('base64')}` }] })
}
const implicit = (write: (text: string) => Uint8Array | string): Files => {
  const available = { tileAvailability: { constant: 1 }, childSubtreeAvailability: { constant: 0 } }
  // The root draws nothing: bits 1 to 4 are its children.
  const view = {
    contentAvailability: [{ bitstream: 0 }],
    bufferViews: [{ buffer: 0, byteLength: 1 }],
    buffers: [{ byteLength: 1, uri: 'bits' }],
  }
  const placed = (i: Quarter) =>
    samplePlaneGlb({ sizeMeters: 50, image: png(COLORS[i]) }, (json) => ({
      ...json,
      nodes: [{ mesh: 0, translation: [i % 2 === 0 ? -25 : 25, 0, i < 2 ? 25 : -25] }],
    }))
  return {
    'tileset.json': tileset({
      content: { uri: '{x}{y}' },
      implicitTiling: { subdivisionScheme: 'QUADTREE', subtreeLevels: 2, availableLevels: 2, subtrees: { uri: 's' } },
    }),
    s: write(JSON.stringify({ ...available, ...view })),
    bits: write === String ? Uint8Array.of(0b11110) : gzip(Uint8Array.of(0b11110)),
    ...named((i) => `${i % 2}${i < 2 ? 0 : 1}`, placed),
  }
}

/** All are the four quarters in their colours. */
export const VENDOR_SETS: Readonly<Record<string, Files>> = {
  'errors equal to the empty root’s': told(() => ({ geometricError: 100 })),
  'errors above the empty root’s': told(() => ({ geometricError: 1e4 })),
  'one error of four equal to that of a root which draws': told((i) => ({ geometricError: i === 2 ? 100 : 0 }), {
    content: { uri: 'root.glb' },
  }),
  'errors that are missing everywhere': told(
    () => ({ geometricError: undefined }),
    { geometricError: undefined },
    { geometricError: undefined },
  ),
  'errors that are texts': told(() => ({ geometricError: '100' }), { geometricError: '100.0' }, { geometricError: '500,5' }),
  'errors of 0 at an empty root': told(() => ({}), { geometricError: 0 }, { geometricError: 0 }),
  'a version that is a number': told(() => ({}), {}, { asset: { version: 1.0 } }),
  'no version': told(() => ({}), {}, { asset: {} }),
  'null for what is absent': told(
    () => ({ children: null, extras: null, refine: null, viewerRequestVolume: null }),
    { content: null, transform: null, contents: null, boundingVolume: { ...box(0, 0, 50), region: null, sphere: null } },
    { asset: { version: '1.0', gltfUpAxis: null }, extensionsUsed: null },
  ),
  'a half axis that is negative': told(() => ({ boundingVolume: { box: [0, 0, 0, 25, 0, 0, 0, -25, 0, 0, 0, 1] } })),
  'b3dm headers of 20 bytes': quarters((i) => draftB3dm(20, glb(i), '{"id":[1]}')),
  'b3dm headers of 24 bytes': quarters((i) => draftB3dm(24, glb(i))),
  'a byte order mark before tileset.json': { ...told(() => ({})), 'tileset.json': `\uFEFF${told(() => ({}))['tileset.json'] as string}` },
  'tileset.json in UTF-16': {
    ...told(() => ({})),
    'tileset.json': new Uint8Array(Buffer.from(`\uFEFF${told(() => ({}))['tileset.json'] as string}`, 'utf16le')),
  },
  'byte order marks before tilesets inside': inside(
    (i) => `in/${i}.json`,
    (text) => `\uFEFF${text}`,
  ),
  'byte order marks before glTF as JSON': quarters(
    (i) => `\uFEFF${gltf(i)}`,
    (i) => `${i}.gltf`,
  ),
  'tileset.json in a gzip': { ...told(() => ({})), 'tileset.json': gzip(told(() => ({}))['tileset.json']!) },
  'tiles in gzips': quarters(
    (i) => gzip(b3dm(i)),
    (i) => `${i}.b3dm`,
  ),
  'glTF as JSON in gzips': quarters(
    (i) => gzip(gltf(i)),
    (i) => `${i}.gltf`,
  ),
  'tilesets inside in gzips': inside((i) => `in/${i}.json`, gzip),
  'subtrees as JSON behind byte order marks': implicit((text) => bytes(`\uFEFF${text}`)),
  'subtrees in gzips': implicit(gzip),
  'tilesets inside without an extension': inside((i) => `in/752${i}`, String),
  'tilesets inside called .b3dm, in gzips': inside((i) => `in/${i}.b3dm`, gzip),
  'tiles called .json': quarters(b3dm, (i) => `${i}.json`),
  'glTF 1.0 with WEB3D_quantized_attributes': quarters((i) => quantizedSquareGlb1(50, png(COLORS[i]))),
}
