import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enuFrame, enuToGeodetic } from '../../geo/enu.ts'
import { holdAtDistance, holdAtHeight, meetHeight } from './hold.ts'
import { axesOf, type Lens, type Pose, poseToView, projectPoint, rayThrough, viewProjectionOf, viewToPose } from './pose.ts'
import { along, distance } from './vector.ts'

const frame = enuFrame({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, datum: 'CGCS2000' })
const lens: Lens = { fovYRad: Math.PI / 4, width: 800, height: 500 }
const num = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const pose = fc
  .record({ e: num(-50_000, 50_000), n: num(-50_000, 50_000), u: num(5, 20_000), headingRad: num(-7, 7), pitchRad: num(-1.57, 0.4) })
  .map(({ e, n, u, ...rest }): Pose => ({ enu: [e, n, u], ...rest }))
const pixel = fc.tuple(num(0, lens.width), num(0, lens.height))
const pixelOf = ({ enu, ...rest }: Pose, at: readonly [number, number, number]) =>
  projectPoint(axesOf(frame, { enu, ...rest }), enu, lens, at)

describe('a held point', () => {
  test('stays under the pointer whatever the turn and the distance, to a hundredth of a px', () => {
    fc.assert(
      fc.property(
        pose,
        pixel,
        num(3, 30_000),
        num(-7, 7),
        num(-1.57, 0.4),
        num(3, 30_000),
        (from, [x, y], reach, headingRad, pitchRad, to) => {
          const anchor = along(from.enu, rayThrough(axesOf(frame, from), lens, x, y), reach)
          const moved = holdAtDistance(frame, lens, from.enu, { anchor, x, y, headingRad, pitchRad }, to)
          const at = pixelOf(moved, anchor)!
          expect(Math.hypot(at.x - x, at.y - y)).toBeLessThan(0.01)
          expect(distance(moved.enu, anchor)).toBeCloseTo(to, 4)
        },
      ),
    )
  })
  test('stays under the pointer in a pan, and the camera keeps its height', () => {
    fc.assert(
      fc.property(pose, pixel, pixel, (from, [x0, y0], [x, y]) => {
        const ray = rayThrough(axesOf(frame, from), lens, x0, y0)
        const reach = meetHeight(frame, from.enu, ray, 6.4)
        fc.pre(reach !== null && reach < 60_000)
        const anchor = along(from.enu, ray, reach!)
        const height = enuToGeodetic(frame, from.enu).heightEllipsoidalMeters
        const moved = holdAtHeight(frame, lens, from.enu, { anchor, x, y, ...from }, height)
        fc.pre(moved !== null && distance(moved.enu, anchor) < 200_000)
        const at = pixelOf(moved!, anchor)!
        expect(Math.hypot(at.x - x, at.y - y)).toBeLessThan(0.05)
        expect(enuToGeodetic(frame, moved!.enu).heightEllipsoidalMeters).toBeCloseTo(height, 3)
      }),
    )
  })
  test('is refused where the pointer is over the horizon', () => {
    const level: Pose = { enu: [0, 0, 50], headingRad: 0, pitchRad: 0 }
    expect(holdAtHeight(frame, lens, level.enu, { anchor: [0, 100, 0], x: 400, y: 100, ...level }, 56.4)).toBeNull()
  })
})

describe('a ray', () => {
  test('meets the height it asks for', () => {
    fc.assert(
      fc.property(pose, pixel, num(-100, 4), (from, [x, y], height) => {
        const ray = rayThrough(axesOf(frame, from), lens, x, y)
        const t = meetHeight(frame, from.enu, ray, height)
        fc.pre(t !== null && t < 100_000)
        expect(enuToGeodetic(frame, along(from.enu, ray, t!)).heightEllipsoidalMeters).toBeCloseTo(height, 1)
      }),
    )
  })
  test('to the sky meets nothing', () => expect(meetHeight(frame, [0, 0, 100], [0, 0, 1], 0)).toBeNull())
  test('through a pixel leads to a point that is drawn at that pixel', () => {
    fc.assert(
      fc.property(pose, pixel, num(1, 50_000), (from, [x, y], reach) => {
        const at = pixelOf(from, along(from.enu, rayThrough(axesOf(frame, from), lens, x, y), reach))!
        expect(Math.hypot(at.x - x, at.y - y)).toBeLessThan(1e-3)
      }),
    )
  })
})

describe('the matrix for the worker', () => {
  test('puts a point where the projection does', () => {
    fc.assert(
      fc.property(pose, pixel, num(10, 10_000), (from, [x, y], reach) => {
        const axes = axesOf(frame, from)
        const [e, n, u] = along(from.enu, rayThrough(axes, lens, x, y), reach)
        const m = viewProjectionOf(axes, from.enu, lens, 1, 100_000)
        const w = m[3]! * e + m[7]! * n + m[11]! * u + m[15]!
        const clip = [0, 1, 2].map((r) => (m[r]! * e + m[r + 4]! * n + m[r + 8]! * u + m[r + 12]!) / w)
        expect((clip[0]! + 1) * 400).toBeCloseTo(x, 3)
        expect((1 - clip[1]!) * 250).toBeCloseTo(y, 3)
        expect(clip[2]).toBeGreaterThan(-1)
        expect(clip[2]).toBeLessThan(1)
      }),
    )
  })
})

describe('a view', () => {
  test('becomes a camera and back', () => {
    fc.assert(
      fc.property(
        num(117, 119),
        num(36, 38),
        num(2, 30_000),
        num(0, 359.9),
        num(-90, 25),
        (longitude, latitude, h, headingDeg, pitchDeg) => {
          const view = { longitude, latitude, heightEllipsoidalMeters: h, headingDeg, pitchDeg }
          const back = poseToView(frame, viewToPose(frame, view))
          expect(back.longitude).toBeCloseTo(longitude, 9)
          expect(back.latitude).toBeCloseTo(latitude, 9)
          expect(back.heightEllipsoidalMeters).toBeCloseTo(h, 4)
          expect(back.headingDeg).toBeCloseTo(headingDeg, 6)
          expect(back.pitchDeg).toBeCloseTo(pitchDeg, 6)
        },
      ),
    )
  })
  test('from 100 km away is level in its own place, not in that of the origin', () => {
    const far: Pose = { enu: [100_000, 0, 1000], headingRad: Math.PI / 2, pitchRad: 0 }
    expect(axesOf(frame, far).forward[2]).toBeCloseTo(-Math.sin(100_000 / 6_385_000), 3)
  })
})
