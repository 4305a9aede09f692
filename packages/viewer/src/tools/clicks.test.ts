// @vitest-environment happy-dom
import { pageBox } from '@twinmap/core/internal/engine/page-box'
import { expect, test, vi } from 'vitest'
import { watchClicks } from './clicks.ts'

const press = (map: Element, x: number, y: number) => map.dispatchEvent(new PointerEvent('pointerdown', { clientX: x, clientY: y }))
const click = (map: Element, x: number, y: number) => map.dispatchEvent(new MouseEvent('click', { clientX: x, clientY: y }))

/** A map of 800 × 500 px that the page draws from (40, 100) on, each way by a factor. */
const mapAt = (byX: number, byY: number) => {
  const map = document.createElement('div')
  Object.defineProperties(map, { clientWidth: { value: 800 }, clientHeight: { value: 500 } })
  pageBox(map)
  for (const [i, [x, y]] of (
    [
      [0, 0],
      [800, 0],
      [800, 500],
      [0, 500],
    ] as const
  ).entries())
    map.children[i]!.getBoundingClientRect = () => new DOMRect(40 + byX * x, 100 + byY * y, 0, 0)
  return map
}

test('tells a click in px of the map where the page shows it scaled', () => {
  const map = mapAt(1.5, 0.5)
  const clicked = vi.fn()
  watchClicks(map, clicked)
  press(map, 340, 250)
  click(map, 340, 250)
  expect(clicked.mock.calls).toEqual([[{ x: 200, y: 300 }]])
})

test('tells a click in px of the map, and the end of a drag as none, until it has ended', () => {
  const map = mapAt(1, 1)
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
