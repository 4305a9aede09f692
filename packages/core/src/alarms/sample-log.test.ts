import fc from 'fast-check'
import { expect, test } from 'vitest'
import { appendSample, dropFirst, EMPTY_LOG, firstOf, insertSample, lengthOf, type SampleLog, samplesOf } from './sample-log.ts'
import { compareSamples, type Sample } from './timeline.ts'

const sample = (t: number, at: number): Sample => ({ t, at, words: [] })
const list = (log: SampleLog) => [...samplesOf(log)]

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('append' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('insert' as const), t: fc.nat(100) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), count: fc.nat(3) }) },
  // A draft that is made and dropped, as by a commit that failed.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('draft' as const) }) },
)

test('is a sorted list that grows at its end and is forgotten from its start, whatever was drafted and dropped', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let log = EMPTY_LOG()
      let model: Sample[] = []
      let at = 0
      for (const each of steps) {
        const newest = model.at(-1)?.t ?? 0
        if (each.do === 'append') {
          const one = sample(newest + 1, ++at)
          log = appendSample(log, one)
          model = [...model, one]
        } else if (each.do === 'insert') {
          const one = sample(each.t, ++at)
          log = insertSample(log, one)
          model = [...model, one].sort(compareSamples)
        } else if (each.do === 'drop') {
          const count = Math.min(each.count, lengthOf(log))
          log = dropFirst(log, count)
          model = model.slice(count)
        } else appendSample(appendSample(log, sample(newest + 1, -1)), sample(newest + 2, -2))
        expect(list(log)).toEqual(model)
        expect([firstOf(log), lengthOf(log)]).toEqual([model[0], model.length])
      }
    }),
  )
})

test('keeps no more of what was forgotten than as much again, or 64', () => {
  let log = EMPTY_LOG()
  for (let i = 0; i < 5_000; i++) {
    log = appendSample(log, sample(i, i))
    if (i >= 100) log = dropFirst(log, 1)
    expect(log.items.length).toBeLessThanOrEqual(2 * 100 + 64 + 2)
  }
})

const of = (count: number): SampleLog => {
  let log = EMPTY_LOG()
  for (let i = 0; i < count; i++) log = appendSample(log, sample(i, i))
  return log
}

test('appending and forgetting copy nothing, until most of the array is forgotten and more than 63 are', () => {
  const log = of(1_000)
  expect(appendSample(log, sample(1_000, 1_000)).items).toBe(log.items)
  expect(dropFirst(log, 499).items).toBe(log.items)
  expect(dropFirst(log, 500)).toMatchObject({ start: 0, end: 500 })
  expect(dropFirst(of(65), 63).start).toBe(63)
  expect(dropFirst(of(65), 64)).toMatchObject({ start: 0, end: 1 })
})

test('what a version shows stays when samples are set into it or forgotten from it', () => {
  const log = of(5)
  const before = list(log)
  dropFirst(insertSample(log, sample(2, 99)), 2)
  dropFirst(log, 3)
  insertSample(dropFirst(log, 1), sample(-1, 98))
  expect(list(log)).toEqual(before)
  expect(firstOf(EMPTY_LOG())).toBeUndefined()
})

test('a draft that was dropped is behind the end, and is let go by what is appended next', () => {
  const log = of(3)
  appendSample(log, sample(7, 7))
  const next = appendSample(log, sample(8, 8))
  expect(next.items.map(({ t }) => t)).toEqual([0, 1, 2, 8])
})
