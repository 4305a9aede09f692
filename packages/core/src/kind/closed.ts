// Objects of a file that people write by hand: a key that is not known is refused by name, with the nearest known one,
// and never dropped in silence.
import * as v from 'valibot'

/** How many letters must change to make one word of the other (Levenshtein), for words of a few letters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

/** What other maps call it. */
const SYNONYMS: Readonly<Record<string, string>> = {
  lng: 'longitude',
  alt: 'heightEllipsoidalMeters',
  altitude: 'heightEllipsoidalMeters',
  elevation: 'heightEllipsoidalMeters',
  azimuth: 'headingDeg',
  bearing: 'headingDeg',
  yaw: 'headingDeg',
  tilt: 'pitchDeg',
  distance: 'rangeMeters',
  radius: 'rangeMeters',
}

/** The word of `known` that was probably meant; undefined where none is near. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const synonym = Object.hasOwn(SYNONYMS, written.toLowerCase()) ? SYNONYMS[written.toLowerCase()] : undefined
  if (synonym !== undefined && known.includes(synonym)) return synonym
  // Cut short, or without its unit: `lat`, `heading`.
  const begun = written.length < 3 ? [] : known.filter((word) => word.toLowerCase().startsWith(written.toLowerCase()))
  if (begun.length === 1) return begun[0]
  const ranked = known.map((word) => ({ word, far: distance(written.toLowerCase(), word.toLowerCase()) })).sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best !== undefined && best.far <= Math.max(2, Math.floor(best.word.length / 3)) && best.far < best.word.length
    ? best.word
    : undefined
}

/** An object with these keys and no other. */
export function closed<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries)
  return v.strictObject(entries, (issue) => {
    if (issue.expected !== 'never')
      return issue.received === 'undefined' ? 'is missing; add it' : `is ${issue.received}; an object is needed`
    const written = String(issue.input) // the key
    const meant = nearest(written.slice(0, 80), known)
    return `is not a key of this place; ${meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`}`
  })
}
