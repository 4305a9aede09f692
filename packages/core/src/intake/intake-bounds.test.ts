import { describe, expect, test } from 'vitest'
import { type IntakeTown, intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import type { AnyKind } from '../kind/kind.ts'
import { CHECKPOINT_RECORDS, DEAF_MS, REPEAT_MS } from './intake.ts'

// Each bound of intake that docs/ tell, just at it, below and above.
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const town = (id = 'B-1') => intakeTown(KINDS, { base: { kind: 'Band', id } })
const entity = (made: IntakeTown, id = 'B-1') => made.state().entities.get('Band')!.get(id)!
const silent = (made: IntakeTown) =>
  [...made.state().standing.values()].some(({ rule, state }) => rule === 'silent' && state === 'unacknowledged')
const pressed = { properties: { sos: 'pressed' } }

describe('a record without a time that moves', () => {
  const again = (afterMs: number, source = 'gateway', t: number | null = null) => {
    const made = town()
    made.post(0, { t, ...pressed })
    return made.postFrom(source, afterMs, { t, ...pressed }).posts[0]?.accepted
  }

  test('is a repeat from the same source within 60 s, and a press after that', () => {
    expect(REPEAT_MS).toBe(60_000)
    expect([again(0), again(REPEAT_MS), again(REPEAT_MS + 1)]).toEqual([0, 0, 1])
    expect([again(REPEAT_MS, 'gateway', 5_000), again(REPEAT_MS + 1, 'gateway', 5_000)]).toEqual([0, 1])
  })

  test('is a press from another source', () => expect([again(1, 'other'), again(1, 'other', 5_000)]).toEqual([1, 1]))

  test('is compared with the last that was kept, so a button that is held is a press each minute', () => {
    const made = town()
    for (let at = 0; at <= 3 * MINUTE; at += 10 * SECOND) made.post(at, pressed)
    expect([...made.state().standing.values()][0]?.count).toBe(3)
  })

  test('with a time that stood still from another device of its id is a press again', () => {
    const made = town()
    made.post(0, { t: START, ...pressed })
    expect(made.post(61 * SECOND, { t: START, ...pressed }).posts[0]?.repeated).toBe(1)
    made.post(62 * SECOND, { t: START, properties: { pulse: 70 } })
    expect(made.post(63 * SECOND, { t: START, ...pressed }).posts[0]?.accepted).toBe(1)
  })
})

test('a record with another time is a repeat, though its device stands still by now', () => {
  const made = town()
  for (const at of [0, MINUTE]) made.post(at, { t: START + at, properties: { pulse: 70 } })
  for (const pulse of [71, 72]) made.post((pulse - 69) * 2 * MINUTE, { t: START + MINUTE, properties: { pulse } })
  expect(entity(made).state.clock.standsStill).toBe(true)
  expect(made.post(10 * MINUTE, { t: START, properties: { pulse: 70 } }).posts[0]?.repeated).toBe(1)
  expect(made.post(10 * MINUTE, { t: START + MINUTE, properties: { pulse: 70 } }).posts[0]?.accepted).toBe(1)
})

test('a record with a time that moves is a repeat from whatever source and however late', () => {
  const made = town()
  made.post(0, { t: START, ...pressed })
  made.post(MINUTE, { t: START + MINUTE, properties: {} })
  expect(made.postFrom('other', 80 * 24 * HOUR, { t: START, ...pressed }).posts[0]?.repeated).toBe(1)
})

test('a checkpoint is kept each 64 records of an entity, wherever a post ends', () => {
  expect(CHECKPOINT_RECORDS).toBe(64)
  const records = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) => ({ t: START + from + i, properties: { pulse: 70 } }))
  const kept = (...sizes: number[]) => {
    const made = town()
    let at = 0
    return sizes.map((size) => made.post((at += 100), ...records(size, at)).checkpoints.map(({ kept }) => kept))
  }
  expect(kept(63, 1, 1)).toEqual([[], [64], []])
  expect(kept(64)).toEqual([[64]])
  expect(kept(65)).toEqual([[65]])
  expect(kept(63, 66)).toEqual([[], [129]])
})

describe('silence', () => {
  const MS = 25 * MINUTE
  /** Ticks often enough that the server was never away. */
  const until = (made: IntakeTown, from: number, to: number) => {
    for (let at = from; at < to; at += 30 * SECOND) made.tick(at)
    made.tick(to)
  }

  test('is raised 2.5 intervals after the device was heard, at its own time', () => {
    const made = town()
    made.post(0, { t: START, properties: {} })
    until(made, 0, MS - 1)
    expect(silent(made)).toBe(false)
    made.tick(MS)
    expect(silent(made)).toBe(true)
    expect([...made.state().standing.values()][0]).toMatchObject({ raisedMs: START + MS, heardMs: START + MS })
  })

  test('is looked for once a second', () => {
    const made = town()
    made.post(500, { t: START + 500, properties: {} })
    until(made, 500, MS + 499)
    for (const at of [MS + 500, MS + 999]) expect(made.tick(at).alarms).toEqual([])
    expect(made.tick(MS + SECOND).alarms.length).toBe(1)
  })

  test('counts from the return of a server that was away for over a minute, and not for a minute', () => {
    expect(DEAF_MS).toBe(60_000)
    const after = (awayMs: number) => {
      const made = town()
      made.post(0, { t: START, properties: {} })
      until(made, 0, MS - 10 * MINUTE)
      const backMs = MS - 10 * MINUTE + awayMs
      until(made, backMs, MS)
      const atOnce = silent(made)
      until(made, MS, backMs + MS - SECOND)
      const before = silent(made)
      until(made, backMs + MS - SECOND, backMs + MS)
      const raisedMs = [...made.state().standing.values()][0]!.raisedMs - START
      return [atOnce, before, silent(made), raisedMs]
    }
    expect([after(DEAF_MS), after(DEAF_MS + 1)]).toEqual([
      [true, true, true, MS],
      [false, false, true, MS - 10 * MINUTE + DEAF_MS + 1 + MS],
    ])
  })

  test('is not raised by the input that brings the record', () => {
    const made = town()
    made.post(0, { t: START, properties: {} })
    until(made, 0, MS - 1)
    expect(made.post(MS, { t: START + MS, properties: {} }).alarms).toEqual([])
  })

  test('is raised once each, the longest silent first, whoever was heard in a backlog', () => {
    const made = town()
    const tell = (at: number, id: string, t = at) => made.post(at, { id, t: START + t, sentAt: START + at, properties: {} })
    for (const id of ['B-1', 'B-2']) tell(0, id)
    until(made, 0, 11 * MINUTE - 1)
    tell(11 * MINUTE, 'B-2')
    // B-1 and B-3 were heard before B-2, and stand behind it.
    until(made, 11 * MINUTE, 21 * MINUTE - 1)
    tell(21 * MINUTE, 'B-1', 10.9 * MINUTE)
    tell(21 * MINUTE, 'B-3', 10.8 * MINUTE)
    until(made, 21 * MINUTE, 35.7 * MINUTE)
    expect(made.tick(36 * MINUTE).alarms.map(({ entity, count }) => [entity, count])).toEqual([
      ['B-3', 1],
      ['B-1', 1],
      ['B-2', 1],
    ])
  })

  test('waits for the on-delay of its rule, and a repeat ends it at once however short it is', () => {
    const label = { zh: '字', en: 'word' }
    const when = { op: 'silent', forMs: 30 * SECOND } as const
    const alarms = { still: { when, onDelayMs: 20 * SECOND, priority: 4, category: 'device', text: label } } as const
    const kind: AnyKind = { ...KINDS.get('Band')!, kind: 'Bell', alarms }
    const made = intakeTown(new Map([['Bell', kind]]), { base: { kind: 'Bell', id: 'K-1' } })
    const record = { t: START, properties: { pulse: 70 } }
    made.post(0, record)
    expect(made.tick(49 * SECOND).alarms).toEqual([])
    expect(made.tick(50 * SECOND).alarms.map(({ rule, raisedMs }) => [rule, raisedMs])).toEqual([['still', START + 50 * SECOND]])
    expect(made.post(51 * SECOND, record).alarms.map(({ state }) => state)).toEqual(['returned-unacknowledged'])
  })

  test('is ended by a record of now, and by a backlog only where the device was heard by its time', () => {
    const backlog = (agoMs: number) => {
      const made = town()
      made.post(0, { t: START, sentAt: START, properties: {} })
      until(made, 0, 60 * MINUTE)
      const at = 60 * MINUTE
      made.post(at, { t: START + at - agoMs, sentAt: START + at, properties: {} })
      return silent(made)
    }
    expect([backlog(0), backlog(MS - 1), backlog(MS), backlog(MS + 1)]).toEqual([false, false, true, true])
  })
})

describe('a device counts as heard', () => {
  const heardAfter = (agoMs: number, more: object = {}) => {
    const made = town()
    made.post(0, { t: START - agoMs, sentAt: START, properties: {}, ...more })
    return entity(made).state.heardMs - START
  }

  test('now by a record that is at most an interval old, at the time of an older one', () => {
    expect([heardAfter(10 * MINUTE), heardAfter(10 * MINUTE + 1)]).toEqual([0, -10 * MINUTE - 1])
  })

  test('now by a record that is at most 60 s old where the interval is shorter', () => {
    const made = intakeTown(KINDS, { base: { kind: 'Pump', id: 'P-1' } })
    const heard = (agoMs: number, id: string) => {
      made.post(0, { id, t: START - agoMs, sentAt: START, properties: {} })
      return made.state().entities.get('Pump')!.get(id)!.state.heardMs - START
    }
    expect([heard(MINUTE, 'P-1'), heard(MINUTE + 1, 'P-2')]).toEqual([0, -MINUTE - 1])
  })

  test('now by a record whose clock is not known to be right, however old it says that it is', () => {
    const made = intakeTown(KINDS, { base: { kind: 'Pump', id: 'P-1' } })
    made.post(0, { t: START - 10 * MINUTE, properties: {} })
    expect(made.state().entities.get('Pump')!.get('P-1')!.state.heardMs).toBe(START)
  })

  test('by a repeat once in a tenth of its interval, because each is a write', () => {
    const made = town()
    const record = { t: START, ...pressed }
    made.post(0, record)
    expect(made.post(MINUTE - 1, record)).toMatchObject({ heard: [], entities: [] })
    expect(made.post(MINUTE, record).heard).toEqual([{ kind: 'Band', id: 'B-1', heardMs: START + MINUTE }])
    expect(made.post(MINUTE + 1, record).heard).toEqual([])
  })

  test('by a repeat of what is at most 60 s older than its newest record', () => {
    const heard = (agoMs: number) => {
      const made = town()
      const old = { t: START - agoMs, sentAt: START, ...pressed }
      made.post(0, old, { t: START, sentAt: START, properties: {} })
      return made.post(5 * MINUTE, { ...old, sentAt: START + 5 * MINUTE }).heard.length
    }
    expect([heard(MINUTE), heard(MINUTE + 1)]).toEqual([1, 0])
  })

  test('by a record that became the newest of nothing, without a row', () => {
    const made = town()
    made.post(0, { t: START, sentAt: START, properties: { pulse: 70 } })
    const { rows, heard } = made.post(SECOND, { t: START - 1, sentAt: START + SECOND, properties: { pulse: 60 } })
    expect([rows, heard]).toEqual([[], [{ kind: 'Band', id: 'B-1', heardMs: START + SECOND }]])
    const backlog = made.post(2 * SECOND, { t: START - HOUR, sentAt: START + 2 * SECOND, properties: { pulse: 50 } })
    expect([backlog.rows, backlog.heard]).toEqual([[], []])
  })
})

describe('a clock that is set while its device reports', () => {
  const value = (made: IntakeTown) => made.state().entities.get('Pump')!.get('P-1')!.state.properties['flow']?.value
  /** Reports each `everyMs`; the clock is `offMs` ahead from the tenth minute on. How long values are not shown, ms. */
  const frozenMs = (everyMs: number, beforeMs: number, afterMs: number) => {
    const made = intakeTown(KINDS, { base: { kind: 'Pump', id: 'P-1' } })
    const shown: number[] = []
    let n = 0
    for (let at = 0; at <= 20 * MINUTE; at += everyMs) {
      made.post(at, { t: START + at + (at < 10 * MINUTE ? beforeMs : afterMs), properties: { flow: ++n } })
      if (value(made) === n) shown.push(at)
    }
    return Math.max(...shown.slice(1).map((at, i) => at - shown[i]! - everyMs))
  }

  test('from wrong to right freezes no value for longer than it takes to confirm it', () => {
    for (const wrong of [-HOUR, HOUR, -10 * MINUTE, -1_024 * 7 * 24 * HOUR]) {
      expect(frozenMs(SECOND, wrong, 0)).toBeLessThanOrEqual(60 * SECOND)
      // At two reports a minute apart the second is shown.
      expect(frozenMs(MINUTE, wrong, 0)).toBeLessThanOrEqual(MINUTE)
    }
  })

  test('from right to wrong freezes no value for longer than that either', () => {
    for (const wrong of [-HOUR, HOUR, -10 * MINUTE, -1_024 * 7 * 24 * HOUR, -START]) {
      expect(frozenMs(SECOND, 0, wrong)).toBeLessThanOrEqual(60 * SECOND)
      expect(frozenMs(MINUTE, 0, wrong)).toBeLessThanOrEqual(MINUTE)
    }
  })
})
