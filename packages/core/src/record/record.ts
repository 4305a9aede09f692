/** A position: degrees east, degrees north (datum of the twin document), metres above the ellipsoid. */
export type Location = readonly [longitudeDeg: number, latitudeDeg: number, heightEllipsoidalMeters: number]

export type Value = number | string

/**
 * One observation of one entity as its source gave it; may be partial. `id` is unique within `kind`. Its identity is
 * (kind, id, boot, seq); without `boot` its seq is not trusted and (kind, id, t, hash) takes its place. A device that
 * restarts begins a new `boot`, a number that grows. `t` is phenomenon time, UTC ms.
 */
export interface TwinRecord {
  readonly kind: string
  readonly id: string
  readonly boot?: number
  readonly seq?: number
  readonly t: number
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
  /** Set by intake where `t` was missing or over 60 s ahead, so that the receive time stands in its place. */
  readonly tReplaced?: boolean
}

/** What was left out of a record, told to its source; the rest of the record stands. */
export interface Told {
  /** Index in the batch that came. */
  readonly index: number
  readonly property?: string
  readonly code:
    | 'value-out-of-range'
    | 'value-unknown'
    | 'property-unknown'
    | 'time-ahead'
    | 'location-invalid'
    | 'record-invalid'
    | 'not-allowed'
  /** What, where and what to do; no personal value beyond the source's own. */
  readonly message: string
}

/** Records of one kind as columns: row i of each. null: not carried by that record. Names as on the wire. */
export interface RecordColumns {
  readonly kind: string
  readonly id: readonly string[]
  readonly boot: readonly (number | null)[]
  readonly seq: readonly (number | null)[]
  readonly t: readonly number[]
  readonly location: readonly (Location | null)[]
  readonly properties: Readonly<Record<string, readonly (Value | null)[]>>
}
