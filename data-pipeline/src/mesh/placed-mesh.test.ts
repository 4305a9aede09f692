import { describe, expect, test } from 'vitest'
import type { Placement } from '../place/placement.ts'
import type { SourceMesh } from '../read/source.ts'
import { extentOf } from './extent.ts'
import { placeMesh } from './placed-mesh.ts'

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
    unit: undefined,
    files: [],
    warnings: [],
    notes: [],
  }
}
const placing = (mesh: SourceMesh, drop = false) => placeMesh(mesh, extentOf(mesh.positions, mesh.corners), STAYS, drop)
const place = (mesh: SourceMesh) => placing(mesh).mesh

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
    const { mesh, flattened } = placing(source([0, 0, 0, 8, 0, 0, 0, 8, 0, 0.0001, 0, 0], [0, 3, 1, 0, 1, 2]))
    expect([flattened, mesh.corners.length, [...mesh.cornerUvs], [...mesh.triangleSurfaces]]).toEqual([1, 3, [3, 4, 5], [1]])
  })
  test('lies in memory that threads share', () => {
    const { positions, corners, cornerUvs, triangleSurfaces } = place(source([0, 0, 0, 8, 0, 0, 0, 8, 0], [0, 1, 2]))
    for (const array of [positions, corners, cornerUvs, triangleSurfaces]) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})

describe('strays', () => {
  /** A strip of a hundred triangles, and one more at (far, far, 0). */
  const withStray = (far: number) => {
    const strip = Array.from({ length: 102 }, (_, i) => [i >> 1, i % 2, 0]).flat()
    const corners = Array.from({ length: 100 }, (_, i) => [i, i + 1, i + 2]).flat()
    return source([...strip, far, far, 0, far + 1, far, 0, far, far + 1, 0], [...corners, 102, 103, 104])
  }
  test('do not make the lattice coarser, and stay where they are', () => {
    const { mesh, core, dropped } = placing(withStray(30_000))
    expect([mesh.stepMeters, mesh.corners.length / 3, dropped]).toEqual([
      place(source(withStray(0).positions.slice(0, 306) as never, [...withStray(0).corners.slice(0, 300)])).stepMeters,
      101,
      0,
    ])
    expect(core).toEqual({ min: [0, 0, 0], max: [50, 1, 0] })
    const last = mesh.corners.at(-3)!
    expect([...mesh.positions.slice(3 * last, 3 * last + 3)].map((value) => value * mesh.stepMeters)).toEqual([30_000, 30_000, 0])
  })
  test('further off than the lattice reaches go, and are counted; where they are dropped all go', () => {
    expect(placing(withStray(1e6))).toMatchObject({ dropped: 1, mesh: { stepMeters: placing(withStray(30_000)).mesh.stepMeters } })
    expect(placing(withStray(1e6)).mesh.corners.length / 3).toBe(100)
    expect(placing(withStray(30_000), true)).toMatchObject({ dropped: 1, flattened: 0 })
  })
})
