// Feed flow: decode -> **place in the stream** -> layers, alarms. Finds what is missing; alarms may have no gap.
import type { Envelope } from '../record/envelope.ts'

/** Up to when a stream was taken: `n` is a time by the server's clock, UTC ms, and says nothing of how much came till then. */
export interface Place {
  readonly streamId: string
  readonly n: number
}

/**
 * What to do with an envelope: `take` it; `pass` over it, a heartbeat that says we are where we should be; or `resync`,
 * because it does not follow: a gap, another stream, a server that went back.
 */
export type Step = 'take' | 'pass' | 'resync'

/** @param place - null: nothing was taken yet, or a snapshot is awaited; only a snapshot is taken then. */
export function stepTo(place: Place | null, { snapshot, streamId, from, n }: Envelope): Step {
  if (snapshot) return 'take'
  if (place === null) return 'resync'
  if (streamId !== place.streamId) return 'resync'
  if (from === undefined) return n === place.n ? 'pass' : 'resync'
  return from === place.n + 1 && n >= from ? 'take' : 'resync'
}
