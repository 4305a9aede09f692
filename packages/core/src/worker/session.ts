// Worker: **session**: who is signed in, from the token to its end. Feeds, actions and fetches live in it, and end with it
// at once; what is shown is the host's.
import { act } from '../actions/act.ts'
import type { TwinDocument } from '../document/document.ts'
import { TwinError } from '../error/twin-error.ts'
import { type FeedSink, listen } from '../feeds/feed.ts'
import type { SocketPorts } from '../feeds/websocket.ts'
import type { Timers } from '../feeds/within-silence.ts'
import { createNet, httpOrigin, type Net, type NetPorts } from '../net/net.ts'
import type { Action, ActionAnswer } from '../record/action.ts'
import type { Tokens } from './tokens.ts'

export interface SessionPorts {
  readonly net: NetPorts
  readonly sockets: SocketPorts
  readonly timers: Timers
  readonly random: () => number
  readonly tokens: Tokens
}

export interface SessionOptions {
  readonly doc: TwinDocument
  readonly base: string
  readonly allow: readonly string[]
  /** Kinds that the layers of a feed show: of these the records are asked for. Alarms come of all kinds. */
  readonly kindsOf: (feed: string) => readonly string[]
  readonly sinkOf: (feed: string) => FeedSink
}

export interface Session {
  readonly signal: AbortSignal
  readonly net: Net
  act(feed: string, action: Action): Promise<ActionAnswer>
  /** Fetches JSON once the token of its origin's feed is there. */
  json(url: string): Promise<unknown>
  /** Who waits hears `reason`. */
  end(reason: TwinError): void
}

export function startSession(
  { doc, base, allow, kindsOf, sinkOf }: SessionOptions,
  { net: ports, sockets, timers, random, tokens }: SessionPorts,
): Session {
  const own = new AbortController()
  const feedAt = (origin: string): string | undefined => doc.feeds.find(({ url }) => httpOrigin(url) === origin)?.id
  const net = createNet(
    {
      base,
      allow,
      tokenFor: (origin) => {
        const feed = feedAt(origin)
        return feed === undefined ? null : tokens.latest(feed)
      },
    },
    ports,
  )
  /** An answer that has not come when the session ends is dropped; who waits hears why at once. */
  const inSession = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const ended = () => reject(own.signal.reason)
      if (own.signal.aborted) ended()
      own.signal.addEventListener('abort', ended)
      work.then(resolve, reject).finally(() => own.signal.removeEventListener('abort', ended))
    })
  for (const { id, url } of doc.feeds) {
    const sink = sinkOf(id)
    try {
      net.mustAllow(url)
    } catch (error) {
      sink.state('refused', error as TwinError)
      continue
    }
    void listen({ url, kinds: kindsOf(id) }, sink, { token: (expired) => tokens.ask(id, expired), sockets, timers, random }, own.signal)
  }
  return {
    signal: own.signal,
    net,
    act: (feed, action) =>
      inSession(
        (async () => {
          const url = doc.feeds.find(({ id }) => id === feed)?.actions
          if (url === undefined)
            throw new TwinError('action-refused', `feed ${feed}: takes no actions; give it "actions" in the twin document`, { feed })
          try {
            return await act(action, url, net, own.signal)
          } catch (error) {
            if (!(error instanceof TwinError) || error.code !== 'token-expired') throw error
            await tokens.ask(feed, true)
            return await act(action, url, net, own.signal) // the same key: it is the same action
          }
        })(),
      ),
    json: (url) =>
      inSession(
        (async () => {
          const feed = feedAt(httpOrigin(url))
          if (feed !== undefined) await tokens.current(feed)
          return await net.json(url, { signal: own.signal })
        })(),
      ),
    end(reason) {
      own.abort(reason)
      tokens.drop()
    },
  }
}
