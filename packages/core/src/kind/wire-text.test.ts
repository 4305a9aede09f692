import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isId, LONGEST_ID, quoted, shown, wrongWithId, wrongWithWords } from './wire-text.ts'

const roundTrips = (text: string) => new TextDecoder().decode(new TextEncoder().encode(`.${text}`)) === `.${text}`
const anyUnits = fc.array(fc.nat(0xffff), { maxLength: 12 }).map((units) => String.fromCharCode(...units))

test.each([
  ['W-0412', null],
  ['龙湾 3 号', null],
  ['𠮷野', null],
  ['__proto__', null],
  ['x'.repeat(LONGEST_ID), null],
  ['', 'is empty, expected text of 1 to 200 characters'],
  ['x'.repeat(LONGEST_ID + 1), 'has 201 characters, expected text of 1 to 200 characters'],
  [undefined, 'is missing, expected text of 1 to 200 characters'],
  [null, 'is null, expected text of 1 to 200 characters'],
  [7, 'is 7, expected text of 1 to 200 characters'],
  [['x'], 'is an array, expected text of 1 to 200 characters'],
  [' x', 'begins or ends with white space; remove it'],
  ['x\n', 'begins or ends with white space; remove it'],
  ['x\u3000', 'begins or ends with white space; remove it'],
  ['\ufeffx', 'begins or ends with white space; remove it'],
  ['a\u0000b', 'holds the control character U+0000'],
  ['a\tb', 'holds the control character U+0009'],
  ['a\u007fb', 'holds the control character U+007F'],
  ['a\u009fb', 'holds the control character U+009F'],
  ['x\ud800', 'holds U+D800, half of a surrogate pair, which is no character'],
  ['x\ud801', 'holds U+D801, half of a surrogate pair, which is no character'],
  ['\udc00x', 'holds U+DC00, half of a surrogate pair, which is no character'],
  ['\udbb7\ud842\udfb7', 'holds U+DBB7, half of a surrogate pair, which is no character'],
])('of the id %j is told %j', (raw, wrong) => {
  expect(wrongWithId(raw)).toBe(wrong)
  expect(isId(raw)).toBe(wrong === null)
})

test('an id may have a shorter bound', () => {
  expect(isId('x'.repeat(64), 64)).toBe(true)
  expect(wrongWithId('x'.repeat(65), 64)).toBe('has 65 characters, expected text of 1 to 64 characters')
})

test('words keep line feeds, tabs and outer white space; other control characters are told', () => {
  expect(wrongWithWords(' 张三\n\t李四 ')).toBeNull()
  expect(wrongWithWords('')).toBeNull()
  expect(wrongWithWords('a\u0000')).toBe('holds the control character U+0000')
  expect(wrongWithWords('a\rb')).toBe('holds the control character U+000D')
  expect(wrongWithWords('\ude00')).toMatch(/^holds U\+DE00, half of a surrogate pair/)
})

test('what is taken comes back from UTF-8 as it was sent, up to its end; what does not is refused', () => {
  fc.assert(
    fc.property(anyUnits, (text) => {
      const isRoundTrip = roundTrips(text) && !text.includes('\0')
      if (wrongWithWords(text) === null || isId(text)) expect(isRoundTrip).toBe(true)
      if (!isRoundTrip) expect([wrongWithWords(text) === null, isId(text)]).toEqual([false, false])
      if (isId(text)) expect(text.trim()).toBe(text)
    }),
    { examples: [['\ud83d\ude00'], ['\ud800\ud801'], ['a\0b']] },
  )
})

test('what a message shows is short and sound, and holds no half of a pair that was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff), { maxLength: 60 }), (units) => {
      const text = shown(String.fromCharCode(...units))
      expect(text.length).toBeLessThanOrEqual(41)
      expect(wrongWithWords(text)).toBeNull()
    }),
    { examples: [[[...new Array<number>(39).fill(65), 0xd83d, 0xde00]]] },
  )
})

test('shows a value of any depth by what it is', () => {
  const deep = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown
  expect([deep(5_000), { a: deep(5_000) }, 5, true, null, 'x'].map(shown)).toEqual(['an array', 'an object', '5', 'true', 'null', 'x'])
  expect([5, '5', '"'].map(quoted)).toEqual(['5', '"5"', '"\\""'])
})
