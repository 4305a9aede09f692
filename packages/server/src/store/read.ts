// What is read from the database, by the writer at its start and by the reader beside it.
import type { RuleMemory } from '@twinmap/core/internal/alarms/judge'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { type EntityState, mergeRecord, recordsOf } from '@twinmap/core/internal/intake/merge'
import { ruleKey } from '@twinmap/core/internal/intake/state'
import { AHEAD_MS } from '@twinmap/core/internal/record/check'
import type { TwinRecord } from '@twinmap/core/internal/record/record'
import type Database from 'libsql'
import type { AuditEntry, HistoryQuery, Loaded, LogEntry, RecordKey, TrackCursor, TrackPage } from './store.ts'

export interface Reader {
  meta(name: string): string | null
  load(logFromMs: number): Loaded
  known(keys: readonly RecordKey[]): RecordKey[]
  alarm(id: string): KeptAlarm | null
  actionBy(key: string): string | null
  snapshot(query: HistoryQuery): { records: TwinRecord[]; alarms: KeptAlarm[] }
  track(query: HistoryQuery, after: TrackCursor | null): TrackPage
  alarmLog(query: HistoryQuery): KeptAlarm[]
  audited(): AuditEntry[]
}

/** Rows of a page; a line of history. */
export const PAGE_ROWS = 1_000
/** Alarm transitions of one history; docs/formats/wire.md says what comes of more. */
export const MOST_TRANSITIONS = 10_000

export function createReader(db: Database.Database): Reader {
  const rows = <R extends readonly unknown[]>(sql: string, ...values: unknown[]): R[] =>
    db
      .prepare(sql)
      .raw()
      .all(...values) as R[]
  const jsons = <T>(sql: string, ...values: unknown[]): T[] => rows<[string]>(sql, ...values).map(([json]) => JSON.parse(json) as T)
  const findRecord = db.prepare('SELECT 1 FROM record WHERE kind = ? AND id = ? AND identity = ?').raw()
  const meta = (name: string): string | null => rows<[string]>('SELECT value FROM meta WHERE name = ?', name)[0]?.[0] ?? null
  const number = (name: string, otherwise: number): number => Number(meta(name) ?? otherwise)

  /** ` AND kind = ? AND id = ?`, as far as the query names them. */
  const about = ({ kind, id }: HistoryQuery, idColumn: string): readonly [sql: string, values: readonly string[]] => [
    (kind === undefined ? '' : ' AND kind = ?') + (id === undefined ? '' : ` AND ${idColumn} = ?`),
    [kind, id].filter((value): value is string => value !== undefined),
  ]

  function stateAt(query: HistoryQuery): TwinRecord[] {
    const [sql, values] = about(query, 'id')
    // So old that nothing in it is of a later time, by a clock that was ahead: that would hide the value before it.
    const [begin] = rows<[number, number]>(
      'SELECT at_ms, n FROM checkpoint_n WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1',
      query.fromMs - AHEAD_MS,
    )
    const states = new Map<string, EntityState>()
    const take = (record: TwinRecord): void => {
      const key = ruleKey(record.kind, record.id, '')
      states.set(key, mergeRecord(states.get(key), record, 0))
    }
    if (begin !== undefined)
      for (const state of jsons<EntityState>(`SELECT json FROM checkpoint WHERE at_ms = ?${sql}`, begin[0], ...values))
        for (const record of recordsOf(state)) take(record)
    const after = begin?.[1] ?? 0
    for (const record of jsons<TwinRecord>(`SELECT json FROM record WHERE n > ? AND t <= ?${sql}`, after, query.fromMs, ...values))
      take(record)
    return [...states.values()].flatMap(recordsOf)
  }

  return {
    meta,
    load(logFromMs) {
      const log = loadLog(logFromMs)
      const memories = rows<[string, string]>('SELECT rule, json FROM memory')
      return {
        streamId: meta('streamId') ?? '',
        n: number('n', 0),
        nextAlarm: number('nextAlarm', 1),
        awakeMs: number('awakeMs', 0),
        deafUntilMs: number('deafUntilMs', 0),
        entities: jsons<EntityState>('SELECT json FROM entity'),
        memories: new Map(memories.map(([rule, json]) => [rule, JSON.parse(json) as RuleMemory])),
        standing: jsons<KeptAlarm>('SELECT json FROM alarm WHERE standing = 1'),
        log,
      }
    },
    known: (keys) => keys.filter((key) => findRecord.get(...key) !== undefined),
    alarm: (id) => jsons<KeptAlarm>('SELECT json FROM alarm WHERE id = ?', id)[0] ?? null,
    actionBy: (key) => rows<[string]>('SELECT by FROM action WHERE key = ? AND effective = 1', key)[0]?.[0] ?? null,
    snapshot(query) {
      const [sql, values] = about(query, 'entity')
      const alarms = jsons<KeptAlarm>(
        `SELECT json FROM alarm_log WHERE row IN (SELECT MAX(row) FROM alarm_log WHERE at_ms <= ?${sql} GROUP BY alarm) AND state <> 'normal'`,
        query.fromMs,
        ...values,
      )
      return { records: stateAt(query), alarms }
    },
    track(query, after) {
      const [sql, values] = about(query, 'id')
      const begin = after ?? { t: query.fromMs, row: Number.MAX_SAFE_INTEGER }
      const page = rows<[number, number, string]>(
        `SELECT row, t, json FROM record WHERE (t, row) > (?, ?) AND t <= ?${sql} ORDER BY t, row LIMIT ${PAGE_ROWS}`,
        begin.t,
        begin.row,
        query.toMs,
        ...values,
      )
      const last = page.at(-1)
      return {
        records: page.map(([, , json]) => JSON.parse(json) as TwinRecord),
        next: last === undefined || page.length < PAGE_ROWS ? null : { row: last[0], t: last[1] },
      }
    },
    alarmLog(query) {
      const [sql, values] = about(query, 'entity')
      return jsons<KeptAlarm>(
        `SELECT json FROM alarm_log WHERE at_ms > ? AND at_ms <= ?${sql} ORDER BY row LIMIT ${MOST_TRANSITIONS}`,
        query.fromMs,
        query.toMs,
        ...values,
      )
    },
    audited: () =>
      rows<[number, string, string, string, string, string | null]>(
        'SELECT at_ms, who, role, what, kinds, subject FROM audit ORDER BY row',
      ).map(([atMs, who, role, what, kinds, subject]) => ({ atMs, who, role, what, kinds: JSON.parse(kinds) as string[], subject })),
  }

  function loadLog(fromMs: number): LogEntry[] {
    const entries = new Map<number, { n: number; nowMs: number; records: TwinRecord[]; alarms: KeptAlarm[] }>()
    const entryOf = (n: number, nowMs: number) => {
      let entry = entries.get(n)
      if (entry === undefined) entries.set(n, (entry = { n, nowMs, records: [], alarms: [] }))
      return entry
    }
    // By n, which is indexed: commits come in the order of time.
    const [first] = rows<[number | null]>(
      'SELECT MIN(n) FROM (SELECT n FROM record WHERE received_ms >= ? AND n > ? UNION ALL SELECT n FROM alarm_log WHERE at_ms >= ?)',
      fromMs,
      Math.max(0, number('n', 0) - MOST_COMMITS),
      fromMs,
    )
    if (first === undefined || first[0] === null) return []
    const from = Math.max(first[0], number('n', 0) - MOST_COMMITS)
    for (const [n, nowMs, json] of rows<[number, number, string]>(
      'SELECT n, received_ms, json FROM record WHERE n >= ? ORDER BY row',
      from,
    ))
      entryOf(n, nowMs).records.push(JSON.parse(json) as TwinRecord)
    for (const [n, nowMs, json] of rows<[number, number, string]>('SELECT n, at_ms, json FROM alarm_log WHERE n >= ? ORDER BY row', from))
      entryOf(n, nowMs).alarms.push(JSON.parse(json) as KeptAlarm)
    return [...entries.values()].sort((a, b) => a.n - b.n)
  }
}

/** Commits of the log that a start reads at the most. */
const MOST_COMMITS = 20_000
