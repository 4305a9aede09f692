// Server flow: commit -> **viewers** -> sockets. One session per WebSocket: hello first, then a snapshot or what came since,
// then each commit; a heartbeat in silence; the end with the token. docs/formats/wire.md.
import { randomUUID } from 'node:crypto'
import { errorToData, TwinError, type TwinErrorCode } from '@twinmap/core/internal/error/twin-error'
import { readClientMessage } from '@twinmap/core/internal/record/client-codec'
import {
  CLOSE_FAILED,
  CLOSE_INVALID,
  CLOSE_REFUSED,
  CLOSE_TOKEN_EXPIRED,
  type Envelope,
  type Hello,
} from '@twinmap/core/internal/record/envelope'
import { type RawData, WebSocket } from 'ws'
import type { Authority } from '../authority.ts'
import type { LogEntry, Store } from '../store/store.ts'
import { expired, type Verify, type Viewer } from '../tokens.ts'
import { type Audience, composeDelta, composeSnapshot, type createAudiences } from './compose.ts'
import type { KeptLog } from './kept-log.ts'

export interface ViewersPorts {
  readonly authority: Authority
  readonly log: KeptLog
  readonly audienceOf: ReturnType<typeof createAudiences>
  readonly verify: Verify
  readonly audit: Store['audit']
  readonly nowMs: () => number
  /** Told of what went wrong in the server itself. */
  readonly report: (error: unknown) => void
}

export interface Viewers {
  readonly join: (socket: WebSocket) => void
  readonly publish: (entry: LogEntry) => void
  readonly count: () => number
  readonly close: () => void
}

export const HEARTBEAT_MS = 5_000
const HELLO_MS = 10_000
/** Bytes that may wait in a socket; while more do, nothing is sent to it, and then one message that makes up for all. */
export const SLOW_BYTES = 1_000_000
const RETRY_SLOW_MS = 200
/**
 * A ping carries a word that nobody can guess, so its answer says that all before it was read. Whose other end leaves two
 * unanswered is gone, or reads nothing: 40 s after the first of them its socket ends, and what waits in it is free.
 */
const PING_MS = 20_000
const MOST_UNANSWERED = 2
const LONGEST_TIMER_MS = 2_000_000_000
/** A resync costs a snapshot; the next one waits so long. */
const RESYNC_MS = 1_000
/** Only what the viewer is at fault for ends its feed; of any other failure (the disk, the server itself) it comes back. */
const CLOSES: Readonly<Partial<Record<TwinErrorCode, number>>> = {
  'token-expired': CLOSE_TOKEN_EXPIRED,
  'not-allowed': CLOSE_REFUSED,
  'request-invalid': CLOSE_INVALID,
}

interface Session {
  readonly socket: WebSocket
  readonly audience: Audience
  /** The last commit that was told, and the last that was looked at: between them was nothing for this viewer. */
  toldN: number
  lookedN: number
  saidMs: number
  snapshotMs: number
  /** It is told the next time its socket is empty, merged. */
  slow: boolean
  /** It waits for a snapshot; what else comes is in that. */
  anew: boolean
  resync: ReturnType<typeof setTimeout> | null
}

export function createViewers({ authority, log, audienceOf, verify, audit, nowMs, report }: ViewersPorts): Viewers {
  /** With the words of the pings that it has not answered, oldest first. */
  const sockets = new Map<WebSocket, string[]>()
  const sessions = new Set<Session>()
  /** Texts of one commit, by audience and range, so that a hundred viewers of one role cost one. */
  let texts = new Map<string, string | null>()

  const streamOf = ({ audience }: Pick<Session, 'audience'>): string => audience.stream(authority.streamId)
  const stamp = (session: Session) => ({ streamId: streamOf(session), n: authority.n(), serverTimeMs: nowMs() })

  function say(session: Session, envelope: Envelope | string): void {
    session.socket.send(typeof envelope === 'string' ? envelope : JSON.stringify(envelope))
    session.saidMs = nowMs()
  }

  const isFull = ({ socket }: Session): boolean => socket.bufferedAmount > SLOW_BYTES

  function sayAll(session: Session): void {
    session.slow = session.anew = isFull(session)
    if (session.anew) return
    session.snapshotMs = nowMs()
    const n = authority.n()
    const key = `snapshot ${session.audience.key}`
    const text = texts.get(key) ?? JSON.stringify(composeSnapshot(authority.state, session.audience, stamp(session)))
    texts.set(key, text)
    say(session, text)
    session.toldN = session.lookedN = n
  }

  function sayNew(session: Session): void {
    const n = authority.n()
    if (session.socket.readyState !== WebSocket.OPEN) return
    if (session.anew) {
      sayAll(session)
      return
    }
    if (session.lookedN === n) return
    if (isFull(session)) {
      session.slow = true
      return
    }
    const entries = log.since(session.lookedN)
    if (entries === null) {
      sayAll(session)
      return
    }
    const from = session.toldN + 1
    const key = `${from} ${session.lookedN} ${session.slow} ${session.audience.key}`
    let text = texts.get(key)
    if (text === undefined) {
      const envelope = composeDelta(entries, session.audience, from, stamp(session), session.slow)
      texts.set(key, (text = envelope === null ? null : JSON.stringify(envelope)))
    }
    session.slow = false
    session.lookedN = n
    if (text === null) return
    session.toldN = n
    say(session, text)
  }

  function heartbeat(session: Session): void {
    if (session.slow || nowMs() - session.saidMs < HEARTBEAT_MS || isFull(session)) return
    const from = session.toldN + 1
    session.toldN = session.lookedN
    const now = { streamId: streamOf(session), n: session.toldN, serverTimeMs: nowMs() }
    say(session, session.toldN >= from ? { ...now, from } : now)
  }

  function refuse(socket: WebSocket, error: TwinError): void {
    if (socket.readyState !== WebSocket.OPEN) return
    socket.send(JSON.stringify({ error: errorToData(error) }))
    socket.close(CLOSES[error.code] ?? CLOSE_FAILED, error.code)
  }

  async function begin(socket: WebSocket, hello: Hello): Promise<Session | null> {
    const viewer: Viewer = await verify(hello.token)
    if (viewer.expiresMs <= nowMs()) throw expired(viewer.expiresMs)
    const audience = audienceOf(viewer.role, hello.kinds)
    const { personalKinds } = audience
    if (personalKinds.length > 0)
      await audit({ atMs: nowMs(), who: viewer.name, role: viewer.role, what: 'live', kinds: personalKinds, subject: null })
    if (socket.readyState !== WebSocket.OPEN) return null
    endWithToken(socket, viewer)
    const session: Session = { socket, audience, toldN: 0, lookedN: 0, saidMs: 0, snapshotMs: 0, slow: false, anew: false, resync: null }
    sessions.add(session)
    // Here, not where it is begun: what fails below must leave no session of a socket that is gone.
    socket.once('close', () => sessions.delete(session))
    const { resume } = hello
    if (resume === undefined || resume.streamId !== streamOf(session) || log.since(resume.n) === null) sayAll(session)
    else {
      session.toldN = session.lookedN = resume.n
      sayNew(session)
      // It learns at once that it is in step, though nothing came meanwhile.
      if (session.saidMs === 0) heartbeat(session)
    }
    return session
  }

  function endWithToken(socket: WebSocket, { expiresMs }: Viewer): void {
    if (!Number.isFinite(expiresMs)) return
    const wait = () => {
      const leftMs = expiresMs - nowMs()
      if (leftMs <= 0) refuse(socket, expired(expiresMs))
      else timer = setTimeout(wait, Math.min(leftMs, LONGEST_TIMER_MS))
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    wait()
    socket.on('close', () => clearTimeout(timer))
  }

  function resync(session: Session): void {
    if (session.resync !== null || session.anew) return
    const waitMs = Math.max(0, session.snapshotMs + RESYNC_MS - nowMs())
    session.resync = setTimeout(() => {
      session.resync = null
      if (session.socket.readyState === WebSocket.OPEN) sayAll(session)
    }, waitMs)
  }

  function join(socket: WebSocket): void {
    const unanswered: string[] = []
    sockets.set(socket, unanswered)
    let session: Session | null = null
    let greeted = false
    const noHello = setTimeout(
      () => refuse(socket, new TwinError('request-invalid', `no hello within ${HELLO_MS / 1000} s; say hello first`)),
      HELLO_MS,
    )
    socket.on('pong', (word) => {
      // Only an answer counts: pongs that nobody asked for say nothing of what was read.
      unanswered.splice(0, unanswered.indexOf(word.toString()) + 1)
    })
    socket.on('error', () => socket.terminate())
    socket.on('message', (data, isBinary) => {
      try {
        const message = readClientMessage(parse(data, isBinary))
        if ('hello' in message) {
          if (greeted) throw new TwinError('request-invalid', 'hello came twice; open a new socket to be someone else')
          greeted = true
          clearTimeout(noHello)
          begin(socket, message.hello).then(
            (begun) => {
              session = begun
            },
            (error) => {
              if (!(error instanceof TwinError)) report(error)
              refuse(socket, error instanceof TwinError ? error : new TwinError('internal', 'the server failed; try again later'))
            },
          )
        } else if (session !== null) resync(session)
      } catch (error) {
        refuse(socket, error instanceof TwinError ? error : new TwinError('request-invalid', 'the message cannot be read'))
      }
    })
    socket.on('close', () => {
      clearTimeout(noHello)
      sockets.delete(socket)
      if (session !== null && session.resync !== null) clearTimeout(session.resync)
    })
  }

  const beat = setInterval(() => {
    texts = new Map()
    for (const session of sessions) heartbeat(session)
  }, 1_000)
  const retry = setInterval(() => {
    for (const session of sessions) if (session.slow) sayNew(session)
  }, RETRY_SLOW_MS)
  const ping = setInterval(() => {
    for (const [socket, unanswered] of sockets) {
      if (unanswered.length >= MOST_UNANSWERED) socket.terminate()
      else {
        unanswered.push(randomUUID())
        socket.ping(unanswered.at(-1))
      }
    }
  }, PING_MS)

  return {
    join,
    publish: () => {
      texts = new Map()
      for (const session of sessions) sayNew(session)
    },
    count: () => sockets.size,
    close: () => {
      for (const timer of [beat, retry, ping]) clearInterval(timer)
      for (const socket of sockets.keys()) {
        socket.close(1001, 'the server stops')
        setTimeout(() => socket.terminate(), 500).unref()
      }
    },
  }
}

function parse(data: RawData, isBinary: boolean): unknown {
  if (isBinary) throw new TwinError('request-invalid', 'bytes came; send JSON as text')
  try {
    return JSON.parse(data.toString())
  } catch {
    throw new TwinError('request-invalid', 'the message is no JSON')
  }
}
