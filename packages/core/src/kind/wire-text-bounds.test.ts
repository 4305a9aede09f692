// Each bound of what is a control character and half of a pair, against tables that say it once more.
import { expect, test } from 'vitest'
import { isId, LONGEST_ID, shown, wrongWithWords } from './wire-text.ts'

const text = (...codes: number[]) => String.fromCharCode(...codes)
const isTaken = (...codes: number[]) => wrongWithWords(text(...codes)) === null

test('an id has 200 characters, unless a place says otherwise', () => expect(LONGEST_ID).toBe(200))

test('the control characters are the first 32 and those from U+007F to U+009F', () => {
  for (let code = 0; code < 0x180; code++) {
    const isControl = code <= 0x1f || (code >= 0x7f && code <= 0x9f)
    expect([code, isId(`a${text(code)}b`)]).toEqual([code, !isControl])
    expect([code, isTaken(code)]).toEqual([code, !isControl || code === 9 || code === 10])
    expect([code, shown(text(0x61, code))]).toEqual([code, isControl ? 'a\ufffd' : text(0x61, code)])
  }
})

test('a pair is a unit from U+D800 to U+DBFF with one from U+DC00 to U+DFFF behind it', () => {
  const bounds = [0x61, 0xd7ff, 0xd800, 0xd801, 0xdbfe, 0xdbff, 0xdc00, 0xdc01, 0xdffe, 0xdfff, 0xe000]
  const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff
  const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff
  const isHalf = (code: number) => isHigh(code) || isLow(code)
  for (const a of bounds) {
    expect([a, isTaken(a)]).toEqual([a, !isHalf(a)])
    for (const b of bounds) {
      const isSound = (isHigh(a) && isLow(b)) || (!isHalf(a) && !isHalf(b))
      expect([a, b, isTaken(a, b)]).toEqual([a, b, isSound])
    }
  }
})

test('what is shown has 40 characters at most, and the mark that it was cut', () => {
  expect([39, 40, 41, 42].map((count) => shown('x'.repeat(count)))).toEqual([
    'x'.repeat(39),
    'x'.repeat(40),
    `${'x'.repeat(40)}…`,
    `${'x'.repeat(40)}…`,
  ])
  expect(shown(`${'x'.repeat(38)}😀y`)).toBe(`${'x'.repeat(38)}😀…`)
  expect(shown(`${'x'.repeat(39)}😀`)).toBe(`${'x'.repeat(39)}…`)
  expect(shown(`${'x'.repeat(39)}\ud83d`)).toBe(`${'x'.repeat(39)}\ufffd`)
  expect(shown(`${'x'.repeat(40)}😀`)).toBe(`${'x'.repeat(40)}…`)
})
