import { checkKind } from '@twinmap/core/kind'
import { expect, test } from 'vitest'
import { KINDS } from './kinds.ts'

test('every kind stands by its own name, and crosses to the worker unchanged', () => {
  expect(new Set(KINDS.map(({ kind }) => kind)).size).toBe(KINDS.length)
  for (const kind of KINDS) {
    expect(() => checkKind(kind)).not.toThrow()
    expect(structuredClone(kind)).toEqual(kind)
  }
})
