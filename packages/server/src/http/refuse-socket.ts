// An answer on a bare socket, where there is no response to write to: a request that cannot be read, an upgrade that is refused.
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorToData, type TwinError } from '@twinmap/core/internal/error/twin-error'
import { DATA_HEADERS } from './answer.ts'

/** So long the other end may read the answer; then the socket is gone, whether it closes its side or not. */
const LINGER_MS = 500

/** Answers with a status, and the error where there is one, and closes. */
export function refuseSocket(socket: Duplex, status: number, error?: TwinError): void {
  // What still comes is read and thrown away: a socket that closes on unread bytes is reset, and its answer is lost.
  socket.on('error', () => socket.destroy()).resume()
  const body = error === undefined ? '' : JSON.stringify({ error: errorToData(error) })
  const headers = {
    ...(body !== '' && { 'Content-Type': 'application/json' }),
    ...DATA_HEADERS,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}
