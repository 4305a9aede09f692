import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { triangulate } from './triangulate.ts'

const at = (points: readonly (readonly number[])[]) => Float64Array.from(points.flat())
const all = (count: number) => Array.from({ length: count }, (_, i) => i)
/** Twice the signed area in x and y. */
const area = (points: readonly (readonly number[])[], [a, b, c]: readonly [number, number, number]) =>
  (points[b]![0]! - points[a]![0]!) * (points[c]![1]! - points[a]![1]!) -
  (points[c]![0]! - points[a]![0]!) * (points[b]![1]! - points[a]![1]!)

describe('a polygon becomes triangles', () => {
  test('that turn as it does and cover it once, where it is concave too', () => {
    // Corners at falling and rising distances around a middle make a star.
    const star = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 14 }).map((radii) =>
      radii.map((r, i) => {
        const angle = (2 * Math.PI * i) / radii.length
        return [r * Math.cos(angle), r * Math.sin(angle), 0]
      }),
    )
    fc.assert(
      fc.property(star, (points) => {
        const triangles = triangulate(at(points), all(points.length))
        expect(triangles).toHaveLength(points.length - 2)
        const whole = points.reduce((sum, p, i) => sum + area([[0, 0], p, points[(i + 1) % points.length]!], [0, 1, 2]), 0)
        const parts = triangles.map((triangle) => area(points, triangle))
        expect(parts.every((part) => part > -1e-9)).toBe(true)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(whole, 6)
      }),
    )
  })
  test('on whatever plane it stands', () => {
    // An L on a wall.
    const wall = [
      [5, 0, 0],
      [5, 4, 0],
      [5, 4, 1],
      [5, 1, 1],
      [5, 1, 4],
      [5, 0, 4],
    ]
    const flat = wall.map(([, y, z]) => [y!, z!, 0])
    const triangles = triangulate(at(wall), all(6))
    expect(triangles.map((t) => area(flat, t)).every((part) => part > 0)).toBe(true)
    expect(triangles.reduce((sum, t) => sum + area(flat, t), 0)).toBe(14)
  })
  test('of 20,000 corners as of four', () => {
    const circle = Array.from({ length: 20_000 }, (_, i) => {
      const r = i % 2 === 0 ? 10 : 9
      return [r * Math.cos((2 * Math.PI * i) / 20_000), r * Math.sin((2 * Math.PI * i) / 20_000), 0]
    })
    const triangles = triangulate(at(circle), all(20_000))
    expect(triangles.length).toBe(19_998)
    expect(triangles.every((t) => area(circle, t) > -1e-9)).toBe(true)
  })
  test('where it crosses itself, and as a fan where it names what comes later in the file', () => {
    const bow = [
      [0, 0, 0],
      [2, 2, 0],
      [2, 0, 0],
      [0, 2, 0],
    ]
    expect(triangulate(at(bow), all(4))).toHaveLength(2)
    expect(triangulate(new Float64Array(0), [7, 8, 9, 10, 11])).toHaveLength(3)
  })
})
