/**
 * A position: degrees east, degrees north (datum of the twin document), metres above the ellipsoid. Without the height the
 * thing stands on the captured mesh.
 */
export type Location = readonly [longitudeDeg: number, latitudeDeg: number, heightEllipsoidalMeters?: number]
export type Value = number | string

/**
 * One observation of one entity as its source gave it, checked against its kind; may be partial. `id` is unique within
 * `kind`. docs/formats/wire.md tells what makes it the same record when it comes again.
 */
export interface SourceRecord {
  readonly kind: string
  readonly id: string
  readonly boot?: number
  readonly seq?: number
  /** Phenomenon time by the device's clock, UTC ms, as sent; null: none that is a number. */
  readonly t: number | null
  /** What the same clock said when the record was sent; null: not told. */
  readonly sentAtMs: number | null
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
}

/**
 * What a commit tells of one entity, and what a page sets over what it has: rows come in the order in which they hold. A row
 * carries only properties that became newest with it; in a history, all of its record.
 */
export interface Row {
  readonly kind: string
  readonly id: string
  /** Phenomenon time, UTC ms, corrected by what the server knows of the device's clock. */
  readonly t: number
  /** When the server heard it, UTC ms. */
  readonly heardMs: number
  /** How far the device's clock is ahead of the server's, ms; below 0: behind. Absent: by less than 60 s. */
  readonly clockOffMs?: number
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
}

/** What was left out of a record, or was odd about it, told to its source; the rest of the record stands. */
export interface Told {
  /** Index in the batch that came. */
  readonly index: number
  readonly property?: string
  readonly code: ToldCode
  /** What, where and what to do; no personal value beyond the source's own. */
  readonly message: string
}

/** docs/formats/wire.md tells each one's meaning, and what is kept. */
export type ToldCode =
  | 'boot-fell'
  | 'id-invalid'
  | 'key-unknown'
  | 'location-invalid'
  | 'location-outside'
  | 'not-allowed'
  | 'property-unknown'
  | 'record-invalid'
  | 'sequence-reused'
  | 'store-refused'
  | 'time-ahead'
  | 'time-behind'
  | 'value-absent'
  | 'value-out-of-range'
  | 'value-unknown'

/** Rows of one kind as columns: row i of each. null: not carried by that row. Names as on the wire. */
export interface RecordColumns {
  readonly kind: string
  readonly id: readonly string[]
  readonly t: readonly number[]
  readonly heardMs: readonly number[]
  /** Absent: no device of these has a clock that is off. */
  readonly clockOffMs?: readonly (number | null)[]
  readonly location: readonly (Location | null)[]
  readonly properties: Readonly<Record<string, readonly (Value | null)[]>>
}
