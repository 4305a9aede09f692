// On the way out of the worker: card, alarm list and labels show persons by a masked name; the full one stays inside.

/** Family names of two characters, as far as they are common; any other counts as one. */
const DOUBLE = new Set(['欧阳', '司马', '上官', '诸葛', '皇甫', '尉迟', '公孙', '慕容', '令狐', '司徒', '东方', '夏侯', '宇文', '长孙'])

/**
 * A person's name as a screen on a wall may show it: 张三 → 张**, 欧阳修 → 欧阳**, Anna Lee → A**. As many stars whatever
 * the length, which would tell too.
 */
export function maskName(name: string): string {
  const trimmed = name.trim()
  const family = trimmed.slice(0, 2)
  if (trimmed.length > 2 && DOUBLE.has(family)) return `${family}**`
  const first = Array.from(trimmed)[0]
  return first === undefined ? '' : `${first.toUpperCase()}**`
}
