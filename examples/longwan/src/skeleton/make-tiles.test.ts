import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CGCS2000, ecefToGeodetic } from '@twinmap/core/geo'
import { MeshoptDecoder } from 'meshoptimizer'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSkeletonTiles } from './make-tiles.ts'
import { groundAt } from './settlement.ts'

const origin = { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' } as const
interface Tile {
  readonly boundingVolume: { readonly box: readonly number[] }
  readonly geometricError: number
  readonly content: { readonly uri: string }
  readonly children?: readonly Tile[]
}
const all = (tile: Tile): Tile[] => [tile, ...(tile.children ?? []).flatMap(all)]
const corners = ([cx, cy, cz, hx, , , , hy, , , , hz]: readonly number[]) => ({
  min: [cx! - hx!, cy! - hy!, cz! - hz!],
  max: [cx! + hx!, cy! + hy!, cz! + hz!],
})

/** Positions of a glb in ENU metres, through meshopt's own decoder. */
async function pointsOf(glb: Buffer): Promise<{ points: number[][]; image: Buffer }> {
  await MeshoptDecoder.ready
  const jsonLength = glb.readUInt32LE(12)
  const json = JSON.parse(glb.subarray(20, 20 + jsonLength).toString())
  const binary = glb.subarray(28 + jsonLength)
  const { byteOffset, byteLength, count } = json.bufferViews[0].extensions.EXT_meshopt_compression
  const floats = new Float32Array(count * 3)
  MeshoptDecoder.decodeGltfBuffer(
    new Uint8Array(floats.buffer),
    count,
    12,
    binary.subarray(byteOffset, byteOffset + byteLength),
    'ATTRIBUTES',
  )
  const points = Array.from({ length: count }, (_, i) => [floats[i * 3]!, -floats[i * 3 + 2]!, floats[i * 3 + 1]!])
  return { points, image: binary.subarray(json.bufferViews[3].byteOffset, json.bufferViews[3].byteOffset + json.bufferViews[3].byteLength) }
}

describe('the skeleton tiles', () => {
  const parent = mkdtempSync(join(tmpdir(), 'twinmap-skeleton-'))
  const folder = join(parent, 'tiles')
  let tileset: { root: Tile & { transform: number[] } }
  const read = (name: string) => readFileSync(join(folder, name))
  beforeAll(async () => {
    await makeSkeletonTiles(folder, origin)
    tileset = JSON.parse(read('tileset.json').toString())
  }, 60_000)
  afterAll(() => rmSync(parent, { recursive: true, force: true }))

  test('are 21 and nothing half made lies beside them', () => {
    expect(all(tileset.root)).toHaveLength(21)
    expect(readdirSync(folder)).toHaveLength(22)
    expect(readdirSync(parent)).toEqual(['tiles'])
  })

  test('stand at the origin of the twin', () => {
    const { longitude, latitude, heightEllipsoidalMeters } = ecefToGeodetic(
      tileset.root.transform.slice(12, 15) as [number, number, number],
      CGCS2000,
    )
    expect([longitude, latitude, heightEllipsoidalMeters]).toEqual([
      expect.closeTo(117.83, 9),
      expect.closeTo(37.25, 9),
      expect.closeTo(6.4, 3),
    ])
  })

  test('lie in their boxes, those in their parents, and get finer', async () => {
    for (const tile of all(tileset.root)) {
      const { min, max } = corners(tile.boundingVolume.box)
      const { points } = await pointsOf(read(tile.content.uri))
      expect(points.every((point) => point.every((each, axis) => each >= min[axis]! - 1e-4 && each <= max[axis]! + 1e-4))).toBe(true)
      for (const child of tile.children ?? []) {
        const inner = corners(child.boundingVolume.box)
        expect(child.geometricError).toBeLessThan(tile.geometricError)
        for (const axis of [0, 1, 2]) {
          expect(inner.min[axis]!).toBeGreaterThanOrEqual(min[axis]! - 1e-9)
          expect(inner.max[axis]!).toBeLessThanOrEqual(max[axis]! + 1e-9)
        }
      }
    }
  })

  test('show a ground where a person can be set down, and a picture with more than one colour', async () => {
    const { points, image } = await pointsOf(read('2-1-1.glb'))
    expect(points.some(([, north, up]) => Math.abs(up! - groundAt(north!)) < 1e-5)).toBe(true)
    const { channels } = await sharp(image).stats()
    expect(Math.min(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(15)
  })

  test('are the same bytes every time', async () => {
    const again = join(parent, 'again')
    await makeSkeletonTiles(again, origin)
    for (const name of readdirSync(folder)) expect(readFileSync(join(again, name)).equals(read(name))).toBe(true)
  }, 60_000)
})
