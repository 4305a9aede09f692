// The law of text for every entrance: what comes in must come back as it was sent. UTF-8 has no half of a surrogate pair,
// so two ids that differ in one become the same id on disk; SQLite reads a text only up to its first NUL; and white space
// around an id is lost in forms, tables and logs. Such text is refused with the reason, never repaired: a repaired id would be
// another device's. Loops over code units instead of a regular expression, because an engine keeps the last text that one
// was tried on, and the worker must forget all texts at sign-out.

/** UTF-16 code units of an id. */
export const LONGEST_ID = 200
/** UTF-16 code units of something foreign that a message shows. */
const MOST_SHOWN = 40

const TAB = 9
const LINE_FEED = 10
const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code <= 0x9f)

/** Whether the code unit at `i` is half of a surrogate pair whose other half is not beside it. */
function isLone(text: string, i: number): boolean {
  const code = text.charCodeAt(i)
  if (code < 0xd800 || code > 0xdfff) return false
  const isHigh = code < 0xdc00
  const other = text.charCodeAt(isHigh ? i + 1 : i - 1) // NaN beyond either end
  return isHigh ? !(other >= 0xdc00 && other <= 0xdfff) : !(other >= 0xd800 && other <= 0xdbff)
}

const named = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`

function firstWrong(text: string, isAllowed: (control: number) => boolean): string | null {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isControl(code) && !isAllowed(code)) return `holds the control character ${named(code)}`
    if (isLone(text, i)) return `holds ${named(code)}, half of a surrogate pair, which is no character`
  }
  return null
}

const none = (): boolean => false
const lineBreakOrTab = (control: number): boolean => control === LINE_FEED || control === TAB

/**
 * What is wrong with words that a source sent as a value; null: nothing. Line feeds, tabs and outer white space are kept.
 *
 * @returns the end of a sentence: "holds the control character U+0000".
 */
export const wrongWithWords = (text: string): string | null => firstWrong(text, lineBreakOrTab)

/**
 * What is wrong with an id, or with any other name that a thing is known again by; null: nothing. An id is text of 1 to 200
 * characters, well-formed, without control characters and without white space around it.
 *
 * @param raw - parsed JSON, from anybody.
 * @returns the end of a sentence: "is empty, expected text of 1 to 200 characters".
 */
export function wrongWithId(raw: unknown, longest: number = LONGEST_ID): string | null {
  const expected = `expected text of 1 to ${longest} characters`
  if (raw === undefined) return `is missing, ${expected}`
  if (typeof raw !== 'string') return `is ${shown(raw)}, ${expected}`
  if (raw === '') return `is empty, ${expected}`
  if (raw.length > longest) return `has ${raw.length} characters, ${expected}`
  if (raw.trim().length < raw.length) return 'begins or ends with white space; remove it'
  return firstWrong(raw, none)
}

export const isId = (raw: unknown, longest: number = LONGEST_ID): raw is string => wrongWithId(raw, longest) === null

/**
 * Something foreign, for a message: a text in at most 40 characters, each sound; of an array or an object only what it is,
 * because writing out a value that is nested 5,000 deep would overflow the stack.
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  let text = ''
  for (let i = 0; i < value.length && i < MOST_SHOWN; i++) text += isControl(value.charCodeAt(i)) || isLone(value, i) ? '\ufffd' : value[i]!
  if (value.length <= MOST_SHOWN) return text
  return `${isLone(text, MOST_SHOWN - 1) ? text.slice(0, -1) : text}…`
}

/** The same, where text and number are told apart. */
export const quoted = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(shown(value)) : shown(value))
