import { expect, test } from 'vitest'
import { enuFrame, geodeticToEnu } from '../../geo/enu.ts'
import { overview } from './overview.ts'

const frame = enuFrame({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, datum: 'CGCS2000' })
/** Where a view stands, and where it looks at the height of a point, ENU metres. */
function looks(view: ReturnType<typeof overview>, up: number) {
  const eye = geodeticToEnu(frame, view)
  return { eye, at: eye[1] + (eye[2] - up) / Math.tan((-view.pitchDeg * Math.PI) / 180) }
}

test('stands south of a capture and looks at its middle, far enough to see it whole', () => {
  const view = overview(frame, [{ center: [300, -200, 10], radiusMeters: 100 }])
  const { eye, at } = looks(view, 10)
  expect(view).toMatchObject({ headingDeg: 0, pitchDeg: -35 })
  expect(eye[0]).toBeCloseTo(300, 3)
  expect(at).toBeCloseTo(-200, 1)
  expect(Math.hypot(eye[1] + 200, eye[2] - 10)).toBeCloseTo(270, 3)
})

test('sees two captures that lie near each other, and the larger of two that do not', () => {
  const near = looks(
    overview(frame, [
      { center: [-100, 0, 0], radiusMeters: 50 },
      { center: [100, 0, 0], radiusMeters: 50 },
    ]),
    0,
  )
  expect(near.eye[0]).toBeCloseTo(0, 3)
  expect(Math.hypot(near.eye[1], near.eye[2])).toBeCloseTo(150 * 2.7, 3)
  const far = looks(
    overview(frame, [
      { center: [-9_000, 0, 0], radiusMeters: 50 },
      { center: [9_000, 0, 0], radiusMeters: 60 },
    ]),
    0,
  )
  expect(far.eye[0]).toBeCloseTo(9_000, 0)
})

test('is never nearer than 30 m, and never where the camera may not go', () => {
  const near = looks(overview(frame, [{ center: [0, 0, 0], radiusMeters: 0.1 }]), 0)
  expect(Math.hypot(near.eye[1], near.eye[2])).toBeCloseTo(30, 6)
  const far = geodeticToEnu(frame, overview(frame, [{ center: [0, 0, 0], radiusMeters: 1e6 }]))
  expect(Math.hypot(far[1], far[2])).toBeLessThan(150_001)
})
