// A server may ignore an offer to upgrade (RFC 9110 § 7.8). Java's HttpClient offers h2c with each request over plain HTTP, and
// Node gives every request with such an offer to the listener of `upgrade`, away from the one that answers requests.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Gives a request back to its server, as if it had not offered an upgrade. */
export type IgnoreUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void

/**
 * The head of the request, without the offer, goes before what was read after it, and the server reads the connection anew: so
 * the body, and the requests behind it, are read as of any other.
 */
export function createIgnoreUpgrade(server: Server): IgnoreUpgrade {
  const answering = new WeakMap<Socket, Set<ServerResponse>>()
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const open = answering.get(socket) ?? new Set()
    answering.set(socket, open.add(response))
    response.once('close', () => open.delete(response))
  })

  return function ignore(request, socket, head) {
    // Requests before it that are still answered: anew, the server would not know that their answers come first.
    const [before] = answering.get(socket) ?? []
    if (before !== undefined) {
      // Nobody else listens meanwhile.
      const end = (): unknown => socket.destroy()
      socket.once('error', end)
      before.once('close', () => {
        socket.off('error', end)
        ignore(request, socket, head)
      })
      return
    }
    if (socket.destroyed) return
    const { method, url, httpVersion, rawHeaders } = request
    const lines = [`${method} ${url} HTTP/${httpVersion}`]
    for (let i = 0; i < rawHeaders.length; i += 2)
      if (rawHeaders[i]!.toLowerCase() !== 'upgrade') lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
    // Those of its first reading; the second adds its own.
    socket.removeAllListeners('timeout')
    // Node reads the bytes of a head as latin1.
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
    server.emit('connection', socket)
  }
}
