import { expect, test } from 'vitest'
import { errorName, glErrors } from './gl-errors.ts'

function context(flags: number[], lost = false) {
  return { getError: () => flags.shift() ?? 0, isContextLost: () => lost }
}

test('the first error is told, the others are cleared, and then there is none', () => {
  const errors = glErrors(context([0x0501, 0x0502]))
  expect([errors.take(), errors.take()]).toEqual([0x0501, 0])
  expect([errorName(0x0501), errorName(0x0505), errorName(0x1234)]).toEqual(['INVALID_VALUE', 'OUT_OF_MEMORY', '0x1234'])
})

test('what somebody else must hear is told again, once, and before what came later', () => {
  const errors = glErrors(context([0x0501, 0, 0x0502]))
  errors.putBack(errors.take())
  expect([errors.take(), errors.take()]).toEqual([0x0501, 0])
})

test('a lost context is no error of anybody, and a context that never stops is not waited for', () => {
  expect(glErrors(context([0x9242, 0])).take()).toBe(0)
  expect(glErrors(context([0x0501], true)).take()).toBe(0)
  expect(glErrors({ getError: () => 0x0501, isContextLost: () => false }).take()).toBe(0x0501)
})
