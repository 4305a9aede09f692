import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AGREE_MS,
  AHEAD_MS,
  BEHIND_MS,
  confirmAfterMs,
  type DeviceClock,
  EARLIEST_MS,
  hearClock,
  noteOff,
  noteRaw,
  OLDEST_BACKLOG_MS,
  timeOf,
  UNKNOWN_CLOCK,
} from './device-clock.ts'

const NOW = 1_764_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const known = (offsetMs: number): DeviceClock => ({ ...UNKNOWN_CLOCK, offsetMs })

/** One report of a device whose clock shows `t` when the server's shows `receivedMs`, as intake takes it. */
function report(
  clock: DeviceClock,
  t: number | null,
  receivedMs: number,
  { everyMs, sentAtMs = null }: { everyMs?: number; sentAtMs?: number | null } = {},
) {
  const noted = hearClock(noteRaw(clock, t, receivedMs), { newestT: t, sentAtMs, receivedMs, everyMs })
  const time = timeOf(noted, t, sentAtMs, receivedMs)
  return { clock: noteOff(noted, t, sentAtMs, time.basis, receivedMs), time }
}

describe('without a confirmed offset', () => {
  const basis = (t: number | null) => timeOf(UNKNOWN_CLOCK, t, null, NOW)
  test('a time from 15 minutes behind to 60 s ahead is taken as it is', () => {
    for (const t of [NOW - BEHIND_MS, NOW, NOW + AHEAD_MS]) expect(basis(t)).toEqual({ t, basis: 'taken' })
    expect([BEHIND_MS, AHEAD_MS]).toEqual([15 * MINUTE, MINUTE])
  })
  test('the receipt stands in for any other, and for none', () => {
    for (const t of [NOW - BEHIND_MS - 1, NOW + AHEAD_MS + 1, 0, -1, null]) expect(basis(t)).toEqual({ t: NOW, basis: 'receipt' })
  })
})

describe('with a confirmed offset', () => {
  test('a time is corrected by it, as old as a backlog may be', () => {
    expect(timeOf(known(HOUR), NOW - HOUR, null, NOW)).toEqual({ t: NOW, basis: 'trusted' })
    expect(timeOf(known(0), NOW - OLDEST_BACKLOG_MS, null, NOW)).toEqual({ t: NOW - OLDEST_BACKLOG_MS, basis: 'trusted' })
    expect(timeOf(known(0), NOW - OLDEST_BACKLOG_MS - 1, null, NOW).basis).toBe('receipt')
    expect(OLDEST_BACKLOG_MS).toBe(90 * 24 * HOUR)
  })
  test('a time that would be over 60 s ahead is wrong, not early', () => {
    expect(timeOf(known(0), NOW + AHEAD_MS, null, NOW).basis).toBe('trusted')
    expect(timeOf(known(0), NOW + AHEAD_MS + 1, null, NOW).basis).toBe('receipt')
  })
  test('nothing was measured before 2000, whatever is trusted', () => {
    expect(EARLIEST_MS).toBe(Date.parse('2000-01-01T00:00:00Z'))
    const old = EARLIEST_MS + 1
    expect(timeOf(known(NOW - old), EARLIEST_MS, null, NOW).basis).toBe('trusted')
    expect(timeOf(known(NOW - old), EARLIEST_MS - 1, null, NOW).basis).toBe('receipt')
  })
})

describe('an offset', () => {
  const hear = (clock: DeviceClock, behindMs: number, receivedMs: number, everyMs?: number) =>
    hearClock(clock, { newestT: receivedMs - behindMs, sentAtMs: null, receivedMs, everyMs })
  test('is confirmed by a second post that is half an interval, and at least 60 s, away', () => {
    expect([confirmAfterMs(undefined), confirmAfterMs(1_000), confirmAfterMs(10 * MINUTE)]).toEqual([MINUTE, MINUTE, 5 * MINUTE])
    const first = hear(UNKNOWN_CLOCK, HOUR, NOW, 10 * MINUTE)
    expect([first.offsetMs, first.candidate]).toEqual([null, { offsetMs: HOUR, atMs: NOW }])
    expect(hear(first, HOUR, NOW + 5 * MINUTE - 1, 10 * MINUTE).offsetMs).toBeNull()
    expect(hear(first, HOUR, NOW + 5 * MINUTE, 10 * MINUTE)).toMatchObject({ offsetMs: HOUR, candidate: null })
  })
  test('agrees with another within 60 s; one that does not begins anew', () => {
    const first = hear(UNKNOWN_CLOCK, HOUR, NOW)
    expect(hear(first, HOUR + AGREE_MS, NOW + HOUR).offsetMs).toBe(HOUR)
    expect(hear(first, HOUR + AGREE_MS + 1, NOW + HOUR)).toMatchObject({ offsetMs: null, candidate: { offsetMs: HOUR + AGREE_MS + 1 } })
  })
  test('under 60 s counts as 0', () => {
    expect(hear(UNKNOWN_CLOCK, AGREE_MS - 1, NOW).candidate?.offsetMs).toBe(0)
    expect(hear(UNKNOWN_CLOCK, AGREE_MS, NOW).candidate?.offsetMs).toBe(AGREE_MS)
  })
  test('that is confirmed follows the least delay, and stays until two posts agree on another', () => {
    expect(hear(known(HOUR), HOUR - 20_000, NOW).offsetMs).toBe(HOUR - 20_000)
    expect(hear(known(HOUR), HOUR + 20_000, NOW).offsetMs).toBe(HOUR)
    const other = hear(known(0), 2 * HOUR, NOW)
    expect(other.offsetMs).toBe(0)
    expect(hear(other, 2 * HOUR, NOW + MINUTE).offsetMs).toBe(2 * HOUR)
  })
  test('is told by sentAt at once, for that post and those after it', () => {
    expect(hearClock(UNKNOWN_CLOCK, { newestT: null, sentAtMs: NOW - HOUR, receivedMs: NOW, everyMs: undefined }).offsetMs).toBe(HOUR)
    expect(timeOf(UNKNOWN_CLOCK, NOW - 5 * HOUR, NOW - HOUR, NOW)).toEqual({ t: NOW - 4 * HOUR, basis: 'trusted' })
    expect(timeOf(known(0), NOW - 5 * HOUR, NOW - AGREE_MS + 1, NOW)).toEqual({ t: NOW - 5 * HOUR, basis: 'trusted' })
  })
})

describe('a clock that stands still', () => {
  test('is found by another record with the same time over 60 s later, and not believed', () => {
    const once = noteRaw(known(0), NOW, NOW)
    expect(noteRaw(once, NOW, NOW + AGREE_MS).standsStill).toBe(false)
    const still = noteRaw(once, NOW, NOW + AGREE_MS + 1)
    expect(still.standsStill).toBe(true)
    expect(timeOf(still, NOW, null, NOW + HOUR)).toEqual({ t: NOW + HOUR, basis: 'receipt' })
    expect(timeOf(still, NOW, NOW + HOUR, NOW + HOUR).basis).toBe('receipt')
    expect(timeOf(still, NOW + 5, null, NOW + HOUR).basis).toBe('trusted')
  })
  test('that moves again is believed again', () => {
    const still = { ...known(0), rawT: NOW, standsStill: true }
    expect(noteRaw(still, NOW + 1, NOW + HOUR).standsStill).toBe(false)
  })
})

describe('what people are told', () => {
  const off = (clock: DeviceClock, t: number | null, receivedMs = NOW) => report(clock, t, receivedMs).clock.offMs
  test('is how far the clock is ahead or behind, from 60 s on', () => {
    expect(off(UNKNOWN_CLOCK, NOW - HOUR)).toBe(-HOUR)
    expect(off(UNKNOWN_CLOCK, NOW + HOUR)).toBe(HOUR)
    expect(off(known(HOUR), NOW - HOUR)).toBe(-HOUR)
    expect(off(UNKNOWN_CLOCK, NOW - 5 * MINUTE)).toBeNull()
    expect(off(known(0), NOW - 5 * HOUR)).toBeNull()
    expect(off({ ...UNKNOWN_CLOCK, offMs: -HOUR }, NOW)).toBeNull()
  })
})

const everyMs = fc.constantFrom(undefined, 1_000, 60_000, 600_000)
test('a right clock is never corrected', () => {
  fc.assert(
    fc.property(
      everyMs,
      fc.array(fc.record({ gap: fc.integer({ min: 1_000, max: HOUR }), delay: fc.nat(20_000) }), { maxLength: 12 }),
      (every, posts) => {
        let clock = UNKNOWN_CLOCK
        let nowMs = NOW
        for (const { gap, delay } of posts) {
          nowMs += gap
          const { clock: next, time } = report(clock, nowMs - delay, nowMs, every === undefined ? {} : { everyMs: every })
          clock = next
          expect(time.t).toBe(nowMs - delay)
          expect(clock.offMs).toBeNull()
        }
      },
    ),
  )
})

test('a constant offset is found by the second report, and every time is then right within 60 s', () => {
  fc.assert(
    fc.property(
      everyMs,
      fc.integer({ min: -5 * 365, max: 365 }),
      fc.array(fc.nat(20_000), { minLength: 3, maxLength: 8 }),
      (every, days, delays) => {
        const options = every === undefined ? {} : { everyMs: every }
        const stepMs = Math.max(every ?? 0, MINUTE)
        let clock = UNKNOWN_CLOCK
        delays.forEach((delay, i) => {
          const nowMs = NOW + i * stepMs
          const trueT = nowMs - delay
          const { clock: next, time } = report(clock, trueT + days * 24 * HOUR, nowMs, options)
          clock = next
          if (i > 0) expect(Math.abs(time.t - trueT)).toBeLessThanOrEqual(AGREE_MS)
          if (i > 0 && Math.abs(days) > 0) expect(Math.sign(clock.offMs ?? 0)).toBe(Math.sign(days))
        })
      },
    ),
  )
})

test.each([
  ['stands still', () => NOW - 3 * HOUR],
  ['says 1970', (nowMs: number) => nowMs - NOW],
  ['counts seconds for milliseconds', (nowMs: number) => Math.floor(nowMs / 1_000)],
  ['is 1,024 weeks back', (nowMs: number) => nowMs - 1_024 * 7 * 24 * HOUR],
])('a clock that %s freezes nothing after the second report, though it was right before', (_, clockAt) => {
  let clock: DeviceClock = known(0)
  for (let i = 0; i < 5; i++) {
    const nowMs = NOW + i * 10 * MINUTE
    const { clock: next, time } = report(clock, clockAt(nowMs), nowMs, { everyMs: 10 * MINUTE })
    clock = next
    if (i > 0) expect(nowMs - time.t).toBeLessThanOrEqual(AGREE_MS)
  }
})
