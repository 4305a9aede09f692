import { describe, expect, test } from 'vitest'
import { SCRIPT_KINDS } from '../../../../test/intake-script.ts'
import { intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import { MET, NOT_MET } from '../alarms/compile-rule.ts'
import type { SampledMemory } from '../alarms/judge.ts'
import { type KeptAlarm, raiseAlarm } from '../alarms/life-cycle.ts'
import { defineKind } from '../kind/define-kind.ts'
import type { AnyKind } from '../kind/kind.ts'
import { ABSENT } from '../record/order.ts'
import { type ColdRecord, intake } from './intake.ts'
import { adoptAlarm, adoptMemory, type IntakeChanges } from './state.ts'

// Each step of intake, by what it makes of the fewest records that show it.
const SECOND = 1_000
const MINUTE = 60 * SECOND
const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'

const bands = () => intakeTown(KINDS, { base: { kind: 'Band', id: 'B-1' } })
const pumps = () => intakeTown(KINDS, { base: { kind: 'Pump', id: 'P-1' } })
/** Pumps with every sort of rule; `high` discloses. */
const scripted = () => intakeTown(SCRIPT_KINDS, { base: { kind: 'Pump', id: 'P-1' } })
const pulse = (t: number | null, value = 70, more: object = {}) => ({
  t: t === null ? null : START + t,
  properties: { pulse: value },
  ...more,
})
const level = (t: number, value: number, more: object = {}) => ({ t: START + t, properties: { level: value }, ...more })
const timesOf = ({ records }: IntakeChanges) => records.map(({ record }) => record.t! - START)
const toldOf = ({ posts }: IntakeChanges) => posts.map(({ told }) => told.map(({ index, code }) => `${index} ${code}`))
const alarmsOf = ({ alarms }: IntakeChanges) => alarms.map(({ entity, rule, state, count }) => `${entity} ${rule} ${state} ${count}`)
const memoriesOf = ({ memories }: IntakeChanges) => memories.map(({ rule }) => rule).sort()

describe('a post', () => {
  test('is told how many of its records are new, and numbers them on from all that were kept', () => {
    const { post, postFrom } = bands()
    expect(post(0, pulse(0), pulse(1)).records.map(({ at }) => at)).toEqual([1, 2])
    const changes = post(5, pulse(0), pulse(2), pulse(2), { kind: 'Person', id: 'P-1', t: START, properties: {} })
    expect(changes.posts).toEqual([{ accepted: 2, repeated: 2, told: [] }])
    expect(changes.records.map(({ at, record }) => `${at} ${record.id}`)).toEqual(['3 B-1', '4 P-1'])
    expect(postFrom('other', 6, pulse(3)).records).toMatchObject([
      { at: 5, source: 'other', isTimed: true, clockOffMs: null, held: ['pulse'] },
    ])
  })

  test('makes a row of what became newest, and tells who was heard without one', () => {
    const { post } = bands()
    const row = (t: number, heardMs: number, value: number) => ({
      kind: 'Band',
      id: 'B-1',
      t: START + t,
      heardMs: START + heardMs,
      properties: { pulse: value },
    })
    expect(post(5, pulse(5, 70, { boot: 1, seq: 5 }))).toMatchObject({ rows: [row(5, 5, 70)], heard: [] })
    // It was overtaken on its way: nothing of it is newest, but its device lives.
    expect(post(9, pulse(3, 71, { boot: 1, seq: 3 }))).toMatchObject({ rows: [], heard: [{ kind: 'Band', id: 'B-1', heardMs: START + 9 }] })
    // In one post with one that makes a row, that says it already.
    expect(post(12, pulse(12, 72, { boot: 1, seq: 7 }), pulse(4, 73, { boot: 1, seq: 4 }))).toMatchObject({
      rows: [row(12, 12, 72)],
      heard: [],
    })
  })

  test('is kept as a place to begin a history from at each 64th record of an entity', () => {
    const { post } = bands()
    const made = [63, 1, 1, 62, 1].map((count, i) =>
      post(i * 100, ...Array.from({ length: count }, (_, k) => pulse(i * 100 + k, k))).checkpoints.map(({ kept, lastAt }) => [
        kept,
        lastAt,
      ]),
    )
    expect(made).toEqual([[], [[64, 64]], [], [], [[128, 128]]])
    expect(
      bands()
        .post(0, ...Array.from({ length: 65 }, (_, k) => pulse(k, k)))
        .checkpoints.map(({ kept }) => kept),
    ).toEqual([65])
  })

  test('two posts of one input find repeats of each other: of two sources by a time that moves, of one source without', () => {
    const both = (source: string, raw: object) => {
      const { take, check } = bands()
      return take({
        nowMs: START + 5,
        posts: [
          { source: 'gateway', records: check(raw) },
          { source, records: check(raw) },
        ],
      }).posts.map(({ accepted, repeated }) => [accepted, repeated])
    }
    expect(both('other', pulse(0))).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(both('other', pulse(null))).toEqual([
      [1, 0],
      [1, 0],
    ])
    expect(both('gateway', pulse(null))).toEqual([
      [1, 0],
      [0, 1],
    ])
  })
})

describe('records of one device in a post', () => {
  const kept = (...raw: object[]) => timesOf(bands().post(0, ...raw))
  /** Not to be believed: the time of receipt stands in its place. */
  const WRONG = -40 * MINUTE

  test('are taken by their own t where one of them has no usable time', () => {
    expect(kept(pulse(WRONG + 3), pulse(WRONG + 1), pulse(WRONG + 2))).toEqual([WRONG + 1, WRONG + 2, WRONG + 3])
    expect(kept(pulse(WRONG + 3), pulse(WRONG + 1))).toEqual([WRONG + 1, WRONG + 3])
    expect(kept(pulse(0), pulse(WRONG))).toEqual([WRONG, 0])
  })

  test('are taken in the order of the post where all have a usable time, or one has no t', () => {
    expect(kept(pulse(0), pulse(-5))).toEqual([0, -5])
    const { records } = bands().post(0, pulse(WRONG + 3), pulse(null), pulse(WRONG + 1))
    expect(records.map(({ record: { t } }) => t)).toEqual([START + WRONG + 3, null, START + WRONG + 1])
  })

  test('each in the order of its own, between those of others as they came', () => {
    const { records } = bands().post(0, pulse(WRONG + 3), pulse(9, 70, { id: 'B-2' }), pulse(WRONG + 1), pulse(7, 71, { id: 'B-2' }))
    expect(records.map(({ record: { id, t } }) => `${id} ${t! - START}`)).toEqual([
      `B-1 ${WRONG + 1}`,
      'B-2 9',
      `B-1 ${WRONG + 3}`,
      'B-2 7',
    ])
  })

  test('are told of the clock once, at the one that was written last by it, the first of equals', () => {
    const told = (...raw: object[]) => toldOf(bands().post(0, ...raw))[0]
    expect(told(pulse(WRONG + 1), pulse(WRONG + 3), pulse(WRONG + 2))).toEqual(['1 time-behind'])
    expect(told(pulse(WRONG, 70), pulse(WRONG, 71))).toEqual(['0 time-behind'])
    expect(told(pulse(null), pulse(WRONG), pulse(null, 71))).toEqual(['1 time-behind'])
    expect(told(pulse(2 * MINUTE), pulse(0, 70, { id: 'B-2' }), pulse(WRONG, 70, { id: 'B-3' }))).toEqual(['0 time-ahead', '2 time-behind'])
    expect(told(pulse(0), pulse(1))).toEqual([])
  })

  test('show by the newest of them how far its clock is off, and each is kept with that', () => {
    const { post } = bands()
    const off = 5 * MINUTE
    const { records, entities, rows } = post(0, pulse(off - 1, 70, { sentAt: START + off }), pulse(off, 71, { sentAt: START + off }))
    expect(records.map(({ clockOffMs, order, isTimed }) => [clockOffMs, order.t - START, isTimed])).toEqual([
      [off, -1, true],
      [off, 0, true],
    ])
    expect(rows.map(({ clockOffMs }) => clockOffMs)).toEqual([off, off])
    expect(entities.map(({ clock }) => clock.offMs)).toEqual([off])
  })
})

describe('numbers', () => {
  test('that come again with other content are told, within a post and from one to the next', () => {
    const { post } = bands()
    const numbered = (t: number, value: number, seq = 1) => pulse(t, value, { boot: 1, seq })
    expect(toldOf(post(5, numbered(0, 70), numbered(1, 71)))).toEqual([['1 sequence-reused']])
    expect(toldOf(post(9, numbered(2, 72, 2)))).toEqual([[]])
    // Whatever the time says: it was not overtaken, for it has the numbers of another.
    expect(toldOf(bands().post(5, numbered(5, 70), numbered(3, 71)))).toEqual([['1 sequence-reused']])
    expect(toldOf(bands().post(5, numbered(5, 70), numbered(3, 71, 0)))).toEqual([[]])
    const again = post(12 * MINUTE, numbered(12 * MINUTE, 73, 2))
    expect(toldOf(again)).toEqual([['0 sequence-reused']])
    expect(again.records[0]?.order).toMatchObject({ generation: 2, boot: 1, seq: 2 })
  })

  test('order nothing where one of the two lacks, and a seq whose boot was lost is told', () => {
    const { post } = bands()
    const without = (at: number, numbers: object) => {
      const changes = post(at, pulse(at, 70, numbers), pulse(at, 71, numbers))
      return [changes.records.map(({ order: { generation, boot, seq } }) => [generation, boot, seq]), toldOf(changes)[0]]
    }
    const none = [ABSENT, ABSENT, ABSENT]
    expect(without(0, { seq: 4 })).toEqual([[none, none], []])
    expect(toldOf(post(1, pulse(1, 70, { boot: 1, seq: 1 })))).toEqual([[]])
    expect(without(2, {})).toEqual([[none, none], []])
    expect(without(3, { boot: 1 })).toEqual([[none, none], []])
    expect(without(4, { seq: 9 })).toEqual([
      [none, none],
      ['0 boot-fell', '1 boot-fell'],
    ])
  })
})

describe('a repeat', () => {
  const heardOf = ({ heard }: IntakeChanges) => heard.map(({ id, heardMs }) => `${id} ${heardMs - START}`)

  test('says that its device lives, noted after a tenth of its interval, or 6 s where its kind has none', () => {
    for (const [kind, stepMs] of [
      ['Band', MINUTE],
      ['Person', 6 * SECOND],
    ] as const) {
      const { post, state } = bands()
      const raw = { kind, t: START, properties: {} }
      post(0, raw)
      expect(post(1, raw).entities).toEqual([])
      expect([heardOf(post(stepMs - 1, raw)), heardOf(post(stepMs, raw)), heardOf(post(stepMs + 1, raw))]).toEqual([
        [],
        [`B-1 ${stepMs}`],
        [],
      ])
      expect(state().entities.get(kind)?.get('B-1')?.state.heardMs).toBe(START + stepMs)
    }
  })

  test('of a record over 60 s behind the newest says nothing', () => {
    const heard = (newestT: number) => {
      const { post } = bands()
      post(0, pulse(0))
      post(newestT, pulse(newestT))
      return heardOf(post(newestT + 10 * MINUTE, pulse(0)))
    }
    expect([heard(MINUTE), heard(MINUTE + 1)]).toEqual([['B-1 660000'], []])
  })

  test('of a backlog says nothing, however often it comes', () => {
    const { post } = bands()
    const old = (at: number, more: object = {}) => pulse(-20 * MINUTE, 70, { sentAt: START + at, ...more })
    post(0, old(0))
    expect(heardOf(post(10 * MINUTE, old(10 * MINUTE)))).toEqual([])
  })

  test('ends a silence at once', () => {
    const { KINDS: quick } = {
      KINDS: new Map<string, AnyKind>([
        [
          'Bell',
          defineKind({
            kind: 'Bell',
            label: { zh: '字', en: 'word' },
            fields: {},
            everyMs: 10 * MINUTE,
            symbol: { shape: 'circle', glyph: 'x' },
            alarms: {
              silent: { when: { op: 'silent', forMs: 2 * SECOND }, priority: 2, category: 'facility', text: { zh: '字', en: 'word' } },
            },
            card: [],
          }),
        ],
      ]),
    }
    const { post, tick } = intakeTown(quick, { base: { kind: 'Bell', id: 'B-1', t: START } })
    post(0, {})
    expect(alarmsOf(tick(2 * SECOND))).toEqual(['B-1 silent unacknowledged 1'])
    const heard = post(3 * SECOND, {})
    expect([alarmsOf(heard), heardOf(heard)]).toEqual([['B-1 silent returned-unacknowledged 1'], ['B-1 3000']])
    expect(heardOf(post(4 * SECOND, {}))).toEqual([])
  })
})

describe('when it was heard', () => {
  const heardMs = (kind: string, agoMs: number) => {
    const { post, state } = bands()
    post(0, { kind, t: START - agoMs, sentAt: START, properties: {} })
    return state().entities.get(kind)!.get('B-1')!.state.heardMs - START
  }

  test('is now, unless a trusted time says that it was over an interval ago, or over 60 s', () => {
    expect([heardMs('Band', 10 * MINUTE), heardMs('Band', 10 * MINUTE + 1)]).toEqual([0, -10 * MINUTE - 1])
    expect([heardMs('Pump', MINUTE), heardMs('Pump', MINUTE + 1)]).toEqual([0, -MINUTE - 1])
    expect([heardMs('Person', MINUTE), heardMs('Person', MINUTE + 1)]).toEqual([0, -MINUTE - 1])
  })
})

describe('a profile', () => {
  const raised = (...posts: object[][]) => {
    const { post } = bands()
    return posts.flatMap((raw, i) => alarmsOf(post(i, ...raw)))
  }
  const person = (properties: object, id = 'P-1') => ({ kind: 'Person', id, t: null, properties })

  test('is that of the wearer whom the record names, else of the last who was named, else nobody’s', () => {
    const [strict, lenient] = [person({ pulseHigh: 100 }), person({ pulseHigh: 200 }, 'P-2')]
    expect(raised([strict], [{ t: START, properties: { pulse: 110, wearer: 'P-1' } }])).toEqual(['B-1 pulse unacknowledged 1'])
    expect(raised([strict], [{ t: START, properties: { wearer: 'P-1' } }], [pulse(1, 110)])).toEqual(['B-1 pulse unacknowledged 1'])
    expect(
      raised([lenient], [{ t: START, properties: { wearer: 'P-1' } }], [{ t: START + 1, properties: { pulse: 150, wearer: 'P-2' } }]),
    ).toEqual([])
    expect(raised([{ t: START, properties: { pulse: 131, wearer: 'P-9' } }])).toEqual(['B-1 pulse unacknowledged 1'])
    expect(raised([strict], [pulse(1, 110)])).toEqual([])
    expect(raised([person({})], [{ t: START, properties: { pulse: 131, wearer: 'P-1' } }])).toEqual(['B-1 pulse unacknowledged 1'])
  })
})

const stands = (rule: string, more: Partial<KeptAlarm> = {}): KeptAlarm => ({
  ...raiseAlarm(
    { id: 'a-old', kind: 'Pump', entity: 'P-1', name: rule, rule: KINDS.get('Pump')!.alarms[rule]! },
    { type: 'occur', atMs: START, overMs: null, nowMs: START, place: null },
  ),
  ...more,
})

describe('a sampled rule', () => {
  test('keeps with its record what that said to each rule, but for a backlog; nothing where no rule reads it', () => {
    const { post } = pumps()
    expect(post(0, level(0, 10, { sentAt: START })).records[0]?.words).toEqual({ high: [MET], delayed: [NOT_MET] })
    expect(post(1, { t: START + 1, properties: { flow: 1 } }).records[0]?.words).toBeNull()
    const backlog = (t: number) => post(2, level(t, 10, { sentAt: START + 2 })).records[0]?.words
    expect(Object.keys(backlog(-15 * MINUTE - 2)!)).toEqual(['delayed'])
    expect(backlog(-15 * MINUTE - 3 * SECOND - 1)).toBeNull()
    expect(bands().post(0, { t: START, properties: { sos: 'pressed' } }).records[0]?.words).toBeNull()
  })

  test('an alarm has the place of the record, else of the entity, else none', () => {
    const place = (...raw: object[]) => {
      const { post } = pumps()
      return raw.flatMap((each, i) => post(i, each).alarms.map((alarm) => alarm.place))
    }
    expect(place(level(0, 10))).toEqual([null])
    expect(place(level(0, 1, { location: [117, 37, 7] }), level(1, 10))).toEqual([[117, 37, 7]])
    expect(place(level(0, 1, { location: [117, 37, 7] }), level(1, 10, { location: [118, 37, 7] }))).toEqual([[118, 37, 7]])
  })

  test('that was declared otherwise begins anew, and what stood by it ends with the first word that it is over', () => {
    const after = (signature: string | null) => {
      const { post, state } = pumps()
      const { memories } = post(0, level(0, 10))
      const { memory } = memories.find(({ rule }) => rule === 'high')!
      if (signature !== null) adoptMemory(state(), 'Pump', 'P-1', 'high', { ...(memory as SampledMemory), signature })
      // Inside the deadband: only who remembers that it was above it keeps the alarm.
      return alarmsOf(post(1, level(1, 8.8)))
    }
    expect([after(null), after('another')]).toEqual([[], ['P-1 high returned-unacknowledged 1']])
  })

  test('whose alarm stands though nothing is remembered ends it with the first sample alone, and only if that says so', () => {
    const after = (rule: string, ...values: number[]) => {
      const { post, state, restart } = pumps()
      post(0, { t: START, properties: { flow: 1 } })
      restart()
      values.forEach((value, i) => {
        post(i + 1, level(i + 1, value))
      })
      adoptAlarm(state(), stands(rule))
      return (value: number) => alarmsOf(post(10, level(10, value))).filter((line) => line.includes(rule))
    }
    expect(after('high')(1)).toEqual(['P-1 high returned-unacknowledged 1'])
    expect(after('high')(10)).toEqual(['P-1 high unacknowledged 2'])
    expect(after('high', 1)(1)).toEqual([])
    expect(after('delayed')(25)).toEqual([])
    expect(after('delayed')(1)).toEqual(['P-1 delayed returned-unacknowledged 1'])
  })

  test('a latched one that was none before begins anew', () => {
    const { post, state } = bands()
    const press = (seq: number, sos: string) => ({ boot: 1, seq, t: START + seq, properties: { sos } })
    post(5, { ...press(5, 'released'), properties: { steps: 1 } })
    adoptMemory(state(), 'Band', 'B-1', 'sos', { type: 'silent', raised: false })
    expect(alarmsOf(post(6, press(3, 'pressed')))).toEqual(['B-1 sos unacknowledged 1'])
  })

  test('a latched one remembers only what is newer than it did', () => {
    const { post } = bands()
    const press = (seq: number, sos: string) => ({ boot: 1, seq, t: START + seq, properties: { sos } })
    const first = post(5, press(5, 'pressed'))
    expect([memoriesOf(first), alarmsOf(first)]).toEqual([['sos'], ['B-1 sos unacknowledged 1']])
    const late = post(6, press(3, 'pressed'))
    expect([memoriesOf(late), alarmsOf(late)]).toEqual([[], ['B-1 sos unacknowledged 2']])
    expect(memoriesOf(post(7, press(7, 'released')))).toEqual(['sos'])
    // A late press is over since the release.
    expect(post(8, press(4, 'pressed')).alarms).toMatchObject([{ count: 3, clearedMs: START + 7 }])
  })
})

describe('samples that are in the store alone', () => {
  /** Heard at 0, 2 and 4 minutes, opened anew, and then a late one of minute 3 and of another rule's field. */
  const late = (cold: readonly ColdRecord[] | null, baseMark: SampledMemory['baseMark'] = null) => {
    const { post, restart, state, check, ports } = pumps()
    for (const t of [0, 2, 4]) post(t * MINUTE, level(t * MINUTE, 1, { boot: 1, seq: t }))
    restart()
    const memory = state().entities.get('Pump')!.get('P-1')!.memories.get('high') as SampledMemory
    if (baseMark !== null) adoptMemory(state(), 'Pump', 'P-1', 'high', { ...memory, baseMark })
    const posts = [{ source: 'gateway', records: check(level(3 * MINUTE, 10, { boot: 1, seq: 3 })) }]
    const asked: string[] = []
    const changes = intake(
      state(),
      { nowMs: START + 5 * MINUTE, posts },
      {
        ...ports,
        cold: (kind, id) => {
          asked.push(`${kind} ${id}`)
          return cold
        },
      },
    )
    const high = changes.memories.find(({ rule }) => rule === 'high')!.memory as SampledMemory
    return { changes, asked, samples: high.samples.items.map(({ t, at }) => [(t - START) / MINUTE, at]) }
  }
  const at = (t: number, n: number, words: ColdRecord['words'] = { high: [NOT_MET] }): ColdRecord => ({
    t: START + t * MINUTE,
    at: n,
    words,
  })

  test('are asked for by a late one, and missing until they were fetched, from where its rule begins', () => {
    expect(late(null).changes.missing).toEqual([
      { kind: 'Pump', id: 'P-1', fromMs: Number.NEGATIVE_INFINITY },
      { kind: 'Pump', id: 'P-1', fromMs: Number.NEGATIVE_INFINITY },
    ])
    expect(
      late(null, { t: START, at: 1 })
        .changes.missing.map(({ fromMs }) => fromMs)
        .sort(),
    ).toEqual([Number.NEGATIVE_INFINITY, START])
    const found = late([at(0, 1), at(2, 2), at(4, 3)])
    expect([found.asked, found.changes.missing]).toEqual([['Pump P-1', 'Pump P-1'], []])
    expect(alarmsOf(found.changes)[0]).toBe('P-1 high returned-unacknowledged 1')
  })

  test('are those after what is folded already, up to the last that was remembered, which say something to the rule', () => {
    const others = [at(0, 1), at(2, 2), at(2, 2.5, { delayed: [NOT_MET] }), at(2, 2.7, {}), at(4, 3), at(4, 3.5), at(5, 4)]
    expect(late(others).samples).toEqual([
      [0, 1],
      [2, 2],
      [3, 4],
      [4, 3],
    ])
    expect(late(others, { t: START, at: 1 }).samples[0]).toEqual([2, 2])
    expect(late(others, { t: START - 1, at: 9 }).samples[0]).toEqual([0, 1])
  })
})

describe('silence', () => {
  const silentOf = (changes: IntakeChanges) =>
    changes.alarms.filter(({ rule }) => rule.startsWith('silent')).map(({ rule, raisedMs }) => [rule, raisedMs - START])

  test('is raised at its own time, with its delay, by the first whole second after it', () => {
    const { post, tick } = scripted()
    post(0, { t: START, properties: {} })
    const steps = [60_000, 120_000, 149_999, 150_000, 151_000, 209_999, 210_000, 211_000].map((atMs) => silentOf(tick(atMs)))
    expect(steps).toEqual([[], [], [], [['silent', 150_000]], [], [], [['silentLate', 210_000]], []])
  })

  test('is looked for once a second', () => {
    const { post, tick } = pumps()
    post(0, { t: START, properties: {} })
    expect([2_400, 2_600, 2_999, 3_000].map((atMs) => silentOf(tick(atMs)))).toEqual([[], [], [], [['silent', 2_500]]])
    expect(silentOf(tick(3_001))).toEqual([])
  })

  test('of several is told by when it began, then by id; of those heard in a backlog, too', () => {
    const { post, tick } = bands()
    for (let at = 1; at < 13; at++) tick(at * MINUTE)
    for (const [id, t] of [
      ['B-3', -2],
      ['B-2', -2],
      ['B-1', -1],
      ['B-4', -3],
    ] as const)
      post(13 * MINUTE, { id, t: START + MINUTE + t, sentAt: START + 13 * MINUTE, properties: {} })
    const told = Array.from({ length: 15 }, (_, i) => tick((i + 14) * MINUTE)).flatMap(({ alarms }) => alarms.map(({ entity }) => entity))
    expect(told).toEqual(['B-4', 'B-2', 'B-3', 'B-1'])
  })

  test('is ended by what was heard within it, and not by a backlog from before it', () => {
    const after = (t: number) => {
      const { post, tick } = bands()
      post(0, pulse(0))
      for (let at = MINUTE; at <= 30 * MINUTE; at += MINUTE) tick(at)
      const changes = post(30 * MINUTE, pulse(t, 71, { sentAt: START + 30 * MINUTE }))
      return [alarmsOf(changes), memoriesOf(changes)]
    }
    // 25 minutes before its receipt.
    expect(after(5 * MINUTE)).toEqual([[], ['pulse']])
    expect(after(5 * MINUTE + 1)).toEqual([['B-1 silent returned-unacknowledged 1'], ['pulse', 'silent']])
  })

  test('that stands though nothing is remembered of it ends with the first record', () => {
    const { post, state } = pumps()
    post(0, { t: START, properties: {} })
    adoptAlarm(state(), stands('silent'))
    const changes = post(1, { t: START + 1, properties: {} })
    expect([alarmsOf(changes), memoriesOf(changes)]).toEqual([['P-1 silent returned-unacknowledged 1'], ['silent']])
    // It is remembered from now on: the next record says nothing of it.
    const next = post(2, { t: START + 2, properties: {} })
    expect([alarmsOf(next), memoriesOf(next)]).toEqual([[], []])
  })

  test('begins and ends at the place of its entity', () => {
    const { post, tick } = pumps()
    const placed = { t: START, location: [117, 37, 7], properties: {} }
    post(0, placed)
    expect(tick(3_000).alarms.map(({ place }) => place)).toEqual([[117, 37, 7]])
    expect(post(4_000, { t: START + 4_000, properties: {} }).alarms.map(({ place }) => place)).toEqual([[117, 37, 7]])
  })
})

describe('time', () => {
  test('takes what is due in its order, whatever came in which', () => {
    const { post, tick } = pumps()
    post(2, level(2, 25, { id: 'P-2' }), level(2, 25, { id: 'P-1' }))
    post(3, level(1, 25, { id: 'P-3' }))
    const { alarms } = tick(4 * SECOND)
    expect(alarms.filter(({ rule }) => rule === 'delayed').map(({ entity }) => entity)).toEqual(['P-1', 'P-2', 'P-3'])
  })

  test('escalates what stands unacknowledged, also where an occurrence comes with it', () => {
    const { post, tick, take, check } = bands()
    const press = (t: number) => ({ t: START + t, properties: { sos: 'pressed' } })
    post(0, press(0))
    const changes = take({ nowMs: START + MINUTE, posts: [{ source: 'gateway', records: check(press(MINUTE)) }] })
    expect(changes.alarms.map(({ count, escalated, escalatesAtMs }) => [count, escalated, escalatesAtMs])).toEqual([
      [2, false, START + MINUTE],
      [2, true, null],
    ])
    expect(tick(2 * MINUTE).alarms).toEqual([])
  })

  test('passes by what waits for a rule that is declared no more', () => {
    const { post, state, tick } = pumps()
    const { memories } = post(0, level(0, 25))
    const { memory } = memories.find(({ rule }) => rule === 'delayed')!
    adoptMemory(state(), 'Pump', 'P-1', 'gone', memory)
    const changes = tick(3 * SECOND)
    expect([alarmsOf(changes), memoriesOf(changes)]).toEqual([
      ['P-1 delayed unacknowledged 1', 'P-1 silent unacknowledged 1'],
      ['delayed', 'silent'],
    ])
  })

  test('that passes for a delay is judged at the place of its entity', () => {
    const { post, tick } = pumps()
    post(0, level(0, 25, { location: [117, 37, 7] }))
    const { alarms } = tick(3 * SECOND)
    expect(alarms.find(({ rule }) => rule === 'delayed')?.place).toEqual([117, 37, 7])
  })

  test('nobody counts as silent while the server was away, for over a minute', () => {
    const deaf = (awayMs: number) => bands().tick(awayMs).deafUntilMs
    expect([deaf(MINUTE), deaf(MINUTE + 1)]).toEqual([START, START + MINUTE + 1])
  })
})

describe('a disclosure', () => {
  const act = (type: 'take' | 'done' | 'withdraw', alarm: string, by = 'li') => ({ key: KEY, type, alarm, by })
  const disclosed = ({ disclosures }: IntakeChanges) => disclosures.map(({ id, entity, state }) => `${id} ${entity} ${state}`)

  test('is opened where the entity is by an alarm that is raised, and by nothing else', () => {
    const { post, act: acts } = scripted()
    expect(disclosed(post(0, level(0, 1, { location: [117, 37, 7] })))).toEqual([])
    const { disclosures, alarms } = post(1, level(1, 10))
    const standing = alarms.find(({ rule }) => rule === 'high')!
    expect(disclosures).toMatchObject([{ entity: 'P-1', as: 'needsHelp', state: 'open', place: [117, 37, 7], raisedMs: START + 1 }])
    expect(disclosed(post(2, level(2, 12)))).toEqual([])
    expect(disclosed(post(3, level(3, 1)))).toEqual([])
    expect(disclosed(acts(4, { key: KEY, type: 'acknowledge', alarm: standing.id, count: 1, by: 'li' }))).toEqual([
      `${disclosures[0]!.id} P-1 ended`,
    ])
    const [next] = post(5, level(5, 10)).disclosures
    expect([next?.state, next?.id === disclosures[0]!.id]).toEqual(['open', false])
  })

  test('is looked at where an alarm changed alone: of one that stood before it was declared it tells nothing of itself', () => {
    const { post, state } = scripted()
    post(0, level(0, 1))
    const high = SCRIPT_KINDS.get('Pump')!.alarms['high']!
    adoptAlarm(state(), stands('high', { category: high.category }))
    expect(disclosed(post(1, { t: START + 1, properties: { flow: 9 } }))).toEqual([])
    expect(disclosed(post(2, level(2, 10))).length).toBe(1)
  })

  test('several actions of one input meet it as the one before left it', () => {
    const { post, take } = scripted()
    const [{ id } = { id: '' }] = post(1, level(1, 10)).disclosures
    const changes = take({
      nowMs: START + 2,
      actions: [act('take', id), act('done', id, 'wang'), act('take', id, 'wu'), act('withdraw', id, 'wu')],
    })
    expect(changes.actions.map(({ answer, effective, by }) => [by, 'state' in answer ? answer.state : null, effective])).toEqual([
      ['li', 'pending', true],
      ['wang', 'pending', true],
      ['wu', 'done', false],
      ['wu', 'pending', true],
    ])
    expect(disclosed(changes)).toEqual([`${id} P-1 taken`, `${id} P-1 taken`, `${id} P-1 withdrawn`])
    expect(changes.disclosures.at(-1)).toMatchObject({
      taken: { by: 'li', atMs: START + 2 },
      done: { by: 'wang' },
      withdrawn: { by: 'wu' },
    })
  })

  test('an action on one that ended is not taken for one on that which followed it', () => {
    const { post, take, act: acts } = scripted()
    const first = post(1, level(1, 10))
    const alarm = first.alarms.find(({ rule }) => rule === 'high')!
    post(2, level(2, 1))
    acts(3, { key: KEY, type: 'acknowledge', alarm: alarm.id, count: 1, by: 'li' })
    const [old, next] = [first, post(4, level(4, 10))].map(({ disclosures }) => disclosures[0]!.id)
    const { actions } = take({ nowMs: START + 5, actions: [act('take', next!), act('take', old!, 'wang')] })
    expect(actions).toMatchObject([
      { effective: true, answer: { state: 'pending' } },
      { effective: false, answer: { error: { code: 'alarm-unknown', details: { alarm: old } } } },
    ])
  })

  test('that never was is unknown', () => {
    const { actions } = scripted().act(1, act('take', 'd-9'))
    expect(actions).toMatchObject([{ by: 'li', effective: false, answer: { error: { code: 'alarm-unknown', details: { alarm: 'd-9' } } } }])
  })

  test('an alarm that is raised and the action on its disclosure of one input end in one state', () => {
    const { post, take, check, act: acts } = scripted()
    const first = post(1, level(1, 10))
    const id = first.disclosures[0]!.id
    acts(2, act('withdraw', id))
    const posts = [{ source: 'gateway', records: check(level(3, 1), level(4, 10)) }]
    const changes = take({ nowMs: START + 4, posts, actions: [act('take', id, 'wang')] })
    expect(changes.actions).toMatchObject([{ effective: false, answer: { error: { code: 'alarm-unknown' } } }])
    expect(disclosed(changes).map((line) => line.split(' ').at(-1))).toEqual(['ended', 'open'])
  })
})

describe('an acknowledgement', () => {
  const acknowledge = (alarm: string, by: string, count = 1) => ({ key: KEY, type: 'acknowledge', alarm, count, by }) as const

  test('of one that ended in the same input is not taken for one of that which was raised since', () => {
    const { post, act, take, check } = pumps()
    const [old] = post(1, level(1, 10)).alarms
    act(2, acknowledge(old!.id, 'li'))
    const posts = [{ source: 'gateway', records: check(level(3, 1), level(4, 10)) }]
    const changes = take({ nowMs: START + 4, posts, actions: [acknowledge(old!.id, 'wang')] })
    expect(changes.alarms.map(({ id, state }) => [id === old!.id, state])).toEqual([
      [true, 'normal'],
      [false, 'unacknowledged'],
    ])
    expect(changes.actions).toMatchObject([{ effective: false, answer: { state: 'done', by: 'li' } }])
  })

  test('of one that was acknowledged in the same input tells who was first, and what never was is unknown', () => {
    const { post, take } = pumps()
    const [alarm] = post(1, level(1, 10)).alarms
    const changes = take({
      nowMs: START + 2,
      actions: ['li', 'wang'].map((by) => acknowledge(alarm!.id, by)).concat(acknowledge('a-9', 'wu')),
    })
    expect(changes.actions).toMatchObject([
      { by: 'li', effective: true, answer: { state: 'pending' } },
      { by: 'wang', effective: false, answer: { state: 'done', by: 'li' } },
      { by: 'wu', effective: false, answer: { error: { code: 'alarm-unknown' } } },
    ])
    expect(alarmsOf(changes)).toEqual(['P-1 high acknowledged 1'])
  })
})
