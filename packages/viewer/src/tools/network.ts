// Whether the network carries anything, asked in a way that a later try can heal: code that failed to load once stays failed in some
// browsers (Firefox 153, for as long as the page stands), so nothing is imported before something was answered.
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/** How long it is waited between two tries, ms: with what a try itself takes, a network that is back is seen within ten seconds. */
const AGAIN_MS = 3_000
/** A request that hangs is not waited for: a further one begins after so long, ms, for a line that is back carries only new ones. */
const STAGGER_MS = 4_000
/** One that hung so long is given up, ms. */
const GIVEN_UP_MS = 30_000

/** Resolves after a while, drawn from [half, whole], or at once when the browser says that the network is back or `signal` aborts. */
export function untilAgain(signal: AbortSignal, waitMs = AGAIN_MS): Promise<void> {
  return new Promise((resolve) => {
    const ending = new AbortController()
    const end = () => {
      clearTimeout(timer)
      ending.abort()
      resolve()
    }
    const timer = setTimeout(end, waitMs * (0.5 + Math.random() / 2))
    globalThis.addEventListener?.('online', end, { signal: ending.signal })
    signal.addEventListener('abort', end, { signal: ending.signal })
    if (signal.aborted) end()
  })
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/**
 * The first answer, whatever it says, to the request that net/ makes first for a document.
 *
 * @throws TwinError `fetch-failed`: nothing was answered; the signal's reason where it aborts.
 */
export function firstAnswer(url: string, signal: AbortSignal, fetch: Fetch = globalThis.fetch): Promise<Response> {
  return new Promise((resolve, reject) => {
    const others = new AbortController()
    let asking = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      settle()
    }
    const aborted = () => {
      others.abort(signal.reason)
      end(() => reject(signal.reason))
    }
    const ask = () => {
      const own = new AbortController()
      const stop = () => own.abort(others.signal.reason)
      others.signal.addEventListener('abort', stop)
      const giveUp = setTimeout(stop, GIVEN_UP_MS)
      asking++
      timer = setTimeout(ask, STAGGER_MS)
      fetch(url, { method: 'GET', redirect: 'manual', credentials: 'same-origin', signal: own.signal })
        .finally(() => {
          clearTimeout(giveUp)
          others.signal.removeEventListener('abort', stop)
        })
        .then(
          (response) => {
            end(() => resolve(response))
            others.abort()
          },
          (cause: unknown) => {
            if (--asking > 0 || signal.aborted) return
            const where = new URL(url).origin + new URL(url).pathname
            const sentence = `${where}: the network does not carry it; check the network and the server`
            end(() => reject(new TwinError('fetch-failed', sentence, { where }, { cause })))
          },
        )
    }
    signal.addEventListener('abort', aborted)
    if (signal.aborted) aborted()
    else ask()
  })
}
