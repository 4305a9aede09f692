// Which pages may write here and listen: the server's own, and those of the portals that its configuration names. A browser
// says in `Origin` whose page asks; a device or a script says nothing, and is known by its key or token alone.
import type { IncomingMessage } from 'node:http'
import { TwinError } from '@twinmap/core/internal/error/twin-error'

/**
 * @param allowed - origins beside the server's own, as `https://portal.example`.
 * @returns a check of a request. @throws TwinError from it: `origin-refused`.
 */
export function createOriginCheck(allowed: readonly string[]): (request: IncomingMessage) => void {
  const others = new Set(allowed.map(readOrigin))
  return ({ headers }) => {
    if (headers.origin === undefined) return
    const origin = readOrigin(headers.origin)
    if (origin !== null && (others.has(origin) || origin === ownOrigin(origin, headers.host))) return
    // What is no origin is not repeated: it may be anything.
    const told = origin ?? (headers.origin === 'null' ? 'null' : 'that cannot be read')
    throw new TwinError(
      'origin-refused',
      `a page of the origin ${told} may not use this server; if your portal shows the twin there, let its proxy pass the header Host, or add the origin to origins in the server's configuration`,
      { origin: told },
    )
  }
}

/** As browsers write it: lower case, without the scheme's own port. Null: it is none, or has more than scheme, host and port. */
export function readOrigin(text: string): string | null {
  if (text.length > 300 || !/^https?:\/\/[^/?#@\\\s]+$/i.test(text)) return null
  try {
    return new URL(text).origin
  } catch {
    return null
  }
}

/** What the host that was asked would be under the scheme of the page: a proxy may have taken TLS off, so both schemes are its own. */
function ownOrigin(origin: string, host: string | undefined): string | null {
  return host === undefined ? null : readOrigin(`${origin.slice(0, origin.indexOf(':'))}://${host}`)
}
