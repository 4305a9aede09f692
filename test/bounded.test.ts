// Random inputs have bounds: a value without one is now and then so large that a test fails by its time limit alone.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const BOUNDED = /\bfc\.(string|array|uniqueArray|dictionary|base64String|webUrl|json|object|anything)\(/g

/** The text between the parenthesis at `open` and its own end. */
function argumentsAt(text: string, open: number): string {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return text.slice(open, i)
  }
  return text.slice(open)
}

/** Calls that make values of any size, as "line: call". */
function unbounded(text: string): string[] {
  const found: string[] = []
  for (const match of text.matchAll(BOUNDED)) {
    const given = argumentsAt(text, match.index + match[0].length - 1)
    if (!/\b(maxLength|maxKeys|maxDepth)\b/.test(given)) found.push(`${text.slice(0, match.index).split('\n').length}: ${match[0]}…)`)
  }
  return found
}

test('finds a call without a bound, and passes one with it', () => {
  expect(unbounded('fc.string()\nfc.array(fc.nat(3), { maxLength: 4 })\nfc.array(fc.string({ maxLength: 2 }), { minLength: 1 })')).toEqual([
    '1: fc.string(…)',
  ])
})

const files = ['packages', 'data-pipeline', 'examples'].flatMap((folder) =>
  readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file}`)
    .filter((file) => /\/(src|test)\/.*\.ts$/.test(file) && !/node_modules|\/dist\//.test(file)),
)
test('there are files to look at', () => expect(files.length).toBeGreaterThan(300))
test('random inputs of all tests have bounds', () => {
  const found = files.flatMap((file) => unbounded(readFileSync(`${ROOT}${file}`, 'utf8')).map((each) => `${file}:${each}`))
  expect(found).toEqual([])
})
