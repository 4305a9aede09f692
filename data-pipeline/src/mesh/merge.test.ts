import { describe, expect, test } from 'vitest'
import { gather, LocalNumbers } from './gather.ts'
import { merge } from './merge.ts'
import { sheet } from './sample-mesh.ts'
import type { TileMesh } from './tile-mesh.ts'

const PAGE = { width: 200, height: 100, data: new Uint8Array(3 * 200 * 100) }

function tile(ids: number[], triangles: number[], errorMeters: number): TileMesh {
  return {
    positionIds: Uint32Array.from(ids),
    positions: Int32Array.from(ids.flatMap((id) => [id, id * 2, 0])),
    triangles: Uint32Array.from(triangles),
    cornerPixels: new Float32Array(triangles.length * 2).fill(errorMeters),
    picture: PAGE,
    errorMeters,
    texelMeters: 0.1,
  }
}

describe('merged children', () => {
  const merged = merge([tile([7, 3, 9], [0, 1, 2], 0.5), tile([9, 3, 4], [0, 1, 2], 0.25)])
  test('share the positions that both had', () => {
    expect([...merged.positionIds].sort()).toEqual([3, 4, 7, 9])
    expect([...merged.triangles].map((i) => merged.positionIds[i])).toEqual([7, 3, 9, 9, 3, 4])
    merged.positionIds.forEach((id, i) => {
      expect([...merged.positions.subarray(3 * i, 3 * i + 3)]).toEqual([id, id * 2, 0])
    })
  })
  test('keep each its picture, and the worse error', () => {
    expect([...merged.trianglePictures]).toEqual([0, 1])
    expect([...merged.cornerPixels]).toEqual([...new Array(6).fill(0.5), ...new Array(6).fill(0.25)])
    expect(merged.errorMeters).toBe(0.5)
  })
})

test('numbers are given by first appearance, however many there are', () => {
  const numbers = new LocalNumbers(1)
  const ids = Array.from({ length: 5000 }, (_, i) => (i * 7919) % 100_003)
  expect(ids.map((id) => numbers.of(id))).toEqual(ids.map((_, i) => i))
  expect(ids.map((id) => numbers.of(id))).toEqual(ids.map((_, i) => i))
  expect([...numbers.ids()]).toEqual(ids)
})

test('a leaf gathers its own triangles with pixels of their page, v downward', () => {
  const mesh = {
    ...sheet(2, 1),
    uvs: Float32Array.of(0, 0, 0.5, 1),
    cornerUvs: Int32Array.of(0, 1, 0, -1, -1, -1, 0, 0, 1, 0, 0, 0),
    triangleSurfaces: Uint16Array.of(1, 0, 1, 1),
  }
  const looks = [
    { name: 'plain', page: -1, color: [1, 2, 3] as const },
    { name: 'page', page: 0, color: [0, 0, 0] as const },
  ]
  const leaf = gather({ mesh, order: Uint32Array.of(2, 0, 1, 3), surfaces: looks, pages: [{ file: '', width: 200, height: 100 }] }, 1, 3)
  expect([...leaf.surfaces]).toEqual([1, 0])
  expect([...leaf.triangles].map((i) => leaf.positionIds[i])).toEqual([...mesh.corners.subarray(0, 6)])
  expect([...leaf.cornerPixels]).toEqual([0, 100, 100, 0, 0, 100, 0, 0, 0, 0, 0, 0])
})
