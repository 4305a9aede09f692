// Document -> **height pyramid** -> inventory: things without a height stand on the mesh, without a tile.
import type { TwinDocument } from '../document/document.ts'
import { enuFrame, enuToGeodetic, geodeticToEnu } from '../geo/enu.ts'
import { groundSampler, readHeights } from '../geo/heights.ts'
import type { GroundHeight } from '../live/settle.ts'
import type { Net } from '../net/net.ts'
import { jsonOf } from './json-of.ts'

/**
 * Opens the pyramid that the pipeline wrote beside a tileset (docs/formats/heights.md).
 *
 * @param url - of heights.json; its numbers lie at the URL that it names, and pass through the same policy.
 * @throws TwinError of net/ or of the reader.
 */
export async function openHeights(url: string, net: Net, { origin }: TwinDocument, signal: AbortSignal): Promise<GroundHeight> {
  const header = await jsonOf(url, net.json(url, { signal }))
  const data = (header as { data?: unknown } | null)?.data
  const bytes = await net.bytes(new URL(typeof data === 'string' ? data : 'heights.bin', url).href, { signal })
  const frame = enuFrame(origin)
  const sample = groundSampler(await readHeights(header, bytes, new URL(url).pathname), frame)
  return (longitude, latitude) => {
    // The column above a place leans by less than a millimetre over the metres that ground lies off the origin's height.
    const { heightEllipsoidalMeters } = origin
    const [east, north] = geodeticToEnu(frame, { longitude, latitude, heightEllipsoidalMeters })
    const ground = sample(east, north)
    if (ground === undefined) return null
    const { errorMeters, method, heightMeters } = ground
    return { heightEllipsoidalMeters: enuToGeodetic(frame, [east, north, heightMeters]).heightEllipsoidalMeters, errorMeters, method }
  }
}
