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
 * One alarm as the server keeps it and the wire carries it. `kind`, `entity` and `rule` are null where the viewer's role
 * may not know whose it is; place, priority and category remain. All times UTC ms.
 */
export interface Alarm {
  readonly id: string
  readonly kind: string | null
  readonly entity: string | null
  readonly rule: string | null
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
  /** When its condition was over; null while it holds. */
  readonly clearedMs: number | null
  /** How often it occurred while it stands. */
  readonly count: number
  readonly acknowledged: { readonly by: string; readonly atMs: number } | null
  /** It stayed unacknowledged for longer than its rule allows. */
  readonly escalated: boolean
}
