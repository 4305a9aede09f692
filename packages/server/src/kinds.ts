import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { joinKinds } from '@twinmap/core/internal/document/join-kinds'
import { readDocument } from '@twinmap/core/internal/document/load'
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'

/**
 * The kinds of a twin: those that the server was built with, and those that the document declares beside them. The document
 * is read as the page reads it, so that a server which starts has a document that opens.
 *
 * @param file - the twin document.
 * @throws TwinError `config-invalid`: the document cannot be read, is wrong, or declares a kind that the server brings.
 */
export function kindsOf(builtIn: Iterable<AnyKind>, file: string | undefined): Map<string, AnyKind> {
  const refuse = (error: unknown): never => {
    throw new TwinError('config-invalid', `document ${file}: ${errorToData(error).message}`, { file, field: 'document' }, { cause: error })
  }
  let declared: readonly AnyKind[] = []
  try {
    // A decoder, for it leaves out the byte order mark that some editors put first, as browsers do.
    if (file !== undefined)
      declared = readDocument(JSON.parse(new TextDecoder().decode(readFileSync(file))), pathToFileURL(file).href).kinds
  } catch (error) {
    refuse(error)
  }
  return joinKinds(builtIn, declared, refuse)
}
