import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import { fromKept, toKept } from '@twinmap/core/internal/alarms/judge'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { describe, expect, test } from 'vitest'
import { SCRIPT_KINDS } from '../../../test/intake-script.ts'
import { type ActionBy, type AuthorityPorts, createAuthority } from './authority.ts'
import type { AskedRecord, Commit, KeptAction, Loaded, LogEntry, Store } from './store/store.ts'

// The authority by itself: what it asks of its store and gives it, each in its moment. The store stands in memory.
const BEGIN = 1_764_000_000_000
const MINUTE = 60_000

interface Asked {
  readonly known: AskedRecord[][]
  readonly cold: { readonly kind: string; readonly id: string; readonly fromMs: number }[][]
  readonly promised: Parameters<Store['promise']>[0][]
  readonly actions: string[]
}

async function room({
  loaded: given = {},
  kinds = SCRIPT_KINDS,
  isRefused = () => false,
  fails = () => false,
  more = {},
}: {
  readonly loaded?: Partial<Loaded>
  readonly kinds?: ReadonlyMap<string, AnyKind>
  readonly isRefused?: (commit: Commit) => boolean
  readonly fails?: (commit: Commit) => boolean
  readonly more?: Partial<AuthorityPorts>
} = {}) {
  let nowMs = BEGIN
  const loaded: Loaded = {
    streamId: 's',
    n: 0,
    promisedMs: 0,
    records: 0,
    awakeMs: 0,
    deafUntilMs: 0,
    entities: [],
    memories: [],
    standing: [],
    disclosures: [],
    log: [],
    ...given,
  }
  const asked: Asked = { known: [], cold: [], promised: [], actions: [] }
  const tried: number[] = []
  const commits: Commit[] = []
  const told: LogEntry[] = []
  const began: unknown[] = []
  const actions = new Map<string, KeptAction>()
  const ended: { readonly alarms: Map<string, KeptAlarm>; readonly disclosures: Map<string, KeptDisclosure> } = {
    alarms: new Map(),
    disclosures: new Map(),
  }
  const answers = { known: [] as unknown[], cold: [] as unknown[] }
  const store = {
    load: async () => loaded,
    known: async (records: AskedRecord[]) => {
      asked.known.push(records)
      return records.map((_, i) => answers.known[i] ?? { same: null, usedIn: [] })
    },
    cold: async (missing: Asked['cold'][number]) => {
      asked.cold.push(missing)
      return missing.map((_, i) => answers.cold[i] ?? [])
    },
    append: async (commit: Commit) => {
      tried.push(commit.changes.records.length)
      if (fails(commit)) throw new TwinError('store-failed', 'disk full')
      if (isRefused(commit)) throw new TwinError('store-refused', 'the database refuses it')
      commits.push(commit)
      for (const { action, by, effective } of commit.changes.actions) actions.set(action.key, { action, by, effective })
      for (const alarm of commit.changes.alarms) if (alarm.state === 'normal') ended.alarms.set(alarm.id, alarm)
      for (const disclosure of commit.changes.disclosures)
        if (disclosure.state === 'ended') ended.disclosures.set(disclosure.id, disclosure)
    },
    promise: async (noted: Asked['promised'][number]) => {
      asked.promised.push(noted)
    },
    action: async (key: string) => {
      asked.actions.push(key)
      return actions.get(key) ?? null
    },
    acknowledgedBy: async (alarm: string) => ended.alarms.get(alarm)?.acknowledged?.by ?? null,
    disclosure: async (id: string) => ended.disclosures.get(id) ?? null,
  }
  const authority = await createAuthority({
    store: store as unknown as Store,
    kinds,
    rules: compileRules(kinds.values()),
    clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
    committed: (entry) => told.push(entry),
    began: (log, promisedMs) => began.push([log, promisedMs]),
    ...more,
  })
  const check = (raw: readonly object[]) =>
    checkBatch(
      raw.map((each) => ({ kind: 'Pump', id: 'P-1', ...each })),
      kinds,
    ).records
  return {
    authority,
    asked,
    answers,
    tried,
    commits,
    told,
    began,
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms
    },
    post: (raw: readonly object[], source = 'gateway') => authority.ingest(source, check(raw)),
    standing: () => [...authority.state.standing.values()].map(({ entity, rule, state }) => `${entity} ${rule} ${state}`),
  }
}
const key = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const level = (t: number, value: number, more: object = {}) => ({ t: BEGIN + t, properties: { level: value }, ...more })
const settled = async (...promises: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as TwinError).code))
const doneOf = (commits: readonly Commit[]) =>
  commits.map(({ changes }) =>
    changes.records
      .map(({ record }) => record.id)
      .concat(changes.actions.map(({ by }) => by))
      .join(),
  )

describe('a start', () => {
  test('takes over all that was kept, but what a rule remembered that is declared no more', async () => {
    const first = await room()
    await first.post([level(0, 25), { id: 'P-2', t: BEGIN, properties: { level: 1 } }])
    const { changes } = first.commits[0]!
    const memories = changes.memories.map((each) => ({ ...each, memory: fromKept(toKept(each.memory)) }))
    const gone = { ...memories.find(({ rule }) => rule === 'delayed')!, rule: 'gone' }
    const log: LogEntry[] = [{ n: 7, atMs: BEGIN, rows: [], heard: [], alarms: [], disclosures: [] }]
    const next = await room({
      loaded: {
        n: 7,
        records: 12,
        promisedMs: BEGIN + 500,
        awakeMs: BEGIN + 9,
        deafUntilMs: BEGIN - 3,
        entities: changes.entities,
        memories: [...memories, gone, { ...gone, kind: 'Gone' }],
        standing: changes.alarms,
        disclosures: changes.disclosures,
        log,
      },
    })
    const { state, streamId } = next.authority
    expect([streamId, state.records, state.awakeMs, state.deafUntilMs]).toEqual(['s', 12, BEGIN + 9, BEGIN - 3])
    expect(next.began).toEqual([[log, BEGIN + 500]])
    expect([...state.entities.get('Pump')!.keys()]).toEqual(['P-1', 'P-2'])
    expect([...state.entities.get('Pump')!.get('P-1')!.memories.keys()].sort()).toEqual(
      [...new Set(changes.memories.filter(({ id }) => id === 'P-1').map(({ rule }) => rule))].sort(),
    )
    expect(state.due.size()).toBe(first.authority.state.due.size())
    expect([[...state.standing.keys()], [...state.disclosures.keys()]]).toEqual([
      changes.alarms.map(({ id }) => id),
      changes.disclosures.map(({ id }) => id),
    ])
    // Behind what was promised nothing is told: time begins after it.
    expect([next.authority.settledMs(), next.authority.nowMs()]).toEqual([BEGIN + 501, BEGIN + 501])
    await next.post([level(1, 1)])
    expect(next.commits).toMatchObject([{ n: 8, changes: { records: [{ at: 13 }] } }])
  })

  test('makes ids that nobody can guess, of alarms and of disclosures', async () => {
    const { post, commits } = await room()
    await post(Array.from({ length: 20 }, (_, i) => level(0, 10, { id: `P-${i}` })))
    const { alarms, disclosures } = commits[0]!.changes
    const ids = [...alarms, ...disclosures].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id } of alarms) expect(id).toMatch(/^a-[\w-]{12}$/)
    for (const { id } of disclosures) expect(id).toMatch(/^d-[\w-]{12}$/)
    expect(disclosures.length).toBe(20)
  })
})

describe('a commit', () => {
  test('is counted on, is later than the one before, and promises two seconds ahead', async () => {
    const { post, commits, told, pass } = await room()
    await post([level(0, 1)])
    await post([level(1, 2)])
    pass(5_000)
    await post([level(2, 3)])
    expect(commits.map(({ n, promisedMs, changes }) => [n, changes.nowMs - BEGIN, promisedMs - BEGIN])).toEqual([
      [1, 0, 2_000],
      [2, 1, 2_001],
      [3, 5_000, 7_000],
    ])
    expect(told.map(({ n, atMs, rows }) => [n, atMs - BEGIN, rows.length])).toEqual([
      [1, 0, 1],
      [2, 1, 1],
      [3, 5_000, 1],
    ])
    expect(commits[0]!.masks.length).toBe(1)
  })

  test('promises no less than was promised before', async () => {
    const { post, commits, authority, pass, asked } = await room({ loaded: { promisedMs: BEGIN + 60_000 } })
    await post([level(0, 1)])
    expect(commits[0]!.promisedMs).toBe(BEGIN + 62_001)
    await authority.promise(BEGIN + 62_001)
    expect(asked.promised).toEqual([])
    pass(500)
    await post([level(1, 1)])
    expect(commits[1]!.promisedMs).toBeGreaterThanOrEqual(BEGIN + 62_001)
  })

  test('that fails is not remembered: the next has its number, and what was sent again is new', async () => {
    let isBroken = true
    const { post, commits, authority, asked } = await room({ fails: () => isBroken })
    expect(await settled(post([level(0, 10)]))).toEqual(['store-failed'])
    expect([authority.state.records, authority.state.standing.size]).toEqual([0, 0])
    isBroken = false
    expect(await post([level(0, 10)])).toEqual({ accepted: 1, repeated: 0, told: [] })
    expect([commits.map(({ n }) => n), asked.known]).toEqual([[1], []])
  })

  test('of a tick that changes nothing is none; that somebody listens is noted each 15 s, or by a commit', async () => {
    const { authority, pass, post, asked, commits } = await room({ loaded: { awakeMs: BEGIN, deafUntilMs: 5 } })
    const tick = async (ms: number) => {
      pass(ms)
      await authority.tick()
      return asked.promised.length
    }
    expect([await tick(14_999), await tick(1), await tick(14_999)]).toEqual([0, 1, 1])
    pass(1)
    await post([level(0, 1)])
    expect([await tick(14_999), await tick(1)]).toEqual([1, 2])
    expect(asked.promised).toEqual([
      { awakeMs: BEGIN + 15_000, deafUntilMs: 5, promisedMs: BEGIN + 17_000 },
      { awakeMs: BEGIN + 45_000, deafUntilMs: 5, promisedMs: BEGIN + 47_000 },
    ])
    expect([commits.length, authority.state.awakeMs - BEGIN]).toEqual([1, 45_000])
  })
})

describe('time', () => {
  test('is settled up to now while nothing is under way, and never goes back', async () => {
    const { authority, pass } = await room()
    pass(300)
    expect(authority.settledMs()).toBe(BEGIN + 300)
    pass(-200)
    expect(authority.settledMs()).toBe(BEGIN + 300)
  })

  test('that is promised already is not noted again, another is with two seconds, and what is further ahead is refused', async () => {
    const { authority, asked, pass } = await room({ loaded: { awakeMs: BEGIN - 7, deafUntilMs: 3 } })
    await authority.promise(BEGIN + 2_000)
    await authority.promise(BEGIN + 2_000)
    expect(asked.promised).toEqual([{ awakeMs: BEGIN - 7, deafUntilMs: 3, promisedMs: BEGIN + 2_000 }])
    pass(1)
    await authority.promise(BEGIN + 2_001)
    expect(asked.promised.length).toBe(2)
    await expect(authority.promise(BEGIN + 2_002)).rejects.toThrow(`time ${BEGIN + 2_002} is ahead of the clock`)
  })
})

describe('a stop', () => {
  test('notes until when it heard, where that was not noted yet', async () => {
    const { authority, asked, pass, post } = await room({ loaded: { awakeMs: BEGIN } })
    await post([level(0, 1)])
    pass(9_000)
    await authority.tick()
    expect(asked.promised).toEqual([])
    await authority.close()
    expect(asked.promised).toEqual([{ awakeMs: BEGIN + 9_000, deafUntilMs: 0, promisedMs: BEGIN + 2_000 }])
    expect(await settled(authority.tick())).toEqual(['store-failed'])
    const still = await room({ loaded: { awakeMs: BEGIN } })
    await still.authority.close()
    expect(still.asked.promised).toEqual([])
  })
})

describe('what the store knows', () => {
  test('is asked of records that may have come before: not of new entities, nor of numbers above all that were heard', async () => {
    const { post, asked } = await room()
    const numbered = (seq: number, more: object = {}) => ({ boot: 1, seq, t: BEGIN + seq, properties: { level: 1 }, ...more })
    await post([numbered(5), { t: BEGIN, id: 'P-2', properties: {} }])
    expect(asked.known).toEqual([])
    await post([
      numbered(6),
      numbered(5),
      numbered(4),
      { t: BEGIN + 9, properties: {} },
      numbered(1, { boot: 2 }),
      numbered(9, { id: 'P-9' }),
    ])
    expect(asked.known.map((records) => records.map(({ id, numbers }) => [id, numbers]))).toEqual([
      [
        ['P-1', [1, 5]],
        ['P-1', [1, 4]],
        ['P-1', null],
      ],
    ])
  })

  test('is known of the record that it was asked for', async () => {
    const { post, answers, authority } = await room()
    await post([{ t: BEGIN, properties: { level: 1 } }])
    answers.known = [undefined, { same: { receivedMs: BEGIN, source: 'gateway', isTimed: true }, usedIn: [] }]
    expect(
      await post([
        { t: BEGIN + 1, properties: { level: 2 } },
        { t: BEGIN + 2, properties: { level: 3 } },
      ]),
    ).toMatchObject({
      accepted: 1,
      repeated: 1,
    })
    expect(authority.state.entities.get('Pump')!.get('P-1')!.state.properties['level']?.value).toBe(2)
  })

  test('of samples is asked once for each entity, from where the first of its rules begins, and the turn is judged again with it', async () => {
    const first = await room()
    for (const t of [0, 2, 4]) {
      await first.post([level(t * MINUTE, 1, { boot: 1, seq: t }), level(t * MINUTE, 1, { boot: 1, seq: t, id: 'P-2' })])
      first.pass(2 * MINUTE)
    }
    const { state } = first.authority
    const entities = [...state.entities.get('Pump')!.values()]
    const memories = entities.flatMap((entity) =>
      [...entity.memories].map(([rule, memory]) => {
        const kept = fromKept(toKept(memory))
        // Rules begin at times of their own; `lingering` has all of its samples in the store.
        const baseMark = { high: { t: BEGIN + MINUTE, at: 1 }, delayed: { t: BEGIN, at: 1 } }[rule]
        return {
          kind: 'Pump',
          id: entity.state.id,
          rule,
          memory: kept.type === 'sampled' && baseMark !== undefined ? { ...kept, baseMark } : kept,
        }
      }),
    )
    const of = async (only: (rule: string) => boolean) => {
      const next = await room({
        loaded: { entities: entities.map((each) => each.state), memories: memories.filter(({ rule }) => only(rule)), records: 6 },
      })
      next.pass(6 * MINUTE)
      next.answers.cold = [[{ t: BEGIN + 2 * MINUTE, at: 3, words: { high: [3] } }]]
      const outcome = await next.post([level(3 * MINUTE, 1, { boot: 1, seq: 3 }), level(3 * MINUTE + 1, 1, { boot: 1, seq: 3, id: 'P-2' })])
      return { next, outcome }
    }
    const { next, outcome } = await of((rule) => rule === 'high' || rule === 'delayed')
    expect(outcome).toMatchObject({ accepted: 2 })
    expect(next.asked.cold).toEqual([['P-1', 'P-2'].map((id) => ({ kind: 'Pump', id, fromMs: BEGIN }))])
    // That of the first alone said that it was above its limit.
    expect(next.standing().filter((line) => line.includes('high'))).toEqual(['P-1 high returned-unacknowledged'])
    expect((await of(() => true)).next.asked.cold[0]!.map(({ fromMs }) => fromMs)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ])
  })
})

describe('what the store refuses', () => {
  const isBad =
    (...bad: string[]) =>
    ({ changes }: Commit) =>
      changes.records.some(({ record }) => bad.includes(record.id)) || changes.actions.some(({ by }) => bad.includes(by))
  const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => level(0, 1, { id: `P-${from + i}` }))

  test('is divided by half until it stands alone, and told to its post at its place', async () => {
    const { post, commits, tried } = await room({ isRefused: isBad('P-5') })
    expect(await post(many(9))).toEqual({
      accepted: 8,
      repeated: 0,
      told: [{ index: 5, code: 'store-refused', message: 'Pump P-5: the database refuses it' }],
    })
    expect(tried).toEqual([9, 4, 5, 2, 1, 1, 3])
    expect(doneOf(commits)).toEqual(['P-0,P-1,P-2,P-3', 'P-4', 'P-6,P-7,P-8'])
  })

  test('alone is told at once, without another try, and a long id is cut', async () => {
    const id = 'x'.repeat(60)
    const { post, tried } = await room({ isRefused: isBad(id) })
    expect((await post([level(0, 1, { id })])).told).toMatchObject([
      { index: 0, message: `Pump ${'x'.repeat(40)}: the database refuses it` },
    ])
    expect(tried).toEqual([1])
  })

  test('is divided over posts of several sources, each of which keeps its order and is answered once', async () => {
    const { post, commits } = await room({ isRefused: isBad('P-1', 'P-10', 'P-19') })
    const [first, ...others] = [post(many(1, 90)), post(many(3), 'one'), post(many(1, 10), 'two'), post(many(4, 16), 'three')]
    await first
    expect((await Promise.all(others)).map(({ accepted, told }) => [accepted, told.map(({ index }) => index)])).toEqual([
      [2, [1]],
      [0, [0]],
      [3, [3]],
    ])
    expect(doneOf(commits.slice(1)).join()).toBe('P-0,P-2,P-16,P-17,P-18')
  })

  test('stands apart of actions: records first, then each action by itself', async () => {
    const { post, authority, commits, standing, tried } = await room({ isRefused: isBad('bad') })
    await post([level(0, 10, { id: 'P-1' }), level(0, 10, { id: 'P-2' })])
    const [one, two] = [...authority.state.standing.values()].filter(({ rule }) => rule === 'high')
    const act = (n: number, alarm: string, by: string) => authority.act({ key: key(n), type: 'acknowledge', alarm, count: 1, by })
    await new Promise(setImmediate)
    // The first holds the store, so that all others come into one turn.
    const first = post(many(1, 90))
    const both = settled(post(many(2, 80)), act(1, one!.id, 'bad'), act(2, two!.id, 'li'))
    await first
    expect(await both).toEqual([{ accepted: 2, repeated: 0, told: [] }, 'store-refused', { key: key(2), state: 'pending' }])
    expect(doneOf(commits.slice(2))).toEqual(['P-80,P-81', 'li'])
    expect(standing().filter((line) => line.includes('high'))).toEqual(['P-1 high unacknowledged', 'P-2 high acknowledged'])
    const before = tried.length
    expect(await settled(act(3, one!.id, 'bad'), act(4, one!.id, 'wang'))).toEqual(['store-refused', { key: key(4), state: 'pending' }])
    expect(tried.slice(before)).toEqual([0, 0, 0])
  })

  test('where nothing of it can be refused, as by a tick, is a fault that who let time pass is told', async () => {
    const { post, authority, pass } = await room({ isRefused: ({ changes }) => changes.records.length === 0 })
    await post([level(0, 25)])
    pass(MINUTE)
    await authority.tick()
    // A delay runs out: there is a commit to make, of nothing that anybody sent.
    pass(3 * MINUTE)
    expect(await settled(authority.tick())).toEqual(['store-refused'])
  })

  test('and what fails is another thing: the whole turn fails, and nothing is divided', async () => {
    const { post, tried, authority } = await room({ fails: isBad('P-5') })
    expect(await settled(post(many(9)))).toEqual(['store-failed'])
    expect([tried, authority.state.records]).toEqual([[9], 0])
  })
})

describe('an action', () => {
  const act = (n: number, alarm: string, by: string, more: Partial<ActionBy> = {}) =>
    ({ key: key(n), type: 'acknowledge', alarm, count: 1, by, ...more }) as ActionBy

  test('of a key is one in a turn; the next of that key is answered by what the store says of the first', async () => {
    const { post, authority, asked, commits } = await room()
    await post([level(0, 10)])
    const { id } = [...authority.state.standing.values()].find(({ rule }) => rule === 'high')!
    const outcomes = await settled(authority.act(act(1, id, 'li')), authority.act(act(1, id, 'wang')), authority.act(act(2, id, 'wu')))
    expect(outcomes).toEqual([
      { key: key(1), state: 'pending' },
      { key: key(1), state: 'done', by: 'li' },
      { key: key(2), state: 'done', by: 'li' },
    ])
    expect(asked.actions.slice().sort()).toEqual([key(1), key(1), key(2)])
    // What the store knows the answer of is not judged again.
    expect(
      commits
        .slice(1)
        .flatMap(({ changes }) => changes.actions.map(({ by }) => by))
        .sort(),
    ).toEqual(['li', 'wu'])
  })

  test('with the key of another is refused, be it about another alarm or of another type', async () => {
    const { post, authority } = await room()
    await post([level(0, 10)])
    const { id } = [...authority.state.standing.values()].find(({ rule }) => rule === 'high')!
    await authority.act(act(1, id, 'li'))
    const reused = { error: { code: 'key-reused', details: { key: key(1) } } }
    expect(await authority.act(act(1, 'a-other', 'li'))).toMatchObject(reused)
    expect(await authority.act({ key: key(1), type: 'take', alarm: id, by: 'li' })).toMatchObject(reused)
  })

  test('that had no effect may be done again with its key', async () => {
    const { post, authority } = await room()
    await post([level(0, 10)])
    const { id } = [...authority.state.standing.values()].find(({ rule }) => rule === 'high')!
    expect(await authority.act(act(1, id, 'li', { count: 2 } as Partial<ActionBy>))).toMatchObject({ error: { code: 'request-invalid' } })
    expect(await authority.act(act(1, id, 'li'))).toEqual({ key: key(1), state: 'pending' })
  })

  test('on what stands no more is answered by who was first', async () => {
    const { post, authority, pass } = await room()
    await post([level(0, 10)])
    const alarm = [...authority.state.standing.values()].find(({ rule }) => rule === 'high')!
    const [disclosure] = [...authority.state.disclosures.values()]
    await authority.act({ key: key(1), type: 'take', alarm: disclosure!.id, by: 'zhao' })
    await authority.act(act(2, alarm.id, 'li'))
    pass(10)
    await post([level(10, 1)])
    expect([authority.state.standing.has(alarm.id), authority.state.disclosures.size]).toEqual([false, 0])
    expect(await authority.act(act(3, alarm.id, 'wang'))).toEqual({ key: key(3), state: 'done', by: 'li' })
    expect(await authority.act({ key: key(4), type: 'take', alarm: disclosure!.id, by: 'wang' })).toEqual({
      key: key(4),
      state: 'done',
      by: 'zhao',
    })
    expect(await authority.act({ key: key(5), type: 'done', alarm: disclosure!.id, by: 'wang' })).toMatchObject({
      error: { code: 'alarm-unknown' },
    })
    expect(await settled(authority.act(act(6, 'a-never', 'wang')))).toMatchObject([{ error: { code: 'alarm-unknown' } }])
  })
})

test('a post without records is answered at once, also while the server stops', async () => {
  const { authority, tried } = await room()
  await authority.close()
  expect(await authority.ingest('gateway', [])).toEqual({ accepted: 0, repeated: 0, told: [] })
  expect(tried).toEqual([])
})

test('a large post is answered once all of its parts are kept, and of one that failed the rest is not taken', async () => {
  let commitsLeft = Number.POSITIVE_INFINITY
  const { post, tried, authority } = await room({ fails: () => --commitsLeft < 0 })
  const many = Array.from({ length: 2_500 }, (_, i) => level(0, 1, { id: `P-${i}` }))
  expect(await post(many)).toEqual({ accepted: 2_500, repeated: 0, told: [] })
  expect(tried).toEqual([1_000, 1_000, 500])
  commitsLeft = 1
  const again = post(many.map((each) => ({ ...each, t: BEGIN + 1 })))
  expect(await settled(again)).toEqual(['store-failed'])
  await authority.tick()
  expect(tried.slice(3)).toEqual([1_000, 1_000])
  expect(authority.state.records).toBe(3_500)
})
