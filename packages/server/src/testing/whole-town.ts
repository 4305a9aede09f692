// For tests: a whole server but for its sockets and its clock: authority, database, viewers and routes, in time that passes when
// the test says so. Not built, not published.
import { mkdtempSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { isRole, type Role } from '@twinmap/core/internal/kind/privacy'
import type { Hello } from '@twinmap/core/internal/record/envelope'
import { type Authority, createAuthority } from '../authority.ts'
import { answerError } from '../http/answer.ts'
import { createRoutes } from '../http/routes.ts'
import { createAudiences } from '../live/compose.ts'
import { createKeptLog } from '../live/kept-log.ts'
import { createViewers } from '../live/viewers.ts'
import { openInThread } from '../store/in-thread.ts'
import { FakeSocket } from './fake-socket.ts'
import { BEGIN_MS } from './live-room.ts'
import { type ManualTimers, manualTimers } from './manual-timers.ts'

export interface Answer {
  readonly status: number
  readonly text: string
}

export interface WholeTown {
  readonly authority: Authority
  readonly timers: ManualTimers
  readonly now: () => number
  /** To a time after {@link BEGIN_MS}, ms. */
  readonly passTo: (ms: number) => Promise<void>
  /** Of a source that may write all kinds. */
  readonly post: (records: readonly object[]) => Promise<Answer>
  readonly act: (role: Role, action: object) => Promise<Answer>
  readonly history: (role: Role, query: Readonly<Record<string, string | number>>) => Promise<Answer>
  /** The token is the role. */
  readonly join: (hello: Hello) => Promise<FakeSocket>
  /** Opens the same database anew, as another process would, after everybody has left. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function wholeTown(kinds: ReadonlyMap<string, AnyKind>): Promise<WholeTown> {
  const folder = mkdtempSync(join(tmpdir(), 'twinmap-whole-'))
  const timers = manualTimers()
  const now = () => BEGIN_MS + timers.nowMs()
  let ids = 0
  const report = (error: unknown) => {
    throw error
  }

  async function start() {
    const store = openInThread(join(folder, 'twin.db'), kinds)
    const log = createKeptLog()
    const audienceOf = createAudiences(kinds)
    let publish: ((entry: Parameters<typeof log.add>[0]) => void) | undefined
    const authority = await createAuthority({
      store,
      kinds,
      rules: compileRules(kinds.values()),
      clock: { wallMs: now, monotonicMs: timers.nowMs },
      began: log.begin,
      committed: (entry) => {
        log.add(entry)
        publish?.(entry)
      },
      newId: (prefix) => `${prefix}-${++ids}`,
    })
    const verify = async (token: string | undefined) => {
      const role: Role = isRole(token) ? token : 'public'
      return { role, name: `${role}-name`, isAnonymous: false, expiresMs: Number.POSITIVE_INFINITY }
    }
    const viewers = createViewers({ authority, log, kinds, audienceOf, verify, audit: store.audit, nowMs: now, timers, report })
    publish = viewers.publish
    const routes = createRoutes({
      authority,
      store,
      kinds,
      audienceOf,
      verify,
      sourceOf: () => ({ name: 'all', kinds: new Set(kinds.keys()) }),
      addressOf: () => '127.0.0.1',
      inventories: new Map(),
      timers,
      nowMs: now,
    })
    return { store, authority, viewers, routes }
  }

  let own = await start()

  async function ask(method: 'GET' | 'POST', path: string, bearer: string, body?: object): Promise<Answer> {
    const request = Object.assign(Readable.from(body === undefined ? [] : [Buffer.from(JSON.stringify(body))]), {
      method,
      headers: { authorization: `Bearer ${bearer}` },
      socket: { remoteAddress: '127.0.0.1' },
    }) as unknown as IncomingMessage
    const parts: string[] = []
    let status = 0
    const response = {
      headersSent: false,
      destroyed: false,
      setHeader: () => undefined,
      writeHead(code: number) {
        status = code
        return response
      },
      write(part: string) {
        parts.push(part)
        return true
      },
      end(part?: string) {
        if (part !== undefined) parts.push(part)
      },
    }
    const url = new URL(path, 'http://twin/')
    try {
      await own.routes[`${method} ${url.pathname}`]!(request, response as unknown as ServerResponse, url)
    } catch (error) {
      if (!(error instanceof TwinError)) throw error
      answerError(response as unknown as ServerResponse, error)
    }
    return { status, text: parts.join('') }
  }

  return {
    get authority() {
      return own.authority
    },
    timers,
    now,
    passTo: (ms) => timers.pass(Math.max(0, ms - timers.nowMs())),
    post: (records) => ask('POST', 'records', 'all', { records }),
    act: (role, action) => ask('POST', 'actions', role, action),
    history: (role, query) =>
      ask('GET', `history?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`, role),
    async join(hello) {
      const socket = new FakeSocket()
      own.viewers.join(socket.asWebSocket)
      socket.hear({ hello })
      for (let i = 0; i < 12; i++) await timers.turn()
      return socket
    },
    async restart() {
      own.viewers.close()
      await own.authority.close()
      await own.store.close()
      own = await start()
    },
    async close() {
      own.viewers.close()
      await own.authority.close()
      await own.store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
