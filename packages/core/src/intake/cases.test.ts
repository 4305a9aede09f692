import { expect, test } from 'vitest'
import { type IntakeTown, intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import { type CompiledRule, compileRules } from '../alarms/compile-rule.ts'
import { toKept } from '../alarms/judge.ts'
import { lengthOf } from '../alarms/sample-log.ts'
import { CHECKPOINT_RECORDS } from './intake.ts'

// Steps against a running server that went wrong once, each with the right outcome. A pump has `high` (above 9, deadband 0.5), `delayed`
// (above 20 for 3 s) and is silent after 2.5 s; a band is a wristband in small, with an interval of 10 minutes.
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const KEY = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const town = () => intakeTown(KINDS)
const pump = (id: string, atMs: number, properties: object, more: object = {}) => ({
  kind: 'Pump',
  id,
  t: START + atMs,
  properties,
  ...more,
})
const band = (atMs: number, properties: object, more: object = {}) => ({ kind: 'Band', id: 'B-1', t: START + atMs, properties, ...more })
const standing = (made: IntakeTown, rule?: string) =>
  [...made.state().standing.values()]
    .filter((alarm) => rule === undefined || alarm.rule === rule)
    .map((alarm) => `${alarm.entity} ${alarm.rule} ${alarm.state} ${alarm.count}`)
    .sort()
const acknowledge = (made: IntakeTown, atMs: number, entity: string, rule: string) => {
  const alarm = [...made.state().standing.values()].find((each) => each.entity === entity && each.rule === rule)!
  made.act(atMs, { key: KEY(atMs), type: 'acknowledge', alarm: alarm.id, count: alarm.count, by: 'li' })
}
const stateOf = (made: IntakeTown, kind: string, id: string) => made.state().entities.get(kind)!.get(id)!.state

test('after a restart an acknowledged alarm ends with its own device alone', () => {
  const made = town()
  made.post(0, pump('A', 0, { level: 10 }), pump('B', 0, { level: 10 }))
  acknowledge(made, 10, 'A', 'high')
  acknowledge(made, 20, 'B', 'high')
  made.restart()
  made.post(SECOND, pump('A', SECOND, { level: 1 }))
  expect(standing(made, 'high')).toEqual(['B high acknowledged 1'])
})

test('a delay that ran while the server was down is over when it is back, at its own time', () => {
  const made = town()
  made.post(0, pump('C', 0, { level: 25 }))
  made.restart()
  made.tick(4 * SECOND)
  expect(standing(made, 'delayed')).toEqual(['C delayed unacknowledged 1'])
  expect([...made.state().standing.values()].find(({ rule }) => rule === 'delayed')?.raisedMs).toBe(START + 3 * SECOND)
})

test('a silent alarm that was acknowledged ends with the first report after a restart', () => {
  const made = town()
  made.post(0, pump('D', 0, { level: 1 }))
  for (let at = SECOND; at <= 5 * SECOND; at += SECOND) made.tick(at)
  acknowledge(made, 5 * SECOND + 1, 'D', 'silent')
  made.restart()
  made.post(66 * SECOND, pump('D', 66 * SECOND, { level: 1 }))
  expect(standing(made)).toEqual([])
})

test.each([
  ['1970', (nowMs: number) => nowMs - START],
  ['1,024 weeks back', (nowMs: number) => nowMs - 1_024 * 7 * DAY],
  ['in seconds', (nowMs: number) => Math.floor(nowMs / 1_000)],
  ['an hour slow', (nowMs: number) => nowMs - HOUR],
  ['an hour fast', (nowMs: number) => nowMs + HOUR],
])('a device whose clock is suddenly %s presses at once, and shows its values from the second report on', (_, clockAt) => {
  const made = town()
  for (const at of [0, 10 * MINUTE]) made.post(at, band(at, { pulse: 70 }))
  const report = (atMs: number, properties: object) => made.post(atMs, { ...band(0, properties), t: clockAt(START + atMs) })
  report(20 * MINUTE, { sos: 'pressed', pulse: 80 })
  expect(standing(made, 'sos')).toEqual(['B-1 sos unacknowledged 1'])
  const { posts } = report(30 * MINUTE, { pulse: 90 })
  expect(stateOf(made, 'Band', 'B-1').properties['pulse']?.value).toBe(90)
  expect(posts[0]?.told.map(({ code }) => code)).toEqual([clockAt(START) > START ? 'time-ahead' : 'time-behind'])
  const { offMs } = stateOf(made, 'Band', 'B-1').clock
  expect(Math.abs(offMs! - (clockAt(START + 30 * MINUTE) - (START + 30 * MINUTE)))).toBeLessThan(MINUTE)
})

test('a record of a rule with a long delay costs the same at the 900th sample as at the 10th', () => {
  const made = town()
  const sizes: number[] = []
  const kept: number[] = []
  for (let i = 1; i <= 900; i++) {
    const changes = made.post(i * SECOND, pump('E', i * SECOND, { level: i % 7 === 0 ? 25 : 24 }))
    sizes.push(Buffer.byteLength(JSON.stringify(changes.memories.map(({ memory }) => toKept(memory)))))
    kept.push(changes.checkpoints.length)
  }
  expect(sizes[899]! / sizes[9]!).toBeLessThan(1.1)
  // A checkpoint of its state each so many records, and no other row that grows.
  expect(kept.reduce((sum, count) => sum + count, 0)).toBe(Math.floor(900 / CHECKPOINT_RECORDS))
})

test('a sample of a rule with a long delay asks its condition as often after 900 samples as after 10, and keeps samples of the window alone', () => {
  let asked = 0
  const counting = (rule: CompiledRule): CompiledRule => ({
    ...rule,
    // Of ten minutes, instead of three seconds.
    rule: rule.name === 'delayed' ? { ...rule.rule, onDelayMs: 10 * MINUTE } : rule.rule,
    windowMs: rule.name === 'delayed' ? 10 * MINUTE : rule.windowMs,
    met: (leafIsMet) => {
      asked++
      return rule.met(leafIsMet)
    },
  })
  const rules = new Map([...compileRules(KINDS.values())].map(([kind, own]) => [kind, own.map(counting)]))
  const made = intakeTown(KINDS, { rules })
  const costs: number[] = []
  const kept: number[] = []
  for (let i = 1; i <= 900; i++) {
    asked = 0
    // Around its limit, so that the delay neither ends nor begins anew, and inside its window nothing is decided.
    made.post(i * SECOND, pump('E', i * SECOND, { level: i % 7 === 0 ? 25 : 19.7 }))
    costs.push(asked)
    const memory = made.state().entities.get('Pump')!.get('E')!.memories.get('delayed')!
    kept.push(memory.type === 'sampled' ? lengthOf(memory.samples) : 0)
  }
  // Two rules, two words of each; what leaves the window is judged once more.
  expect(costs[9]).toBe(4)
  expect(Math.max(...costs)).toBeLessThanOrEqual(2 * costs[9]!)
  expect([kept[9], kept[899]]).toEqual([10, 601])
  expect(standing(made, 'delayed')).toEqual(['E delayed unacknowledged 1'])
})

test('a boot that falls and stays down is told, and values are shown again with the next record; so they are without a boot', () => {
  const made = town()
  for (const at of [0, 10 * MINUTE]) made.post(at, band(at, { pulse: 70 }, { boot: 7, seq: at / MINUTE }))
  const { posts } = made.post(20 * MINUTE, band(20 * MINUTE, { pulse: 80 }, { boot: 1, seq: 0 }))
  expect(posts[0]?.told.map(({ code }) => code)).toEqual(['boot-fell'])
  expect(stateOf(made, 'Band', 'B-1').properties['pulse']?.value).toBe(80)
  expect(made.post(30 * MINUTE, band(30 * MINUTE, { pulse: 81 }, { boot: 1, seq: 1 })).posts[0]?.told).toEqual([])
  made.post(40 * MINUTE, band(40 * MINUTE, { pulse: 90 }))
  expect(stateOf(made, 'Band', 'B-1').properties['pulse']?.value).toBe(90)
})

test('a backlog of last week leaves a dead device silent', () => {
  const made = town()
  for (const at of [0, 10 * MINUTE]) made.post(at, band(at, { pulse: 70 }))
  for (let at = 10 * MINUTE; at <= 8 * DAY; at += 30 * SECOND) made.tick(at)
  expect(standing(made, 'silent')).toEqual(['B-1 silent unacknowledged 1'])
  for (let i = 0; i < 20; i++) made.post(8 * DAY + i, band(DAY + i * 10 * MINUTE, { pulse: 71 + i }))
  expect(standing(made, 'silent')).toEqual(['B-1 silent unacknowledged 1'])
})

test('a device that repeats one record each 0.9 s is not silent', () => {
  const made = town()
  const record = pump('F', 0, { level: 1 }, { boot: 1, seq: 1 })
  for (let i = 0; i < 100; i++) {
    const { posts } = made.post(i * 900, record)
    if (i > 0) expect(posts[0]).toMatchObject({ accepted: 0, repeated: 1 })
    made.tick(i * 900 + 450)
  }
  expect(standing(made)).toEqual([])
})
