// The page's side of tokens: needToken -> getToken -> **tokens** -> the worker's feed, and the page's own requests to that
// feed's origin. Kept in memory only.
import type { TwinDocument } from './document/document.ts'
import { TwinError } from './error/twin-error.ts'
import { httpOrigin } from './net/net.ts'
import type { GetToken } from './twin-parts.ts'

/** Who could not give a token is asked again after this. */
const TOKEN_AGAIN_MS = 2000

/** Who was refused waits so long for the first token, ms; after that it is told, and tried again when one comes. */
export const FIRST_TOKEN_MS = 10_000

export interface TwinTokens {
  /** Of the origin's feed; null before the document is there. */
  tokenFor(origin: string): string | null
  /** From now on its feeds' origins have tokens. A document without feeds, which nobody asks for, asks for one by an empty name. */
  begin(doc: Pick<TwinDocument, 'feeds'>): void
  /** For net/: `origin` refused a request that brought `token`; true where there is another, or comes soon. */
  renewed(origin: string, token: string | null): Promise<boolean>
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
  /** There is a new token: what was refused without it may come now. */
  readonly taken: () => void
  readonly tell: (error: unknown) => void
  readonly ended: AbortSignal
}

/** @param src - the document's: a feed's URL counts from it. */
export function createTwinTokens(src: string, { getToken, send, taken, tell, ended: ending }: TwinTokensPorts): TwinTokens {
  const tokens = new Map<string, string | null>()
  let feeds: readonly { readonly id: string; readonly url: string }[] = []
  let dropped = 0
  /** Somebody signed out, and nobody in since. */
  let isOut = false
  /** The last token ended, and nobody has given another since. */
  let ended = false
  /** Who waits for the first token of a feed. */
  const waiting = new Set<() => void>()
  /** The last token of the document without feeds that was refused: another was asked for then. */
  let refused: string | null = null

  const feedAt = (origin: string): string | undefined => feeds.find(({ url }) => httpOrigin(url) === origin)?.id
  const wake = () => {
    for (const go of [...waiting]) go()
  }
  ending.addEventListener('abort', wake, { once: true })

  const get = async (feed: string, expired: boolean): Promise<string | null> => (await getToken?.({ feed, expired })) ?? null

  function take(feed: string, token: string | null): Promise<void> {
    if (token !== null) ended = false
    const isNew = token !== null && token !== tokens.get(feed)
    tokens.set(feed, token)
    wake()
    if (isNew) taken()
    return send(feed, token ?? '')
  }

  function firstOf(feed: string): Promise<void> {
    return new Promise((resolve) => {
      const mine = dropped
      const go = () => {
        if (!tokens.has(feed) && mine === dropped && !ending.aborted) return
        clearTimeout(timer)
        waiting.delete(go)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(go)
        resolve()
      }, FIRST_TOKEN_MS)
      waiting.add(go)
    })
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
    tokenFor: (origin) => {
      const feed = feedAt(origin)
      return feed === undefined ? null : (tokens.get(feed) ?? null)
    },
    begin(doc) {
      feeds = doc.feeds.length === 0 ? [{ id: '', url: src }] : doc.feeds
      if (doc.feeds.length === 0 && getToken !== undefined) answer({ feed: '', expired: false }).catch(tell)
    },
    async renewed(origin, token) {
      const feed = feedAt(origin)
      if (feed === undefined || getToken === undefined || isOut) return false
      if (!tokens.has(feed)) await firstOf(feed)
      // Of a feed's token its server says when it ends; that of a document without feeds ends here.
      else if (feed === '' && token !== null && token === tokens.get(feed) && token !== refused) {
        refused = token
        await answer({ feed, expired: true })
      }
      const now = tokens.get(feed) ?? null
      return now !== null && now !== token
    },
    answer,
    async signIn() {
      const mine = dropped
      const given = await Promise.all(feeds.map(async ({ id }) => [id, await get(id, false)] as const))
      if (ending.aborted || mine !== dropped) return
      if (ended && given.every(([, token]) => token === null))
        throw new TwinError('token-expired', 'getToken gave no token after the last one ended; sign in to the portal, then try again')
      isOut = false
      await Promise.all(given.map(([feed, token]) => take(feed, token)))
    },
    drop() {
      dropped++
      isOut = true
      tokens.clear()
      wake()
    },
  }
}
