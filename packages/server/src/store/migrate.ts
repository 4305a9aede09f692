// A database of schema 1 (before issue 15) becomes one of schema 2, in one transaction: a crash in the middle leaves it as it was.
// Its rule memories were cut at a NUL and say nothing; rules begin anew, and an alarm that stands ends with the first word that its
// condition is over (intake/intake.ts). Memory grows with the number of entities, as that of a server does, and not with what is kept.
import { randomBytes } from 'node:crypto'
import { reduceDisclosures } from '@twinmap/core/internal/alarms/disclosure'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { CHECKPOINT_RECORDS } from '@twinmap/core/internal/intake/intake'
import { createEntity, type EntityState, mergeRecord, type Owned } from '@twinmap/core/internal/intake/merge'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { hashOf } from '@twinmap/core/internal/record/identity'
import { ABSENT, type Order } from '@twinmap/core/internal/record/order'
import type { Location, SourceRecord, Value } from '@twinmap/core/internal/record/record'
import { visibilityMask } from '@twinmap/core/internal/record/visibility'
import type Database from 'libsql'
import { cellsOf, rowOfAlarm, rowOfDisclosure } from './commit-rows.ts'
import { createNumbers, type Numbers } from './numbers.ts'
import { DDL, INDEXES, RECORD_COLUMNS, SCHEMA_VERSION } from './schema.ts'

export interface MigrationProgress {
  /** Records and transitions of alarms that were moved, and all of them. */
  readonly moved: number
  readonly of: number
}

export interface MigrationPorts {
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** Told each two seconds. */
  readonly migrating?: ((progress: MigrationProgress) => void) | undefined
  readonly insideTransaction?: (() => void) | undefined
  /** Goes on evenly, ms. Default: `performance.now`. */
  readonly monotonicMs?: (() => number) | undefined
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
/** Records move up by one, so that there is a place below the first for what older ones had said. */
const AT_SHIFT = 1
const TOLD_EVERY_MS = 2_000

export function migrate(db: Database.Database, ports: MigrationPorts): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const index of OLD_INDEXES) db.exec(`DROP INDEX IF EXISTS ${index}`)
    for (const table of OLD_TABLES) db.exec(`ALTER TABLE ${table} RENAME TO old_${table}`)
    db.exec(DDL)
    const numbers = createNumbers(db)
    const states = createStates(db, numbers)
    const lastMs = moveCommits(db, numbers, states, ports)
    states.keep()
    moveActions(db)
    moveProgress(db, lastMs)
    discloseStanding(db, numbers, ports.kinds)
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

function stateOf({ kind, id, heardMs, newestBoot, newestSeq, location, properties }: OldEntity): EntityState {
  const own = <V>({ value, boot, seq, t }: OldOwned<V>): Owned<V> => ({ value, ...orderOf(boot, seq, t), heardMs })
  const empty = createEntity(kind, id)
  const all = [...Object.values(properties), ...(location === null ? [] : [location])]
  return {
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
}

type States = ReturnType<typeof createStates>

/**
 * What stands of each entity while its records are moved. It begins with the oldest checkpoint of schema 1, which holds what older
 * records had said that are forgotten.
 */
function createStates(db: Database.Database, numbers: Numbers) {
  const states = new Map<number, EntityState>()
  const addCheckpoint = db.prepare('INSERT OR REPLACE INTO checkpoint (eid, at, json) VALUES (?, ?, ?)')
  const [oldestMs, oldestN] = (db.prepare('SELECT at_ms, n FROM old_checkpoint_n ORDER BY at_ms LIMIT 1').raw().get() ?? [null, -1]) as [
    number | null,
    number,
  ]
  const first = db.prepare('SELECT row, received_ms FROM old_record ORDER BY row LIMIT 1').raw().get() as [number, number] | undefined
  /** Where what is forgotten ends; 0: nothing is. */
  const forgottenAt = oldestMs === null ? 0 : (first?.[0] ?? 1) - 1 + AT_SHIFT
  if (oldestMs !== null) {
    const forgottenMs = first === undefined ? oldestMs : Math.min(oldestMs, first[1] - 1)
    db.prepare('UPDATE progress SET forgotten_at = ?, forgotten_ms = ? WHERE one = 1').run(forgottenAt, forgottenMs)
  }
  for (const [json] of db.prepare('SELECT json FROM old_entity').raw().iterate() as Iterable<[string]>) {
    const { kind, id } = JSON.parse(json) as OldEntity
    numbers.putEntity({ kind, id, lastAt: 0, json })
  }
  let isBegun = oldestMs === null

  function begin(): void {
    isBegun = true
    for (const [json] of db.prepare('SELECT json FROM old_checkpoint WHERE at_ms = ?').raw().all(oldestMs) as [string][]) {
      const old = JSON.parse(json) as OldEntity
      const eid = numbers.eid(old.kind, old.id)
      const { kept = 0, lastAt = forgottenAt } = states.get(eid) ?? {}
      const state = { ...stateOf(old), kept, lastAt }
      states.set(eid, state)
      addCheckpoint.run(eid, lastAt, JSON.stringify(state))
    }
  }

  return {
    /** Sets a record over what stood. @returns what became newest by it */
    take(eid: number, record: SourceRecord, order: Order, { at, n, receivedMs }: { at: number; n: number; receivedMs: number }) {
      if (!isBegun && n > oldestN) begin()
      const before = states.get(eid) ?? createEntity(record.kind, record.id)
      const { held, ...merged } = mergeRecord(before, record, order, { isNewest: false, heardMs: receivedMs })
      const state: EntityState = { ...before, ...merged, heardMs: receivedMs, kept: before.kept + 1, lastAt: at }
      states.set(eid, state)
      if (state.kept % CHECKPOINT_RECORDS === 0) addCheckpoint.run(eid, at, JSON.stringify(state))
      return held
    },
    /** Keeps what schema 1 says that stands now, each value with when it was heard as far as its record is still there. */
    keep(): void {
      if (!isBegun) begin()
      for (const [json] of db.prepare('SELECT json FROM old_entity').raw().iterate() as Iterable<[string]>) {
        const now = stateOf(JSON.parse(json) as OldEntity)
        const folded = states.get(numbers.eid(now.kind, now.id))
        const heard = <V>(own: Owned<V>, same: Owned<V> | null | undefined): Owned<V> =>
          same?.t === own.t && same.boot === own.boot && same.seq === own.seq ? { ...own, heardMs: same.heardMs } : own
        const { kept = 0, lastAt = 0 } = folded ?? {}
        const state: EntityState = {
          ...now,
          kept,
          lastAt,
          location: now.location && heard(now.location, folded?.location),
          properties: Object.fromEntries(
            Object.entries(now.properties).map(([name, own]) => [
              name,
              heard(own, folded && Object.hasOwn(folded.properties, name) ? folded.properties[name] : null),
            ]),
          ),
        }
        numbers.putEntity({ kind: now.kind, id: now.id, lastAt, json: JSON.stringify(state) })
      }
    },
  }
}

type OldRow = [row: number, n: number, atMs: number, json: string]

/**
 * Moves records and transitions of alarms, commit by commit, because both get their commit's time anew: that of schema 1 went back
 * where the clock of the machine did.
 *
 * @returns the time of the last commit.
 */
function moveCommits(db: Database.Database, numbers: Numbers, states: States, ports: MigrationPorts): number {
  const { kinds, migrating, monotonicMs = () => performance.now() } = ports
  const count = (table: string): number => (db.prepare(`SELECT COUNT(*) FROM ${table}`).raw().get() as [number])[0]
  const of = count('old_record') + count('old_alarm_log')
  const records = partsOf<OldRow>(db, 'SELECT row, n, received_ms, json FROM old_record WHERE row > ? ORDER BY row')
  const transitions = partsOf<OldRow>(db, 'SELECT row, n, at_ms, json FROM old_alarm_log WHERE row > ? ORDER BY row')
  const moveRecord = recordMover(db, numbers, states, kinds)
  const moveAlarm = alarmMover(db, numbers, kinds)
  let record = records.next().value as OldRow | undefined
  let transition = transitions.next().value as OldRow | undefined
  let moved = 0
  let toldMs = monotonicMs()
  let [lastN, lastMs] = [-1, 0]
  while (record !== undefined || transition !== undefined) {
    const isRecord = record !== undefined && (transition === undefined || record[1] <= transition[1])
    const [row, n, ms, json] = (isRecord ? record : transition)!
    if (n !== lastN) [lastN, lastMs] = [n, Math.max(ms, lastMs + 1)]
    if (isRecord) {
      moveRecord(row + AT_SHIFT, n, lastMs, json)
      record = records.next().value as OldRow | undefined
    } else {
      moveAlarm(n, lastMs, json)
      transition = transitions.next().value as OldRow | undefined
    }
    moved++
    if (migrating !== undefined && monotonicMs() - toldMs >= TOLD_EVERY_MS) {
      toldMs = monotonicMs()
      migrating({ moved, of })
    }
  }
  return lastMs
}

function recordMover(db: Database.Database, numbers: Numbers, states: States, kinds: ReadonlyMap<string, AnyKind>) {
  const add = db.prepare(`INSERT INTO record (${RECORD_COLUMNS}) VALUES (${RECORD_COLUMNS.replace(/\w+/g, '?')})`)
  return (at: number, n: number, receivedMs: number, json: string): void => {
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
    const held = states.take(eid, record, order, { at, n, receivedMs })
    const kept = { at, source: '', hash: hashOf(record), record, order, isTimed: !tReplaced, clockOffMs: null, held, words: null }
    add.run(at, ...cellsOf(kept, receivedMs, n), eid, prev, kindNo, mask)
  }
}

function alarmMover(db: Database.Database, numbers: Numbers, kinds: ReadonlyMap<string, AnyKind>) {
  const find = db.prepare('SELECT json FROM alarm WHERE id = ?').raw()
  return (n: number, atMs: number, json: string): void => {
    const { sinceMs, ...old } = JSON.parse(json) as OldAlarm
    const found = find.get(old.id) as [string] | undefined
    const before = found && (JSON.parse(found[0]) as KeptAlarm)
    const heardMs = before !== undefined && before.count === old.count ? before.heardMs : atMs
    const escalateMs = kinds.get(old.kind)?.alarms[old.rule]?.escalateMs
    const waits = (old.state === 'unacknowledged' || old.state === 'returned-unacknowledged') && !old.escalated
    const escalatesAtMs = escalateMs !== undefined && waits ? sinceMs + escalateMs : null
    numbers.putAlarm(rowOfAlarm({ ...old, heardMs, escalatesAtMs }), n, atMs)
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

function moveProgress(db: Database.Database, lastMs: number): void {
  const meta = new Map(db.prepare('SELECT name, value FROM meta').raw().all() as [string, string][])
  const number = (name: string): number => Number(meta.get(name) ?? 0)
  const records = (
    db.prepare('SELECT MAX(COALESCE((SELECT MAX(at) FROM record), 0), forgotten_at) FROM progress').raw().get() as [number]
  )[0]
  const awakeMs = number('awakeMs')
  db.prepare('UPDATE progress SET n = ?, records = ?, promised_ms = ?, awake_ms = ?, deaf_until_ms = ? WHERE one = 1').run(
    number('n'),
    records,
    Math.max(awakeMs, lastMs),
    awakeMs,
    number('deafUntilMs'),
  )
  for (const name of ['n', 'nextAlarm', 'awakeMs', 'deafUntilMs']) db.prepare('DELETE FROM meta WHERE name = ?').run(name)
  db.prepare("UPDATE meta SET value = ? WHERE name = 'schema'").run(SCHEMA_VERSION)
}

/** Those to whom a standing alarm is disclosed were told of it by schema 1 in its place: they go on being told, in a commit of its own. */
function discloseStanding(db: Database.Database, numbers: Numbers, kinds: ReadonlyMap<string, AnyKind>): void {
  const [n, promisedMs] = db.prepare('SELECT n, promised_ms FROM progress').raw().get() as [number, number]
  const nowMs = promisedMs + 1
  const byEntity = new Map<number, KeptAlarm[]>()
  for (const [json] of db.prepare('SELECT json FROM alarm WHERE ended_ms IS NULL ORDER BY entered_ms, id').raw().all() as [string][]) {
    const alarm = JSON.parse(json) as KeptAlarm
    const eid = numbers.eid(alarm.kind, alarm.entity)
    byEntity.set(eid, [...(byEntity.get(eid) ?? []), alarm])
  }
  const disclosed = [...byEntity].flatMap(([eid, standing]) => {
    const { kind: name, entity } = standing[0]!
    const kind = kinds.get(name)
    if (kind === undefined) return []
    const [json] = db.prepare('SELECT json FROM entity WHERE eid = ?').raw().get(eid) as [string]
    const place = (JSON.parse(json) as EntityState).location?.value ?? null
    const newId = () => `d-${randomBytes(9).toString('base64url')}`
    return reduceDisclosures({ kind, entity, standing, raised: [], known: [], place, nowMs, newId })
  })
  if (disclosed.length === 0) return
  for (const disclosure of disclosed) numbers.putAlarm(rowOfDisclosure(disclosure), n + 1, nowMs)
  db.prepare('UPDATE progress SET n = ?, promised_ms = ? WHERE one = 1').run(n + 1, nowMs)
}
