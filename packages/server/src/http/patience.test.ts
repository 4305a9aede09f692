import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { BAND_KEY, band, startTown } from '../testing/town.ts'
import { endStalled, type Patience, serverOptions } from './patience.ts'

const SHORT: Patience = { headersMs: 150, requestMs: 300, unreadMs: 200, checkMs: 30 }
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function serve(handler: RequestListener = (_, response) => response.end('ok')): Promise<Server> {
  const server = createServer(serverOptions(SHORT), handler)
  endStalled(server, SHORT)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}
const portOf = (server: Server) => (server.address() as AddressInfo).port
const connections = (server: Server) => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))

interface Client {
  readonly socket: Socket
  readonly text: () => string
  readonly closed: Promise<unknown>
}
/** It never closes its own side. */
function client(port: number, first = ''): Client {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  ends.push(() => socket.destroy())
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const closed = new Promise((resolve) => {
    for (const event of ['end', 'close', 'error']) socket.on(event, resolve)
  })
  socket.write(first)
  return { socket, text: () => text, closed }
}

test('a socket that never asks is closed, without an answer that a browser would take for that of its next request', async () => {
  const { closed, text } = client(portOf(await serve()))
  await closed
  expect(text()).toBe('')
})

test('a socket that asks no more is closed', async () => {
  const server = await serve()
  server.keepAliveTimeout = 50
  const { closed, text } = client(portOf(server), 'GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await closed
  expect(text().match(/HTTP/g)).toEqual(['HTTP'])
  await expect.poll(() => connections(server)).toBe(0)
})

test('a head that does not end is answered 408 and closed, also where it comes letter by letter', async () => {
  const port = portOf(await serve())
  const half = client(port, 'GET / HTTP/1.1\r\nHost: x\r\n')
  const slow = client(port, 'GET / HTTP/1.1\r\nHost: x\r\n')
  const dripping = setInterval(() => slow.socket.write('a'), 20)
  await Promise.all([half.closed, slow.closed])
  clearInterval(dripping)
  for (const { text } of [half, slow]) expect(text()).toMatch(/^HTTP\/1\.1 408 .*Connection: close\r\n\r\n$/s)
})

test('what is no HTTP is answered 400 once, and closed though the other end goes on', async () => {
  const server = await serve()
  for (const [sent, status] of [
    ['nonsense\r\n\r\n', '400'],
    ['GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', '400'],
    ['POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n', '400'],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
  ]) {
    const { socket, closed, text } = client(portOf(server), sent)
    const going = setInterval(() => socket.write('nonsense\r\n\r\n'), 10)
    await closed
    clearInterval(going)
    expect(text().match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`])
    expect(text()).toContain('nosniff')
  }
  await expect.poll(() => connections(server)).toBe(0)
})

test('a refusal is not torn up by what still comes: its socket stays for a moment, so that it is read', async () => {
  const server = await serve()
  const { socket, text } = client(portOf(server), 'nonsense\r\n\r\n')
  await expect.poll(text).toContain('400')
  socket.write('more nonsense\r\n\r\n')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await connections(server)).toBe(1)
  await expect.poll(() => connections(server)).toBe(0)
})

test('nonsense behind a request is never taken for its answer', async () => {
  let answer: (() => void) | undefined
  const server = await serve((_, response) => {
    answer = () => response.end('late')
  })
  const { closed, text } = client(portOf(server), 'GET / HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n')
  await closed
  answer?.()
  expect(text()).toBe('')
})

test('an answer that nobody reads is ended, a file or one that is made while it is sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-patience-'))
  ends.push(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'big'), Buffer.alloc(30_000_000))
  let left = 0
  const server = await serve(async ({ url }, response) => {
    response.on('close', () => left++)
    if (url === '/file') createReadStream(join(folder, 'big')).pipe(response)
    else if (url === '/whole') response.end(Buffer.alloc(30_000_000))
    // As history does: it waits for the other end, or for its leaving.
    else
      for (const left = once(response, 'close'); !response.destroyed; )
        if (!response.write('x'.repeat(100_000))) await Promise.race([once(response, 'drain'), left])
  })
  for (const path of ['/file', '/whole', '/made']) {
    const { socket } = client(portOf(server), `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    socket.pause()
  }
  await expect.poll(() => connections(server)).toBe(3)
  await expect.poll(() => connections(server)).toBe(0)
  expect(left).toBe(3)
})

test('an answer that is read slowly lasts, and the time that the server itself takes ends nothing', async () => {
  const size = 12_000_000
  const server = await serve(({ url }, response) => {
    if (url === '/slow-server') setTimeout(() => response.end('ok'), 600)
    else response.end(Buffer.alloc(size, 'x'))
  })
  const waiting = client(portOf(server), 'GET /slow-server HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  const { socket, closed, text } = client(portOf(server), 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  // In sips, which together take longer than the patience with one that reads nothing.
  socket.on('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 2)
  })
  await Promise.all([closed, waiting.closed])
  expect(text().length).toBeGreaterThan(size)
  expect(waiting.text()).toMatch(/\r\n\r\nok$/)
})

test('a body that stops half-way is closed, and nothing of it is reported', async () => {
  const reported: unknown[] = []
  const town = await startTown({}, { report: (error) => reported.push(error), patience: SHORT })
  ends.push(() => town.close())
  const head = `POST /records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${BAND_KEY}\r\n`
  const half = `${head}Content-Length: 1000\r\n\r\n{"records":[`
  const stalled = client(town.server.port, half)
  const chunked = client(town.server.port, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"rec\r\n`)
  const broken = client(town.server.port, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\n{"rec\r\nnonsense\r\n`)
  // With a wrong key, it is answered before the body came; the rest of the body is waited for no longer.
  const refused = client(town.server.port, half.replace(BAND_KEY, 'wrong'))
  for (let i = 0; i < 20; i++) {
    const gone = client(town.server.port, half)
    gone.socket.on('connect', () => setTimeout(() => gone.socket.resetAndDestroy(), 20))
  }
  await Promise.all([stalled, chunked, broken, refused].map(({ closed }) => closed))
  expect([stalled, chunked, broken, refused].map(({ text }) => text().match(/(?<=HTTP\/1\.1 )\d+/g))).toEqual([
    ['408'],
    ['408'],
    ['400'],
    ['401'],
  ])
  expect(reported).toEqual([])
  expect((await town.post([band(1, town.now(), { battery: 50 })])).status).toBe(200)
})

test('who leaves while the answer is made harms nobody, and what was posted is kept', async () => {
  const reported: unknown[] = []
  const town = await startTown({}, { report: (error) => reported.push(error) })
  ends.push(() => town.close())
  const body = JSON.stringify({ records: [band(1, town.now(), { battery: 50 }, { id: 'W-left' })] })
  const { socket } = client(
    town.server.port,
    `POST /records HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${BAND_KEY}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  socket.on('connect', () => setImmediate(() => socket.resetAndDestroy()))
  const care = await town.listen('care')
  await care.until(() => care.records().some(({ id }) => id === 'W-left'))
  expect(reported).toEqual([])
  await care.leave()
})
