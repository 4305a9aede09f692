import { expect, test } from 'vitest'
import { NO_GROUND, settleOn } from './settle.ts'

const ground = (longitude: number) =>
  longitude > 117 ? ({ heightEllipsoidalMeters: 5, errorMeters: 0.04, method: 'ground-coarse' } as const) : null

test('what came without a height stands on the mesh, and keeps how and how well', () => {
  expect(settleOn(ground, 1)(118, 37)).toEqual({ method: 'ground-coarse', heightEllipsoidalMeters: 5, errorMeters: 0.04 })
})

test('where nothing was flown, and without any mesh, it stands at the height of the origin', () => {
  const atOrigin = { method: 'origin', heightEllipsoidalMeters: 1, errorMeters: null }
  expect([settleOn(ground, 1)(116, 37), settleOn(NO_GROUND, 1)(118, 37)]).toEqual([atOrigin, atOrigin])
})
