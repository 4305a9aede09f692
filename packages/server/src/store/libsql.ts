// The store on libsql (SQLite), synchronous: it runs in a thread of its own (store-thread.ts). WAL with synchronous=FULL:
// what was committed is on the disk before anybody is told. Of the engines that install without a compiler on Node 20 it
// alone lost nothing after kill -9, which e2e/server-kill.test.ts repeats.
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import Database from 'libsql'
import type { CommitRows } from './commit-rows.ts'
import { createReader, type Reader } from './read.ts'
import { DDL, SCHEMA_VERSION } from './schema.ts'
import type { AuditEntry } from './store.ts'

/** Every call of {@link Store}, answered at once. */
export interface SyncStore extends Reader {
  append(rows: CommitRows): void
  promise(awakeMs: number, promisedMs: number): void
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
}

/**
 * Opens the database for writing; only one process at a time may.
 *
 * @throws TwinError `store-failed`: another process has it, it is of a newer version, or it cannot be opened.
 */
export function openLibsql({ file, streamId, insideTransaction, kinds = NO_KINDS }: LibsqlOptions): SyncStore {
  const lock = lockFor(file)
  let db: Database.Database
  let version: string | null
  try {
    db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    version = versionOf(db)
    if (version === null || version === SCHEMA_VERSION) db.exec(DDL)
  } catch (error) {
    lock.close()
    throw failed(`${file} cannot be opened; see that the folder exists and may be written`, error)
  }
  if (version !== null && version !== SCHEMA_VERSION) {
    db.close()
    lock.close()
    throw new TwinError(
      'store-failed',
      `${file} has schema ${version} and this server knows ${SCHEMA_VERSION}; start the server that wrote it, or move the file away to begin anew`,
      { file, version },
    )
  }
  const put = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  const reader = createReader(db, kinds)
  if (version === null) {
    put.run('schema', SCHEMA_VERSION)
    put.run('streamId', streamId)
  }

  const numbers = createNumbers(db)
  const addRecord = db.prepare(
    'INSERT INTO record (at, key, hash, generation, t, n, received_ms, source, is_timed, held, words, json, eid, kind, mask) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const addCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoint (eid, at, json) VALUES (?, ?, ?)')
  const putMemory = db.prepare('INSERT OR REPLACE INTO memory (eid, rule, json) VALUES (?, ?, ?)')
  const putAlarm = db.prepare(
    'INSERT INTO alarm (id, is_disclosure, entered_ms, ended_ms, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET ended_ms = excluded.ended_ms, json = excluded.json',
  )
  const logAlarm = db.prepare('INSERT INTO alarm_log (alarm, n, at_ms, kind, entity, is_disclosure, json) VALUES (?, ?, ?, ?, ?, ?, ?)')
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
      numbers.forget()
      throw refusal(error)
    }
  }

  return {
    ...reader,
    append(rows) {
      transaction(() => {
        const { n, atMs } = rows
        for (const { kind, id, json } of rows.entities) numbers.putEntity(kind, id, json)
        for (const { kind, id, cells, mask } of rows.records) addRecord.run(...cells, numbers.eid(kind, id), numbers.seen(kind, mask), mask)
        for (const { kind, id, at, json } of rows.checkpoints) addCheckpoint.run(numbers.eid(kind, id), at, json)
        for (const { kind, id, rule, json } of rows.memories) putMemory.run(numbers.eid(kind, id), rule, json)
        for (const { id, kind, entity, isDisclosure, enteredMs, hasEnded, json } of rows.alarms) {
          putAlarm.run(id, isDisclosure ? 1 : 0, enteredMs, hasEnded ? atMs : null, json)
          logAlarm.run(id, n, atMs, kind, entity, isDisclosure ? 1 : 0, json)
        }
        for (const cells of rows.actions) addAction.run(...cells)
        put.run('n', String(n))
        put.run('deafUntilMs', String(rows.deafUntilMs))
        put.run('awakeMs', String(atMs))
        put.run('promisedMs', String(rows.promisedMs))
      })
    },
    promise(awakeMs, promisedMs) {
      transaction(() => {
        put.run('awakeMs', String(awakeMs))
        put.run('promisedMs', String(promisedMs))
      })
    },
    audit({ atMs, who, role, what, kinds, subject }) {
      addAudit.run(atMs, who, role, what, JSON.stringify(kinds), subject)
    },
    clear(keepFromMs) {
      let more = false
      transaction(() => {
        more = clearPart(db, reader, keepFromMs)
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

/** Numbers of kinds and entities, as the database gave them. */
function createNumbers(db: Database.Database) {
  let kinds = new Map<string, number>()
  let eids = new Map<string, Map<string, number>>()
  let pairs = new Set<string>()
  const findKind = db.prepare('SELECT no FROM kind WHERE name = ?').raw()
  const addKind = db.prepare('INSERT INTO kind (name) VALUES (?)')
  const findEntity = db.prepare('SELECT eid FROM entity WHERE kind = ? AND id = ?').raw()
  const addEntity = db.prepare('INSERT INTO entity (kind, id, json) VALUES (?, ?, ?)')
  const setEntity = db.prepare('UPDATE entity SET json = ? WHERE eid = ?')
  const addSeen = db.prepare('INSERT OR IGNORE INTO seen (kind, mask) VALUES (?, ?)')

  const kindNo = (kind: string): number => {
    const known = kinds.get(kind)
    if (known !== undefined) return known
    const found = findKind.get(kind) as [number] | undefined
    const no = found === undefined ? Number(addKind.run(kind).lastInsertRowid) : found[0]
    kinds.set(kind, no)
    return no
  }
  const find = (kind: string, id: string): number | undefined => {
    let ofKind = eids.get(kind)
    if (ofKind === undefined) eids.set(kind, (ofKind = new Map()))
    const known = ofKind.get(id)
    if (known !== undefined) return known
    const found = findEntity.get(kindNo(kind), id) as [number] | undefined
    if (found !== undefined) ofKind.set(id, found[0])
    return found?.[0]
  }
  return {
    eid(kind: string, id: string): number {
      const found = find(kind, id)
      if (found === undefined) throw new RangeError(`${kind} ${id} has no row of its own in this commit`)
      return found
    },
    putEntity(kind: string, id: string, json: string): void {
      const found = find(kind, id)
      if (found !== undefined) setEntity.run(json, found)
      else eids.get(kind)!.set(id, Number(addEntity.run(kindNo(kind), id, json).lastInsertRowid))
    },
    /** Notes that records of this kind carry this. @returns the number of the kind. */
    seen(kind: string, mask: number): number {
      const no = kindNo(kind)
      const pair = `${no} ${mask}`
      if (!pairs.has(pair)) {
        addSeen.run(no, mask)
        pairs.add(pair)
      }
      return no
    },
    /** A transaction that was rolled back took the rows along that it had made. */
    forget(): void {
      kinds = new Map()
      eids = new Map()
      pairs = new Set()
    },
  }
}

/** Rows that one call forgets at the most, so that it delays a press by little. */
const CLEARED_ROWS = 500

function clearPart(db: Database.Database, reader: Reader, keepFromMs: number): boolean {
  const old = db
    .prepare('SELECT at, eid FROM (SELECT at, eid, received_ms FROM record ORDER BY at LIMIT ?) WHERE received_ms < ?')
    .raw()
    .all(CLEARED_ROWS, keepFromMs) as [number, number][]
  // What stood of an entity when its oldest records go is kept, for histories that begin later.
  const lastOf = new Map(old.map(([at, eid]) => [eid, at]))
  for (const [eid, at] of lastOf) {
    const state = reader.stateAt(eid, at)
    if (state !== null) db.prepare('INSERT OR REPLACE INTO checkpoint (eid, at, json) VALUES (?, ?, ?)').run(eid, at, JSON.stringify(state))
    db.prepare('DELETE FROM checkpoint WHERE eid = ? AND at < ?').run(eid, at)
  }
  if (old.length > 0) db.prepare('DELETE FROM record WHERE at <= ?').run(old.at(-1)![0])
  const alarms = db.prepare('SELECT id FROM alarm WHERE ended_ms < ? LIMIT ?').raw().all(keepFromMs, CLEARED_ROWS) as [string][]
  for (const [id] of alarms)
    for (const sql of ['DELETE FROM alarm_log WHERE alarm = ?', 'DELETE FROM action WHERE alarm = ?', 'DELETE FROM alarm WHERE id = ?'])
      db.prepare(sql).run(id)
  return old.length === CLEARED_ROWS || alarms.length === CLEARED_ROWS
}

const pragma = (db: Database.Database, name: string): unknown => (db.prepare(`PRAGMA ${name}`).raw().get() as unknown[] | undefined)?.[0]

/** Opens a database that {@link openLibsql} has made, for reading beside the writer. */
export function openLibsqlReader(file: string, kinds: ReadonlyMap<string, AnyKind>): Reader & { close(): void } {
  const db = new Database(file)
  db.pragma('query_only = ON')
  return { ...createReader(db, kinds), close: () => db.close() }
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

/** What the machine is to blame for (https://www.sqlite.org/rescode.html): no record of the commit is wrong, and dividing it does not help. */
const OF_THE_MACHINE = /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY|CANTOPEN|CORRUPT|NOTADB|PROTOCOL|NOMEM|PERM|INTERRUPT)/

function refusal(cause: unknown): TwinError {
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
