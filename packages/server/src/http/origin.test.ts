import { request as ask } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { BAND_KEY, band, startTown, type Town, uuid } from '../testing/town.ts'
import { createOriginCheck, readOrigin } from './origin.ts'

const check = createOriginCheck(['https://Portal.example', 'http://portal.example:8443'])
const passes = (origin: string | undefined, host?: string): boolean => {
  try {
    check({ headers: { ...(origin !== undefined && { origin }), ...(host !== undefined && { host }) } } as never)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'origin-refused', message: expect.stringContaining('origins') })
    return false
  }
}

test('a device that names no origin passes', () => expect(passes(undefined, 'twin.example')).toBe(true))

test("the server's own origin passes under either scheme, in any case, with or without the scheme's own port", () => {
  for (const [origin, host] of [
    ['http://twin.example', 'twin.example'],
    ['https://twin.example', 'twin.example'],
    ['https://twin.example', 'TWIN.example:443'],
    ['http://twin.example:80', 'twin.example'],
    ['http://twin.example:8080', 'twin.example:8080'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://[::1]:8080', '[::1]:8080'],
    ['http://[0:0:0:0:0:0:0:1]', '[::1]:80'],
  ])
    expect([origin, host, passes(origin, host)]).toEqual([origin, host, true])
})

test('an origin of the configuration passes, whatever the host', () => {
  expect(passes('https://portal.example', '10.0.0.7:8080')).toBe(true)
  expect(passes('https://portal.example:443', undefined)).toBe(true)
  expect(passes('http://portal.example:8443', 'twin')).toBe(true)
})

test('every other origin is refused, also one that looks like it', () => {
  for (const [origin, host] of [
    ['null', 'twin.example'],
    ['', 'twin.example'],
    ['https://evil.example', 'twin.example'],
    ['http://portal.example', 'twin.example'],
    ['https://portal.example:8443', 'twin.example'],
    ['https://portal.example.evil.example', 'twin.example'],
    ['https://evil.example#portal.example', 'twin.example'],
    ['https://portal.example@evil.example', 'twin.example'],
    ['https://portal.example https://evil.example', 'twin.example'],
    ['https://evil.example, https://portal.example', 'twin.example'],
    ['https://portal.example/path', 'twin.example'],
    ['http://twin.example:8080', 'twin.example'],
    ['http://twin.example', 'twin.example:8080'],
    ['https://twin.example', 'twin.example:80'],
    ['ftp://twin.example', 'twin.example'],
    ['file://', 'twin.example'],
    ['http://', ''],
    ['http://twin.example', 'twin.example/'],
    ['http://twin.example', 'x@twin.example'],
    ['http://twin.example', undefined],
    [`http://${'a'.repeat(400)}`, 'a'.repeat(400)],
  ])
    expect([origin, host, passes(origin, host)]).toEqual([origin, host, false])
})

test('an origin is a scheme, a host and a port, and nothing more', () => {
  expect(readOrigin('HTTPS://Portal.Example:443')).toBe('https://portal.example')
  for (const text of ['*', 'portal.example', 'https://portal.example/', 'https://*.portal.example/x', 'javascript:alert(1)', 'http://a b'])
    expect([text, readOrigin(text)]).toEqual([text, null])
})

let town: Town
const reported: unknown[] = []
beforeAll(async () => {
  town = await startTown({ origins: ['https://portal.example'] }, { report: (error) => reported.push(error) })
})
afterAll(() => town.close())

/** As browsers send it; fetch sets its own Origin. */
const send = (method: string, path: string, headers: Record<string, string>, body = '') =>
  new Promise<[number, string | undefined]>((resolve, reject) => {
    ask(`${town.url}${path}`, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve([response.statusCode ?? 0, text.startsWith('{') ? JSON.parse(text).error?.code : undefined]))
    })
      .on('error', reject)
      .end(body)
  })
const open = (origin?: string) =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(`${town.url.replace('http', 'ws')}live`, origin === undefined ? {} : { headers: { origin } })
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('error', () => undefined)
  })

test('a page of another origin opens no socket, posts nothing, acts on nothing and reads no history', async () => {
  const own = town.url.slice(0, -1)
  expect(await Promise.all([undefined, own, 'https://portal.example'].map(open))).toEqual([101, 101, 101])
  expect(await Promise.all(['https://evil.example', 'null', own.replace('http', 'ftp')].map(open))).toEqual([403, 403, 403])
  const care = { Authorization: `Bearer ${await town.token('care')}` }
  const asked = (Origin: string) =>
    Promise.all([
      send('POST', 'records', { Authorization: `Bearer ${BAND_KEY}`, Origin }, JSON.stringify({ records: [band(1, town.now(), {})] })),
      send('POST', 'actions', { ...care, Origin }, JSON.stringify({ key: uuid(), type: 'acknowledge', alarm: 'a-0', count: 1 })),
      send('GET', 'history?from=1&to=2', { ...care, Origin }),
    ])
  expect(await asked('https://evil.example')).toEqual(Array(3).fill([403, 'origin-refused']))
  expect(await asked('null')).toEqual(Array(3).fill([403, 'origin-refused']))
  for (const origin of [own, 'https://portal.example'])
    expect(await asked(origin)).toEqual([
      [200, undefined],
      [404, 'alarm-unknown'],
      [200, undefined],
    ])
})

test('whoever runs the server is told of a socket that was refused, because the page cannot read why', async () => {
  reported.length = 0
  await open('https://evil.example')
  expect(reported).toMatchObject([{ code: 'origin-refused', message: expect.stringContaining('https://evil.example') }])
})

test('files are for every page: a portal may show a picture of the twin', async () => {
  expect((await send('GET', 'nothing.png', { Origin: 'https://evil.example' }))[0]).toBe(404)
})

test('an upgrade that is refused closes, though its other end never does', async () => {
  const socket = connect({ port: town.server.port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.write(`GET /live HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  await new Promise((resolve) => socket.on('end', resolve))
  expect(text).toContain('HTTP/1.1 403 ')
  expect(text).toContain("Content-Security-Policy: default-src 'none'")
  // A socket that only said that it sends no more would take this for ever; one that is gone resets.
  const reset = new Promise((resolve) => socket.on('error', resolve).on('close', resolve))
  const writing = setInterval(() => socket.write('x'), 50)
  await reset
  clearInterval(writing)
})
