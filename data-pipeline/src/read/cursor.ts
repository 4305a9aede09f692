// Read: where a scan stands in the bytes of an OBJ, and how it takes lines, words and numbers from them.
import { decodeName } from './names.ts'

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9
const SLASH = 47
const BACKSLASH = 92
const POWERS = Float64Array.from({ length: 23 }, (_, i) => 10 ** i)

/** Fields, not closures: V8 keeps them in registers within each loop. */
export class Cursor {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  end = 0
  line = 1
}

/** Just behind the last line end (not one behind a continuing backslash); 0 where there is none. A CR at the very end may be half of one. */
export function lastLineEnd(bytes: Uint8Array): number {
  for (let i = bytes.length - 1; i >= 0; i--) {
    const c = bytes[i]
    if (c !== LF && (c !== CR || i === bytes.length - 1)) continue
    const before = c === LF && bytes[i - 1] === CR ? bytes[i - 2] : bytes[i - 1]
    if (before !== BACKSLASH) return i + 1
  }
  return 0
}

/** How many bytes end the line here: LF, CR LF, or CR alone (old Macs). */
export const lineEnd = (bytes: Uint8Array, at: number): 0 | 1 | 2 =>
  bytes[at] === LF ? 1 : bytes[at] !== CR ? 0 : bytes[at + 1] === LF ? 2 : 1

/** Spaces, tabs, and a backslash that continues the line. */
export function skipBlanks(cursor: Cursor): void {
  const { bytes, end } = cursor
  let at = cursor.at
  if (cursor.line === 1 && at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3 // a byte order mark of an editor
  for (; at < end; at++) {
    const c = bytes[at]
    if (c === SPACE || c === TAB) continue
    if (c !== BACKSLASH) break
    const skip = lineEnd(bytes, at + 1)
    if (skip === 0) break
    at += skip
    cursor.line++
  }
  cursor.at = at
}

export function skipLine(cursor: Cursor): void {
  const { bytes, end } = cursor
  let at = cursor.at
  while (at < end && bytes[at] !== LF && bytes[at] !== CR) {
    if (bytes[at] === BACKSLASH) {
      const skip = lineEnd(bytes, at + 1)
      at += skip
      if (skip > 0) cursor.line++
    }
    at++
  }
  cursor.at = at + Math.max(1, lineEnd(bytes, at))
  cursor.line++
}

export const startsWith = ({ bytes, at }: Cursor, word: string): boolean => {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false
  const behind = bytes[at + word.length]
  return behind === SPACE || behind === TAB
}

export const restOfLine = ({ bytes, at, end }: Cursor, from: number): string => {
  let stop = at + from
  while (stop < end && bytes[stop] !== LF && bytes[stop] !== CR) stop++
  return decodeName(bytes.subarray(at + from, stop)).trim()
}

/** The word at the scan, for a message. */
export const wordAt = ({ bytes, at, end }: Cursor): string => {
  let stop = at
  while (stop < end && stop < at + 40 && bytes[stop]! > SPACE) stop++
  return stop === at ? 'nothing' : JSON.stringify(decodeName(bytes.subarray(at, stop)))
}

/** A decimal number, or NaN (nothing is taken then). 17 digits at most count; 10 to the power of ±22 is exact. */
export function scanNumber(cursor: Cursor): number {
  skipBlanks(cursor)
  const { bytes, end } = cursor
  const start = cursor.at
  let at = start
  let c = bytes[at]
  const negative = c === 45
  if (negative || c === 43) c = bytes[++at]
  let value = 0
  let digits = 0
  let point = 0
  while (at < end) {
    c = bytes[at]!
    if (c >= 48 && c <= 57) {
      value = value * 10 + (c - 48)
      digits++
    } else if (c === 46 && point === 0) point = digits + 1
    else break
    at++
  }
  if (digits === 0) return Number.NaN
  let exponent = point === 0 ? 0 : point - 1 - digits
  if (at < end && (c === 101 || c === 69)) {
    const marked = exponentAt(cursor, at + 1)
    if (Number.isNaN(marked)) return Number.NaN
    exponent += marked
    at = cursor.at
  }
  // A number must end where its digits end: `1.5x` is none.
  if (at < end && bytes[at]! > SPACE && bytes[at] !== SLASH && bytes[at] !== BACKSLASH) {
    cursor.at = start
    return Number.NaN
  }
  cursor.at = at
  if (exponent < 0) value = exponent >= -22 ? value / POWERS[-exponent]! : value * 10 ** exponent
  else if (exponent > 0) value *= exponent <= 22 ? POWERS[exponent]! : 10 ** exponent
  return negative ? -value : value
}

function exponentAt(cursor: Cursor, from: number): number {
  const { bytes, end } = cursor
  let at = from
  const negative = bytes[at] === 45
  if (negative || bytes[at] === 43) at++
  let value = 0
  const first = at
  while (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) value = value * 10 + bytes[at++]! - 48
  if (at === first) return Number.NaN
  cursor.at = at
  return negative ? -value : value
}
