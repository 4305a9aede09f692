// Worker -> needToken -> page -> getToken -> token -> **tokens** -> hello, Authorization. Kept in memory only.
import { TwinError } from '../error/twin-error.ts'

export interface Tokens {
  /** Asks the page, at each connect; several askers of one feed share the question. Empty: nobody is signed in. */
  ask(feed: string, expired: boolean): Promise<string>
  /** The last one, or the one that is being asked for. */
  current(feed: string): Promise<string>
  /** The last one, if any. */
  latest(feed: string): string | null
  answer(feed: string, token: string): void
  /** Forgets all; who still waits hears `signed-out`. */
  drop(): void
}

interface Question {
  readonly answered: Promise<string>
  readonly resolve: (token: string) => void
  readonly reject: (error: TwinError) => void
  /** The page was asked. */
  asked: boolean
}

export function createTokens(need: (feed: string, expired: boolean) => void): Tokens {
  const known = new Map<string, string>()
  const open = new Map<string, Question>()
  const question = (feed: string): Question => {
    let asked = open.get(feed)
    if (asked === undefined) {
      let resolve!: (token: string) => void
      let reject!: (error: TwinError) => void
      const answered = new Promise<string>((yes, no) => {
        resolve = yes
        reject = no
      })
      answered.catch(() => undefined) // who asked hears it; nobody else must
      open.set(feed, (asked = { answered, resolve, reject, asked: false }))
    }
    return asked
  }
  return {
    ask(feed, expired) {
      const asking = question(feed)
      if (!asking.asked || expired) need(feed, expired)
      asking.asked = true
      return asking.answered
    },
    current: (feed) => (known.has(feed) ? Promise.resolve(known.get(feed)!) : question(feed).answered),
    latest: (feed) => known.get(feed) ?? null,
    answer(feed, token) {
      known.set(feed, token)
      open.get(feed)?.resolve(token)
      open.delete(feed)
    },
    drop() {
      known.clear()
      for (const { reject } of open.values()) reject(new TwinError('signed-out', 'nobody is signed in; sign in again'))
      open.clear()
    },
  }
}
