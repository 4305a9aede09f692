// A bar is worth what its ruler is.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  barLine,
  columns,
  cpuUsPerRecord,
  highestHeld,
  isMet,
  median,
  perSecond,
  quantile,
  queueGrows,
  ratiosOf,
  type Timed,
  wallUsPerRecord,
} from './figures.ts'

describe('quantiles', () => {
  test('lie between neighbours', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(quantile([10, 20, 30, 40, 50], 0.95)).toBeCloseTo(48)
    expect(quantile([7], 0.95)).toBe(7)
    expect(median([])).toBeNaN()
  })
  test('are values between the least and the greatest, and grow with the share', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 50 })
    const share = fc.integer({ min: 0, max: 100 }).map((n) => n / 100)
    fc.assert(
      fc.property(values, share, share, (list, a, b) => {
        const [low, high] = [quantile(list, Math.min(a, b)), quantile(list, Math.max(a, b))]
        expect(low).toBeLessThanOrEqual(high + 1e-9)
        expect(low).toBeGreaterThanOrEqual(Math.min(...list))
        expect(high).toBeLessThanOrEqual(Math.max(...list))
      }),
    )
  })
})

describe('a leg', () => {
  const leg = { count: 5_000, wallMs: 2_000, cpuMs: 1_500 }
  test('says what one record costs and how many go in a second', () => {
    expect(cpuUsPerRecord(leg)).toBe(300)
    expect(wallUsPerRecord(leg)).toBe(400)
    expect(perSecond(leg)).toBe(2_500)
  })
})

describe('a bar', () => {
  test('compares pair by pair, so that a machine that slows down in the middle changes nothing', () => {
    expect(ratiosOf([10, 40, 100], [5, 20, 50])).toEqual([2, 2, 2])
    expect(() => ratiosOf([1, 2], [1])).toThrow('2 legs cannot be paired with 1')
  })
  test('is met by the median, up to the bar itself', () => {
    expect(isMet({ what: '', ratios: [1, 3, 9], most: 3 })).toBe(true)
    expect(isMet({ what: '', ratios: [1, 3.01, 9], most: 3 })).toBe(false)
  })
  test('is never met by what was not measured', () => {
    expect(isMet({ what: '', ratios: [], most: 3 })).toBe(false)
    expect(isMet({ what: '', ratios: [Number.NaN], most: 3 })).toBe(false)
  })
  test('prints its median, its quartiles and the verdict', () => {
    expect(barLine({ what: 'a / b', ratios: [1, 2, 3, 4, 5], most: 2 })).toMatch(
      /^a \/ b +3\.00 {2}\(2\.00–4\.00\) +bar ≤ 2\.00 {2}MISSED$/,
    )
    expect(barLine({ what: 'a / b', ratios: [1], most: 1 })).toMatch(/ met$/)
    expect(barLine({ what: 'a / b', ratios: [1] })).toMatch(/no bar$/)
  })
})

describe('a queue', () => {
  const run = (lateMs: (second: number) => number): Timed[] =>
    Array.from({ length: 100 }, (_, i) => ({ dueMs: 5_000 + i * 100, lateMs: lateMs(i / 10) }))
  test('grows when each second is later than the one before', () => {
    expect(queueGrows(run((s) => 200 * s))).toBe(true)
  })
  test('does not grow by a steady delay, by jitter or by one hitch', () => {
    expect(queueGrows(run(() => 800))).toBe(false)
    expect(queueGrows(run((s) => 20 * s))).toBe(false)
    expect(queueGrows(run((s) => (s > 8 && s < 8.5 ? 2_000 : 10)))).toBe(false)
  })
  test('grows where nothing came', () => expect(queueGrows([])).toBe(true))
})

describe('the highest rate', () => {
  const search = async (limit: number) => {
    const tried: number[] = []
    const held = await highestHeld([1, 2, 4, 8], async (rate) => {
      tried.push(rate)
      return rate <= limit
    })
    return { held, tried }
  }
  test('is looked for upwards, then once between the last two', async () => {
    expect(await search(3)).toEqual({ held: 3, tried: [1, 2, 4, 3] })
    expect(await search(2.5)).toEqual({ held: 2, tried: [1, 2, 4, 3] })
    expect(await search(100)).toEqual({ held: 8, tried: [1, 2, 4, 8] })
    expect(await search(0)).toEqual({ held: null, tried: [1] })
  })
})

test('columns are as wide as their widest cell', () => {
  expect(
    columns([
      ['a', '1'],
      ['bcd', '234'],
    ]),
  ).toBe('  a       1\n  bcd   234')
})
