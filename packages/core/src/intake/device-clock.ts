// Live flow: check -> intake: **what time is it for the device?** -> generation -> rules. A device's clock may be slow, fast,
// reset to 1970 or 1,024 weeks back, or stand still. Whether a time is believed decides what a backlog is and what is now.

/** What the server knows of the clock of one entity's device. Plain data, kept with the entity. */
export interface DeviceClock {
  /** Server's clock less the device's, ms, confirmed; it is added to each `t`. Null: not confirmed. */
  readonly offsetMs: number | null
  /** An offset that one post showed, and when: a second post confirms it. */
  readonly candidate: { readonly offsetMs: number; readonly atMs: number } | null
  /** The last `t` as sent, and when a record first came with it. */
  readonly rawT: number | null
  readonly rawAtMs: number
  /** Different records came with that same `t` over a minute apart. */
  readonly standsStill: boolean
  /** How far the device's clock is ahead of the server's, ms, for people; null: by less than a minute, or not known. */
  readonly offMs: number | null
}

export const UNKNOWN_CLOCK: DeviceClock = {
  offsetMs: null,
  candidate: null,
  rawT: null,
  rawAtMs: 0,
  standsStill: false,
  offMs: null,
}

/** Offsets that differ by less agree; a clock that is off by less is right. */
export const AGREE_MS = 60_000
/** Without a confirmed offset, a `t` from so far behind … */
export const BEHIND_MS = 15 * 60_000
/** … to so far ahead of the receipt is taken as it is. A trusted one that is further ahead is wrong, not early. */
export const AHEAD_MS = 60_000
/** The oldest backlog that a confirmed offset vouches for. What is older is a clock that was reset, for example by 1,024 weeks. */
export const OLDEST_BACKLOG_MS = 90 * 24 * 3_600_000
/** Nothing was measured before 2000: 1970 is a clock without a battery, and seconds taken for milliseconds. */
export const EARLIEST_MS = Date.UTC(2000, 0, 1)

/** An offset of 200 years is no clock; it is not remembered. */
const MOST_OFFSET_MS = 200 * 365 * 24 * 3_600_000

/** `trusted`: an offset vouches for it. `taken`: near the receipt, so it is taken as it is. `receipt`: that stands in its place. */
export type TimeBasis = 'trusted' | 'taken' | 'receipt'

export interface DeviceTime {
  /** Phenomenon time, UTC ms. */
  readonly t: number
  readonly basis: TimeBasis
}

/** Two posts confirm an offset only if they are so far apart, ms. */
export const confirmAfterMs = (everyMs: number | undefined): number => Math.max((everyMs ?? 0) / 2, AGREE_MS)

const normal = (offsetMs: number): number => (Math.abs(offsetMs) < AGREE_MS ? 0 : offsetMs)

/**
 * What a post shows of its device's clock, by the newest `t` in it that was not sent before.
 *
 * @param sentAtMs - what the clock said at sending; null: not told.
 */
export function hearClock(clock: DeviceClock, { newestT, sentAtMs, receivedMs, everyMs }: ClockReading): DeviceClock {
  if (sentAtMs !== null) {
    const offsetMs = normal(receivedMs - sentAtMs)
    return Math.abs(offsetMs) > MOST_OFFSET_MS ? clock : { ...clock, offsetMs, candidate: null }
  }
  if (newestT === null || newestT < EARLIEST_MS || clock.standsStill) return clock
  const offsetMs = normal(receivedMs - newestT)
  if (clock.offsetMs !== null && Math.abs(offsetMs - clock.offsetMs) <= AGREE_MS)
    // A message is received later than it was sent, never earlier: the least offset has the least delay in it.
    return { ...clock, offsetMs: Math.min(offsetMs, clock.offsetMs), candidate: null }
  const { candidate } = clock
  if (candidate === null || Math.abs(offsetMs - candidate.offsetMs) > AGREE_MS)
    return { ...clock, candidate: { offsetMs, atMs: receivedMs } }
  if (receivedMs - candidate.atMs < confirmAfterMs(everyMs)) return clock
  return { ...clock, offsetMs: Math.min(offsetMs, candidate.offsetMs), candidate: null }
}

export interface ClockReading {
  readonly newestT: number | null
  readonly sentAtMs: number | null
  readonly receivedMs: number
  readonly everyMs: number | undefined
}

/** The time of one record, by its `t` as sent. A record's own `sentAt` speaks for it alone. */
export function timeOf(clock: DeviceClock, t: number | null, sentAtMs: number | null, receivedMs: number): DeviceTime {
  const receipt: DeviceTime = { t: receivedMs, basis: 'receipt' }
  if (t === null || (clock.standsStill && t === clock.rawT)) return receipt
  const isPossible = (ms: number): boolean => ms <= receivedMs + AHEAD_MS && ms >= receivedMs - OLDEST_BACKLOG_MS
  if (sentAtMs !== null) {
    // By its age, because the numbers of a broken clock may be so large that an offset loses their difference.
    const told = normal(receivedMs - sentAtMs) === 0 ? t : receivedMs - (sentAtMs - t)
    return isPossible(told) ? { t: told, basis: 'trusted' } : receipt
  }
  if (t < EARLIEST_MS) return receipt
  if (clock.offsetMs !== null) {
    const corrected = t + clock.offsetMs
    return isPossible(corrected) ? { t: corrected, basis: 'trusted' } : receipt
  }
  return t >= receivedMs - BEHIND_MS && t <= receivedMs + AHEAD_MS ? { t, basis: 'taken' } : receipt
}

/** Notes the `t` of a record that was not sent before. */
export function noteRaw(clock: DeviceClock, t: number | null, receivedMs: number): DeviceClock {
  if (t === null) return clock
  if (t !== clock.rawT) return { ...clock, rawT: t, rawAtMs: receivedMs, standsStill: false }
  return clock.standsStill || receivedMs - clock.rawAtMs <= AGREE_MS ? clock : { ...clock, standsStill: true }
}

/** What people are told of the clock: by the newest record of a post. */
export function noteOff(clock: DeviceClock, t: number | null, sentAtMs: number | null, basis: TimeBasis, receivedMs: number): DeviceClock {
  const off = (): number | null => {
    if (sentAtMs !== null) return -normal(receivedMs - sentAtMs)
    if (basis === 'trusted') return -clock.offsetMs!
    return basis === 'taken' || t === null ? 0 : -normal(receivedMs - t)
  }
  const offMs = off() || null
  return offMs === clock.offMs ? clock : { ...clock, offMs }
}
