import { expect, test, vi } from 'vitest'
import type { TwinError } from '../error/twin-error.ts'
import { createNet, type NetOptions, type NetPorts, type RequestOptions } from './net.ts'

type Reply = Response | Error | ((init: RequestInit) => Response | Promise<Response>)

/** A network that gives each reply in turn. */
const network = (...replies: Reply[]) => {
  const asked: { url: string; init: RequestInit }[] = []
  const waits: number[] = []
  const ports: NetPorts = {
    fetch: async (url, init) => {
      asked.push({ url, init })
      const reply = replies.shift()
      if (reply === undefined) throw new Error('the test expected no further request')
      if (reply instanceof Error) throw reply
      return typeof reply === 'function' ? reply(init) : reply
    },
    sleep: async (ms) => void waits.push(ms),
    random: () => 1,
  }
  return { asked, waits, ports }
}
const BASE = 'https://town.example/twin/longwan.twin.json'
const ask = (net: ReturnType<typeof network>, url: string, options: RequestOptions = {}, more: Partial<NetOptions> = {}) =>
  createNet({ base: BASE, ...more }, net.ports).fetch(url, options)
const codeOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'none',
    (error: TwinError) => error.code,
  )
const ok = () => new Response('1')

test('asks its own origin, and no other unless it is listed', async () => {
  expect(await codeOf(ask(network(ok()), 'tiles/tileset.json'))).toBe('none')
  expect(await codeOf(ask(network(), 'https://evil.example/'))).toBe('fetch-refused')
  expect(await codeOf(ask(network(), 'data:text/plain,1'))).toBe('fetch-refused')
  expect(await codeOf(ask(network(ok()), 'https://tiles.example/a', {}, { allow: ['https://tiles.example'] }))).toBe('none')
})

test('a socket of the own origin may be opened, one of another not', () => {
  const net = createNet({ base: BASE }, network().ports)
  expect(() => net.mustAllow('wss://town.example/live')).not.toThrow()
  expect(() => net.mustAllow('wss://evil.example/live')).toThrow('not that of the twin document')
})

test('a token goes to the origin that it is for, and to no other', async () => {
  const tokenFor = (origin: string) => (origin === 'https://town.example' ? 'secret' : null)
  const net = network(ok(), ok())
  await ask(net, '/a', {}, { tokenFor })
  await ask(net, 'https://tiles.example/a', {}, { tokenFor, allow: ['https://tiles.example'] })
  expect(net.asked.map(({ init }) => (init.headers as Record<string, string>)['Authorization'])).toEqual(['Bearer secret', undefined])
})

test('asks once more where it was refused and there is another token by then', async () => {
  let token: string | null = null
  const asked: unknown[] = []
  const renewed = async (...of: unknown[]) => {
    asked.push(of)
    token = `jwt ${asked.length}`
    return true
  }
  const refused = () => new Response('', { status: 401 })
  const more = { tokenFor: () => token, renewed }
  const net = network(refused(), ok(), refused(), refused())
  expect((await ask(net, '/a', {}, more)).ok).toBe(true)
  expect(await codeOf(ask(net, '/b', {}, more))).toBe('fetch-refused')
  expect(asked).toEqual([
    ['https://town.example', null],
    ['https://town.example', 'jwt 1'],
  ])
  expect(net.asked.map(({ init }) => (init.headers as Record<string, string>)['Authorization'])).toEqual([
    undefined,
    'Bearer jwt 1',
    'Bearer jwt 1',
    'Bearer jwt 2',
  ])
})

test('who waits for another token and is no longer wanted waits no more', async () => {
  const leaving = new AbortController()
  const net = network(new Response('', { status: 403 }))
  const waits = ask(net, '/a', { signal: leaving.signal }, { renewed: () => new Promise(() => undefined) })
  await new Promise((resolve) => setTimeout(resolve, 5))
  leaving.abort(new Error('out of view'))
  await expect(waits).rejects.toThrow('out of view')
})

test('tries again after breaks, 429 and 5xx, waiting longer each time, but no less than the server asks', async () => {
  const net = network(
    new TypeError('network'),
    new Response('', { status: 503 }),
    new Response('', { status: 429, headers: { 'Retry-After': '7' } }),
    ok(),
  )
  expect(await codeOf(ask(net, '/a'))).toBe('none')
  expect(net.waits).toEqual([500, 1000, 7000])
})

test('waits no longer than a minute, whatever the server asks', async () => {
  const asks = (seconds: string) => new Response('', { status: 503, headers: { 'Retry-After': seconds } })
  const net = network(asks('60'), asks('61'), asks('86400'), ok())
  expect(await codeOf(ask(net, '/a'))).toBe('none')
  expect(net.waits).toEqual([60_000, 60_000, 60_000])
})

test('a wait is drawn from its second half, so that a thousand viewers do not ask at once', async () => {
  const net = network(new TypeError('network'), new TypeError('network'), ok())
  await createNet({ base: BASE }, { ...net.ports, random: () => 0 }).fetch('/a')
  expect(net.waits).toEqual([250, 500])
})

test('a server that asks for no time, or for words, is asked again as after any break', async () => {
  const asks = (said: string) => new Response('', { status: 503, headers: { 'Retry-After': said } })
  const net = network(asks('0'), asks('Wed, 21 Oct 2026 07:28:00 GMT'), ok())
  await ask(net, '/a')
  expect(net.waits).toEqual([500, 1000])
})

test('gives up after four tries, telling neither query nor token', async () => {
  const net = network(...[1, 2, 3, 4].map(() => new TypeError('network')))
  const error = (await ask(net, '/a?key=secret', {}, { tokenFor: () => 'secret' }).catch((e: unknown) => e)) as TwinError
  expect([error.code, error.message]).toEqual([
    'fetch-failed',
    'https://town.example/a: the network does not carry it, after 4 tries; check the network and the server',
  ])
  expect(JSON.stringify(error.details)).not.toContain('secret')
})

test.each([
  [404, 'fetch-gone'],
  [410, 'fetch-gone'],
  [401, 'fetch-refused'],
  [403, 'fetch-refused'],
  [302, 'fetch-refused'],
  [418, 'fetch-failed'],
])('%i is %s at once', async (status, code) => {
  const net = network(new Response(status === 302 ? null : '', { status, headers: { Location: 'https://evil.example/' } }))
  expect([await codeOf(ask(net, '/a')), net.asked.length]).toEqual([code, 1])
})

test.each([
  ['name', 'c:/tiles/a.glb?sig=secret', 200, null],
  ['origin', 'https://evil.example/a?sig=secret', 200, null],
  ['redirect', '/a?sig=secret', 302, null],
  ['expired', '/a?sig=secret', 403, null],
  ['expired', '/a?sig=secret', 401, null],
  ['role', '/a?v=secret', 403, 'token'],
  ['signed-out', '/a', 401, null],
  ['signed-out', '/a', 403, ''],
])('a refusal says its reason, and nothing of a signature: %s', async (reason, url, status, token) => {
  const net = network(new Response(null, { status }))
  const error = (await ask(net, url, {}, { tokenFor: () => token }).catch((e: unknown) => e)) as TwinError
  expect([error.code, error.details['reason']]).toEqual(['fetch-refused', reason])
  expect(JSON.stringify([error.message, error.details])).not.toContain('secret')
})

test('never lets the browser follow a redirect, nor send its cookies to another origin', async () => {
  const net = network(ok(), ok())
  await ask(net, '/a')
  await ask(net, 'https://tiles.example/a', {}, { allow: ['https://tiles.example'] })
  expect(net.asked.map(({ init }) => [init.redirect, init.credentials])).toEqual([
    ['manual', 'same-origin'],
    ['manual', 'same-origin'],
  ])
})

test.each([
  ['300', { status: 300 }],
  ['399', { status: 399 }],
  ['one that a browser hides', { status: 0, type: 'opaqueredirect' }],
])('a redirect is refused: %s', async (_, like) => {
  const redirect = { ok: false, headers: new Headers(), body: null, type: 'basic', ...like } as unknown as Response
  const error = (await ask(network(redirect), '/a').catch((e: unknown) => e)) as TwinError
  expect([error.code, error.message]).toEqual(['fetch-refused', expect.stringContaining('the server redirects')])
})

test('reads no body of an answer that it refuses', async () => {
  const cancel = vi.fn()
  await codeOf(ask(network(new Response(new ReadableStream({ cancel }), { status: 404 })), '/a'))
  expect(cancel).toHaveBeenCalledOnce()
})

test('nobody signed in is no token', async () => {
  const net = network(ok())
  await ask(net, '/a', {}, { tokenFor: () => '' })
  expect(net.asked[0]!.init.headers).toEqual({})
})

test('sends a POST once unless it is said to be repeatable', async () => {
  expect(await codeOf(ask(network(new TypeError('network')), '/a', { method: 'POST' }))).toBe('fetch-failed')
  expect(await codeOf(ask(network(new TypeError('network'), ok()), '/a', { method: 'POST', repeatable: true }))).toBe('none')
})

test('ends with the signal, and tries no more', async () => {
  const leave = new AbortController()
  const net = network(() => {
    leave.abort(new Error('left'))
    return Promise.reject(new TypeError('aborted'))
  })
  await expect(ask(net, '/a', { signal: leave.signal })).rejects.toThrow('left')
})

test('gives the caller the answers that it reads by itself', async () => {
  const response = await ask(network(new Response('{}', { status: 409 })), '/a', { method: 'POST', accept: [409] })
  expect(response.status).toBe(409)
})

test('a break inside the body is tried again; what is no JSON is not', async () => {
  const broken = new Response(new ReadableStream({ pull: (sink) => sink.error(new TypeError('network')) }))
  const net = network(broken, new Response('[1]'))
  expect(await createNet({ base: BASE }, net.ports).json('/a')).toEqual([1])
  await expect(createNet({ base: BASE }, network(new Response('<html>')).ports).json('/a')).rejects.toThrow(SyntaxError)
})

test('waits no longer than it is told, and ends with the signal too where both are given', async () => {
  const hangs = (init: RequestInit) =>
    new Promise<Response>((_, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason)))
  const both = { method: 'POST', timeoutMs: 5, signal: new AbortController().signal } as const
  expect(await codeOf(ask(network(hangs), '/a', both))).toBe('fetch-failed')
  const leaving = new AbortController()
  const asked = ask(network(hangs), '/a', { ...both, timeoutMs: 60_000, signal: leaving.signal })
  leaving.abort(new Error('left'))
  await expect(asked).rejects.toThrow('left')
})

test('waits no longer than it is told', async () => {
  const net = network((init) => new Promise((_, reject) => init.signal!.addEventListener('abort', () => reject(init.signal!.reason))))
  expect(await codeOf(ask(net, '/a', { method: 'POST', timeoutMs: 5 }))).toBe('fetch-failed')
})
