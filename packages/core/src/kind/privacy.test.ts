import { expect, test } from 'vitest'
import { isRole, maySee, SEES } from './privacy.ts'

test.each([
  ['public', []],
  ['grid', ['personal', 'whereabouts']],
  ['care', ['personal', 'whereabouts', 'health']],
  ['command', ['personal', 'whereabouts', 'health']],
] as const)('%s sees %j, and what has no privacy', (role, seen) => {
  expect((['personal', 'whereabouts', 'health'] as const).filter((privacy) => maySee(role, privacy))).toEqual(seen)
  expect(maySee(role, undefined)).toBe(true)
})
test('nobody is a role by inheritance', () => {
  for (const word of ['toString', '__proto__', 'Public', '', 5, null]) expect(isRole(word)).toBe(false)
  for (const role of Object.keys(SEES)) expect(isRole(role)).toBe(true)
})
