import { TwinError } from '../../../error/twin-error.ts'
import { addressOf } from './address.ts'
import type { LiveTile } from './live-tile.ts'
import { placeOf } from './tile-load.ts'

/** Tilesets inside tilesets. Vendors nest one per level of detail, which are 13 to 25; a chain that is longer has no end. */
export const DEEPEST_NESTING = 64

/**
 * What is wrong with a tile whose content is a tileset: it names one that it lies in, so it would load for ever, or it lies
 * too deep. Asked of a tile whose parents are known.
 */
export function nestingFault(tile: LiveTile): TwinError | undefined {
  if (tile.content === undefined || tile.implicit !== undefined || !tile.internal.hasUnrenderableContent) return undefined
  const inside: (string | undefined)[] = []
  for (let above: LiveTile | null = tile; above !== null; above = above.parent) inside.push(above.tilesetUrl)
  const urls = inside.filter((url) => url !== undefined).map(withoutHash)
  const uri = addressOf(tile, tile.content.uri)
  // What is no address is told when it is asked for.
  if (uri instanceof TwinError) return undefined
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
