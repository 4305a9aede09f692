import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Partition, partition } from './partition.ts'
import { sheet } from './sample-mesh.ts'

const leavesOf = ({ nodes }: Partition) => nodes.filter((node) => node.children.length === 0)
const size = (triangles: number) => ({ triangles, texels: Infinity })
const noTexels = (mesh: { corners: Uint32Array }) => new Float32Array(mesh.corners.length / 3)

test('each triangle is in one leaf, a parent’s range is its children’s, and parents come after', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 8, max: 400 }),
      (columns, rows, triangles) => {
        const mesh = sheet(columns, rows)
        const parts = partition(mesh, noTexels(mesh), size(triangles))
        expect([...parts.order].sort((a, b) => a - b)).toEqual(Array.from({ length: columns * rows * 2 }, (_, t) => t))
        for (const node of parts.nodes) {
          const below = node.children.map((child) => parts.nodes[child]!)
          if (below.length > 0) {
            expect(below[0]!.from).toBe(node.from)
            expect(below.at(-1)!.to).toBe(node.to)
            for (const [i, child] of below.slice(1).entries()) expect(child.from).toBe(below[i]!.to)
          }
          for (const child of below) {
            expect(child.id).toBeLessThan(node.id)
            expect(child.depth).toBe(node.depth + 1)
          }
        }
        expect(parts.nodes.at(-1)).toMatchObject({ name: 'r', depth: 0, from: 0, to: columns * rows * 2 })
      },
    ),
  )
})

describe('leaves', () => {
  test('are of one size, and none is larger than asked by much', () => {
    const mesh = sheet(80, 50)
    const counts = leavesOf(partition(mesh, noTexels(mesh), size(500))).map(({ from, to }) => to - from)
    expect(Math.max(...counts)).toBeLessThanOrEqual(550)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(200)
  })
  test('are smaller where texels are dense', () => {
    const mesh = sheet(40, 40)
    const texels = noTexels(mesh).map((_, t) => (t < 400 ? 1000 : 10))
    const parts = partition(mesh, texels, { triangles: 10_000, texels: 50_000 })
    for (const { from, to } of leavesOf(parts)) {
      let sum = 0
      for (let i = from; i < to; i++) sum += texels[parts.order[i]!]!
      expect(sum).toBeLessThanOrEqual(60_000)
    }
  })
  test('of a mesh that fits in one are the root itself', () => {
    const mesh = sheet(4, 4)
    expect(partition(mesh, noTexels(mesh), size(100)).nodes).toEqual([{ id: 0, name: 'r', depth: 0, children: [], from: 0, to: 32 }])
  })
  test('of triangles that all lie at one place come to an end', () => {
    const mesh = sheet(10, 10, { size: 0 })
    expect(leavesOf(partition(mesh, noTexels(mesh), size(10))).length).toBeGreaterThan(0)
  })
})

test('a position is owned by the smallest tile that holds all its triangles', () => {
  const mesh = sheet(16, 16)
  const parts = partition(mesh, noTexels(mesh), size(40))
  const users = new Map<number, Set<number>>()
  for (const leaf of leavesOf(parts))
    for (let i = leaf.from; i < leaf.to; i++)
      for (let k = 0; k < 3; k++) {
        const position = mesh.corners[3 * parts.order[i]! + k]!
        users.set(position, (users.get(position) ?? new Set()).add(leaf.id))
      }
  const holds = (node: Partition['nodes'][number], leaf: number) => parts.nodes[leaf]!.from >= node.from && parts.nodes[leaf]!.to <= node.to
  for (const [position, leaves] of users) {
    const holders = parts.nodes.filter((node) => [...leaves].every((leaf) => holds(node, leaf)))
    expect(parts.ownerDepths[position]).toBe(Math.max(...holders.map(({ depth }) => depth)))
  }
})
