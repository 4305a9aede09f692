// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { mapBox } from './map-box.ts'

const map = (clientWidth: number, drawn: DOMRect) => {
  const element = document.createElement('div')
  Object.defineProperty(element, 'clientWidth', { value: clientWidth })
  element.getBoundingClientRect = () => drawn
  return mapBox(element)
}

test('a point and a length of a page that shows the map at one and a half count as the map counts', () => {
  const box = map(800, new DOMRect(40, 100, 1200, 750))
  expect([box.point(340, 250), box.length(300)]).toEqual([{ x: 200, y: 100 }, 200])
})
test('a map without a size yet is not scaled', () =>
  expect([map(0, new DOMRect(40, 100, 0, 0)).point(43, 104), map(0, new DOMRect()).length(5)]).toEqual([{ x: 3, y: 4 }, 5]))
