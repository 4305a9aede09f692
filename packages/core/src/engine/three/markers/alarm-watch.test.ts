import { describe, expect, test } from 'vitest'
import { patchOf, type Slot } from '../../../../../../e2e/engine/patches.ts'
import { AlarmWatch, PULSE_MS, REMIND_MS } from './alarm-watch.ts'

const calm: Slot = { enu: [0, 0, 0] }
const alarm = (priority: 1 | 2 | 3 | 4, unacknowledged = true): Slot => ({ enu: [0, 0, 0], priority, unacknowledged })
/** A watch that has heard of one calm slot, so that what follows is new. */
const heard = () => {
  const watch = new AlarmWatch()
  watch.read(patchOf([calm, calm, calm]), 0)
  return watch
}
const part = (first: number, ...rows: Slot[]) => patchOf(rows, { first, slots: 3, whole: false })

describe('a ring', () => {
  test('that is new pulses three times and then rests', () => {
    const watch = heard()
    watch.read(part(1, alarm(2)), 1000)
    expect(watch.at(1000 + 0.5 * PULSE_MS, 8).slots).toEqual([{ slot: 1, share: 0.5 }])
    expect(watch.at(1000 + 2.25 * PULSE_MS, 8).slots[0]!.share).toBeCloseTo(0.25, 9)
    expect(watch.at(1000 + 3 * PULSE_MS, 8)).toEqual({ slots: [], red: 0, moving: false, nextMs: Infinity })
  })
  test('that stood before the page opened does not pulse', () => {
    const watch = new AlarmWatch()
    watch.read(patchOf([alarm(2)]), 0)
    expect(watch.at(100, 8).moving).toBe(false)
  })
  test('that is patched again goes on with its pulse and begins no new one', () => {
    const watch = heard()
    watch.read(part(1, alarm(3)), 0)
    watch.read(part(1, alarm(3)), 2300)
    expect(watch.at(2300, 8).slots.length).toBe(1)
    expect(watch.at(2400, 8).slots.length).toBe(0)
  })
  test('pulses anew after a press that follows an acknowledgement, and when it gets worse', () => {
    const watch = heard()
    watch.read(part(1, alarm(3)), 0)
    watch.read(part(1, alarm(3, false)), 5000)
    expect(watch.at(5000, 8).moving).toBe(false)
    watch.read(part(1, alarm(3)), 9000)
    expect(watch.at(9000, 8).moving).toBe(true)
    watch.read(part(1, alarm(2)), 20_000)
    expect(watch.at(20_100, 8).moving).toBe(true)
  })
  test('of an unacknowledged red one pulses once more each ten seconds, and says when', () => {
    const watch = heard()
    watch.read(part(0, alarm(1)), 0)
    expect(watch.at(5000, 8)).toEqual({ slots: [], red: 0, moving: false, nextMs: REMIND_MS })
    expect(watch.at(REMIND_MS + 400, 8)).toMatchObject({ red: 0.5, moving: true })
    watch.read(part(0, alarm(1, false)), 15_000)
    expect(watch.at(20_400, 8)).toMatchObject({ red: 0, nextMs: Infinity })
  })
})

describe('the watch', () => {
  test('counts what stands, by priority', () => {
    const watch = heard()
    watch.read(part(0, alarm(1), alarm(4), alarm(4)), 0)
    expect([1, 2, 3, 4].map((priority) => watch.count(priority))).toEqual([1, 0, 0, 2])
    watch.read(part(1, calm), 0)
    expect(watch.count(4)).toBe(1)
  })
  test('forgets a hidden slot, and with a whole patch all that is not in it', () => {
    const watch = heard()
    watch.read(part(0, alarm(1), alarm(2)), 0)
    watch.read(part(0, { ...alarm(1), hidden: true }), 0)
    expect(watch.size).toBe(1)
    watch.read(patchOf([alarm(3)]), 0)
    expect([watch.size, watch.count(3)]).toEqual([1, 1])
  })
  test('does not pulse what a whole patch repeats', () => {
    const watch = heard()
    watch.read(part(0, alarm(2)), 0)
    watch.read(patchOf([alarm(2)]), 60_000)
    expect(watch.at(60_000, 8).moving).toBe(false)
  })
  test('gives way to the newest where more are new than can pulse', () => {
    const watch = heard()
    watch.read(part(0, alarm(2), alarm(2), alarm(2)), 0)
    expect(watch.at(10, 2).slots.map(({ slot }) => slot)).toEqual([1, 2])
  })
})
