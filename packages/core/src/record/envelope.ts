import type { TwinErrorData } from '../error/twin-error.ts'
import type { Alarm } from './alarm.ts'
import type { RecordColumns } from './record.ts'

// The live wire; docs/formats/wire.md fixes each message with an example.

/** What became true after the time `from` − 1, up to `n`, UTC ms. Without `from` a heartbeat: it repeats the last n. */
export interface Envelope {
  readonly streamId: string
  readonly from?: number
  readonly n: number
  readonly serverTimeMs: number
  /** It replaces: all state and all standing alarms at `n`. */
  readonly snapshot?: true
  readonly records?: readonly RecordColumns[]
  readonly alarms?: readonly Alarm[]
  /** When entities were heard without a row for this viewer, UTC ms, by kind and id. */
  readonly heard?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Ids that ceased to exist, by kind. The server of this version removes nothing and sends none. */
  readonly gone?: Readonly<Record<string, readonly string[]>>
}

export type ServerMessage = Envelope | { readonly error: TwinErrorData }

export interface Hello {
  readonly token?: string
  /** The server said that the last token had expired; ask for a new one. */
  readonly expired?: true
  /** Records of these kinds only; absent: of all that the role may see. Alarms follow the role alone. */
  readonly kinds?: readonly string[]
  /** The last envelope that was kept; absent: begin with a snapshot. */
  readonly resume?: { readonly streamId: string; readonly n: number }
}

export type ClientMessage = { readonly hello: Hello } | { readonly resync: Record<string, never> }

/** Close codes of the live socket: 4401 token expired (hello is asked once more), any other 44xx ends the feed; all else does not. */
export const CLOSE_TOKEN_EXPIRED = 4401
export const CLOSE_REFUSED = 4403
export const CLOSE_INVALID = 4400
/** The server failed; the client comes back after a while (RFC 6455 § 7.4.1, as the IANA registry extends it). */
export const CLOSE_FAILED = 1011
