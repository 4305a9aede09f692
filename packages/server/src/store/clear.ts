// Server flow: retention -> **clear** -> the database. What is older than a town keeps is forgotten, a part at a time.
import { createEntity, type EntityState } from '@twinmap/core/internal/intake/merge'
import type Database from 'libsql'
import { overlaid, type RecordCells } from './read.ts'

/** Rows that one call forgets at the most, so that it delays a press by little. */
export const CLEARED_ROWS = 500

type OldRecord = readonly [at: number, eid: number, ...RecordCells]

/**
 * Forgets, inside a transaction, what is older than `keepFromMs`: records by their receipt, alarms that ended, their actions, and
 * actions on alarms that never were.
 *
 * @returns whether more is to be forgotten.
 */
export function clearPart(db: Database.Database, keepFromMs: number): boolean {
  const all = <R>(sql: string, ...values: unknown[]): R[] =>
    db
      .prepare(sql)
      .raw()
      .all(...values) as R[]
  const run = (sql: string, ...values: unknown[]): number => db.prepare(sql).run(...values).changes

  const oldest = all<OldRecord>(
    'SELECT at, eid, t, received_ms, held, json FROM record WHERE at > (SELECT forgotten_at FROM progress) ORDER BY at LIMIT ?',
    CLEARED_ROWS,
  )
  const old = oldest.filter(([, , , receivedMs]) => receivedMs < keepFromMs)
  if (old.length > 0) {
    keepWhatStood(db, old)
    const [at, , , receivedMs] = old.at(-1)!
    run('DELETE FROM record WHERE at <= ?', at)
    run('UPDATE progress SET forgotten_at = ?, forgotten_ms = ? WHERE one = 1', at, receivedMs)
  }

  const alarms = all<[string]>(
    'SELECT alarm.id FROM sort CROSS JOIN alarm ON alarm.sort = sort.no WHERE alarm.ended_ms < ? LIMIT ?',
    keepFromMs,
    CLEARED_ROWS,
  )
  for (const [id] of alarms)
    for (const sql of ['DELETE FROM alarm_log WHERE alarm = ?', 'DELETE FROM action WHERE alarm = ?', 'DELETE FROM alarm WHERE id = ?'])
      run(sql, id)
  const actions = run(
    'DELETE FROM action WHERE row IN (SELECT row FROM action WHERE at_ms < ? AND NOT EXISTS (SELECT 1 FROM alarm WHERE id = alarm) LIMIT ?)',
    keepFromMs,
    CLEARED_ROWS,
  )
  return [old.length, alarms.length, actions].includes(CLEARED_ROWS)
}

/** What stood of an entity after its oldest records is kept as a checkpoint, for histories that begin later. */
function keepWhatStood(db: Database.Database, old: readonly OldRecord[]): void {
  const before = db
    .prepare('SELECT checkpoint.at, checkpoint.json FROM checkpoint WHERE eid = ? AND at <= ? ORDER BY at DESC LIMIT 1')
    .raw()
  const nameOf = db.prepare('SELECT kind.name, entity.id FROM entity JOIN kind ON kind.no = entity.kind WHERE eid = ?').raw()
  const put = db.prepare('INSERT OR REPLACE INTO checkpoint (eid, at, json) VALUES (?, ?, ?)')
  const drop = db.prepare('DELETE FROM checkpoint WHERE eid = ? AND at < ?')
  const byEntity = new Map<number, OldRecord[]>()
  for (const record of old) {
    const ofEntity = byEntity.get(record[1])
    if (ofEntity === undefined) byEntity.set(record[1], [record])
    else ofEntity.push(record)
  }
  for (const [eid, records] of byEntity) {
    const lastAt = records.at(-1)![0]
    const found = before.get(eid, lastAt) as [number, string] | undefined
    let state = found === undefined ? createEntity(...(nameOf.get(eid) as [string, string])) : (JSON.parse(found[1]) as EntityState)
    for (const [at, , ...cells] of records) if (found === undefined || at > found[0]) state = overlaid(state, at, cells)
    put.run(eid, lastAt, JSON.stringify(state))
    drop.run(eid, lastAt)
  }
}
