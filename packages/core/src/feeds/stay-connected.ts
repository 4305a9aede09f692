import { TwinError } from '../error/twin-error.ts'
import type { Hello } from '../record/envelope.ts'
import type { Sink, Transport } from './transport.ts'

export interface Patience {
  /** Wait before the first retry, ms; doubles up to `longestMs`; each wait is drawn from [half, whole]. */
  readonly firstMs: number
  readonly longestMs: number
}
export const PATIENCE: Patience = { firstMs: 500, longestMs: 30_000 }

export interface ConnectionPorts {
  /**
   * Who asks, and from where to go on; asked anew at each connect, because a token ages. `expired`: the server said that
   * the last token had. A token that cannot be had rejects with a TwinError, which ends the feed.
   */
  readonly hello: (expired: boolean) => Promise<Hello>
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** In [0, 1). */
  readonly random: () => number
  readonly lost: (error: TwinError, retryInMs: number) => void
}

/**
 * Keeps a transport open until `signal` aborts. Waits start anew with the first message that moves the stream on, not with
 * the open: a server that accepts and drops must not be asked ten times a second. An expired token is renewed once, at
 * once; a server that refuses the new one too ends the feed.
 *
 * @throws TwinError whatever is not `feed-lost`: asking again is of no use.
 */
export async function stayConnected(
  transport: Transport,
  sink: Sink,
  { firstMs, longestMs }: Patience,
  { hello, sleep, random, lost }: ConnectionPorts,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = firstMs
  let expired = false
  const heard: Sink = {
    opened: (send) => sink.opened(send),
    message: (data, receivedMs) => {
      const moved = sink.message(data, receivedMs)
      if (moved) {
        waitMs = firstMs
        expired = false
      }
      return moved
    },
  }
  while (!signal.aborted) {
    try {
      return await transport(await hello(expired), heard, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof TwinError)) throw error
      if (error.code === 'token-expired' && !expired) {
        expired = true
        continue
      }
      if (error.code !== 'feed-lost') throw error
      const retryInMs = waitMs * (0.5 + random() / 2)
      lost(error, retryInMs)
      await sleep(retryInMs, signal)
      waitMs = Math.min(2 * waitMs, longestMs)
    }
  }
}
