import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import { realTimers } from '../feeds/within-silence.ts'
import type { NetPorts } from '../net/net.ts'
import { type SessionOptions, startSession } from './session.ts'
import { createTokens } from './tokens.ts'

const KEY = '5f0c6b0e-6c0b-4b51-9d3c-0f6f0f1f7a11'
const feeds = [
  { id: 'evil', type: 'websocket', url: 'https://evil.example/live', actions: 'https://evil.example/actions' },
  { id: 'town', type: 'websocket', url: 'https://town.example/live', actions: 'https://town.example/actions' },
  { id: 'water', type: 'websocket', url: 'wss://water.example/live' },
]
const action = { key: KEY, type: 'take', alarm: 'd-1' } as const
const turn = () => new Promise((resolve) => setTimeout(resolve, 1))
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })

function made(answer: NetPorts['fetch'] = async () => json({ ok: 1 }), more: Partial<SessionOptions> = {}) {
  const needs: [feed: string, expired: boolean][] = []
  const tokens = createTokens((feed, expired) => needs.push([feed, expired]))
  const fetch = vi.fn(answer)
  const sinks = new Map<string, ReturnType<typeof sink>>()
  const opened: string[] = []
  const sent: string[] = []
  const session = startSession(
    {
      doc: { feeds } as unknown as TwinDocument,
      base: 'https://town.example/',
      allow: ['https://water.example', 'https://files.example'],
      kindsOf: (feed) => [`kind of ${feed}`],
      sinkOf: (feed) => {
        sinks.set(feed, sink())
        return sinks.get(feed)!
      },
      ...more,
    },
    {
      net: { fetch, sleep: async () => undefined, random: () => 0 },
      sockets: {
        open: (url: string) => {
          opened.push(url)
          const socket = { close: () => undefined, send: (frame: string) => void sent.push(frame), onopen: null as (() => void) | null }
          queueMicrotask(() => socket.onopen?.())
          return socket as never
        },
        nowMs: () => 0,
      },
      timers: realTimers,
      random: () => 0,
      tokens,
    },
  )
  const headers = () => fetch.mock.calls.map(([url, { headers }]) => [url, (headers as Record<string, string>)['Authorization'] ?? null])
  return { session, tokens, needs, fetch, sinks, opened, sent, headers }
}
const sink = () => ({ state: vi.fn(), envelope: vi.fn(), heard: vi.fn(), problem: vi.fn() })
const END = new TwinError('signed-out', 'nobody is signed in; sign in again')

test('a feed whose origin is not allowed is refused and not listened to, and the others are, each for its own kinds', async () => {
  const { session, tokens, needs, sinks, opened, sent } = made()
  expect(sinks.get('evil')!.state.mock.calls).toEqual([['refused', expect.objectContaining({ code: 'fetch-refused' })]])
  await turn()
  tokens.answer('town', 'a')
  tokens.answer('water', 'b')
  await turn()
  await turn()
  expect([opened.sort(), sent.sort(), needs]).toEqual([
    ['wss://town.example/live', 'wss://water.example/live'],
    ['{"hello":{"token":"a","kinds":["kind of town"]}}', '{"hello":{"token":"b","kinds":["kind of water"]}}'],
    [
      ['town', false],
      ['water', false],
    ],
  ])
  expect(sinks.get('town')!.state.mock.calls.map(([state]) => state)).not.toContain('refused')
  session.end(END)
})

test('a file takes the token of the feed at its origin, a socket’s origin too, and that of no other', async () => {
  const { session, tokens, headers } = made()
  tokens.answer('town', 'a')
  tokens.answer('water', 'b')
  const files = ['https://files.example/1.json', 'https://town.example/2.json', 'https://water.example/3.json']
  expect(await Promise.all(files.map((url) => session.json(url)))).toEqual([{ ok: 1 }, { ok: 1 }, { ok: 1 }])
  expect(headers().sort()).toEqual([
    [files[0], null],
    [files[1], 'Bearer a'],
    [files[2], 'Bearer b'],
  ])
  session.end(END)
})

test('an action goes to its own feed, and to a feed that takes none not at all', async () => {
  const { session, fetch } = made(async () => json({ key: KEY, state: 'pending' }, 202))
  expect(await session.act('town', action)).toEqual({ key: KEY, state: 'pending' })
  expect(fetch.mock.calls.map(([url, { body }]) => [url, JSON.parse(String(body))])).toEqual([['https://town.example/actions', action]])
  for (const feed of ['water', 'nowhere'])
    await expect(session.act(feed, action)).rejects.toMatchObject({
      code: 'action-refused',
      message: `feed ${feed}: takes no actions; give it "actions" in the twin document`,
      details: { feed },
    })
  expect(fetch.mock.calls.length).toBe(1)
  session.end(END)
})

test('an expired token is asked for once, and the action goes again as the same; another fault is told at once', async () => {
  const expired = () => json({ error: { code: 'token-expired', message: 'it expired' } }, 401)
  const answers = [expired(), json({ key: KEY, state: 'pending' }), expired(), expired(), new Response('<html>', { status: 404 })]
  const { session, tokens, needs, headers } = made(async () => answers.shift()!)
  const acts = async () => {
    const acting = session.act('town', action)
    acting.catch(() => undefined)
    await turn()
    tokens.answer('town', `jwt ${needs.length}`)
    return acting
  }
  await turn()
  needs.length = 0
  expect(await acts()).toEqual({ key: KEY, state: 'pending' })
  expect([needs, headers().at(-1)]).toEqual([[['town', true]], ['https://town.example/actions', 'Bearer jwt 1']])
  await expect(acts()).rejects.toMatchObject({ code: 'token-expired' })
  expect([needs.length, headers().length]).toEqual([2, 4])
  await expect(acts()).rejects.toMatchObject({ code: 'action-refused' })
  expect([needs.length, headers().length]).toEqual([2, 5])
  session.end(END)
})

test('what has its answer leaves nothing behind, and does not hear of the end', async () => {
  const { session } = made(async () => json({ key: KEY, state: 'pending' }))
  await turn()
  const before = getEventListeners(session.signal, 'abort').length
  await session.json('https://files.example/1.json')
  await session.act('town', action)
  await turn()
  expect(getEventListeners(session.signal, 'abort').length).toBe(before)
  session.end(END)
  expect([session.signal.aborted, session.signal.reason]).toEqual([true, END])
})

test('a file that is no longer wanted is asked for with the signal of its session', async () => {
  let signal: AbortSignal | null | undefined
  const { session } = made((_, init) => {
    signal = init.signal
    return new Promise(() => undefined)
  })
  const file = session.json('https://files.example/1.json')
  await turn()
  session.end(END)
  await expect(file).rejects.toBe(END)
  expect(signal!.aborted).toBe(true)
})
