// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { watchClicks } from './clicks.ts'

const press = (map: Element, x: number, y: number) => map.dispatchEvent(new PointerEvent('pointerdown', { clientX: x, clientY: y }))
const click = (map: Element, x: number, y: number) => map.dispatchEvent(new MouseEvent('click', { clientX: x, clientY: y }))

test('tells a click in px of the map where the page shows it scaled', () => {
  const map = document.createElement('div')
  Object.defineProperties(map, { clientWidth: { value: 800 }, clientHeight: { value: 500 } })
  map.getBoundingClientRect = () => new DOMRect(40, 100, 1200, 750)
  const clicked = vi.fn()
  watchClicks(map, clicked)
  press(map, 340, 250)
  click(map, 340, 250)
  expect(clicked.mock.calls).toEqual([[{ x: 200, y: 100 }]])
})

test('tells a click in px of the map, and the end of a drag as none, until it has ended', () => {
  const map = document.createElement('div')
  map.getBoundingClientRect = () => new DOMRect(40, 100, 800, 500)
  const clicked = vi.fn()
  const end = watchClicks(map, clicked)
  press(map, 140, 150)
  click(map, 143, 154)
  press(map, 140, 150)
  click(map, 147, 150)
  end()
  click(map, 140, 150)
  expect(clicked.mock.calls).toEqual([[{ x: 103, y: 54 }], [null]])
})
