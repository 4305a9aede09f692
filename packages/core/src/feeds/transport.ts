// Feed flow: **transport** -> within silence -> stay connected -> decode -> place in the stream -> layers. Runs in a
// worker, in Node and in tests.
import type { Hello } from '../record/envelope.ts'

/** Control upward: resync. Actions never go this way; they are HTTP requests with an idempotency key. */
export type Send = (control: string) => void

/** Receives what a transport brings, as it came: text or bytes, nothing decoded. */
export interface Sink {
  /** The server is there. A new connection changes no record's identity, which comes from its source. */
  opened(send: Send): void
  /**
   * One message. `receivedMs` is UTC milliseconds of this machine.
   *
   * @returns whether it moved the stream on, which a complaint of the server does not.
   * @throws TwinError `feed-lost` to break this connection.
   */
  message(data: string | ArrayBuffer, receivedMs: number): boolean
}

/**
 * One connection, from open to close. Resolves when `signal` aborts, and only then; rejects with TwinError `feed-lost`
 * when the connection ends, however politely, `token-expired` when the server says so, `feed-refused` when asking again is
 * of no use. It never tries again: that is stayConnected's work, once for all.
 */
export type Transport = (hello: Hello, sink: Sink, signal: AbortSignal) => Promise<void>
