import { expect, test } from 'vitest'
import { unknownKind } from './unknown-kind.ts'

test.each([
  ['Wristbnd', 'kind Wristbnd is not declared by this twin; did you mean Wristband?'],
  ['wristband', 'kind wristband is not declared by this twin; did you mean Wristband?'],
  ['Boat', 'kind Boat is not declared by this twin; correct the kind or declare it'],
  ['x'.repeat(100_000), `kind ${'x'.repeat(40)}… is not declared by this twin; correct the kind or declare it`],
])('of the kind %.20s is told the nearest, or that there is none', (asked, told) =>
  expect(
    unknownKind(
      asked,
      new Map([
        ['Person', 1],
        ['Wristband', 2],
      ]).keys(),
    ),
  ).toBe(told),
)

test('of a long name the first 64 characters are compared', () => {
  const told = (asked: string) => unknownKind(asked, ['K'.repeat(48)])
  expect(told(`${'K'.repeat(48)}${'x'.repeat(999)}`)).toMatch(/did you mean K{48}\?$/)
  expect(told(`${'K'.repeat(47)}${'x'.repeat(999)}`)).toMatch(/correct the kind or declare it$/)
})
