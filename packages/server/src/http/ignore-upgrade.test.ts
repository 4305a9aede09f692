import { connect, type Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { BAND_KEY, band, startTown } from '../testing/town.ts'

const town = await startTown()
afterAll(town.close)

/** As Java's HttpClient sends it: an offer of HTTP/2 with each request over plain HTTP/1.1. */
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\n'
const post = (body: string, offer = H2C) =>
  `POST /records HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nContent-Type: application/json\r\n` +
  `Authorization: Bearer ${BAND_KEY}\r\n${offer}\r\n`
const press = (seq: number) => JSON.stringify({ records: [band(seq, town.now(), { sos: 'pressed' })] })

function client() {
  const socket: Socket = connect(town.server.port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('utf8')
  })
  const until = async (holds: (text: string) => boolean): Promise<string> => {
    while (!holds(text)) await new Promise((resolve) => socket.once('data', resolve))
    return text
  }
  /** Resolves when so many answers are whole, each of them JSON of one line. */
  const answers = async (count: number) => {
    const whole = /HTTP\/1\.1 (\d+) [\s\S]*?\r\n\r\n(\{.*?\}(?=HTTP|$))/g
    const found = await until((all) => [...all.matchAll(whole)].length >= count)
    return [...found.matchAll(whole)].map(([, status, body]) => [Number(status), JSON.parse(body!)] as [number, unknown])
  }
  return { socket, answers, until }
}
const taken = (accepted: number, repeated = 0) => [200, expect.objectContaining({ accepted, repeated })]

test('a post that offers an upgrade is answered as if it offered none, with its body in one piece or in several', async () => {
  const { socket, answers } = client()
  const body = press(1)
  socket.write(post(body) + body)
  expect(await answers(1)).toEqual([taken(1)])
  // On the same connection, which stays open: the head, and its body in two pieces.
  const next = press(2)
  socket.write(post(next))
  await new Promise((resolve) => setTimeout(resolve, 20))
  socket.write(next.slice(0, 30))
  await new Promise((resolve) => setTimeout(resolve, 20))
  socket.write(next.slice(30))
  expect(await answers(2)).toEqual([taken(1), taken(1)])
  socket.destroy()
})

test('requests behind one that offers an upgrade are answered in their order, with and without an offer', async () => {
  const { socket, answers } = client()
  const [one, two] = [press(11), press(12)]
  socket.write(post(one) + one + post(two, '') + two + post(one) + one)
  expect(await answers(3)).toEqual([taken(1), taken(1), taken(0, 1)])
  socket.destroy()
})

test('a connection takes as many of them as it likes, and leaves nothing behind of each', async () => {
  const warned: Error[] = []
  const warn = (warning: Error) => warned.push(warning)
  process.on('warning', warn)
  const { socket, answers } = client()
  const body = press(13)
  socket.write((post(body) + body).repeat(40))
  expect((await answers(40)).map(([status]) => status)).toEqual(new Array(40).fill(200))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', warn)
  expect(warned).toEqual([])
  socket.destroy()
})

test('a client that leaves before its turn comes ends nothing but its own connection', async () => {
  const { socket } = client()
  const body = press(14)
  socket.write((post(body, '') + body).repeat(3) + post(body) + body, () => socket.resetAndDestroy())
  await new Promise((resolve) => socket.once('close', resolve))
  const { socket: next, answers } = client()
  next.write(post(body) + body)
  expect((await answers(1))[0]![0]).toBe(200)
  next.destroy()
})

test('a body in chunks, and names and values of headers that are no ASCII, come through as they were sent', async () => {
  const { socket, answers } = client()
  const text = JSON.stringify({ records: [band(21, town.now(), { name: '张桂兰' })] })
  const bytes = Buffer.from(text)
  const head = `POST /records HTTP/1.1\r\nHost: x\r\nX-Name: é\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer ${BAND_KEY}\r\n${H2C}\r\n`
  socket.write(Buffer.concat([Buffer.from(`${head}${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, Buffer.from('\r\n0\r\n\r\n')]))
  expect(await answers(1)).toEqual([taken(1)])
  socket.destroy()
})

test('any offer off /live is ignored: what is not there is told, in the words of a request without one', async () => {
  for (const offer of [H2C, 'Connection: Upgrade\r\nUpgrade: websocket\r\n', '']) {
    const { socket, until } = client()
    socket.write(`GET /nowhere HTTP/1.1\r\nHost: x\r\n${offer}\r\n`)
    expect(await until((text) => text.includes('}}'))).toMatch(/^HTTP\/1\.1 404 [\s\S]*Connection: keep-alive\r\n[\s\S]*"error"/)
    socket.destroy()
  }
})

test('the origin is still checked, and a key is still asked for', async () => {
  const { socket, answers } = client()
  const body = press(31)
  socket.write(post(body, `Origin: https://evil.example\r\n${H2C}`) + body)
  expect((await answers(1))[0]![0]).toBe(403)
  socket.destroy()
  const other = client()
  other.socket.write(post(body).replace(BAND_KEY, 'another-key-00000000000') + body)
  expect((await other.answers(1))[0]![0]).toBe(401)
  other.socket.destroy()
})

test('on /live an offer that is no WebSocket is refused', async () => {
  const { socket, until } = client()
  socket.write(`GET /live HTTP/1.1\r\nHost: x\r\n${H2C}\r\n`)
  expect(await until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 400 /)
  socket.destroy()
})
