// @vitest-environment happy-dom
import { pageBox } from '@twinmap/core/internal/engine/page-box'
import { beforeEach, expect, test, vi } from 'vitest'
import { CoveredParts } from './covered-parts.ts'

const place = (x: number, y: number, width: number, height: number): HTMLElement => {
  const element = document.createElement('div')
  element.getBoundingClientRect = () => new DOMRect(x, y, width, height)
  Object.defineProperties(element, {
    offsetWidth: { value: Math.round(width), configurable: true },
    offsetHeight: { value: Math.round(height), configurable: true },
  })
  return element
}
/** A map that the page draws at this place: its four corners, by which a point of the page is found in it. */
const mapAt = (clientWidth: number, clientHeight: number, to: (x: number, y: number) => readonly [number, number]): HTMLElement => {
  const element = document.createElement('div')
  Object.defineProperties(element, { clientWidth: { value: clientWidth }, clientHeight: { value: clientHeight } })
  pageBox(element)
  ;[to(0, 0), to(clientWidth, 0), to(clientWidth, clientHeight), to(0, clientHeight)].forEach(([left, top], i) => {
    element.children[i]!.getBoundingClientRect = () => new DOMRect(left, top, 0, 0)
  })
  return element
}
const map = mapAt(800, 500, (x, y) => [40 + x, 100 + y])
const status = place(52, 112, 260, 44)
const card = place(540.4, 300, 288, 290.2)
let seen: (() => void)[] = []
const observed = new Set<Element>()
beforeEach(() => {
  seen = []
  observed.clear()
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(run: () => void) {
        seen.push(run)
      }
      observe = (element: Element) => void observed.add(element)
      unobserve = (element: Element) => void observed.delete(element)
      disconnect = () => observed.clear()
    },
  )
})
const resized = () => {
  for (const run of seen) run()
}

test('tells what is covered in px of the map, once', () => {
  const view = { setCovered: vi.fn() }
  const parts = new CoveredParts(map, () => [status, place(0, 0, 0, 0)])
  parts.look(view)
  resized()
  resized()
  expect(view.setCovered.mock.calls).toEqual([[[{ x: 12, y: 12, width: 260, height: 44 }]]])
})
test('tells it in px of the map where the page shows it scaled', () => {
  const big = mapAt(800, 500, (x, y) => [40 + 1.5 * x, 100 + 1.5 * y])
  const view = { setCovered: vi.fn() }
  const box = place(70, 130, 300, 60)
  Object.defineProperties(box, { offsetWidth: { value: 200 }, offsetHeight: { value: 40 } })
  const parts = new CoveredParts(big, () => [box])
  parts.look(view)
  resized()
  expect(view.setCovered).toHaveBeenCalledWith([{ x: 20, y: 20, width: 200, height: 40 }])
})
test('tells it in px of the map where the page turns it, and not as the upright box around it', () => {
  const turned = mapAt(800, 500, (x, y) => [600 - y, x])
  const view = { setCovered: vi.fn() }
  // 200 × 40 at (20, 10) of the map: 40 × 200 of the page.
  const box = place(550, 20, 40, 200)
  Object.defineProperties(box, { offsetWidth: { value: 200 }, offsetHeight: { value: 40 } })
  const parts = new CoveredParts(turned, () => [box])
  parts.look(view)
  resized()
  expect(view.setCovered).toHaveBeenCalledWith([{ x: 20, y: 10, width: 200, height: 40 }])
})
test('tells a box that came, and one that went', () => {
  const view = { setCovered: vi.fn() }
  let boxes = [status]
  const parts = new CoveredParts(map, () => boxes)
  parts.look(view)
  resized()
  boxes = [status, card]
  parts.look(view)
  expect(observed.has(card)).toBe(true)
  resized()
  expect(view.setCovered).toHaveBeenLastCalledWith([expect.anything(), { x: 500, y: 200, width: 288, height: 290 }])
  boxes = []
  parts.look(view)
  expect(observed.has(card)).toBe(false)
  resized()
  expect(view.setCovered).toHaveBeenLastCalledWith([])
})
test('tells another twin all anew', () => {
  const [one, other] = [{ setCovered: vi.fn() }, { setCovered: vi.fn() }]
  const parts = new CoveredParts(map, () => [status])
  parts.look(one)
  resized()
  parts.look(other)
  resized()
  expect(other.setCovered).toHaveBeenCalledOnce()
})
test('watches nothing any more when it has ended', () => {
  const view = { setCovered: vi.fn() }
  const parts = new CoveredParts(map, () => [status])
  parts.look(view)
  parts.end()
  resized()
  expect(observed.size).toBe(0)
  expect(view.setCovered).not.toHaveBeenCalled()
})
