import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type IntakeTown, intakeTown, START } from '../../test/intake-town.ts'
import { KINDS } from '../../test/sample-kinds.ts'
import type { Post } from './intake.ts'

// How records are bundled is chance: a gateway collects, a turn takes what waits, a large post is divided. It changes nothing.
const MINUTE = 60_000
const HOUR = 60 * MINUTE

const record = fc.record({
  id: fc.constantFrom('B-1', 'B-2', 'B-3'),
  numbers: fc.option(fc.record({ boot: fc.nat(2), seq: fc.nat(5) }), { nil: undefined }),
  lagMs: fc.constantFrom(0, 1, 500, 30_000, 61_000, 10 * MINUTE, HOUR, 700 * 24 * HOUR, -30_000, -HOUR, null),
  properties: fc.record(
    { sos: fc.constantFrom('pressed', 'released'), pulse: fc.constantFrom(60, 127, 150), steps: fc.nat(9) },
    { requiredKeys: [] },
  ),
})
const step = fc.record({
  gapMs: fc.constantFrom(20, 20_000, 61_000, 5 * MINUTE, 11 * MINUTE),
  records: fc.array(record, { minLength: 1, maxLength: 6 }),
})
const script = fc.array(step, { minLength: 1, maxLength: 10 })
type Script = typeof script extends fc.Arbitrary<infer S> ? S : never

const raw = (records: Script[number]['records'], atMs: number) =>
  records.map(({ id, numbers, lagMs, properties }) => ({
    kind: 'Band',
    id,
    ...numbers,
    t: lagMs === null ? null : START + atMs - lagMs,
    properties,
  }))

/** All that is known at the end, but for the numbers of records among all. */
const outcome = (town: IntakeTown) => ({
  entities: [...town.state().entities.get('Band')!.values()]
    .map(({ state: { lastAt: _lastAt, ...state } }) => state)
    .sort((a, b) => (a.id < b.id ? -1 : 1)),
  alarms: [...town.state().standing.values()]
    .map(({ id: _id, ...alarm }) => alarm)
    .sort((a, b) => (`${a.entity} ${a.rule}` < `${b.entity} ${b.rule}` ? -1 : 1)),
})

function play(steps: Script, bundle: (town: IntakeTown, atMs: number, records: Script[number]['records']) => void): IntakeTown {
  const town = intakeTown(KINDS)
  let atMs = 0
  for (const { gapMs, records } of steps) bundle(town, (atMs += gapMs), records)
  return town
}
const check = (town: IntakeTown, atMs: number, records: Script[number]['records'], source = 'gateway'): Post => ({
  source,
  records: town.check(...raw(records, atMs)),
})

test('records of several entities in one post are what they would be in a post of each', () => {
  fc.assert(
    fc.property(script, (steps) => {
      const together = play(steps, (town, atMs, records) => void town.take({ nowMs: START + atMs, posts: [check(town, atMs, records)] }))
      const apart = play(steps, (town, atMs, records) => {
        const ids = [...new Set(records.map(({ id }) => id))]
        town.take({
          nowMs: START + atMs,
          posts: ids.map((id) =>
            check(
              town,
              atMs,
              records.filter((each) => each.id === id),
            ),
          ),
        })
      })
      expect(outcome(apart)).toEqual(outcome(together))
    }),
    { numRuns: 300 },
  )
})

test('posts of several sources in one turn are what they would be in a turn of each', () => {
  const posts = (town: IntakeTown, atMs: number, records: Script[number]['records']): Post[] =>
    // Every other record by another source; some of them bring the same.
    records.map((each, i) => check(town, atMs, [each], i % 2 === 0 ? 'east' : 'west'))
  fc.assert(
    fc.property(script, (steps) => {
      const together = play(steps, (town, atMs, records) => void town.take({ nowMs: START + atMs, posts: posts(town, atMs, records) }))
      const apart = play(steps, (town, atMs, records) => {
        for (const post of posts(town, atMs, records)) town.take({ nowMs: START + atMs, posts: [post] })
      })
      expect(outcome(apart)).toEqual(outcome(together))
    }),
    { numRuns: 300 },
  )
})

test('a post that is divided loses and doubles nothing: each record is taken once, and each press is heard', () => {
  fc.assert(
    fc.property(script, fc.integer({ min: 1, max: 3 }), (steps, size) => {
      let serial = 0
      const pressed = { 'B-1': 0, 'B-2': 0, 'B-3': 0 }
      const town = play(steps, (made, atMs, records) => {
        // Each says something that no other does.
        const own = records.map((each) => ({ ...each, properties: { ...each.properties, steps: 100 + serial++ } }))
        for (const { id, properties } of own) if (properties.sos === 'pressed') pressed[id as 'B-1']++
        for (let from = 0; from < own.length; from += size) {
          const part = own.slice(from, from + size)
          expect(made.take({ nowMs: START + atMs + from, posts: [check(made, atMs, part)] }).posts[0]).toMatchObject({
            accepted: part.length,
            repeated: 0,
          })
        }
        expect(made.take({ nowMs: START + atMs + 10, posts: [check(made, atMs, own)] }).posts[0]).toMatchObject({
          accepted: 0,
          repeated: own.length,
        })
      })
      for (const [id, count] of Object.entries(pressed)) {
        const alarm = [...town.state().standing.values()].find((each) => each.entity === id && each.rule === 'sos')
        expect(alarm?.count ?? 0).toBe(count)
      }
    }),
    { numRuns: 300 },
  )
})
