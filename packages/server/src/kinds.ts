import { readFileSync } from 'node:fs'
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import { checkKind } from '@twinmap/core/internal/kind/check-kind'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'

/**
 * The kinds of a twin: those that the server was built with, and those that the document declares over them.
 *
 * @param file - the twin document.
 * @throws TwinError `config-invalid`: the document cannot be read, or declares a kind that is wrong.
 */
export function kindsOf(builtIn: Iterable<AnyKind>, file: string | undefined): Map<string, AnyKind> {
  const kinds = new Map<string, AnyKind>()
  for (const kind of builtIn) kinds.set(kind.kind, kind)
  if (file === undefined) return kinds
  try {
    const { kinds: declared = [] } = JSON.parse(readFileSync(file, 'utf8')) as { readonly kinds?: readonly AnyKind[] }
    for (const kind of declared) {
      checkKind(kind)
      kinds.set(kind.kind, kind)
    }
  } catch (error) {
    throw new TwinError('config-invalid', `document ${file}: ${errorToData(error).message}`, { file, field: 'document' }, { cause: error })
  }
  return kinds
}
