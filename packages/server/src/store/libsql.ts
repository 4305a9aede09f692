// The store on libsql (SQLite), synchronous: it runs in a thread of its own (store-thread.ts). WAL with synchronous=FULL:
// what was committed is on the disk before anybody is told. Of the engines that install without a compiler on Node 20 it
// alone lost nothing after kill -9, which e2e/server-kill.test.ts repeats.
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import Database from 'libsql'
import { createReader, type Reader } from './read.ts'
import { DDL, SCHEMA_VERSION } from './schema.ts'
import type { AuditEntry, Commit } from './store.ts'

/** Every call of {@link Store}, answered at once. */
export interface SyncStore extends Reader {
  append(commit: Commit): void
  awake(nowMs: number): void
  audit(entry: AuditEntry): void
  checkpoint(nowMs: number, keepFromMs: number): void
  /** How it writes, for a test to see that it is as durable as it says. */
  modes(): { readonly journal: unknown; readonly synchronous: unknown }
  close(): void
}

export interface LibsqlOptions {
  /** File of the database; it is made if absent. */
  readonly file: string
  /** For a database that is new. */
  readonly streamId: string
  /** For tests that kill the process: called inside the transaction, before its commit. */
  readonly insideTransaction?: () => void
}

/**
 * Opens the database for writing; only one process at a time may.
 *
 * @throws TwinError `store-failed`: another process has it, it is of a newer version, or it cannot be opened.
 */
export function openLibsql({ file, streamId, insideTransaction }: LibsqlOptions): SyncStore {
  const lock = lockFor(file)
  let db: Database.Database
  try {
    db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.exec(DDL)
  } catch (error) {
    lock.close()
    throw failed(`${file} cannot be opened; see that the folder exists and may be written`, error)
  }
  const put = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const reader = createReader(db)
  const version = reader.meta('schema')
  if (version !== null && version !== SCHEMA_VERSION) {
    db.close()
    lock.close()
    throw new TwinError(
      'store-failed',
      `${file} has schema ${version} and this server knows ${SCHEMA_VERSION}; start the server that wrote it`,
    )
  }
  if (version === null) {
    put.run('schema', SCHEMA_VERSION)
    put.run('streamId', streamId)
  }

  const addRecord = db.prepare('INSERT INTO record (kind, id, identity, t, n, received_ms, json) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const putEntity = db.prepare('INSERT OR REPLACE INTO entity (kind, id, json) VALUES (?, ?, ?)')
  const putMemory = db.prepare('INSERT OR REPLACE INTO memory (rule, json) VALUES (?, ?)')
  const putAlarm = db.prepare('INSERT OR REPLACE INTO alarm (id, standing, json) VALUES (?, ?, ?)')
  const logAlarm = db.prepare('INSERT INTO alarm_log (alarm, n, at_ms, kind, entity, state, json) VALUES (?, ?, ?, ?, ?, ?, ?)')
  const addAction = db.prepare('INSERT INTO action (key, alarm, by, at_ms, effective, json) VALUES (?, ?, ?, ?, ?, ?)')
  const addAudit = db.prepare('INSERT INTO audit (at_ms, who, role, what, kinds, subject) VALUES (?, ?, ?, ?, ?, ?)')

  const transaction = (work: () => void): void => {
    db.exec('BEGIN IMMEDIATE')
    try {
      work()
      insideTransaction?.()
      db.exec('COMMIT')
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw failed('the commit failed, nothing of it was kept; look at the disk of the database', error)
    }
  }

  return {
    ...reader,
    append(commit) {
      transaction(() => {
        const { n, nowMs } = commit
        for (const { record, identity } of commit.records)
          addRecord.run(record.kind, record.id, identity, record.t, n, nowMs, JSON.stringify(record))
        for (const entity of commit.entities) putEntity.run(entity.kind, entity.id, JSON.stringify(entity))
        for (const [rule, memory] of commit.memories) putMemory.run(rule, JSON.stringify(memory))
        for (const alarm of commit.alarms) {
          const json = JSON.stringify(alarm)
          putAlarm.run(alarm.id, alarm.state === 'normal' ? 0 : 1, json)
          logAlarm.run(alarm.id, n, nowMs, alarm.kind, alarm.entity, alarm.state, json)
        }
        for (const { key, alarm, by, effective, answer } of commit.actions)
          addAction.run(key, alarm, by, nowMs, effective ? 1 : 0, JSON.stringify(answer))
        put.run('n', String(n))
        put.run('nextAlarm', String(commit.nextAlarm))
        put.run('deafUntilMs', String(commit.deafUntilMs))
        put.run('awakeMs', String(nowMs))
      })
    },
    awake(nowMs) {
      put.run('awakeMs', String(nowMs))
    },
    audit({ atMs, who, role, what, kinds, subject }) {
      addAudit.run(atMs, who, role, what, JSON.stringify(kinds), subject)
    },
    checkpoint(nowMs, keepFromMs) {
      transaction(() => {
        db.prepare('INSERT OR REPLACE INTO checkpoint SELECT ?, kind, id, json FROM entity').run(nowMs)
        db.prepare('INSERT OR REPLACE INTO checkpoint_n VALUES (?, ?)').run(nowMs, Number(reader.meta('n') ?? 0))
        // By receipt too: what came late would else be forgotten within the hour, and sent again be taken for new.
        db.prepare('DELETE FROM record WHERE t < ? AND received_ms < ?').run(keepFromMs, keepFromMs)
        db.prepare('DELETE FROM checkpoint WHERE at_ms < ?').run(keepFromMs)
        db.prepare('DELETE FROM checkpoint_n WHERE at_ms < ?').run(keepFromMs)
        const ended = 'alarm NOT IN (SELECT id FROM alarm WHERE standing = 1)'
        db.prepare(`DELETE FROM alarm_log WHERE at_ms < ? AND ${ended}`).run(keepFromMs)
        db.prepare(`DELETE FROM action WHERE at_ms < ? AND ${ended}`).run(keepFromMs)
        // An alarm that ended goes with its last transition.
        db.prepare('DELETE FROM alarm WHERE standing = 0 AND id NOT IN (SELECT alarm FROM alarm_log)').run()
      })
    },
    modes: () => ({ journal: pragma(db, 'journal_mode'), synchronous: pragma(db, 'synchronous') }),
    close() {
      db.close()
      lock.close()
    },
  }
}

const pragma = (db: Database.Database, name: string): unknown => (db.prepare(`PRAGMA ${name}`).raw().get() as unknown[] | undefined)?.[0]

/** Opens a database that {@link openLibsql} has made, for reading beside the writer. */
export function openLibsqlReader(file: string): Reader & { close(): void } {
  const db = new Database(file)
  db.pragma('query_only = ON')
  return { ...createReader(db), close: () => db.close() }
}

/**
 * Two servers on one database would each give out alarm ids and commits of their own. The lock is a transaction on a file
 * beside it, which the system ends with the process, however it died.
 */
function lockFor(file: string): Database.Database {
  const lock = new Database(`${file}-lock`, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw failed(`${file}-lock cannot be opened`, error)
    throw new TwinError(
      'store-failed',
      `${file} is in use by another server; stop that one, or name another database`,
      { file },
      { cause: error },
    )
  }
}

const failed = (sentence: string, cause: unknown): TwinError =>
  cause instanceof TwinError
    ? cause
    : new TwinError(
        'store-failed',
        `${sentence} (${errorToData(cause).message})`,
        { code: (cause as { code?: string }).code ?? null },
        { cause },
      )
