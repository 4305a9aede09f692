import type { TwinErrorData } from '../error/twin-error.ts'

/** The way out: an HTTP request with an idempotency key, `pending` until the feed shows its effect. */
export interface Acknowledge {
  /** UUID; the same key asks the same thing. */
  readonly key: string
  readonly type: 'acknowledge'
  readonly alarm: string
  /** The occurrences that the operator saw; a count that grew meanwhile is refused as `alarm-grew`. */
  readonly count: number
}
export type Action = Acknowledge

export type ActionAnswer =
  | { readonly key: string; readonly state: 'pending' }
  | { readonly key: string; readonly state: 'done'; readonly by: string }
  | { readonly error: TwinErrorData }
