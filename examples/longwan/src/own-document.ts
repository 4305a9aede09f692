// `npm start -- my.twin.json`: which folders the server must mount, so that the document's relative URLs are answered.
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TwinError } from '@twinmap/core'
import { readDocument } from '@twinmap/core/document'

export interface OwnDocument {
  /** The document's file. */
  readonly document: string
  /** URL prefix and the folder behind it. */
  readonly mounts: readonly { readonly path: string; readonly folder: string }[]
}

/** Stands for the document's own folder while its URLs are read: whatever leads out of it lies beside this name. */
const BASE = 'http://twin/folder-of-the-document/'

/**
 * Reads a document of the user. URLs with a host of their own are left to the browser.
 *
 * @throws TwinError `document-invalid`, `document-newer`; also where a URL leads out of the document's folder, which nobody serves.
 */
export async function ownDocument(path: string): Promise<OwnDocument> {
  const file = resolve(path)
  const doc = readDocument(JSON.parse(new TextDecoder().decode(await readFile(file))), BASE + encodeURIComponent(basename(file)))
  const referred = [
    ...doc.tilesets.flatMap(({ url, heights }, i) => [[`tilesets[${i}].url`, url] as const, [`tilesets[${i}].heights`, heights] as const]),
    ...doc.layers.map(({ inventory }, i) => [`layers[${i}].inventory`, inventory] as const),
  ]
  const mounts = new Map<string, string>()
  for (const [where, url] of referred) {
    if (url === undefined || new URL(url).origin !== new URL(BASE).origin) continue
    const inside = url.startsWith(BASE) ? decoded(new URL('.', url).href.slice(BASE.length)) : undefined
    if (inside === undefined || inside.split('/').includes('..'))
      throw new TwinError(
        'document-invalid',
        `${path}: ${where} leads out of the document's folder, and only what lies in it is served; move the document up, or what it names beside it`,
        { path, where },
      )
    mounts.set(`/${inside}`, join(dirname(file), inside))
  }
  return { document: file, mounts: [...mounts].map(([mount, folder]) => ({ path: mount, folder })) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
