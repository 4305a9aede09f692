import { afterEach, expect, test } from 'vitest'
import { type WebSocket as ServerSocket, WebSocket, WebSocketServer } from 'ws'
import type { TwinError } from '../error/twin-error.ts'
import type { Envelope, Hello } from '../record/envelope.ts'
import { type FeedOptions, type FeedState, listen } from './feed.ts'
import type { Socket } from './websocket.ts'

type Up = { hello?: Hello; resync?: Record<string, never> }

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** A real socket server; each connection is played by the next script, which hears what the viewer says. */
async function town(...plays: ((socket: ServerSocket, up: Up) => void)[]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  const said: Up[] = []
  let connections = 0
  server.on('connection', (socket) => {
    const play = plays[Math.min(connections++, plays.length - 1)]!
    socket.on('message', (data) => {
      const up = JSON.parse(String(data)) as Up
      said.push(up)
      play(socket, up)
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  ends.push(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/live?key=secret`, said }
}
const say = (socket: ServerSocket, message: Partial<Envelope> | { error: unknown }) =>
  socket.send(JSON.stringify('error' in message ? message : { streamId: 's', n: 0, serverTimeMs: 5, ...message }))

/** Listens until `until` holds, then leaves. */
async function hear(
  url: string,
  until: (heard: Heard) => boolean,
  token: (expired: boolean) => Promise<string> = async () => 'jwt',
  options: Partial<FeedOptions> = {},
) {
  const leave = new AbortController()
  const heard: Heard = { envelopes: [], states: [], problems: [] }
  const look = () => until(heard) && leave.abort()
  const timer = setTimeout(() => leave.abort(), 5000)
  await listen(
    { url, patience: { firstMs: 5, longestMs: 10 }, ...options },
    {
      envelope: ({ from, n, snapshot }) => {
        heard.envelopes.push(snapshot ? `snapshot ${n}` : `${from}–${n}`)
        look()
      },
      heard: () => undefined,
      state: (state, error) => {
        if (heard.states.at(-1)?.[0] !== state) heard.states.push([state, error])
        look()
      },
      problem: (error) => {
        heard.problems.push(error)
        look()
      },
    },
    { token, sockets: { open: (address) => new WebSocket(address) as unknown as Socket, nowMs: () => Date.now() } },
    leave.signal,
  )
  clearTimeout(timer)
  return heard
}
interface Heard {
  readonly envelopes: string[]
  readonly states: [FeedState, TwinError | null][]
  readonly problems: TwinError[]
}
const states = ({ states: all }: Heard) => all.map(([state]) => state)

test('begins with a snapshot and follows the commits', async () => {
  const { url, said } = await town((socket) => {
    say(socket, { snapshot: true, n: 4 })
    say(socket, { from: 5, n: 6 })
    say(socket, { n: 6 })
  })
  const heard = await hear(url, ({ envelopes }) => envelopes.length === 2, undefined, { kinds: ['Wristband'] })
  expect(heard.envelopes).toEqual(['snapshot 4', '5–6'])
  expect(said).toEqual([{ hello: { token: 'jwt', kinds: ['Wristband'] } }])
  expect(states(heard)).toEqual(['connecting', 'live'])
})

test('asks once for a snapshot after a gap, and takes nothing before it', async () => {
  const { url, said } = await town((socket, up) => {
    if (up.resync) return say(socket, { snapshot: true, n: 12 })
    say(socket, { snapshot: true, n: 4 })
    say(socket, { from: 6, n: 6 })
    say(socket, { from: 7, n: 7 })
  })
  const heard = await hear(url, ({ envelopes }) => envelopes.length === 2)
  expect(heard.envelopes).toEqual(['snapshot 4', 'snapshot 12'])
  expect(said.length).toBe(2)
})

test('a heartbeat that is ahead uncovers a lost message', async () => {
  const { url, said } = await town((socket, up) => {
    if (up.resync) return say(socket, { snapshot: true, n: 9 })
    say(socket, { snapshot: true, n: 4 })
    say(socket, { n: 9 })
  })
  await hear(url, ({ envelopes }) => envelopes.length === 2)
  expect(said[1]).toEqual({ resync: {} })
})

test('resumes after a cut line where it left, and hears the backlog', async () => {
  const { url, said } = await town(
    (socket) => {
      say(socket, { snapshot: true, n: 4 })
      say(socket, { from: 5, n: 5 })
      setTimeout(() => socket.terminate(), 20)
    },
    (socket) => say(socket, { from: 6, n: 90 }),
  )
  const heard = await hear(url, ({ envelopes }) => envelopes.length === 3)
  expect(said[1]).toEqual({ hello: { token: 'jwt', resume: { streamId: 's', n: 5 } } })
  expect(heard.envelopes).toEqual(['snapshot 4', '5–5', '6–90'])
  expect(states(heard)).toEqual(['connecting', 'live', 'lost', 'live'])
})

test('renews an expired token once, saying so', async () => {
  const asked: boolean[] = []
  const { url, said } = await town(
    (socket) => {
      say(socket, { error: { code: 'token-expired', message: 'expired' } })
      socket.close(4401)
    },
    (socket) => say(socket, { snapshot: true, n: 1 }),
  )
  const heard = await hear(
    url,
    ({ envelopes }) => envelopes.length === 1,
    async (expired) => {
      asked.push(expired)
      return expired ? 'new' : 'old'
    },
  )
  expect(asked).toEqual([false, true])
  expect(said.map(({ hello }) => hello)).toEqual([{ token: 'old' }, { token: 'new', expired: true }])
  expect(states(heard)).toEqual(['connecting', 'live'])
  expect(heard.problems).toEqual([])
})

test('a line whose first word cannot be read is broken off, and begun anew', async () => {
  const { url, said } = await town(
    (socket) => socket.send('<html>'),
    (socket) => say(socket, { snapshot: true, n: 3 }),
  )
  const heard = await hear(url, ({ envelopes }) => envelopes.length === 1)
  expect(said.map((up) => Object.keys(up)[0])).toEqual(['hello', 'hello'])
  expect(states(heard)).toEqual(['connecting', 'lost', 'live'])
})

test('ends when the server refuses, with the words of the server', async () => {
  const { url } = await town((socket) => {
    say(socket, { error: { code: 'not-allowed', message: 'this token is of no role' } })
    socket.close(4403)
  })
  const heard = await hear(url, () => false)
  const [state, error] = heard.states.at(-1)!
  expect([state, error?.code, error?.details['server']]).toEqual(['refused', 'feed-refused', 'not-allowed'])
  expect(error?.message).toMatch(/^127\.0\.0\.1:\d+\/live: this token is of no role$/)
})

test('breaks a line that fell silent, and comes back', async () => {
  const { url } = await town(
    (socket) => say(socket, { snapshot: true, n: 1 }),
    (socket) => say(socket, { from: 2, n: 2 }),
  )
  const heard = await hear(url, ({ envelopes }) => envelopes.length === 2, undefined, { silenceMs: 60 })
  expect(states(heard)).toEqual(['connecting', 'live', 'lost', 'live'])
  expect(heard.states[2]![1]?.message).toContain('silent for 0.06 s')
})

test('asks for everything after a message that cannot be read, and breaks off where that cannot be read either', async () => {
  const { url, said } = await town(
    (socket, up) => {
      if (up.resync) return socket.send('{"n":"many"}')
      say(socket, { snapshot: true, n: 1 })
      socket.send('<html>')
    },
    (socket) => say(socket, { snapshot: true, n: 3 }),
  )
  const heard = await hear(url, ({ envelopes }) => envelopes.length === 2)
  expect(heard.envelopes).toEqual(['snapshot 1', 'snapshot 3'])
  expect(said.map((up) => Object.keys(up)[0])).toEqual(['hello', 'resync', 'hello'])
  expect(said[2]!.hello).toEqual({ token: 'jwt' })
  expect(heard.problems.map(({ code }) => code)).toEqual(['record-invalid', 'record-invalid'])
})

test('commits that could not be taken are not resumed behind: everything is asked for', async () => {
  const { url, said } = await town(
    (socket) => {
      say(socket, { snapshot: true, n: 4 })
      say(socket, { from: 5, n: 5 })
    },
    (socket) => say(socket, { snapshot: true, n: 6 }),
  )
  let faults = 1
  const heard = await hear(url, ({ envelopes }) => {
    if (envelopes.at(-1) === '5–5' && faults-- > 0) throw new Error('a fault of ours')
    return envelopes.length === 3
  })
  expect(heard.envelopes).toEqual(['snapshot 4', '5–5', 'snapshot 6'])
  expect(said[1]!.hello).toEqual({ token: 'jwt' })
  expect(heard.states.find(([state]) => state === 'lost')?.[1]?.message).toContain('a fault of ours')
})

test('without anybody signed in it sends no token', async () => {
  const { url, said } = await town((socket) => say(socket, { snapshot: true, n: 1 }))
  await hear(
    url,
    ({ envelopes }) => envelopes.length === 1,
    async () => '',
  )
  expect(said).toEqual([{ hello: {} }])
})
