// Worker: file of an inventory, height pyramid -> **rows** -> layer's base. What is fetched ends with the session that asked.
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import { type GroundHeight, readInventory } from '../live/inventory.ts'
import type { BaseRow } from '../live/layer.ts'
import type { Net } from '../net/net.ts'
import { jsonOf } from './json-of.ts'
import type { Session } from './session.ts'

/** Opens the height pyramid of a tileset. */
export type OpenHeights = (url: string, net: Net, doc: TwinDocument, signal: AbortSignal) => Promise<GroundHeight>

const NO_GROUND: GroundHeight = () => null

/**
 * The ground of a twin, opened once for all inventories of a session. One that cannot be had is told, and things then stand
 * as in a twin that has none.
 */
export function createGround(doc: TwinDocument, from: Session, open: OpenHeights | undefined, tell: (error: unknown) => void) {
  const url = doc.tilesets.find(({ heights }) => heights !== undefined)?.heights
  if (url === undefined || open === undefined) return async () => NO_GROUND
  let opened: Promise<GroundHeight> | undefined
  return () => {
    opened ??= open(url, from.net, doc, from.signal).catch((error: unknown) => {
      from.signal.throwIfAborted()
      tell(error)
      return NO_GROUND
    })
    return opened
  }
}

/** @throws TwinError of net/, or `document-invalid`. */
export async function loadInventory(
  url: string,
  from: Session,
  {
    ground,
    doc,
    tell,
  }: { readonly ground: () => Promise<GroundHeight>; readonly doc: TwinDocument; readonly tell: (error: unknown) => void },
): Promise<ReadonlyMap<string, BaseRow>> {
  const [json, groundHeight] = await Promise.all([jsonOf(url, from.json(url)), ground()])
  const where = new URL(url).pathname
  const { rows, withoutId, wrongIds, repeated, withoutPlace } = readInventory(json, where, {
    groundHeight,
    otherwiseHeightMeters: doc.origin.heightEllipsoidalMeters,
  })
  if (withoutId > 0)
    tell(
      new TwinError('record-invalid', `${where}: ${withoutId} features have no id and are left out; give each an "id"`, {
        where,
        withoutId,
      }),
    )
  const some = (ids: ReadonlySet<string>) => `${[...ids].slice(0, 3).join(', ')}${ids.size > 3 ? ` and ${ids.size - 3} more` : ''}`
  if (wrongIds.size > 0)
    tell(
      new TwinError('record-invalid', `${where}: id ${some(wrongIds)}; what has such an id is left out; correct it`, {
        where,
        wrongIds: wrongIds.size,
      }),
    )
  if (repeated.size > 0)
    tell(
      new TwinError('record-invalid', `${where}: id ${some(repeated)} stands more than once, the last one is taken; give each its own`, {
        where,
        repeated: repeated.size,
      }),
    )
  if (withoutPlace.size > 0)
    tell(
      new TwinError(
        'location-invalid',
        `${where}: ${some(withoutPlace)}: the geometry has no position in degrees and is not drawn; write [longitude, latitude] (GeoJSON knows no other grid)`,
        { where, withoutPlace: withoutPlace.size },
      ),
    )
  return rows
}
