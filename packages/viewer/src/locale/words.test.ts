// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { resolveLocale, WORDS } from './words.ts'

const keysOf = (table: object, path = ''): string[] =>
  Object.entries(table).flatMap(([key, value]) => (typeof value === 'object' ? keysOf(value, `${path}${key}.`) : [`${path}${key}`]))

test('says the same things in both languages, down to the problems', () => expect(keysOf(WORDS.en)).toEqual(keysOf(WORDS.zh)))

test('takes the language that the element names, before the page and the browser', () => {
  document.body.innerHTML = '<div lang="zh-CN"><p></p></div>'
  expect(resolveLocale('en', document.querySelector('p'), ['zh-CN'])).toBe('en')
})
test('takes the nearest lang around the element with auto', () => {
  document.body.innerHTML = '<div lang="en-US"><p></p></div>'
  expect(resolveLocale('auto', document.querySelector('p'), ['zh-CN'])).toBe('en')
})
test('looks for lang through shadow roots', () => {
  document.body.innerHTML = '<div lang="en"><section></section></div>'
  const inside = document.createElement('p')
  document.querySelector('section')!.attachShadow({ mode: 'open' }).append(inside)
  expect(resolveLocale('auto', inside, ['zh'])).toBe('en')
})
test('falls back to the browser, and to Chinese where nothing is known', () => {
  expect(resolveLocale('auto', null, ['fr', 'en-GB'])).toBe('en')
  expect(resolveLocale('auto', null, ['fr'])).toBe('zh')
})
