// The file system's own words: what is no fault of ours must not look like one.
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/** Whether the file system answered so; `code` is its word: ENOENT, EACCES, ENOSPC. */
export const isSystemError = (error: unknown): error is Error & { readonly code: string; readonly path?: string } =>
  error instanceof Error && /^E[A-Z0-9]+$/.test(String((error as NodeJS.ErrnoException).code))

/** What the file system says of an input, as a sentence; anything else as it is. @param file where the error does not name one itself */
export function readError(error: unknown, file: string): unknown {
  if (!isSystemError(error)) return error
  const of = error.path ?? file
  return new TwinError(
    'input-invalid',
    `${of}: cannot be read (${error.code}); check that it is there, that you may read it, and its disk`,
    { file: of, code: error.code },
    { cause: error },
  )
}
