// Read: names are keys. They are decoded without loss, by one rule for OBJ, MTL, pictures and sidecars, and compared from the strictest
// to the most lenient: what the writer meant is nearly always clear, and two names that differ never become one.

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const GB18030 = new TextDecoder('gb18030', { fatal: true })
const LATIN1 = new TextDecoder('latin1')

/** Bytes as UTF-8 where they are; else as GB18030 (Chinese Windows writes its older form, GBK); else one character a byte. */
export function decodeName(bytes: Uint8Array): string {
  for (const decoder of [UTF8, GB18030])
    try {
      return decoder.decode(bytes)
    } catch {
      // not in this encoding
    }
  return LATIN1.decode(bytes)
}

/** A whole text: UTF-16 with a byte order mark or without, else as {@link decodeName}. */
export function decodeText(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes)
  return (utf16 === undefined ? decodeName(bytes) : new TextDecoder(utf16).decode(bytes)).replace(/^\uFEFF/, '')
}

/** Lines end with LF, CR LF or CR; each is decoded by itself, for files are joined of several. */
export function decodeLines(bytes: Uint8Array): string[] {
  if (utf16Of(bytes) !== undefined) return decodeText(bytes).split(/\r\n?|\n/)
  const lines: string[] = []
  let from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  for (let at = from; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== 10 && bytes[at] !== 13) continue
    lines.push(decodeName(bytes.subarray(from, at)))
    if (bytes[at] === 13 && bytes[at + 1] === 10) at++
    from = at + 1
  }
  return lines
}

/** Without a mark: text of few characters beyond 255 has a zero in every second byte. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'utf-16le'
  return bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0 ? 'utf-16be' : undefined
}

/** What a written name may mean, the likeliest first: as it stands, without quotes, without a comment behind it. */
export function spellingsOf(written: string): string[] {
  const whole = written.trim()
  const bare = whole.replace(/\s+#.*$/, '')
  return [...new Set([whole, unquoted(whole), bare, unquoted(bare)])].filter((name) => name !== '')
}

const unquoted = (name: string): string => /^(["'])(.*)\1$/.exec(name)?.[2]?.trim() ?? name

/** From the strictest: the same; the same to a reader (NFC, blanks); the same but for case. */
const LIKENESSES: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.normalize('NFC').replace(/\s+/g, ' ').trim(),
  (name) => name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase(),
]

/** The one of `names` that `written` means; undefined where none does, or where several would do equally well. */
export function findName(names: readonly string[], written: string): string | undefined {
  const whole = written.trim()
  if (names.includes(whole)) return whole
  for (const likeness of LIKENESSES)
    for (const spelling of spellingsOf(whole)) {
      const found = new Set(names.filter((name) => spellingsOf(name).some((other) => likeness(other) === likeness(spelling))))
      if (found.size === 1) return [...found][0]
    }
  return undefined
}
