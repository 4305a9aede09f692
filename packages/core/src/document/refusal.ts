// Turns what the validator saw into sentences for the person who wrote the file: where, what is there, what to do.
import type * as v from 'valibot'

/** `tilesets[0].url`; a key that is no plain word is quoted. */
function pathOf(path: readonly { readonly key: unknown }[] | undefined): string {
  let text = ''
  for (const { key } of path ?? []) {
    if (typeof key === 'number') text += `[${key}]`
    else if (/^[\w$-]+$/.test(String(key))) text += text === '' ? String(key) : `.${key}`
    else text += `[${JSON.stringify(String(key).slice(0, 80))}]`
  }
  return text
}

function written(value: unknown): string {
  // JSON writes null for what is no number, and nothing for a function.
  if (typeof value === 'number' || typeof value === 'symbol') return String(value)
  if (typeof value === 'function') return 'a function'
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return typeof value === 'bigint' ? `${value}n` : 'an object that cannot be written'
  }
}

const short = (value: unknown): string => {
  const text = written(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

const NEEDED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  record: 'an object',
}
const BOUND: Readonly<Record<string, string>> = {
  min_value: 'is too small; the least is',
  max_value: 'is too great; the most is',
  min_length: 'is too short; the least length is',
  max_length: 'is too long; the most is',
}

/** The members of a union or list of words, as valibot writes them: `("a" | "b")`. */
const oneOf = (expected: string): string => {
  const words = expected.replace(/^\(|\)$/g, '').split(' | ')
  return words.length === 1 ? words[0]! : `one of ${words.join(', ')}`
}

/** One issue as a sentence without its path. */
function sentence(issue: v.BaseIssue<unknown>): string {
  const { type, expected, received, input } = issue
  const needed = NEEDED[type]
  const missing = received === 'undefined' || (issue.path?.at(-1) as { origin?: string } | undefined)?.origin === 'key'
  if (needed !== undefined) return missing ? `is missing; add ${needed}` : `is ${short(input)}; ${needed} is needed`
  if (type === 'variant' || type === 'picklist' || type === 'literal' || type === 'union')
    return received === 'undefined' ? `is missing; add ${oneOf(expected ?? '')}` : `is ${short(input)}; ${oneOf(expected ?? '')} is needed`
  if (type === 'strict_tuple') return `is ${short(input)}; a list of as many as the format says is needed`
  if (type in BOUND) return `is ${short(input)}, which ${BOUND[type]} ${String((issue as { requirement?: unknown }).requirement)}`
  if (type === 'integer') return `is ${short(input)}; a whole number is needed`
  if (type === 'finite') return `is ${short(input)}; a finite number is needed`
  // What carries its own words: closed objects, patterns, dates.
  return type === 'strict_object' ? issue.message : `${short(input)} ${issue.message}`
}

/** At most so many sentences in one error: the first ones are the cause of the rest. */
const SHOWN = 5

/** What is wrong with a document, one line each. A missing key is told by what its type needs where the schema knows it. */
export function refusal(file: string, issues: readonly v.BaseIssue<unknown>[]): { message: string; path: string; value: string } {
  const lines = issues.slice(0, SHOWN).map((issue) => `${file}: ${pathOf(issue.path) || 'the document'} ${sentence(issue)}`)
  if (issues.length > SHOWN) lines.push(`${file}: and ${issues.length - SHOWN} more`)
  const first = issues[0]
  return { message: lines.join('\n'), path: pathOf(first?.path), value: short(first?.input) }
}
