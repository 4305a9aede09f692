import { expect, test } from 'vitest'
import { type IntakeTown, intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'

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
