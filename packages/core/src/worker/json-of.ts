// Worker: a file of JSON beside the document -> **parsed**, or what is wrong with it by its name. A portal answers a page where a file is
// not there, and the parser's word alone says neither which file nor what to do.
import { TwinError } from '../error/twin-error.ts'

/** @throws TwinError `document-invalid` where `fetched` rejects with a SyntaxError; whatever else it rejects with. */
export async function jsonOf(url: string, fetched: Promise<unknown>): Promise<unknown> {
  try {
    return await fetched
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const where = new URL(url).pathname
    throw new TwinError(
      'document-invalid',
      `${where}: is not JSON (${cause.message}); check the file, or the server that answered`,
      { where },
      { cause },
    )
  }
}
