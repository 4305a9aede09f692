// One process on one port keeps a twin: it composes the parts of this package and returns them started. No CORS, no second
// origin; a portal may proxy a path of its own to it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import { unknownKindsIn, warningsOf } from '@twinmap/core/internal/document/unknown-names'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { KINDS } from '@twinmap/layers'
import { WebSocketServer } from 'ws'
import { areaOfTwin } from './area.ts'
import { type Authority, createAuthority } from './authority.ts'
import { type ClockPorts, systemClock } from './clock/twin-clock.ts'
import { type CheckedConfig, checkConfig, type ServerConfig } from './config.ts'
import { createFaultReport } from './fault-report.ts'
import { createAddressOf } from './http/address.ts'
import { answerError, DATA_HEADERS, pagePolicies } from './http/answer.ts'
import { createIgnoreUpgrade } from './http/ignore-upgrade.ts'
import { readInventories } from './http/inventory.ts'
import { createOriginCheck } from './http/origin.ts'
import { endStalled, PATIENCE_DEFAULTS, type Patience, serverOptions } from './http/patience.ts'
import { refuseSocket } from './http/refuse-socket.ts'
import { createRoutes } from './http/routes.ts'
import { createFile, createStatic } from './http/static.ts'
import { readTwin } from './kinds.ts'
import { createAudiences } from './live/compose.ts'
import { createKeptLog } from './live/kept-log.ts'
import { realTimers, type Timers } from './live/timers.ts'
import { createViewers, type Viewers } from './live/viewers.ts'
import { createSources } from './sources.ts'
import type { Store } from './store/store.ts'
import { openThreadStore } from './store/thread-store.ts'
import { createVerify } from './tokens.ts'

export interface StartedServer {
  /** `http://127.0.0.1:8080/` */
  readonly url: string
  readonly port: number
  /** Commits what came, says goodbye to viewers, and lets go of port and database. */
  readonly close: () => Promise<void>
}

/** What a server needs from outside; tests give their own. */
export interface ServerPorts {
  readonly openStore: (file: string, kinds: ReadonlyMap<string, AnyKind>) => Promise<Store>
  /** Wall time, UTC ms: for tokens, heartbeats and the audit. */
  readonly nowMs: () => number
  /** What the twin's own clock is made of, which never steps. */
  readonly clock: ClockPorts
  /** What viewers wait by; real time. */
  readonly timers: Timers
  /** Told of what went wrong in the server itself. Default: standard error, a line each, and one per minute of a flood. */
  readonly report: (error: unknown) => void
  /** Kinds that the server is built with. */
  readonly kinds: readonly AnyKind[]
  /** How often time passes for the rules, ms; 0: never by itself. */
  readonly tickMs: number
  /** How long it waits for clients that stall. */
  readonly patience: Patience
}

export const SERVER_PORTS_DEFAULTS: ServerPorts = {
  openStore: (file, kinds) =>
    openThreadStore(file, kinds, undefined, ({ moved, of }) =>
      process.stderr.write(`twinmap server: ${file} is of an older version; ${moved} of ${of} rows are moved, then the server listens\n`),
    ),
  nowMs: () => Date.now(),
  clock: systemClock(),
  timers: realTimers,
  report: createFaultReport(),
  kinds: KINDS,
  tickMs: 1_000,
  patience: PATIENCE_DEFAULTS,
}

const DAY_MS = 24 * 3_600_000
const KTX2_WORKER = /ktx2[^/]*\.m?js$/i

/**
 * Starts the server of a twin.
 *
 * @throws TwinError `config-invalid` (file, field, value), `port-busy`, `store-failed`
 * @example
 * const { url, close } = await startServer({ database: 'twin.db', document: 'twin.json', viewers: { publicKey } })
 */
export async function startServer(config: ServerConfig, given: Partial<ServerPorts> = {}): Promise<StartedServer> {
  const ports = { ...SERVER_PORTS_DEFAULTS, ...given }
  const { nowMs, report } = ports
  const checked = checkConfig(config)
  const { kinds, document } = readTwin(ports.kinds, checked.document)
  if (document !== null) for (const warning of [...warningsOf(document), ...unknownKindsIn(document, kinds.keys())]) report(warning)
  const area = await areaOfTwin(document, checked.document, checked.mounts)
  const inventories = readInventories(checked, kinds)
  const rules = compileRules(kinds.values())
  const verify = await createVerify({ ...checked.viewers, nowMs })
  const sourceOf = createSources(checked.sources)
  const store = await ports.openStore(checked.database, kinds)
  const log = createKeptLog()
  let viewers: Viewers | undefined
  try {
    const authority = await createAuthority({
      store,
      kinds,
      rules,
      clock: ports.clock,
      began: log.begin,
      committed: (entry) => {
        log.add(entry)
        try {
          viewers?.publish(entry)
        } catch (error) {
          report(error) // it is committed: a viewer that missed it sees the gap
        }
      },
    })
    const audienceOf = createAudiences(kinds)
    const joined = (viewers = createViewers({
      authority,
      log,
      kinds,
      audienceOf,
      verify,
      audit: store.audit,
      nowMs,
      timers: ports.timers,
      report,
    }))
    const onlyPublic = !['127.0.0.1', 'localhost', '::1'].includes(checked.host)
    const demo = checked.demo && { privateKey: checked.demo.privateKey, onlyPublic }
    const routes = createRoutes({
      authority,
      store,
      kinds,
      area,
      audienceOf,
      verify,
      sourceOf,
      addressOf: createAddressOf(checked.proxies),
      inventories,
      timers: ports.timers,
      nowMs,
      demo,
    })
    const server = createServer(serverOptions(ports.patience), handlerOf(checked, routes, report))
    endStalled(server, ports.patience)
    acceptSockets(server, joined, checked, report)
    await listen(server, checked)
    const time = keepTime(authority, store, checked, ports)
    const { port } = server.address() as AddressInfo
    const name = checked.host === '0.0.0.0' || checked.host === '::' ? '127.0.0.1' : checked.host
    return {
      url: `http://${name.includes(':') ? `[${name}]` : name}:${port}/`,
      port,
      close: async () => {
        clearInterval(time)
        joined.close()
        const closed = new Promise((resolve) => server.close(resolve))
        await authority.close()
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), 1_000).unref()
        await closed
        await store.close()
      },
    }
  } catch (error) {
    viewers?.close()
    await store.close()
    throw error
  }
}

function handlerOf(config: CheckedConfig, routes: ReturnType<typeof createRoutes>, report: (error: unknown) => void) {
  const isWasmWorker = (path: string) => (config.wasmWorker === undefined ? KTX2_WORKER.test(path) : path.endsWith(config.wasmWorker))
  const policies = pagePolicies(config.frameAncestors)
  const files = createStatic({ mounts: config.mounts, policies, isWasmWorker })
  const document = config.document && createFile(config.document, policies)
  const checkOrigin = createOriginCheck(config.origins)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request)
    if (url === null) throw new TwinError('request-invalid', 'the path is no URL')
    const path = decode(url.pathname)
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
    const route = routes[`${method} ${path}`]
    if (route !== undefined) {
      checkOrigin(request)
      return route(request, response, url)
    }
    if (method !== 'GET') {
      response.setHeader('Allow', path === '/records' || path === '/actions' ? 'POST' : 'GET, HEAD')
      const error = new TwinError(
        'request-invalid',
        `${method} ${path.slice(0, 200)} is not answered here; docs/formats/wire.md names each request`,
      )
      return answerError(response, error, 405)
    }
    if (path === '/live') throw new TwinError('request-invalid', 'live is a WebSocket; open it as one')
    if (path === '/twin.json' && document) return document(request, response, path)
    return files(request, response, path)
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(DATA_HEADERS)) response.setHeader(name, value)
    answer(request, response)
      .catch((error) => {
        if (!(error instanceof TwinError)) report(error)
        answerError(response, error)
      })
      .finally(() => {
        // What is left of a body that was refused must not be read as the next request.
        if (!request.complete) request.resume()
      })
  }
}

/** Null: a request may name anything, also what is no URL. */
function urlOf(request: IncomingMessage): URL | null {
  try {
    return new URL(request.url ?? '/', 'http://twin')
  } catch {
    return null
  }
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    throw new TwinError('request-invalid', 'the path is not encoded as a URL')
  }
}

function acceptSockets(server: Server, viewers: Viewers, config: CheckedConfig, report: (error: unknown) => void): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false })
  const checkOrigin = createOriginCheck(config.origins)
  const ignoreUpgrade = createIgnoreUpgrade(server)
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (urlOf(request)?.pathname !== '/live') return ignoreUpgrade(request, socket, head)
    // A line that breaks before it was answered is no fault of this server, and nobody else listens yet.
    socket.on('error', () => socket.destroy())
    try {
      checkOrigin(request)
    } catch (error) {
      // A browser hides the answer to an upgrade from its page, so whoever runs the server is told as well.
      report(error)
      return refuseSocket(socket, 403, error as TwinError)
    }
    sockets.handleUpgrade(request, socket, head, viewers.join)
  })
}

function listen(server: Server, { host, port }: CheckedConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const sentence =
        error.code === 'EADDRINUSE' ? `port ${port} is in use; name another` : `cannot listen on ${host}:${port} (${error.message})`
      reject(new TwinError(error.code === 'EADDRINUSE' ? 'port-busy' : 'config-invalid', sentence, { host, port }, { cause: error }))
    }
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

/** So often what is older than it is kept is cleared, ms; in small parts, one each tick, so that no press waits long for it. */
const CLEAR_EVERY_MS = 3_600_000

function keepTime(
  authority: Authority,
  store: Store,
  config: CheckedConfig,
  { report, tickMs }: ServerPorts,
): ReturnType<typeof setInterval> | undefined {
  if (tickMs === 0) return undefined
  let clearedMs = authority.nowMs()
  const pass = async (): Promise<void> => {
    await authority.tick()
    const now = authority.nowMs()
    if (now - clearedMs < CLEAR_EVERY_MS) return
    const isMore = await store.clear(now - config.keepHistoryDays * DAY_MS)
    if (!isMore) clearedMs = now
  }
  // The first tick judges the delays that were pending when the last server ended.
  pass().catch(report)
  return setInterval(() => pass().catch(report), tickMs)
}
