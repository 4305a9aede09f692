import { expect, test } from 'vitest'
import { alarm, help, helping, NOW_MS } from '../../test/fake-twin.ts'
import { actsOf } from './alarm-acts.ts'

const by = { by: 'li', atMs: NOW_MS }
const behind = alarm('a', { rule: 'bloodPressureCritical' })

test('an alarm that waits is acknowledged, any other is not', () => {
  expect(actsOf(alarm('a'), [], helping)).toEqual(['acknowledge'])
  expect(actsOf(alarm('a', { state: 'returned-unacknowledged' }), [], helping)).toEqual(['acknowledge'])
  expect(actsOf(alarm('a', { state: 'acknowledged', acknowledged: by }), [], helping)).toEqual([])
})

test('a disclosure is taken once and reported done once, and never acknowledged', () => {
  expect(actsOf(help('d'), [], helping)).toEqual(['take', 'done'])
  expect(actsOf(help('d', { state: 'acknowledged', acknowledged: by }), [], helping)).toEqual(['done'])
  expect(actsOf(help('d', { state: 'acknowledged', acknowledged: by, done: by }), [], helping)).toEqual([])
})

test('it is withdrawn by whoever sees an alarm behind it', () => {
  const taken = help('d', { state: 'acknowledged', acknowledged: by, done: by })
  expect(actsOf(taken, [taken, behind], helping)).toEqual(['withdraw'])
  expect(actsOf(help('d'), [{ ...behind, state: 'acknowledged' }], helping)).toEqual(['take', 'done', 'withdraw'])
})

test.each([
  ['of another rule', { rule: 'sos' }],
  ['of a rule that the kind does not know', { rule: 'constructor' }],
  ['of another person', { entity: 'w-2' }],
  ['of another kind', { kind: 'Manhole' }],
  ['of another feed', { feed: 'second' }],
  ['that ended', { state: 'normal' }],
  ['that is a disclosure too', { rule: null, as: 'needsHelp' }],
] as const)('an alarm %s is not behind it', (_, more) => {
  expect(actsOf(help('d'), [{ ...behind, ...more }], helping)).toEqual(['take', 'done'])
})

test('nor is one whose rule discloses something else', () => {
  expect(actsOf(help('d', { as: 'other' }), [behind], helping)).toEqual(['take', 'done'])
})
