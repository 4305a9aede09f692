import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import { ABSENT } from '../record/order.ts'
import type { TimeBasis } from './device-clock.ts'
import { crowdMs, type DeviceCount, NOTHING_COUNTED, type Placed, placeRecord } from './generation.ts'

const MINUTE = 60_000
interface Coming {
  readonly t: number
  readonly boot?: number
  readonly seq?: number
  readonly basis?: TimeBasis
  readonly isReused?: boolean
  readonly receivedMs?: number
  readonly everyMs?: number
}
const place = (
  count: DeviceCount,
  { t, boot = ABSENT, seq = ABSENT, basis = 'trusted', isReused = false, receivedMs = t, everyMs }: Coming,
): Placed => placeRecord(count, { t, basis, boot, seq, lacksBoot: false, isReused, receivedMs, everyMs })
const after = (...coming: Coming[]): DeviceCount => coming.reduce((count, each) => place(count, each).count, NOTHING_COUNTED)

describe('a record with numbers', () => {
  const count = after({ t: 1_000_000, boot: 3, seq: 10 })
  test('that go up is the newest', () => {
    for (const [boot, seq] of [
      [3, 11],
      [4, 0],
    ] as const)
      expect(place(count, { t: 1_000_001, boot, seq })).toMatchObject({ isNewest: true, told: null, count: { generation: 0, boot, seq } })
  })
  test('that fall, with a time that agrees, was overtaken: it is late in its generation', () => {
    expect(place(count, { t: 1_000_000, boot: 3, seq: 9 })).toMatchObject({ isNewest: false, told: null, order: { generation: 0 } })
    expect(place(count, { t: 999_000, boot: 3, seq: 9 }).count).toBe(count)
  })
  test('that fall while time goes on opens a generation, and is told', () => {
    expect(place(count, { t: 1_000_001, boot: 3, seq: 9 })).toMatchObject({
      isNewest: true,
      told: 'sequence-reused',
      count: { generation: 1, boot: 3, seq: 9 },
    })
    expect(place(count, { t: 1_000_001, boot: 2, seq: 99 })).toMatchObject({
      told: 'boot-fell',
      count: { generation: 1, boot: 2, seq: 99 },
    })
  })
  test('that were used for something else opens one even if its time is a little older', () => {
    expect(place(count, { t: 999_000, boot: 3, seq: 10, isReused: true })).toMatchObject({
      isNewest: true,
      told: 'sequence-reused',
      count: { generation: 1 },
    })
  })
  test('without a usable time is ordered by receipt', () => {
    expect(place(count, { t: 5_000_000, boot: 3, seq: 9, basis: 'receipt' })).toMatchObject({ isNewest: true, told: 'sequence-reused' })
  })
  test('keeps the highest of all generations, above which nothing was ever sent', () => {
    const opened = after({ t: 1, boot: 3, seq: 10 }, { t: 2, boot: 1, seq: 0 }, { t: 3, boot: 1, seq: 1 })
    expect(opened).toMatchObject({ generation: 1, boot: 1, seq: 1, highestBoot: 3, highestSeq: 10 })
  })
})

describe('a backlog, over 60 s older by trusted time', () => {
  const count = after({ t: 1_000_000, boot: 1, seq: 5 })
  test('neither opens nor moves a generation, and is ordered by its time unless its numbers agree', () => {
    expect(place(count, { t: 939_999, boot: 1, seq: 900 })).toMatchObject({ isNewest: false, told: null, order: { generation: ABSENT } })
    // That its numbers were used is known, so that it is found when it comes again.
    expect(place(count, { t: 939_999, boot: 1, seq: 900 }).count).toEqual({ ...count, highestSeq: 900 })
    expect(place(count, { t: 939_999, boot: 1, seq: 4 }).order.generation).toBe(0)
    expect(place(count, { t: 939_999, boot: 1, seq: 4, isReused: true }).order.generation).toBe(ABSENT)
  })
  test('is one from 60 s on, and only by a trusted time', () => {
    expect(place(count, { t: 940_000, boot: 1, seq: 900 }).isNewest).toBe(true)
    expect(place(count, { t: 939_999, boot: 1, seq: 900, basis: 'taken' }).isNewest).toBe(true)
  })
})

describe('a record without numbers', () => {
  test('goes by usable times alone; of one time the last that came is the newest', () => {
    const count = after({ t: 100 })
    expect(
      [place(count, { t: 99 }), place(count, { t: 100 }), place(count, { t: 99, basis: 'receipt' })].map(({ isNewest }) => isNewest),
    ).toEqual([false, true, true])
  })
  test('is the newest behind one with numbers, so a device that stops sending boot does not freeze', () => {
    expect(place(after({ t: 100, boot: 7, seq: 9 }), { t: 101 }).isNewest).toBe(true)
  })
})

describe('generations that open one after another', () => {
  const falls = (ms: number) => {
    const first = place(after({ t: 0, boot: 1, seq: 9 }), { t: 10_000, boot: 1, seq: 1 })
    return place(first.count, { t: 10_000 + ms, boot: 1, seq: 1, isReused: true, everyMs: 600_000 })
  }
  test('within an interval, and at least 60 s, mean that two devices share an id', () => {
    expect([crowdMs(undefined), crowdMs(1_000), crowdMs(600_000)]).toEqual([MINUTE, MINUTE, 600_000])
    expect([falls(599_999).told, falls(600_000).told]).toEqual(['crowded', 'sequence-reused'])
  })
  test('are ordered by receipt for as long', () => {
    const { count } = falls(1_000)
    const late = { t: 10_500, boot: 1, seq: 0, receivedMs: 12_000 }
    expect(place(count, late).isNewest).toBe(true)
    expect(place(count, { ...late, receivedMs: 11_000 + 600_000 }).isNewest).toBe(false)
  })
})

/** A band that counts and has a right clock: what it said, at a second each. */
const story = fc.array(fc.record({ pulse: fc.integer({ min: 40, max: 120 }), steps: fc.option(fc.nat(1_000), { nil: undefined }) }), {
  minLength: 2,
  maxLength: 14,
})

test('a sane device ends with its newest values in any order of arrival, in any posts and with any repeats', () => {
  fc.assert(
    fc.property(
      story,
      fc.array(fc.nat(13), { maxLength: 6 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (said, again, chance) => {
        const town = intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1', boot: 1 } })
        const record = (i: number) => ({
          seq: i + 10,
          t: START + 600_000 + i * 1_000,
          properties: { pulse: said[i]!.pulse, ...(said[i]!.steps !== undefined && { steps: said[i]!.steps }) },
        })
        for (const at of [0, 300_000]) town.post(at, { seq: at === 0 ? 1 : 2, t: START + at, properties: {} })
        const order = said.map((_, i) => i)
        const arriving = [...order, ...again.filter((i) => i < said.length)]
          .map((i) => [i, chance.next().value!] as const)
          .sort(([, a], [, b]) => a - b)
        arriving.forEach(([i], k) => void town.post(600_000 + 20_000 + k, record(i)))
        const { properties } = town.state().entities.get('Band')!.get('B-1')!.state
        expect(properties['pulse']?.value).toBe(said.at(-1)!.pulse)
        expect(properties['steps']?.value).toBe(said.findLast(({ steps }) => steps !== undefined)?.steps)
      },
    ),
  )
})

test('two devices that share an id lose no press, and are told', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ isOther: fc.boolean(), press: fc.boolean(), gap: fc.constantFrom(1, 500, 30_000) }), {
        minLength: 1,
        maxLength: 16,
      }),
      (steps) => {
        const town = intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1', boot: 1 } })
        const counts = [0, 0]
        let atMs = 0
        for (const { isOther, press, gap } of steps) {
          atMs += gap
          const who = isOther ? 1 : 0
          const properties = press ? { sos: 'pressed' } : { pulse: 70 }
          const { posts } = town.post(atMs, { seq: counts[who]!++, t: START + atMs - who * 250, properties })
          expect(posts[0]?.accepted).toBe(1)
        }
        const alarm = [...town.state().standing.values()].find(({ rule }) => rule === 'sos')
        expect(alarm?.count ?? 0).toBe(steps.filter(({ press }) => press).length)
      },
    ),
  )
})
