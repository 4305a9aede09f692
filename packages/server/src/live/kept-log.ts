// What the stream said of late, so that a viewer that comes back goes on, and one that is slow catches up.
import type { LogEntry } from '../store/store.ts'

export const LOG_MS = 10 * 60_000
/** Rows, alarms and disclosures. At about 300 bytes each, 60 MB. A viewer that was away for longer gets a snapshot. */
export const MOST_ROWS = 200_000

export interface KeptLog {
  /**
   * Takes what was told before a restart: whole commits, ascending.
   *
   * @param toldMs - no commit is later than this.
   */
  readonly begin: (entries: readonly LogEntry[], toldMs: number) => void
  readonly add: (entry: LogEntry) => void
  /** Commits later than `afterMs`, up to `toMs`; null: the log does not reach so far back. */
  readonly between: (afterMs: number, toMs: number) => readonly LogEntry[] | null
  readonly rows: () => number
}

const rowsOf = ({ rows, alarms, disclosures }: LogEntry): number => rows.length + alarms.length + disclosures.length

export function createKeptLog(): KeptLog {
  /** Those before `first` are forgotten; they are taken out in steps, so that a commit costs no copy of all others. */
  let entries: LogEntry[] = []
  let first = 0
  let rows = 0
  /** All that is later is there. */
  let completeAfterMs = 0

  function forget(): void {
    rows -= rowsOf(entries[first]!)
    completeAfterMs = entries[first]!.atMs
    first++
    if (first < 1_024 || first < entries.length / 2) return
    entries = entries.slice(first)
    first = 0
  }

  function add(entry: LogEntry): void {
    const own = rowsOf(entry)
    if (own === 0) return
    // Who was heard is told by other means (heard.ts), and is not kept here.
    entries.push(entry.heard.length === 0 ? entry : { ...entry, heard: [] })
    rows += own
    while (rows > MOST_ROWS || entries[first]!.atMs < entry.atMs - LOG_MS) {
      forget()
      if (first === entries.length) return
    }
  }

  /** Index of the first entry that is later. */
  function later(ms: number): number {
    let [low, high] = [first, entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (entries[middle]!.atMs > ms) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    begin(loaded, toldMs) {
      entries = []
      first = rows = 0
      completeAfterMs = loaded.length === 0 ? toldMs : loaded[0]!.atMs - 1
      for (const entry of loaded) add(entry)
    },
    add,
    between: (afterMs, toMs) => (afterMs < completeAfterMs ? null : entries.slice(later(afterMs), later(toMs))),
    rows: () => rows,
  }
}
