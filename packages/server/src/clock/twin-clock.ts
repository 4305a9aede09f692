// The one clock of a server, which never steps: commits, delays, silence and what viewers see go by it. A wall clock that an
// administrator or NTP sets by an hour must neither escalate nor end anything.
import { uptime } from 'node:os'

export interface ClockPorts {
  /** UTC ms; may step. */
  readonly wallMs: () => number
  /** Goes on evenly from an unknown begin, ms. */
  readonly monotonicMs: () => number
}

export interface TwinClock {
  /** Whole UTC ms, never below an earlier answer. */
  readonly nowMs: () => number
}

/** The most that it goes faster or slower than the monotonic clock, to come back to the wall clock. */
export const MOST_SLEW = 0.1

/** @param notBeforeMs - where it begins if the wall clock is behind that: what was told before a restart stays in the past. */
export function createTwinClock({ wallMs, monotonicMs }: ClockPorts, notBeforeMs: number): TwinClock {
  let lastMonotonicMs = monotonicMs()
  let twinMs = Math.max(notBeforeMs, wallMs())
  return {
    nowMs: () => {
      const monotonic = monotonicMs()
      const passedMs = Math.max(0, monotonic - lastMonotonicMs)
      lastMonotonicMs = monotonic
      const most = MOST_SLEW * passedMs
      const off = wallMs() - (twinMs + passedMs)
      twinMs += passedMs + Math.min(Math.max(off, -most), most)
      return Math.floor(twinMs)
    },
  }
}

/**
 * Node's monotonic clock stands still while the machine sleeps; its uptime does not. Seconds of sleep are added, so that
 * a laptop that was closed overnight does not take a day to find its time again.
 */
export function createMonotonic(
  nowMs: () => number = () => performance.now(),
  uptimeMs: () => number = () => uptime() * 1_000,
): () => number {
  let [lastMs, lastUptimeMs] = [nowMs(), uptimeMs()]
  let sleptMs = 0
  return () => {
    const now = nowMs()
    if (now - lastMs >= 1_000) {
      const up = uptimeMs()
      const missing = up - lastUptimeMs - (now - lastMs)
      if (missing > 2_000) sleptMs += missing
      ;[lastMs, lastUptimeMs] = [now, up]
    }
    return now + sleptMs
  }
}

export const systemClock = (): ClockPorts => ({ wallMs: () => Date.now(), monotonicMs: createMonotonic() })
