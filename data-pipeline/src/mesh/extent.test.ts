import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extentOf } from './extent.ts'

/** Squares of two triangles on a plane, `side` a side. */
function field(side: number, at: readonly [number, number] = [0, 0]) {
  const positions: number[] = []
  const corners: number[] = []
  for (let j = 0; j <= side; j++) for (let i = 0; i <= side; i++) positions.push(at[0] + i, at[1] + j, Math.sin(i + j))
  const id = (i: number, j: number) => j * (side + 1) + i
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) corners.push(id(i, j), id(i + 1, j), id(i + 1, j + 1), id(i, j), id(i + 1, j + 1), id(i, j + 1))
  return { positions, corners }
}
type Mesh = ReturnType<typeof field>
const joined = (...meshes: Mesh[]): Mesh =>
  meshes.reduce((all, { positions, corners }) => ({
    corners: [...all.corners, ...corners.map((corner) => corner + all.positions.length / 3)],
    positions: [...all.positions, ...positions],
  }))
const triangle = (x: number, y: number, z: number): Mesh => ({ positions: [x, y, z, x + 1, y, z, x, y + 1, z], corners: [0, 1, 2] })
const of = ({ positions, corners }: Mesh) => extentOf(Float64Array.from(positions), Uint32Array.from(corners))
const SIDE = 20
const sound = of(field(SIDE))

describe('a mesh reaches as far as its faces', () => {
  test('and a vertex that none uses counts for nothing, whatever it is', () => {
    const { positions, corners } = field(SIDE)
    for (const stray of [
      [0, 0, -9e9],
      [Number.NaN, 1, 1],
      [511_000, 3_371_000, 0],
    ])
      expect(of({ positions: [...positions, ...stray], corners })).toEqual({ ...sound, unused: 1 })
  })
  test('but for strays: few, and apart by as much as the rest is wide, in whatever direction', () => {
    const far = fc.integer({ min: 60, max: 1_000_000 })
    const direction = fc.tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }))
    fc.assert(
      fc.property(fc.array(fc.tuple(far, direction), { minLength: 1, maxLength: 4 }), (list) => {
        const strays = list.filter(([, [x, y, z]]) => x !== 0 || y !== 0 || z !== 0).map(([r, [x, y, z]]) => triangle(x * r, y * r, z * r))
        const { box, far: marks, strays: told } = of(joined(field(SIDE), ...strays))
        expect(box).toEqual(sound.box)
        expect([marks.reduce((sum, mark) => sum + mark, 0), told?.triangles ?? 0]).toEqual([strays.length, strays.length])
      }),
    )
  })
  test('and the farthest stray is told with its place', () => {
    const { strays } = of(joined(field(SIDE), triangle(60_000, 60_000, 0), triangle(0, 500, 0)))
    expect(strays).toMatchObject({ triangles: 2, at: [expect.closeTo(60_000 + 1 / 3, 6), expect.closeTo(60_000 + 1 / 3, 6), 0] })
    expect(strays!.distance).toBeCloseTo(Math.hypot(60_000 + 1 / 3 - 10, 60_000 + 1 / 3 - 10), 0)
  })
})

describe('is no stray', () => {
  test.each([
    ['a second village 3 km off', joined(field(SIDE), field(8, [3_000, 0]))],
    ['a triangle nearer than the mesh is wide', joined(field(SIDE), triangle(35, 0, 0))],
    ['a pole of few triangles', joined(field(SIDE), ...Array.from({ length: 6 }, (_, i) => triangle(5, 5, 3 * i)))],
    ['one of few triangles', joined(triangle(0, 0, 0), triangle(500, 0, 0))],
    ['anything of a single triangle', triangle(0, 0, 0)],
  ])('%s', (_, mesh) => expect(of(mesh).strays).toBeUndefined())
})
