import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { CameraTools, turnToNorthDeg } from './camera-tools.ts'

const view = (headingDeg: number) => ({ current: { headingDeg }, orbitBy: vi.fn(), zoomBy: vi.fn() })
const press = (tool: 'zoom-in' | 'zoom-out' | 'north', headingDeg = 0) => {
  const pressed = view(headingDeg)
  new CameraTools().press(tool, pressed as never, true)
  return pressed
}

test('turns to north the short way from any heading', () => {
  fc.assert(
    fc.property(fc.double({ min: -720, max: 720, noNaN: true }), (heading) => {
      const turn = turnToNorthDeg(heading)
      expect(Math.abs(turn)).toBeLessThanOrEqual(180)
      expect(Math.cos(((heading + turn) * Math.PI) / 180)).toBeCloseTo(1, 9)
    }),
  )
  expect(press('north', 350).orbitBy).toHaveBeenCalledWith(10, 0)
})
test('comes twice as near, and back', () => {
  expect(press('zoom-in').zoomBy).toHaveBeenCalledWith(0.5)
  expect(press('zoom-out').zoomBy).toHaveBeenCalledWith(2)
})
