// @vitest-environment happy-dom
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageBox, shareOf } from './page-box.ts'

/** A box whose corners the browser would draw where `to` says. */
const boxOf = (width: number, height: number, to: (x: number, y: number) => readonly [number, number]) => {
  const box = document.createElement('div')
  Object.defineProperties(box, { clientWidth: { value: width }, clientHeight: { value: height } })
  const made = pageBox(box)
  const at = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ] as const
  at.forEach(([x, y], i) => {
    const [left, top] = to(x, y)
    box.children[i]!.getBoundingClientRect = () => new DOMRect(left, top, 0, 0)
  })
  return { box, made }
}

test('a point of a page that scales each way by its own factor is one of the picture', () => {
  const { made } = boxOf(800, 500, (x, y) => [40 + x * 0.5, 100 + y])
  expect(made.point(190, 430)).toEqual({ x: 300, y: 330 })
})

const matrix = fc.record({
  a: fc.double({ min: -3, max: 3, noNaN: true }),
  b: fc.double({ min: -3, max: 3, noNaN: true }),
  c: fc.double({ min: -3, max: 3, noNaN: true }),
  d: fc.double({ min: -3, max: 3, noNaN: true }),
  e: fc.double({ min: -2000, max: 2000, noNaN: true }),
  f: fc.double({ min: -2000, max: 2000, noNaN: true }),
  // Perspective: the far corner is at most half as large.
  g: fc.double({ min: 0, max: 1 / 1600, noNaN: true }),
  h: fc.double({ min: 0, max: 1 / 1000, noNaN: true }),
})
test('undoes any matrix, with perspective too, within a hundredth of a px', () => {
  fc.assert(
    fc.property(matrix, fc.double({ min: 0, max: 800, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }), (m, x, y) => {
      fc.pre(Math.abs(m.a * m.d - m.b * m.c) > 0.05)
      const to = (px: number, py: number) => {
        const w = 1 + m.g * px + m.h * py
        return [(m.a * px + m.c * py + m.e) / w, (m.b * px + m.d * py + m.f) / w] as const
      }
      const determinant = m.a * (m.d - m.f * m.h) - m.c * (m.b - m.f * m.g) + m.e * (m.b * m.h - m.d * m.g)
      fc.pre(Math.abs(determinant) > 0.05)
      const { made } = boxOf(800, 500, to)
      const back = made.point(...to(x, y))
      expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(0.01)
    }),
  )
})

test('a box without a size, or drawn edge-on, is taken as it stands', () => {
  expect(boxOf(0, 0, () => [40, 100]).made.point(43, 104)).toEqual({ x: 3, y: 4 })
  expect(boxOf(800, 500, (x) => [40 + x, 100]).made.point(43, 104)).toEqual({ x: 3, y: 4 })
  expect(
    shareOf(
      [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
        { x: 1, y: 0 },
        { x: 0, y: 0 },
      ],
      1,
      1,
    ),
  ).toBeNull()
})

test('keeps four points in a box, however often it is asked for', () => {
  const { box, made } = boxOf(800, 500, (x, y) => [x, y])
  expect([pageBox(box) === made, box.children.length]).toEqual([true, 4])
})
