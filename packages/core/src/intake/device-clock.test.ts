import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  AGREE_MS,
  AHEAD_MS,
  BEHIND_MS,
  confirmAfterMs,
  type DeviceClock,
  type DeviceTime,
  EARLIEST_MS,
  hearClock,
  noteOff,
  noteRaw,
  OLDEST_BACKLOG_MS,
  type TimeBasis,
  timeOf,
  UNKNOWN_CLOCK,
} from './device-clock.ts'

const NOW = 1_764_000_000_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A post with one record: what the clock is after it, and the time of that record. */
function post(
  clock: DeviceClock,
  receivedMs: number,
  t: number | null,
  { sentAtMs = null, everyMs }: { readonly sentAtMs?: number | null; readonly everyMs?: number } = {},
): { readonly clock: DeviceClock; readonly time: DeviceTime } {
  const heard = hearClock(noteRaw(clock, t, receivedMs), { newestT: t, sentAtMs, receivedMs, everyMs })
  const time = timeOf(heard, t, sentAtMs, receivedMs)
  return { clock: noteOff(heard, t, sentAtMs, time.basis, receivedMs), time }
}
/** Posts [time of receipt, t], one after another. */
const after = (posts: readonly (readonly [receivedMs: number, t: number | null])[], everyMs?: number): DeviceClock =>
  posts.reduce((clock, [receivedMs, t]) => post(clock, receivedMs, t, everyMs === undefined ? {} : { everyMs }).clock, UNKNOWN_CLOCK)
/** A clock whose offset is confirmed. */
const confirmed = (offsetMs: number): DeviceClock =>
  after([
    [NOW - 10 * MINUTE, NOW - 10 * MINUTE - offsetMs],
    [NOW - 5 * MINUTE, NOW - 5 * MINUTE - offsetMs],
  ])
const basis = (clock: DeviceClock, t: number | null, sentAtMs: number | null = null) => timeOf(clock, t, sentAtMs, NOW).basis
const receipt: DeviceTime = { t: NOW, basis: 'receipt' }

describe('a clock of which nothing is known', () => {
  test('a t up to 15 minutes behind the receipt is taken as it is', () => {
    expect(BEHIND_MS).toBe(15 * MINUTE)
    expect(timeOf(UNKNOWN_CLOCK, NOW - BEHIND_MS + 1, null, NOW)).toEqual({ t: NOW - BEHIND_MS + 1, basis: 'taken' })
    expect(timeOf(UNKNOWN_CLOCK, NOW - BEHIND_MS, null, NOW)).toEqual({ t: NOW - BEHIND_MS, basis: 'taken' })
    expect(timeOf(UNKNOWN_CLOCK, NOW - BEHIND_MS - 1, null, NOW)).toEqual(receipt)
  })

  test('a t up to 60 s ahead of the receipt is taken as it is', () => {
    expect(AHEAD_MS).toBe(60 * SECOND)
    expect(timeOf(UNKNOWN_CLOCK, NOW + AHEAD_MS - 1, null, NOW)).toEqual({ t: NOW + AHEAD_MS - 1, basis: 'taken' })
    expect(timeOf(UNKNOWN_CLOCK, NOW + AHEAD_MS, null, NOW)).toEqual({ t: NOW + AHEAD_MS, basis: 'taken' })
    expect(timeOf(UNKNOWN_CLOCK, NOW + AHEAD_MS + 1, null, NOW)).toEqual(receipt)
  })

  test('no t, and no number that is a time, is the receipt', () => {
    for (const t of [null, 0, -1, NOW / 1_000, NOW * 1_000, -1e308, 1e308, Number.MAX_VALUE, Number.MIN_VALUE])
      expect(timeOf(UNKNOWN_CLOCK, t, null, NOW)).toEqual(receipt)
  })

  test('a t with a fraction is kept', () => expect(timeOf(UNKNOWN_CLOCK, NOW - 0.25, null, NOW)).toEqual({ t: NOW - 0.25, basis: 'taken' }))
})

describe('an offset is confirmed', () => {
  const second = (apartMs: number, everyMs?: number) =>
    after(
      [
        [NOW, NOW - HOUR],
        [NOW + apartMs, NOW + apartMs - HOUR],
      ],
      everyMs,
    ).offsetMs

  test('by two posts that are at least 60 s apart', () => {
    expect([confirmAfterMs(undefined), confirmAfterMs(0), confirmAfterMs(119_999)]).toEqual([60_000, 60_000, 60_000])
    expect([second(AGREE_MS - 1), second(AGREE_MS), second(AGREE_MS + 1)]).toEqual([null, HOUR, HOUR])
  })

  test('and at least half an interval of the kind', () => {
    expect([confirmAfterMs(120_001), confirmAfterMs(10 * MINUTE)]).toEqual([60_000.5, 5 * MINUTE])
    const every = 10 * MINUTE
    expect([second(5 * MINUTE - 1, every), second(5 * MINUTE, every), second(5 * MINUTE + 1, every)]).toEqual([null, HOUR, HOUR])
  })

  test('only if they agree within 60 s', () => {
    const differ = (ms: number) =>
      after([
        [NOW, NOW - HOUR],
        [NOW + 5 * MINUTE, NOW + 5 * MINUTE - HOUR - ms],
      ]).offsetMs
    expect([differ(AGREE_MS - 1), differ(AGREE_MS), differ(AGREE_MS + 1)]).toEqual([HOUR, HOUR, null])
    expect([differ(1 - AGREE_MS), differ(-AGREE_MS), differ(-AGREE_MS - 1)]).toEqual([HOUR - AGREE_MS + 1, HOUR - AGREE_MS, null])
  })

  test('counted from the first of the posts that agree, however many come between', () => {
    const many = Array.from({ length: 8 }, (_, i) => [NOW + i * 10 * SECOND, NOW + i * 10 * SECOND - HOUR] as const)
    expect([after(many.slice(0, 6)).offsetMs, after(many.slice(0, 7)).offsetMs]).toEqual([null, HOUR])
  })

  test('by the least delay, because a message is received later than it was sent and never earlier', () => {
    const delays = [0, 5, 2, 9].map((seconds, i) => [NOW + i * HOUR, NOW + i * HOUR - HOUR - seconds * SECOND] as const)
    expect(after(delays).offsetMs).toBe(HOUR)
    expect(after(delays.slice(1)).offsetMs).toBe(HOUR + 2 * SECOND)
  })

  test('by no post without a t, and by none with a t before 2000', () => {
    const other = (t: (receivedMs: number) => number | null) => after([0, 1].map((i) => [NOW + i * HOUR, t(NOW + i * HOUR)] as const))
    expect(other(() => null)).toMatchObject({ offsetMs: null, candidate: null })
    expect(EARLIEST_MS).toBe(946_684_800_000)
    const at = (beganMs: number) => other((receivedMs) => beganMs + receivedMs - NOW).offsetMs
    expect([at(EARLIEST_MS - 3 * HOUR), at(EARLIEST_MS)]).toEqual([null, NOW - EARLIEST_MS])
  })

  test('and stays where a post agrees within 60 s', () => {
    const heard = (differMs: number) => post(confirmed(HOUR), NOW, NOW - HOUR - differMs).clock
    expect([heard(AGREE_MS).candidate, heard(AGREE_MS).offsetMs]).toEqual([null, HOUR])
    expect(heard(AGREE_MS + 1).candidate).toEqual({ offsetMs: HOUR + AGREE_MS + 1, atMs: NOW })
  })

  test('and stays when a post disagrees, until a second agrees with that one', () => {
    const clock = confirmed(HOUR)
    const once = post(clock, NOW, NOW).clock
    expect([once.offsetMs, once.candidate]).toEqual([HOUR, { offsetMs: 0, atMs: NOW }])
    expect(post(once, NOW + MINUTE - 1, NOW + MINUTE - 1).clock.offsetMs).toBe(HOUR)
    expect(post(once, NOW + MINUTE, NOW + MINUTE).clock).toMatchObject({ offsetMs: 0, candidate: null })
    expect(post(once, NOW + MINUTE, NOW + MINUTE - HOUR).clock).toMatchObject({ offsetMs: HOUR, candidate: null })
  })
})

describe('a confirmed clock', () => {
  test('that is off by less than 60 s is right', () => {
    const corrected = (offsetMs: number) => timeOf(confirmed(offsetMs), NOW - HOUR, null, NOW).t - (NOW - HOUR)
    expect([59_999, 60_000, -59_999, -60_000].map(corrected)).toEqual([0, 60_000, 0, -60_000])
    expect(post(confirmed(59_999), NOW, NOW - 59_999).clock.offMs).toBeNull()
    expect(post(confirmed(60_000), NOW, NOW - 60_000).clock.offMs).toBe(-60_000)
  })

  test('covers a backlog of 90 days, and none older', () => {
    expect(OLDEST_BACKLOG_MS).toBe(90 * DAY)
    for (const offsetMs of [0, HOUR]) {
      const at = (agoMs: number) => timeOf(confirmed(offsetMs), NOW - agoMs - offsetMs, null, NOW)
      expect(at(OLDEST_BACKLOG_MS)).toEqual({ t: NOW - OLDEST_BACKLOG_MS, basis: 'trusted' })
      expect(at(OLDEST_BACKLOG_MS + 1)).toEqual(receipt)
    }
  })

  test('says nothing that is more than 60 s ahead', () => {
    const at = (aheadMs: number) => timeOf(confirmed(HOUR), NOW - HOUR + aheadMs, null, NOW)
    expect([at(AHEAD_MS), at(AHEAD_MS + 1)]).toEqual([{ t: NOW + AHEAD_MS, basis: 'trusted' }, receipt])
  })

  test('says nothing of a t before 2000, though it would be corrected to a time that can be', () => {
    const clock = { ...UNKNOWN_CLOCK, offsetMs: NOW - EARLIEST_MS }
    expect([basis(clock, EARLIEST_MS), basis(clock, EARLIEST_MS - 1)]).toEqual(['trusted', 'receipt'])
  })
})

describe('sentAt', () => {
  test('corrects at once, and is kept for records without it', () => {
    const { clock, time } = post(UNKNOWN_CLOCK, NOW, NOW - HOUR - 5 * SECOND, { sentAtMs: NOW - HOUR })
    expect([time, clock.offsetMs]).toEqual([{ t: NOW - 5 * SECOND, basis: 'trusted' }, HOUR])
    expect(timeOf(clock, NOW - 2 * HOUR, null, NOW)).toEqual({ t: NOW - HOUR, basis: 'trusted' })
  })

  test('counts as right under 60 s', () => {
    const at = (behindMs: number) => post(UNKNOWN_CLOCK, NOW, NOW - HOUR, { sentAtMs: NOW - behindMs })
    expect([at(59_999).time.t, at(60_000).time.t]).toEqual([NOW - HOUR, NOW - HOUR + 60_000])
    expect([at(59_999).clock.offMs, at(60_000).clock.offMs]).toEqual([null, -60_000])
  })

  test('reaches 90 days back and 60 s ahead', () => {
    const at = (t: number) => timeOf(UNKNOWN_CLOCK, t, NOW, NOW).basis
    expect([at(NOW - OLDEST_BACKLOG_MS), at(NOW - OLDEST_BACKLOG_MS - 1)]).toEqual(['trusted', 'receipt'])
    expect([at(NOW + AHEAD_MS), at(NOW + AHEAD_MS + 1)]).toEqual(['trusted', 'receipt'])
  })

  test('that is off by more than 200 years is not remembered', () => {
    const years = 200 * 365 * DAY
    const heard = (offsetMs: number) => post(confirmed(HOUR), NOW, NOW - offsetMs, { sentAtMs: NOW - offsetMs }).clock.offsetMs
    expect([heard(years), heard(years + 1), heard(-years), heard(-years - 1)]).toEqual([years, HOUR, -years, HOUR])
  })

  test('tells the age of a record also where both numbers are far too large', () => {
    for (const t of [1e300, -1e300, Number.MAX_VALUE]) expect(timeOf(UNKNOWN_CLOCK, t, t, NOW)).toEqual({ t: NOW, basis: 'trusted' })
  })

  test('drops what two posts without it seemed to show', () => {
    const half = after([[NOW - 10 * MINUTE, NOW - 10 * MINUTE - HOUR]])
    expect(post(half, NOW, NOW, { sentAtMs: NOW }).clock).toMatchObject({ offsetMs: 0, candidate: null })
  })
})

describe('a clock that stands still', () => {
  const stuck = (secondMs: number) =>
    after([
      [NOW, NOW],
      [NOW + secondMs, NOW],
    ])

  test('is found by records with one t over 60 s apart', () => {
    expect([stuck(AGREE_MS).standsStill, stuck(AGREE_MS + 1).standsStill]).toEqual([false, true])
  })

  test('is no reason to doubt another t', () => expect(timeOf(stuck(2 * MINUTE), NOW - SECOND, null, NOW + 2 * MINUTE).basis).toBe('taken'))

  test('is the receipt from then on, until its t moves', () => {
    const clock = stuck(2 * MINUTE)
    expect(timeOf(clock, NOW, null, NOW + 3 * MINUTE)).toEqual({ t: NOW + 3 * MINUTE, basis: 'receipt' })
    expect(noteRaw(clock, NOW, NOW + 3 * MINUTE)).toBe(clock)
    const moved = post(clock, NOW + 4 * MINUTE, NOW + 4 * MINUTE)
    expect([moved.clock.standsStill, moved.time.basis]).toEqual([false, 'trusted'])
    expect(noteRaw(clock, null, NOW + 4 * MINUTE)).toBe(clock)
  })

  test('is counted from the first record with that t', () => {
    const often = after([0, 30, 60, 61].map((s) => [NOW + s * SECOND, NOW] as const))
    expect(often.standsStill).toBe(true)
  })

  test('confirms no offset', () => {
    const clock = stuck(2 * MINUTE)
    expect(post(clock, NOW + 90 * MINUTE, NOW).clock.offsetMs).toBeNull()
  })
})

describe('what people are told', () => {
  test('of a clock that is not confirmed and not believed: its distance from the receipt', () => {
    expect(post(UNKNOWN_CLOCK, NOW, NOW - HOUR).clock.offMs).toBe(-HOUR)
    expect(post(UNKNOWN_CLOCK, NOW, NOW + HOUR).clock.offMs).toBe(HOUR)
    expect(post(UNKNOWN_CLOCK, NOW, NOW - 10 * MINUTE).clock.offMs).toBeNull()
    expect(post(UNKNOWN_CLOCK, NOW, null).clock.offMs).toBeNull()
  })

  test('of a confirmed clock that is ahead: a number above 0', () => expect(post(confirmed(-HOUR), NOW, NOW + HOUR).clock.offMs).toBe(HOUR))

  test('is forgotten once the clock is right, and is the same object where nothing changed', () => {
    const off = post(UNKNOWN_CLOCK, NOW, NOW - HOUR).clock
    expect(post(off, NOW + MINUTE, NOW + MINUTE).clock.offMs).toBeNull()
    expect(noteOff(off, NOW - HOUR, null, 'receipt', NOW)).toBe(off)
  })
})

/** Intervals between posts and the delay of each on the network. */
const journey = (most: { readonly gapMs: number; readonly delayMs: number }) =>
  fc.array(fc.record({ gapMs: fc.integer({ min: 1, max: most.gapMs }), delayMs: fc.integer({ min: 0, max: most.delayMs }) }), {
    minLength: 1,
    maxLength: 30,
  })

test('a right clock is never corrected, whatever the delays under a minute', () => {
  fc.assert(
    fc.property(journey({ gapMs: 2 * HOUR, delayMs: AGREE_MS - 1 }), fc.constantFrom(undefined, 1_000, 600_000), (posts, everyMs) => {
      let clock = UNKNOWN_CLOCK
      let trueMs = NOW
      for (const { gapMs, delayMs } of posts) {
        trueMs += gapMs
        const made = post(clock, trueMs + delayMs, trueMs, { ...(everyMs !== undefined && { everyMs }) })
        clock = made.clock
        if (made.time.basis !== 'receipt') expect(made.time.t).toBe(trueMs)
        expect([made.time.basis, clock.offMs]).not.toEqual(['receipt', null])
        expect(clock.offMs).toBeNull()
      }
    }),
  )
})

test('a constant offset is found by the second post, and from then on every t is corrected to within a minute of the truth', () => {
  const offset = fc.oneof(
    fc.integer({ min: 65_000, max: 20 * 365 * DAY }),
    fc.integer({ min: -10 * 365 * DAY, max: -65_000 }),
    fc.integer({ min: -50_000, max: 50_000 }),
  )
  const gap = fc.integer({ min: AGREE_MS, max: DAY })
  const delay = fc.integer({ min: 0, max: 5_000 })
  fc.assert(
    fc.property(
      offset,
      fc.array(fc.tuple(gap, delay, fc.integer({ min: 0, max: 60 * DAY })), { minLength: 2, maxLength: 15 }),
      (offsetMs, posts) => {
        let clock = UNKNOWN_CLOCK
        let trueMs = NOW
        for (const [i, [gapMs, delayMs, ageMs]] of posts.entries()) {
          // At least a minute between two receipts, whatever their delays.
          trueMs += gapMs + 5_000
          const { time, clock: next } = post(clock, trueMs + delayMs, trueMs - offsetMs)
          clock = next
          if (i === 0) continue
          expect(time.basis).toBe('trusted')
          expect(Math.abs(time.t - trueMs)).toBeLessThan(AGREE_MS)
          const old = timeOf(clock, trueMs - ageMs - offsetMs, null, trueMs + delayMs)
          if (trueMs - ageMs - offsetMs >= EARLIEST_MS) {
            expect(old.basis).toBe('trusted')
            expect(Math.abs(old.t - (trueMs - ageMs))).toBeLessThan(AGREE_MS)
          }
        }
      },
    ),
  )
})

test('a broken clock ends within a minute of the receipt from its second report on, whatever it showed before', () => {
  const broken: Readonly<Record<string, (receivedMs: number) => number | null>> = {
    none: () => null,
    'stands still': () => NOW - 3 * DAY,
    'began in 1970 with its last start': (receivedMs) => receivedMs - NOW + 5_000,
    '1,024 weeks back': (receivedMs) => receivedMs - 1_024 * 7 * DAY,
    'seconds for milliseconds': (receivedMs) => Math.floor(receivedMs / 1_000),
    'microseconds for milliseconds': (receivedMs) => receivedMs * 1_000,
    'an hour slow': (receivedMs) => receivedMs - HOUR,
    'a year ahead': (receivedMs) => receivedMs + 365 * DAY,
  }
  const before = fc.constantFrom<DeviceClock>(UNKNOWN_CLOCK, confirmed(0), confirmed(HOUR), confirmed(-HOUR), confirmed(-1_024 * 7 * DAY))
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(broken)),
      before,
      fc.array(fc.integer({ min: AGREE_MS + 1, max: HOUR }), { maxLength: 10 }),
      (how, known, gaps) => {
        let receivedMs = NOW + MINUTE
        let { clock } = post(known, receivedMs, broken[how]!(receivedMs))
        for (const gapMs of gaps) {
          receivedMs += gapMs
          const made = post(clock, receivedMs, broken[how]!(receivedMs))
          clock = made.clock
          expect(Math.abs(made.time.t - receivedMs)).toBeLessThanOrEqual(AGREE_MS)
        }
      },
    ),
  )
})

test('no time is further ahead than 60 s, further back than 90 days, or anything but a number', () => {
  const wild = fc.option(
    fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: NOW - 200 * DAY, max: NOW + 200 * DAY })),
  )
  fc.assert(
    fc.property(fc.array(fc.record({ gapMs: fc.nat(2 * HOUR), t: wild, sentAtMs: wild }), { maxLength: 12 }), (posts) => {
      let clock = UNKNOWN_CLOCK
      let receivedMs = NOW
      for (const { gapMs, t, sentAtMs } of posts) {
        receivedMs += gapMs
        const made = post(clock, receivedMs, t, { sentAtMs })
        clock = made.clock
        expect(made.time.t).toBeLessThanOrEqual(receivedMs + AHEAD_MS)
        expect(made.time.t).toBeGreaterThanOrEqual(receivedMs - OLDEST_BACKLOG_MS)
        // What is not finite is null in JSON, and so after a restart.
        for (const ms of [clock.offsetMs, clock.rawT, clock.offMs, clock.candidate?.offsetMs]) expect(Number.isFinite(ms ?? 0)).toBe(true)
      }
    }),
  )
})

test('of a clock nothing is known at first', () => {
  expect(UNKNOWN_CLOCK).toEqual({ offsetMs: null, candidate: null, rawT: null, rawAtMs: 0, standsStill: false, offMs: null })
})

test('people are told what sentAt says, else the offset that is confirmed, else how far a t that is not believed is away', () => {
  const off = (t: number | null, sentAtMs: number | null, basis: TimeBasis, offsetMs: number | null = null) =>
    noteOff({ ...UNKNOWN_CLOCK, offsetMs }, t, sentAtMs, basis, NOW).offMs
  expect(off(NOW - 3_600_000, NOW + 300_000, 'receipt')).toBe(300_000)
  expect(off(NOW - 3_600_000, null, 'trusted', 300_000)).toBe(-300_000)
  expect(off(NOW - 3_600_000, null, 'receipt', 300_000)).toBe(-3_600_000)
  expect([off(NOW - 90_000, null, 'taken'), off(null, null, 'receipt'), off(NOW, NOW + 59_999, 'trusted', 0)]).toEqual([null, null, null])
})
