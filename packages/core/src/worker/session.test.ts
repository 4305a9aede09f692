import { expect, test, vi } from 'vitest'
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import { realTimers } from '../feeds/within-silence.ts'
import { startSession } from './session.ts'
import { createTokens } from './tokens.ts'

const doc = {
  feeds: [{ id: 'town', type: 'websocket', url: 'https://town.example/live', actions: 'https://town.example/actions' }],
} as unknown as TwinDocument
const SIGNED_OUT = new TwinError('signed-out', 'nobody is signed in; sign in again')

function made() {
  const tokens = createTokens(() => undefined)
  const fetch = vi.fn((_: string, { signal }: RequestInit) => {
    return new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  })
  const sink = { state: vi.fn(), envelope: vi.fn(), heard: vi.fn(), problem: vi.fn() }
  const session = startSession(
    { doc, base: 'https://town.example/', allow: [], kindsOf: () => [], sinkOf: () => sink },
    {
      net: { fetch, sleep: async () => undefined, random: () => 0 },
      sockets: { open: () => ({ close: () => undefined }) as never, nowMs: () => 0 },
      timers: realTimers,
      random: () => 0,
      tokens,
    },
  )
  return { session, tokens, fetch, sink }
}

test('what waits when the session ends hears why at once: for a token, for an answer, for a file', async () => {
  const { session, tokens } = made()
  const file = session.json('https://town.example/plots.geojson')
  const asking = tokens.ask('town', false)
  tokens.answer('water', 'jwt of water')
  const acting = session.act('town', { key: 'k', type: 'take', alarm: 'd-1' })
  session.end(SIGNED_OUT)
  for (const waiting of [file, acting]) await expect(waiting).rejects.toBe(SIGNED_OUT)
  await expect(asking).rejects.toMatchObject({ code: 'signed-out' })
  expect([session.signal.aborted, session.signal.reason, tokens.latest('water')]).toEqual([true, SIGNED_OUT, null])
})

test('nothing begins after the end, also what would wait for a token', async () => {
  const { session, fetch } = made()
  session.end(SIGNED_OUT)
  await expect(session.json('https://town.example/plots.geojson')).rejects.toBe(SIGNED_OUT)
  await expect(session.act('town', { key: 'k', type: 'take', alarm: 'd-1' })).rejects.toBe(SIGNED_OUT)
  expect(fetch).not.toHaveBeenCalled()
})

test('a file of an origin with a feed waits for its token, one of another origin does not', async () => {
  const { session, tokens, fetch } = made()
  void session.json('https://town.example/plots.geojson').catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 1))
  expect(fetch).not.toHaveBeenCalled()
  tokens.answer('town', 'jwt')
  await new Promise((resolve) => setTimeout(resolve, 1))
  expect(fetch.mock.calls.map(([url, { headers }]) => [url, headers])).toEqual([
    ['https://town.example/plots.geojson', { Authorization: 'Bearer jwt' }],
  ])
  session.end(SIGNED_OUT)
})
