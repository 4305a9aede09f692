import { connect } from 'node:net'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openInThread } from '../store/in-thread.ts'
import type { Store } from '../store/store.ts'
import { band, listenTo, startTown, type Town } from '../testing/town.ts'
import { BEAT_MS } from './viewers.ts'

let town: Town
let seq = 0
beforeAll(async () => {
  town = await startTown()
})
afterAll(() => town.close())

const step = (properties: object, id = 'W-1', more: object = {}) => town.post([band(++seq, town.now(), properties, { id, ...more })])

test('begins with a snapshot, then tells what comes in ranges that join the last', async () => {
  await step({ battery: 50 })
  const care = await town.listen('care')
  await care.until(() => care.envelopes.length > 0)
  await step({ battery: 49 })
  await care.until(() => care.envelopes.length === 2)
  await step({ heartRate: 71 })
  await care.until(() => care.envelopes.length === 3)
  const [snapshot, first, second] = care.envelopes
  expect(snapshot).toMatchObject({ snapshot: true, streamId: first!.streamId })
  expect([first!.from, second!.from]).toEqual([snapshot!.n + 1, first!.n + 1])
  expect([first!.n % BEAT_MS, second!.n % BEAT_MS]).toEqual([0, 0])
  expect(care.records().at(-1)?.properties).toEqual({ heartRate: 71 })
  await care.leave()
})

test('goes on from where a viewer was, without a snapshot', async () => {
  const first = await town.listen('care')
  await first.until(() => first.envelopes.length > 0)
  await first.leave()
  const { streamId, n } = first.envelopes[0]!
  await step({ battery: 48 })
  await step({ battery: 47 })
  const again = await town.listen({ token: await town.token('care'), resume: { streamId, n } })
  await again.until(() => again.records().at(-1)?.properties['battery'] === 47)
  expect(again.envelopes.filter(({ from }) => from !== undefined)[0]?.from).toBe(n + 1)
  expect(again.envelopes.some(({ snapshot }) => snapshot)).toBe(false)
  expect(
    again
      .records()
      .map((r) => r.properties['battery'])
      .slice(-2),
  ).toEqual([48, 47])
  await again.leave()
})

test('who is in step hears so at once', async () => {
  const first = await town.listen('care')
  await first.until(() => first.envelopes.length > 0)
  await first.leave()
  const { streamId, n } = first.envelopes[0]!
  const again = await town.listen({ token: await town.token('care'), resume: { streamId, n } })
  await again.until(() => again.envelopes.length > 0)
  expect(again.envelopes[0]).toEqual({ streamId, n, serverTimeMs: expect.any(Number) })
  await again.leave()
})

test('another stream, and a time that is to come, begin with a snapshot', async () => {
  const token = await town.token('care')
  const first = await town.listen('care')
  await first.until(() => first.envelopes.length > 0)
  const { streamId, n } = first.envelopes[0]!
  for (const resume of [
    { streamId: 'other', n },
    { streamId, n: n + 60_000 },
  ]) {
    const other = await town.listen({ token, resume })
    await other.until(() => other.envelopes.length > 0)
    expect(other.envelopes[0]?.snapshot).toBe(true)
    await other.leave()
  }
  await first.leave()
})

test('who comes back in another role, or for other kinds, begins with a snapshot, which holds nothing of before', async () => {
  await step({ heartRate: 187, battery: 45 }, 'W-role')
  const [care, grid] = [await town.token('care'), await town.token('grid')]
  const first = await town.listen({ token: care, kinds: ['Wristband'] })
  await first.until(() => first.envelopes.length > 0)
  await first.leave()
  const { streamId, n } = first.envelopes[0]!
  for (const [token, kinds] of [
    [grid, ['Wristband']],
    [care, ['Wristband', 'Person']],
    [care, undefined],
  ] as const) {
    const other = await town.listen({ token, ...(kinds && { kinds }), resume: { streamId, n } })
    await other.until(() => other.envelopes.length > 0)
    expect(other.envelopes[0]?.snapshot).toBe(true)
    expect(other.envelopes[0]!.streamId).not.toBe(streamId)
    if (token === grid) expect(other.raw.join()).not.toContain('heartRate')
    await other.leave()
  }
  const same = await town.listen({ token: await town.token('care'), kinds: ['Wristband', 'Wristband'], resume: { streamId, n } })
  await same.until(() => same.envelopes.length > 0)
  expect(same.envelopes[0]).toEqual({ streamId, n, serverTimeMs: expect.any(Number) })
  await same.leave()
})

test('goes on from before a restart, because stream and log are in the store', async () => {
  const first = await town.listen('care')
  await first.until(() => first.envelopes.length > 0)
  const { streamId, n } = first.envelopes[0]!
  await step({ battery: 40 })
  await town.restart()
  const again = await town.listen({ token: await town.token('care'), resume: { streamId, n } })
  await again.until(() => again.records().at(-1)?.properties['battery'] === 40)
  expect(again.envelopes.find(({ from }) => from !== undefined)).toMatchObject({ streamId, from: n + 1 })
  expect(again.envelopes.some(({ snapshot }) => snapshot)).toBe(false)
  await again.leave()
})

test('answers a gap with the snapshot that was asked for', async () => {
  const care = await town.listen('care')
  await care.until(() => care.envelopes.length > 0)
  care.socket.send('{"resync":{}}')
  care.socket.send('{"resync":{}}')
  await care.until(() => care.envelopes.length === 2)
  expect(care.envelopes[1]?.snapshot).toBe(true)
  await care.leave()
})

test('ends a socket when its token expires, and says so first', async () => {
  const short = await town.listen({ token: await town.token('care', 1_600) })
  await short.until(() => short.envelopes.length > 0)
  expect(await short.closed).toBe(4401)
  expect(JSON.parse(short.raw.at(-1)!)).toMatchObject({ error: { code: 'token-expired' } })
})

test('refuses an expired token, a false one, none, and a role that it does not know', async () => {
  const code = async (token?: string) => {
    const listener = await town.listen({ ...(token !== undefined && { token }) })
    return [await listener.closed, JSON.parse(listener.raw[0]!).error.code]
  }
  expect(await code(await town.token('care', -5_000))).toEqual([4401, 'token-expired'])
  const good = await town.token('public')
  const [head, , signature] = good.split('.')
  const forged = [head, Buffer.from('{"role":"command","sub":"x","exp":9999999999}').toString('base64url'), signature].join('.')
  expect(await code(forged)).toEqual([4403, 'not-allowed'])
  expect(await code('nonsense')).toEqual([4403, 'not-allowed'])
  expect(await code()).toEqual([4403, 'not-allowed'])
  expect(await code(await town.token('king' as never))).toEqual([4403, 'not-allowed'])
})

test('refuses what is no message, with 4400 and the path of what is wrong', async () => {
  for (const text of ['x', '{"hello":{"token":7}}', '{}', '[]']) {
    const listener = listenTo(town.url, text)
    expect(await listener.closed).toBe(4400)
    expect(JSON.parse(listener.raw[0]!)).toMatchObject({ error: { code: 'request-invalid' } })
  }
})

test("a disk that fails ends nobody's feed: the socket closes with 1011, the next one begins", async () => {
  const failing = await startTown({}, { openStore: async (file) => failOnce(openInThread(file)) })
  try {
    const first = await failing.listen('care')
    expect(await first.closed).toBe(1011)
    expect(JSON.parse(first.raw[0]!)).toMatchObject({ error: { code: 'store-failed' } })
    const again = await failing.listen('care')
    await again.until(() => again.envelopes[0]?.snapshot)
    await again.leave()
  } finally {
    await failing.close()
  }
})

/** Its first entry of the audit cannot be written. */
function failOnce(store: Store): Store {
  let failed = false
  return {
    ...store,
    audit: async (entry) => {
      if (!failed) {
        failed = true
        throw new TwinError('store-failed', 'the disk is full')
      }
      await store.audit(entry)
    },
  }
}

test('tells only the kinds that were asked for', async () => {
  const token = await town.token('care')
  await town.post([{ kind: 'Person', id: 'P-9', t: town.now(), properties: { ageYears: 70 } }], 'a-key-of-persons-000002')
  const bands = await town.listen({ token, kinds: ['Wristband'] })
  await bands.until(() => bands.envelopes.length > 0)
  expect(new Set(bands.records().map((r) => r.kind))).toEqual(new Set(['Wristband']))
  await bands.leave()
})

test('who asks for the records of no kind is told every alarm that its role may see', async () => {
  const token = await town.token('care')
  const none = await town.listen({ token, kinds: [] })
  await none.until(() => none.envelopes.length > 0)
  await step({ sos: 'pressed' }, 'W-unasked')
  await none.until(() => none.alarms().some((alarm) => alarm.entity === 'W-unasked'))
  const again = await town.listen({ token, kinds: ['Manhole'] })
  await again.until(() => again.envelopes.length > 0)
  expect(again.alarms().map((alarm) => alarm.entity)).toContain('W-unasked')
  expect([none.records(), again.records()]).toEqual([[], []])
  await Promise.all([none.leave(), again.leave()])
})

test('a viewer that asks for strange kinds takes nothing from another', async () => {
  const token = await town.token('care')
  const listen = (kinds?: string[]) => town.listen({ token, ...(kinds && { kinds }) })
  // The strange ones come first: a text that is shared is theirs.
  const strange = await Promise.all([listen(['Person Wristband']), listen(['*'])])
  const others = await Promise.all([listen(['Person', 'Wristband']), listen()])
  await Promise.all([...strange, ...others].map((l) => l.until(() => l.envelopes.length > 0)))
  await step({ battery: 31 })
  for (const other of others) await other.until(() => other.records().at(-1)?.properties['battery'] === 31)
  expect(strange.map((l) => l.records())).toEqual([[], []])
  await Promise.all([...strange, ...others].map((l) => l.leave()))
})

test('a viewer that does not read is told merged records later, and every transition of every alarm', async () => {
  const token = await town.token('command')
  const { port } = town.server
  // A socket of our own that stops reading after the handshake, so that bytes wait in the server.
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.write(
    'GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  socket.write(frame(JSON.stringify({ hello: { token } })))
  await waitFor(() => texts(Buffer.concat(chunks)).length > 0)
  socket.pause()
  const filler = 'x'.repeat(480)
  const posts = 60
  for (let i = 0; i < posts; i++) {
    const bulk = Array.from({ length: 140 }, (_, k) =>
      band(++seq, town.now(), { phone: filler, name: filler, wearer: filler, steps: i }, { id: `W-slow-${k}` }),
    )
    await town.post([...bulk, band(++seq, town.now(), { sos: 'pressed' }, { id: 'W-slow-sos' })])
  }
  socket.resume()
  const last = `"W-slow-sos","rule":"sos"`
  await waitFor(
    () =>
      chunks.length > 0 &&
      texts(Buffer.concat(chunks)).filter((text) => text.includes(last) && text.includes(`"count":${posts},`)).length > 0,
  )
  const messages = texts(Buffer.concat(chunks)).map((text) => JSON.parse(text))
  const all = () => messages
  const presses = () => all().flatMap((e) => (e.alarms ?? []).filter((a: { entity: string }) => a.entity === 'W-slow-sos'))
  expect(presses().map((a) => a.count)).toEqual(Array.from({ length: posts }, (_, i) => i + 1))
  const ranges = all().filter((e) => e.from !== undefined)
  for (let i = 1; i < ranges.length; i++) expect(ranges[i].from).toBe(ranges[i - 1].n + 1)
  const longest = ranges.reduce((a, b) => (b.n - b.from > a.n - a.from ? b : a))
  expect(longest.n - longest.from).toBeGreaterThan(1)
  const rows = longest.records.flatMap((columns: { id: string[] }) => columns.id).filter((id: string) => id === 'W-slow-7')
  expect(rows.length).toBe(1)
  socket.destroy()
})

test('no path of a request ends the server: what is no URL is refused', async () => {
  const answer = (request: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(town.server.port, '127.0.0.1', () => socket.write(request))
      socket.once('data', (data) => {
        resolve(data.toString().slice(0, 12))
        socket.destroy()
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve('closed'))
    })
  const upgrade =
    'Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  for (const path of ['//', 'http://[/live', '//[::/live'])
    expect([path, await answer(`GET ${path} HTTP/1.1\r\n${upgrade}`)]).toEqual([path, 'HTTP/1.1 400'])
  expect(await answer(`GET /else HTTP/1.1\r\n${upgrade}`)).toBe('HTTP/1.1 404')
  for (const path of ['//', 'http://[/'])
    expect([path, await answer(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)]).toEqual([path, 'HTTP/1.1 400'])
  const care = await town.listen('care')
  await care.until(() => care.envelopes.length > 0)
  await care.leave()
})

/** A masked text frame of a client (RFC 6455 § 5.2), mask zero. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const head = Buffer.alloc(8)
  head[0] = 0x81
  head[1] = 0x80 | 126
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}

/** The texts that a server sent after its handshake. */
function texts(bytes: Buffer): string[] {
  const found: string[] = []
  let at = bytes.indexOf('\r\n\r\n') + 4
  if (at < 4) return found
  while (at + 2 <= bytes.length) {
    const opcode = bytes[at]! & 15
    let length = bytes[at + 1]! & 127
    let start = at + 2
    if (length === 126) {
      if (start + 2 > bytes.length) break
      length = bytes.readUInt16BE(start)
      start += 2
    } else if (length === 127) {
      if (start + 8 > bytes.length) break
      length = Number(bytes.readBigUInt64BE(start))
      start += 8
    }
    if (start + length > bytes.length) break
    if (opcode === 1) found.push(bytes.subarray(start, start + length).toString())
    at = start + length
  }
  return found
}

async function waitFor(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`waited in vain for ${holds}`)
}
