// @vitest-environment happy-dom
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { problemWords, resolveLocale, WORDS } from './words.ts'

const keysOf = (table: object, path = ''): string[] =>
  Object.entries(table).flatMap(([key, value]) => (typeof value === 'object' ? keysOf(value, `${path}${key}.`) : [`${path}${key}`]))

test('says the same things in both languages, down to the problems', () => expect(keysOf(WORDS.en)).toEqual(keysOf(WORDS.zh)))

/** Codes that no page is told: the source of a record hears those of the first three lines, who starts the server or the pipeline the others. */
const NOT_SHOWN = [
  ...['value-out-of-range', 'value-unknown', 'value-absent', 'property-unknown', 'key-unknown'],
  ...['id-invalid', 'location-outside', 'time-ahead', 'time-behind'],
  ...['boot-fell', 'sequence-reused', 'store-refused'],
  ...['document-planned', 'view-empty', 'config-invalid', 'port-busy'],
  ...['input-missing', 'input-invalid', 'crs-missing', 'option-invalid', 'disk-full'],
]

test('has words for every code that a page may be told; only what nobody foresaw shares the common ones', () => {
  const file = fileURLToPath(import.meta.url).replace(/viewer.src.locale.words\.test\.ts$/, 'core/src/error/twin-error.ts')
  const source = readFileSync(file, 'utf8')
  const codes = [...source.slice(source.indexOf('export type TwinErrorCode')).matchAll(/\| '([a-z0-9-]+)'/g)].map((found) => found[1]!)
  expect(codes.length).toBeGreaterThan(40)
  for (const words of Object.values(WORDS)) {
    expect(codes.filter((code) => problemWords(code, words) === words.problem)).toEqual(
      codes.filter((code) => code === 'internal' || NOT_SHOWN.includes(code)),
    )
    expect(Object.keys(words.problems).filter((code) => !codes.includes(code))).toEqual([])
  }
})

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
