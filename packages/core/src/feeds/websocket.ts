import { TwinError } from '../error/twin-error.ts'
import { CLOSE_TOKEN_EXPIRED } from '../record/envelope.ts'
import type { Transport } from './transport.ts'

/** What is used of a WebSocket, so that Node 20 and tests can give their own. */
export interface Socket {
  binaryType: string
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null
  onclose: ((event: { code: number; reason: string }) => void) | null
  onerror: ((event: never) => void) | null
  send(data: string): void
  close(code?: number): void
}

export interface SocketPorts {
  readonly open: (url: string) => Socket
  readonly nowMs: () => number
}

export const browserSockets: SocketPorts = { open: (url) => new WebSocket(url) as unknown as Socket, nowMs: () => Date.now() }

/**
 * Listens to a WebSocket server (RFC 6455): text frames come as strings, binary frames as ArrayBuffers. The hello is the
 * first frame sent, so that no token stands in a URL, where proxies log it.
 *
 * @param url - `ws:`, `wss:`, or `http:`, `https:` as a document's relative URL becomes; its query is never in an error's words.
 */
export function webSocket(url: string, { open, nowMs }: SocketPorts = browserSockets): Transport {
  const address = new URL(url.replace(/^http/, 'ws'))
  const where = `${address.protocol}//${address.host}${address.pathname}`
  return (hello, sink, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return resolve()
      const socket = open(address.href)
      socket.binaryType = 'arraybuffer'
      const end = (error?: TwinError) => {
        signal.removeEventListener('abort', leave)
        socket.onopen = socket.onmessage = socket.onclose = null
        if (error === undefined) resolve()
        else reject(error)
      }
      const leave = () => {
        // Not awaited: over a dead line the closing handshake takes a minute, and its messages are wanted no more.
        end()
        socket.close(1000)
      }
      signal.addEventListener('abort', leave, { once: true })
      socket.onopen = () => {
        socket.send(JSON.stringify({ hello }))
        sink.opened((control) => socket.send(control))
      }
      socket.onmessage = ({ data }) => {
        try {
          sink.message(data, nowMs())
        } catch (error) {
          end(error instanceof TwinError ? error : new TwinError('feed-lost', `${where}: ${String(error)}`, { where }, { cause: error }))
          socket.close(1000)
        }
      }
      socket.onerror = () => undefined // a close always follows, and says more
      socket.onclose = ({ code, reason }) => {
        if (signal.aborted) return end()
        end(closed(where, code, reason))
      }
    })
}

function closed(where: string, code: number, reason: string): TwinError {
  const said = `${where}: closed with ${code}${reason === '' ? '' : ` (${reason})`}`
  if (code === CLOSE_TOKEN_EXPIRED) return new TwinError('token-expired', `${said}; a new token is asked for`, { where, code })
  if (code >= 4400 && code < 4500) {
    return new TwinError(
      'feed-refused',
      `${said}; the server refuses this viewer: sign in with a role that may see it, or correct the document`,
      { where, code },
    )
  }
  // A polite close too: a server that restarts is polite.
  return new TwinError('feed-lost', `${said}; the twin shows last known values until it is back`, { where, code })
}
