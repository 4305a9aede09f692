// How long this server waits for the other end of a socket, and how it ends one that stalls. A client that stalls is no fault
// of the server: nothing here is reported.
import type { Server, ServerOptions, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { refuseSocket } from './refuse-socket.ts'

export interface Patience {
  /** For the head of a request, ms. */
  readonly headersMs: number
  /** For a whole request, with its body, ms: a megabyte at 17 kB/s. */
  readonly requestMs: number
  /** For an answer of which the client takes nothing more, ms. One that goes on, however slowly, may last. */
  readonly unreadMs: number
  /** How often the first two are looked at, ms. */
  readonly checkMs: number
}

export const PATIENCE_DEFAULTS: Patience = { headersMs: 10_000, requestMs: 60_000, unreadMs: 60_000, checkMs: 1_000 }

export const serverOptions = ({ headersMs, requestMs, checkMs }: Patience): ServerOptions => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  connectionsCheckingInterval: checkMs,
})

/** Of what the parser finds wrong, those that HTTP has a status of its own for. */
const STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

/** Ends sockets that stall, or that send what is no HTTP. */
export function endStalled(server: Server, { unreadMs }: Patience): void {
  const answering = new WeakMap<Socket, Set<ServerResponse>>()
  const refused = new WeakSet<Socket>()
  const last = new WeakMap<Socket, ServerResponse>()
  const answersOf = (socket: Socket): ServerResponse[] => [...(answering.get(socket) ?? [])]

  server.prependListener('request', ({ socket }, response) => {
    const open = answering.get(socket) ?? new Set()
    answering.set(socket, open.add(response))
    last.set(socket, response)
    response.once('close', () => open.delete(response))
  })

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // What comes after it was refused is no request either, and the answer is on its way.
    if (refused.has(socket)) return
    refused.add(socket)
    // An answer that has begun, or that belongs to an earlier request, must not be mixed with this one; nor is a request that
    // was answered before its body came answered twice.
    const isBusy = answersOf(socket).some(({ headersSent, req }) => headersSent || req.complete)
    const isAnswered = last.get(socket)?.headersSent === true && !last.get(socket)!.req.complete
    // A browser opens sockets in advance: one that it never used gets no answer, which it would take for that of its next request.
    if (error.code === 'ECONNRESET' || !socket.writable || isBusy || isAnswered || socket.bytesRead === 0) socket.destroy()
    else refuseSocket(socket, STATUS[error.code ?? ''] ?? 400)
  })

  server.setTimeout(unreadMs, (socket) => {
    const answers = answersOf(socket)
    // The server itself may take its time; whoever waits for it may wait on.
    if (answers.length > 0 && socket.writableLength === 0) socket.setTimeout(unreadMs)
    else socket.destroy()
  })
}
