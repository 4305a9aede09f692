// Server flow: commit -> **viewers** -> sockets. One session per WebSocket: hello first, then a snapshot or what came since,
// then what each beat brings; a heartbeat in silence; the end with the token. docs/formats/wire.md.
//
// Viewers are told on a beat, and the `n` that they hear is a time of the beat: so that neither the number nor the moment of a
// message tells of commits of which they see nothing.
import { randomUUID } from 'node:crypto'
import { errorToData, TwinError, type TwinErrorCode } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { readClientMessage } from '@twinmap/core/internal/record/client-codec'
import { toColumns } from '@twinmap/core/internal/record/columns'
import { CLOSE_FAILED, CLOSE_INVALID, CLOSE_REFUSED, CLOSE_TOKEN_EXPIRED, type Hello } from '@twinmap/core/internal/record/envelope'
import { type RawData, WebSocket } from 'ws'
import type { Authority } from '../authority.ts'
import type { LogEntry, Store } from '../store/store.ts'
import { expired, type Verify, type Viewer } from '../tokens.ts'
import { coalesce } from './coalesce.ts'
import { type Audience, composeDelta, type createAudiences, cutRows, standingOf } from './compose.ts'
import { createHeardTeller, HEARD_STEP_MS } from './heard.ts'
import type { KeptLog } from './kept-log.ts'
import { createSnapshots } from './snapshots.ts'
import type { Timers } from './timers.ts'

export interface ViewersPorts {
  readonly authority: Pick<Authority, 'state' | 'streamId' | 'nowMs' | 'settledMs' | 'promise'>
  readonly log: KeptLog
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly audienceOf: ReturnType<typeof createAudiences>
  readonly verify: Verify
  readonly audit: Store['audit']
  /** Wall time, UTC ms: for tokens and the audit. */
  readonly nowMs: () => number
  readonly timers: Timers
  /** Told of what went wrong in the server itself. */
  readonly report: (error: unknown) => void
}

export interface Viewers {
  readonly join: (socket: WebSocket) => void
  /** After a commit was adopted and is in the log. */
  readonly publish: (entry: LogEntry) => void
  readonly count: () => number
  readonly close: () => void
}

/** Viewers are told at whole multiples of this time of the twin's clock. */
export const BEAT_MS = 50
export const HEARTBEAT_MS = 5_000
export const HELLO_MS = 10_000
/** Bytes that may wait in a socket; while more do, nothing is sent to it, and then one message that makes up for all. */
export const SLOW_BYTES = 1_000_000
/**
 * A ping carries a word that nobody can guess, so its answer says that all before it was read. A peer that leaves two unanswered
 * is gone, or reads nothing: 40 s after the first of them its socket ends, and what waits in it is free.
 */
export const PING_MS = 20_000
const MOST_UNANSWERED = 2
const LONGEST_TIMER_MS = 2_000_000_000
/** A resync costs a snapshot; the next one waits so long. */
export const RESYNC_MS = 1_000
/** What is heard is told by a promised time, and so far ahead one is asked for. */
const PROMISE_AHEAD_MS = 1_000
/** Only what the viewer is at fault for ends its feed; of any other failure (the disk, the server itself) it comes back. */
const CLOSES: Readonly<Partial<Record<TwinErrorCode, number>>> = {
  'token-expired': CLOSE_TOKEN_EXPIRED,
  'not-allowed': CLOSE_REFUSED,
  'request-invalid': CLOSE_INVALID,
}

interface Session {
  readonly socket: WebSocket
  readonly audience: Audience
  /** The last `n` that was told, and the time up to which was looked: between them was nothing for this viewer. */
  toldN: number
  lookedMs: number
  saidMs: number
  snapshotMs: number
  /** It is told the next time its socket is empty, merged. */
  slow: boolean
  /** It waits for a snapshot until its socket is empty; what else comes is in that. */
  anew: boolean
  /** Its snapshot is being made. */
  making: boolean
  endResync: (() => void) | null
}

/** The bytes of one message, and the `n` that it tells. */
interface Message {
  readonly n: number
  readonly parts: readonly Buffer[]
}

export function createViewers(ports: ViewersPorts): Viewers {
  const { authority, log, kinds, audienceOf, verify, audit, nowMs, timers, report } = ports
  const { state } = authority
  /** With the words of the pings that it has not answered, oldest first. */
  const sockets = new Map<WebSocket, string[]>()
  const sessions = new Set<Session>()
  /** Up to here viewers are told. */
  let beatMs = Math.floor(authority.settledMs() / BEAT_MS) * BEAT_MS
  /** What one beat says, by audience and range, so that a hundred viewers of one role cost one. */
  const contents = new Map<string, { readonly n: number; readonly text: string } | null>()
  const deltas = new Map<string, Message | null>()
  const snapshotsOf = new Map<string, Promise<Message>>()
  /** Alarms that stand, by role, since the last commit. */
  const alarmTexts = new Map<string, string>()

  const snapshots = createSnapshots({ kinds, entities: state.entities, settledMs: authority.settledMs, timers })
  const heard = createHeardTeller({
    kinds,
    redactionOf: (role) => audienceOf(role, []).redaction,
    stateOf: (kind, id) => state.entities.get(kind)?.get(id)?.state,
  })
  let heardSecond = 0
  let isPromising = false

  const stamp = ({ stream }: Audience, n: number, from?: number): string => {
    const { streamId, ...rest } = {
      streamId: stream(authority.streamId),
      ...(from !== undefined && { from }),
      n,
      serverTimeMs: authority.nowMs(),
    }
    return JSON.stringify({ streamId, ...rest }).slice(0, -1)
  }

  const isOpen = ({ socket }: Session): boolean => socket.readyState === WebSocket.OPEN
  const isFull = ({ socket }: Session): boolean => socket.bufferedAmount > SLOW_BYTES

  function say(session: Session, { n, parts }: Message): void {
    // In parts, because a snapshot is shared by many sockets and none of them needs a copy of its own.
    for (const [i, part] of parts.entries()) session.socket.send(part, { binary: false, fin: i === parts.length - 1 })
    session.toldN = n
    session.saidMs = timers.nowMs()
  }

  /** The whole state of now, which joins the pieces that are shared with what came since, and the alarms. */
  async function makeSnapshot(audience: Audience): Promise<Message> {
    const { redaction } = audience
    const pieces = await snapshots.pieces(audience.kinds, redaction)
    const n = authority.settledMs()
    const atMs = new Map(pieces.map((piece) => [piece.kind, piece.atMs]))
    const entries = log.between(Math.min(n, ...atMs.values()), n)
    if (entries === null) throw new TwinError('store-failed', 'more came than the log holds while a snapshot was made; come back')
    const since = entries.flatMap((entry) => cutRows(entry.rows, redaction, (kind) => entry.atMs > (atMs.get(kind) ?? n)))
    const role = audience.role
    const alarms = alarmTexts.get(role) ?? JSON.stringify(standingOf(state.standing.values(), state.disclosures.values(), redaction))
    alarmTexts.set(role, alarms)
    const times = pieces.flatMap((piece) => (piece.heard === null ? [] : [`${JSON.stringify(piece.kind)}:${piece.heard}`]))
    const sets = [
      ...pieces.flatMap((piece) => piece.columns),
      ...(since.length === 0 ? [] : toColumns(coalesce(since)).map((set) => Buffer.from(`,${JSON.stringify(set)}`))),
    ]
    const head = `${stamp(audience, n)},"snapshot":true,"records":[`
    const tail = `],"alarms":${alarms}${times.length === 0 ? '' : `,"heard":{${times.join(',')}}`}}`
    // Each set begins with the comma that parts it from the one before.
    const parts = [Buffer.from(head), ...sets.map((set, i) => (i === 0 ? set.subarray(1) : set)), Buffer.from(tail)]
    await authority.promise(n)
    return { n, parts: joined(parts) }
  }

  function sayAll(session: Session): void {
    if (session.making) return
    session.slow = session.anew = isFull(session)
    if (session.anew) return
    session.making = true
    session.snapshotMs = timers.nowMs()
    const { key } = session.audience
    const made = snapshotsOf.get(key) ?? makeSnapshot(session.audience)
    snapshotsOf.set(key, made)
    made
      .then((message) => {
        session.making = false
        if (!isOpen(session)) return
        session.slow = session.anew = isFull(session)
        if (session.anew) return
        say(session, message)
        session.lookedMs = message.n
      })
      .catch((error) => failed(session.socket, error))
  }

  function sayNew(session: Session): void {
    if (session.making || !isOpen(session)) return
    if (session.anew) {
      if (!isFull(session)) sayAll(session)
      return
    }
    if (session.lookedMs >= beatMs) return
    if (isFull(session)) {
      session.slow = true
      return
    }
    const message = deltaFor(session)
    if (message === 'lost') {
      sayAll(session)
      return
    }
    session.slow = false
    session.lookedMs = beatMs
    if (message !== null) say(session, message)
  }

  function deltaFor({ audience, lookedMs, toldN, slow }: Session): Message | 'lost' | null {
    const range = `${lookedMs} ${slow} ${audience.key}`
    let content = contents.get(range)
    if (content === undefined) {
      const entries = log.between(lookedMs, beatMs)
      if (entries === null) return 'lost'
      const delta = composeDelta(entries, heard.between(audience.role, lookedMs, beatMs), audience, slow)
      content = delta && { n: Math.ceil(delta.lastMs / BEAT_MS) * BEAT_MS, text: JSON.stringify(delta.content).slice(1) }
      contents.set(range, content)
    }
    const key = `${toldN} ${range}`
    let message = deltas.get(key)
    if (message === undefined) {
      message = content && { n: content.n, parts: [Buffer.from(`${stamp(audience, content.n, toldN + 1)},${content.text}`)] }
      deltas.set(key, message)
    }
    return message
  }

  function heartbeat(session: Session): void {
    if (session.making || session.anew || session.slow || !isOpen(session) || isFull(session)) return
    say(session, { n: session.toldN, parts: [Buffer.from(`${stamp(session.audience, session.toldN)}}`)] })
  }

  function beat(): void {
    snapshots.forget()
    snapshotsOf.clear()
    const boundary = Math.floor(authority.settledMs() / BEAT_MS) * BEAT_MS
    if (boundary > beatMs) {
      beatMs = boundary
      contents.clear()
      deltas.clear()
      lookForHeard()
    }
    for (const session of sessions) {
      try {
        sayNew(session)
      } catch (error) {
        failed(session.socket, error)
      }
    }
  }

  /** What is due is told with the next beat, whose time no server will go back behind. */
  function lookForHeard(): void {
    const settledMs = authority.settledMs()
    const second = Math.floor(settledMs / HEARD_STEP_MS)
    if (second === heardSecond || isPromising) return
    heardSecond = second
    if (!heard.isDue(settledMs)) return
    isPromising = true
    authority
      .promise(settledMs + PROMISE_AHEAD_MS)
      .then(() => {
        const now = authority.settledMs()
        const nextMs = Math.floor(now / BEAT_MS) * BEAT_MS + BEAT_MS
        if (nextMs <= settledMs + PROMISE_AHEAD_MS) heard.tell(now, nextMs)
      })
      .catch(report)
      .finally(() => {
        isPromising = false
      })
  }

  function refuse(socket: WebSocket, error: TwinError): void {
    if (socket.readyState !== WebSocket.OPEN) return
    socket.send(JSON.stringify({ error: errorToData(error) }))
    socket.close(CLOSES[error.code] ?? CLOSE_FAILED, error.code)
  }

  /** What the viewer is not at fault for is told to whoever keeps the server too. */
  function failed(socket: WebSocket, error: unknown): void {
    if (!(error instanceof TwinError)) report(error)
    refuse(socket, error instanceof TwinError ? error : new TwinError('internal', 'the server failed; try again later'))
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
    const session: Session = {
      socket,
      audience,
      toldN: 0,
      lookedMs: 0,
      saidMs: 0,
      snapshotMs: 0,
      slow: false,
      anew: false,
      making: false,
      endResync: null,
    }
    sessions.add(session)
    // Here, not where it is begun: what fails below must leave no session of a socket that is gone.
    socket.once('close', () => {
      sessions.delete(session)
      session.endResync?.()
    })
    goOn(session, hello.resume)
    return session
  }

  function goOn(session: Session, resume: Hello['resume']): void {
    const isOwn = resume !== undefined && resume.streamId === session.audience.stream(authority.streamId)
    const settledMs = authority.settledMs()
    if (!isOwn || resume.n > settledMs || log.between(resume.n, settledMs) === null) {
      sayAll(session)
      return
    }
    session.toldN = session.lookedMs = resume.n
    sayNew(session)
    // It learns at once that it is in step, though nothing came meanwhile.
    if (session.saidMs === 0) heartbeat(session)
  }

  function endWithToken(socket: WebSocket, { expiresMs }: Viewer): void {
    if (!Number.isFinite(expiresMs)) return
    let end = (): void => undefined
    const wait = (): void => {
      const leftMs = expiresMs - nowMs()
      if (leftMs <= 0) refuse(socket, expired(expiresMs))
      else end = timers.after(Math.min(leftMs, LONGEST_TIMER_MS), wait)
    }
    wait()
    socket.on('close', () => end())
  }

  function resync(session: Session): void {
    if (session.endResync !== null || session.anew || session.making) return
    session.endResync = timers.after(Math.max(0, session.snapshotMs + RESYNC_MS - timers.nowMs()), () => {
      session.endResync = null
      if (isOpen(session)) sayAll(session)
    })
  }

  function join(socket: WebSocket): void {
    const unanswered: string[] = []
    sockets.set(socket, unanswered)
    let session: Session | null = null
    let greeted = false
    const endHello = timers.after(HELLO_MS, () =>
      refuse(socket, new TwinError('request-invalid', `no hello within ${HELLO_MS / 1000} s; say hello first`)),
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
          endHello()
          begin(socket, message.hello).then(
            (begun) => {
              session = begun
            },
            (error) => failed(socket, error),
          )
        } else if (session !== null) resync(session)
      } catch (error) {
        refuse(socket, error instanceof TwinError ? error : new TwinError('request-invalid', 'the message cannot be read'))
      }
    })
    socket.on('close', () => {
      endHello()
      sockets.delete(socket)
    })
  }

  const ends = [
    timers.every(BEAT_MS, beat),
    timers.every(1_000, () => {
      for (const session of sessions) if (timers.nowMs() - session.saidMs >= HEARTBEAT_MS) heartbeat(session)
    }),
    timers.every(PING_MS, () => {
      for (const [socket, unanswered] of sockets) {
        if (unanswered.length >= MOST_UNANSWERED) socket.terminate()
        else {
          unanswered.push(randomUUID())
          socket.ping(unanswered.at(-1))
        }
      }
    }),
  ]

  return {
    join,
    publish: (entry) => {
      alarmTexts.clear()
      heard.note(entry)
    },
    count: () => sockets.size,
    close: () => {
      for (const end of ends) end()
      for (const socket of sockets.keys()) {
        socket.close(1001, 'the server stops')
        setTimeout(() => socket.terminate(), 500).unref()
      }
    },
  }
}

/** Small neighbours as one: each part is a frame. */
function joined(parts: readonly Buffer[]): Buffer[] {
  const MOST = 64 * 1024
  const out: Buffer[] = []
  let small: Buffer[] = []
  let bytes = 0
  const flush = (): void => {
    if (small.length > 0) out.push(small.length === 1 ? small[0]! : Buffer.concat(small))
    small = []
    bytes = 0
  }
  for (const part of parts) {
    if (bytes + part.length > MOST) flush()
    small.push(part)
    bytes += part.length
  }
  flush()
  return out
}

function parse(data: RawData, isBinary: boolean): unknown {
  if (isBinary) throw new TwinError('request-invalid', 'bytes came; send JSON as text')
  try {
    return JSON.parse(data.toString())
  } catch {
    throw new TwinError('request-invalid', 'the message is no JSON')
  }
}
