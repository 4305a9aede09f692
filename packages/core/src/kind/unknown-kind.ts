import { nearest } from './closed.ts'
import { shown } from './wire-text.ts'

/**
 * Tells somebody who named a kind that the twin does not declare, with the nearest that it does.
 *
 * @returns "kind Wristbnd is not declared by this twin; did you mean Wristband?"
 */
export function unknownKind(asked: string, declared: Iterable<string>): string {
  const meant = nearest(asked.slice(0, 64), [...declared])
  return `kind ${shown(asked)} is not declared by this twin; ${meant === undefined ? 'correct the kind or declare it' : `did you mean ${meant}?`}`
}
