import type { CheckedRecord } from '@twinmap/core/internal/record/check'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTurnQueue, MOST_IN_A_TURN, MOST_OF_A_SOURCE, MOST_WAITING, type Part } from './turn-queue.ts'

let serial = 0
const records = (count: number): CheckedRecord[] =>
  Array.from({ length: count }, () => ({
    record: { kind: 'B', id: `B-${++serial}`, t: null, sentAtMs: null, properties: {} },
    hash: String(serial),
    index: 0,
  }))
const sizes = (parts: readonly Part<unknown>[]) => parts.map(({ source, records, isLast }) => [source, records.length, isLast])

test('a post is taken whole where it fits, else in parts of 1,000, the last of which says so', () => {
  expect(MOST_OF_A_SOURCE).toBe(1_000)
  const queue = createTurnQueue<string>()
  queue.add('a', 'p', records(999))
  expect(sizes(queue.next())).toEqual([['a', 999, true]])
  queue.add('a', 'p', records(1_000))
  expect(sizes(queue.next())).toEqual([['a', 1_000, true]])
  queue.add('a', 'p', records(2_001))
  expect([queue.next(), queue.next(), queue.next(), queue.next()].map(sizes)).toEqual([
    [['a', 1_000, false]],
    [['a', 1_000, false]],
    [['a', 1, true]],
    [],
  ])
  expect(queue.isEmpty()).toBe(true)
})

test('small posts of one source come into one turn, up to 1,000 records', () => {
  const queue = createTurnQueue<number>()
  for (const [post, count] of [600, 300, 200, 5].entries()) queue.add('a', post, records(count))
  expect(queue.next().map(({ post, records, isLast }) => [post, records.length, isLast])).toEqual([
    [0, 600, true],
    [1, 300, true],
    [2, 100, false],
  ])
  expect(queue.next().map(({ post, records, isLast }) => [post, records.length, isLast])).toEqual([
    [2, 100, true],
    [3, 5, true],
  ])
})

test('a turn takes 2,000 records of all sources, an equal share of each, and one at least', () => {
  expect(MOST_IN_A_TURN).toBe(2_000)
  const shares = (sources: number) => {
    const queue = createTurnQueue<string>()
    for (let i = 0; i < sources; i++) queue.add(`s-${i}`, 'p', records(sources > 100 ? 2 : 1_500))
    const parts = queue.next()
    return [parts.length, new Set(parts.map(({ records }) => records.length)).size, parts[0]!.records.length]
  }
  expect([1, 2, 3, 7, 2_000, 2_500].map(shares)).toEqual([
    [1, 1, 1_000],
    [2, 1, 1_000],
    [3, 1, 666],
    [7, 1, 285],
    [2_000, 1, 1],
    [2_500, 1, 1],
  ])
})

test('a source is refused once more than 50,000 of its records wait, alone, and until they are fewer', () => {
  expect(MOST_WAITING).toBe(50_000)
  const queue = createTurnQueue<string>()
  queue.add('a', 'p', records(MOST_WAITING))
  queue.add('a', 'p', records(1))
  const refused = () => expect(() => queue.add('a', 'p', records(1))).toThrow(expect.objectContaining({ code: 'store-failed' }))
  refused()
  queue.add('b', 'p', records(1))
  expect(sizes(queue.next())).toEqual([
    ['a', 1_000, false],
    ['b', 1, true],
  ])
  queue.add('a', 'p', records(1_001))
  refused()
})

test('nothing is lost or reordered within a source, every source that waits is in the next turn, and shares are bounded', () => {
  const sources = ['a', 'b', 'c', 'd']
  const step = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('add' as const),
        source: fc.constantFrom(...sources),
        count: fc.integer({ min: 1, max: 2_500 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('next' as const) }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const queue = createTurnQueue<number>()
      const waiting = new Map(sources.map((source) => [source, [] as { post: number; record: CheckedRecord; isLast: boolean }[]]))
      let posts = 0
      const next = () => {
        const before = sources.filter((source) => waiting.get(source)!.length > 0)
        const parts = queue.next()
        const share = Math.min(MOST_OF_A_SOURCE, Math.floor(MOST_IN_A_TURN / Math.max(1, before.length)))
        expect([...new Set(parts.map(({ source }) => source))].sort()).toEqual(before)
        for (const source of before) {
          const own = parts.filter((part) => part.source === source)
          const taken = own.reduce((sum, part) => sum + part.records.length, 0)
          const line = waiting.get(source)!
          expect(taken).toBe(Math.min(share, line.length))
          const due = line.splice(0, taken)
          expect(own.flatMap((part) => part.records.map((record) => [part.post, record]))).toEqual(
            due.map(({ post, record }) => [post, record]),
          )
          let at = -1
          for (const part of own) expect(part.isLast).toBe(due[(at += part.records.length)]!.isLast)
        }
      }
      for (const each of steps) {
        if (each.do === 'next') next()
        else {
          const many = records(each.count)
          const post = ++posts
          queue.add(each.source, post, many)
          waiting.get(each.source)!.push(...many.map((record, i) => ({ post, record, isLast: i === many.length - 1 })))
        }
      }
      for (let turns = 0; !queue.isEmpty(); turns++) {
        expect(turns).toBeLessThan(100)
        next()
      }
      expect([...waiting.values()].flat()).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test('a source that was served goes behind those that were not', () => {
  const queue = createTurnQueue<string>()
  for (const source of ['a', 'b']) queue.add(source, 'p', records(3_000))
  queue.next()
  queue.add('c', 'p', records(1))
  expect(queue.next().map(({ source }) => source)).toEqual(['a', 'b', 'c'])
  queue.add('a', 'q', records(1))
  expect(queue.next().map(({ source }) => source)).toEqual(['a', 'b'])
})
