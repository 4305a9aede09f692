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
import type { Row } from '@twinmap/core/internal/record/record'
import { type Redaction, redactionFor } from '@twinmap/core/internal/record/redact'
import { maskOf } from '@twinmap/core/internal/record/visibility'
import type Database from 'libsql'
import { heldOf, keyOf, type RecordJson } from './commit-rows.ts'
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
  /** What stood of an entity after the record of a number; null: nothing is kept of it. */
  stateAt(eid: number, at: number): EntityState | null
}

/** Rows of a page of history. */
export const PAGE_ROWS = 1_000
/** Entities of a page of its snapshot: each may cost a checkpoint and 64 records. */
export const PAGE_ENTITIES = 100
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
  const number = (name: string): number => Number(meta(name) ?? 0)
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
      'SELECT t, at, words FROM record WHERE eid = ? AND t >= ? AND words IS NOT NULL ORDER BY t, at',
      eid,
      fromMs,
    ).map(([t, at, words]) => ({ t, at, words: JSON.parse(words) as ColdRecord['words'] }))
  }

  function stateAt(eid: number, at: number): EntityState | null {
    const checkpoint = row<[number, string]>('SELECT at, json FROM checkpoint WHERE eid = ? AND at <= ? ORDER BY at DESC LIMIT 1', eid, at)
    let state = checkpoint === undefined ? null : (JSON.parse(checkpoint[1]) as EntityState)
    const since = rows<[number, number, number, string | null, string]>(
      'SELECT at, t, received_ms, held, json FROM record WHERE eid = ? AND at > ? AND at <= ? ORDER BY at',
      eid,
      checkpoint?.[0] ?? 0,
      at,
    )
    for (const [own, t, heardMs, held, json] of since) {
      if (state === null) {
        const [kind, id] = row<[string, string]>('SELECT name, id FROM entity JOIN kind ON kind.no = entity.kind WHERE eid = ?', eid)!
        state = createEntity(kind, id)
      }
      state = { ...overlaid(state, JSON.parse(json) as RecordJson, { t, heardMs, held }), lastAt: own }
    }
    return state
  }

  /** The number of the last record that was received by a time; 0: none. Numbers ascend with time, so halving finds it. */
  function lastAtBy(ms: number): number {
    let [low, high] = row<[number, number]>('SELECT COALESCE(MIN(at), 1), COALESCE(MAX(at), 0) FROM record')!
    let found = 0
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

  const cutAlarms = (query: HistoryQuery, found: readonly (readonly [isDisclosure: number, json: string])[]): Alarm[] => {
    const { alarm } = redactionOf(query.role)
    return found.flatMap(([isDisclosure, json]) => {
      const wire = isDisclosure === 1 ? disclosureToWire(JSON.parse(json) as KeptDisclosure) : toWire(JSON.parse(json) as KeptAlarm)
      const cut = wire && alarm(wire)
      return cut !== null && (query.kind === undefined || cut.kind === query.kind) && (query.id === undefined || cut.entity === query.id)
        ? [cut]
        : []
    })
  }

  function statePage(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'state' }> | null): HistoryPage {
    const at = lastAtBy(query.fromMs)
    const found: Row[] = []
    let next: { readonly kind: number; readonly id: string } | null = null
    let left = PAGE_ENTITIES
    for (const [no] of seenKinds(query)) {
      if (after !== null && no < after.kind) continue
      const from = after !== null && no === after.kind ? after.id : ''
      const [sql, values] = query.id === undefined ? ['', []] : [' AND id = ?', [query.id]]
      const page = rows<[number, string, string]>(
        `SELECT eid, id, json FROM entity WHERE kind = ? AND id > ?${sql} ORDER BY id LIMIT ?`,
        no,
        from,
        ...values,
        left,
      )
      for (const [eid, , json] of page) {
        const now = JSON.parse(json) as EntityState
        const state = now.lastAt <= at ? now : stateAt(eid, at)
        if (state !== null) found.push(...rowsOf(state))
      }
      left -= page.length
      if (left === 0) {
        next = { kind: no, id: page.at(-1)![1] }
        break
      }
    }
    let isFirst = after?.isFirst ?? true
    const write = (part: readonly Row[]): string => {
      const records = toColumns(part)
      if (!isFirst) return line(query, { records })
      isFirst = false
      const alarms = cutAlarms(query, standingAt(query.fromMs))
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
  const lastTransitionBy = (ms: number): number => row<[number]>('SELECT COALESCE(MAX(row), 0) FROM alarm_log WHERE at_ms <= ?', ms)![0]

  /** Alarms that stood, and how they stood. */
  const standingAt = (ms: number): [number, string][] =>
    rows<[string]>('SELECT id FROM alarm WHERE (ended_ms IS NULL OR ended_ms > ?) AND entered_ms <= ?', ms, ms).flatMap(([id]) =>
      rows<[number, string]>('SELECT is_disclosure, json FROM alarm_log WHERE alarm = ? AND at_ms <= ? ORDER BY row DESC LIMIT 1', id, ms),
    )

  function alarmPage(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'alarms' }>): HistoryPage {
    const page = rows<[number, number, number, string]>(
      `SELECT row, at_ms, is_disclosure, json FROM alarm_log WHERE row > ? ORDER BY row LIMIT ${PAGE_ROWS}`,
      after.row,
    )
    const asked = page.filter(([, atMs]) => atMs <= query.toMs)
    const alarms = cutAlarms(
      query,
      asked.map(([, , isDisclosure, json]) => [isDisclosure, json] as const),
    )
    const isLast = asked.length < PAGE_ROWS
    const lines: string[] = []
    const held = linesOf(lines, [...after.held, ...alarms], isLast, (part) => line(query, { alarms: part }))
    return {
      text: lines.join(''),
      next: isLast
        ? { part: 'track', t: query.fromMs, at: Number.MAX_SAFE_INTEGER, held: [] }
        : { part: 'alarms', row: page.at(-1)![0], held },
    }
  }

  function trackPage(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'track' }>): HistoryPage {
    const found = query.id === undefined ? tracksOfKinds(query, after) : trackOfOne(query, after)
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
  const BEHIND = '(t > ? OR (t = ? AND at > ?)) AND t >= ? AND t <= ?'
  const behind = ({ toMs }: HistoryQuery, { t, at }: { readonly t: number; readonly at: number }) => [t, t, at, t, toMs]

  function trackOfOne(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'track' }>): Found[] {
    const eid = seenKinds(query).length === 0 ? undefined : eidOf(query.kind!, query.id!)
    if (eid === undefined) return []
    return rows<Found>(
      `SELECT at, t FROM record WHERE eid = ? AND ${BEHIND} ORDER BY t, at LIMIT ${PAGE_ROWS}`,
      eid,
      ...behind(query, after),
    )
  }

  /** One range of the index for each kind and mask of which the role sees something; merged in a page. */
  function tracksOfKinds(query: HistoryQuery, after: Extract<HistoryCursor, { part: 'track' }>): Found[] {
    const found: Found[] = []
    for (const [no, name] of seenKinds(query)) {
      const seen = maskOf(query.role, kinds.get(name)!)
      for (const [mask] of rows<[number]>('SELECT mask FROM seen WHERE kind = ?', no))
        if ((mask & seen) !== 0)
          found.push(
            ...rows<Found>(
              `SELECT at, t FROM record WHERE kind = ? AND mask = ? AND ${BEHIND} ORDER BY t, at LIMIT ${PAGE_ROWS}`,
              no,
              mask,
              ...behind(query, after),
            ),
          )
    }
    return found.sort(([a, t], [b, u]) => t - u || a - b).slice(0, PAGE_ROWS)
  }

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
      `SELECT n, at_ms, is_disclosure, json FROM (SELECT * FROM alarm_log ORDER BY row DESC LIMIT ${LOG_ROWS}) ORDER BY row`,
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
    return [...entries.values()].sort((a, b) => a.n - b.n)
  }

  return {
    meta,
    load() {
      const entities = jsons<EntityState>('SELECT json FROM entity')
      return {
        streamId: meta('streamId') ?? '',
        n: number('n'),
        promisedMs: number('promisedMs'),
        records: row<[number]>('SELECT COALESCE(MAX(at), 0) FROM record')![0],
        awakeMs: number('awakeMs'),
        deafUntilMs: number('deafUntilMs'),
        entities: entities.sort((a, b) => a.heardMs - b.heardMs),
        memories: rows<[string, string, string, string]>(
          'SELECT kind.name, entity.id, rule, memory.json FROM memory JOIN entity ON entity.eid = memory.eid JOIN kind ON kind.no = entity.kind',
        ).map(([kind, id, rule, json]) => ({ kind, id, rule, memory: fromKept(JSON.parse(json) as KeptMemory) })),
        standing: jsons<KeptAlarm>('SELECT json FROM alarm WHERE ended_ms IS NULL AND is_disclosure = 0'),
        disclosures: jsons<KeptDisclosure>('SELECT json FROM alarm WHERE ended_ms IS NULL AND is_disclosure = 1'),
        log: loadLog(),
      }
    },
    known: (asked) => asked.map(knownOf),
    cold: (asked) => asked.map(coldOf),
    alarm: (id) => jsons<KeptAlarm>('SELECT json FROM alarm WHERE id = ? AND is_disclosure = 0', id)[0] ?? null,
    disclosure: (id) => jsons<KeptDisclosure>('SELECT json FROM alarm WHERE id = ? AND is_disclosure = 1', id)[0] ?? null,
    action(key) {
      const found = row<[string, string, number]>(
        'SELECT json, by, effective FROM action WHERE key = ? ORDER BY effective DESC, row LIMIT 1',
        key,
      )
      return found === undefined ? null : { action: JSON.parse(found[0]) as KeptAction['action'], by: found[1], effective: found[2] === 1 }
    },
    acknowledgedBy(alarm) {
      const json = row<[string]>('SELECT json FROM alarm WHERE id = ? AND is_disclosure = 0', alarm)?.[0]
      return json === undefined ? null : ((JSON.parse(json) as KeptAlarm).acknowledged?.by ?? null)
    },
    history,
    stateAt,
    audited: () =>
      rows<[number, string, string, string, string, string | null]>(
        'SELECT at_ms, who, role, what, kinds, subject FROM audit ORDER BY row',
      ).map(([atMs, who, role, what, kinds, subject]) => ({ atMs, who, role, what, kinds: JSON.parse(kinds) as string[], subject })),
  }
}

/** A kept record over what stood: what became newest by it, and nothing else. */
function overlaid(
  state: EntityState,
  record: RecordJson,
  { t, heardMs, held }: { readonly t: number; readonly heardMs: number; readonly held: string | null },
): EntityState {
  const carried = rowOf({ kind: state.kind, id: state.id, ...record }, heldOf(held, record), { t, heardMs, offMs: null })
  if (carried === null) return state
  const order: Omit<Owned<never>, 'value' | 'heardMs'> = { generation: -1, boot: -1, seq: -1, t }
  const { location, properties } = mergeRecord(state, carried, order, { isNewest: true, heardMs })
  return { ...state, location, properties, clock: { ...state.clock, offMs: record.clockOffMs ?? null } }
}
