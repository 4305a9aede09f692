import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { covering, importsOf, inOrder } from './covering-tests.mjs'
import { problemsOf } from './ignored.mjs'
import { sample } from './sample.mjs'
import { rowsOf } from './table.mjs'

const folder = mkdtempSync(join(tmpdir(), 'twinmap-mutate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an import of types alone is no import', () =>
  expect(
    importsOf(
      "import type { A } from 'a'\nimport { type B } from 'b'\nexport type { C } from 'c'\nimport { type D, e } from 'd'\nexport * from 'f'",
    ),
  ).toEqual(['d', 'f']))

test('a file is covered by the test beside it, by tests that import it, and by tests one step further, in this order', () => {
  const write = (path: string, text: string) => {
    const file = join(folder, 'packages', path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  write('core/src/live/slots.ts', 'export const a = 1')
  write('core/src/live/slots.test.ts', "import './slots.ts'")
  write('core/src/live/slots-bounds.test.ts', "import './slots.ts'")
  write('core/src/live/a.test.ts', "import './slots.ts'")
  write('core/src/live/layer.ts', "import { a } from './slots.ts'")
  write('core/src/live/layer.test.ts', "import './layer.ts'")
  write('core/src/worker/host.ts', "import '../live/layer.ts'")
  write('core/src/worker/host.test.ts', "import './host.ts'")
  write('core/src/worker/types.test.ts', "import type { A } from '../live/slots.ts'")
  write('server/src/testing/town.ts', "import '@twinmap/core/internal/live/slots'")
  write('server/src/testing/room.ts', "import './town.ts'")
  write('server/src/fair.test.ts', "import './testing/room.ts'")
  write('core/src/live/slots-late.test.ts', "await import('./slots.ts')")
  write('core/test/world.ts', "import '../src/live/slots.ts'")
  write('core/src/live/b.test.ts', "import '../../test/world.ts'")
  expect(covering(folder)('packages/core/src/live/slots.ts')).toEqual([
    { test: 'packages/core/src/live/slots-bounds.test.ts', isBeside: true },
    { test: 'packages/core/src/live/slots-late.test.ts', isBeside: true },
    { test: 'packages/core/src/live/slots.test.ts', isBeside: true },
    { test: 'packages/core/src/live/a.test.ts', isBeside: false },
    { test: 'packages/core/src/live/b.test.ts', isBeside: false },
    { test: 'packages/server/src/fair.test.ts', isBeside: false },
    { test: 'packages/core/src/live/layer.test.ts', isBeside: false },
  ])
})

test('a mutant meets the tests beside its file first, then the quick ones, and none for longer than its bound', () => {
  const beside = { 'a.test.ts': 9000, 'a-b.test.ts': 400 }
  const other = { 'slow.test.ts': 5000, 'quick.test.ts': 300, 'middle.test.ts': 700 }
  const of = (times: object, isBeside: boolean) => Object.keys(times).map((test) => ({ test, isBeside }))
  const tests = [...of(beside, true), ...of(other, false)]
  const msOf = (test: string) => ({ ...beside, ...other })[test as 'a.test.ts']
  expect(inOrder(tests, msOf, 10_400)).toEqual(['a-b.test.ts', 'a.test.ts', 'quick.test.ts', 'middle.test.ts'])
  expect(inOrder(tests, msOf, 10_399)).toEqual(['a-b.test.ts', 'a.test.ts', 'quick.test.ts'])
  expect(inOrder(tests, msOf, 1)).toEqual(['a-b.test.ts', 'a.test.ts'])
})

test('the same seed gives the same sample, in the order of the text; another gives another', () => {
  const items = Array.from({ length: 500 }, (_, i) => i)
  const taken = sample(items, 60, 7)
  expect(new Set(taken).size).toBe(60)
  expect(taken).toEqual([...taken].sort((a, b) => a - b))
  expect(sample(items, 60, 7)).toEqual(taken)
  expect(sample(items, 60, 8)).not.toEqual(taken)
  expect(sample(items, 600, 7)).toEqual(items)
})

test('an ignored mutant that is stale, doubled, of no room or without a reason is an error', () => {
  const mutants = new Map([['a.ts', [{ from: 'a < b', to: 'a <= b' }]]])
  const entry = { file: 'a.ts', from: 'a < b', to: 'a <= b', reason: 'both are the same at the end' }
  expect(problemsOf([entry], mutants)).toEqual([])
  expect(problemsOf([{ ...entry, to: 'a > b' }], mutants)).toEqual([
    'ignored.json: a.ts: a < b → a > b is no mutant any more; remove the entry',
  ])
  expect(problemsOf([entry, entry], mutants)).toEqual(['ignored.json: a.ts: a < b → a <= b stands twice; remove one'])
  expect(problemsOf([{ ...entry, file: 'c.ts' }], mutants)).toEqual([
    'ignored.json: c.ts: a < b → a <= b: the file belongs to no room; remove the entry',
  ])
  expect(problemsOf([{ ...entry, reason: '' }], mutants)).toEqual([
    'ignored.json: a.ts: a < b → a <= b has no reason; say why no test can or need notice it',
  ])
})

const room = (killed: number, survived: number, ignored = 0, timedOut = 0) => ({
  room: 'live',
  of: 1000,
  mutants: [
    ...Array.from({ length: killed }, () => ({ outcome: 'killed' })),
    ...Array.from({ length: survived }, () => ({ outcome: 'survived' })),
    ...Array.from({ length: ignored }, () => ({ outcome: 'ignored' })),
    ...Array.from({ length: timedOut }, () => ({ outcome: 'timed out' })),
  ],
})

test('a room passes from 85 % on; what ran out of time counts as killed and what is ignored does not count', () => {
  expect(rowsOf([room(80, 15, 5, 5)])).toEqual({
    lines: [
      '| room | mutants | chosen | killed | survived | timed out | ignored | % |',
      '|---|--:|--:|--:|--:|--:|--:|--:|',
      '| live | 1000 | 105 | 80 | 15 | 5 | 5 | 85.0 |',
    ],
    isEnough: true,
  })
  expect(rowsOf([room(100, 0), room(84, 16)]).isEnough).toBe(false)
})
