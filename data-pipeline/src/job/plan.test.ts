import { describe, expect, test } from 'vitest'
import { LEAF_SIZE, partition } from '../mesh/partition.ts'
import { sheet } from '../mesh/sample-mesh.ts'
import { pagesOf, targets, texelsOf } from './plan.ts'

const looks = [
  { name: 'plain', page: -1, color: [1, 2, 3] as const },
  { name: 'wide', page: 0, color: [0, 0, 0] as const },
  { name: 'tall', page: 1, color: [0, 0, 0] as const },
]
const pages = [
  { file: '', width: 200, height: 100 },
  { file: '', width: 10, height: 40 },
]
const source = { surfaces: looks, pages }
const nothing = () => new Float32Array(2 * 40 * 40)

describe('texels of a triangle', () => {
  test('are those of its page inside of it, and none where it has no page or no place on it', () => {
    const mesh = {
      ...sheet(2, 1),
      // A quarter of the page: (0, 0), (0.5, 0), (0, 1).
      uvs: Float32Array.of(0, 0, 0.5, 0, 0, 1),
      cornerUvs: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2, -1, -1, -1),
      triangleSurfaces: Uint16Array.of(1, 2, 0, 1),
    }
    expect([...texelsOf(source, mesh)]).toEqual([5000, 100, 0, 0])
  })
})

test('a leaf asks for the pages of its own triangles, in order, each once', () => {
  const mesh = { ...sheet(2, 1), triangleSurfaces: Uint16Array.of(2, 1, 2, 0) }
  const parts = partition(mesh, new Float32Array(4))
  expect([...pagesOf(source, mesh, parts)]).toEqual([[0, [0, 1]]])
})

describe('a parent aims at', () => {
  const mesh = sheet(40, 40)
  test('one nth of the triangles of its n children, in a tree that is deep enough', () => {
    const parts = partition(mesh, nothing(), { ...LEAF_SIZE, triangles: 20 })
    const root = parts.nodes.at(-1)!
    expect(root.children.length).toBe(4)
    expect(targets(parts, 3200)(root, 400)).toBe(100)
  })
  test('less, in a shallow tree, so that the root keeps at most 4.5 %', () => {
    const parts = partition(mesh, nothing(), { ...LEAF_SIZE, triangles: 900 })
    const root = parts.nodes.at(-1)!
    expect(root.children.every((child) => parts.nodes[child]!.children.length === 0)).toBe(true)
    expect(targets(parts, 3200)(root, 3200)).toBe(Math.ceil(3200 * 0.045))
  })
})
