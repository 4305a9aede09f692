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
  ...['document-planned', 'view-empty', 'glyph-unknown', 'unit-unknown', 'config-invalid', 'port-busy'],
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

test('says why something was refused, and behind a larger problem as its cause', () => {
  const file = fileURLToPath(import.meta.url).replace(/viewer.src.locale.words\.test\.ts$/, 'core/src/net/net.ts')
  const declared = /export type RefusalReason =(.*)/.exec(readFileSync(file, 'utf8'))![1]!
  const reasons = [...declared.matchAll(/'([a-z-]+)'/g)].map(([, reason]) => reason!)
  for (const words of Object.values(WORDS)) {
    expect(Object.keys(words.refusals).sort()).toEqual(reasons.sort())
    expect(new Set(reasons.map((reason) => problemWords('fetch-refused', words, { reason }))).size).toBe(reasons.length)
  }
  expect(problemWords('fetch-refused', WORDS.en, { reason: 'toString' })).toBe(WORDS.en.problems['fetch-refused'])
  expect(problemWords('tileset-missing', WORDS.en, { reason: 'expired' })).toBe(
    'The mesh cannot be loaded: The signed address of a part was refused and may have expired; get a new address',
  )
  expect(problemWords('tileset-missing', WORDS.zh, { reason: 'origin' })).toBe(
    '实景加载不到：有一部分内容在别的网站上，请把它加入允许的来源',
  )
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
