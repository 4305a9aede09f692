// Live flow: intake -> **merged state** -> store, snapshot. Per property the newest record that carries it, by the one law of
// order (live/order.ts), so that what the server keeps and what a page shows is the same whatever came first.
import { ABSENT, compareOrder, winsTie } from '../live/order.ts'
import type { Location, TwinRecord, Value } from '../record/record.ts'

/** A value with the record that it belongs to; boot and seq are ABSENT (-1) where that carried none. */
export interface Owned<V> {
  readonly value: V
  readonly boot: number
  readonly seq: number
  readonly t: number
}

/** All that stands of one entity. Plain data, never changed in place: a commit that fails leaves nothing behind. */
export interface EntityState {
  readonly kind: string
  readonly id: string
  /** The server's time at which anything was last heard of it. */
  readonly heardMs: number
  /** Highest (boot, seq) that was heard: a record above it is surely new. ABSENT: none had both. */
  readonly newestBoot: number
  readonly newestSeq: number
  readonly location: Owned<Location> | null
  readonly properties: Readonly<Record<string, Owned<Value>>>
}

/** Sets a record over what stands. */
export function mergeRecord(state: EntityState | undefined, record: TwinRecord, heardMs: number): EntityState {
  const trusted = record.boot !== undefined && record.seq !== undefined
  // One without the other orders nothing, and of two such records that are equally new either could have left its own.
  const boot = trusted ? record.boot! : ABSENT
  const seq = trusted ? record.seq! : ABSENT
  const { t } = record
  const properties: Record<string, Owned<Value>> = { ...state?.properties }
  for (const [name, value] of Object.entries(record.properties)) {
    const owned: Owned<Value> = { value, boot, seq, t }
    const old = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (old === undefined || isNewer(owned, old, winsTie(value, old.value))) properties[name] = owned
  }
  let location = state?.location ?? null
  if (record.location !== undefined) {
    const owned: Owned<Location> = { value: record.location, boot, seq, t }
    if (location === null || isNewer(owned, location, winsTie(record.location.join(), location.value.join()))) location = owned
  }
  const oldBoot = state?.newestBoot ?? ABSENT
  const oldSeq = state?.newestSeq ?? ABSENT
  const isNewest = trusted && (boot > oldBoot || (boot === oldBoot && seq > oldSeq))
  return {
    kind: record.kind,
    id: record.id,
    heardMs: Math.max(heardMs, state?.heardMs ?? heardMs),
    newestBoot: isNewest ? boot : oldBoot,
    newestSeq: isNewest ? seq : oldSeq,
    location,
    properties,
  }
}

function isNewer(a: Owned<unknown>, b: Owned<unknown>, wins: boolean): boolean {
  const order = compareOrder(a.boot, a.seq, a.t, b.boot, b.seq, b.t)
  return order > 0 || (order === 0 && wins)
}

/** A snapshot of one entity: one record for each that still owns something, with only that. Merged again, they are the state. */
export function recordsOf(state: EntityState): TwinRecord[] {
  interface Row {
    readonly owner: Owned<unknown>
    location?: Location
    readonly properties: Record<string, Value>
  }
  const rows = new Map<string, Row>()
  const rowOf = (owner: Owned<unknown>): Row => {
    const key = `${owner.boot}.${owner.seq}.${owner.t}`
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = { owner, properties: {} }))
    return row
  }
  if (state.location !== null) rowOf(state.location).location = state.location.value
  for (const [name, owned] of Object.entries(state.properties)) rowOf(owned).properties[name] = owned.value
  return [...rows.values()].map(({ owner, location, properties }) => ({
    kind: state.kind,
    id: state.id,
    ...(owner.boot !== ABSENT && { boot: owner.boot }),
    ...(owner.seq !== ABSENT && { seq: owner.seq }),
    t: owner.t,
    ...(location !== undefined && { location }),
    properties,
  }))
}
