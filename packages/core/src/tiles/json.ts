// Reads values of a foreign JSON: each says what it expects, and throws with the pointer where it is not so.
import { corrupt } from './fault.ts'

export type JsonObject = { readonly [key: string]: unknown }

/** The text of a JSON file. A byte order mark is dropped, and UTF-16 is read where its mark says so (PowerShell's `>` writes it). */
export function jsonText(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding).decode(bytes)
}

/** Whether bytes begin as a JSON object does, behind marks and spaces. */
export const looksLikeJson = (bytes: Uint8Array): boolean => /^[\s\uFEFF]*\{/.test(jsonText(bytes.subarray(0, 64)))

/** Parses a JSON object. What is null in it is absent: writers in C# and Java write null for what they do not have. */
export function parseJson(bytes: Uint8Array, pointer: string): JsonObject {
  let value: unknown
  try {
    const text = jsonText(bytes)
    // Writers pad the chunk with spaces, some with zeros.
    let end = text.length
    while (end > 0 && (text[end - 1] === '\0' || text[end - 1] === ' ')) end--
    value = JSON.parse(text.slice(0, end))
    if (text.includes('null')) dropNulls(value)
  } catch (error) {
    throw corrupt(pointer, `is not JSON (${error instanceof Error ? error.message : error})`)
  }
  return asObject(value, pointer)
}

/** Takes the members that are null out of all objects inside `value`; lists keep theirs, since their indices are referred to. */
function dropNulls(value: unknown): void {
  const stack = [value]
  while (stack.length > 0) {
    const top = stack.pop()
    if (Array.isArray(top)) {
      for (const each of top) if (typeof each === 'object') stack.push(each)
    } else if (typeof top === 'object' && top !== null)
      for (const [key, each] of Object.entries(top)) {
        if (each === null) delete (top as Record<string, unknown>)[key]
        else if (typeof each === 'object') stack.push(each)
      }
  }
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

export function asObject(value: unknown, pointer: string): JsonObject {
  if (!isObject(value)) throw corrupt(pointer, `is ${show(value)}; expected an object`)
  return value
}

/** An absent list is an empty one. */
export function asList(value: unknown, pointer: string): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw corrupt(pointer, `is ${show(value)}; expected a list`)
  return value
}

/** A whole number from 0; `otherwise` where it is absent. */
export function asCount(value: unknown, pointer: string, otherwise?: number): number {
  if (value === undefined && otherwise !== undefined) return otherwise
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw corrupt(pointer, `is ${show(value)}; expected a whole number from 0`)
  return value as number
}

/** A reference into a list of `length`. */
export function asIndex(value: unknown, length: number, pointer: string): number {
  const index = asCount(value, pointer)
  if (index >= length) throw corrupt(pointer, `is ${index}; there are ${length}`)
  return index
}

/** `length` finite numbers; `1e999` parses to Infinity, and is refused. */
export function asNumbers(value: unknown, length: number, pointer: string): number[] {
  if (!Array.isArray(value) || value.length !== length || !value.every((each) => Number.isFinite(each)))
    throw corrupt(pointer, `is ${show(value)}; expected ${length} finite numbers`)
  return value as number[]
}

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
