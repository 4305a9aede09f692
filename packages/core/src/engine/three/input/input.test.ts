import { describe, expect, test, vi } from 'vitest'
import type { Rig } from '../../camera/rig.ts'
import { keyAction, listenToKeys } from './keys.ts'
import { decideMode, type Pair, readTwoFingers } from './two-fingers.ts'
import { wheelFactor } from './wheel.ts'

const pair = (ax: number, ay: number, bx: number, by: number): Pair => [
  { x: ax, y: ay },
  { x: bx, y: by },
]
const began = pair(100, 200, 200, 200)

describe('a wheel', () => {
  const wheel = (deltaY: number, over = {}) => wheelFactor({ deltaY, deltaMode: 0, ctrlKey: false, ...over })
  test('notch comes a fifth nearer, and one back undoes it', () => {
    expect(wheel(-100)).toBeCloseTo(0.8, 2)
    expect(wheel(-100) * wheel(100)).toBeCloseTo(1, 9)
  })
  test('of three lines is a notch', () => expect(wheel(-3, { deltaMode: 1 })).toBeCloseTo(wheel(-99), 9))
  test('of a touchpad is fine: ten small steps are one large', () => expect(wheel(-4) ** 10).toBeCloseTo(wheel(-40), 9))
  test('pinch of a touchpad (small steps with Ctrl) is stronger', () => expect(wheel(-4, { ctrlKey: true })).toBeLessThan(wheel(-4)))
  test('with Ctrl held by hand is a wheel', () => expect(wheel(-100, { ctrlKey: true })).toBe(wheel(-100)))
  test('that is wild does not fly through the village', () => expect(wheel(-100_000)).toBeCloseTo(Math.exp(-0.7), 9))
})

describe('two fingers', () => {
  test('that tremble mean nothing yet', () => expect(decideMode(began, pair(102, 201, 199, 200))).toBeNull())
  test('that go up together tilt', () => {
    const now = pair(100, 150, 201, 152)
    expect(decideMode(began, now)).toBe('tilt')
    expect(readTwoFingers('tilt', began, now)).toMatchObject({ mode: 'tilt', pitchRad: expect.closeTo(0.196, 3) })
  })
  test('twice as far apart come twice as near', () => {
    const now = pair(50, 200, 250, 200)
    expect(decideMode(began, now)).toBe('move')
    expect(readTwoFingers('move', began, now)).toEqual({ mode: 'move', x: 150, y: 200, factor: 0.5, headingRad: -0 })
  })
  test('that twist turn the map with them, less a dead part', () => {
    const now = pair(150, 150, 150, 250) // a quarter turn clockwise on the screen
    expect(readTwoFingers('move', began, now)).toMatchObject({ headingRad: expect.closeTo(-(Math.PI / 2 - 0.12), 6) })
  })
  test('that go sideways together move the map', () => expect(decideMode(began, pair(150, 201, 250, 201))).toBe('move'))
})

describe('a key', () => {
  const press = (key: string, over = {}) => keyAction({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...over })
  const fake = () => ({ panBy: vi.fn(), orbitBy: vi.fn(), zoomBy: vi.fn(), faceNorth: vi.fn(), goHome: vi.fn() })
  const does = (key: string, over = {}) => {
    const rig = fake()
    press(key, over)?.(rig as unknown as Rig, true)
    return Object.entries(rig).flatMap(([name, { mock }]) => mock.calls.map((args) => [name, ...args]))
  }
  test('pans by arrows: what is on the left comes in from the left', () => expect(does('ArrowLeft')).toEqual([['panBy', 60, 0]]))
  test('orbits with shift, 7.5 degrees at a press', () => {
    expect(does('ArrowRight', { shiftKey: true })).toEqual([['orbitBy', Math.PI / 24, 0]])
    expect(does('ArrowDown', { shiftKey: true })).toEqual([['orbitBy', 0, -Math.PI / 24]])
  })
  test('zooms, faces north and goes home; cut where motion is reduced', () => {
    expect(does('+')).toEqual([['zoomBy', 0.8]])
    expect(does('n')).toEqual([['faceNorth', { durationMs: 0 }]])
    expect(does('Home')).toEqual([['goHome', { durationMs: 0 }]])
  })
  test('of the browser stays the browser’s', () => {
    for (const held of ['ctrlKey', 'altKey', 'metaKey']) expect(press('+', { [held]: true })).toBeUndefined()
    expect(press('Tab')).toBeUndefined()
  })
  test('is taken from the page where it means something, and heard until nobody listens', () => {
    const canvas = new EventTarget() as HTMLCanvasElement
    const rig = fake()
    const stop = listenToKeys(canvas, rig as unknown as Rig, () => false)
    const send = (key: string) => {
      const event = Object.assign(new Event('keydown', { cancelable: true }), {
        key,
        shiftKey: false,
        ctrlKey: false,
        altKey: false,
        metaKey: false,
      })
      canvas.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect([send('Home'), send('Tab')]).toEqual([true, false])
    expect(rig.goHome.mock.calls).toEqual([[{}]])
    stop()
    expect([send('Home'), rig.goHome.mock.calls.length]).toEqual([false, 1])
  })
})
