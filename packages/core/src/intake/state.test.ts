import { expect, test } from 'vitest'
import { intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import { createEntity, type EntityState } from './merge.ts'
import { adoptAlarm, adoptEntity, adoptMemory, createIntakeState } from './state.ts'

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
