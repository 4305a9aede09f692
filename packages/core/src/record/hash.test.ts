import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash32 } from './hash.ts'

test('is kept: what the store holds under a hash is found by it in the next version', () => {
  expect([hash32(''), hash32('a'), hash32('张桂兰'), hash32('a', 1)]).toEqual(['5db4a501', '579640c7', 'd2649eaa', '5dc46454'])
})

test('is eight digits whatever the text', () => {
  fc.assert(fc.property(fc.string({ maxLength: 40, unit: 'binary' }), (text) => void expect(hash32(text)).toMatch(/^[0-9a-f]{8}$/)))
})

test('another seed gives another hash, and one character does', () => {
  expect(hash32('W-1', 1)).not.toBe(hash32('W-1', 2))
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.nat(19), fc.integer({ min: 1, max: 255 }), (text, at, by) => {
      fc.pre(at < text.length)
      const other = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ by) + text.slice(at + 1)
      expect(hash32(other)).not.toBe(hash32(text))
    }),
  )
})
