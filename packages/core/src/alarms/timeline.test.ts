import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyKind, AnyRule } from '../kind/kind.ts'
import { compileRule, IN_DEADBAND, type LeafWord, MET, NOT_MET, SAYS_NOTHING } from './compile-rule.ts'
import { advance, compareSamples, copyFold, createFold, dueMs, type Episode, episodesOf, step } from './timeline.ts'

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

const is = (field: string) => ({ op: 'is', field, value: 'x' }) as const
const above = (field: string) => ({ op: 'above', field, limit: 1, deadband: 0 }) as const
const NONE = { row: 0, rowSinceMs: 0, onSinceMs: null, offSinceMs: null, raisedMs: null, closed: [] }

test('begins with nothing known, and takes just the words that a sample has', () => {
  const rule = compiled({ when: { op: 'any', of: [is('a'), is('b')] } })
  const made = createFold(rule)
  expect(made).toStrictEqual({ ...NONE, held: [0, 0], sticky: [false, false] })
  step(made, rule, { t: 5, at: 1, words: [NOT_MET, SAYS_NOTHING] })
  expect(made).toStrictEqual({ ...NONE, held: [NOT_MET, SAYS_NOTHING], sticky: [false, false] })
  step(made, rule, { t: 7, at: 2, words: [SAYS_NOTHING, MET] })
  expect([made.held, made.sticky, made.raisedMs]).toEqual([[NOT_MET, MET], [false, true], 7])
})

test('without delays it is raised and ended in the moment of its sample', () => {
  const rule = compiled({})
  const made = createFold(rule)
  expect(dueMs(made, rule)).toBeNull()
  step(made, rule, { t: 5, at: 1, words: [MET] })
  expect([episodesOf(made), dueMs(made, rule)]).toEqual([[open(5)], null])
  step(made, rule, { t: 9, at: 2, words: [NOT_MET] })
  expect([episodesOf(made), dueMs(made, rule)]).toEqual([[{ raisedMs: 5, clearedMs: 9 }], null])
})

test('tells when a delay runs out: none, the on-delay, none, the off-delay, none', () => {
  const rule = compiled({ onDelayMs: 20, offDelayMs: 30 })
  const made = createFold(rule)
  const due = (t: number, word: LeafWord) => {
    step(made, rule, { t, at: t, words: [word] })
    return dueMs(made, rule)
  }
  expect([due(0, NOT_MET), due(1, MET), due(21, MET), due(25, NOT_MET), due(54, NOT_MET), due(55, NOT_MET)]).toEqual([
    null,
    21,
    null,
    55,
    55,
    null,
  ])
  // A delay that is not declared is over at once, though nothing let time pass since.
  for (const [state, expected] of [
    [{ onSinceMs: 4 }, 4],
    [{ raisedMs: 1, onSinceMs: 1, offSinceMs: 6 }, 6],
  ] as const)
    expect(dueMs({ ...createFold(compiled({})), ...state }, compiled({}))).toBe(expected)
})

test('samples of one time count in the order in which they came', () => {
  const sorted = [
    { t: 2, at: 1 },
    { t: 1, at: 3 },
    { t: 1, at: 2 },
  ].sort(compareSamples)
  expect(sorted.map(({ t, at }) => `${t} ${at}`)).toEqual(['1 2', '1 3', '2 1'])
  expect(compareSamples({ t: 5, at: 9 }, { t: 5, at: 9 })).toBe(0)
})

test('in a row counts a record that carries any of the quantities, and none that carries none', () => {
  const rule = compiled({ when: { op: 'all', of: [is('a'), above('b'), above('c')] }, samples: 3 })
  const made = createFold(rule)
  const raised = (t: number, ...words: LeafWord[]) => {
    step(made, rule, { t, at: t, words })
    return [made.row, made.raisedMs]
  }
  expect(raised(1, MET, MET, MET)).toEqual([1, null])
  expect(raised(2, MET, SAYS_NOTHING, SAYS_NOTHING)).toEqual([1, null])
  expect(raised(3, SAYS_NOTHING, MET, SAYS_NOTHING)).toEqual([2, null])
  expect(raised(4, SAYS_NOTHING, SAYS_NOTHING, MET)).toEqual([3, 1])
})
