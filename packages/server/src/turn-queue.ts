// Server flow: POST records -> **turn queue** -> authority. Whose records come into the next turn: some of each source, so that
// none waits behind another. A large post is taken in parts, over as many turns as it needs.
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { CheckedRecord } from '@twinmap/core/internal/record/check'

/** Records of one source in one turn, and of all sources together, at the most. */
export const MOST_OF_A_SOURCE = 1_000
export const MOST_IN_A_TURN = 2_000
/** Records of one source that wait at the most; more is refused, and the source sends it again. */
export const MOST_WAITING = 50_000

/** A part of a post, for one turn. */
export interface Part<P> {
  readonly source: string
  readonly post: P
  readonly records: readonly CheckedRecord[]
  /** It is the last of its post. */
  readonly isLast: boolean
}

export interface TurnQueue<P> {
  /** @throws TwinError `store-failed`: too much of this source waits already. */
  readonly add: (source: string, post: P, records: readonly CheckedRecord[]) => void
  /** What comes into the next turn: something of each source that waits. */
  readonly next: () => Part<P>[]
  readonly isEmpty: () => boolean
}

interface Waiting<P> {
  readonly post: P
  readonly records: readonly CheckedRecord[]
  taken: number
}

export function createTurnQueue<P>(): TurnQueue<P> {
  /** In the order in which they are served; a source that was served goes to the end. */
  const sources = new Map<string, { posts: Waiting<P>[]; waiting: number }>()
  return {
    add(source, post, records) {
      const known = sources.get(source)
      if (known !== undefined && known.waiting > MOST_WAITING)
        throw new TwinError(
          'store-failed',
          `${known.waiting} records of source ${source} wait for the store; send the batch again in a second`,
        )
      if (known === undefined) sources.set(source, { posts: [{ post, records, taken: 0 }], waiting: records.length })
      else {
        known.posts.push({ post, records, taken: 0 })
        known.waiting += records.length
      }
    },
    next() {
      const share = Math.min(MOST_OF_A_SOURCE, Math.max(1, Math.floor(MOST_IN_A_TURN / sources.size)))
      const parts: Part<P>[] = []
      for (const [source, queue] of [...sources]) {
        let left = share
        let first = queue.posts[0]
        while (first !== undefined && left > 0) {
          const { post, taken } = first
          const records = first.records.slice(taken, taken + left)
          first.taken += records.length
          left -= records.length
          queue.waiting -= records.length
          const isLast = first.taken === first.records.length
          parts.push({ source, post, records, isLast })
          if (!isLast) break
          queue.posts.shift()
          first = queue.posts[0]
        }
        sources.delete(source)
        if (queue.posts.length > 0) sources.set(source, queue)
      }
      return parts
    },
    isEmpty: () => sources.size === 0,
  }
}
