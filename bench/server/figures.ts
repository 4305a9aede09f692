// The arithmetic of the bench, pure: quantiles, ratios of pairs, bars, and whether a rate of messages is held.

/** One measured stretch: what it did, how long it took, and what the measured process spent. */
export interface Leg {
  /** Records, messages, or whatever the leg counts. */
  readonly count: number
  readonly wallMs: number
  /** CPU of the measured process, all of its threads, user and system. */
  readonly cpuMs: number
}

/** Quantile by linear interpolation; `share` from 0 to 1. NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place % 1)
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Ratios pair by pair: `ours[i]` and `peers[i]` ran one after the other. */
export function ratiosOf(ours: readonly number[], peers: readonly number[]): number[] {
  if (ours.length !== peers.length) throw new Error(`${ours.length} legs cannot be paired with ${peers.length}`)
  return ours.map((value, i) => value / peers[i]!)
}

/** CPU microseconds that one record costs. */
export const cpuUsPerRecord = ({ cpuMs, count }: Leg): number => (cpuMs * 1000) / count
/** Wall microseconds that one record costs. */
export const wallUsPerRecord = ({ wallMs, count }: Leg): number => (wallMs * 1000) / count
export const perSecond = ({ wallMs, count }: Leg): number => (count * 1000) / wallMs

export interface Bar {
  /** What the ratio compares. */
  readonly what: string
  /** One ratio for each pair. */
  readonly ratios: readonly number[]
  /** The largest median that is accepted. Absent: the ratio is printed and binds nobody. */
  readonly most?: number
}

/** A bar is met when the median of its pairs is at most the bar. A ratio that is no number never meets one. */
export const isMet = ({ ratios, most }: Bar): boolean => most === undefined || median(ratios) <= most

/** `wristbands / lamps   2.41  (2.30–2.55)   bar ≤ 3.00  met` */
export function barLine(bar: Bar): string {
  const [low, middle, high] = [quantile(bar.ratios, 0.25), median(bar.ratios), quantile(bar.ratios, 0.75)].map((v) => v.toFixed(2))
  const verdict = bar.most === undefined ? 'no bar' : `bar ≤ ${bar.most.toFixed(2)}  ${isMet(bar) ? 'met' : 'MISSED'}`
  return `${bar.what.padEnd(78)} ${middle!.padStart(6)}  (${low}–${high})`.padEnd(106) + verdict
}

/** One message or answer of an open-loop run: when it was due, and how late it came. */
export interface Timed {
  readonly dueMs: number
  readonly lateMs: number
}

/** Lateness under this is jitter of the machine, not a queue. */
export const JITTER_MS = 250

/**
 * Whether lateness grew while the load went on. A queue that grows is late in proportion to the time, so the last third is
 * later than the first by far; a steady delay or a single hitch is not a queue.
 */
export function queueGrows(timed: readonly Timed[]): boolean {
  if (timed.length === 0) return true // nothing came at all
  const dues = timed.map(({ dueMs }) => dueMs)
  const from = dues.reduce((a, b) => Math.min(a, b))
  const third = (dues.reduce((a, b) => Math.max(a, b)) - from) / 3
  const late = (least: number, most: number) =>
    median(timed.filter(({ dueMs }) => dueMs - from >= least && dueMs - from <= most).map(({ lateMs }) => lateMs))
  const last = late(2 * third, 3 * third)
  return last > JITTER_MS && last > 2 * late(0, third)
}

/**
 * The highest of `rates` (ascending) that is held: it goes up while rates are held and, once one is not, tries one rate
 * halfway between. Null: not even the lowest is held.
 */
export async function highestHeld(rates: readonly number[], isHeld: (rate: number) => Promise<boolean>): Promise<number | null> {
  let held: number | null = null
  for (const rate of rates) {
    if (await isHeld(rate)) held = rate
    else {
      if (held === null) return null
      const between = (held + rate) / 2
      return (await isHeld(between)) ? between : held
    }
  }
  return held
}

/** Columns of text, aligned: the first to the left, the others to the right. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), [])
  return rows
    .map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   ')}`)
    .join('\n')
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
export const microseconds = (us: number): string => `${us.toFixed(0)} µs`
export const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
export const whole = (value: number): string => Math.round(value).toLocaleString('en')
