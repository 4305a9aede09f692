// For tests: time that passes when the test says so. Not built, not published.
import type { Timers } from '../live/timers.ts'

export interface ManualTimers extends Timers {
  /** Lets time pass: what was due in it has happened, and so has what followed from that at once. */
  readonly pass: (ms: number) => Promise<void>
}

export function manualTimers(): ManualTimers {
  let nowMs = 0
  const jobs = new Set<{ dueMs: number; readonly everyMs: number | null; readonly then: () => void }>()
  const add = (dueMs: number, everyMs: number | null, then: () => void) => {
    const job = { dueMs, everyMs, then }
    jobs.add(job)
    return () => {
      jobs.delete(job)
    }
  }
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    nowMs: () => nowMs,
    every: (ms, then) => add(nowMs + ms, ms, then),
    after: (ms, then) => add(nowMs + ms, null, then),
    turn,
    async pass(ms) {
      const endMs = nowMs + ms
      await turn()
      for (;;) {
        let next: (typeof jobs extends Set<infer J> ? J : never) | null = null
        for (const job of jobs) if (job.dueMs <= endMs && (next === null || job.dueMs < next.dueMs)) next = job
        if (next === null) break
        nowMs = Math.max(nowMs, next.dueMs)
        if (next.everyMs === null) jobs.delete(next)
        else next.dueMs += next.everyMs
        next.then()
        await turn()
      }
      nowMs = endMs
    },
  }
}
