// Server flow: intake -> **store** -> answer, stream. The narrow door to a database: what the authority and the history ask,
// and nothing of how it is kept, so that PostgreSQL can stand behind the same. One caller at a time writes.
import type { RuleMemory } from '@twinmap/core/internal/alarms/judge'
import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import type { EntityState } from '@twinmap/core/internal/intake/merge'
import type { ActionOutcome } from '@twinmap/core/internal/intake/state'
import type { CheckedRecord } from '@twinmap/core/internal/record/check'
import type { Row, TwinRecord } from '@twinmap/core/internal/record/record'

/** One commit: all of it, or nothing. */
export interface Commit {
  readonly n: number
  readonly nowMs: number
  readonly records: readonly CheckedRecord[]
  readonly entities: readonly EntityState[]
  /** By ruleKey. */
  readonly memories: ReadonlyMap<string, RuleMemory>
  /** Each transition, in order. */
  readonly alarms: readonly KeptAlarm[]
  readonly actions: readonly ActionOutcome[]
  readonly nextAlarm: number
  readonly deafUntilMs: number
}

/** An entity that was heard by a repeat, or by a record of which nothing became newest. */
export interface Heard {
  readonly kind: string
  readonly id: string
  readonly heardMs: number
}

/** What one commit brought, as the live stream tells it. */
export interface LogEntry {
  /** Commits are counted from 1; this count never leaves the server. */
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
  readonly nextAlarm: number
  readonly awakeMs: number
  readonly deafUntilMs: number
  readonly entities: readonly EntityState[]
  readonly memories: ReadonlyMap<string, RuleMemory>
  readonly standing: readonly KeptAlarm[]
  /** Commits since `logFromMs`, ascending. */
  readonly log: readonly LogEntry[]
}

/** Identity of a record: kind, id and what follows them (core/record/identity.ts). */
export type RecordKey = readonly [kind: string, id: string, identity: string]

export interface HistoryQuery {
  readonly fromMs: number
  readonly toMs: number
  readonly kind?: string
  readonly id?: string
}

/** Where a page of a track ended; the next begins behind it. */
export interface TrackCursor {
  readonly t: number
  readonly row: number
}

export interface TrackPage {
  readonly records: readonly TwinRecord[]
  readonly next: TrackCursor | null
}

export interface AuditEntry {
  readonly atMs: number
  readonly who: string
  readonly role: string
  /** What was asked: `live`, `history`, `records`. */
  readonly what: string
  readonly kinds: readonly string[]
  readonly subject: string | null
}

export interface Store {
  load(logFromMs: number): Promise<Loaded>
  /** Those of the keys that were kept before. */
  known(keys: readonly RecordKey[]): Promise<readonly RecordKey[]>
  /** Resolves after the transaction is on the disk. */
  append(commit: Commit): Promise<void>
  /** Notes that the server is awake, so that silence is told from deafness after a start. */
  awake(nowMs: number): Promise<void>
  /** An alarm by its id, also one that ended. */
  alarm(id: string): Promise<KeptAlarm | null>
  /** Who did what an action's key asked, where it had an effect. */
  actionBy(key: string): Promise<string | null>
  /** State at a time: records that merge to it, and the alarms that stood. */
  snapshot(query: HistoryQuery): Promise<{ readonly records: readonly TwinRecord[]; readonly alarms: readonly KeptAlarm[] }>
  /** Records of (from, to], ascending by t, a page at a time. */
  track(query: HistoryQuery, after: TrackCursor | null): Promise<TrackPage>
  /** Transitions of (from, to], by the time they were entered; at most 10,000. */
  alarmLog(query: HistoryQuery): Promise<readonly KeptAlarm[]>
  audit(entry: AuditEntry): Promise<void>
  audited(): Promise<readonly AuditEntry[]>
  /**
   * Keeps the merged rows as a place to begin from, and forgets what is older than `keepFromMs`: records, checkpoints, alarms
   * that ended, and their actions. What stands stays, and so does the audit.
   */
  checkpoint(nowMs: number, keepFromMs: number): Promise<void>
  close(): Promise<void>
}
