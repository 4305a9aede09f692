// Reads values of a foreign JSON: each says what it expects, and throws with the pointer where it is not so.
import { corrupt } from './fault.ts'

export type JsonObject = { readonly [key: string]: unknown }

export function parseJson(bytes: Uint8Array, pointer: string): JsonObject {
  let value: unknown
  try {
    // Writers pad the chunk with spaces, some with zeros.
    let end = bytes.length
    while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--
    value = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)))
  } catch (error) {
    throw corrupt(pointer, `is not JSON (${error instanceof Error ? error.message : error})`)
  }
  return asObject(value, pointer)
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
