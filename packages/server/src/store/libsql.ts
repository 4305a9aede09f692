// The store on libsql (SQLite), synchronous: it runs in a thread of its own (store-thread.ts). WAL with synchronous=FULL:
// what was committed is on the disk before anybody is told. Of the engines that install without a compiler on Node 20 it
// alone lost nothing after kill -9, which e2e/server-kill.test.ts repeats.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import Database from 'libsql'
import { clearPart } from './clear.ts'
import type { CommitRows } from './commit-rows.ts'
import { type MigrationProgress, migrate } from './migrate.ts'
import { createNumbers } from './numbers.ts'
import { createReader, type Reader } from './read.ts'
import { DDL, INDEXES, RECORD_COLUMNS, SCHEMA_VERSION } from './schema.ts'
import type { AuditEntry, Loaded } from './store.ts'

/** Every call of {@link Store}, answered at once. */
export interface SyncStore extends Reader {
  append(rows: CommitRows): void
  promise(noted: Pick<Loaded, 'awakeMs' | 'promisedMs' | 'deafUntilMs'>): void
  audit(entry: AuditEntry): void
  clear(keepFromMs: number): boolean
  /** How it writes, for a test to see that it is as durable as it says. */
  modes(): { readonly journal: unknown; readonly synchronous: unknown }
  close(): void
}

export interface LibsqlOptions {
  /** File of the database; it is made if absent. */
  readonly file: string
  /** For a database that is new. */
  readonly streamId: string
  /** Declarations by which histories are cut. */
  readonly kinds?: ReadonlyMap<string, AnyKind>
  /** For tests that kill the process: called inside the transaction, before its commit. */
  readonly insideTransaction?: () => void
  /** Told each two seconds while a database of an older version is migrated. */
  readonly migrating?: (progress: MigrationProgress) => void
}

/**
 * Records of one entity lie apart in its indexes, so each dirties a page of its own: small pages cost a third of the bytes (12 kB a
 * record of one device instead of 36), and CPU per record does not grow with what is kept.
 */
const PAGE_BYTES = 1_024
/** A checkpoint of the write-ahead log each so many bytes: most pages are then written to the database once, not four times. */
const WAL_BYTES = 16_000_000

/**
 * Opens the database for writing; only one process at a time may.
 *
 * @throws TwinError `store-failed`: another process has it, it is of another version, or it cannot be opened.
 */
export function openLibsql({ file, streamId, insideTransaction, migrating, kinds = NO_KINDS }: LibsqlOptions): SyncStore {
  if (isFolder(file)) throw new TwinError('store-failed', `${file} is a folder; name a file in it, as ${join(file, 'twin.db')}`, { file })
  const lock = lockFor(file)
  let db: Database.Database | undefined
  try {
    db = new Database(file)
    db.pragma(`page_size = ${PAGE_BYTES}`)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    // A database of an older version keeps its large pages.
    db.pragma(`wal_autocheckpoint = ${Math.round(WAL_BYTES / Number(pragma(db, 'page_size')))}`)
    const version = versionOf(db)
    if (version === null) create(db, streamId)
    else if (version === '1') migrate(db, { kinds, insideTransaction, migrating })
    else if (version !== SCHEMA_VERSION) throw unknownVersion(file, version)
  } catch (error) {
    db?.close()
    lock.close()
    throw failed(`${file} cannot be opened; see that the folder exists, may be written and has room`, error)
  }
  return storeOn(db, lock, { kinds, ...(insideTransaction && { insideTransaction }) })
}

function create(db: Database.Database, streamId: string): void {
  db.exec(`BEGIN IMMEDIATE; ${DDL} ${INDEXES}`)
  const put = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?)')
  put.run('schema', SCHEMA_VERSION)
  put.run('streamId', streamId)
  db.exec('COMMIT')
}

const unknownVersion = (file: string, version: string): TwinError =>
  new TwinError(
    'store-failed',
    `${file} has schema ${version} and this server knows ${SCHEMA_VERSION}; start the server that wrote it, or move the file away to begin anew`,
    { file, version },
  )

function storeOn(
  db: Database.Database,
  lock: Database.Database,
  { kinds, insideTransaction }: { readonly kinds: ReadonlyMap<string, AnyKind>; readonly insideTransaction?: () => void },
): SyncStore {
  const reader = createReader(db, kinds)
  const numbers = createNumbers(db)
  const addRecord = db.prepare(`INSERT INTO record (${RECORD_COLUMNS}) VALUES (${RECORD_COLUMNS.replace(/\w+/g, '?')})`)
  const addCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoint (eid, at, json) VALUES (?, ?, ?)')
  const putMemory = db.prepare('INSERT OR REPLACE INTO memory (eid, rule, json) VALUES (?, ?, ?)')
  const addAction = db.prepare('INSERT INTO action (key, alarm, at_ms, effective, json) VALUES (?, ?, ?, ?, ?)')
  const addAudit = db.prepare('INSERT INTO audit (at_ms, who, role, what, kinds, subject) VALUES (?, ?, ?, ?, ?, ?)')
  const putProgress = db.prepare(
    'UPDATE progress SET n = ?, records = MAX(records, ?), promised_ms = ?, awake_ms = ?, deaf_until_ms = ? WHERE one = 1',
  )
  const putPromise = db.prepare('UPDATE progress SET awake_ms = ?, promised_ms = ?, deaf_until_ms = ? WHERE one = 1')

  const transaction = (work: () => void): void => {
    try {
      db.exec('BEGIN IMMEDIATE')
      work()
      insideTransaction?.()
      db.exec('COMMIT')
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK')
      numbers.forget()
      throw refusal(error)
    }
  }

  return {
    ...reader,
    append(rows) {
      transaction(() => {
        const { n, atMs, records } = rows
        for (const entity of rows.entities) numbers.putEntity(entity)
        for (const { kind, id, at, mask, cells } of records) addRecord.run(at, ...cells, ...numbers.placeRecord({ kind, id, at, mask }))
        for (const { kind, id, at, json } of rows.checkpoints) addCheckpoint.run(numbers.eid(kind, id), at, json)
        for (const { kind, id, rule, json } of rows.memories) putMemory.run(numbers.eid(kind, id), rule, json)
        for (const alarm of rows.alarms) numbers.putAlarm(alarm, n, atMs)
        for (const cells of rows.actions) addAction.run(...cells)
        putProgress.run(n, records.at(-1)?.at ?? 0, rows.promisedMs, atMs, rows.deafUntilMs)
      })
    },
    promise({ awakeMs, promisedMs, deafUntilMs }) {
      transaction(() => void putPromise.run(awakeMs, promisedMs, deafUntilMs))
    },
    audit({ atMs, who, role, what, kinds, subject }) {
      transaction(() => void addAudit.run(atMs, who, role, what, JSON.stringify(kinds), subject))
    },
    clear(keepFromMs) {
      let more = false
      transaction(() => {
        more = clearPart(db, keepFromMs)
      })
      return more
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
export function openLibsqlReader(file: string, kinds: ReadonlyMap<string, AnyKind>): Reader & { close(): void } {
  const db = new Database(file)
  db.pragma('query_only = ON')
  return { ...createReader(db, kinds), close: () => db.close() }
}

const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() === true

/**
 * Whoever prepares what a server will keep asks first: a second start on one folder must not write over what the first one serves.
 *
 * @throws TwinError `store-failed`: another process has the database.
 */
export function mustBeFree(file: string): void {
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) lockFor(file).close()
}

const NO_KINDS: ReadonlyMap<string, AnyKind> = new Map()

/** Null: the database is new. */
function versionOf(db: Database.Database): string | null {
  const isThere = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").raw().get()
  if (isThere === undefined) return null
  return (db.prepare("SELECT value FROM meta WHERE name = 'schema'").raw().get() as [string] | undefined)?.[0] ?? null
}

/**
 * Two servers on one database would each give out alarm ids and commits of their own. The lock is a transaction on a file
 * beside it, which the system ends with the process, however it died.
 */
function lockFor(file: string): Database.Database {
  let lock: Database.Database | undefined
  try {
    lock = new Database(`${file}-lock`, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY')
      throw failed(`${file}-lock cannot be opened; see that the folder exists and may be written`, error)
    throw new TwinError(
      'store-failed',
      `${file} is in use by another server; stop that one, or name another database`,
      { file, inUse: true },
      { cause: error },
    )
  }
}

/** What the machine is to blame for (https://www.sqlite.org/rescode.html): no record of the commit is wrong, and dividing it does not help. */
const OF_THE_MACHINE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOTADB|PROTOCOL|NOMEM|PERM|INTERRUPT)/

function refusal(cause: unknown): TwinError {
  if (cause instanceof TwinError) return cause
  const code = (cause as { code?: unknown }).code
  if (typeof code === 'string' && OF_THE_MACHINE.test(code))
    return failed('the commit failed, nothing of it was kept; look at the disk of the database', cause)
  return new TwinError(
    'store-refused',
    `the database refuses what is in the commit, and kept nothing of it (${errorToData(cause).message})`,
    { code: typeof code === 'string' ? code : null },
    { cause },
  )
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
