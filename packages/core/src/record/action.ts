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

/** What is done about a disclosure: somebody goes there, reports it done, or one who sees the field withdraws it. */
export interface AboutDisclosure {
  readonly key: string
  readonly type: 'take' | 'done' | 'withdraw'
  readonly alarm: string
}

export type Action = Acknowledge | AboutDisclosure

export type ActionAnswer =
  | { readonly key: string; readonly state: 'pending' }
  | { readonly key: string; readonly state: 'done'; readonly by: string }
  | { readonly error: TwinErrorData }
