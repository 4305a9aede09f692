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

const hundredths = (least: number, most: number) => fc.integer({ min: least * 100, max: most * 100 }).map((n) => n / 100)
const frame = fc.record({
  turnDeg: fc.integer({ min: 0, max: 359 }),
  skewDeg: fc.integer({ min: -50, max: 50 }),
  byX: hundredths(0.2, 3),
  byY: hundredths(-3, -0.2),
  e: fc.integer({ min: -2000, max: 2000 }),
  f: fc.integer({ min: -2000, max: 2000 }),
  // Perspective: the far corner is drawn at a third of its size at least.
  g: fc.integer({ min: 0, max: 100 }).map((n) => n / 80_000),
  h: fc.integer({ min: 0, max: 100 }).map((n) => n / 50_000),
})
test('undoes any scale, turn, skew and perspective within a hundredth of a px', () => {
  fc.assert(
    fc.property(frame, fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 500 }), (m, x, y) => {
      const [turn, skew] = [(m.turnDeg * Math.PI) / 180, Math.tan((m.skewDeg * Math.PI) / 180)]
      const to = (px: number, py: number) => {
        const w = 1 + m.g * px + m.h * py
        const [sx, sy] = [(px * m.byX + skew * py * m.byY) / w, (py * m.byY) / w]
        return [sx * Math.cos(turn) - sy * Math.sin(turn) + m.e, sx * Math.sin(turn) + sy * Math.cos(turn) + m.f] as const
      }
      const back = boxOf(800, 500, to).made.point(...to(x, y))
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
