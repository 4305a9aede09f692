// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { isFullscreen, toggleFullscreen } from './fullscreen.ts'

function page({ refused }: { readonly refused?: Error } = {}) {
  const element = document.body.appendChild(document.createElement('section'))
  const state = { shown: null as Element | null }
  Object.defineProperty(document, 'fullscreenElement', { get: () => state.shown, configurable: true })
  const exit = vi.fn(async () => void (state.shown = null))
  Object.assign(document, { exitFullscreen: exit })
  element.requestFullscreen = async () => {
    if (refused !== undefined) throw refused
    state.shown = element
  }
  return { element, exit, state }
}
afterEach(() => {
  document.body.replaceChildren()
  Reflect.deleteProperty(document, 'fullscreenElement')
  Reflect.deleteProperty(document, 'exitFullscreen')
})

test('shows the element, and ends it by the second press', async () => {
  const { element, exit } = page()
  await toggleFullscreen(element)
  expect([isFullscreen(element), exit.mock.calls.length]).toEqual([true, 0])
  await toggleFullscreen(element)
  expect([isFullscreen(element), exit.mock.calls.length]).toEqual([false, 1])
})

test('asks for its own though another element is shown', async () => {
  const { element, state, exit } = page()
  state.shown = document.body
  expect(isFullscreen(element)).toBe(false)
  await toggleFullscreen(element)
  expect([state.shown, exit.mock.calls.length]).toEqual([element, 0])
})

test('changes nothing where the browser refuses, and hides no other fault', async () => {
  const { element } = page({ refused: new TypeError('Permissions check failed') })
  await toggleFullscreen(element)
  expect(isFullscreen(element)).toBe(false)
  const other = page({ refused: new RangeError('what is this') })
  await expect(toggleFullscreen(other.element)).rejects.toThrow('what is this')
})
