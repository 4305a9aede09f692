import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CLEARANCE_METERS, freeHeight } from './ground.ts'

const height = fc.double({ min: -500, max: 5000, noNaN: true })

test('leaves the camera in free air where it is', () => expect(freeHeight(50, [3, 20], 0)).toBe(50))
test('keeps it 2 m over the surface below it', () => expect(freeHeight(20.5, [3, 20], 0)).toBe(22))
test('lets it stand under a tree, with ground below', () => expect(freeHeight(5, [1, 9], 0)).toBe(5))
test('lifts it out of a house, whose sheet has no floor', () => expect(freeHeight(5, [18], 0)).toBe(20))
test('keeps it over the guessed ground where there is no mesh', () => expect(freeHeight(-30, [], 6)).toBe(8))

test('is never under the lowest surface, and asked again changes nothing', () => {
  fc.assert(
    fc.property(height, fc.array(height, { maxLength: 6 }), height, (camera, heights, guess) => {
      const free = freeHeight(camera, heights, guess)
      expect(free).toBeGreaterThanOrEqual(Math.min(...(heights.length > 0 ? heights : [guess])) + CLEARANCE_METERS)
      expect(free).toBeGreaterThanOrEqual(camera)
      if (heights.every((each) => each <= camera)) expect(freeHeight(free, heights, guess)).toBe(free)
    }),
  )
})
