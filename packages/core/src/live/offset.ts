// Live flow: envelope -> **offset** -> live clock. This machine's clock less the server's: intranets have no NTP.

/** One difference a second is kept, the least of that second; so at most 300 for the 5 minutes that count. */
export interface OffsetSamples {
  readonly atMs: number[]
  readonly differenceMs: number[]
}
export const createOffsetSamples = (): OffsetSamples => ({ atMs: [], differenceMs: [] })

export const OFFSET_WINDOW_MS = 5 * 60_000
/** The clock is sent anew only when the offset moved by more. */
export const OFFSET_MOVED_MS = 1000

/**
 * The server's clock less this machine's, ms. A message is received later than it was sent, never earlier, so the least
 * difference received − sent over the last 5 minutes is the one with the least delay in it.
 */
export function offsetMs({ atMs, differenceMs }: OffsetSamples, receivedMs: number, serverTimeMs: number): number {
  const difference = receivedMs - serverTimeMs
  const last = atMs.length - 1
  if (receivedMs - atMs[last]! < 1000 && receivedMs >= atMs[last]!) {
    differenceMs[last] = Math.min(differenceMs[last]!, difference)
  } else {
    atMs.push(receivedMs)
    differenceMs.push(difference)
  }
  while (Math.abs(receivedMs - atMs[0]!) > OFFSET_WINDOW_MS) {
    atMs.shift()
    differenceMs.shift()
  }
  return 0 - Math.min(...differenceMs)
}
