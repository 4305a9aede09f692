import { describe, expect, test } from 'vitest'
import { sheet } from './sample-mesh.ts'
import { simplifierReady, simplify } from './simplify.ts'

await simplifierReady
const STEP = 2 ** -7
const hills = (x: number, y: number) => 40 * Math.sin(x / 300) + 30 * Math.cos(y / 400)
const made = (z: (x: number, y: number) => number) => {
  const { positions, corners } = sheet(32, 32, { z })
  return { positionIds: Uint32Array.from({ length: positions.length / 3 }, (_, i) => 1000 + i), positions, triangles: corners }
}
const free = (count: number) => new Uint8Array(count)

describe('a simplified mesh', () => {
  test('has the triangles that were asked for, and its error in metres', () => {
    const mesh = made(hills)
    const { triangles, errorMeters } = simplify(mesh, { stepMeters: STEP, locked: free(33 * 33), targetTriangles: 200 })
    expect(triangles.length / 3).toBeLessThanOrEqual(200)
    expect(triangles.length / 3).toBeGreaterThan(150)
    // The hills are 0.55 m high.
    expect(errorMeters).toBeGreaterThan(0.001)
    expect(errorMeters).toBeLessThan(0.3)
  })
  test('of a plane has no error', () =>
    expect(
      simplify(
        made(() => 0),
        { stepMeters: STEP, locked: free(33 * 33), targetTriangles: 20 },
      ).errorMeters,
    ).toBeLessThan(5e-3))
  test('keeps only positions of the first, with their numbers', () => {
    const mesh = made(hills)
    const { positionIds, positions } = simplify(mesh, { stepMeters: STEP, locked: free(33 * 33), targetTriangles: 300 })
    expect(new Set(positionIds).size).toBe(positionIds.length)
    positionIds.forEach((id, i) => {
      expect([...positions.subarray(3 * i, 3 * i + 3)]).toEqual([...mesh.positions.subarray(3 * (id - 1000), 3 * (id - 1000) + 3)])
    })
  })
  test('keeps every locked position', () => {
    const mesh = made(hills)
    const locked = free(33 * 33)
    for (let i = 0; i < 33; i++) locked[i] = 1
    const { positionIds } = simplify(mesh, { stepMeters: STEP, locked, targetTriangles: 60 })
    const kept = new Set(positionIds)
    for (let i = 0; i < 33; i++) expect(kept.has(1000 + i)).toBe(true)
  })
})
