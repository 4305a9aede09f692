import { expect, test } from 'vitest'
import type { TileNode } from '../mesh/partition.ts'
import { type TileSummary, tilesetJson } from './tileset.ts'

const node = (id: number, name: string, children: number[]): TileNode => ({ id, name, depth: name.length - 1, children, from: 0, to: 0 })
const summary = (id: number, x: number, errorMeters: number, texelMeters: number): [number, TileSummary] => [
  id,
  {
    id,
    uri: `tiles/${id}.glb`,
    triangles: 1,
    vertices: 3,
    bytes: 1,
    pictureWidth: 4,
    pictureHeight: 4,
    min: [x, 0, 0],
    max: [x + 10, 10, 2],
    errorMeters,
    texelMeters,
  },
]
const placement = {
  frame: 'local' as const,
  transform: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1],
  toLocal: (p: readonly [number, number, number]) => p,
  notes: [],
  warnings: [],
}

test('boxes hold what is below, errors fall to 0 at the leaves, and the root carries the transform', () => {
  const nodes = [node(0, 'r00', []), node(1, 'r01', []), node(2, 'r0', [0, 1]), node(3, 'r1', []), node(4, 'r', [2, 3])]
  const tileset = tilesetJson(
    nodes,
    new Map([summary(0, 0, 0, 0.05), summary(1, 10, 0, 0.05), summary(2, 1, 0.02, 0.1), summary(3, 20, 0, 0.05), summary(4, 2, 3, 0.2)]),
    placement,
  )
  expect(tileset).toMatchObject({
    asset: { version: '1.1' },
    root: {
      transform: placement.transform,
      refine: 'REPLACE',
      boundingVolume: { box: [15, 5, 1, 15, 0, 0, 0, 5, 0, 0, 0, 1] },
      // Measured 3 m; the picture's 0.2 m texels ask for 2.
      geometricError: 3,
      children: [
        // Measured 2 cm; the picture's 0.1 m texels ask for 1 m.
        {
          geometricError: 1,
          boundingVolume: { box: [10, 5, 1, 10, 0, 0, 0, 5, 0, 0, 0, 1] },
          children: [{ geometricError: 0 }, { geometricError: 0, content: { uri: 'tiles/1.glb' } }],
        },
        { geometricError: 0 },
      ],
    },
  })
})

test('a parent that came out better than its child is still the coarser one', () => {
  const nodes = [node(0, 'r00', []), node(1, 'r0', [0]), node(2, 'r', [1])]
  const { root } = tilesetJson(nodes, new Map([summary(0, 0, 0, 0.05), summary(1, 0, 4, 0.1), summary(2, 0, 1, 0.1)]), placement) as {
    root: { geometricError: number }
  }
  expect(root.geometricError).toBeGreaterThan(4)
})
