// Live flow: intake -> **merged state** -> store, rows, snapshot. Per property the newest record that carries it. The server
// alone decides that, and tells rows in the order in which they hold.
import type { Order } from '../record/order.ts'
import { isAfter } from '../record/order.ts'
import type { Location, Row, SourceRecord, Value } from '../record/record.ts'
import { type DeviceClock, UNKNOWN_CLOCK } from './device-clock.ts'
import { type DeviceCount, NOTHING_COUNTED } from './generation.ts'

/** A value with the place of the record that it came by, and when that was heard. */
export interface Owned<V> extends Order {
  readonly value: V
  readonly heardMs: number
}

/** All that stands of one entity. Plain data, never changed in place: a commit that fails leaves nothing behind. */
export interface EntityState {
  readonly kind: string
  readonly id: string
  /** When the entity was last heard, by the server's clock. A backlog does not count: its records were heard at their own time. */
  readonly heardMs: number
  /** Records of it that were kept, from which its checkpoints are counted, and the number of the last among all records. */
  readonly kept: number
  readonly lastAt: number
  readonly clock: DeviceClock
  readonly count: DeviceCount
  readonly location: Owned<Location> | null
  readonly properties: Readonly<Record<string, Owned<Value>>>
}

export const createEntity = (kind: string, id: string): EntityState => ({
  kind,
  id,
  heardMs: Number.NEGATIVE_INFINITY,
  kept: 0,
  lastAt: 0,
  clock: UNKNOWN_CLOCK,
  count: NOTHING_COUNTED,
  location: null,
  properties: {},
})

/** The name under which `held` tells of the place; no field can have it. */
export const HELD_LOCATION = '@location'

/**
 * Sets a record over what stands.
 *
 * @param isNewest - all that it carries holds; else what no newer record spoke of.
 * @returns the merged parts, and what became newest: names of properties, and {@link HELD_LOCATION}.
 */
export function mergeRecord(
  state: Pick<EntityState, 'location' | 'properties'>,
  record: Pick<SourceRecord, 'location' | 'properties'>,
  order: Order,
  { isNewest, heardMs }: { readonly isNewest: boolean; readonly heardMs: number },
): Pick<EntityState, 'location' | 'properties'> & { readonly held: readonly string[] } {
  const { generation, boot, seq, t } = order
  const held: string[] = []
  const wins = (old: Order | null | undefined): boolean => isNewest || old === null || old === undefined || isAfter(order, old)
  let { properties, location } = state
  for (const name in record.properties) {
    if (!wins(Object.hasOwn(properties, name) ? properties[name] : undefined)) continue
    if (held.length === 0) properties = { ...properties }
    ;(properties as Record<string, Owned<Value>>)[name] = { value: record.properties[name]!, generation, boot, seq, t, heardMs }
    held.push(name)
  }
  if (record.location !== undefined && wins(location)) {
    location = { value: record.location, generation, boot, seq, t, heardMs }
    held.push(HELD_LOCATION)
  }
  return { location, properties, held }
}

/** What became newest, as a row; null: nothing did. */
export function rowOf(
  { kind, id, location, properties }: Pick<SourceRecord, 'kind' | 'id' | 'location' | 'properties'>,
  held: readonly string[],
  { t, heardMs, offMs }: { readonly t: number; readonly heardMs: number; readonly offMs: number | null },
): Row | null {
  if (held.length === 0) return null
  const own: Record<string, Value> = {}
  for (const name of held) if (name !== HELD_LOCATION) own[name] = properties[name]!
  return {
    kind,
    id,
    t,
    heardMs,
    ...(offMs !== null && { clockOffMs: offMs }),
    ...(held.includes(HELD_LOCATION) && { location: location! }),
    properties: own,
  }
}

/** One entity as rows: one for each time at which something of it was last said, the last heard at the end. */
export function rowsOf(state: Pick<EntityState, 'kind' | 'id' | 'location' | 'properties' | 'clock'>): Row[] {
  interface Said {
    readonly t: number
    readonly heardMs: number
    location?: Location
    readonly properties: Record<string, Value>
  }
  const said = new Map<number, Map<number, Said>>()
  const at = ({ t, heardMs }: Owned<unknown>): Said => {
    let byHeard = said.get(t)
    if (byHeard === undefined) said.set(t, (byHeard = new Map()))
    let one = byHeard.get(heardMs)
    if (one === undefined) byHeard.set(heardMs, (one = { t, heardMs, properties: {} }))
    return one
  }
  if (state.location !== null) at(state.location).location = state.location.value
  for (const [name, owned] of Object.entries(state.properties)) at(owned).properties[name] = owned.value
  const { offMs } = state.clock
  return [...said.values()]
    .flatMap((byHeard) => [...byHeard.values()])
    .sort((a, b) => a.heardMs - b.heardMs || a.t - b.t)
    .map(({ t, heardMs, location, properties }) => ({
      kind: state.kind,
      id: state.id,
      t,
      heardMs,
      ...(offMs !== null && { clockOffMs: offMs }),
      ...(location !== undefined && { location }),
      properties,
    }))
}
