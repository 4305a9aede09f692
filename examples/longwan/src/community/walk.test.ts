import { enuFrame, geodeticToEnu } from '@twinmap/core/geo'
import { expect, test } from 'vitest'
import { SITE_DEPTH_METERS, SITE_ORIGIN, SITE_WIDTH_METERS } from '../capture/place/grid.ts'
import { LANES, MAIN_LANE_X } from '../capture/scene/plan.ts'
import { groundHeight, siteToPlan } from '../capture/scene/terrain.ts'
import { recordAt, WALK_DEFAULTS } from '../simulate-walk.ts'
import { COMMUNITY_ROUTE, communityGround } from './walk.ts'

const origin = { ...SITE_ORIGIN, datum: 'CGCS2000' } as const
const walk = { ...WALK_DEFAULTS, origin, route: COMMUNITY_ROUTE, ground: communityGround }
const places = Array.from({ length: 600 }, (_, step) => {
  const [longitude, latitude, heightEllipsoidalMeters] = recordAt(walk, 1, 1_764_046_800_000, step).location!
  const [east, north, up] = geodeticToEnu(enuFrame(origin), { longitude, latitude, heightEllipsoidalMeters })
  return { plan: siteToPlan(east + SITE_WIDTH_METERS / 2, north + SITE_DEPTH_METERS / 2), up }
})

test('she never leaves the lanes', () => {
  for (const { plan } of places) {
    const [x, y] = plan
    const onLane = LANES.some((lane) => Math.abs(y - lane) < 2.9) && x > 32 && x < 332
    expect([x, y, onLane || Math.abs(x - MAIN_LANE_X) < 4.4]).toEqual([x, y, true])
  }
})

test('she walks on the ground', () => {
  for (const { plan, up } of places) expect(Math.abs(up - groundHeight(...plan))).toBeLessThan(0.02)
})

test('she gets to the service centre and back', () => {
  expect(Math.max(...places.map(({ plan }) => plan[0]))).toBeGreaterThan(235)
  expect(Math.min(...places.map(({ plan }) => plan[0]))).toBeLessThan(100)
})
