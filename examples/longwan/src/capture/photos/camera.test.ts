import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAR, makeCamera, PHOTO_DIRECTIONS, projector, type Vector } from './camera.ts'

const bounds = { low: [0, 0, -4], high: [450, 350, 27] } as const
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

test('each flight has three axes of length one at right angles', () => {
  for (const d of PHOTO_DIRECTIONS) {
    const { forward: f, right: r, up: u } = makeCamera(d, bounds, 0.14)
    for (const axis of [f, r, u]) expect(dot(axis, axis)).toBeCloseTo(1, 9)
    for (const [a, b] of [
      [f, r],
      [f, u],
      [r, u],
    ] as const)
      expect(dot(a, b)).toBeCloseTo(0, 9)
  }
})

test('every point of the bounds falls on the image and within the reach of a photo`s centimetres', () => {
  const cameras = PHOTO_DIRECTIONS.map((d) => makeCamera(d, bounds, 0.14))
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 450, noNaN: true }),
      fc.double({ min: 0, max: 350, noNaN: true }),
      fc.double({ min: -4, max: 27, noNaN: true }),
      (x, y, z) => {
        for (const c of cameras) {
          const p = projector(c)
          const px = x * p.xx + y * p.xy + z * p.xz + p.x0
          const py = x * p.yx + y * p.yy + z * p.yz + p.y0
          const cm = (x * p.dx + y * p.dy + z * p.dz - c.nearest) * 100
          expect(px).toBeGreaterThanOrEqual(-1e-6)
          expect(py).toBeGreaterThanOrEqual(-1e-6)
          expect(px).toBeLessThanOrEqual(c.width + 1e-6)
          expect(py).toBeLessThanOrEqual(c.height + 1e-6)
          expect(cm).toBeGreaterThanOrEqual(-1e-6)
          expect(cm).toBeLessThan(FAR)
        }
      },
    ),
  )
})
