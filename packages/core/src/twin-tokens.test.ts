import { afterEach, expect, test, vi } from 'vitest'
import type { GetToken } from './twin-parts.ts'
import { createTwinTokens, FIRST_TOKEN_MS } from './twin-tokens.ts'

const SRC = 'https://town.example/twin/longwan.twin.json'
const feed = (id: string, url: string) => ({ id, type: 'websocket', url }) as const
const FEEDS = [
  feed('town', 'wss://town.example/live'),
  feed('second', 'https://town.example/other'),
  feed('water', 'wss://water.example/live'),
]

function tokensOf(getToken: GetToken | undefined, feeds = FEEDS) {
  const sent: [string, string][] = []
  const told: unknown[] = []
  let taken = 0
  const ending = new AbortController()
  const tokens = createTwinTokens(SRC, {
    getToken,
    send: async (feed, token) => void sent.push([feed, token]),
    taken: () => void taken++,
    tell: (error) => told.push(error),
    ended: ending.signal,
  })
  tokens.begin({ feeds })
  return { tokens, sent, told, ending, taken: () => taken }
}
const ORIGINS = ['https://town.example', 'https://water.example', 'https://tiles.example']
afterEach(() => vi.useRealTimers())

test('a token goes to its own feed and to that origin; the first feed of an origin decides for it', async () => {
  const { tokens, sent } = tokensOf(({ feed }) => (feed === 'second' ? null : `jwt of ${feed}`))
  expect(ORIGINS.map(tokens.tokenFor)).toEqual([null, null, null])
  await tokens.signIn()
  expect(sent).toEqual([
    ['town', 'jwt of town'],
    ['second', ''],
    ['water', 'jwt of water'],
  ])
  expect(ORIGINS.map(tokens.tokenFor)).toEqual(['jwt of town', 'jwt of water', null])
  tokens.drop()
  expect(ORIGINS.map(tokens.tokenFor)).toEqual([null, null, null])
})

test('a document without feeds asks for one token, for its own origin, and for another once that is refused', async () => {
  const asked: boolean[] = []
  const { tokens, sent, taken } = tokensOf(({ expired }) => {
    asked.push(expired)
    return expired ? 'newer' : 'jwt'
  }, [])
  expect(await tokens.renewed(ORIGINS[0]!, null)).toBe(true)
  expect([sent, asked, taken()]).toEqual([[['', 'jwt']], [false], 1])
  expect(await tokens.renewed(ORIGINS[0]!, 'jwt')).toBe(true)
  expect(await tokens.renewed(ORIGINS[0]!, 'newer')).toBe(false)
  expect(await tokens.renewed(ORIGINS[0]!, 'newer')).toBe(false)
  expect([tokens.tokenFor(ORIGINS[0]!), asked]).toEqual(['newer', [false, true, true]])
  const none = tokensOf(undefined, [])
  expect(await none.tokens.renewed(ORIGINS[0]!, null)).toBe(false)
})

test('who was refused waits for the first token of that origin, and no longer than it lasts', async () => {
  vi.useFakeTimers()
  const { tokens, taken } = tokensOf(({ feed }) => (feed === 'water' ? null : `jwt of ${feed}`))
  const first = tokens.renewed('https://town.example', null)
  const isPublic = tokens.renewed('https://water.example', null)
  await tokens.answer({ feed: 'town', expired: false })
  await tokens.answer({ feed: 'town', expired: false })
  await tokens.answer({ feed: 'water', expired: false })
  expect([await first, await isPublic, await tokens.renewed('https://tiles.example', null), taken()]).toEqual([true, false, false, 1])
  const late = tokensOf(() => 'jwt').tokens.renewed('https://town.example', null)
  await vi.advanceTimersByTimeAsync(FIRST_TOKEN_MS)
  expect(await late).toBe(false)
  const { tokens: left } = tokensOf(() => 'jwt')
  const asking = left.renewed('https://town.example', null)
  left.drop()
  expect([await asking, await left.renewed('https://town.example', null), vi.getTimerCount()]).toEqual([false, false, 0])
})

test('a document without feeds signs in too', async () => {
  const { tokens, sent } = tokensOf(() => 'jwt', [])
  await tokens.signIn()
  expect(sent.at(-1)).toEqual(['', 'jwt'])
  expect(ORIGINS.map(tokens.tokenFor)).toEqual(['jwt', null, null])
})

test('says that nobody is signed in only where the last token ended', async () => {
  const { tokens, sent } = tokensOf(() => null)
  expect(await tokens.answer({ feed: 'town', expired: false })).toBe(true)
  expect(await tokens.answer({ feed: 'town', expired: true })).toBe(false)
  expect(sent).toEqual([['town', '']])
  expect(await tokensOf(undefined).tokens.answer({ feed: 'town', expired: false })).toBe(true)
})

test.each(['drop', 'end'] as const)('an answer that comes after %s is kept by nobody', async (how) => {
  let give!: (token: string) => void
  const { tokens, sent, ending } = tokensOf(() => new Promise<string>((resolve) => (give = resolve)))
  const asked = tokens.answer({ feed: 'town', expired: false })
  await Promise.resolve()
  if (how === 'drop') tokens.drop()
  else ending.abort()
  give('jwt')
  expect(await asked).toBe(true)
  expect([sent, tokens.tokenFor(ORIGINS[0]!)]).toEqual([[], null])
})

test('who could not give one is asked again, until it is too late', async () => {
  vi.useFakeTimers()
  let asked = 0
  const { tokens, sent, told } = tokensOf(() => {
    if (++asked === 2) return 'jwt'
    throw new Error('the portal restarts')
  })
  const answered = tokens.answer({ feed: 'water', expired: false })
  await vi.advanceTimersByTimeAsync(2000)
  expect([await answered, asked, sent, told.length]).toEqual([true, 2, [['water', 'jwt']], 1])
  const late = tokens.answer({ feed: 'water', expired: true })
  tokens.drop()
  await vi.advanceTimersByTimeAsync(2000)
  expect([await late, asked]).toEqual([true, 3])
})

test('whose token ended is not signed in as the public, until somebody gives one', async () => {
  let token: string | null = null
  const { tokens, sent } = tokensOf(() => token)
  await tokens.answer({ feed: 'town', expired: true })
  tokens.drop()
  await expect(tokens.signIn()).rejects.toMatchObject({ code: 'token-expired' })
  expect(sent).toEqual([])
  token = 'jwt'
  await tokens.signIn()
  expect(sent).toHaveLength(3)
  tokens.drop()
  token = null
  await tokens.signIn()
  expect(sent.slice(3)).toEqual(FEEDS.map(({ id }) => [id, '']))
})
