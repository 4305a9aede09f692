// Live flow: columns -> **freshness** -> flags. From when the server last heard it (a device's own clock may be wrong) and the
// kind's `everyMs`.
import { LATE_INTERVALS, STALE_INTERVALS } from '../kind/kind.ts'
import { FRESH, LATE, STALE } from './layout.ts'

/**
 * @param heardMs - NaN: no feed told of it, so it is never stale.
 * @param everyMs - where its kind names no interval, it is never stale either.
 */
export function freshnessOf(
  heardMs: number,
  twinMs: number,
  everyMs = Number.POSITIVE_INFINITY,
): typeof FRESH | typeof LATE | typeof STALE {
  const silentMs = twinMs - heardMs
  return silentMs >= STALE_INTERVALS * everyMs ? STALE : silentMs >= LATE_INTERVALS * everyMs ? LATE : FRESH
}

/** Twin time at which it changes next if nothing is heard; Infinity: never. */
export function nextAgeMs(heardMs: number, twinMs: number, everyMs = Number.POSITIVE_INFINITY): number {
  const late = heardMs + LATE_INTERVALS * everyMs
  if (late > twinMs) return late
  const stale = heardMs + STALE_INTERVALS * everyMs
  return stale > twinMs ? stale : Number.POSITIVE_INFINITY
}
