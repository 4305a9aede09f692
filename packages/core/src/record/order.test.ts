import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ABSENT, isAfter, type Order } from './order.ts'

const order = (generation: number, boot: number, seq: number, t: number): Order => ({ generation, boot, seq, t })

test('in one generation boot decides, then seq, and not the time', () => {
  expect(isAfter(order(0, 2, 0, 1), order(0, 1, 9, 5))).toBe(true)
  expect(isAfter(order(0, 1, 9, 5), order(0, 2, 0, 1))).toBe(false)
  expect(isAfter(order(3, 1, 2, 1), order(3, 1, 1, 5))).toBe(true)
  expect(isAfter(order(3, 1, 1, 5), order(3, 1, 2, 1))).toBe(false)
  expect(isAfter(order(0, 1, 1, 5), order(0, 1, 1, 1))).toBe(false)
})

test('between generations, without one, and without numbers the time decides', () => {
  expect(isAfter(order(1, 1, 0, 5), order(0, 9, 9, 4))).toBe(true)
  expect(isAfter(order(1, 9, 9, 4), order(0, 1, 0, 5))).toBe(false)
  expect(isAfter(order(ABSENT, 1, 0, 5), order(ABSENT, 9, 9, 4))).toBe(true)
  expect(isAfter(order(0, ABSENT, ABSENT, 5), order(0, 9, 9, 4))).toBe(true)
  expect(isAfter(order(0, 9, 9, 4), order(0, ABSENT, ABSENT, 5))).toBe(false)
})

test('a number that says 0 is a number', () => expect(isAfter(order(0, 0, 1, 1), order(0, 0, 0, 5))).toBe(true))

test('of two, never both are the newer, and none is newer than itself', () => {
  const any = fc.record({
    generation: fc.integer({ min: ABSENT, max: 2 }),
    boot: fc.integer({ min: ABSENT, max: 2 }),
    seq: fc.nat(3),
    t: fc.nat(3),
  })
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(isAfter(a, b) && isAfter(b, a)).toBe(false)
      expect(isAfter(a, a)).toBe(false)
    }),
  )
})

test('what is absent is kept as -1: so it stands in databases', () => expect(ABSENT).toBe(-1))
