import { TwinError } from '../error/twin-error.ts'
import type { Sink, Transport } from './transport.ts'

/** Timers as a port. */
export interface Timers {
  readonly set: (run: () => void, ms: number) => unknown
  readonly clear: (timer: unknown) => void
}
export const realTimers: Timers = {
  set: (run, ms) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
}

/** A server speaks each 5 s at least (a heartbeat); three missed ones are a dead line that no close will ever tell of. */
export const SILENCE_MS = 15_000

/** Ends a connection, as `feed-lost`, that brought nothing for `silenceMs`: a broken line often says nothing. */
export function withinSilence(
  transport: Transport,
  where: string,
  { silenceMs = SILENCE_MS, timers = realTimers }: { readonly silenceMs?: number; readonly timers?: Timers } = {},
): Transport {
  return async (hello, sink, signal) => {
    const own = new AbortController()
    const leave = () => own.abort()
    if (signal.aborted) return
    signal.addEventListener('abort', leave, { once: true })
    let silent = false
    let timer: unknown
    const wait = () => {
      timers.clear(timer)
      timer = timers.set(() => {
        silent = true
        own.abort()
      }, silenceMs)
    }
    const heard: Sink = {
      opened: (send) => sink.opened(send),
      message: (data, receivedMs) => {
        const moved = sink.message(data, receivedMs)
        if (moved) wait()
        return moved
      },
    }
    try {
      wait()
      await transport(hello, heard, own.signal)
    } finally {
      timers.clear(timer)
      signal.removeEventListener('abort', leave)
    }
    if (silent && !signal.aborted) {
      throw new TwinError('feed-lost', `${where}: silent for ${silenceMs / 1000} s; the twin shows last known values until it is back`, {
        where,
        silenceMs,
      })
    }
  }
}
