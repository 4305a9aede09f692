// Tilesets of level squares, made for what a viewer must show of each: one square a tile, in rows about the origin.
import { type SampleOptions, samplePlane, writeGlb } from '../../packages/core/src/tiles/sample-tile.ts'
import { VILLAGE } from '../harness/portal-town.ts'
import type { Enu } from '../harness/see.ts'

/** Metres from the middle of one square to that of the next, and along an edge. */
const STEP = 26
export const EDGE = 20
const COLUMNS = 5

const shift = (x: number, y: number, z = 0) => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1]
const box = (x: number, y: number, half: number) => ({ box: [x, y, 0, half, 0, 0, 0, half, 0, 0, 0, 2] })

/** What of a square's glTF a test changes. */
export interface SquareJson {
  materials: object[]
  nodes: object[]
  textures: object[]
  images: object[]
}

/** A square whose JSON may be changed before it is written. */
export function square(options: SampleOptions, change: (json: SquareJson) => void = () => undefined): Uint8Array {
  const { json, body } = samplePlane({ sizeMeters: EDGE, unlit: false, ...options })
  const copy = structuredClone(json)
  change(copy as unknown as SquareJson)
  return writeGlb(copy, body.bytes())
}

/** Middles of the quarters of the nth square: north-west, north-east, south-west, south-east. */
export function quartersOf(n: number): Enu[] {
  const [x, y] = middleOf(n)
  return [
    [x - EDGE / 4, y + EDGE / 4, 0],
    [x + EDGE / 4, y + EDGE / 4, 0],
    [x - EDGE / 4, y - EDGE / 4, 0],
    [x + EDGE / 4, y - EDGE / 4, 0],
  ]
}

export const middleOf = (n: number): readonly [number, number] => [((n % COLUMNS) - 2) * STEP, (1 - Math.floor(n / COLUMNS)) * STEP]

/** A tileset whose nth child shows the nth content. */
export const setOf = (contents: readonly string[], more: object = {}): string =>
  JSON.stringify({
    asset: { version: '1.1' },
    geometricError: 200,
    root: {
      boundingVolume: box(0, 0, 100),
      geometricError: 100,
      refine: 'REPLACE',
      children: contents.map((uri, n) => ({
        boundingVolume: box(0, 0, EDGE / 2),
        transform: shift(...middleOf(n)),
        geometricError: 0,
        content: { uri },
      })),
      ...more,
    },
  })

/** The village without its feed, from straight above. */
export const twinOf = (url: string, more: object = {}): string =>
  JSON.stringify({
    ...VILLAGE,
    tilesets: [{ id: 'mesh', url, at: 'origin' }],
    feeds: [],
    layers: [],
    views: [
      {
        id: 'home',
        name: { zh: '全景', en: 'Overview' },
        longitude: 117.83,
        latitude: 37.25,
        heightEllipsoidalMeters: 130,
        headingDeg: 0,
        pitchDeg: -90,
      },
    ],
    ...more,
  })
