// How fast histories are read. One page at a time of all that run, each in its turn, and after it a rest as long as it took: so that
// readers of a month take at most half of a core, however many there are, and a press does not wait for them.
import type { Timers } from '../live/timers.ts'

export interface HistoryPace {
  /** Reads a page when its turn has come. */
  readonly page: <T>(read: () => Promise<T>) => Promise<T>
}

/** The longest rest, ms: a page that waited for a slow disk is no reason to wait as long again. */
export const MOST_REST_MS = 50

export function createHistoryPace({ nowMs, after }: Pick<Timers, 'nowMs' | 'after'>): HistoryPace {
  let turn: Promise<unknown> = Promise.resolve()
  let restUntilMs = Number.NEGATIVE_INFINITY

  async function paced<T>(read: () => Promise<T>): Promise<T> {
    const waitMs = restUntilMs - nowMs()
    if (waitMs > 0) await new Promise<void>((done) => after(waitMs, done))
    const beganMs = nowMs()
    try {
      return await read()
    } finally {
      const endedMs = nowMs()
      restUntilMs = endedMs + Math.min(endedMs - beganMs, MOST_REST_MS)
    }
  }

  return {
    page(read) {
      const own = turn.then(() => paced(read))
      // The next page has its turn also where this one failed.
      turn = own.catch(() => undefined)
      return own
    },
  }
}
