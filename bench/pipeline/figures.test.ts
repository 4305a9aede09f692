// The bench's own measures, held against what is known: a bar is worth what its ruler is.
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { convert, LEAF_SIZE, writeSampleCapture } from '@twinmap/data-pipeline'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lookForCracks } from './cracks.mjs'
import { distanceTo } from './nearest.mjs'
import { measureQuality } from './quality.mjs'
import { measureRoughness, weld } from './roughness.mjs'

let folder: string
let tileset: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'twinmap-'))
  const input = await writeSampleCapture(path.join(folder, 'in'), { squares: 96, chart: 4 })
  const report = await convert({ input, output: path.join(folder, 'out'), workers: 0, leafSize: { ...LEAF_SIZE, triangles: 600 } })
  tileset = report.tileset
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

describe('cracks', () => {
  test('there are none in 20 views of a tileset whose levels meet in every way', async () => {
    const { cracks, pairs, borderSamples } = await lookForCracks(tileset, { size: 256 })
    expect(pairs).toEqual(expect.arrayContaining(['1-2', '1-3', '2-3']))
    expect(borderSamples).toBeGreaterThan(20_000)
    expect(cracks).toBe(0)
  }, 60_000)
  test('are seen where the coarser tiles stand 10 cm aside', async () => {
    const spoil = ({ positions }: { positions: Float32Array }) => {
      for (let i = 0; i < positions.length; i += 3) positions[i]! += 0.1
    }
    expect((await lookForCracks(tileset, { views: 4, size: 256, spoil })).cracks).toBeGreaterThan(10)
  })
})

describe('the root', () => {
  test('keeps the look of the full mesh, and is told from one flat colour', async () => {
    const { psnrDb, gainDb, rootShare } = await measureQuality(tileset, { size: 128 })
    expect(rootShare).toBeLessThan(0.05)
    expect(psnrDb).toBeGreaterThan(20)
    expect(gainDb).toBeGreaterThan(6)
  })
})

describe('distance to a mesh', () => {
  test('is the least over all triangles, wherever the point lies', () => {
    const coordinate = fc.integer({ min: -2000, max: 2000 }).map((n) => n / 100)
    const point = fc.tuple(coordinate, coordinate, coordinate)
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 30 }), point, (places, [x, y, z]) => {
        const positions = Float32Array.from(places.flat())
        const indices = Uint32Array.from({ length: Math.floor(places.length / 3) * 3 }, (_, i) => i)
        let least = Infinity
        for (let i = 0; i < indices.length; i += 3)
          least = Math.min(least, distanceTo(positions.subarray(3 * i, 3 * i + 9), Uint32Array.of(0, 1, 2))(x, y, z))
        expect(distanceTo(positions, indices)(x, y, z)).toBeCloseTo(least, 6)
      }),
    )
  })
  test.each([
    ['above the face', [1, 1, 3], 3],
    ['beyond an edge', [1, -2, 0], 2],
    ['beyond a corner', [-3, -4, 0], 5],
    ['on it', [2, 1, 0], 0],
  ] as const)('%s', (_, [x, y, z], expected) =>
    expect(distanceTo(Float32Array.of(0, 0, 0, 4, 0, 0, 0, 4, 0), Uint32Array.of(0, 1, 2))(x, y, z)).toBeCloseTo(expected, 6),
  )
})

describe('roughness', () => {
  test('counts the mesh once, whatever tiles it lies in', async () => {
    const { triangles, areaSquareMeters, ratio, rootShare } = await measureRoughness(tileset, { count: 2000 })
    expect(triangles).toBe(96 * 96 * 2)
    expect(areaSquareMeters).toBeGreaterThan(60 * 60)
    expect(ratio).toBeGreaterThan(0.005)
    expect(rootShare).toBeLessThan(0.05)
  })
  test('welds what two tiles share', () => {
    const tile = { positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0), indices: Uint32Array.of(0, 1, 2) }
    expect(weld([tile, { ...tile, indices: Uint32Array.of(2, 1, 0) }])).toEqual({
      positions: tile.positions,
      indices: Uint32Array.of(0, 1, 2, 2, 1, 0),
    })
  })
})
