// Every request of page and worker passes **here**: which origins, whose token, what of redirects, when again. Nothing
// above this room retries or sees a token.
import { TwinError } from '../error/twin-error.ts'

export interface NetOptions {
  /** Absolute URL that relative ones count from; its origin is the one that may be asked without being listed. */
  readonly base: string
  /** Further origins that may be asked, such as `https://tiles.town.example`. */
  readonly allow?: readonly string[]
  /** The bearer token for an origin, if it gets one. Asked at each try, because a token ages. */
  readonly tokenFor?: (origin: string) => string | null
  /**
   * An origin refused a request that brought `token` (401, 403). True, now or after a wait: there is another to ask with. It
   * is then asked once more.
   */
  readonly renewed?: (origin: string, token: string | null) => Promise<boolean>
}

/** What net needs from outside. */
export interface NetPorts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** In [0, 1). */
  readonly random: () => number
}

export interface RequestOptions {
  readonly signal?: AbortSignal
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether asking again does no harm. Default: a GET. */
  readonly repeatable?: boolean
  /** Longest wait for the answer's head at each try, ms. Default: as long as the network waits. */
  readonly timeoutMs?: number
  /** Statuses besides 2xx that the caller reads by itself. */
  readonly accept?: readonly number[]
}

export interface Net {
  /**
   * @throws TwinError `fetch-refused` (origin not listed, a redirect, 401, 403), `fetch-gone` (404, 410), `fetch-failed`
   * (all else, after the retries); the signal's reason where it aborts.
   */
  fetch(url: string, options?: RequestOptions): Promise<Response>
  /** The same, parsed; a break inside the body is tried again too. Rejects with SyntaxError for what is no JSON. */
  json(url: string, options?: RequestOptions): Promise<unknown>
  /** The same, as bytes. */
  bytes(url: string, options?: RequestOptions): Promise<ArrayBuffer>
  /** Throws `fetch-refused` where an address may not be asked; for sockets, which do not pass through fetch. */
  mustAllow(url: string): void
}

/** Tries of a request that may be repeated, and the first wait between; it doubles, and each is drawn from [half, whole]. */
export const NET_DEFAULTS = { tries: 4, firstWaitMs: 500 } as const

export const browserNet: NetPorts = {
  fetch: (url, init) => fetch(url, init),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal?.addEventListener('abort', end)
    }),
  random: () => Math.random(),
}

/** Origin and path, never the query: a token may stand there. */
export const placeOfUrl = (url: URL): string => url.origin + url.pathname

/**
 * Why a request was refused: by its name, which is no web address; its origin, which nobody listed; a redirect; an address whose query, a
 * signature mostly, no longer opens it; a token that may not see it; or nobody's being signed in.
 */
export type RefusalReason = 'name' | 'origin' | 'redirect' | 'expired' | 'role' | 'signed-out'

/** A refusal with its reason, which a page says in its own language. */
export const refusal = (reason: RefusalReason, sentence: string, where: string, more: Record<string, unknown> = {}): TwinError =>
  new TwinError('fetch-refused', sentence, { where, reason, ...more })

/** What 401 and 403 mean, by what the request brought. */
export function deniedBy(address: URL, status: number, token: string | null): TwinError {
  const where = placeOfUrl(address)
  const [reason, remedy] =
    token !== null && token !== ''
      ? (['role', 'sign in with a role that may see it'] as const)
      : address.search.length > 1
        ? (['expired', 'the signature in its address may have expired, or may not cover this file: get a new address'] as const)
        : (['signed-out', 'sign in with a role that may see it'] as const)
  return refusal(reason, `${where}: the server refuses this viewer (${status}); ${remedy}`, where, { status })
}

/** A failure that may pass by itself, not before `afterMs`. */
class Passing extends Error {
  readonly afterMs: number
  constructor(message: string, afterMs: number) {
    super(message)
    this.afterMs = afterMs
  }
}

export function createNet(
  { base, allow = [], tokenFor = () => null, renewed = async () => false }: NetOptions,
  ports: NetPorts = browserNet,
): Net {
  const allowed = new Set([httpOrigin(base), ...allow.map(httpOrigin)])
  const mustAllow = (url: string): void => {
    const found = new URL(url, base)
    if (!/^(https?|wss?):$/.test(found.protocol)) {
      const where = found.href.replace(/[?#].*$/, '').slice(0, 200)
      throw refusal('name', `${where}: is no web address (it begins with "${found.protocol}"); only http and https are asked`, where)
    }
    if (!allowed.has(httpOrigin(found.href))) {
      const where = placeOfUrl(found)
      throw refusal(
        'origin',
        `${where}: its origin is not that of the twin document; list it in the viewer's allowed origins if you trust it`,
        where,
      )
    }
  }

  async function request<T>(url: string, options: RequestOptions, read: (response: Response) => Promise<T>): Promise<T> {
    mustAllow(url)
    const address = new URL(url, base)
    const { signal } = options
    const repeatable = options.repeatable ?? (options.method ?? 'GET') === 'GET'
    let waitMs: number = NET_DEFAULTS.firstWaitMs
    let isRenewed = false
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted()
      const token = tokenFor(address.origin)
      try {
        return await read(await once(address, options, token, ports))
      } catch (error) {
        signal?.throwIfAborted()
        if (!isRenewed && isRefusal(error)) {
          isRenewed = await unlessAborted(renewed(address.origin, token), signal)
          if (isRenewed) continue
        }
        if (error instanceof TwinError || error instanceof SyntaxError) throw error
        if (!repeatable || attempt === NET_DEFAULTS.tries) throw failed(address, error, attempt)
        const leastMs = error instanceof Passing ? error.afterMs : 0
        await ports.sleep(Math.max(leastMs, waitMs * (0.5 + ports.random() / 2)), signal)
        waitMs *= 2
      }
    }
  }

  return {
    fetch: (url, options = {}) => request(url, options, async (response) => response),
    json: (url, options = {}) => request(url, options, async (response) => JSON.parse(await response.text()) as unknown),
    bytes: (url, options = {}) => request(url, options, (response) => response.arrayBuffer()),
    mustAllow,
  }
}

/** One try. Resolves with an answer that the caller wants; throws TwinError for what stays so, anything else for what may pass. */
async function once(address: URL, options: RequestOptions, token: string | null, { fetch }: NetPorts): Promise<Response> {
  const { signal, method = 'GET', body, timeoutMs, accept = [] } = options
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)].filter((each) => each !== undefined)
  const response = await fetch(address.href, {
    method,
    headers: { ...options.headers, ...(token === null || token === '' ? {} : { Authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body }),
    // Not followed: a browser would carry the request to an origin that nobody listed, and a login page is no tile.
    redirect: 'manual',
    credentials: 'same-origin',
    ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
  })
  const { status } = response
  if (response.ok || accept.includes(status)) return response
  const where = placeOfUrl(address)
  const details = { where, status }
  await response.body?.cancel()
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    throw refusal(
      'redirect',
      `${where}: the server redirects; redirects are not followed: sign in again, or name the final address`,
      where,
      details,
    )
  }
  if (status === 404 || status === 410)
    throw new TwinError('fetch-gone', `${where}: the server has no such thing (${status}); check the address`, details)
  if (status === 401 || status === 403) throw deniedBy(address, status, token)
  if (status === 429 || status >= 500) throw new Passing(`the server answers ${status}`, retryAfterMs(response))
  throw new TwinError('fetch-failed', `${where}: the server answers ${status}; check the address and what the server logs`, details)
}

const isRefusal = (error: unknown): boolean =>
  error instanceof TwinError && (error.details['status'] === 401 || error.details['status'] === 403)

/** Whoever no longer wants it does not wait either. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function failed(address: URL, cause: unknown, tries: number): TwinError {
  const why = cause instanceof Passing ? cause.message : 'the network does not carry it'
  const where = placeOfUrl(address)
  return new TwinError(
    'fetch-failed',
    `${where}: ${why}, after ${tries} ${tries === 1 ? 'try' : 'tries'}; check the network and the server`,
    { where, tries },
    { cause },
  )
}

/** RFC 9110 § 10.2.3, seconds only (0 where there are none); at most a minute, so that a wrong header stops nothing. */
const retryAfterMs = (response: Response): number => Math.min(Number(response.headers.get('Retry-After')) || 0, 60) * 1000

/** The origin whose tokens a socket's address takes: `wss:` counts as `https:`. */
export const httpOrigin = (url: string): string => new URL(url.replace(/^ws/, 'http')).origin
