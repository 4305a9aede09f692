// Tile flow: fetch -> **content-type** -> tileset or tile. A content's name says nothing that holds: services name tilesets `7523`, and
// archives hold gzips. Its first bytes do.
import { inFile } from '../../../tiles/fault.ts'
import { headOf, unpackGzip } from '../../../tiles/gzip.ts'
import { looksLikeJson } from '../../../tiles/json.ts'
import { TILE_LIMITS } from '../../../tiles/limits.ts'
import { isJson, isTilesetJson, parseTilesetBytes, readTilesetJson, type TilesetJson } from '../../../tiles/tileset-json.ts'

/**
 * A checked tileset where the content is one; else its bytes, for a worker, which unpacks what is packed. Only JSON is read on the page.
 *
 * @param file for messages
 */
export async function readContent(bytes: ArrayBuffer, file: string): Promise<TilesetJson | ArrayBuffer> {
  try {
    const all = new Uint8Array(bytes)
    if (!looksLikeJson(await headOf(all))) return bytes
    const json = parse(await unpackGzip(all, TILE_LIMITS.jsonBytes), file)
    return isTilesetJson(json) ? readTilesetJson(json, file) : bytes
  } catch (error) {
    throw inFile(error, file)
  }
}

/** What is called JSON and breaks off is told here; what is called otherwise by whoever reads tiles. */
function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return parseTilesetBytes(bytes, file)
  } catch (error) {
    if (isJson(file)) throw error
    return undefined
  }
}
