// Live flow: decode -> **columns** -> describe, flags. The state of a layer's entities, merged per property. Rows come in
// the order in which they hold (docs/formats/wire.md), so one that comes later is simply set over what is there.
import type { AnyKind, Field } from '../kind/kind.ts'
import type { Location, Value } from '../record/record.ts'

/** The time of what an inventory says: older than every row of a feed. */
export const NEVER = Number.NEGATIVE_INFINITY

/**
 * One property of all entities, by slot: its value and its phenomenon time `t`, UTC ms. A cell is empty where its t is NaN;
 * it is {@link NEVER} where an inventory says the value.
 *
 * Numbers in a Float64Array and words in a plain array, never objects by row: 100,000 rows then make no garbage but
 * their words. A column is made when its property first comes. Memory: 16 bytes a slot and carried property, and the words.
 */
export interface Column {
  readonly field: Field
  numbers: Float64Array<ArrayBuffer> | null
  words: (string | null)[] | null
  t: Float64Array<ArrayBuffer>
}

/** Where it is: three numbers a slot and their time, as of one property. Memory: 32 bytes a slot. */
export interface PlaceColumn {
  /** Degrees east, degrees north, metres above the ellipsoid, by slot; the height is NaN where none was told. */
  values: Float64Array<ArrayBuffer>
  t: Float64Array<ArrayBuffer>
}

export interface Columns {
  readonly kind: AnyKind
  readonly properties: Map<string, Column>
  readonly place: PlaceColumn
  /** When the server last heard the entity, UTC ms; NaN: no feed told of it. */
  heardMs: Float64Array<ArrayBuffer>
  /** How far its device's clock is ahead of the server's, ms; below 0: behind; NaN: by less than 60 s. */
  clockOffMs: Float64Array<ArrayBuffer>
  capacity: number
}

const empty = (capacity: number): Float64Array<ArrayBuffer> => new Float64Array(capacity).fill(Number.NaN)

function grown(old: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const more = empty(capacity)
  more.set(old)
  return more
}

export function createColumns(kind: AnyKind): Columns {
  const capacity = 16
  return {
    kind,
    properties: new Map(),
    place: { values: empty(3 * capacity), t: empty(capacity) },
    heardMs: empty(capacity),
    clockOffMs: empty(capacity),
    capacity,
  }
}

export function growColumns(columns: Columns, slots: number): void {
  if (slots <= columns.capacity) return
  const capacity = Math.max(slots, columns.capacity * 2)
  for (const column of columns.properties.values()) {
    column.t = grown(column.t, capacity)
    if (column.numbers !== null) column.numbers = grown(column.numbers, capacity)
  }
  columns.place.t = grown(columns.place.t, capacity)
  columns.place.values = grown(columns.place.values, 3 * capacity)
  columns.heardMs = grown(columns.heardMs, capacity)
  columns.clockOffMs = grown(columns.clockOffMs, capacity)
  columns.capacity = capacity
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
    t: empty(capacity),
  }
  columns.properties.set(property, column)
  return column
}

/**
 * Sets a property of a slot over what is there; only what an inventory says ({@link NEVER}) yields to what a feed said.
 * A value of another type than its field's is left out.
 */
export function putValue(column: Column, slot: number, value: Value, t: number): void {
  if (typeof value === 'number' ? column.numbers === null : column.words === null) return
  if (t === NEVER && column.t[slot]! > NEVER) return
  column.t[slot] = t
  if (typeof value === 'number') column.numbers![slot] = value
  else column.words![slot] = value
}

/** The same for where it is. @returns whether it was set. */
export function putPlace({ place }: Columns, slot: number, location: Location, t: number): boolean {
  if (t === NEVER && place.t[slot]! > NEVER) return false
  const [longitude, latitude, height = Number.NaN] = location
  place.t[slot] = t
  place.values[3 * slot] = longitude
  place.values[3 * slot + 1] = latitude
  place.values[3 * slot + 2] = height
  return true
}

export function valueAt(column: Column, slot: number): Value | null {
  if (slot >= column.t.length || Number.isNaN(column.t[slot]!)) return null
  return column.numbers === null ? column.words![slot]! : column.numbers[slot]!
}

export const hasPlace = ({ place }: Columns, slot: number): boolean => slot < place.t.length && !Number.isNaN(place.t[slot]!)

/** As it came: two coordinates stay two. */
export function placeOf(columns: Columns, slot: number): Location | null {
  if (!hasPlace(columns, slot)) return null
  const { values } = columns.place
  const [longitude, latitude, height] = [values[3 * slot]!, values[3 * slot + 1]!, values[3 * slot + 2]!]
  return Number.isNaN(height) ? [longitude, latitude] : [longitude, latitude, height]
}

/** NEVER, the time of an inventory's values, is no time. */
export const timeAt = (column: Column, slot: number): number | null => (Number.isFinite(column.t[slot]) ? column.t[slot]! : null)

/** Forgets all that is known of a slot. */
export function clearRow({ properties, place, heardMs, clockOffMs }: Columns, slot: number): void {
  for (const column of properties.values()) {
    column.t[slot] = Number.NaN
    if (column.numbers !== null) column.numbers[slot] = Number.NaN
    else column.words![slot] = null
  }
  place.t[slot] = Number.NaN
  place.values.fill(Number.NaN, 3 * slot, 3 * slot + 3)
  heardMs[slot] = Number.NaN
  clockOffMs[slot] = Number.NaN
}
