// Live flow: decode -> order -> **columns** -> describe, flags. The state of a layer's entities, merged per property.
import type { AnyKind, Field } from '../kind/kind.ts'
import type { Location, Value } from '../record/record.ts'
import { ABSENT, compareOrder, NEVER, winsTie } from './order.ts'

/**
 * One property of all entities, by slot: its value and the (boot, seq, t) of the record that owns it. A row is empty
 * where its boot is NaN.
 *
 * Numbers in a Float64Array and words in a plain array, never objects by row: 100,000 records then make no garbage but
 * their words. A column is made when its property first comes. Memory: 32 bytes a slot and carried property, and the words.
 */
export interface Column {
  readonly field: Field
  numbers: Float64Array<ArrayBuffer> | null
  words: (string | null)[] | null
  boot: Float64Array<ArrayBuffer>
  seq: Float64Array<ArrayBuffer>
  t: Float64Array<ArrayBuffer>
}

/** Where it is: three numbers a slot, owned as one property is. */
export interface PlaceColumn {
  /** Degrees east, degrees north, metres above the ellipsoid, by slot. */
  values: Float64Array<ArrayBuffer>
  boot: Float64Array<ArrayBuffer>
  seq: Float64Array<ArrayBuffer>
  t: Float64Array<ArrayBuffer>
}

export interface Columns {
  readonly kind: AnyKind
  readonly properties: Map<string, Column>
  readonly place: PlaceColumn
  /** The newest time that any record of the entity told, UTC ms; NaN: it has no time. */
  heardMs: Float64Array<ArrayBuffer>
  capacity: number
}

const empty = (capacity: number): Float64Array<ArrayBuffer> => new Float64Array(capacity).fill(Number.NaN)

function grown(old: Float64Array<ArrayBuffer>, capacity: number, fill = Number.NaN): Float64Array<ArrayBuffer> {
  const more = new Float64Array(capacity)
  more.set(old)
  if (fill !== 0) more.fill(fill, old.length)
  return more
}

export function createColumns(kind: AnyKind): Columns {
  const capacity = 16
  return {
    kind,
    properties: new Map(),
    place: { values: empty(3 * capacity), boot: empty(capacity), seq: empty(capacity), t: empty(capacity) },
    heardMs: empty(capacity),
    capacity,
  }
}

export function growColumns(columns: Columns, slots: number): void {
  if (slots <= columns.capacity) return
  const capacity = Math.max(slots, columns.capacity * 2)
  for (const column of columns.properties.values()) {
    growOwner(column, capacity)
    if (column.numbers !== null) column.numbers = grown(column.numbers, capacity)
  }
  growOwner(columns.place, capacity)
  columns.place.values = grown(columns.place.values, 3 * capacity)
  columns.heardMs = grown(columns.heardMs, capacity)
  columns.capacity = capacity
}

function growOwner(owner: Column | PlaceColumn, capacity: number): void {
  owner.boot = grown(owner.boot, capacity)
  owner.seq = grown(owner.seq, capacity)
  owner.t = grown(owner.t, capacity)
}

/** The column of a property, made where it is the first value; null where the kind declares no such field. */
export function columnOf(columns: Columns, property: string): Column | null {
  const known = columns.properties.get(property)
  if (known !== undefined) return known
  if (!Object.hasOwn(columns.kind.fields, property)) return null
  const field = columns.kind.fields[property]!
  const { capacity } = columns
  const column: Column = {
    field,
    numbers: field.type === 'quantity' ? empty(capacity) : null,
    words: field.type === 'quantity' ? null : [],
    boot: empty(capacity),
    seq: empty(capacity),
    t: empty(capacity),
  }
  columns.properties.set(property, column)
  return column
}

/**
 * Lets a record own a property of a slot where it is the newest that carries it.
 *
 * @returns whether what is read by {@link valueAt} changed. A value of another type than its field's is left out.
 */
export function putValue(column: Column, slot: number, value: Value, boot: number, seq: number, t: number): boolean {
  if (typeof value === 'number' ? column.numbers === null : column.words === null) return false
  const before = valueAt(column, slot)
  if (before !== null) {
    const order = compareOrder(boot, seq, t, column.boot[slot]!, column.seq[slot]!, column.t[slot]!)
    if (order < 0 || (order === 0 && !winsTie(value, before))) return false
  }
  own(column, slot, boot, seq, t)
  if (typeof value === 'number') column.numbers![slot] = value
  else column.words![slot] = value
  return value !== before
}

/** The same for where it is. @returns whether this record owns the place now. */
export function putPlace(columns: Columns, slot: number, location: Location, boot: number, seq: number, t: number): boolean {
  const { place } = columns
  if (!Number.isNaN(place.boot[slot]!)) {
    const order = compareOrder(boot, seq, t, place.boot[slot]!, place.seq[slot]!, place.t[slot]!)
    if (order < 0 || (order === 0 && !winsTie(location.join(), place.values.subarray(3 * slot, 3 * slot + 3).join()))) return false
  }
  own(place, slot, boot, seq, t)
  place.values.set(location, 3 * slot)
  return true
}

function own(owner: Column | PlaceColumn, slot: number, boot: number, seq: number, t: number): void {
  const trusted = boot >= 0 && seq >= 0
  owner.boot[slot] = trusted ? boot : ABSENT
  owner.seq[slot] = trusted ? seq : ABSENT
  owner.t[slot] = t
}

function disown(owner: Column | PlaceColumn, slot: number): void {
  owner.boot[slot] = Number.NaN
  owner.seq[slot] = Number.NaN
  owner.t[slot] = Number.NaN
}

export function valueAt(column: Column, slot: number): Value | null {
  if (Number.isNaN(column.boot[slot]!) || slot >= column.boot.length) return null
  return column.numbers === null ? (column.words![slot] ?? null) : column.numbers[slot]!
}

export function placeOf({ place }: Columns, slot: number): Location | null {
  if (slot >= place.boot.length || Number.isNaN(place.boot[slot]!)) return null
  return [place.values[3 * slot]!, place.values[3 * slot + 1]!, place.values[3 * slot + 2]!]
}

/** NEVER, as an inventory's values are owned, is no time. */
export const timeAt = (owner: Column | PlaceColumn, slot: number): number | null =>
  owner.t[slot] === NEVER || Number.isNaN(owner.t[slot]!) ? null : owner.t[slot]!

/** Forgets all that is known of a slot. */
export function clearRow(columns: Columns, slot: number): void {
  for (const column of columns.properties.values()) {
    disown(column, slot)
    if (column.numbers !== null) column.numbers[slot] = Number.NaN
    else column.words![slot] = null
  }
  disown(columns.place, slot)
  columns.place.values.fill(Number.NaN, 3 * slot, 3 * slot + 3)
  columns.heardMs[slot] = Number.NaN
}
