import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMonotonic, createTwinClock, MOST_SLEW } from './twin-clock.ts'

const HOUR = 3_600_000
const START = 1_764_000_000_000

function clocks(notBeforeMs = 0) {
  let wall = START
  let monotonic = 500
  const clock = createTwinClock({ wallMs: () => wall, monotonicMs: () => monotonic }, notBeforeMs)
  return {
    clock,
    wall: () => wall,
    pass: (ms: number) => {
      wall += ms
      monotonic += ms
    },
    stepWall: (ms: number) => {
      wall += ms
    },
  }
}

test('shows the wall clock while that goes on evenly', () => {
  const { clock, pass } = clocks()
  expect(clock.nowMs()).toBe(START)
  pass(1_234)
  expect(clock.nowMs()).toBe(START + 1_234)
})

test('never falls, never goes by more than a tenth faster or slower, whatever the wall clock does', () => {
  expect(MOST_SLEW).toBe(0.1)
  const step = fc.record({
    pass: fc.integer({ min: 0, max: 60_000 }),
    wall: fc.constantFrom(0, 0, 0, -HOUR, HOUR, -500, 500, 30 * 24 * HOUR),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { clock, pass, stepWall } = clocks()
      let before = clock.nowMs()
      for (const each of steps) {
        stepWall(each.wall)
        pass(each.pass)
        const now = clock.nowMs()
        expect(now - before).toBeGreaterThanOrEqual(Math.floor(0.9 * each.pass) - 1)
        expect(now - before).toBeLessThanOrEqual(Math.ceil(1.1 * each.pass) + 1)
        before = now
      }
    }),
  )
})

test('a wall clock that is set by an hour steps nothing, and is caught up with in ten', () => {
  for (const ms of [HOUR, -HOUR]) {
    const { clock, pass, stepWall, wall } = clocks()
    stepWall(ms)
    expect(clock.nowMs()).toBe(START)
    for (let i = 0; i < 600; i++) {
      pass(60_000)
      clock.nowMs()
    }
    expect(Math.abs(clock.nowMs() - wall())).toBeLessThan(60_000)
    pass(HOUR)
    expect(clock.nowMs()).toBe(wall())
  }
})

test('begins at what was promised where the wall clock is behind that, and comes back to it slowly', () => {
  const { clock, pass, wall } = clocks(START + 2_000)
  expect(clock.nowMs()).toBe(START + 2_000)
  pass(10_000)
  expect(clock.nowMs()).toBe(START + 11_000)
  pass(10_000)
  expect(clock.nowMs()).toBe(wall())
})

test('a monotonic clock that stands still while the machine sleeps is put on by the time that it slept', () => {
  let [now, up] = [0, 1_000_000]
  const monotonic = createMonotonic(
    () => now,
    () => up,
  )
  now += 5_000
  up += 5_400
  expect(monotonic()).toBe(5_000)
  now += 5_000
  up += 5_000 + 8 * HOUR
  expect(monotonic()).toBe(10_000 + 8 * HOUR)
  now += 1
  up += 1
  expect(monotonic()).toBe(10_001 + 8 * HOUR)
})

test('answers whole milliseconds, and nothing lower where the monotonic clock should fall', () => {
  let monotonic = 0.25
  const clock = createTwinClock({ wallMs: () => START + monotonic / 3, monotonicMs: () => monotonic }, 0)
  const said: number[] = []
  for (const next of [0.5, 10.7, 5.2, 5.9, 40.1]) {
    monotonic = next
    said.push(clock.nowMs())
  }
  expect(said.every(Number.isInteger)).toBe(true)
  // The last whole one, never the next.
  expect(said[0]).toBe(START)
  expect([...said].sort((a, b) => a - b)).toEqual(said)
})

test('of the time of a sleep only what is over 2 s counts, and it is looked for once a second; each sleep is added', () => {
  let [now, up] = [0, 0]
  const monotonic = createMonotonic(
    () => now,
    () => up,
  )
  const after = (passMs: number, sleptMs: number) => {
    now += passMs
    up += passMs + sleptMs
    return monotonic() - now
  }
  expect(after(5_000, 2_000)).toBe(0)
  expect(after(5_000, 2_001)).toBe(2_001)
  expect(after(999, 5_000)).toBe(2_001)
  expect(after(1, 0)).toBe(7_001)
  expect(after(1_500, HOUR)).toBe(HOUR + 7_001)
})

test('comes to the wall clock from wherever it began, and stays with it', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), fc.integer({ min: 1, max: 60_000 }), (aheadMs, stepMs) => {
      const { clock, pass, wall } = clocks(START + aheadMs)
      const began = clock.nowMs()
      expect(began).toBe(Math.max(START, START + aheadMs))
      // A tenth of the time that passes is what it comes nearer.
      const steps = Math.ceil((10 * Math.max(0, aheadMs)) / stepMs) + 1
      for (let i = 0; i < Math.min(steps, 2_000); i++) {
        pass(stepMs)
        clock.nowMs()
      }
      const leftMs = Math.max(0, aheadMs - 0.1 * stepMs * Math.min(steps, 2_000))
      expect(Math.abs(clock.nowMs() - wall() - leftMs)).toBeLessThanOrEqual(2)
    }),
  )
})
