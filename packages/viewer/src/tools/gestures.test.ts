// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchGestures } from './gestures.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

function watched() {
  document.body.innerHTML = '<section><div tabindex="0"></div><button></button></section><a href="#x">elsewhere</a>'
  const host = document.querySelector('section')!
  const map = document.querySelector('div')!
  const told: unknown[] = []
  const stop = watchGestures(host, map, { owner: (owner) => told.push(owner), hint: (hint) => told.push(hint) })
  return { host, map, told, stop, button: document.querySelector('button')!, elsewhere: document.querySelector('a')! }
}
const touch = (fingers: number) => Object.assign(new Event('touchmove'), { touches: { length: fingers } })

test('gives the map its gestures while focus is inside, wherever inside', () => {
  const { map, button, elsewhere, told } = watched()
  map.focus()
  button.focus()
  elsewhere.focus()
  expect(told.filter((each) => each !== null)).toEqual(['map', 'page'])
})
test('tells of a wheel and of one finger that the page took, and takes the word back', () => {
  const { map, told } = watched()
  map.dispatchEvent(new WheelEvent('wheel'))
  map.dispatchEvent(touch(1))
  vi.advanceTimersByTime(2_000)
  expect(told).toEqual(['wheel', 'touch', null])
})
test('says nothing of gestures that are the map’s: Ctrl + wheel, two fingers, all once it has focus', () => {
  const { map, told } = watched()
  map.dispatchEvent(Object.assign(new WheelEvent('wheel'), { ctrlKey: true }))
  map.dispatchEvent(touch(2))
  map.focus()
  map.dispatchEvent(new WheelEvent('wheel'))
  expect(told).toEqual([null, 'map'])
})
test('hears nothing more when it was ended', () => {
  const { map, told, stop } = watched()
  stop()
  map.dispatchEvent(new WheelEvent('wheel'))
  map.focus()
  expect(told).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})
