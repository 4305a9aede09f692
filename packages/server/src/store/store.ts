// Server flow: intake -> **store** -> answer, stream. The narrow door to a database: what the authority and the history ask,
// and nothing of how it is kept, so that PostgreSQL can stand behind the same. One caller at a time writes.
import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import type { RuleMemory } from '@twinmap/core/internal/alarms/judge'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import type { ColdRecord, Known } from '@twinmap/core/internal/intake/intake'
import type { EntityState } from '@twinmap/core/internal/intake/merge'
import type { Heard, IntakeChanges, Missing } from '@twinmap/core/internal/intake/state'
import type { Role } from '@twinmap/core/internal/kind/privacy'
import type { Action } from '@twinmap/core/internal/record/action'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import type { Row } from '@twinmap/core/internal/record/record'

/** One commit: all of it, or nothing. */
export interface Commit {
  /** Commits are counted from 1; this count never leaves the server. */
  readonly n: number
  /** A time that this server will not go back behind, over a restart either. */
  readonly promisedMs: number
  readonly changes: IntakeChanges
  /** What each record carries, for whom (core/record/visibility.ts). */
  readonly masks: readonly number[]
}

/** What one commit brought, as the live stream tells it. */
export interface LogEntry {
  readonly n: number
  /** Time of the commit by the server's clock, UTC ms: above that of every commit before. */
  readonly atMs: number
  readonly rows: readonly Row[]
  readonly heard: readonly Heard[]
  readonly alarms: readonly KeptAlarm[]
  readonly disclosures: readonly KeptDisclosure[]
}

/** All that a server that starts must know. */
export interface Loaded {
  readonly streamId: string
  /** The last commit; 0: none. */
  readonly n: number
  readonly promisedMs: number
  readonly records: number
  readonly awakeMs: number
  readonly deafUntilMs: number
  /** In the order in which they were last heard. */
  readonly entities: readonly EntityState[]
  readonly memories: readonly { readonly kind: string; readonly id: string; readonly rule: string; readonly memory: RuleMemory }[]
  readonly standing: readonly KeptAlarm[]
  readonly disclosures: readonly KeptDisclosure[]
  /** The newest commits, ascending; whole ones. */
  readonly log: readonly LogEntry[]
}

/** A record that may have been kept before. */
export interface AskedRecord {
  readonly kind: string
  readonly id: string
  /** Null: it has not both. */
  readonly numbers: readonly [boot: number, seq: number] | null
  readonly hash: string
}

export interface HistoryQuery {
  readonly fromMs: number
  readonly toMs: number
  readonly kind?: string
  readonly id?: string
  /** What of it may be seen: the store cuts, and counts pages in rows that this role gets. */
  readonly role: Role
  /** What every line carries. */
  readonly stamp: { readonly streamId: string; readonly n: number; readonly serverTimeMs: number }
}

/**
 * Where a page of a history ended; whoever asks hands it back as it is. `held` is cut for the role and waits for its line to
 * be full: so that a line ends by what the role gets, and not by what was read for it.
 */
export type HistoryCursor =
  | { readonly part: 'state'; readonly kind: string; readonly id: string; readonly held: readonly Row[]; readonly isFirst: boolean }
  | { readonly part: 'alarms'; readonly row: number; readonly held: readonly Alarm[] }
  | { readonly part: 'track'; readonly t: number; readonly at: number; readonly held: readonly Row[] }

export interface HistoryPage {
  /** Lines of NDJSON, cut for the role. */
  readonly text: string
  readonly next: HistoryCursor | null
}

export interface KeptAction {
  readonly action: Action
  readonly by: string
  readonly effective: boolean
}

export interface AuditEntry {
  readonly atMs: number
  readonly who: string
  readonly role: string
  /** What was asked: `live`, `history`, `inventory`. */
  readonly what: string
  readonly kinds: readonly string[]
  readonly subject: string | null
}

export interface Store {
  load(): Promise<Loaded>
  /** What is known of each. */
  known(asked: readonly AskedRecord[]): Promise<readonly Known[]>
  /** What kept records said to rules, ascending by t and at, for each that is asked. */
  cold(asked: readonly Missing[]): Promise<readonly (readonly ColdRecord[])[]>
  /** Resolves after the transaction is on the disk. @throws TwinError `store-refused`: the database refuses what is in it; `store-failed` */
  append(commit: Commit): Promise<void>
  /** Notes when the server heard and when it did not, so that silence is told from deafness after a start, and what time it promised. */
  promise(noted: Pick<Loaded, 'awakeMs' | 'promisedMs' | 'deafUntilMs'>): Promise<void>
  /** An alarm by its id, also one that ended. */
  alarm(id: string): Promise<KeptAlarm | null>
  disclosure(id: string): Promise<KeptDisclosure | null>
  /** What was first done with an action's key. */
  action(key: string): Promise<KeptAction | null>
  /** Who acknowledged an alarm. */
  acknowledgedBy(alarm: string): Promise<string | null>
  /** State at `fromMs`, by the time of commit, then transitions and records of (fromMs, toMs], a page at a time. */
  history(query: HistoryQuery, after: HistoryCursor | null): Promise<HistoryPage>
  audit(entry: AuditEntry): Promise<void>
  audited(): Promise<readonly AuditEntry[]>
  /**
   * Forgets a part of what is older than `keepFromMs`: records by their receipt, alarms that ended, and their actions. What stands
   * stays, and so does the audit. Resolves with whether more is to be forgotten.
   */
  clear(keepFromMs: number): Promise<boolean>
  close(): Promise<void>
}
