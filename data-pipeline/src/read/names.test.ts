import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeLines, decodeName, decodeText, findName } from './names.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

describe('bytes become names without loss', () => {
  test('as UTF-8, as GB18030, else one character a byte', () => {
    expect(decodeName(utf8('屋顶 é'))).toBe('屋顶 é')
    expect(decodeName(Uint8Array.from([0xce, 0xdd, 0xb6, 0xa5]))).toBe('屋顶')
    expect(decodeName(Uint8Array.from([0xe9, 0x74, 0xe9]))).toBe('été')
  })
  test('two that differ in any byte stay two, where neither is text of an encoding', () => {
    const none = fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Uint8Array.from([0xff, ...bytes]))
    fc.assert(
      fc.property(none, none, (a, b) => {
        expect(decodeName(a) === decodeName(b)).toBe(Buffer.from(a).equals(Buffer.from(b)))
      }),
    )
  })
  test('what is UTF-8 stays as it is', () =>
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => void expect(decodeName(utf8(text))).toBe(text))))
})

describe('a text', () => {
  const utf16 = (text: string, isBig = false) => {
    const bytes = Buffer.from(text, 'utf16le')
    return new Uint8Array(isBig ? bytes.swap16() : bytes)
  }
  test.each(['<SRS>EPSG:4547</SRS>', '<名>东</名>'])('%s is read in each encoding, with and without a mark', (text) => {
    for (const bytes of [utf8(text), utf8(`\ufeff${text}`), utf16(`\ufeff${text}`), utf16(`\ufeff${text}`, true)])
      expect(decodeText(bytes)).toBe(text)
  })
  test('in UTF-16 without a mark is known by its zeros', () => {
    expect(decodeText(utf16('<SRS>4547</SRS>'))).toBe('<SRS>4547</SRS>')
    expect(decodeText(utf16('<SRS>4547</SRS>', true))).toBe('<SRS>4547</SRS>')
  })
  test('has lines however they end, each in its own encoding', () => {
    expect(decodeLines(utf8('\ufeffa\r\nb\rc\n\nd'))).toEqual(['a', 'b', 'c', '', 'd'])
    expect(decodeLines(Uint8Array.from([...utf8('东\n'), 0xb6, 0xab]))).toEqual(['东', '东'])
    expect(decodeLines(utf16('\ufeffa\nb'))).toEqual(['a', 'b'])
  })
})

describe('a written name means', () => {
  test.each([
    ['itself before all', ['roof', 'roof # x', '"roof"', 'Roof'], 'roof', 'roof'],
    ['one in quotes', ['"my roof"'], 'my roof', '"my roof"'],
    ['one without its comment', ['roof'], 'roof   # tiles', 'roof'],
    ['one with a # in it', ['roof #2'], 'roof #2', 'roof #2'],
    ['one composed otherwise', ['u\u0308ber'], '\u00fcber', 'u\u0308ber'],
    ['one in another case', ['ROOF'], 'roof', 'ROOF'],
    ['none of two that differ only by case', ['ROOF', 'Roof'], 'roof', undefined],
    ['none', ['wall'], 'roof', undefined],
  ])('%s', (_, names, written, meant) => expect(findName(names, written)).toBe(meant))
  test('itself, whatever it is and whatever else is there', () => {
    const name = fc.string({ maxLength: 6 }).filter((text) => text === text.trim() && text !== '')
    fc.assert(fc.property(name, fc.array(name, { maxLength: 5 }), (own, others) => void expect(findName([...others, own], own)).toBe(own)))
  })
})
