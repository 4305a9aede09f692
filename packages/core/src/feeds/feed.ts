// Feed flow: transport -> within silence -> stay connected -> **feed** (decode, place in the stream) -> layers, alarms. Rows and
// alarms come down; only control goes up.
import { TwinError, type TwinErrorData } from '../error/twin-error.ts'
import type { Envelope, Hello } from '../record/envelope.ts'
import { readEnvelope } from '../record/envelope-codec.ts'
import { type Place, stepTo } from './place.ts'
import { PATIENCE, type Patience, stayConnected } from './stay-connected.ts'
import type { Send, Sink } from './transport.ts'
import { browserSockets, type SocketPorts, webSocket } from './websocket.ts'
import { realTimers, SILENCE_MS, type Timers, withinSilence } from './within-silence.ts'

/** `lost`: last known values are shown, and it is tried again. `refused`: it is not. */
export type FeedState = 'connecting' | 'live' | 'lost' | 'refused' | 'signed-out'

export interface FeedOptions {
  readonly url: string
  /** Records of these kinds only; absent: of all that the role may see. Alarms come of all kinds. */
  readonly kinds?: readonly string[]
  readonly patience?: Patience
  readonly silenceMs?: number
}

export interface FeedPorts {
  /** Empty: nobody is signed in. Rejects with a TwinError where none can be had, which ends the feed. */
  readonly token: (expired: boolean) => Promise<string>
  readonly sockets?: SocketPorts
  readonly timers?: Timers
  readonly random?: () => number
}

/**
 * What a feed hands over. The server alone orders: rows come in the order in which they hold, and each is set over what is
 * there. A feed that is not our server's (a portal's own socket, a polled GeoJSON) has an adapter that writes such envelopes:
 * it orders by what it knows of its source, leaves repeats out, and gives `heardMs` by one clock.
 */
export interface FeedSink {
  /** What became true since the last one, or a snapshot that replaces all; never out of order, never with a gap. */
  envelope(envelope: Envelope, receivedMs: number): void
  /** Every message that is sound, a heartbeat too: the server's time is in it. */
  heard(serverTimeMs: number, receivedMs: number): void
  state(state: FeedState, error: TwinError | null): void
  /** What was not understood, or what the server complained of; the feed goes on. */
  problem(error: TwinError): void
}

/**
 * Listens to a feed until `signal` aborts, over breaks, restarts and expired tokens. Resolves when it left or was refused;
 * how it stands is told by `state`.
 */
export async function listen(
  { url, kinds, patience = PATIENCE, silenceMs = SILENCE_MS }: FeedOptions,
  sink: FeedSink,
  { token, sockets = browserSockets, timers = realTimers, random = Math.random }: FeedPorts,
  signal: AbortSignal,
): Promise<void> {
  const address = new URL(url)
  const where = `${address.host}${address.pathname}`
  let place: Place | null = null
  let awaitsSnapshot = true
  let send: Send = () => undefined
  let complaint: TwinErrorData | null = null
  const lost = (why: string) => new TwinError('feed-lost', `${where}: ${why}; the twin shows last known values until it is back`, { where })

  const resync = () => {
    if (awaitsSnapshot) return
    awaitsSnapshot = true
    place = null
    send('{"resync":{}}')
  }
  const messages: Sink = {
    opened: (up) => {
      send = up
      awaitsSnapshot = place === null
      complaint = null
    },
    message: (data, receivedMs) => {
      let message: ReturnType<typeof readEnvelope>
      try {
        message = readMessage(data)
      } catch (error) {
        sink.problem(unreadable(where, error))
        if (awaitsSnapshot) throw lost('its snapshot cannot be read')
        resync()
        return false
      }
      if ('error' in message) {
        complaint = message.error
        if (complaint.code !== 'token-expired') sink.problem(new TwinError(complaint.code, complaint.message, { ...complaint.details }))
        return false
      }
      sink.heard(message.serverTimeMs, receivedMs)
      const step = stepTo(place, message)
      if (step === 'resync') {
        resync()
        return false
      }
      if (step === 'take') {
        place = null // should taking it fail, the next hello asks for everything
        sink.envelope(message, receivedMs)
        awaitsSnapshot = false
        place = { streamId: message.streamId, n: message.n }
      }
      sink.state('live', null)
      return true
    },
  }
  const hello = async (expired: boolean): Promise<Hello> => {
    const bearer = await token(expired)
    return {
      ...(bearer === '' ? {} : { token: bearer }),
      ...(expired ? { expired: true } : {}),
      ...(kinds === undefined ? {} : { kinds }),
      ...(place === null ? {} : { resume: place }),
    }
  }
  const transport = withinSilence(webSocket(url, sockets), where, { silenceMs, timers })
  try {
    sink.state('connecting', null)
    await stayConnected(
      transport,
      messages,
      patience,
      { hello, random, lost: (error) => sink.state('lost', error), sleep: (ms, until) => sleep(ms, until, timers) },
      signal,
    )
  } catch (error) {
    if (signal.aborted) return
    sink.state('refused', refusal(where, error, complaint))
  }
}

const readMessage = (data: string | ArrayBuffer) => {
  if (typeof data !== 'string') throw new TwinError('record-invalid', 'binary frames are not negotiated')
  return readEnvelope(JSON.parse(data))
}

const unreadable = (where: string, cause: unknown): TwinError =>
  new TwinError(
    'record-invalid',
    `${where}: sent what this twinmap does not understand (${cause instanceof TwinError ? cause.message : 'no JSON'}); look whether its version fits`,
    { where },
    { cause },
  )

function refusal(where: string, error: unknown, complaint: TwinErrorData | null): TwinError {
  if (!(error instanceof TwinError)) return new TwinError('internal', `${where}: ${String(error)}`, { where }, { cause: error })
  if (complaint === null) return error
  return new TwinError(error.code, `${where}: ${complaint.message}`, { ...error.details, server: complaint.code }, { cause: error })
}

const sleep = (ms: number, signal: AbortSignal, timers: Timers): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      timers.clear(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = timers.set(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
