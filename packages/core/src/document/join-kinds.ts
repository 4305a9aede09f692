// The kinds of a twin: those that a program brings, and those that the document declares beside them. Page and server join
// them by this one law.
import { TwinError } from '../error/twin-error.ts'
import type { AnyKind } from '../kind/kind.ts'

/**
 * A declared kind adds; it never takes the place of one that was brought: a document that redeclares a wristband without
 * its `privacy` would open health to everybody.
 *
 * @param refuse - told `kind-invalid` of each that would; unless it throws, the kind that was brought stands.
 */
export function joinKinds(
  brought: Iterable<AnyKind>,
  declared: readonly AnyKind[],
  refuse: (error: TwinError) => void,
): Map<string, AnyKind> {
  const kinds = new Map<string, AnyKind>()
  for (const kind of brought) kinds.set(kind.kind, kind)
  declared.forEach((kind, i) => {
    const { kind: name } = kind
    if (!kinds.has(name)) kinds.set(name, kind)
    else
      refuse(
        new TwinError('kind-invalid', `kinds[${i}].kind is ${name}, which this twinmap brings itself; remove it, or name yours otherwise`, {
          path: `kinds[${i}].kind`,
          kind: name,
        }),
      )
  })
  return kinds
}
