import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import kept from './kept-seeds.json' with { type: 'json' }
import { checkLaw, type KeptSeed, property } from './property.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const numbers = fc.integer({ min: 0, max: 1_000_000 })

/** What a law was asked for, and the message of its failure. */
async function checked(law: (value: number) => unknown, { runs = 20, seeds = [] }: { runs?: number; seeds?: readonly KeptSeed[] } = {}) {
  const asked: number[] = []
  const message = await checkLaw(
    'a.test.ts#a law',
    [numbers],
    (value) => {
      asked.push(value)
      return law(value)
    },
    runs,
    seeds,
  ).then(
    () => '',
    (error: Error) => error.message,
  )
  return { asked, message }
}
const valueAt = (seed: number, at: number) => fc.sample(numbers, { seed, numRuns: at + 1 })[at]!

property('holds for each of two values', [numbers, fc.constantFrom(1, 2)], (a, b) => expect(a * b).toBeGreaterThanOrEqual(a))
property('may take its time', [numbers], async (a) => expect(await Promise.resolve(a)).toBe(a), { runs: 5 })

test('asks for as many values as were told', async () => expect((await checked(() => true, { runs: 7 })).asked).toHaveLength(7))

test('runs the kept value first, and it alone of its seed', async () => {
  const { asked } = await checked(() => true, { runs: 3, seeds: [{ seed: 42, path: '5' }] })
  expect(asked).toHaveLength(4)
  expect(asked[0]).toBe(valueAt(42, 5))
})

test('runs the whole of a kept seed that names no value', async () => {
  const { asked } = await checked(() => true, { runs: 3, seeds: [{ seed: 42 }] })
  expect(asked.slice(0, 3)).toEqual([0, 1, 2].map((at) => valueAt(42, at)))
})

test('a kept seed that fails says so', async () =>
  expect((await checked(() => false, { seeds: [{ seed: 42, path: '5' }] })).message).toMatch(/^a\.test\.ts#a law: a kept seed fails\n/))

test.each<[string, (value: number) => unknown]>([
  ['throws', (value) => expect(value).toBeLessThan(1000)],
  ['returns false', (value) => value < 1000],
])('a law that %s prints a line, and what it keeps fails at once', async (_, law) => {
  const { message } = await checked(law, { runs: 100 })
  expect(message).toContain('{ seed: ')
  const line = /^ {2}"a\.test\.ts#a law": (\[.*\])$/m.exec(message)?.[1]
  const seeds = JSON.parse(line!) as KeptSeed[]
  expect(seeds).toHaveLength(1)
  const again = await checked(law, { seeds })
  expect(again.asked[0]).toBeGreaterThanOrEqual(1000)
  expect(again.message).toMatch(/a kept seed fails/)
})

test('the line of a law that holds seeds already keeps them', async () => {
  const { message } = await checked((value) => value === valueAt(1, 0), { runs: 5, seeds: [{ seed: 1, path: '0' }] })
  expect(message).toMatch(/"a\.test\.ts#a law": \[\{"seed":1,"path":"0"\},\{"seed":-?\d+,"path":"\d"\}\]/)
})

test.each(Object.keys(kept))('the test of a kept seed is there: %s', (key) => {
  const [file, name] = key.split('#') as [string, string]
  expect(existsSync(`${ROOT}${file}`), `${file} is gone: take its line out of test/kept-seeds.json`).toBe(true)
  const title = name.split(' > ').at(-1)!
  expect(readFileSync(`${ROOT}${file}`, 'utf8'), `${file} has no such property any more`).toContain(title)
})
