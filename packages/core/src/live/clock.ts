/** The one time of the twin: a linear function of wall time, sent once to both sides, so nobody ticks across the border. */
export interface Clock {
  readonly mode: 'live' | 'paused' | 'replay'
  /** This machine's wall time at which the twin's time was `twinMs`, UTC ms (Date.now). */
  readonly wallMs: number
  readonly twinMs: number
  /** Twin milliseconds per wall millisecond: 1 live, 0 paused. */
  readonly rate: number
}

export const liveClock = (wallMs: number, offsetMs: number): Clock => ({ mode: 'live', wallMs, twinMs: wallMs + offsetMs, rate: 1 })

/** Twin time, UTC ms, at this machine's wall time. */
export const twinTimeMs = (clock: Clock, wallMs: number): number => clock.twinMs + (wallMs - clock.wallMs) * clock.rate
