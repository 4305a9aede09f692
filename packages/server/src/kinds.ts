import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { TwinDocument } from '@twinmap/core/internal/document/document'
import { joinKinds } from '@twinmap/core/internal/document/join-kinds'
import { readDocument } from '@twinmap/core/internal/document/load'
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'

/** What a server reads of its twin: the kinds, and the document where there is one. */
export interface TwinDeclared {
  readonly kinds: Map<string, AnyKind>
  readonly document: TwinDocument | null
}

/**
 * The kinds of a twin: those that the server was built with, and those that the document declares beside them. The document
 * is read as the page reads it, so that a server which starts has a document that opens.
 *
 * @param file - the twin document.
 * @throws TwinError `config-invalid`: the document cannot be read, is wrong, or declares a kind that the server brings.
 */
export function readTwin(builtIn: Iterable<AnyKind>, file: string | undefined): TwinDeclared {
  const refuse = (error: unknown): never => {
    throw new TwinError('config-invalid', `document ${file}: ${errorToData(error).message}`, { file, field: 'document' }, { cause: error })
  }
  let document: TwinDocument | null = null
  try {
    // A decoder, for it leaves out the byte order mark that some editors put first, as browsers do.
    if (file !== undefined) document = readDocument(JSON.parse(new TextDecoder().decode(readFileSync(file))), pathToFileURL(file).href)
  } catch (error) {
    refuse(error)
  }
  return { kinds: joinKinds(builtIn, document?.kinds ?? [], refuse), document }
}
