// What waits for people, networks and the next turn of the process; by real time, whatever the twin's clock shows. Tests give
// their own, so that none of them sleeps.

export interface Timers {
  /** Real time that never steps, ms from an unknown begin. */
  readonly nowMs: () => number
  /** @returns ends it. */
  readonly every: (ms: number, then: () => void) => () => void
  /** @returns ends it. */
  readonly after: (ms: number, then: () => void) => () => void
  /** Resolves after all that waits had a turn. */
  readonly turn: () => Promise<void>
}

export const realTimers: Timers = {
  nowMs: () => performance.now(),
  every: (ms, then) => {
    const timer = setInterval(then, ms)
    return () => clearInterval(timer)
  },
  after: (ms, then) => {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
}
