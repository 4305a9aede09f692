import { expect, test } from 'vitest'
import type { TwinError } from '../error/twin-error.ts'
import { PATIENCE, stayConnected } from './stay-connected.ts'
import type { Sink } from './transport.ts'
import { type Socket, webSocket } from './websocket.ts'

/** A server in a few lines: the test says what each socket does once it is opened. Closing from here ends as on a cut line, 1006. */
const server = (...plays: ((socket: Socket) => void)[]) => {
  const sent: string[] = []
  const closed: Socket[] = []
  const open = () => {
    const socket: Socket = {
      binaryType: 'blob',
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (frame) => void sent.push(frame),
      close: () => {
        closed.push(socket)
        socket.onclose?.({ code: 1006, reason: '' })
      },
    }
    const play = plays.shift()
    if (play === undefined) throw new Error('the test expected no further socket')
    queueMicrotask(() => play(socket))
    return socket
  }
  return { sent, closed, open, nowMs: () => 42 }
}
const opens = (socket: Socket) => socket.onopen?.({} as never)
const says = (socket: Socket, data: string | ArrayBuffer) =>
  socket.onmessage?.({ data: typeof data === 'string' || socket.binaryType === 'arraybuffer' ? data : 'a Blob' })
const closes = (socket: Socket, code: number, reason = '') => socket.onclose?.({ code, reason })
const log = () => {
  const heard: unknown[] = []
  const sink: Sink = {
    opened: (send) => {
      heard.push('opened')
      send('resync')
    },
    message: (data, ms) => {
      heard.push([data, ms])
      return data !== 'complaint'
    },
  }
  return { heard, sink }
}
const URL_TO_HIDE = 'wss://town.example/live?key=secret'
const never = new AbortController().signal

test('says hello first, then carries control up and messages down', async () => {
  const { heard, sink } = log()
  const bytes = new ArrayBuffer(2)
  const town = server((s) => {
    opens(s)
    says(s, 'a')
    says(s, bytes)
    closes(s, 1006)
  })
  await expect(webSocket(URL_TO_HIDE, town)({ token: 't', resume: { streamId: 'e', n: 7 } }, sink, never)).rejects.toThrow()
  expect(town.sent).toEqual(['{"hello":{"token":"t","resume":{"streamId":"e","n":7}}}', 'resync'])
  expect(heard).toEqual(['opened', ['a', 42], [bytes, 42]])
})

test('a relative address, resolved against a page, opens as a socket of the same origin', async () => {
  const opened: string[] = []
  const town = server((s) => closes(s, 1006))
  const open = (url: string) => {
    opened.push(url)
    return town.open()
  }
  await webSocket('https://town.example/portal/twin/live', { ...town, open })({}, log().sink, never).catch(() => undefined)
  expect(opened).toEqual(['wss://town.example/portal/twin/live'])
})

test('never tells the query of its URL when the connection breaks', async () => {
  const broken = webSocket(
    URL_TO_HIDE,
    server((s) => closes(s, 1006)),
  )({}, log().sink, never)
  await expect(broken).rejects.toThrow('wss://town.example/live: closed with 1006; the twin shows last known values until it is back')
})

test.each([
  [1000, 'feed-lost'],
  [1011, 'feed-lost'],
  [1012, 'feed-lost'],
  [4401, 'token-expired'],
  [4403, 'feed-refused'],
  [4400, 'feed-refused'],
  [4499, 'feed-refused'],
  [4500, 'feed-lost'],
  [4399, 'feed-lost'],
])('a close with %i is %s', async (code, expected) => {
  const error = await webSocket(
    URL_TO_HIDE,
    server((s) => closes(s, code)),
  )({}, log().sink, never).catch((e: TwinError) => e.code)
  expect(error).toBe(expected)
})

test('closes the socket when asked to leave, and does not wait for the other side', async () => {
  const leave = new AbortController()
  const town = server(() => leave.abort())
  await expect(webSocket(URL_TO_HIDE, town)({}, log().sink, leave.signal)).resolves.toBeUndefined()
  expect(town.closed.length).toBe(1)
})

test('opens nothing when asked to leave before', async () => {
  await expect(webSocket(URL_TO_HIDE, server())({}, log().sink, AbortSignal.abort())).resolves.toBeUndefined()
})

test('comes back after a break, asking for the token anew and waiting twice as long each time until it hears something', async () => {
  const waits: number[] = []
  const leave = new AbortController()
  const { heard, sink } = log()
  let asked = 0
  const ports = {
    hello: async () => ({ token: `t${++asked}` }),
    sleep: async () => undefined,
    random: () => 1,
    lost: (_: TwinError, ms: number) => void waits.push(ms),
  }
  const refuses = (s: Socket) => closes(s, 1006)
  const opensAndComplains = (s: Socket) => {
    opens(s)
    says(s, 'complaint')
    closes(s, 1006)
  }
  const speaksAndDrops = (s: Socket) => {
    opens(s)
    says(s, 'a')
    closes(s, 1006)
  }
  const flaky = server(refuses, opensAndComplains, refuses, speaksAndDrops, () => leave.abort())
  await stayConnected(webSocket('ws://town.example/', flaky), sink, { firstMs: 100, longestMs: 300 }, ports, leave.signal)
  expect(waits).toEqual([100, 200, 300, 100])
  expect(heard).toEqual(['opened', ['complaint', 42], 'opened', ['a', 42]])
  expect(flaky.sent.filter((frame) => frame !== 'resync')).toEqual(['{"hello":{"token":"t2"}}', '{"hello":{"token":"t4"}}'])
})

test('waits half a second at first and half a minute at the longest, and a part of that by chance', async () => {
  const waits: number[] = []
  const leave = new AbortController()
  const ports = {
    hello: async () => ({}),
    sleep: async () => undefined,
    random: () => (waits.length === 9 ? 0 : 1),
    lost: (_: TwinError, ms: number) => void (waits.push(ms) === 10 && leave.abort()),
  }
  const refusing = server(...Array.from({ length: 10 }, () => (s: Socket) => closes(s, 1006)))
  await stayConnected(webSocket('ws://town.example/', refusing), log().sink, PATIENCE, ports, leave.signal)
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 15_000])
})

test('asks once for a new token when the old one expired, and ends when that is refused too', async () => {
  const asked: boolean[] = []
  const ports = {
    hello: async (expired: boolean) => {
      asked.push(expired)
      return {}
    },
    sleep: async () => undefined,
    random: () => 1,
    lost: () => undefined,
  }
  const expires = (s: Socket) => closes(s, 4401)
  const speaksThenExpires = (s: Socket) => {
    opens(s)
    says(s, 'a')
    closes(s, 4401)
  }
  const town = server(speaksThenExpires, speaksThenExpires, expires)
  const kept = stayConnected(webSocket('ws://town.example/', town), log().sink, { firstMs: 1, longestMs: 1 }, ports, never)
  await expect(kept).rejects.toMatchObject({ code: 'token-expired' })
  expect(asked).toEqual([false, true, true])
})
