// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import { customElement } from './custom-element.ts'

test('a second copy of the script warns once, throws nothing and leaves the first in its place', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const copy = () => ['twin-a', 'twin-b'].map((tag) => ({ tag, made: class extends HTMLElement {} }))
  const first = copy()
  for (const { tag, made } of first) customElement(tag)(made)
  expect(warn).not.toHaveBeenCalled()
  for (const { tag, made } of copy()) customElement(tag)(made)
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/<twin-a> is registered already.*load its script once/)]])
  expect(first.every(({ tag, made }) => customElements.get(tag) === made)).toBe(true)
})
