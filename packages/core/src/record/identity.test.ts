import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashOf } from './identity.ts'
import type { Location, SourceRecord } from './record.ts'

type Said = Parameters<typeof hashOf>[0]
const said: Said = { boot: 1, seq: 7, t: 1_764_000_000_000, location: [117.83, 37.25, 7.9], properties: { sos: 'pressed', pulse: 90 } }

test('is the same however its properties are ordered, and whenever it was sent', () => {
  expect(hashOf({ ...said, properties: { pulse: 90, sos: 'pressed' } })).toBe(hashOf(said))
  const record: SourceRecord = { kind: 'Band', id: 'B-1', sentAtMs: 1, ...said }
  expect(hashOf({ ...record, sentAtMs: 2 } as SourceRecord)).toBe(hashOf(record))
})

test('is another for whatever else differs, down to what is missing', () => {
  const { boot: _boot, ...noBoot } = said
  const { seq: _seq, ...noSeq } = said
  const { location: _location, ...noPlace } = said
  const others: Said[] = [
    { ...said, boot: 0 },
    { ...said, seq: 0 },
    { ...noBoot },
    { ...noSeq },
    { ...said, t: said.t! + 1 },
    { ...said, t: said.t! + 0.5 },
    { ...said, t: null },
    { ...noPlace },
    { ...said, location: [117.83, 37.25] },
    { ...said, location: [37.25, 117.83, 7.9] },
    { ...said, properties: {} },
    { ...said, properties: { sos: 'pressed' } },
    { ...said, properties: { sos: 'pressed', pulse: '90' } },
    { ...said, properties: { sos: 'pressed', pulse: 91 } },
    { ...said, properties: { sos: 90, pulse: 'pressed' } },
  ]
  expect(new Set([said, ...others].map(hashOf)).size).toBe(others.length + 1)
})

test('a number that moves from one part to another makes another record', () => {
  const base = { t: null, properties: {} }
  expect(hashOf({ ...base, boot: 5 })).not.toBe(hashOf({ ...base, seq: 5 }))
  expect(hashOf({ ...base, seq: 5 })).not.toBe(hashOf({ ...base, t: 5 }))
})

test('tells records of a device apart by 64 bits: none of many has that of another', () => {
  const seen = new Set<string>()
  for (let i = 0; i < 20_000; i++) {
    const hash = hashOf({ boot: 1, seq: i, t: 1_764_000_000_000 + i * 1_000, properties: { pulse: 60 + (i % 90) } })
    expect(hash).toMatch(/^[0-9a-f]{16}$/)
    seen.add(hash)
  }
  expect(seen.size).toBe(20_000)
  expect([...seen].filter((hash) => hash.slice(0, 8) === hash.slice(8)).length).toBe(0)
  const halves = (from: number, to: number) => new Set([...seen].map((hash) => hash.slice(from, to))).size
  // Either half alone says much, so that both together say twice as much.
  expect(Math.min(halves(0, 8), halves(8, 16))).toBeGreaterThan(19_900)
})

test('two records have one hash just where all that makes them one is equal', () => {
  const any: fc.Arbitrary<Said> = fc
    .record({
      boot: fc.option(fc.nat(1), { nil: undefined }),
      seq: fc.option(fc.nat(1), { nil: undefined }),
      t: fc.constantFrom(null, 0, 1),
      location: fc.constantFrom<Location | undefined>(undefined, [1, 2], [1, 2, 3]),
      properties: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom<number | string>(1, '1', 'a'), {
        noNullPrototype: true,
        maxKeys: 2,
      }),
    })
    .map(({ boot, seq, location, ...rest }) => ({
      ...rest,
      ...(boot !== undefined && { boot }),
      ...(seq !== undefined && { seq }),
      ...(location !== undefined && { location }),
    }))
  const told = ({ boot, seq, t, location, properties }: Said) =>
    JSON.stringify([boot ?? '', seq ?? '', t, location ?? '', properties['a'] ?? [], properties['b'] ?? []])
  fc.assert(
    fc.property(any, any, (a, b) => void expect(hashOf(a) === hashOf(b)).toBe(told(a) === told(b))),
    { numRuns: 500 },
  )
})

test('is kept: a record that comes again after an upgrade is found under the hash that it had', () => {
  const written = { t: null, properties: { b: 1, a: 'x', 'a!': 2, B: 3 } }
  expect([said, written, { t: 5, properties: {} }].map(hashOf)).toEqual(['3eb28a06200b9741', '5bfa2cebe029c2a2', '0d857e4de4c425bc'])
})
