import { readHeights, sampleGround } from '@twinmap/core/internal/geo/heights'
import { describe, expect, test } from 'vitest'
import { sheet } from '../mesh/sample-mesh.ts'
import { gridOf, HeightPyramid } from './pyramid.ts'
import { rasterHeights } from './raster.ts'

const STEP = 2 ** -7
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
const meters = (value: number) => value / STEP

type Mesh = { positions: Int32Array; triangles: Uint32Array }
/** Squares of a metre. */
const ground = (columns: number, rows: number, z: (x: number, y: number) => number): Mesh => {
  const { positions, corners } = sheet(columns, rows, { size: meters(1), z: (x, y) => meters(z(x * STEP, y * STEP)) })
  return { positions, triangles: corners }
}
const lifted = (mesh: Mesh, z: number): Mesh => ({ ...mesh, positions: mesh.positions.map((v, i) => (i % 3 === 2 ? v + meters(z) : v)) })

async function pyramidOf(meshes: Mesh[], sides: [number, number]) {
  const grid = gridOf([0, 0], sides)
  const pyramid = new HeightPyramid(grid)
  for (const mesh of meshes) pyramid.add(rasterHeights(mesh, STEP, grid))
  const { header, data } = await pyramid.encode({ frame: 'local', transform: IDENTITY })
  return readHeights(JSON.parse(JSON.stringify(header)), data)
}

describe('what the pipeline writes, the worker reads', () => {
  test('a slope, everywhere', async () => {
    const heights = await pyramidOf([ground(20, 30, (x, y) => 0.2 * x - 0.1 * y)], [20, 30])
    for (let x = 1; x < 19; x += 1.37)
      for (let y = 1; y < 29; y += 1.91)
        expect(Math.abs(sampleGround(heights, x, y)!.heightMeters - (0.2 * x - 0.1 * y))).toBeLessThan(0.11)
  })
  test('the lawn under a tree, for ground; its crown, for the surface', async () => {
    const lawn = ground(20, 20, () => 2)
    const heights = await pyramidOf([lawn, lifted(lawn, 6)], [20, 20])
    expect(sampleGround(heights, 10, 10)!.heightMeters).toBeCloseTo(2, 1)
    const { surface, columns } = heights.levels[0]!
    expect(heights.baseMeters + (surface[20 * columns + 20]! - 1) * heights.unitMeters).toBeCloseTo(8, 1)
  })
  test('no walls: a slope of 50° is no ground', async () => {
    const heights = await pyramidOf([ground(20, 20, (x) => 1.2 * x)], [20, 20])
    expect(sampleGround(heights, 10, 10)!.method).toBe('surface')
  })
  test('slivers that no cell’s centre meets', async () => {
    const sliver = {
      positions: Int32Array.of(0, 0, 0, meters(20), meters(0.02), 0, meters(20), meters(0.04), 0),
      triangles: Uint32Array.of(0, 1, 2),
    }
    expect(sampleGround(await pyramidOf([sliver], [20, 2]), 15, 0.1)).toMatchObject({
      heightMeters: expect.closeTo(0, 1),
      method: 'ground',
    })
  })
  test('levels to the top, each twice the cell, the lowest ground and highest surface of four', async () => {
    const { levels } = await pyramidOf([ground(40, 40, (x) => 0.1 * x)], [40, 40])
    expect(levels.map(({ cellMeters, columns }) => [cellMeters, columns])).toEqual([
      [0.5, 81],
      [1, 41],
      [2, 21],
    ])
    const [fine, coarse] = levels as [(typeof levels)[0], (typeof levels)[0]]
    expect(coarse.ground[5]).toBe(Math.min(fine.ground[10]!, fine.ground[11]!, fine.ground[91]!, fine.ground[92]!))
    expect(coarse.surface[5]).toBe(Math.max(fine.surface[10]!, fine.surface[11]!, fine.surface[91]!, fine.surface[92]!))
  })
  test('whatever the order of the tiles', async () => {
    const [a, b] = [
      ground(12, 12, () => 1),
      lifted(
        ground(12, 12, () => 1),
        3,
      ),
    ]
    expect(await pyramidOf([a, b], [12, 12])).toEqual(await pyramidOf([b, a], [12, 12]))
  })
})

test('heights.json holds what the format names and nothing else that the placement knows, such as paths of this machine', async () => {
  const placement = { frame: 'local' as const, transform: IDENTITY, notes: ['counted from 1, 2, 3 (/home/me/metadata.xml)'], warnings: [] }
  const { header } = await new HeightPyramid(gridOf([0, 0], [4, 4])).encode(placement)
  expect(Object.keys(header)).toEqual(['heights', 'frame', 'transform', 'data', 'unitMeters', 'baseMeters', 'levels'])
})

test('a wide capture gets wider cells, a tall one coarser units', async () => {
  const { columns, rows, cellMeters } = gridOf([0, 0], [5000, 4000])
  expect(columns * rows).toBeLessThanOrEqual(4_000_000)
  expect(cellMeters).toBe(4)
  const tall = await pyramidOf([ground(4, 4, (x) => (x > 2 ? 900 : 0))], [4, 4])
  expect(tall.unitMeters).toBeGreaterThan(0.01)
})
