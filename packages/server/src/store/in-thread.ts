import { randomUUID } from 'node:crypto'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { rowsOfCommit } from './commit-rows.ts'
import { type LibsqlOptions, openLibsql, type SyncStore } from './libsql.ts'
import type { Store } from './store.ts'

/** The store in this thread: for tests and small tools. A server takes {@link openThreadStore}, so that a commit blocks nobody. */
export function openInThread(
  file: string,
  kinds: ReadonlyMap<string, AnyKind> = new Map(),
  insideTransaction?: LibsqlOptions['insideTransaction'],
): Store {
  return asStore(openLibsql({ file, kinds, streamId: randomUUID().slice(0, 8), ...(insideTransaction && { insideTransaction }) }))
}

export function asStore(sync: SyncStore): Store {
  return {
    load: async () => sync.load(),
    known: async (asked) => sync.known(asked),
    cold: async (asked) => sync.cold(asked),
    append: async (commit) => sync.append(rowsOfCommit(commit)),
    promise: async (noted) => sync.promise(noted),
    alarm: async (id) => sync.alarm(id),
    disclosure: async (id) => sync.disclosure(id),
    action: async (key) => sync.action(key),
    acknowledgedBy: async (alarm) => sync.acknowledgedBy(alarm),
    history: async (query, after) => sync.history(query, after),
    audit: async (entry) => sync.audit(entry),
    audited: async () => sync.audited(),
    clear: async (keepFromMs) => sync.clear(keepFromMs),
    close: async () => sync.close(),
  }
}
