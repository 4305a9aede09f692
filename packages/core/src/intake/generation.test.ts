import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type IntakeTown, intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import { ABSENT } from '../record/order.ts'
import { AGREE_MS } from './device-clock.ts'
import { type Arriving, crowdMs, type DeviceCount, isAbove, NOTHING_COUNTED, type Placed, placeRecord } from './generation.ts'

const NOW = START
const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const EVERY = 10 * MINUTE

const arrive = (count: DeviceCount, boot: number, seq: number, more: Partial<Arriving> = {}): Placed => {
  const receivedMs = more.receivedMs ?? NOW
  const given = { boot, seq, lacksBoot: false, isReused: false, receivedMs, everyMs: EVERY }
  return placeRecord(count, { t: receivedMs, basis: 'trusted', ...given, ...more })
}
/** A device of one boot: its newest record is (1, 100) of NOW. */
const counted = arrive(NOTHING_COUNTED, 1, 100).count
const brief = ({ order, isNewest, told }: Placed) => [order.generation, isNewest ? 'newest' : 'late', told]

test('boot comes before seq', () => {
  expect([isAbove(2, 0, 1, 9), isAbove(1, 9, 2, 0), isAbove(1, 2, 1, 1), isAbove(1, 1, 1, 1), isAbove(1, 1, 1, 2)]).toEqual([
    true,
    false,
    true,
    false,
    false,
  ])
})

describe('numbers that rise', () => {
  test('make the newest of their generation, whatever the time says within 60 s', () => {
    for (const more of [
      {},
      { t: NOW - AGREE_MS },
      { t: NOW - AGREE_MS + 1 },
      { basis: 'receipt' as const },
      { t: NOW - HOUR, basis: 'taken' as const },
    ])
      expect(brief(arrive(counted, 1, 101, more))).toEqual([0, 'newest', null])
    expect(brief(arrive(counted, 2, 0))).toEqual([0, 'newest', null])
  })

  test('raise what was counted and the newest time, which never falls', () => {
    const { count } = arrive(counted, 1, 101, { t: NOW - 5 * SECOND })
    expect(count).toMatchObject({ boot: 1, seq: 101, highestBoot: 1, highestSeq: 101, newestT: NOW, newestUsableT: NOW })
    expect(arrive(counted, 1, 101, { t: NOW + 5 }).count).toMatchObject({ newestT: NOW + 5, newestUsableT: NOW + 5 })
    expect(arrive(counted, 1, 101, { t: NOW + 5, basis: 'receipt' }).count).toMatchObject({ newestT: NOW + 5, newestUsableT: NOW })
  })
})

describe('a record that is over 60 s older by trusted time', () => {
  const old = (agoMs: number, boot: number, seq: number, more: Partial<Arriving> = {}) =>
    arrive(counted, boot, seq, { t: NOW - agoMs, ...more })

  test('is late, and its numbers order it while there was one generation', () => {
    expect(brief(old(AGREE_MS, 2, 0))).toEqual([0, 'newest', null])
    expect(brief(old(AGREE_MS + 1, 1, 99))).toEqual([0, 'late', null])
  })

  test('is ordered by time where its numbers say otherwise, were used before, or may be of another generation', () => {
    expect(brief(old(AGREE_MS + 1, 2, 0))).toEqual([ABSENT, 'late', null])
    expect(brief(old(AGREE_MS + 1, 1, 99, { isReused: true }))).toEqual([ABSENT, 'late', 'sequence-reused'])
    const second = arrive(counted, 1, 50, { receivedMs: NOW + SECOND }).count
    expect(second.generation).toBe(1)
    for (const seq of [49, 99]) expect(brief(arrive(second, 1, seq, { t: NOW - HOUR }))).toEqual([ABSENT, 'late', null])
  })

  test('opens and moves nothing, but raises the highest numbers, which say what was surely never sent', () => {
    expect(old(HOUR, 1, 99).count).toBe(counted)
    expect(old(HOUR, 9, 0).count).toEqual({ ...counted, highestBoot: 9, highestSeq: 0 })
  })

  test('is late only by trusted time, and only behind something', () => {
    expect(brief(old(HOUR, 2, 0, { basis: 'taken' }))).toEqual([0, 'newest', null])
    expect(brief(arrive(NOTHING_COUNTED, 1, 0, { t: NOW - HOUR }))).toEqual([0, 'newest', null])
  })
})

describe('numbers that fall', () => {
  test('with a time that agrees are late: the record was overtaken on its way', () => {
    expect(brief(arrive(counted, 1, 99, { t: NOW - 1 }))).toEqual([0, 'late', null])
    expect(brief(arrive(counted, 1, 99, { t: NOW }))).toEqual([0, 'late', null])
    expect(brief(arrive(counted, 1, 99, { t: NOW - HOUR, basis: 'taken' }))).toEqual([0, 'late', null])
    expect(arrive(counted, 1, 99, { t: NOW - 1 }).count).toBe(counted)
  })

  test('while time goes on open a generation, and are the newest', () => {
    const { count, ...placed } = arrive(counted, 1, 0, { t: NOW + 1, receivedMs: NOW + 1 })
    expect(brief({ count, ...placed })).toEqual([1, 'newest', 'sequence-reused'])
    expect(count).toMatchObject({ generation: 1, boot: 1, seq: 0, highestBoot: 1, highestSeq: 100, openedMs: NOW + 1, crowdedUntilMs: 0 })
    expect(brief(arrive(count, 1, 1, { t: NOW + 2 }))).toEqual([1, 'newest', null])
  })

  test('without a usable time open one too, because in doubt a record is new', () => {
    expect(brief(arrive(counted, 1, 99, { basis: 'receipt' }))).toEqual([1, 'newest', 'sequence-reused'])
  })

  test('that were used before open one whatever the time says within 60 s', () => {
    expect(brief(arrive(counted, 1, 100, { t: NOW - 1, isReused: true }))).toEqual([1, 'newest', 'sequence-reused'])
    expect(brief(arrive(counted, 1, 100, { t: NOW - AGREE_MS, isReused: true }))).toEqual([1, 'newest', 'sequence-reused'])
    expect(brief(arrive(counted, 1, 101, { t: NOW + 1, isReused: true }))).toEqual([1, 'newest', 'sequence-reused'])
  })

  test('are told as boot-fell where the boot is lower', () => {
    expect(brief(arrive(counted, 0, 101, { t: NOW + 1 }))).toEqual([1, 'newest', 'boot-fell'])
  })
})

describe('generations that follow fast', () => {
  const opened = (afterMs: number, everyMs: number | undefined) => {
    const first = arrive(counted, 1, 50, { receivedMs: NOW + 1, everyMs })
    return arrive(first.count, 1, 0, { receivedMs: NOW + 1 + afterMs, everyMs })
  }

  test('are told as two devices with one id within an interval of the kind, at least 60 s', () => {
    expect([crowdMs(undefined), crowdMs(59_999), crowdMs(60_000), crowdMs(60_001), crowdMs(EVERY)]).toEqual([
      60_000,
      60_000,
      60_000,
      60_001,
      EVERY,
    ])
    for (const everyMs of [undefined, 1_000, EVERY]) {
      const longMs = crowdMs(everyMs)
      expect([opened(longMs - 1, everyMs).told, opened(longMs, everyMs).told]).toEqual(['crowded', 'sequence-reused'])
    }
  })

  test('let the device be ordered by receipt for one interval more', () => {
    const { count } = opened(SECOND, EVERY)
    const untilMs = NOW + 1 + SECOND + EVERY
    expect(count.crowdedUntilMs).toBe(untilMs)
    const overtaken = (receivedMs: number) => brief(arrive(count, 0, 0, { t: NOW, receivedMs, basis: 'taken' }))
    expect(overtaken(untilMs - 1).slice(1)).toEqual(['newest', 'crowded'])
    expect(overtaken(untilMs).slice(1)).toEqual(['late', null])
    const uncounted = (receivedMs: number) => brief(arrive(count, ABSENT, ABSENT, { t: NOW, receivedMs, basis: 'taken' }))
    expect(uncounted(untilMs - 1)).toEqual([ABSENT, 'newest', null])
    expect(uncounted(untilMs)).toEqual([ABSENT, 'late', null])
  })

  test('still let no backlog win', () => {
    const { count } = opened(SECOND, EVERY)
    expect(brief(arrive(count, 1, 1, { t: NOW - HOUR, receivedMs: NOW + 2 * SECOND }))).toEqual([ABSENT, 'late', null])
  })
})

describe('a record without both numbers', () => {
  const bare = (more: Partial<Arriving>, count = counted) => arrive(count, ABSENT, ABSENT, more)

  test('is ordered by its usable time, and its numbers order nothing', () => {
    expect(brief(bare({ t: NOW - 1, basis: 'taken' }))).toEqual([ABSENT, 'late', null])
    expect(brief(bare({ t: NOW, basis: 'taken' }))).toEqual([ABSENT, 'newest', null])
    expect(bare({ t: NOW + 1 }).count).toEqual({ ...counted, newestT: NOW + 1, newestUsableT: NOW + 1 })
  })

  test('is the newest where its time is that of its receipt', () => {
    expect(brief(bare({ basis: 'receipt' }))).toEqual([ABSENT, 'newest', null])
    expect(brief(bare({ basis: 'receipt', receivedMs: NOW - 1, t: NOW - 1 }))).toEqual([ABSENT, 'newest', null])
  })

  test('is not late behind a receipt, which is later than what was said', () => {
    const { count } = bare({ basis: 'receipt' }, NOTHING_COUNTED)
    expect(brief(bare({ t: NOW - SECOND, basis: 'taken' }, count))).toEqual([ABSENT, 'newest', null])
    expect(brief(bare({ t: NOW - AGREE_MS - 1 }, count)).slice(1)).toEqual(['late', null])
  })

  test('is told that its boot is lost where it had one and goes on to count', () => {
    expect(brief(bare({ lacksBoot: true }))).toEqual([ABSENT, 'newest', 'boot-lost'])
    expect(brief(bare({ lacksBoot: true }, NOTHING_COUNTED))).toEqual([ABSENT, 'newest', null])
  })
})

const values = (town: IntakeTown, id = 'B-1') =>
  Object.fromEntries(Object.entries(town.state().entities.get('Band')!.get(id)!.state.properties).map(([name, { value }]) => [name, value]))
const pressesOf = (town: IntakeTown, id = 'B-1') =>
  [...town.state().standing.values()].find((alarm) => alarm.rule === 'sos' && alarm.entity === id)?.count ?? 0

const said = fc.record(
  { pulse: fc.integer({ min: 40, max: 120 }), steps: fc.nat(1_000), sos: fc.constant('pressed'), wearer: fc.constantFrom('P-1', 'P-2') },
  { requiredKeys: [] },
)
/** Records of a device that works: numbers and times rise, now and then it restarts and raises its boot. */
const sane = fc
  .array(fc.record({ gapMs: fc.integer({ min: 1, max: 3 * MINUTE }), restarts: fc.nat(5), skips: fc.nat(2), said }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((steps) => {
    let [boot, seq, t] = [1, 0, START]
    return steps.map(({ gapMs, restarts, skips, said }) => {
      t += gapMs
      if (restarts === 0) [boot, seq] = [boot + 1, 0]
      else seq += 1 + skips
      return { boot, seq, t, properties: said }
    })
  })

test('a device that works ends with the same values and presses in whatever order and however often its records come', () => {
  fc.assert(
    fc.property(
      sane,
      fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 4 })), { maxLength: 25 }),
      fc.boolean(),
      (records, draws, isCounted) => {
        const own = records.map(({ boot, seq, ...rest }) => (isCounted ? { boot, seq, ...rest } : rest))
        const endMs = own.at(-1)!.t - START + MINUTE
        const base = { kind: 'Band', id: 'B-1' }
        const town = intakeTown(KINDS, { base })
        let atMs = endMs
        // What was drawn, some of it several times and in posts of several; then all.
        const drawn = draws.map(([i, size]) => Array.from({ length: size }, (_, k) => own[(i + 5 * k) % own.length]!))
        for (const records of [...drawn, ...own.map((record) => [record])]) {
          atMs += 10
          town.post(atMs, ...records.map((record) => ({ ...record, sentAt: START + atMs })))
        }
        const expected = Object.assign({}, ...own.map(({ properties }) => properties)) as Record<string, unknown>
        expect(values(town)).toEqual(expected)
        expect(pressesOf(town)).toBe(own.filter(({ properties }) => properties.sos !== undefined).length)
        expect(town.state().entities.get('Band')!.get('B-1')!.state.count.generation).toBe(0)
      },
    ),
    { numRuns: 300 },
  )
})

test('two devices with one id lose no press, and a post that is sent again doubles none', () => {
  const step = fc.record({
    who: fc.constantFrom(0, 1),
    gapMs: fc.integer({ min: 1, max: 2 * EVERY }),
    lagMs: fc.integer({ min: 0, max: 900 }),
    said,
  })
  const counters = fc.tuple(fc.nat(50), fc.nat(50), fc.constantFrom(1, 2))
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 15 }), counters, (steps, [a, b, boot]) => {
      const town = intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1' } })
      const seqs = [a, b]
      let atMs = 0
      let pressed = 0
      for (const [serial, { who, gapMs, lagMs, said }] of steps.entries()) {
        atMs += gapMs
        if (said.sos !== undefined) pressed++
        // What it says is said by no other record, so that each is a record of its own.
        const record = {
          boot: who === 0 ? 1 : boot,
          seq: seqs[who]!++,
          t: START + atMs - lagMs,
          properties: { ...said, steps: 2_000 + serial },
        }
        expect(town.post(atMs, record).posts[0]).toMatchObject({ accepted: 1, repeated: 0 })
        expect(town.post(atMs + 1, record).posts[0]).toMatchObject({ accepted: 0, repeated: 1 })
        atMs++
      }
      expect(pressesOf(town)).toBe(pressed)
    }),
    { numRuns: 300 },
  )
})

test('a backlog of a trusted clock never wins, opens no generation, and loses no press', () => {
  const old = fc.record({
    boot: fc.constantFrom(undefined, 0, 1, 2),
    seq: fc.nat(30),
    ageMs: fc.integer({ min: AGREE_MS + 1, max: 80 * 24 * HOUR }),
    said,
  })
  fc.assert(
    fc.property(fc.array(fc.array(old, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }), (posts) => {
      const town = intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1' } })
      const whole = { pulse: 70, steps: 10_000, wearer: 'P-1' }
      for (const seq of [10, 11]) town.post((seq - 10) * EVERY, { boot: 1, seq, t: START + (seq - 10) * EVERY, properties: whole })
      let atMs = EVERY
      let pressed = 0
      for (const [i, records] of posts.entries()) {
        atMs += SECOND
        const raw = records.map(({ ageMs, said, boot, seq }, k) => ({
          ...(boot !== undefined && { boot, seq }),
          t: START + EVERY - ageMs - (10 * i + k) / 1_000,
          properties: said,
        }))
        pressed += records.filter(({ said }) => said.sos !== undefined).length
        const { rows } = town.post(atMs, ...raw)
        for (const row of rows) expect(Object.keys(row.properties).filter((name) => name !== 'sos')).toEqual([])
      }
      const { sos: _sos, ...shown } = values(town)
      expect(shown).toEqual(whole)
      expect(pressesOf(town)).toBe(pressed)
      expect(town.state().entities.get('Band')!.get('B-1')!.state.count).toMatchObject({
        generation: 0,
        boot: 1,
        seq: 11,
        newestT: START + EVERY,
      })
    }),
    { numRuns: 300 },
  )
})
