// The page's side of tokens: needToken -> getToken -> **tokens** -> the worker's feed, and the page's own requests to that
// feed's origin. Kept in memory only.
import type { TwinDocument } from './document/document.ts'
import { TwinError } from './error/twin-error.ts'
import { httpOrigin } from './net/net.ts'
import type { GetToken } from './twin-parts.ts'

/** Who could not give a token is asked again after this. */
const TOKEN_AGAIN_MS = 2000

/** No feed's name: where none is, no token goes. */
const NO_FEED = '\0'

export interface TwinTokens {
  /** Of the origin's feed; null before the document is there. */
  tokenFor(origin: string): string | null
  /** A document without feeds asks for one token by an empty name. */
  begin(doc: Pick<TwinDocument, 'feeds'>): void
  /** Answers `needToken`; false: the last token ended and there is no other, so nobody is signed in. */
  answer(asked: { readonly feed: string; readonly expired: boolean }): Promise<boolean>
  /**
   * Asks for each feed's. Who never had one goes on as the public; whose ended does not do so unawares.
   *
   * @throws TwinError `token-expired`: the last one ended, and there is still no other.
   */
  signIn(): Promise<void>
  /** Forgets all; who was asked before answers too late, however soon. */
  drop(): void
}

export interface TwinTokensPorts {
  readonly getToken: GetToken | undefined
  /** To the worker's feed. */
  readonly send: (feed: string, token: string) => Promise<void>
  readonly tell: (error: unknown) => void
  readonly ended: AbortSignal
}

/** @param src - the document's: a feed's URL counts from it. */
export function createTwinTokens(src: string, { getToken, send, tell, ended: ending }: TwinTokensPorts): TwinTokens {
  const tokens = new Map<string, string | null>()
  let feeds: readonly { readonly id: string; readonly url: string }[] = []
  let dropped = 0
  /** The last token ended, and nobody has given another since. */
  let ended = false

  const get = async (feed: string, expired: boolean): Promise<string | null> => (await getToken?.({ feed, expired })) ?? null

  function take(feed: string, token: string | null): Promise<void> {
    if (token !== null) ended = false
    tokens.set(feed, token)
    return send(feed, token ?? '')
  }

  async function answer({ feed, expired }: { readonly feed: string; readonly expired: boolean }): Promise<boolean> {
    const mine = dropped
    const isLate = () => ending.aborted || mine !== dropped
    let given: string | null
    try {
      given = await get(feed, expired)
    } catch (error) {
      tell(error) // whoever gives tokens may be back soon; the map is shown meanwhile
      await new Promise((resolve) => setTimeout(resolve, TOKEN_AGAIN_MS))
      return isLate() || answer({ feed, expired })
    }
    if (isLate()) return true
    if (given === null && expired) {
      ended = true
      return false
    }
    await take(feed, given)
    return true
  }

  return {
    tokenFor: (origin) => tokens.get(feeds.find(({ url }) => httpOrigin(url) === origin)?.id ?? NO_FEED) ?? null,
    begin(doc) {
      feeds = doc.feeds.length === 0 ? [{ id: '', url: src }] : doc.feeds
    },
    answer,
    async signIn() {
      const mine = dropped
      const given = await Promise.all(feeds.map(async ({ id }) => [id, await get(id, false)] as const))
      if (ending.aborted || mine !== dropped) return
      if (ended && given.every(([, token]) => token === null))
        throw new TwinError('token-expired', 'getToken gave no token after the last one ended; sign in to the portal, then try again')
      await Promise.all(given.map(([feed, token]) => take(feed, token)))
    },
    drop() {
      dropped++
      tokens.clear()
    },
  }
}
