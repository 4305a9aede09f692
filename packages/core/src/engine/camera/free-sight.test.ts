import { expect, test } from 'vitest'
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { enuFrame } from '../../geo/enu.ts'
import { freeSight, type SightPorts } from './free-sight.ts'
import { axesOf, projectPoint } from './pose.ts'
import { distance } from './vector.ts'

const frame = enuFrame({ longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6, datum: 'CGCS2000' })
const lens = { fovYRad: Math.PI / 4, width: 800, height: 500 }
const asked = { anchor: [0, 0, 0], x: 400, y: 250, headingRad: 0, pitchRad: -Math.PI / 9, rangeMeters: 40 } as const
const degrees = (pitchRad: number) => Math.round((pitchRad * 180) / Math.PI)

/** A wall of a height along the south of the anchor, `metersSouth` away, `deepMeters` deep; ground elsewhere. */
function village(wallMeters: number, metersSouth = 8, deepMeters = 12): SightPorts {
  const isIn = (n: number) => n < -metersSouth && n > -metersSouth - deepMeters
  return {
    frame,
    meshHeights: ([, n, u]) => (isIn(n) ? [wallMeters] : u > 0 ? [0] : []),
    meetMesh: (eye: Vec3, ray: Vec3) => {
      for (let t = 0; t < 200; t += 0.1) {
        const [n, u] = [eye[1] + ray[1] * t, eye[2] + ray[2] * t]
        if (u < (isIn(n) ? wallMeters : 0)) return t
      }
      return null
    },
  }
}

test('is as the camera looks now, where nothing stands between', () => {
  const pose = freeSight(village(0), lens, [0, -500, 100], asked)
  expect(degrees(pose.pitchRad)).toBe(-20)
  expect(distance(pose.enu, asked.anchor)).toBeCloseTo(40, 6)
})
test.each([
  [5, -35],
  [12, -65],
  [60, -80],
])('over a wall of %i m it is from %i°, with the thing where it was asked for, at the same range', (wall, pitch) => {
  const pose = freeSight(village(wall), lens, [0, -500, 100], asked)
  expect(degrees(pose.pitchRad)).toBe(pitch)
  expect(distance(pose.enu, asked.anchor)).toBeCloseTo(40, 6)
  const at = projectPoint(axesOf(frame, pose), pose.enu, lens, asked.anchor)!
  expect([Math.round(at.x), Math.round(at.y)]).toEqual([400, 250])
})
test('stands in no house, though one could see through its sheet', () => {
  const ports = { ...village(30, 30, 20), meetMesh: () => null }
  expect(degrees(freeSight(ports, lens, [0, -500, 100], asked).pitchRad)).toBe(-50)
})
