// On the way out of the worker: card, alarm list and labels show persons by a masked name; the full one stays inside.

/**
 * A hanzi, by its block: ideographs and their extensions. No regular expression, because an engine keeps the last text that
 * one was tried on, and this one must be forgotten at sign-out.
 */
const isHan = (sign: string): boolean => {
  const code = sign.codePointAt(0)!
  return (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code <= 0x3ffff)
}

/** Family names of two characters, as far as they are common; any other counts as one. */
const DOUBLE = new Set(['欧阳', '司马', '上官', '诸葛', '皇甫', '尉迟', '公孙', '慕容', '令狐', '司徒', '东方', '夏侯', '宇文', '长孙'])

/**
 * A person's name as a screen on a wall may show it: 张三 → 张**, 欧阳修 → 欧阳**, Anna Lee → A**. As many stars whatever
 * the length, which would tell too.
 */
export function maskName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '') return ''
  const first = Array.from(trimmed)[0]!
  if (isHan(first)) return `${trimmed.length > 2 && DOUBLE.has(trimmed.slice(0, 2)) ? trimmed.slice(0, 2) : first}**`
  return `${first.toUpperCase()}**`
}
