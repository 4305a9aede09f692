// Read: a comment that says what a mesh counts in, as modellers write it: `# Units: Millimeters`, `# File units = feet`.
import type { Unit } from '../place/placement.ts'

const NAMES: readonly (readonly [RegExp, Unit])[] = [
  [/^(mm|milli ?met(er|re)s?)$/i, 'mm'],
  [/^(cm|centi ?met(er|re)s?)$/i, 'cm'],
  [/^(km|kilo ?met(er|re)s?)$/i, 'km'],
  [/^(m|met(er|re)s?)$/i, 'm'],
  [/^(in|inch|inches)$/i, 'in'],
  [/^(us[- ]?survey[- ]?f(ee|oo)t|us-?ft|ftus)$/i, 'us-ft'],
  [/^(ft|feet|foot)$/i, 'ft'],
]

/** The unit that a comment names; undefined where it names none that is known. */
export function saidUnit(comment: string): Unit | undefined {
  const [, word] = /\bunits?\b\s*(?:is|are|in)?\s*[:=]?\s*([a-z][a-z -]*[a-z]|m)\b/i.exec(comment) ?? []
  return NAMES.find(([name]) => word !== undefined && name.test(word.trim()))?.[1]
}
