import { expect, test } from 'vitest'
import { createSources } from './sources.ts'

const sourceOf = createSources([
  { name: 'bands', key: 'key-of-bands-000001', kinds: ['Wristband'] },
  { name: 'persons', key: 'key-of-persons-0001', kinds: ['Person'] },
])

test('finds the source that a key belongs to', () => {
  expect(sourceOf('key-of-persons-0001')).toEqual({ name: 'persons', kinds: new Set(['Person']) })
})

test('refuses a key that is unknown, a part of one, or none, and never tells it', () => {
  for (const key of ['key-of-bands-00000', 'key-of-bands-0000011', '', undefined]) {
    expect(() => sourceOf(key)).toThrow('the key of this source is unknown')
    if (key) expect(() => sourceOf(key)).not.toThrow(key)
  }
})
