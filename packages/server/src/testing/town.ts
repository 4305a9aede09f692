// For tests: a real server with a real database and real sockets, in a few words. Not built, not published.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { fromColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope, Hello } from '@twinmap/core/internal/record/envelope'
import { readEnvelope } from '@twinmap/core/internal/record/envelope-codec'
import type { Row } from '@twinmap/core/internal/record/record'
import { WebSocket } from 'ws'
import type { ServerConfig } from '../config.ts'
import { type ServerPorts, type StartedServer, startServer } from '../server.ts'
import { openInThread } from '../store/in-thread.ts'
import type { Store } from '../store/store.ts'
import { createDemoKeys, signDemoToken } from '../tokens.ts'

export const BAND_KEY = 'a-key-of-wristbands-0001'
export const PERSON_KEY = 'a-key-of-persons-000002'

export interface Listener {
  readonly socket: WebSocket
  /** Every text as it came over the wire. */
  readonly raw: string[]
  readonly envelopes: Envelope[]
  readonly closed: Promise<number>
  /** What it knows: the law of the client in a few lines. */
  readonly alarms: () => Alarm[]
  readonly records: () => Row[]
  readonly until: (holds: () => unknown, what?: string) => Promise<void>
  readonly leave: () => Promise<number>
}

export interface Town {
  readonly server: StartedServer
  readonly url: string
  readonly folder: string
  readonly store: Store
  readonly keys: Awaited<ReturnType<typeof createDemoKeys>>
  readonly now: () => number
  /** Lets time pass, for the server's wall clock and its monotonic clock. */
  readonly pass: (ms: number) => void
  /** Sets the server's wall clock, as an administrator or NTP would. */
  readonly stepWall: (ms: number) => void
  readonly token: (role: Role, lifeMs?: number) => Promise<string>
  readonly post: (records: readonly object[], key?: string) => Promise<{ readonly status: number; readonly body: PostAnswer }>
  readonly act: (token: string, action: object) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>
  readonly listen: (hello: Role | Hello) => Promise<Listener>
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface PostAnswer {
  readonly accepted?: number
  readonly repeated?: number
  readonly told?: readonly { readonly code: string; readonly index: number }[]
  readonly error?: { readonly code: string; readonly message: string }
}

export async function startTown(config: Partial<ServerConfig> = {}, ports: Partial<ServerPorts> = {}): Promise<Town> {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-town-'))
  const keys = await createDemoKeys()
  let passedMs = 0
  let steppedMs = 0
  const now = () => Date.now() + passedMs + steppedMs
  const clock = { wallMs: now, monotonicMs: () => performance.now() + passedMs }
  let store: Store | undefined
  const start = () =>
    startServer(
      {
        port: 0,
        database: join(folder, 'twin.db'),
        viewers: { publicKey: keys.publicKey },
        sources: [
          { name: 'bands', key: BAND_KEY, kinds: ['Wristband'] },
          { name: 'persons', key: PERSON_KEY, kinds: ['Person'] },
        ],
        ...config,
      },
      { openStore: async (file, kinds) => (store = openInThread(file, kinds)), nowMs: now, clock, tickMs: 50, ...ports },
    )
  let server = await start()
  const listeners = new Set<WebSocket>()
  const json = async (response: Response) => ({ status: response.status, body: (await response.json()) as never })
  const send = (path: string, bearer: string, body: object) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers: { Authorization: `Bearer ${bearer}` }, body: JSON.stringify(body) }).then(json)
  const token = (role: Role, lifeMs = 3_600_000) =>
    signDemoToken({ privateKey: keys.privateKey, role, name: `${role}-name`, lifeMs, nowMs: now() })
  return {
    get server() {
      return server
    },
    get url() {
      return server.url
    },
    get store() {
      return store!
    },
    folder,
    keys,
    now,
    pass: (ms) => {
      passedMs += ms
    },
    stepWall: (ms) => {
      steppedMs += ms
    },
    token,
    post: (records, key = BAND_KEY) => send('records', key, { records }),
    act: (bearer, action) => send('actions', bearer, action),
    listen: async (hello) => {
      const listener = listenTo(server.url, typeof hello === 'string' ? { token: await token(hello) } : hello)
      listeners.add(listener.socket)
      return listener
    },
    restart: async () => {
      await server.close()
      server = await start()
    },
    close: async () => {
      for (const socket of listeners) socket.terminate()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function listenTo(url: string, hello: Hello | string): Listener {
  const socket = new WebSocket(`${url.replace('http', 'ws')}live`)
  const raw: string[] = []
  const envelopes: Envelope[] = []
  const waiting = new Set<() => void>()
  const standing = new Map<string, Alarm>()
  const heard: Row[] = []
  socket.on('open', () => socket.send(typeof hello === 'string' ? hello : JSON.stringify({ hello })))
  socket.on('message', (data) => {
    raw.push(data.toString())
    const message = readEnvelope(JSON.parse(data.toString()))
    if ('n' in message) {
      envelopes.push(message)
      if (message.snapshot) {
        standing.clear()
        heard.length = 0
      }
      heard.push(...fromColumns(message.records ?? []))
      for (const alarm of message.alarms ?? []) {
        if (alarm.state === 'normal') standing.delete(alarm.id)
        else standing.set(alarm.id, alarm)
      }
    }
    for (const check of waiting) check()
  })
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  return {
    socket,
    raw,
    envelopes,
    closed,
    alarms: () => [...standing.values()],
    records: () => heard,
    until: (holds, what = holds.toString()) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(check)
          reject(new Error(`waited in vain for ${what}; heard ${raw.join('\n').slice(-2_000)}`))
        }, 8_000)
        const check = () => {
          if (!holds()) return
          clearTimeout(late)
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    leave: () => {
      socket.close(1000)
      return closed
    },
  }
}

/** The least twin document, as a file holds it. */
export const twinDocument = (more: object = {}): string =>
  JSON.stringify({
    twin: 1,
    name: { zh: '龙湾', en: 'Longwan' },
    timeZone: 'Asia/Shanghai',
    origin: { longitude: 117.83, latitude: 37.25, heightEllipsoidalMeters: 6.4, geoidMeters: -7.1, datum: 'CGCS2000' },
    ...more,
  })

/** A wristband's record in a few words. */
export const band = (seq: number | undefined, t: number, properties: object, more: object = {}) => ({
  kind: 'Wristband',
  id: 'W-1',
  boot: 1,
  ...(seq !== undefined && { seq }),
  t,
  properties,
  ...more,
})

export const uuid = () => crypto.randomUUID()
