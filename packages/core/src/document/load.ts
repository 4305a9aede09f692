// The way in of a twin document, in the page, on the server and in the pipeline: fetch (a port: net/ decides origins and
// tokens), check, and make its URLs absolute.
import * as v from 'valibot'
import { TwinError } from '../error/twin-error.ts'
import { checkDocument } from './check-document.ts'
import type { TwinDocument } from './document.ts'
import { refusal } from './refusal.ts'
import { twinDocumentSchema } from './schema.ts'

/** Fetches and parses; rejects with the TwinErrors of net/ (`fetch-gone`, `fetch-failed`, …) or a SyntaxError. */
export type FetchJson = (url: string, options?: { readonly signal?: AbortSignal }) => Promise<unknown>

/** The file as people know it: the last part of its path, without a query that might hold a token. */
const fileOf = (url: string): string => {
  const path = url.split(/[?#]/)[0]!
  const name = path.slice(path.lastIndexOf('/') + 1)
  try {
    return decodeURIComponent(name) || path
  } catch {
    return name // `%zz`: a URL may hold it, and it means itself
  }
}

/** Where a page's own relative URL would count from; in Node and workers URLs must be absolute. */
const absolute = (file: string, path: string, written: string, base: string): string => {
  const refuse = (why: string): never => {
    throw new TwinError('document-invalid', `${file}: ${path} is ${JSON.stringify(written.slice(0, 60))}, ${why}`, { file, path })
  }
  let found: URL
  try {
    found = new URL(written, base)
  } catch {
    return refuse('no URL; write it relative to the document, such as tiles/tileset.json')
  }
  if (!['http:', 'https:', 'ws:', 'wss:', 'file:'].includes(found.protocol))
    return refuse(`whose scheme ${found.protocol} is not fetched; use a relative URL, http: or https:`)
  if (found.username !== '' || found.password !== '') return refuse('which holds a name or a password; a document is no place for them')
  return found.href
}

/**
 * Checks what was parsed from a file.
 *
 * @param base absolute URL of the document: its own URLs count from there.
 * @throws TwinError `document-invalid` or `document-newer`.
 */
export function readDocument(parsed: unknown, base: string): TwinDocument {
  const file = fileOf(base)
  const version =
    typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'twin') ? (parsed as { twin: unknown }).twin : undefined
  if (typeof version === 'number' && version > 1)
    throw new TwinError(
      'document-newer',
      `${file}: is a twin document of version ${version}; this twinmap reads version 1. Update twinmap`,
      {
        file,
        path: 'twin',
        value: String(version),
      },
    )
  if (version === undefined)
    throw new TwinError('document-invalid', `${file}: is no twin document; one begins with {"twin": 1, "name": …`, { file, path: 'twin' })
  const checked = v.safeParse(twinDocumentSchema, parsed)
  if (!checked.success) {
    const { message, ...details } = refusal(file, checked.issues)
    throw new TwinError('document-invalid', message, { file, ...details })
  }
  const doc: TwinDocument = checked.output
  checkDocument(file, doc)
  const at = (path: string, written: string) => absolute(file, path, written, base)
  return {
    ...doc,
    tilesets: doc.tilesets.map((each, i) => ({
      ...each,
      url: at(`tilesets[${i}].url`, each.url),
      ...(each.heights !== undefined && { heights: at(`tilesets[${i}].heights`, each.heights) }),
    })),
    feeds: doc.feeds.map((each, i) => ({
      ...each,
      url: at(`feeds[${i}].url`, each.url),
      ...(each.history !== undefined && { history: at(`feeds[${i}].history`, each.history) }),
      ...(each.actions !== undefined && { actions: at(`feeds[${i}].actions`, each.actions) }),
    })),
    layers: doc.layers.map((each, i) => ({
      ...each,
      ...(each.inventory !== undefined && { inventory: at(`layers[${i}].inventory`, each.inventory) }),
    })),
  }
}

/**
 * Loads a twin document.
 *
 * @param url absolute URL of the document.
 * @throws TwinError `document-missing`, `document-invalid`, `document-newer`, or what the fetch rejects with.
 * @example
 * const doc = await loadDocument(new URL('longwan.twin.json', location.href).href, net.json)
 */
export async function loadDocument(
  url: string,
  fetchJson: FetchJson,
  options: { readonly signal?: AbortSignal } = {},
): Promise<TwinDocument> {
  const file = fileOf(url)
  let parsed: unknown
  try {
    parsed = await fetchJson(url, options)
  } catch (cause) {
    if (cause instanceof TwinError && cause.code === 'fetch-gone')
      throw new TwinError('document-missing', `${file}: the server has no such file; check the src of the viewer`, { file }, { cause })
    if (cause instanceof SyntaxError)
      throw new TwinError(
        'document-invalid',
        `${file}: is not JSON (${cause.message}); check it with an editor, or the server that answered`,
        { file, path: '' },
        { cause },
      )
    throw cause
  }
  return readDocument(parsed, url)
}
