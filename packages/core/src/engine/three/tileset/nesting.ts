import { TwinError } from '../../../error/twin-error.ts'
import type { LiveTile } from './live-tile.ts'
import { placeOf } from './tile-load.ts'

/** Tilesets inside tilesets. Vendors nest one per level of detail, which are 13 to 25; a chain that is longer has no end. */
export const DEEPEST_NESTING = 64

/**
 * What is wrong with a tile whose content is a tileset: it names one that it lies in, so it would load for ever, or it lies
 * too deep. Asked of a tile whose parents are known.
 */
export function nestingFault({ content, parent, internal, implicit, tilesetUrl }: LiveTile): TwinError | undefined {
  if (content === undefined || implicit !== undefined || !internal.hasUnrenderableContent) return undefined
  const inside = [tilesetUrl]
  for (let above = parent; above !== null; above = above.parent) inside.push(above.tilesetUrl)
  const urls = inside.filter((url) => url !== undefined).map(withoutHash)
  const uri = new URL(content.uri, `${internal.basePath}/`).href
  const [file, named] = [placeOf(urls[0] ?? uri), placeOf(uri)]
  if (urls.includes(withoutHash(uri)))
    return new TwinError('tileset-invalid', `${file}: content ${named} is a tileset that this one lies in; name a file below it`, {
      file,
      named,
    })
  if (urls.length > DEEPEST_NESTING)
    return new TwinError('tileset-invalid', `${file}: content ${named} lies in ${urls.length} tilesets; join some of them`, { file, named })
  return undefined
}

const withoutHash = (url: string): string => url.replace(/#.*$/, '')
