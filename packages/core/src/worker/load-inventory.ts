// Worker: file of an inventory -> **rows** -> layer's base. What is fetched ends with the session that asked.
import { TwinError } from '../error/twin-error.ts'
import { readInventory } from '../live/inventory.ts'
import type { BaseRow } from '../live/layer.ts'
import { jsonOf } from './json-of.ts'
import type { Session } from './session.ts'

/** @throws TwinError of net/, or `document-invalid`. */
export async function loadInventory(url: string, from: Session, tell: (error: unknown) => void): Promise<ReadonlyMap<string, BaseRow>> {
  const json = await jsonOf(url, from.json(url))
  const where = new URL(url).pathname
  const { rows, withoutId, wrongIds, repeated, withoutPlace } = readInventory(json, where)
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
