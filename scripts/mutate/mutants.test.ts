import { describe, expect, test } from 'vitest'
import { mutantsOf, mutated } from './mutants.mjs'

/** What each mutant of a text makes of its line. */
const linesOf = (text: string): string[] => mutantsOf('a.ts', text).map(({ to }: { to: string }) => to)

test('a comparison becomes its neighbour at the boundary and its opposite, and a literal one more', () =>
  expect(linesOf('const a = b < 5')).toEqual(['const a = b <= 5', 'const a = b >= 5', 'const a = b < 6']))

test.each([
  ['a === b', ['a !== b']],
  ['a !== b', ['a === b']],
  ['a + b', ['a - b']],
  ['a % b', ['a * b']],
  ['a >>> b', ['a << b']],
  ['a & b', ['a | b']],
  ['a && b', ['a || b']],
  ['a || b', ['a && b']],
  ['a ?? b', ['a']],
  ['!a', ['a']],
  ['-a', ['a']],
  ['-1', ['-2']],
  ['60_000', ['60001']],
  ['10n', ['11n']],
  ['true', ['false']],
  ['false', ['true']],
  ['a ? b : c', ['true ? b : c', 'false ? b : c']],
  ['a?.b', ['a.b']],
  ['a?.[b]', ['a[b]']],
  ['a?.(b)', ['a(b)']],
  ['a.some(b)', ['a.every(b)']],
  ['a.every(b)', ['a.some(b)']],
  ['Math.min(a, b)', ['Math.max(a, b)']],
  ['Math.floor(a)', ['Math.ceil(a)']],
  ['i++', ['i--']],
])('of %s come %s', (expression, mutants) =>
  expect(linesOf(`const x = ${expression}`)).toEqual(mutants.map((mutant) => `const x = ${mutant}`)),
)

test('a condition becomes true and false, and an early return, a throw and a statement go away', () => {
  expect(linesOf('function f() {\n  if (a) return\n  if (b) throw c\n  d()\n  return e\n}')).toEqual([
    'if (true) return',
    'if (false) return',
    'if (a) ;',
    'if (true) throw c',
    'if (false) throw c',
    'if (b) ;',
    ';',
  ])
})

test('an assignment goes away as a whole, and its operator is turned', () => expect(linesOf('a += b')).toEqual([';', 'a -= b']))

describe('left out are', () => {
  test.each([
    ['strings', "const a = 'b'"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder belongs to the text under test
    ['templates, and what joins texts', "const a = `b ${c} d` + 'e'"],
    ['regular expressions', 'const a = /b{2}/'],
    ['imports', "import { a } from 'b' with { type: 'json' }"],
    ['types', 'type A = 1 | true\ninterface B { c: 2 }\nconst d = e as 3\nfunction f(g: 4): 5'],
    ['names of properties that are numbers', 'const a = { 1: b }'],
    ['the absent condition of a loop', 'for (;;) {}'],
    ['the return at the end of a function', 'function f() {\n  return a\n}'],
    ['the call of a parent class', 'class A extends B {\n  constructor() {\n    super()\n  }\n}'],
  ])('%s', (_, text) => expect(linesOf(text)).toEqual([]))
})

test('a loop is never made endless by its condition or its step', () =>
  expect(linesOf('for (let i = a; i < b; i++) {}\nwhile (c) {}')).toEqual([
    'for (let i = a; false; i++) {}',
    'for (let i = a; i <= b; i++) {}',
    'for (let i = a; i >= b; i++) {}',
    'while (false) {}',
  ]))

test('a mutant says its file and line, and its text differs in nothing else', () => {
  const text = 'const a = 1\n\nconst b = a\n  ?? c\n'
  const mutants = mutantsOf('room/a.ts', text)
  expect(mutants.map(({ file, line }: { file: string; line: number }) => `${file}:${line}`)).toEqual(['room/a.ts:1', 'room/a.ts:3'])
  expect(mutants[1]).toMatchObject({ from: 'const b = a ?? c', to: 'const b = a' })
  expect(mutated(text, mutants[0]!)).toBe('const a = 2\n\nconst b = a\n  ?? c\n')
})
