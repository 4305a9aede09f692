import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { BAND_KEY, band, listenTo, startTown, type Town, twinDocument } from './testing/town.ts'

// A portal of another origin hangs the twin under a path of its own, as nginx does with
// `location /portal/twin/ { proxy_pass http://twin/; }` and the two Upgrade headers.
const PREFIX = '/portal/twin/'
const folder = mkdtempSync(join(tmpdir(), 'twinmap-proxy-'))
let town: Town
let url = ''
const reported: unknown[] = []
const portal = createServer((request, response) => {
  if (!request.url?.startsWith(PREFIX)) return response.writeHead(404).end()
  const { method, headers } = request
  const path = `/${request.url.slice(PREFIX.length)}`
  request.pipe(
    forward({ port: town.server.port, host: '127.0.0.1', path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    }),
  )
})
portal.on('upgrade', (request, socket) => {
  const path = `/${request.url?.slice(PREFIX.length)}`
  const upstream = connect(town.server.port, '127.0.0.1', () => {
    const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`)
    upstream.write([`GET ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
    upstream.pipe(socket).pipe(upstream)
  })
  for (const end of [socket, upstream]) end.on('error', () => undefined)
})

beforeAll(async () => {
  writeFileSync(join(folder, 'town.twin.json'), twinDocument())
  town = await startTown({ document: join(folder, 'town.twin.json') }, { report: (error) => reported.push(error) })
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(portal.address() as AddressInfo).port}${PREFIX}`
})
afterAll(async () => {
  await town.close()
  portal.closeAllConnections()
  portal.close()
  rmSync(folder, { recursive: true, force: true })
})

test('document, records and live work under a path of the portal', async () => {
  expect(await (await fetch(new URL('twin.json', url))).json()).toMatchObject({ twin: 1 })
  const live = listenTo(url, { token: await town.token('command') })
  await live.until(() => live.envelopes.length > 0)
  const body = JSON.stringify({ records: [band(1, town.now(), { sos: 'pressed' })] })
  const answer = await fetch(new URL('records', url), { method: 'POST', headers: { Authorization: `Bearer ${BAND_KEY}` }, body })
  expect([answer.status, await answer.json()]).toEqual([200, { accepted: 1, repeated: 0, told: [] }])
  await live.until(() => live.alarms().length === 1)
  expect(await live.leave()).toBe(1000)
})

test("a page of the portal is at its own origin, because the portal passes the header Host; another's is not", async () => {
  const open = (origin: string, host?: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}live`, { headers: { origin, ...(host !== undefined && { host }) } })
      socket.on('unexpected-response', (_, answer) => {
        answer.destroy()
        resolve(answer.statusCode ?? 0)
      })
      socket.on('open', () => {
        socket.terminate()
        resolve(101)
      })
      socket.on('error', () => undefined)
    })
  expect(await open(new URL(url).origin)).toBe(101)
  // A portal with TLS on its own port, and one that is asked by a name.
  expect(await open('https://portal.example', 'portal.example')).toBe(101)
  expect(await open('https://portal.example:8443', 'portal.example:8443')).toBe(101)
  expect(await open('https://evil.example')).toBe(403)
  // As nginx does without the line for Host: then the configuration must name the origin.
  expect(await open('https://portal.example', `127.0.0.1:${town.server.port}`)).toBe(403)
  expect(reported).toMatchObject([{ details: { origin: 'https://evil.example' } }, { details: { origin: 'https://portal.example' } }])
})
