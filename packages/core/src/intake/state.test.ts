import { expect, test } from 'vitest'
import { intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import type { KeptDisclosure } from '../alarms/disclosure.ts'
import type { SampledMemory } from '../alarms/judge.ts'
import { type KeptAlarm, raiseAlarm } from '../alarms/life-cycle.ts'
import { createEntity, type EntityState } from './merge.ts'
import {
  adopt,
  adoptAlarm,
  adoptEntity,
  adoptMemory,
  createIntakeState,
  entityIn,
  type IntakeChanges,
  type IntakeState,
  isEmpty,
} from './state.ts'

const MINUTE = 60_000

test('an entity that is heard in a backlog costs the same, however many others there are', () => {
  const looksFor = (others: number): number => {
    const state = createIntakeState()
    let looks = 0
    const watched = (id: string, heardMs: number): EntityState => {
      const get = () => {
        looks++
        return heardMs
      }
      return Object.defineProperty({ ...createEntity('Pump', id) }, 'heardMs', { enumerable: true, get })
    }
    for (let i = 0; i < others; i++) adoptEntity(state, watched(`P-${i}`, START + i))
    looks = 0
    for (let i = 0; i < 10; i++) adoptEntity(state, watched(`P-${i}`, START + i + 0.5))
    return looks
  }
  expect(looksFor(1_000)).toBe(looksFor(20))
})

/** A town that listens each minute, because nobody is silent before one who does not listen. */
function listening() {
  const town = intakeTown(KINDS, { base: { kind: 'Band' } })
  let minute = 0
  const silent: string[] = []
  const until = (next: number): void => {
    while (minute < next) for (const { entity } of town.tick(++minute * MINUTE).alarms) silent.push(`${entity} ${minute}`)
  }
  const tell = (at: number, id: string, tMinute = at): void => {
    until(at)
    town.post(at * MINUTE, { id, t: START + tMinute * MINUTE, sentAt: START + at * MINUTE, properties: { pulse: 70 } })
  }
  return { town, tell, until, silent }
}

test('silence finds each entity at its own time, in whatever order they were heard, and after a restart too', () => {
  for (const restarts of [false, true]) {
    const { town, tell, until, silent } = listening()
    tell(0, 'B-old')
    tell(5, 'B-mid')
    tell(20, 'B-new')
    // Heard in a backlog: of a known one, and of one that was never heard before.
    tell(21, 'B-old', 9)
    tell(21, 'B-late', 7)
    if (restarts) town.restart()
    until(50)
    expect(silent).toEqual(['B-mid 30', 'B-late 32', 'B-old 34', 'B-new 45'])
  }
})

test('one that was heard in a backlog is heard live again, and falls silent from then on', () => {
  const { tell, until, silent } = listening()
  tell(0, 'B-1')
  tell(20, 'B-2')
  tell(21, 'B-1', 9)
  tell(22, 'B-1')
  until(50)
  expect(silent).toEqual(['B-2 45', 'B-1 47'])
})

test('a memory or an alarm without an entity is refused, because nobody could be told whose it is', () => {
  const state = createIntakeState()
  expect(() => adoptMemory(state, 'Pump', 'P-1', 'silent', { type: 'silent', raised: true })).toThrow('Pump P-1')
  expect(() => adoptAlarm(state, { kind: 'Pump', entity: 'P-1' } as never)).toThrow('Pump P-1')
})

test('a delay that moves with each sample waits in the queue once', () => {
  const town = intakeTown(KINDS, { base: { kind: 'Pump', id: 'P-1' } })
  for (let i = 0; i < 50; i++) {
    // Its records are ever longer on their way, so that the delay runs out later with each.
    town.post(i * 50, { t: START + i * 40, properties: { level: 25 } })
    expect(town.state().due.size()).toBe(1)
  }
  const raised: number[] = []
  for (let atMs = 2_500; atMs < 5_000; atMs += 100) if (town.tick(atMs).alarms.some(({ rule }) => rule === 'delayed')) raised.push(atMs)
  expect(raised).toEqual([3_500])
})

const NO_CHANGES: IntakeChanges = {
  nowMs: START,
  records: [],
  rows: [],
  heard: [],
  posts: [],
  entities: [],
  checkpoints: [],
  memories: [],
  alarms: [],
  disclosures: [],
  actions: [],
  deafUntilMs: 0,
  missing: [],
}
const at = (id: string, heardMs: number, more: Partial<EntityState> = {}): EntityState => ({
  ...createEntity('Pump', id),
  heardMs,
  ...more,
})
const orderOf = (state: IntakeState) => [...state.entities.get('Pump')!.keys()]
const straysOf = (state: IntakeState) => [...(state.strays.get('Pump') ?? [])]

test('begins with nothing, at no time', () => {
  expect(createIntakeState()).toMatchObject({ records: 0, awakeMs: 0, deafUntilMs: 0 })
})

test('is empty without records, states, memories, alarms, disclosures and actions, whatever else it says', () => {
  const kept = ['records', 'entities', 'memories', 'alarms', 'disclosures', 'actions'] as const
  const rest = ['rows', 'heard', 'posts', 'checkpoints', 'missing'] as const
  expect(isEmpty(NO_CHANGES)).toBe(true)
  for (const name of kept) expect([name, isEmpty({ ...NO_CHANGES, [name]: [{}] })]).toEqual([name, false])
  for (const name of rest) expect([name, isEmpty({ ...NO_CHANGES, [name]: [{}] })]).toEqual([name, true])
})

test('takes over how many records there are, and the later time of two inputs', () => {
  const state = createIntakeState()
  adopt(state, { ...NO_CHANGES, nowMs: 50, records: [{}, {}] as never, deafUntilMs: 7 })
  adopt(state, { ...NO_CHANGES, nowMs: 40, records: [{}] as never, deafUntilMs: 9 })
  expect(state).toMatchObject({ records: 3, awakeMs: 50, deafUntilMs: 9 })
})

test('those of a kind stand in the order in which they were heard last, but for those that were heard in a backlog', () => {
  const state = createIntakeState()
  const hear = (id: string, heardMs: number, more?: Partial<EntityState>) => {
    adoptEntity(state, at(id, heardMs, more))
    return [orderOf(state), straysOf(state), state.lastHeardMs.get('Pump')]
  }
  expect(hear('P-1', 10)).toEqual([['P-1'], [], 10])
  expect(hear('P-2', 10)).toEqual([['P-1', 'P-2'], [], 10])
  expect(hear('P-3', 20)).toEqual([['P-1', 'P-2', 'P-3'], [], 20])
  // What is new of it is no news of when it was heard.
  expect(hear('P-1', 10, { kept: 5 })).toEqual([['P-1', 'P-2', 'P-3'], [], 20])
  expect(entityIn(state, 'Pump', 'P-1')?.state.kept).toBe(5)
  expect(hear('P-1', 19)).toEqual([['P-2', 'P-3', 'P-1'], ['P-1'], 20])
  expect(hear('P-4', Number.NEGATIVE_INFINITY)).toEqual([['P-2', 'P-3', 'P-1', 'P-4'], ['P-1', 'P-4'], 20])
  expect(hear('P-1', 20)).toEqual([['P-2', 'P-3', 'P-4', 'P-1'], ['P-4'], 20])
  expect(hear('P-4', 21)).toEqual([['P-2', 'P-3', 'P-1', 'P-4'], [], 21])
  adoptEntity(state, { ...at('X', 5), kind: 'Valve' })
  expect([state.lastHeardMs.get('Valve'), state.strays.has('Valve')]).toEqual([5, false])
})

test('an entity keeps what is remembered of it, whenever it was heard', () => {
  const state = createIntakeState()
  adoptEntity(state, at('P-1', 10))
  const memory = { type: 'silent', raised: true } as const
  adopt(state, { ...NO_CHANGES, entities: [at('P-1', 20)], memories: [{ kind: 'Pump', id: 'P-1', rule: 'silent', memory }] })
  adoptEntity(state, at('P-1', 5))
  expect([...entityIn(state, 'Pump', 'P-1')!.memories]).toEqual([['silent', memory]])
})

const sos = (more: Partial<KeptAlarm> = {}): KeptAlarm => ({
  ...raiseAlarm(
    { id: 'a-1', kind: 'Pump', entity: 'P-1', name: 'high', rule: KINDS.get('Pump')!.alarms['high']! },
    { type: 'occur', atMs: START, overMs: null, nowMs: START, place: null },
  ),
  ...more,
})

test('an alarm stands by its id and by its rule, and as neither once it ended', () => {
  const state = createIntakeState()
  adoptEntity(state, at('P-1', 10))
  const { standing } = entityIn(state, 'Pump', 'P-1')!
  const stands = () => [[...state.standing.keys()], [...standing].map(([rule, { id, state: now }]) => `${rule} ${id} ${now}`)]
  adopt(state, { ...NO_CHANGES, alarms: [sos(), sos({ id: 'a-2', rule: 'delayed' })] })
  expect(stands()).toEqual([
    ['a-1', 'a-2'],
    ['high a-1 unacknowledged', 'delayed a-2 unacknowledged'],
  ])
  adopt(state, { ...NO_CHANGES, alarms: [sos({ state: 'normal' }), sos({ id: 'a-3' })] })
  expect(stands()).toEqual([
    ['a-2', 'a-3'],
    ['delayed a-2 unacknowledged', 'high a-3 unacknowledged'],
  ])
})

test('a disclosure stands by its id and by its name until it ended; withdrawn it stands', () => {
  const state = createIntakeState()
  adoptEntity(state, at('P-1', 10))
  const one = (id: string, now: KeptDisclosure['state']) =>
    ({ id, kind: 'Pump', entity: 'P-1', as: 'help', state: now }) as Partial<KeptDisclosure> as KeptDisclosure
  const { disclosures } = entityIn(state, 'Pump', 'P-1')!
  const stands = () => [[...state.disclosures.keys()], [...disclosures].map(([as, { id, state: now }]) => `${as} ${id} ${now}`)]
  adopt(state, { ...NO_CHANGES, disclosures: [one('d-1', 'open')] })
  expect(stands()).toEqual([['d-1'], ['help d-1 open']])
  adopt(state, { ...NO_CHANGES, disclosures: [one('d-1', 'withdrawn')] })
  expect(stands()).toEqual([['d-1'], ['help d-1 withdrawn']])
  adopt(state, { ...NO_CHANGES, disclosures: [one('d-1', 'ended'), one('d-2', 'open')] })
  expect(stands()).toEqual([['d-2'], ['help d-2 open']])
  adopt(state, { ...NO_CHANGES, disclosures: [one('d-2', 'ended')] })
  expect(stands()).toEqual([[], []])
})

test('what is due waits once in the queue, by its earliest time; looked at, it waits again for a time that moved', () => {
  const state = createIntakeState()
  adoptEntity(state, at('P-1', 10))
  const entity = entityIn(state, 'Pump', 'P-1')!
  const waits = () => [[...entity.queuedMs], state.due.size()]
  const wait = (dueMs: number | null) => ({ kind: 'Pump', id: 'P-1', rule: 'high', memory: { type: 'sampled', dueMs } as SampledMemory })
  const adoptAt = (nowMs: number, more: Partial<IntakeChanges>) => {
    adopt(state, { ...NO_CHANGES, nowMs, ...more })
    return waits()
  }
  expect(adoptAt(0, { memories: [wait(null)] })).toEqual([[], 0])
  expect(adoptAt(0, { memories: [{ ...wait(null), rule: 'silent', memory: { type: 'silent', raised: true } }] })).toEqual([[], 0])
  expect(adoptAt(0, { memories: [wait(100)] })).toEqual([[['high', 100]], 1])
  expect(adoptAt(0, { memories: [wait(100)] })).toEqual([[['high', 100]], 1])
  expect(adoptAt(0, { memories: [wait(300)] })).toEqual([[['high', 100]], 1])
  expect(adoptAt(0, { memories: [wait(90)] })).toEqual([[['high', 90]], 2])
  expect(adoptAt(0, { alarms: [sos({ escalatesAtMs: 95 })] })).toEqual([
    [
      ['high', 90],
      ['a-1', 95],
    ],
    3,
  ])
  // Both are looked at: the delay runs until 300 by now, and the alarm escalates at 400.
  expect(adoptAt(99, { memories: [wait(300)], alarms: [sos({ escalatesAtMs: 400 })] })).toEqual([
    [
      ['high', 300],
      ['a-1', 400],
    ],
    3,
  ])
  // What it waited for before it was to come earlier is of no use any more.
  expect(adoptAt(299, {})).toEqual([
    [
      ['high', 300],
      ['a-1', 400],
    ],
    2,
  ])
  expect(adoptAt(400, { memories: [wait(null)], alarms: [sos({ escalatesAtMs: null })] })).toEqual([[], 0])
})

test('the escalation of an alarm that ended is looked at once more, and waits no longer', () => {
  const state = createIntakeState()
  adoptEntity(state, at('P-1', 10))
  adopt(state, { ...NO_CHANGES, nowMs: 0, alarms: [sos({ escalatesAtMs: 50 }), sos({ escalatesAtMs: 60 })] })
  adopt(state, { ...NO_CHANGES, nowMs: 55 })
  expect([[...entityIn(state, 'Pump', 'P-1')!.queuedMs], state.due.size()]).toEqual([[['a-1', 60]], 1])
  adopt(state, { ...NO_CHANGES, nowMs: 57, alarms: [sos({ state: 'normal' })] })
  adopt(state, { ...NO_CHANGES, nowMs: 60 })
  expect([[...entityIn(state, 'Pump', 'P-1')!.queuedMs], state.due.size()]).toEqual([[], 0])
})
