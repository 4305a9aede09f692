// The properties of <twin-viewer> that a page sets, and what each may be: one table, from which a wrong value is refused in words and
// the last good one stays. Its methods hand their arguments on to a twin's own tables (core, twin-calls.ts).
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { nearest } from '@twinmap/core/internal/kind/closed'

interface Property {
  /** What stands where nothing is given. */
  readonly absent: unknown
  readonly isSound: (value: unknown) => boolean
  /** What is needed, for the sentence. */
  readonly needed: string
  /** Words to choose from, of which the nearest is named. */
  readonly words?: readonly string[]
}

const oneOf = (...words: readonly string[]): Omit<Property, 'absent'> => ({
  isSound: (value) => words.includes(value as string),
  needed: `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`,
  words,
})
const aString = { isSound: (value: unknown) => typeof value === 'string', needed: 'a string' }
const aFunction = { isSound: (value: unknown) => typeof value === 'function', needed: 'a function' }

export const viewerProperties = (openTwin: unknown) =>
  ({
    src: { absent: '', ...aString },
    theme: { absent: 'auto', ...oneOf('light', 'dark', 'auto') },
    locale: { absent: 'auto', ...oneOf('zh', 'en', 'auto') },
    view: { absent: null, ...aString },
    getToken: { absent: null, ...aFunction },
    openTwin: { absent: openTwin, ...aFunction },
  }) as const satisfies Readonly<Record<string, Property>>

export type PropertyName = keyof ReturnType<typeof viewerProperties>

/** The value as it stands; absent ones by their default. Null: it is refused, by this error. */
export function checkProperty(
  name: string,
  { absent, isSound, needed, words = [] }: Property,
  value: unknown,
): { readonly value: unknown } | { readonly error: TwinError } {
  if (value === null || value === undefined) return { value: absent }
  if (isSound(value)) return { value }
  const meant = typeof value === 'string' ? nearest(value, words) : undefined
  const said = `${name} is ${shown(value)}; ${meant === undefined ? `${needed} is needed` : `did you mean ${JSON.stringify(meant)}?`} It stays as it was`
  return { error: new TwinError('call-invalid', said, { call: name, path: name, value: shown(value) }) }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60))
  return typeof value === 'object' ? 'an object' : typeof value === 'function' ? 'a function' : String(value)
}
