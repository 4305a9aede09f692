import type { AlarmCategory, Priority } from '../kind/kind.ts'
import type { Location } from './record.ts'

/** ISA-18.2 states. `normal` is sent once, when an alarm ends. */
export type AlarmState =
  | 'normal'
  | 'unacknowledged'
  | 'acknowledged'
  | 'returned-unacknowledged'
  | 'shelved'
  | 'suppressed'
  | 'out-of-service'

/**
 * One alarm as the wire carries it. Just one of `rule` and `as` is set: `as` names a disclosure of the kind, an alarm of its
 * own for roles that may not read what is behind it. All times UTC ms.
 */
export interface Alarm {
  readonly id: string
  readonly kind: string
  readonly entity: string
  readonly rule: string | null
  readonly as: string | null
  readonly category: AlarmCategory
  readonly place: Location | null
  readonly priority: Priority
  readonly state: AlarmState
  /** Phenomenon time of the first occurrence. */
  readonly raisedMs: number
  /** Phenomenon time of the last occurrence. */
  readonly lastMs: number
  /** When the server entered it. */
  readonly enteredMs: number
  /** When the server heard of its last occurrence: lists sort and age by it, because a device's clock may be wrong. */
  readonly heardMs: number
  /** When its condition was over; null while it holds. */
  readonly clearedMs: number | null
  /** How often it occurred while it stands. */
  readonly count: number
  readonly acknowledged: { readonly by: string; readonly atMs: number } | null
  /** Of a disclosure: who reported it done. */
  readonly done: { readonly by: string; readonly atMs: number } | null
  /** It stayed unacknowledged for longer than its rule allows. */
  readonly escalated: boolean
}
