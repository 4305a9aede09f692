// What a program hands over is checked as strictly as a document: a key that is not known is refused by name with the nearest
// known one, and what is no number, or not finite, goes no further. A table holds the arguments of each call, in order; it is
// what is documented, and a test walks it.
import * as v from 'valibot'
import { TwinError } from '../error/twin-error.ts'
import { closed } from '../kind/closed.ts'
import { refusal } from './refusal.ts'

/** The arguments of a call by their names, in their order. */
export type Arguments = Readonly<Record<string, v.GenericSchema>>
export type Calls = Readonly<Record<string, Arguments>>

/**
 * Checks the arguments of one call; further ones are ignored, as the language does.
 *
 * @returns them, copied.
 * @throws TwinError `call-invalid`: `flyTo: to.lng is not a key of this place; did you mean longitude?`
 */
export function checkCall<C extends Calls, N extends keyof C & string>(calls: C, name: N, given: readonly unknown[]): unknown[] {
  const entries = calls[name]!
  const names = Object.keys(entries)
  const checked = v.safeParse(closed(entries as v.ObjectEntries), Object.fromEntries(names.map((each, i) => [each, given[i]])))
  if (checked.success) return names.map((each) => (checked.output as Record<string, unknown>)[each])
  // A key that was meant for another is the cause of what is missing.
  const issues = [...checked.issues].sort((a, b) => Number(isUnknownKey(b)) - Number(isUnknownKey(a)))
  const { message, ...details } = refusal(name, issues)
  throw new TwinError('call-invalid', message, { call: name, ...details })
}

const isUnknownKey = ({ type, expected }: v.BaseIssue<unknown>): boolean => type === 'strict_object' && expected === 'never'
