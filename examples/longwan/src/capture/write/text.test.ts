import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TextBuffer } from './text.ts'

const text = (write: (t: TextBuffer) => void): string => {
  const t = new TextBuffer(4)
  write(t)
  return Buffer.from(t.finish()).toString('latin1')
}

test('numbers read back as what was written, to half of the last place', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e7, max: 1e7, noNaN: true }), fc.integer({ min: 1, max: 6 }), (value, places) => {
      const written = text((t) => t.fixed(value, places))
      expect(written).toMatch(new RegExp(`^-?\\d+\\.\\d{${places}}$`))
      expect(Math.abs(Number(written) - value)).toBeLessThanOrEqual(0.5000001 / 10 ** places + 1e-9)
    }),
  )
})

test('whole numbers and text follow one another', () => {
  expect(text((t) => t.ascii('f ').whole(0).ascii('/').whole(1234567).ascii(' ').fixed(-0.0004, 3).ascii(' ').fixed(-2.0006, 3))).toBe(
    'f 0/1234567 0.000 -2.001',
  )
})
