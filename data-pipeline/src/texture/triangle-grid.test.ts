import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { TriangleGrid } from './triangle-grid.ts'

test('finds each triangle whose box meets the asked one, once, and no other', () => {
  const coordinate = fc.double({ min: -50, max: 50, noNaN: true })
  const point = fc.tuple(coordinate, coordinate, coordinate)
  // Small ones and some that span all.
  const triangle = fc.tuple(point, fc.double({ min: 0.01, max: 60, noNaN: true }))
  fc.assert(
    fc.property(
      fc.array(triangle, { minLength: 1, maxLength: 80 }),
      point,
      fc.double({ min: 0.1, max: 40, noNaN: true }),
      (list, low, size) => {
        const positions = Float32Array.from(list.flatMap(([[x, y, z], s]) => [x, y, z, x + s, y, z + s / 2, x, y + s, z]))
        const triangles = Uint32Array.from({ length: list.length * 3 }, (_, i) => i)
        const box = Float32Array.from([...low, ...low.map((v) => v + size)])
        const grid = new TriangleGrid({ positions, triangles })
        const found = new Uint32Array(list.length)
        const got = [...found.subarray(0, grid.find(box, 0, found))].map((i) => grid.order[i]!).sort((a, b) => a - b)
        const meets = (t: number) =>
          [0, 1, 2].every((k) => {
            const values = [0, 1, 2].map((c) => positions[9 * t + 3 * c + k]!)
            return Math.min(...values) <= box[3 + k]! && Math.max(...values) >= box[k]!
          })
        expect(got).toEqual(list.map((_, t) => t).filter(meets))
        grid.order.forEach((t, i) => {
          expect([...grid.corners.subarray(9 * i, 9 * i + 9)]).toEqual([...positions.subarray(9 * t, 9 * t + 9)])
        })
      },
    ),
  )
})
