// JSON files of the user as the viewer itself reads them: behind a byte order mark, and as a gzip.
import { readFile } from 'node:fs/promises'
import { unpackGzip } from '@twinmap/core/internal/tiles/gzip'
import { jsonText } from '@twinmap/core/internal/tiles/json'

/** Rejects as `readFile` does, with a TwinError for a gzip that breaks off, and with SyntaxError for what is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  return JSON.parse(jsonText(await unpackGzip(new Uint8Array(await readFile(path)))))
}
