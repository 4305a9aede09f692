// For tests: the authority over a database in this thread, in time that passes when the test says so, and each commit beside it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import type { PostOutcome } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { ActionAnswer } from '@twinmap/core/internal/record/action'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { type ActionBy, type Authority, createAuthority } from '../authority.ts'
import { openInThread } from '../store/in-thread.ts'
import type { Commit, LogEntry, Store } from '../store/store.ts'

export const BEGIN_MS = 1_764_000_000_000

/** A folder for databases, in memory where the system has a place there: these tests are about what is kept, not about the disk. */
export function databaseFolder(): { readonly file: () => string; readonly remove: () => void } {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'twinmap-store-'))
  let files = 0
  return { file: () => join(folder, `${++files}.db`), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

export interface StoreTown {
  readonly authority: Authority
  readonly store: Store
  /** All that were kept. */
  readonly commits: readonly Commit[]
  /** What viewers were told, also before a restart. */
  readonly told: readonly LogEntry[]
  /** The log with which the server began last. */
  readonly began: readonly LogEntry[]
  readonly now: () => number
  readonly pass: (ms: number) => void
  readonly post: (raw: readonly object[], source?: string) => Promise<PostOutcome>
  readonly act: (action: ActionBy) => Promise<ActionAnswer>
  readonly tick: () => Promise<void>
  /** Closes the database and opens it anew. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @param append - stands between authority and database: it may wait, refuse, and keeps by `keep`. */
export async function storeTown(
  file: string,
  kinds: ReadonlyMap<string, AnyKind>,
  append: (commit: Commit, keep: () => Promise<void>) => Promise<void> = (_commit, keep) => keep(),
): Promise<StoreTown> {
  const commits: Commit[] = []
  const told: LogEntry[] = []
  let nowMs = BEGIN_MS
  let ids = 0

  async function start() {
    const database = openInThread(file, kinds)
    const store: Store = {
      ...database,
      append: async (commit) => {
        await append(commit, () => database.append(commit))
        commits.push(commit)
      },
    }
    const began: LogEntry[] = []
    const authority = await createAuthority({
      store,
      kinds,
      rules: compileRules(kinds.values()),
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
      committed: (entry) => told.push(entry),
      began: (log) => began.push(...log),
      newId: (prefix) => `${prefix}~${++ids}`,
    })
    return { authority, store, began }
  }
  let own = await start()

  async function stop(): Promise<void> {
    await own.authority.close()
    await own.store.close()
  }
  return {
    get authority() {
      return own.authority
    },
    get store() {
      return own.store
    },
    get began() {
      return own.began
    },
    commits,
    told,
    now: () => nowMs,
    pass: (ms) => {
      nowMs += ms
    },
    post: (raw, source = 'gateway') => own.authority.ingest(source, checkBatch(raw, kinds).records),
    act: (action) => own.authority.act(action),
    tick: () => own.authority.tick(),
    restart: async () => {
      await stop()
      own = await start()
    },
    close: stop,
  }
}
