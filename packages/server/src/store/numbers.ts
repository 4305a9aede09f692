// Server flow: rows of a commit -> **numbers** -> the database. Kinds, entities and sorts of alarms have numbers, which indexes
// carry; each is looked up once.
import type Database from 'libsql'
import type { AlarmRow, CommitRows, RecordRow } from './commit-rows.ts'

interface EntityNumbers {
  readonly eid: number
  /** Its last record; 0: none. */
  lastAt: number
}

export interface Numbers {
  eid(kind: string, id: string): number
  putEntity(entity: CommitRows['entities'][number]): void
  /** @returns the columns `eid, prev, kind, mask` of a record whose entity was put. */
  placeRecord(record: Pick<RecordRow, 'kind' | 'id' | 'at' | 'mask'>): [eid: number, prev: number, kind: number, mask: number]
  /** Keeps what an alarm became, and notes it in the log. */
  putAlarm(alarm: AlarmRow, n: number, atMs: number): void
  /** A transaction that was rolled back took the rows along that it had made. */
  forget(): void
}

export function createNumbers(db: Database.Database): Numbers {
  let kinds = new Map<string, number>()
  let entities = new Map<string, Map<string, EntityNumbers>>()
  let masks = new Map<number, Set<number>>()
  let rules = new Map<string, Map<string, number>>()
  let disclosures = new Map<string, Map<string, number>>()
  const findKind = db.prepare('SELECT no FROM kind WHERE name = ?').raw()
  const addKind = db.prepare('INSERT INTO kind (name) VALUES (?)')
  const findEntity = db.prepare('SELECT eid, last_at FROM entity WHERE kind = ? AND id = ?').raw()
  const addEntity = db.prepare('INSERT INTO entity (kind, id, last_at, json) VALUES (?, ?, ?, ?)')
  const setEntity = db.prepare('UPDATE entity SET last_at = ?, json = ? WHERE eid = ?')
  const addSeen = db.prepare('INSERT OR IGNORE INTO seen (kind, mask) VALUES (?, ?)')
  const findSort = db.prepare('SELECT no FROM sort WHERE kind = ? AND name = ? AND is_disclosure = ?').raw()
  const addSort = db.prepare('INSERT INTO sort (kind, name, is_disclosure) VALUES (?, ?, ?)')
  const putAlarm = db.prepare(
    'INSERT INTO alarm (id, sort, entity, entered_ms, ended_ms, json) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET ended_ms = excluded.ended_ms, json = excluded.json',
  )
  const logAlarm = db.prepare('INSERT INTO alarm_log (alarm, sort, entity, n, at_ms, json) VALUES (?, ?, ?, ?, ?, ?)')

  const kindNo = (kind: string): number => {
    const known = kinds.get(kind)
    if (known !== undefined) return known
    const found = findKind.get(kind) as [number] | undefined
    const no = found === undefined ? Number(addKind.run(kind).lastInsertRowid) : found[0]
    kinds.set(kind, no)
    return no
  }

  const ofKind = (kind: string): Map<string, EntityNumbers> => {
    let own = entities.get(kind)
    if (own === undefined) entities.set(kind, (own = new Map()))
    return own
  }

  function find(kind: string, id: string): EntityNumbers | undefined {
    const known = ofKind(kind).get(id)
    if (known !== undefined) return known
    const found = findEntity.get(kindNo(kind), id) as [number, number] | undefined
    if (found === undefined) return undefined
    const own = { eid: found[0], lastAt: found[1] }
    ofKind(kind).set(id, own)
    return own
  }

  function own(kind: string, id: string): EntityNumbers {
    const found = find(kind, id)
    if (found === undefined) throw new RangeError(`${kind} ${id} has no row of its own in this commit`)
    return found
  }

  const noteSeen = (no: number, mask: number): void => {
    let known = masks.get(no)
    if (known === undefined) masks.set(no, (known = new Set()))
    if (known.has(mask)) return
    addSeen.run(no, mask)
    known.add(mask)
  }

  function sortNo({ kind, name, isDisclosure }: AlarmRow): number {
    const type = isDisclosure ? 1 : 0
    const sorts = isDisclosure ? disclosures : rules
    let names = sorts.get(kind)
    if (names === undefined) sorts.set(kind, (names = new Map()))
    const known = names.get(name)
    if (known !== undefined) return known
    const found = findSort.get(kind, name, type) as [number] | undefined
    const no = found === undefined ? Number(addSort.run(kind, name, type).lastInsertRowid) : found[0]
    names.set(name, no)
    return no
  }

  return {
    eid: (kind, id) => own(kind, id).eid,
    putEntity({ kind, id, lastAt, json }) {
      const found = find(kind, id)
      if (found !== undefined) setEntity.run(lastAt, json, found.eid)
      else ofKind(kind).set(id, { eid: Number(addEntity.run(kindNo(kind), id, lastAt, json).lastInsertRowid), lastAt: 0 })
    },
    placeRecord({ kind, id, at, mask }) {
      const entity = own(kind, id)
      const prev = entity.lastAt
      entity.lastAt = at
      const no = kindNo(kind)
      noteSeen(no, mask)
      return [entity.eid, prev, no, mask]
    },
    putAlarm(alarm, n, atMs) {
      const { id, entity, enteredMs, hasEnded, json } = alarm
      const sort = sortNo(alarm)
      putAlarm.run(id, sort, entity, enteredMs, hasEnded ? atMs : null, json)
      logAlarm.run(id, sort, entity, n, atMs, json)
    },
    forget() {
      kinds = new Map()
      entities = new Map()
      masks = new Map()
      rules = new Map()
      disclosures = new Map()
    },
  }
}
