import { randomUUID } from 'node:crypto'
import { type LibsqlOptions, openLibsql, type SyncStore } from './libsql.ts'
import type { Store } from './store.ts'

/** The store in this thread: for tests and small tools. A server takes {@link openThreadStore}, so that a commit blocks nobody. */
export function openInThread(file: string, insideTransaction?: LibsqlOptions['insideTransaction']): Store {
  return asStore(openLibsql({ file, streamId: randomUUID().slice(0, 8), ...(insideTransaction && { insideTransaction }) }))
}

export function asStore(sync: SyncStore): Store {
  return {
    load: async (from) => sync.load(from),
    known: async (keys) => sync.known(keys),
    append: async (commit) => sync.append(commit),
    awake: async (nowMs) => sync.awake(nowMs),
    alarm: async (id) => sync.alarm(id),
    actionBy: async (key) => sync.actionBy(key),
    snapshot: async (query) => sync.snapshot(query),
    track: async (query, after) => sync.track(query, after),
    alarmLog: async (query) => sync.alarmLog(query),
    audit: async (entry) => sync.audit(entry),
    audited: async () => sync.audited(),
    checkpoint: async (nowMs, keepFromMs) => sync.checkpoint(nowMs, keepFromMs),
    close: async () => sync.close(),
  }
}
