import { expect, test } from 'vitest'
import { hazeReachMeters, meshHaze, THEMES } from './theme.ts'

/** As the shader has it. */
const share = (heightMeters: number, awayMeters: number) => {
  const { most, fromMeters, reachMeters } = meshHaze(THEMES.light, heightMeters)
  return most * (1 - Math.exp(-Math.max(0, awayMeters - fromMeters) / reachMeters))
}

test('what lies under the camera is as it was taken, from any height', () => {
  for (const height of [2, 100, 3_000, 50_000]) expect(share(height, 1.9 * height)).toBe(0)
})
test('a village is hardly touched, its horizon is, and nothing ever goes', () => {
  expect(share(100, 400)).toBeLessThan(0.2)
  expect(share(100, 3_000)).toBeGreaterThan(0.6)
  for (const away of [1e3, 1e5, 1e7]) expect(share(100, away)).toBeLessThanOrEqual(0.75)
})
test('the mesh fades later than the ground around it', () => {
  for (const away of [100, 500, 2_000]) expect(share(100, away)).toBeLessThan(1 - Math.exp(-away / hazeReachMeters(100)))
})
