import { expect, test } from 'vitest'
import { type IntakeTown, intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import type { AnyKind } from '../kind/kind.ts'

// What is a repeat, what is the newest, and when a device was heard: by what its clock and its numbers say together.
const SECOND = 1_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const town = () => intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1' } })
/** A town that trusts the clock of B-1 from minute 10 on; without numbers. */
const trusted = () => {
  const made = town()
  for (const at of [0, 10 * MINUTE]) made.post(at, { t: START + at, properties: { steps: at } })
  return made
}
const entity = (made: IntakeTown, id = 'B-1', kind = 'Band') => made.state().entities.get(kind)!.get(id)!
const value = (made: IntakeTown, name = 'pulse') => entity(made).state.properties[name]?.value
const standing = (made: IntakeTown) => [...made.state().standing.values()].map((a) => `${a.entity} ${a.rule} ${a.state} ${a.count}`)
const presses = (made: IntakeTown) => [...made.state().standing.values()].find((a) => a.rule === 'sos')?.count ?? 0
const press = (more: object = {}) => ({ properties: { sos: 'pressed' }, ...more })

test('a live record is the newest behind a backlog of its post that stands at its receipt, and on the network for a while', () => {
  const made = town()
  made.post(0, { t: START - HOUR, properties: { pulse: 50 } }, { t: START - 200, properties: { pulse: 70 } })
  expect(value(made)).toBe(70)
})

test('a live record is the newest behind a part of its post that was taken a turn before', () => {
  const made = town()
  made.post(0, { t: START - HOUR, properties: { pulse: 50 } })
  made.post(20, { t: START - 200, properties: { pulse: 70 } })
  expect(value(made)).toBe(70)
})

test('a late record whose numbers are above all others is known when it comes again', () => {
  const made = town()
  for (const at of [0, 10 * MINUTE]) made.post(at, { boot: 1, seq: at, t: START + at, properties: { pulse: 70 } })
  const late = { boot: 2, seq: 0, t: START + 5 * MINUTE, ...press() }
  expect(made.post(11 * MINUTE, late).posts[0]?.accepted).toBe(1)
  expect(made.post(15 * MINUTE, late).posts[0]?.repeated).toBe(1)
  expect(presses(made)).toBe(1)
})

test('a profile in the middle of a post judges what comes after it, also where a repeat comes before it', () => {
  const made = town()
  const first = { t: START, properties: { pulse: 90, wearer: 'P-1' } }
  made.post(0, first)
  const limit = { kind: 'Person', id: 'P-1', t: START, properties: { pulseHigh: 100 } }
  made.post(10 * SECOND, first, limit, { t: START + 9 * SECOND, properties: { pulse: 110 } })
  expect(standing(made)).toEqual(['B-1 pulse unacknowledged 1'])
})

test('a profile in the middle of a post does not judge what comes before it', () => {
  const made = town()
  const limit = { kind: 'Person', id: 'P-1', t: START, properties: { pulseHigh: 100 } }
  const reading = (ms: number) => ({ t: START + ms, properties: { pulse: 110, wearer: 'P-1' } })
  made.post(10, reading(1), { id: 'B-2', ...reading(1) }, limit, { id: 'B-2', ...reading(2) })
  expect(standing(made)).toEqual(['B-2 pulse unacknowledged 1'])
})

test('numbers that cannot be times, sentAt beside them, are dated by their receipt, and end no silence and no freshness', () => {
  const said = [
    { t: -1e308, sentAt: 1e308 },
    { t: 1e308, sentAt: -1e308 },
    { t: Number.MAX_VALUE, sentAt: Number.MAX_VALUE },
    { t: 0, sentAt: START },
    { t: -1, sentAt: START },
    { t: START - 91 * DAY, sentAt: START },
  ]
  for (const times of said) {
    const made = town()
    const { records } = made.post(0, { ...times, properties: { pulse: 70 } })
    expect([records[0]?.order.t, records[0]?.isTimed, entity(made).state.heardMs]).toEqual(
      times.t === times.sentAt ? [START, true, START] : [START, false, START],
    )
  }
})

test('a backlog of 90 days is believed by its sentAt, also of a clock that says 1970', () => {
  for (const clock of [START, 0]) {
    const made = town()
    const { records } = made.post(0, { t: clock - 90 * DAY, sentAt: clock, properties: { pulse: 70 } })
    expect(records[0]).toMatchObject({ order: { t: START - 90 * DAY }, isTimed: true })
  }
})

test('a t before 2000 is told, also beside a right sentAt', () => {
  const told = (times: object) =>
    town()
      .post(0, { ...times, properties: {} })
      .posts[0]?.told.map(({ code }) => code)
  expect([told({ t: 0, sentAt: START }), told({ t: 0 }), told({ t: START, sentAt: START }), told({ sentAt: START })]).toEqual([
    ['time-behind'],
    ['time-behind'],
    [],
    [],
  ])
  expect([told({ sentAt: START - HOUR }), told({ t: 5_000, sentAt: 6_000 })]).toEqual([['time-behind'], ['time-behind']])
})

test('a t that stands still beside a clock that goes on is replaced by the receipt, so values do not freeze', () => {
  const made = town()
  made.post(10 * MINUTE, { t: START + 10 * MINUTE, sentAt: START + 10 * MINUTE, properties: { pulse: 70 } })
  for (const at of [20, 30, 40].map((minute) => minute * MINUTE))
    made.post(at, { t: START + 5 * MINUTE, sentAt: START + at, properties: { pulse: 70 + at / MINUTE } })
  expect(value(made)).toBe(110)
})

test('a backlog that is sent again does not end the silence of a dead device, a live record that is sent again does', () => {
  const made = trusted()
  for (let minute = 11; minute <= 40; minute++) made.tick(minute * MINUTE)
  expect(standing(made)).toEqual(['B-1 silent unacknowledged 1'])
  const backlog = { t: START + 11 * MINUTE, properties: { pulse: 70 } }
  made.post(41 * MINUTE, backlog)
  made.post(43 * MINUTE, backlog)
  expect(standing(made)).toEqual(['B-1 silent unacknowledged 1'])
  expect(entity(made).state.heardMs).toBe(START + 11 * MINUTE)
  const live = { t: START + 44 * MINUTE, properties: { pulse: 71 } }
  made.post(44 * MINUTE, live)
  expect(standing(made)).toEqual(['B-1 silent returned-unacknowledged 1'])
  for (let minute = 45; minute <= 120; minute += 5) made.post(minute * MINUTE, live)
  expect(standing(made)).toEqual(['B-1 silent returned-unacknowledged 1'])
  expect(entity(made).state.heardMs).toBe(START + 120 * MINUTE)
})

test('a press without a usable time from two sources is two presses, in one turn or in two', () => {
  for (const t of [null, 5_000]) {
    const [together, apart] = [town(), town()]
    const posts = ['east', 'west'].map((source) => ({ source, records: together.check({ t, ...press() }) }))
    together.take({ nowMs: START + 1, posts })
    for (const source of ['east', 'west']) apart.postFrom(source, 1, { t, ...press() })
    expect([presses(together), presses(apart)]).toEqual([2, 2])
  }
})

test('a press with a usable time from two sources is one press, in one turn or in two', () => {
  const [together, apart] = [town(), town()]
  const posts = ['east', 'west'].map((source) => ({ source, records: together.check({ t: START, ...press() }) }))
  together.take({ nowMs: START + 1, posts })
  for (const source of ['east', 'west']) apart.postFrom(source, 1, { t: START, ...press() })
  expect([presses(together), presses(apart)]).toEqual([1, 1])
})

test('rows of a backlog do not say that the clock is off by its age, where the newest of the post says that it is right', () => {
  const backlog = [3, 2].map((hours) => ({ t: START - hours * HOUR, properties: { pulse: 70 + hours } }))
  const { rows, records, posts } = town().post(0, ...backlog, { t: START - 200, properties: { pulse: 70 } })
  expect(rows.map(({ clockOffMs }) => clockOffMs)).toEqual([undefined, undefined, undefined])
  expect(records.map(({ clockOffMs }) => clockOffMs)).toEqual([null, null, null])
  expect(posts[0]?.told).toEqual([])
})

test('each row of a post says by how much the clock is off, as the newest of the post shows it', () => {
  const { rows, posts } = town().post(0, { t: 5_000, properties: { pulse: 70 } }, { t: 6_000, properties: { pulse: 71 } })
  expect(rows.map(({ clockOffMs }) => clockOffMs)).toEqual([6_000 - START, 6_000 - START])
  expect(posts[0]?.told.map(({ code, index }) => [code, index])).toEqual([['time-behind', 1]])
})

test('numbers that a backlog uses a second time are told, and open no generation', () => {
  const made = town()
  for (const [seq, at] of [0, 10, 20].entries()) made.post(at * MINUTE, { boot: 1, seq, t: START + at * MINUTE, properties: { pulse: 70 } })
  const { posts, records } = made.post(21 * MINUTE, { boot: 1, seq: 1, t: START - HOUR, ...press() })
  expect(posts[0]?.told.map(({ code }) => code)).toEqual(['sequence-reused'])
  expect([entity(made).state.count.generation, records[0]?.held, presses(made)]).toEqual([0, ['sos'], 1])
})

test('a device that no longer sends its boot is told so with each record, and its values are shown at once', () => {
  const made = town()
  made.post(0, { boot: 7, seq: 100, t: START, properties: { pulse: 70 } })
  for (let seq = 101; seq < 104; seq++) {
    const { posts } = made.post(seq * SECOND, { seq, t: START + seq * SECOND, properties: { pulse: seq } })
    expect(posts[0]?.told.map(({ code }) => code)).toEqual(['boot-fell'])
    expect(value(made)).toBe(seq)
  }
})

test('a portal that counts nothing is told nothing beside a device that does', () => {
  const made = town()
  made.post(0, { boot: 7, seq: 100, t: START, properties: { pulse: 70 } })
  expect(made.postFrom('portal', SECOND, { t: START + SECOND, properties: { wearer: 'P-1' } }).posts[0]?.told).toEqual([])
})

test('records of a post without a usable time are ordered by what their device said, others as they stand', () => {
  const last = (...times: (number | null)[]) => {
    const made = town()
    made.post(0, ...times.map((t, i) => ({ t, properties: { pulse: 70 + i } })))
    return value(made)
  }
  // Of 1970: the second of three was the last to be written.
  expect(last(5_000, 9_000, 7_000)).toBe(71)
  // One without a t cannot be placed among them.
  expect(last(5_000, 9_000, null, 7_000)).toBe(73)
  expect(last(START - 3, START - 1, START - 2)).toBe(71)
})

test('numbers that one post uses twice are told, and both records stand', () => {
  const made = town()
  const { posts } = made.post(
    0,
    { boot: 1, seq: 1, t: START - 2, properties: { pulse: 70 } },
    { boot: 1, seq: 1, t: START - 3, ...press() },
    { boot: 1, seq: 2, t: START, properties: { pulse: 71 } },
  )
  expect(posts[0]).toMatchObject({ accepted: 3, told: [{ index: 1, code: 'sequence-reused' }] })
  expect([presses(made), value(made)]).toEqual([1, 71])
})

test('a late record is judged by the wearer that it names itself', () => {
  const made = town()
  made.post(0, { kind: 'Person', id: 'P-1', properties: { pulseHigh: 100 } }, { kind: 'Person', id: 'P-2', properties: { pulseHigh: 200 } })
  made.post(SECOND, { t: START + SECOND, properties: { pulse: 60, wearer: 'P-2' } })
  made.post(2 * SECOND, { t: START, properties: { pulse: 150, wearer: 'P-1' } })
  expect(standing(made)).toEqual(['B-1 pulse returned-unacknowledged 1'])
})

test('the place of an alarm is that of its record, else the last known', () => {
  const made = town()
  made.post(0, { t: START, location: [117, 37], properties: {} })
  made.post(1, { t: START + 1, ...press() })
  expect([...made.state().standing.values()][0]?.place).toEqual([117, 37])
})

test('an alarm that ended is over: what occurs in the same post raises another', () => {
  const made = town()
  made.post(0, { t: START, properties: { pulse: 150 } })
  made.act(1, { key: '00000000-0000-4000-8000-000000000001', type: 'acknowledge', alarm: 'a-1', count: 1, by: 'li' })
  const { alarms } = made.post(SECOND, { t: START + 2, properties: { pulse: 90 } }, { t: START + 3, properties: { pulse: 150 } })
  expect(alarms.map(({ id, state, count }) => [id, state, count])).toEqual([
    ['a-1', 'normal', 1],
    ['a-2', 'unacknowledged', 1],
  ])
})

test('what changes nothing of an alarm is no transition', () => {
  const made = town()
  made.post(0, { t: START, ...press() })
  const release = (pulse: number) => ({ t: START + 5, properties: { sos: 'released', pulse } })
  expect(made.post(10, release(70), release(71)).alarms.length).toBe(1)
})

test('a disclosure that was withdrawn opens anew by an occurrence, and by no other transition', () => {
  const label = { zh: '字', en: 'word' }
  const kind: AnyKind = {
    ...KINDS.get('Band')!,
    kind: 'Watch',
    alarms: {
      pulse: {
        when: { op: 'above', field: 'pulse', limit: 130, deadband: 5 },
        priority: 2,
        category: 'health',
        text: label,
        discloses: [{ roles: ['grid'], as: 'help' }],
      },
    },
    disclosures: { help: { label, category: 'health', priority: 1 } },
  }
  const made = intakeTown(new Map([['Watch', kind]]), { base: { kind: 'Watch', id: 'W-1' } })
  const key = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
  const pulse = (at: number, pulse: number) => made.post(at, { t: START + at, properties: { pulse } }).disclosures
  const [opened] = pulse(0, 150)
  expect(opened).toMatchObject({ id: 'd-2', as: 'help', state: 'open' })
  expect(made.act(1, { key: key(1), type: 'withdraw', alarm: 'd-2', by: 'doctor' }).disclosures).toMatchObject([{ state: 'withdrawn' }])
  expect(pulse(2, 90)).toEqual([])
  expect(pulse(3, 150).map(({ id, state }) => [id, state])).toEqual([
    ['d-2', 'ended'],
    ['d-3', 'open'],
  ])
  made.act(4, { key: key(2), type: 'withdraw', alarm: 'd-3', by: 'doctor' })
  expect(made.act(5, { key: key(3), type: 'acknowledge', alarm: 'a-1', count: 2, by: 'doctor' }).disclosures).toEqual([])
  expect(pulse(6, 90).map(({ id, state }) => [id, state])).toEqual([['d-3', 'ended']])
})
