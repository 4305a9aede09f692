// The bounds of a request: what is sent and what is not, which statuses are tried again, and what is left behind.
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { TwinError } from '../error/twin-error.ts'
import { browserNet, createNet, deniedBy, type NetPorts, type RequestOptions } from './net.ts'

const BASE = 'https://town.example/twin.json'
/** A network that gives one answer after the other, and then the last one for ever. */
function network(...answers: (() => Response)[]) {
  const asked: RequestInit[] = []
  const waits: number[] = []
  const ports: NetPorts = {
    fetch: async (_, init) => {
      asked.push(init)
      return (answers[asked.length - 1] ?? answers.at(-1)!)()
    },
    sleep: async (ms) => void waits.push(ms),
    random: () => 0,
  }
  return { asked, waits, ports, fetch: (options: RequestOptions = {}) => createNet({ base: BASE }, ports).fetch('/a', options) }
}
const answer =
  (status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(null, { status, headers })
const ok = answer(200)
const failureOf = (asked: Promise<unknown>) => asked.then(() => undefined).catch((error: TwinError) => error)

describe('the sleep of a browser', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test.each([
    ['without a signal', undefined],
    ['with one', new AbortController().signal],
  ])('ends after its time, %s, and leaves nothing behind', async (_, signal) => {
    let isOver = false
    const slept = browserNet.sleep(100, signal).then(() => {
      isOver = true
    })
    await vi.advanceTimersByTimeAsync(99)
    expect([isOver, vi.getTimerCount()]).toEqual([false, 1])
    await vi.advanceTimersByTimeAsync(1)
    await slept
    expect(signal === undefined ? 0 : getEventListeners(signal, 'abort').length).toBe(0)
  })

  test('ends with its signal, and leaves nothing behind', async () => {
    const leaving = new AbortController()
    const slept = browserNet.sleep(100, leaving.signal)
    expect(vi.getTimerCount()).toBe(1)
    leaving.abort()
    await slept
    expect([vi.getTimerCount(), getEventListeners(leaving.signal, 'abort').length]).toEqual([0, 0])
  })
})

test('sends what it was given and nothing else', async () => {
  const { asked, fetch } = network(ok)
  await fetch()
  await fetch({ method: 'POST', body: '{}', headers: { 'X-A': '1' } })
  const always = { redirect: 'manual', credentials: 'same-origin' }
  expect(asked).toStrictEqual([
    { method: 'GET', headers: {}, ...always },
    { method: 'POST', headers: { 'X-A': '1' }, body: '{}', ...always },
  ])
})

test.each([
  ['a signal', { signal: new AbortController().signal }],
  ['a time', { timeoutMs: 60_000 }],
])('sends a signal where it was given %s alone', async (_, options) => {
  const { asked, fetch } = network(ok)
  await fetch(options)
  expect(asked[0]!.signal).toBeInstanceOf(AbortSignal)
})

test('what is no longer wanted is not asked for at all', async () => {
  const { asked, fetch } = network(ok)
  await expect(fetch({ signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left')
  expect(asked).toEqual([])
})

test.each([
  [299, 'no error', 1],
  [400, 'fetch-failed', 1],
  [402, 'fetch-failed', 1],
  [405, 'fetch-failed', 1],
  [428, 'fetch-failed', 1],
  [429, 'fetch-failed', 4],
  [430, 'fetch-failed', 1],
  [499, 'fetch-failed', 1],
  [500, 'fetch-failed', 4],
  [599, 'fetch-failed', 4],
])('after status %i is told %s, and it was asked %i times', async (status, code, times) => {
  const { asked, fetch } = network(answer(status))
  expect([(await failureOf(fetch()))?.code ?? 'no error', asked.length]).toEqual([code, times])
})

test('tells what the server answered, and how often it was asked', async () => {
  const told = async (method: 'GET' | 'POST') => (await failureOf(network(answer(503)).fetch({ method })))?.message
  expect([await told('GET'), await told('POST')]).toEqual([
    'https://town.example/a: the server answers 503, after 4 tries; check the network and the server',
    'https://town.example/a: the server answers 503, after 1 try; check the network and the server',
  ])
})

test('each wait is the half of twice the one before, where chance says nothing and the server asks for less', async () => {
  const { waits, fetch } = network(answer(503, { 'Retry-After': '0.3' }))
  await failureOf(fetch())
  expect(waits).toEqual([300, 500, 1000])
})

test.each([
  ['no header', {}, 250],
  ['a time before now', { 'Retry-After': '-5' }, 250],
  ['words', { 'Retry-After': 'soon' }, 250],
  ['half a second', { 'Retry-After': '0.5' }, 500],
  ['a second', { 'Retry-After': '1' }, 1000],
  ['59 s', { 'Retry-After': '59' }, 59_000],
])('waits for what the server asks: %s', async (_, headers, ms) => {
  const { waits, fetch } = network(answer(429, headers), ok)
  await fetch()
  expect(waits).toEqual([ms])
})

describe('one who waits for another token, with a signal', () => {
  const refused = (renewed: () => Promise<boolean>) => {
    const { ports, asked } = network(answer(401), ok)
    const { signal } = new AbortController()
    return { asked, signal, fetched: createNet({ base: BASE, renewed }, ports).fetch('/a', { signal }) }
  }
  test('asks again with it', async () => {
    const { asked, signal, fetched } = refused(async () => true)
    expect((await fetched).status).toBe(200)
    expect([asked.length, getEventListeners(signal, 'abort').length]).toEqual([2, 0])
  })
  test('hears of the refusal where there is none', async () => {
    const { asked, signal, fetched } = refused(async () => false)
    expect([(await failureOf(fetched))?.code, asked.length, getEventListeners(signal, 'abort').length]).toEqual(['fetch-refused', 1, 0])
  })
  test('hears why none can be had', async () => {
    const { fetched } = refused(() => Promise.reject(new Error('the portal is down')))
    await expect(fetched).rejects.toThrow('the portal is down')
  })
})

test.each([
  ['/a', null, 'signed-out'],
  ['/a', '', 'signed-out'],
  ['/a?', null, 'signed-out'],
  ['/a?b', null, 'expired'],
  ['/a?b=1', '', 'expired'],
  ['/a?b=1', 'jwt', 'role'],
  ['/a', 'jwt', 'role'],
])('a refusal of %s with the token %j means %s', (path, token, reason) => {
  const { code, message, details } = deniedBy(new URL(path, BASE), 403, token)
  expect([code, details]).toEqual(['fetch-refused', { where: 'https://town.example/a', reason, status: 403 }])
  expect(message).toMatch(/^https:\/\/town\.example\/a: the server refuses this viewer \(403\); /)
})

test('an address that is none of the web is told by its first 200 characters, without its query', () => {
  const told = (url: string) => {
    try {
      createNet({ base: BASE }, network().ports).mustAllow(url)
      return undefined
    } catch (error) {
      return (error as TwinError).details
    }
  }
  const data = (count: number) => `data:${'x'.repeat(count - 5)}`
  expect([199, 200, 201].map((count) => told(data(count)))).toEqual([
    { where: data(199), reason: 'name' },
    { where: data(200), reason: 'name' },
    { where: data(200), reason: 'name' },
  ])
  expect(told('ftp://town.example/a?token=secret#b')).toEqual({ where: 'ftp://town.example/a', reason: 'name' })
})
