// A database of schema 1 (before issue 15) becomes one of schema 2, in one transaction: a crash in the middle leaves it as it was.
// Its rule memories were cut at a NUL and say nothing; rules begin anew, and an alarm that stands ends with the first word that its
// condition is over (intake/intake.ts).
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { CHECKPOINT_RECORDS } from '@twinmap/core/internal/intake/intake'
import { createEntity, type EntityState, mergeRecord, type Owned } from '@twinmap/core/internal/intake/merge'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { hashOf } from '@twinmap/core/internal/record/identity'
import { ABSENT, type Order } from '@twinmap/core/internal/record/order'
import type { Location, SourceRecord, Value } from '@twinmap/core/internal/record/record'
import { visibilityMask } from '@twinmap/core/internal/record/visibility'
import type Database from 'libsql'
import { cellsOf, rowOfAlarm } from './commit-rows.ts'
import { createNumbers, type Numbers } from './numbers.ts'
import { DDL, INDEXES, RECORD_COLUMNS, SCHEMA_VERSION } from './schema.ts'

export interface MigrationProgress {
  readonly records: number
  readonly of: number
}

export interface MigrationPorts {
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** Told each two seconds. */
  readonly migrating?: (progress: MigrationProgress) => void
  readonly insideTransaction?: () => void
}

/** Of a record of schema 1. */
interface OldRecord {
  readonly kind: string
  readonly id: string
  readonly boot?: number
  readonly seq?: number
  readonly t: number
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
  readonly tReplaced?: boolean
}
interface OldOwned<V> {
  readonly value: V
  readonly boot: number
  readonly seq: number
  readonly t: number
}
interface OldEntity {
  readonly kind: string
  readonly id: string
  readonly heardMs: number
  readonly newestBoot: number
  readonly newestSeq: number
  readonly location: OldOwned<Location> | null
  readonly properties: Readonly<Record<string, OldOwned<Value>>>
}
type OldAlarm = Omit<KeptAlarm, 'heardMs' | 'escalatesAtMs'> & { readonly sinceMs: number }

const OLD_TABLES = ['record', 'entity', 'memory', 'alarm', 'alarm_log', 'action', 'checkpoint', 'checkpoint_n'] as const
const OLD_INDEXES = ['record_t', 'record_time', 'record_n', 'alarm_standing', 'alarm_log_n', 'alarm_log_at', 'action_key'] as const
const PART = 2_000
const TOLD_EVERY_MS = 2_000

export function migrate(db: Database.Database, ports: MigrationPorts): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const index of OLD_INDEXES) db.exec(`DROP INDEX IF EXISTS ${index}`)
    for (const table of OLD_TABLES) db.exec(`ALTER TABLE ${table} RENAME TO old_${table}`)
    db.exec(DDL)
    const numbers = createNumbers(db)
    moveEntities(db, numbers)
    moveRecords(db, numbers, ports)
    moveAlarms(db, numbers, ports.kinds)
    moveActions(db)
    moveProgress(db)
    for (const table of OLD_TABLES) db.exec(`DROP TABLE old_${table}`)
    db.exec(INDEXES)
    ports.insideTransaction?.()
    db.exec('COMMIT')
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** Rows in parts, so that memory does not grow with what is kept. */
function* partsOf<R extends readonly [number, ...unknown[]]>(db: Database.Database, sql: string): Generator<R> {
  const part = db.prepare(`${sql} LIMIT ${PART}`).raw()
  for (let after = 0; ; ) {
    const rows = part.all(after) as R[]
    yield* rows
    if (rows.length < PART) return
    after = rows.at(-1)![0]
  }
}

const orderOf = (boot: number, seq: number, t: number): Order => {
  const counts = boot >= 0 && seq >= 0
  return { generation: counts ? 0 : ABSENT, boot: counts ? boot : ABSENT, seq: counts ? seq : ABSENT, t }
}

function moveEntities(db: Database.Database, numbers: Numbers): void {
  const old = db.prepare('SELECT json FROM old_entity').raw().all() as [string][]
  for (const [json] of old) {
    const { kind, id, heardMs, newestBoot, newestSeq, location, properties } = JSON.parse(json) as OldEntity
    const own = <V>({ value, boot, seq, t }: OldOwned<V>): Owned<V> => ({ value, ...orderOf(boot, seq, t), heardMs })
    const empty = createEntity(kind, id)
    const all = [...Object.values(properties), ...(location === null ? [] : [location])]
    const state: EntityState = {
      ...empty,
      heardMs,
      count: {
        ...empty.count,
        boot: newestBoot,
        seq: newestSeq,
        highestBoot: newestBoot,
        highestSeq: newestSeq,
        newestT: all.length === 0 ? null : Math.max(...all.map(({ t }) => t)),
      },
      location: location && own(location),
      properties: Object.fromEntries(Object.entries(properties).map(([name, owned]) => [name, own(owned)])),
    }
    numbers.putEntity({ kind, id, lastAt: 0, json: JSON.stringify(state) })
  }
}

function moveRecords(db: Database.Database, numbers: Numbers, { kinds, migrating }: MigrationPorts): void {
  const of = (db.prepare('SELECT COUNT(*) FROM old_record').raw().get() as [number])[0]
  const add = db.prepare(`INSERT INTO record (${RECORD_COLUMNS}) VALUES (${RECORD_COLUMNS.replace(/\w+/g, '?')})`)
  const addCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoint (eid, at, json) VALUES (?, ?, ?)')
  const findState = db.prepare('SELECT json FROM entity WHERE eid = ?').raw()
  const states = new Map<number, EntityState>()
  let records = 0
  let toldMs = Date.now()
  for (const [at, n, receivedMs, json] of partsOf<[number, number, number, string]>(
    db,
    'SELECT row, n, received_ms, json FROM old_record WHERE row > ? ORDER BY row',
  )) {
    const { kind, id, boot, seq, t, location, properties, tReplaced } = JSON.parse(json) as OldRecord
    const record: SourceRecord = {
      kind,
      id,
      ...(boot !== undefined && { boot }),
      ...(seq !== undefined && { seq }),
      t: tReplaced ? null : t,
      sentAtMs: null,
      ...(location !== undefined && { location }),
      properties,
    }
    const declared = kinds.get(kind)
    const mask = declared === undefined ? 0 : visibilityMask(record, declared)
    const [eid, prev, kindNo] = numbers.placeRecord({ kind, id, at, mask })
    const order = orderOf(boot ?? ABSENT, seq ?? ABSENT, t)
    const before = states.get(eid) ?? createEntity(kind, id)
    const { held, ...merged } = mergeRecord(before, record, order, { isNewest: false, heardMs: receivedMs })
    const state: EntityState = { ...before, ...merged, heardMs: receivedMs, kept: before.kept + 1, lastAt: at }
    states.set(eid, state)
    const kept = { at, source: '', hash: hashOf(record), record, order, isTimed: !tReplaced, clockOffMs: null, held, words: null }
    add.run(at, ...cellsOf(kept, undefined, receivedMs, n), eid, prev, kindNo, mask)
    if (state.kept % CHECKPOINT_RECORDS === 0) addCheckpoint.run(eid, at, JSON.stringify(state))
    records++
    if (migrating !== undefined && Date.now() - toldMs >= TOLD_EVERY_MS) {
      toldMs = Date.now()
      migrating({ records, of })
    }
  }
  const setEntity = db.prepare('UPDATE entity SET last_at = ?, json = ? WHERE eid = ?')
  for (const [eid, { kept, lastAt }] of states) {
    const now = JSON.parse((findState.get(eid) as [string])[0]) as EntityState
    setEntity.run(lastAt, JSON.stringify({ ...now, kept, lastAt }), eid)
  }
}

function moveAlarms(db: Database.Database, numbers: Numbers, kinds: ReadonlyMap<string, AnyKind>): void {
  for (const [, n, atMs, json] of partsOf<[number, number, number, string]>(
    db,
    'SELECT row, n, at_ms, json FROM old_alarm_log WHERE row > ? ORDER BY row',
  )) {
    const { sinceMs, ...old } = JSON.parse(json) as OldAlarm
    const escalateMs = kinds.get(old.kind)?.alarms[old.rule]?.escalateMs
    const waits = old.state === 'unacknowledged' || old.state === 'returned-unacknowledged'
    const escalatesAtMs = escalateMs !== undefined && waits && !old.escalated ? sinceMs + escalateMs : null
    numbers.putAlarm(rowOfAlarm({ ...old, heardMs: Math.max(old.enteredMs, Math.min(old.lastMs, atMs)), escalatesAtMs }), n, atMs)
  }
}

function moveActions(db: Database.Database): void {
  const add = db.prepare('INSERT INTO action (key, alarm, at_ms, effective, json) VALUES (?, ?, ?, ?, ?)')
  // The count that was seen was not kept; it is read by nobody.
  for (const [, key, alarm, by, atMs, effective] of partsOf<[number, string, string, string, number, number]>(
    db,
    'SELECT row, key, alarm, by, at_ms, effective FROM old_action WHERE row > ? ORDER BY row',
  ))
    add.run(key, alarm, atMs, effective, JSON.stringify({ action: { key, type: 'acknowledge', alarm, count: 1 }, by }))
}

function moveProgress(db: Database.Database): void {
  const meta = new Map(db.prepare('SELECT name, value FROM meta').raw().all() as [string, string][])
  const number = (name: string): number => Number(meta.get(name) ?? 0)
  const records = (db.prepare('SELECT COALESCE(MAX(at), 0) FROM record').raw().get() as [number])[0]
  db.prepare('UPDATE progress SET n = ?, records = ?, promised_ms = ?, awake_ms = ?, deaf_until_ms = ? WHERE one = 1').run(
    number('n'),
    records,
    number('awakeMs'),
    number('awakeMs'),
    number('deafUntilMs'),
  )
  for (const name of ['n', 'nextAlarm', 'awakeMs', 'deafUntilMs']) db.prepare('DELETE FROM meta WHERE name = ?').run(name)
  db.prepare("UPDATE meta SET value = ? WHERE name = 'schema'").run(SCHEMA_VERSION)
}
