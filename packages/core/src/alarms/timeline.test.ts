import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, AnyRule } from '../kind/kind.ts'
import { compileRule, IN_DEADBAND, type LeafWord, MET, NOT_MET } from './compile-rule.ts'
import { advance, copyFold, createFold, dueMs, type Episode, episodesOf, step } from './timeline.ts'

const label = { zh: '字', en: 'word' }
const kind: AnyKind = { kind: 'B', label, fields: {}, symbol: { shape: 'circle', glyph: 'x' }, alarms: {}, card: [] }
const compiled = (more: Partial<AnyRule>) =>
  compileRule(kind, 'r', {
    when: { op: 'above', field: 'v', limit: 100, deadband: 5 },
    priority: 1,
    category: 'health',
    text: label,
    ...more,
  })

type Said = readonly (readonly [t: number, word: LeafWord])[]
function fold(rule: ReturnType<typeof compiled>, said: Said) {
  const made = createFold(rule)
  said.forEach(([t, word], at) => {
    step(made, rule, { t, at, words: [word] })
  })
  const at = (t: number): Episode[] => {
    const view = copyFold(made)
    advance(view, rule, t)
    return episodesOf(view)
  }
  return { at, due: dueMs(made, rule) }
}
const open = (raisedMs: number): Episode => ({ raisedMs, clearedMs: null })

test('an end waits for the off-delay, and its time is when the delay ran out', () => {
  const { at, due } = fold(compiled({ offDelayMs: 30 }), [
    [0, MET],
    [10, NOT_MET],
    [20, NOT_MET],
  ])
  expect(due).toBe(40)
  expect([at(20), at(39), at(40), at(99)]).toEqual([
    [open(0)],
    [open(0)],
    [{ raisedMs: 0, clearedMs: 40 }],
    [{ raisedMs: 0, clearedMs: 40 }],
  ])
})

test('what meets the limit within the off-delay, or stays inside the deadband, begins the wait anew', () => {
  for (const again of [MET, IN_DEADBAND] as const) {
    const { at, due } = fold(compiled({ offDelayMs: 30 }), [
      [0, MET],
      [5, again],
      [10, again === MET ? NOT_MET : MET],
      [20, again],
      [25, NOT_MET],
    ])
    expect(due).toBe(55)
    expect([at(54), at(55)]).toEqual([[open(0)], [{ raisedMs: 0, clearedMs: 55 }]])
  }
})

test('a sample in the very moment in which a delay runs out comes after it', () => {
  const rule = compiled({ onDelayMs: 20, offDelayMs: 30 })
  expect(
    fold(rule, [
      [0, MET],
      [20, NOT_MET],
      [50, MET],
    ]).at(69),
  ).toEqual([{ raisedMs: 20, clearedMs: 50 }])
})

test('after an end the on-delay and the row of samples begin anew', () => {
  const rule = compiled({ onDelayMs: 10, samples: 2 })
  const { at } = fold(rule, [
    [0, MET],
    [1, MET],
    [15, NOT_MET],
    [20, MET],
    [28, MET],
  ])
  expect([at(29), at(30)]).toEqual([[{ raisedMs: 10, clearedMs: 15 }], [{ raisedMs: 10, clearedMs: 15 }, open(30)]])
})

/** The same law told otherwise: by stretches in which the condition stands, deadband counted, and how long they are. */
function byStretches(said: Said, onDelayMs: number, offDelayMs: number, endMs: number): Episode[] {
  const edges: { stands: boolean; t: number }[] = []
  let stands = false
  for (const [t, word] of said) {
    const next: boolean = word === MET || (word === IN_DEADBAND && stands)
    if (next !== stands) edges.push({ stands: next, t })
    stands = next
  }
  const episodes: Episode[] = []
  let raisedMs: number | null = null
  edges.forEach((edge, i) => {
    const lastsMs = (edges[i + 1]?.t ?? endMs) - edge.t
    if (edge.stands && raisedMs === null && lastsMs >= onDelayMs) raisedMs = edge.t + onDelayMs
    else if (!edge.stands && raisedMs !== null && lastsMs >= offDelayMs) {
      episodes.push({ raisedMs, clearedMs: edge.t + offDelayMs })
      raisedMs = null
    }
  })
  return raisedMs === null ? episodes : [...episodes, open(raisedMs)]
}

test('stands just as long as its stretches and both delays say', () => {
  const sample = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom<LeafWord>(MET, MET, NOT_MET, NOT_MET, IN_DEADBAND))
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 1, maxLength: 14 }),
      fc.constantFrom(0, 5, 10),
      fc.constantFrom(0, 5, 10),
      fc.nat(25),
      (gaps, onDelayMs, offDelayMs, afterMs) => {
        let t = 0
        // Two samples of one moment have an order of their own; a gap of 0 makes no stretch longer.
        const said = gaps.map(([gap, word]) => [(t += gap + 1), word] as const)
        const endMs = t + afterMs
        expect(fold(compiled({ onDelayMs, offDelayMs }), said).at(endMs)).toEqual(byStretches(said, onDelayMs, offDelayMs, endMs))
      },
    ),
    { numRuns: 2_000 },
  )
})
