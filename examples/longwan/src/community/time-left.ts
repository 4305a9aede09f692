// Steps tell how far they are; whoever waits wants to know how long that still takes.

export interface MakingProgress {
  /** 0 to 1, by expected time. */
  readonly fraction: number
  readonly words: string
  /** Unknown until enough is done to tell. */
  readonly leftMs: number | undefined
}

/** Before this much is done a guess would be one. */
const LEAST_TO_TELL = 0.03

export interface TimeLeftOptions {
  /** How much was done before this run began. Default: what its first word says. */
  readonly from?: number
  readonly nowMs?: () => number
}

/** Adds the time left, by this run's own pace: what an earlier one did took none of its time. */
export function withTimeLeft(
  hear: (progress: MakingProgress) => void,
  { from, nowMs = () => performance.now() }: TimeLeftOptions = {},
): (fraction: number, words: string) => void {
  const beganMs = nowMs()
  let first = from
  return (fraction, words) => {
    first ??= fraction
    const done = fraction - first
    hear({ fraction, words, leftMs: done < LEAST_TO_TELL ? undefined : ((nowMs() - beganMs) * (1 - fraction)) / done })
  }
}
