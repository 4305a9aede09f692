import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beside, inheritQuery } from './address.ts'

const from = (url: string) => new URL(url)
const SET = 'https://town.example/a/tileset.json?sv=1&sig=x%2By%3D'

test.each([
  ['b.glb', 'https://town.example/a/b.glb?sv=1&sig=x%2By%3D'],
  ['../c/d.glb?sig=own', 'https://town.example/c/d.glb?sig=own&sv=1'],
  ['b.glb?v=2#part', 'https://town.example/a/b.glb?v=2&sv=1&sig=x%2By%3D#part'],
  ['https://town.example/e.glb', 'https://town.example/e.glb?sv=1&sig=x%2By%3D'],
  ['https://tiles.example/e.glb', 'https://tiles.example/e.glb'],
  ['//tiles.example/e.glb?v=1', 'https://tiles.example/e.glb?v=1'],
  ['http://town.example/e.glb', 'http://town.example/e.glb'],
  ['data:,x', 'data:,x'],
])('%s of a signed tileset is asked as %s', (uri, address) => expect(beside(uri, 'https://town.example/a/', SET)).toBe(address))

test('a query is never carried to another origin, and what an address says itself is never changed', () => {
  const word = fc.stringMatching(/^[a-z]{1,3}$/)
  const query = fc.array(fc.tuple(word, word), { maxLength: 4 }).map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join('&'))
  fc.assert(
    fc.property(query, query, fc.boolean(), (own, inherited, same) => {
      const origin = same ? 'https://a.example' : 'https://b.example'
      const out = new URL(inheritQuery(from(`${origin}/t?${own}`), from(`https://a.example/s?${inherited}`)))
      const before = new URLSearchParams(own)
      for (const key of before.keys()) expect(out.searchParams.getAll(key)).toEqual(before.getAll(key))
      if (!same) expect([...out.searchParams]).toEqual([...before])
      else for (const key of new URLSearchParams(inherited).keys()) expect(out.searchParams.has(key)).toBe(true)
    }),
  )
})
