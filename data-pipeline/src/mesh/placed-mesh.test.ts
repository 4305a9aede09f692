import { describe, expect, test } from 'vitest'
import type { Placement } from '../place/placement.ts'
import type { SourceMesh } from '../read/source.ts'
import { boxOf, placeMesh } from './placed-mesh.ts'

const STAYS: Placement = { frame: 'local', transform: [], toLocal: (point) => point, notes: [], warnings: [] }

function source(positions: number[], corners: number[]): SourceMesh {
  return {
    positions: Float64Array.from(positions),
    uvs: new Float32Array(0),
    corners: Uint32Array.from(corners),
    cornerUvs: Int32Array.from(corners, (_, i) => i),
    triangleSurfaces: Uint16Array.from({ length: corners.length / 3 }, (_, t) => t),
    surfaces: [],
    pages: [],
    warnings: [],
  }
}
const place = (mesh: SourceMesh) => placeMesh(mesh, boxOf(mesh.positions), STAYS)

describe('a placed mesh', () => {
  test('stands on whole steps, nearer than half a one', () => {
    const at = [0, 0, 0, 10.1234, 0, 0, 0, 9.8765, 1.2345]
    const { stepMeters, positions } = place(source(at, [0, 1, 2]))
    expect(Number.isInteger(Math.log2(stepMeters))).toBe(true)
    at.forEach((value, i) => {
      expect(Math.abs(positions[i]! * stepMeters - value)).toBeLessThanOrEqual(stepMeters / 2 + 1e-9)
    })
  })
  test('has one position where the file has two at one place', () => {
    const { positions, corners } = place(source([0, 0, 0, 8, 0, 0, 0, 8, 0, 8, 0, 0.0001, 0, 8, 0, 8, 8, 0], [0, 1, 2, 3, 5, 4]))
    expect(positions.length / 3).toBe(4)
    expect([...corners]).toEqual([0, 1, 2, 1, 3, 2])
  })
  test('loses what the lattice makes flat, and keeps what belongs to the rest', () => {
    const mesh = place(source([0, 0, 0, 8, 0, 0, 0, 8, 0, 0.0001, 0, 0], [0, 3, 1, 0, 1, 2]))
    expect([mesh.flattened, mesh.corners.length, [...mesh.cornerUvs], [...mesh.triangleSurfaces]]).toEqual([1, 3, [3, 4, 5], [1]])
  })
  test('lies in memory that threads share', () => {
    const { positions, corners, cornerUvs, triangleSurfaces } = place(source([0, 0, 0, 8, 0, 0, 0, 8, 0], [0, 1, 2]))
    for (const array of [positions, corners, cornerUvs, triangleSurfaces]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})

test('a box holds every vertex, and no more', () =>
  expect(boxOf(Float64Array.of(1, 5, -2, 3, -4, 0))).toEqual({ min: [1, -4, -2], max: [3, 5, 0] }))
