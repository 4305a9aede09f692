// How this server answers: always with a type that nothing may guess at, and an error always as TwinError data.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorToData, TwinError, type TwinErrorCode } from '@twinmap/core/internal/error/twin-error'

/** The strictest policy that the viewer works under, as README tells it; it holds for pages and workers alike. */
export const STRICT_CSP = "default-src 'self'; script-src 'self'; worker-src 'self'; img-src 'self'; connect-src 'self'"

/** What the answers of files carry: the policy above, and which pages may frame one. */
export interface PagePolicies {
  readonly page: string
  /** For the file of the KTX2 worker alone: a worker from a URL runs under the policy of its own answer. */
  readonly wasmWorker: string
}

/** @param frameAncestors - as CSP names them; none: no page may frame one. */
export function pagePolicies(frameAncestors: readonly string[]): PagePolicies {
  const page = `${STRICT_CSP}; frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`
  return { page, wasmWorker: page.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'") }
}

/** What every answer carries. Data is no page: opened as one, it may load nothing and be framed nowhere; a file says its own. */
export const DATA_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Personal answers are kept by nobody on the way. */
export const NO_STORE = { 'Cache-Control': 'no-store' }

const STATUS: Readonly<Partial<Record<TwinErrorCode, number>>> = {
  'request-invalid': 400,
  'token-expired': 401,
  'not-allowed': 403,
  'action-refused': 403,
  'origin-refused': 403,
  'alarm-unknown': 404,
  'not-found': 404,
  'alarm-grew': 409,
  'key-reused': 409,
  'request-too-large': 413,
  'too-many-requests': 429,
  'store-failed': 503,
}

const HEADERS: Readonly<Partial<Record<TwinErrorCode, Readonly<Record<string, string>>>>> = {
  'store-failed': { 'Retry-After': '1' },
  'too-many-requests': { 'Retry-After': '1' },
  'request-too-large': { Connection: 'close' },
}

const statusOf = (code: TwinErrorCode): number => STATUS[code] ?? 500

export function answerJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...NO_STORE, ...headers })
  response.end(text)
}

/** @param status - where the code alone does not say it. */
export function answerError(response: ServerResponse, error: unknown, status?: number): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const data =
    error instanceof TwinError
      ? errorToData(error)
      : { code: 'internal' as const, message: 'the server failed; try again later', details: {} }
  answerJson(response, status ?? statusOf(data.code), { error: data }, HEADERS[data.code])
}

/** `Authorization: Bearer …`; undefined: none. */
export function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/**
 * Reads a body of JSON.
 *
 * @throws TwinError `request-too-large`, `request-invalid`
 */
export async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const tooLarge = () => new TwinError('request-too-large', `the body is over ${mostBytes} bytes; send it in parts`, { mostBytes })
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  try {
    // Not destroyed when it is too long: the answer goes over the same socket.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > mostBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (cause) {
    if (cause instanceof TwinError) throw cause
    // The client left, or stalled and was closed: nobody reads this answer, and it is no fault of the server.
    throw new TwinError('request-invalid', 'the body ended before its end; send it again', {}, { cause })
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)))
  } catch {
    throw new TwinError('request-invalid', 'the body is no JSON in UTF-8; docs/formats/wire.md shows each message')
  }
}
