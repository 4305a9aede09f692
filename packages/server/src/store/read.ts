// What is read from the database: by the writer at its start and for its turns, by the reader beside it for histories. What a
// history costs is in proportion to what its role gets: whole kinds and sorts of data that it may not see are never read.
import { disclosureToWire, type KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import { fromKept, type KeptMemory } from '@twinmap/core/internal/alarms/judge'
import { type KeptAlarm, toWire } from '@twinmap/core/internal/alarms/life-cycle'
import { type ColdRecord, type Known, NOTHING_KNOWN } from '@twinmap/core/internal/intake/intake'
import { createEntity, type EntityState, mergeRecord, type Owned, rowOf, rowsOf } from '@twinmap/core/internal/intake/merge'
import type { Missing } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Role } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { byEntry } from '@twinmap/core/internal/record/alarm-order'
import { toColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import { ABSENT } from '@twinmap/core/internal/record/order'
import type { Row } from '@twinmap/core/internal/record/record'
import { type Redaction, redactionFor } from '@twinmap/core/internal/record/redact'
import { maskOf } from '@twinmap/core/internal/record/visibility'
import type Database from 'libsql'
import { type ActionJson, heldOf, keyOf, type RecordJson } from './commit-rows.ts'
import type { AskedRecord, AuditEntry, HistoryCursor, HistoryPage, HistoryQuery, KeptAction, Loaded, LogEntry } from './store.ts'

export interface Reader {
  meta(name: string): string | null
  load(): Loaded
  known(asked: readonly AskedRecord[]): Known[]
  cold(asked: readonly Missing[]): ColdRecord[][]
  alarm(id: string): KeptAlarm | null
  disclosure(id: string): KeptDisclosure | null
  action(key: string): KeptAction | null
  acknowledgedBy(alarm: string): string | null
  history(query: HistoryQuery, after: HistoryCursor | null): HistoryPage
  audited(): AuditEntry[]
}

/** Rows of a page of history. */
export const PAGE_ROWS = 1_000
/** Entities of a page of its snapshot: each may cost a checkpoint and 64 records. */
export const PAGE_ENTITIES = 100
/** Selects that SQLite merges in one statement; it takes 500. */
const MOST_TERMS = 100
/** Rows of the log that a start reads at the most, so that it does not depend on how much came of late. */
export const LOG_ROWS = 20_000

export function createReader(db: Database.Database, kinds: ReadonlyMap<string, AnyKind>): Reader {
  const statements = new Map<string, Database.Statement>()
  const prepared = (sql: string): Database.Statement => {
    let statement = statements.get(sql)
    if (statement === undefined) statements.set(sql, (statement = db.prepare(sql).raw()))
    return statement
  }
  const rows = <R extends readonly unknown[]>(sql: string, ...values: unknown[]): R[] => prepared(sql).all(...values) as R[]
  const row = <R extends readonly unknown[]>(sql: string, ...values: unknown[]): R | undefined =>
    prepared(sql).get(...values) as R | undefined
  const jsons = <T>(sql: string, ...values: unknown[]): T[] => rows<[string]>(sql, ...values).map(([json]) => JSON.parse(json) as T)
  const meta = (name: string): string | null => row<[string]>('SELECT value FROM meta WHERE name = ?', name)?.[0] ?? null
  const eidOf = (kind: string, id: string): number | undefined =>
    row<[number]>('SELECT eid FROM entity WHERE kind = (SELECT no FROM kind WHERE name = ?) AND id = ?', kind, id)?.[0]
  const redactions = new Map<Role, Redaction>()
  const redactionOf = (role: Role): Redaction => {
    let redaction = redactions.get(role)
    if (redaction === undefined) redactions.set(role, (redaction = redactionFor(role, kinds)))
    return redaction
  }

  function knownOf({ kind, id, numbers, hash }: AskedRecord): Known {
    const eid = eidOf(kind, id)
    if (eid === undefined) return NOTHING_KNOWN
    const found = rows<[string, number, number, string, number]>(
      'SELECT hash, generation, received_ms, source, is_timed FROM record WHERE eid = ? AND key = ? ORDER BY at DESC LIMIT 100',
      eid,
      keyOf(numbers, hash),
    )
    if (found.length === 0) return NOTHING_KNOWN
    const same = found.find(([other]) => other === hash)
    return {
      same: same === undefined ? null : { receivedMs: same[2], source: same[3], isTimed: same[4] === 1 },
      usedIn: numbers === null ? [] : found.filter(([other]) => other !== hash).map(([, generation]) => generation),
    }
  }

  function coldOf({ kind, id, fromMs }: Missing): ColdRecord[] {
    const eid = eidOf(kind, id)
    if (eid === undefined) return []
    return rows<[number, number, string]>(
      `SELECT t, at, words FROM record WHERE eid = ? AND mask IN (SELECT mask FROM seen WHERE kind = (SELECT no FROM kind WHERE name = ?))
       AND t >= ? AND words IS NOT NULL ORDER BY t, at`,
      eid,
      kind,
      fromMs,
    ).map(([t, at, words]) => ({ t, at, words: JSON.parse(words) as ColdRecord['words'] }))
  }

  /**
   * What stood of an entity after the record of a number; null: nothing is kept of it. From the next checkpoint its records are
   * gone back along their chain, to the checkpoint before: at most those between two checkpoints, and those of one commit.
   */
  function stateAt(eid: number, kind: string, id: string, at: number): EntityState | null {
    const base = row<[number, string]>('SELECT at, json FROM checkpoint WHERE eid = ? AND at <= ? ORDER BY at DESC LIMIT 1', eid, at)
    const state = base === undefined ? null : (JSON.parse(base[1]) as EntityState)
    if (base?.[0] === at) return state
    const since = rows<[number, ...RecordCells]>(
      `WITH RECURSIVE chain (at, prev) AS (
         SELECT at, prev FROM record
         WHERE at = COALESCE((SELECT at FROM checkpoint WHERE eid = ? AND at > ? ORDER BY at LIMIT 1), (SELECT last_at FROM entity WHERE eid = ?))
         UNION ALL SELECT record.at, record.prev FROM chain CROSS JOIN record ON record.at = chain.prev WHERE chain.prev > ?)
       SELECT at, t, received_ms, held, json FROM record WHERE at IN (SELECT at FROM chain WHERE at > ? AND at <= ?) ORDER BY at`,
      eid,
      at,
      eid,
      base?.[0] ?? 0,
      base?.[0] ?? 0,
      at,
    )
    return since.reduce<EntityState | null>((before, [own, ...cells]) => overlaid(before ?? createEntity(kind, id), own, cells), state)
  }

  /** The number of the last record that was received by a time; 0: none. Numbers ascend with time, so halving finds it. */
  function lastAtBy(ms: number): number {
    const [forgottenAt, forgottenMs] = row<[number, number]>('SELECT forgotten_at, forgotten_ms FROM progress')!
    let [low, high] = row<[number, number]>('SELECT COALESCE((SELECT MIN(at) FROM record), 0), COALESCE((SELECT MAX(at) FROM record), -1)')!
    let found = ms >= forgottenMs ? forgottenAt : 0
    while (low <= high) {
      const middle = Math.floor((low + high) / 2)
      const next = row<[number, number]>('SELECT at, received_ms FROM record WHERE at >= ? ORDER BY at LIMIT 1', middle)!
      if (next[1] <= ms) {
        found = next[0]
        low = next[0] + 1
      } else high = middle - 1
    }
    return found
  }

  const kindNos = (names: Iterable<string>): [no: number, name: string][] =>
    [...names].flatMap((name): [number, string][] => {
      const found = row<[number]>('SELECT no FROM kind WHERE name = ?', name)
      return found === undefined ? [] : [[found[0], name]]
    })

  /** Kinds of which the role sees anything, as far as the query names them. */
  const seenKinds = ({ role, kind }: HistoryQuery): [no: number, name: string][] =>
    kindNos(
      [...kinds.values()].filter((each) => (kind === undefined || each.kind === kind) && maskOf(role, each) !== 0).map((each) => each.kind),
    )

  function history(query: HistoryQuery, after: HistoryCursor | null): HistoryPage {
    if (after === null || after.part === 'state') return statePage(query, after)
    return after.part === 'alarms' ? alarmPage(query, after) : trackPage(query, after)
  }

  const line = (query: HistoryQuery, more: Partial<Envelope>): string => {
    const { streamId, n, serverTimeMs } = query.stamp
    return `${JSON.stringify({ streamId, ...(more.snapshot === undefined && { from: n }), n, serverTimeMs, ...more })}\n`
  }
  const cutRows = (query: HistoryQuery, found: readonly Row[]): Row[] => {
    const { row } = redactionOf(query.role)
    return found.flatMap((each) => row(each) ?? [])
  }

  /** As many full lines as there are, and the rest where nothing more comes. @returns what waits for its line. */
  function linesOf<T>(lines: string[], waiting: readonly T[], isLast: boolean, write: (part: readonly T[]) => string): readonly T[] {
    let from = 0
    for (; waiting.length - from >= PAGE_ROWS; from += PAGE_ROWS) lines.push(write(waiting.slice(from, from + PAGE_ROWS)))
    if (!isLast) return waiting.slice(from)
    if (from < waiting.length) lines.push(write(waiting.slice(from)))
    return []
  }

  /** Of which rules and disclosures the query is told. Whether a role sees an alarm depends on its kind and rule alone. */
  function toldSorts({ role, kind: asked }: HistoryQuery): number[] {
    const { alarm } = redactionOf(role)
    return rows<[number, string, string, number]>('SELECT no, kind, name, is_disclosure FROM sort').flatMap(
      ([no, kind, name, isDisclosure]) => {
        const named = isDisclosure === 1 ? { rule: null, as: name } : { rule: name, as: null }
        return (asked === undefined || asked === kind) && alarm({ ...ANY_ALARM, kind, ...named }) !== null ? [no] : []
      },
    )
  }
  const alarmsOf = ({ role }: HistoryQuery, transitions: readonly number[]): Alarm[] => {
    const { alarm } = redactionOf(role)
    return transitions.flatMap((each) => {
      const [isDisclosure, json] = row<[number, string]>(
        'SELECT is_disclosure, json FROM alarm_log JOIN sort ON sort.no = alarm_log.sort WHERE row = ?',
        each,
      )!
      const wire = isDisclosure === 1 ? disclosureToWire(JSON.parse(json) as KeptDisclosure) : toWire(JSON.parse(json) as KeptAlarm)
      const cut = wire && alarm(wire)
      return cut === null ? [] : [cut]
    })
  }

  function statePage(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'state' }> | null): HistoryPage {
    const at = lastAtBy(query.fromMs)
    const found: Row[] = []
    let next: { readonly kind: string; readonly id: string } | null = null
    let left = PAGE_ENTITIES
    // In the order of their declarations: that of their numbers tells what came first, also of what this role does not see.
    const seen = seenKinds(query)
    const first = after === null ? 0 : seen.findIndex(([, kind]) => kind === after.kind)
    for (const [no, kind] of seen.slice(first)) {
      const from = kind === after?.kind ? after.id : ''
      const [sql, values] = query.id === undefined ? ['', []] : [' AND id = ?', [query.id]]
      const page = rows<[number, string, number, string]>(
        `SELECT eid, id, last_at, json FROM entity WHERE kind = ? AND id > ?${sql} ORDER BY id LIMIT ?`,
        no,
        from,
        ...values,
        left,
      )
      for (const [eid, id, lastAt, json] of page) {
        const state = lastAt <= at ? (JSON.parse(json) as EntityState) : stateAt(eid, kind, id, at)
        if (state !== null) found.push(...rowsOf(state))
      }
      left -= page.length
      if (left === 0) {
        next = { kind, id: page.at(-1)![1] }
        break
      }
    }
    let isFirst = after?.isFirst ?? true
    const write = (part: readonly Row[]): string => {
      const records = toColumns(part)
      if (!isFirst) return line(query, { records })
      isFirst = false
      const alarms = alarmsOf(query, standingAt(query))
        .filter(({ state }) => state !== 'normal')
        .sort(byEntry)
      return line(query, { snapshot: true, records, alarms })
    }
    const lines: string[] = []
    const held = linesOf(lines, [...(after?.held ?? []), ...cutRows(query, found)], next === null, write)
    if (next === null && isFirst) lines.push(write([]))
    return {
      text: lines.join(''),
      next: next === null ? { part: 'alarms', row: lastTransitionBy(query.fromMs), held: [] } : { part: 'state', ...next, held, isFirst },
    }
  }

  /** Transitions ascend with time. */
  const lastTransitionBy = (ms: number): number =>
    row<[number]>('SELECT row FROM alarm_log WHERE at_ms <= ? ORDER BY at_ms DESC, row DESC LIMIT 1', ms)?.[0] ?? 0

  /** How alarms stood that stood then: the last transition of each. */
  function standingAt(query: HistoryQuery): number[] {
    const { fromMs, id } = query
    const [sql, values] = id === undefined ? ['', []] : [' AND entity = ?', [id]]
    return toldSorts(query)
      .flatMap((sort) =>
        rows<[string]>(
          `SELECT id FROM alarm WHERE sort = ? AND (ended_ms IS NULL OR ended_ms > ?) AND entered_ms <= ?${sql}`,
          sort,
          fromMs,
          fromMs,
          ...values,
        ),
      )
      .flatMap(([alarm]) =>
        rows<[number]>('SELECT row FROM alarm_log WHERE alarm = ? AND at_ms <= ? ORDER BY row DESC LIMIT 1', alarm, fromMs),
      )
      .map(([transition]) => transition)
      .sort((a, b) => a - b)
  }

  function alarmPage(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'alarms' }>): HistoryPage {
    const [sql, values] = query.id === undefined ? ['', []] : [' AND entity = ?', [query.id]]
    const last = lastTransitionBy(query.toMs)
    const page = merged<[number]>(
      toldSorts(query).map((sort) => [
        `SELECT row FROM alarm_log WHERE sort = ? AND row > ? AND row <= ?${sql}`,
        [sort, after.row, last, ...values],
      ]),
      [0],
    )
    const transitions = page.map(([transition]) => transition)
    const isLast = page.length < PAGE_ROWS
    const lines: string[] = []
    const held = linesOf(lines, [...after.held, ...alarmsOf(query, transitions)], isLast, (part) => line(query, { alarms: part }))
    return {
      text: lines.join(''),
      next: isLast
        ? { part: 'track', t: query.fromMs, at: Number.MAX_SAFE_INTEGER, held: [] }
        : { part: 'alarms', row: transitions.at(-1)!, held },
    }
  }

  function trackPage(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'track' }>): HistoryPage {
    const found = merged<Found>(query.id === undefined ? tracksOfKinds(query, after) : trackOfOne(query, after), [1, 0])
    const page: Row[] = found.map(([at]) => {
      const [kind, id, t, heardMs, json] = row<[string, string, number, number, string]>(
        'SELECT kind.name, entity.id, t, received_ms, record.json FROM record JOIN entity ON entity.eid = record.eid JOIN kind ON kind.no = entity.kind WHERE at = ?',
        at,
      )!
      const { clockOffMs, location, properties } = JSON.parse(json) as RecordJson
      return {
        kind,
        id,
        t,
        heardMs,
        ...(clockOffMs !== undefined && { clockOffMs }),
        ...(location !== undefined && { location }),
        properties,
      }
    })
    const last = found.at(-1)
    const isLast = last === undefined || found.length < PAGE_ROWS
    const lines: string[] = []
    const held = linesOf(lines, [...after.held, ...cutRows(query, page)], isLast, (part) => line(query, { records: toColumns(part) }))
    return { text: lines.join(''), next: isLast ? null : { part: 'track', at: last[0], t: last[1], held } }
  }

  type Found = [at: number, t: number]
  type Term = readonly [sql: string, values: readonly unknown[]]
  /**
   * The first rows of several selects together, ascending by columns. SQLite merges them as it goes: it reads a page, and one row
   * more of each.
   */
  function merged<R extends readonly number[]>(terms: readonly Term[], by: readonly number[]): R[] {
    const order = by.map((column) => column + 1).join(', ')
    const found: R[] = []
    for (let i = 0; i < terms.length; i += MOST_TERMS) {
      const some = terms.slice(i, i + MOST_TERMS)
      const sql = some.map(([select]) => select).join(' UNION ALL ')
      found.push(...rows<R>(`${sql} ORDER BY ${order} LIMIT ${PAGE_ROWS}`, ...some.flatMap(([, values]) => values)))
    }
    if (terms.length > MOST_TERMS) found.sort((a, b) => by.reduce((order, column) => order || a[column]! - b[column]!, 0))
    return found.slice(0, PAGE_ROWS)
  }
  const BEHIND = '(t > ? OR (t = ? AND at > ?)) AND t >= ? AND t <= ?'
  const behind = ({ toMs }: HistoryQuery, { t, at }: { readonly t: number; readonly at: number }) => [t, t, at, t, toMs]

  /** The sorts of data of records of a kind of which the role sees something. */
  const seenMasks = ({ role }: HistoryQuery, [no, name]: readonly [number, string]): number[] => {
    const seen = maskOf(role, kinds.get(name)!)
    return rows<[number]>('SELECT mask FROM seen WHERE kind = ?', no).flatMap(([mask]) => ((mask & seen) === 0 ? [] : [mask]))
  }

  /** One range of the index for each sort of data; the same below for each kind. */
  function trackOfOne(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'track' }>): Term[] {
    const [kind] = seenKinds(query)
    const eid = kind === undefined ? undefined : eidOf(query.kind!, query.id!)
    if (kind === undefined || eid === undefined) return []
    return seenMasks(query, kind).map((mask) => [
      `SELECT at, t FROM record WHERE eid = ? AND mask = ? AND ${BEHIND}`,
      [eid, mask, ...behind(query, after)],
    ])
  }

  function tracksOfKinds(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'track' }>): Term[] {
    return seenKinds(query).flatMap((kind) =>
      seenMasks(query, kind).map(
        (mask): Term => [`SELECT at, t FROM record WHERE kind = ? AND mask = ? AND ${BEHIND}`, [kind[0], mask, ...behind(query, after)]],
      ),
    )
  }

  /** Standing ones; `type` 0: alarms, 1: disclosures. */
  const standing = <T>(type: 0 | 1): T[] =>
    jsons<T>(
      'SELECT alarm.json FROM sort CROSS JOIN alarm ON alarm.sort = sort.no WHERE alarm.ended_ms IS NULL AND is_disclosure = ?',
      type,
    )
  const kept = <T>(id: string, type: 0 | 1): T | null =>
    jsons<T>('SELECT alarm.json FROM alarm JOIN sort ON sort.no = alarm.sort WHERE alarm.id = ? AND is_disclosure = ?', id, type)[0] ?? null

  function loadLog(): LogEntry[] {
    const entries = new Map<
      number,
      { n: number; atMs: number; rows: Row[]; heard: []; alarms: KeptAlarm[]; disclosures: KeptDisclosure[] }
    >()
    const entryOf = (n: number, atMs: number) => {
      let entry = entries.get(n)
      if (entry === undefined) entries.set(n, (entry = { n, atMs, rows: [], heard: [], alarms: [], disclosures: [] }))
      return entry
    }
    const records = rows<[number, number, string, string, number, string | null, string]>(
      `SELECT n, received_ms, kind.name, entity.id, t, held, record.json FROM (SELECT * FROM record ORDER BY at DESC LIMIT ${LOG_ROWS}) AS record
       JOIN entity ON entity.eid = record.eid JOIN kind ON kind.no = entity.kind ORDER BY at`,
    )
    const alarms = rows<[number, number, number, string]>(
      `SELECT n, at_ms, is_disclosure, json FROM (SELECT * FROM alarm_log ORDER BY row DESC LIMIT ${LOG_ROWS}) AS log
       JOIN sort ON sort.no = log.sort ORDER BY row`,
    )
    // A commit of which a part was left out is no commit: the log begins behind it.
    const isCut = (found: readonly { readonly length: number }[]): boolean => found.length === LOG_ROWS
    const fromN = Math.max(isCut(records) ? records[0]![0] + 1 : 0, isCut(alarms) ? alarms[0]![0] + 1 : 0)
    for (const [n, heardMs, kind, id, t, held, json] of records) {
      if (n < fromN) continue
      const record = JSON.parse(json) as RecordJson
      const told = rowOf({ kind, id, ...record }, heldOf(held, record), { t, heardMs, offMs: record.clockOffMs ?? null })
      const entry = entryOf(n, heardMs)
      if (told !== null) entry.rows.push(told)
    }
    for (const [n, atMs, isDisclosure, json] of alarms) {
      if (n < fromN) continue
      const entry = entryOf(n, atMs)
      if (isDisclosure === 1) entry.disclosures.push(JSON.parse(json) as KeptDisclosure)
      else entry.alarms.push(JSON.parse(json) as KeptAlarm)
    }
    const log = [...entries.values()].sort((a, b) => a.n - b.n)
    let left = LOG_ROWS
    const first = log.findLastIndex(({ rows, alarms, disclosures }) => (left -= rows.length + alarms.length + disclosures.length) < 0)
    return log.slice(first + 1)
  }

  return {
    meta,
    load() {
      const entities = jsons<EntityState>('SELECT json FROM entity')
      const [n, records, promisedMs, awakeMs, deafUntilMs] = row<[number, number, number, number, number]>(
        'SELECT n, records, promised_ms, awake_ms, deaf_until_ms FROM progress',
      )!
      return {
        streamId: meta('streamId') ?? '',
        n,
        promisedMs,
        records,
        awakeMs,
        deafUntilMs,
        entities: entities.sort((a, b) => a.heardMs - b.heardMs),
        memories: rows<[string, string, string, string]>(
          'SELECT kind.name, entity.id, rule, memory.json FROM memory JOIN entity ON entity.eid = memory.eid JOIN kind ON kind.no = entity.kind',
        ).map(([kind, id, rule, json]) => ({ kind, id, rule, memory: fromKept(JSON.parse(json) as KeptMemory) })),
        standing: standing<KeptAlarm>(0),
        disclosures: standing<KeptDisclosure>(1),
        log: loadLog(),
      }
    },
    known: (asked) => asked.map(knownOf),
    cold: (asked) => asked.map(coldOf),
    alarm: (id) => kept<KeptAlarm>(id, 0),
    disclosure: (id) => kept<KeptDisclosure>(id, 1),
    action(key) {
      const found = row<[string, number]>('SELECT json, effective FROM action WHERE key = ? ORDER BY effective DESC, row LIMIT 1', key)
      return found === undefined ? null : { ...(JSON.parse(found[0]) as ActionJson), effective: found[1] === 1 }
    },
    acknowledgedBy: (alarm) => kept<KeptAlarm>(alarm, 0)?.acknowledged?.by ?? null,
    history,
    audited: () =>
      rows<[number, string, string, string, string, string | null]>(
        'SELECT at_ms, who, role, what, kinds, subject FROM audit ORDER BY row',
      ).map(([atMs, who, role, what, kinds, subject]) => ({ atMs, who, role, what, kinds: JSON.parse(kinds) as string[], subject })),
  }
}

/** What a fold reads of a record. */
export type RecordCells = readonly [t: number, receivedMs: number, held: string | null, json: string]

/** A kept record over what stood: what became newest by it, and nothing else. */
export function overlaid(state: EntityState, at: number, [t, heardMs, held, json]: RecordCells): EntityState {
  const record = JSON.parse(json) as RecordJson
  const offMs = record.clockOffMs ?? null
  const next = { ...state, lastAt: at, kept: state.kept + 1, clock: { ...state.clock, offMs } }
  const carried = rowOf({ kind: state.kind, id: state.id, ...record }, heldOf(held, record), { t, heardMs, offMs: null })
  if (carried === null) return next
  const order: Omit<Owned<never>, 'value' | 'heardMs'> = { generation: ABSENT, boot: ABSENT, seq: ABSENT, t }
  const { location, properties } = mergeRecord(state, carried, order, { isNewest: true, heardMs })
  return { ...next, location, properties }
}

/** An alarm in which nothing is true but what is set over it. */
const ANY_ALARM: Alarm = {
  id: '',
  kind: '',
  entity: '',
  rule: null,
  as: null,
  category: 'facility',
  place: null,
  priority: 1,
  state: 'normal',
  raisedMs: 0,
  lastMs: 0,
  enteredMs: 0,
  heardMs: 0,
  clearedMs: null,
  count: 1,
  acknowledged: null,
  done: null,
  escalated: false,
}
