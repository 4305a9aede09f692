// What the stream said of late, so that a viewer that comes back goes on, and one that is slow catches up.
import type { LogEntry } from '../store/store.ts'

export const LOG_MS = 10 * 60_000
/** Memory: at about 300 bytes a record, 60 MB. What is older gets a snapshot. */
const MOST_RECORDS = 200_000

export interface KeptLog {
  readonly begin: (entries: readonly LogEntry[], n: number) => void
  readonly add: (entry: LogEntry) => void
  /** Commits after `n`; null: the log does not reach so far back, or `n` never was. */
  readonly since: (n: number) => readonly LogEntry[] | null
}

export function createKeptLog(): KeptLog {
  let entries: LogEntry[] = []
  let last = 0
  /** The first commit that the log still has; all after it are there, as far as they brought something. */
  let first = 1
  let records = 0

  const forgetOld = (nowMs: number): void => {
    let old = 0
    while (old < entries.length && (records > MOST_RECORDS || entries[old]!.nowMs < nowMs - LOG_MS))
      records -= entries[old++]!.records.length
    if (old === 0) return
    entries = entries.slice(old)
    first = entries[0]?.n ?? last + 1
  }

  return {
    begin(loaded, n) {
      entries = [...loaded]
      last = n
      first = entries[0]?.n ?? n + 1
      records = entries.reduce((sum, entry) => sum + entry.records.length, 0)
    },
    add(entry) {
      entries.push(entry)
      last = entry.n
      records += entry.records.length
      // In steps, because each costs a copy.
      if (entry.n % 64 === 0 || records > MOST_RECORDS + 10_000) forgetOld(entry.nowMs)
    },
    since(n) {
      if (n > last || n < first - 1) return null
      let from = entries.length
      while (from > 0 && entries[from - 1]!.n > n) from--
      return entries.slice(from)
    },
  }
}
