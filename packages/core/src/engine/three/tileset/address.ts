// Where a content lies: relative to the file that names it, with that file's query where the two share an origin. Signed addresses (Azure's
// SAS, CloudFront, S3) sign a folder in the query of tileset.json, and no tileset repeats the signature at each tile.

import type { TwinError } from '../../../error/twin-error.ts'
import { refusal } from '../../../net/net.ts'
import type { LiveTile } from './live-tile.ts'

/** The absolute address of what `tile` names, or why it has none. */
export function addressOf(tile: LiveTile, uri: string): string | TwinError {
  const from = tilesetOf(tile) ?? `${tile.internal.basePath}/`
  return beside(uri, `${tile.internal.basePath}/`, from)
}

/** The file that says what tile this is. */
export function tilesetOf(tile: LiveTile): string | undefined {
  let at: LiveTile | null = tile
  while (at !== null && at.tilesetUrl === undefined) at = at.parent
  return at?.tilesetUrl
}

/** `uri` against `base`, with the query of `tileset` where both are of one origin. */
export function beside(uri: string, base: string, tileset: string): string | TwinError {
  // A signature is nobody's to read in a message.
  const name = uri.replace(/[?#].*$/, '')
  let address: URL
  try {
    address = new URL(uri, base)
  } catch {
    return refusal('name', `${name}: is no address; write where the content lies, relative to its tileset.json`, name)
  }
  if (!/^(https?|data|blob):$/.test(address.protocol))
    return refusal(
      'name',
      `${name}: is no web address (it begins with "${address.protocol}"); write where the content lies, relative to its tileset.json, with ./ before a name that has a colon`,
      name,
    )
  return inheritQuery(address, new URL(tileset))
}

/** What the address says itself wins, name by name; texts are carried as they are, since a signature may not be encoded anew. */
export function inheritQuery(address: URL, from: URL): string {
  if (address.origin !== from.origin || from.search.length < 2 || !/^https?:$/.test(address.protocol)) return address.href
  const pairs = (search: string) =>
    search
      .slice(1)
      .split('&')
      .filter((pair) => pair !== '')
  const nameOf = (pair: string) => pair.split('=', 1)[0]!
  const own = pairs(address.search)
  const names = new Set(own.map(nameOf))
  const all = [...own, ...pairs(from.search).filter((pair) => !names.has(nameOf(pair)))]
  return `${address.href.replace(/[?#].*$/, '')}?${all.join('&')}${address.hash}`
}
