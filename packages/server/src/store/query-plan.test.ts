import { CHECKPOINT_RECORDS } from '@twinmap/core/internal/intake/intake'
import { defineKind } from '@twinmap/core/internal/kind/define-kind'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import Database from 'libsql'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { BEGIN_MS, databaseFolder, type StoreTown, storeTown } from '../testing/store-town.ts'
import { openLibsqlReader } from './libsql.ts'
import type { HistoryCursor, HistoryQuery } from './store.ts'

// What a turn and a page cost is in proportion to what they ask: each statement goes by an index, and a history reads no record that
// its role may not see.
const label = { zh: '字', en: 'word' }
const band: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
    battery: { type: 'quantity', label, unit: '%', range: [0, 100] },
    name: { type: 'words', label, privacy: 'personal' },
    sos: { type: 'choice', label, values: { pressed: label } },
  },
  everyMs: 60_000,
  symbol: { shape: 'circle', glyph: 'x' },
  disclosures: { needsHelp: { label, category: 'health', priority: 1 } },
  alarms: {
    sos: { priority: 1, category: 'sos', text: label, when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true },
    fast: {
      priority: 1,
      category: 'health',
      text: label,
      when: { op: 'above', field: 'pulse', limit: 100, deadband: 5 },
      discloses: [{ roles: ['grid'], as: 'needsHelp' }],
    },
    silent: { priority: 2, category: 'facility', text: label, when: { op: 'silent' } },
  },
  card: [],
})
const KINDS = new Map([[band.kind, band]])
const STAMP = { streamId: 's', n: 1, serverTimeMs: 1 }
const folder = databaseFolder()
const file = folder.file()
/** Every statement that was prepared. */
const statements = new Set<string>()
/** How many rows each has read. */
const read = new Map<string, number>()
/** With what each was asked for all its rows last. */
const lastValues = new Map<string, readonly unknown[]>()
let town: StoreTown

beforeAll(async () => {
  const prepare = Database.prototype.prepare
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    const statement = prepare.call(this, sql) as Database.Statement<unknown[]>
    statements.add(sql)
    const note = (rows: number) => read.set(sql, (read.get(sql) ?? 0) + rows)
    const { all, get } = statement
    statement.all = (...values: unknown[]) => {
      const rows = all.apply(statement, values)
      lastValues.set(sql, values)
      note(rows.length)
      return rows
    }
    statement.get = (...values: unknown[]) => {
      const row = get.apply(statement, values)
      note(row === undefined ? 0 : 1)
      return row
    }
    return statement
  })
  town = await storeTown(file, KINDS)
  for (let i = 0; i < 20; i++) {
    town.pass(30_000)
    const record = (id: string, properties: object, seq = i) => ({ kind: 'Band', id, boot: 1, seq, t: town.now(), properties })
    await town.post([
      record('B-1', { pulse: 90 + i }),
      record('B-2', { battery: i }),
      record('B-3', { name: `n ${i}` }),
      record('B-4', { sos: 'pressed' }),
    ])
  }
})
afterAll(async () => {
  vi.restoreAllMocks()
  await town.close()
  folder.remove()
})

async function history(query: Omit<HistoryQuery, 'stamp'>): Promise<string> {
  let text = ''
  let after: HistoryCursor | null = null
  do {
    const page = await town.store.history({ ...query, stamp: STAMP }, after)
    text += page.text
    after = page.next
  } while (after !== null)
  return text
}

test('every statement of a turn, a page of history and a clearing goes by an index', async () => {
  // A turn with all that may occur: late and repeated records, actions of each sort, samples that are in the store alone.
  await town.restart()
  const t = town.now()
  await town.post([
    { kind: 'Band', id: 'B-1', boot: 1, seq: 19, t, properties: { pulse: 109 } },
    { kind: 'Band', id: 'B-1', boot: 1, seq: 3, t: t - 45_000, properties: { pulse: 91 } },
    { kind: 'Band', id: 'B-9', properties: { sos: 'pressed' } },
  ])
  const [alarm] = [...town.authority.state.standing.values()]
  const [disclosure] = [...town.authority.state.disclosures.values()]
  const key = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
  await town.act({ key: key(1), type: 'acknowledge', alarm: alarm!.id, count: alarm!.count, by: 'li' })
  await town.act({ key: key(2), type: 'take', alarm: disclosure!.id, by: 'li' })
  await town.act({ key: key(3), type: 'take', alarm: 'd~none', by: 'li' })
  await town.act({ key: key(4), type: 'acknowledge', alarm: 'a~none', count: 1, by: 'li' })
  await town.store.alarm(alarm!.id)
  for (const of of [{}, { kind: 'Band' }, { kind: 'Band', id: 'B-1' }])
    for (const role of Object.keys(SEES) as Role[]) await history({ role, fromMs: t - 200_000, toMs: t, ...of })
  await town.store.clear(town.now() - 300_000)

  const seen = [...statements].filter((sql) => !/^PRAGMA/.test(sql))
  // What a start reads whole: entities, memories, what stands, the newest of the log.
  statements.clear()
  const reader = openLibsqlReader(file, KINDS)
  reader.load()
  reader.close()
  const ofStart = new Set(statements)
  const other = new Database(file)
  const scans = seen
    .filter((sql) => !ofStart.has(sql))
    .flatMap((sql) =>
      (other.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        // One row for a kind, a rule, a sort of data; or what a statement has gathered itself.
        .filter((detail) => /SCAN/.test(detail) && !/SCAN (sort|seen|kind|progress|chain|CONSTANT ROW|sqlite_master)\b/.test(detail))
        .map((detail) => `${detail}: ${sql}`),
    )
  other.close()
  expect(seen.filter((sql) => !ofStart.has(sql)).length).toBeGreaterThan(40)
  // By their rowid, from one end, up to a limit.
  expect(scans.filter((scan) => !/ORDER BY (at|row) .*LIMIT/.test(scan))).toEqual([])
})

test('pages in order need no sorting of what they do not give', async () => {
  await history({ role: 'command', fromMs: 0, toMs: town.now() })
  await history({ role: 'command', kind: 'Band', id: 'B-1', fromMs: 0, toMs: town.now() })
  const other = new Database(file)
  const tracks = [...read.keys()].filter((sql) => /^SELECT (at, t FROM record|row FROM alarm_log)/.test(sql))
  expect(tracks.length).toBeGreaterThanOrEqual(3)
  for (const sql of tracks) {
    const plan = (other.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ')
    expect(`${sql}: ${plan}`).not.toMatch(/TEMP B-TREE/)
    expect(plan).toMatch(/USING (COVERING )?INDEX/)
  }
  other.close()
})

test('a history reads as many records as it gives, whatever is kept beside them', async () => {
  const counts: Record<string, readonly [read: number, given: number]> = {}
  for (const role of Object.keys(SEES) as Role[]) {
    read.clear()
    const text = await history({ role, fromMs: town.now(), toMs: town.now() + 1 })
    expect(text).not.toBe('')
    read.clear()
    const given = await history({ role, fromMs: town.now() - 290_000, toMs: town.now() })
    const track = given
      .split('\n')
      .slice(1)
      .flatMap((line) => (line === '' ? [] : ((JSON.parse(line) as { records?: { id: string[] }[] }).records ?? [])))
    const rows = (pattern: RegExp) => [...read].reduce((sum, [sql, count]) => sum + (pattern.test(sql) ? count : 0), 0)
    expect(rows(/^SELECT at, t FROM record/)).toBe(track.reduce((sum, { id }) => sum + id.length, 0))
    counts[role] = [rows(/record\.json FROM record JOIN entity/), track.reduce((sum, { id }) => sum + id.length, 0)]
    expect(counts[role][0]).toBe(counts[role][1])
  }
  // The public sees no pulse and no name, a grid officer no pulse.
  expect(counts['public']![1]).toBeLessThan(counts['grid']![1])
  expect(counts['grid']![1]).toBeLessThan(counts['command']![1])
})

test('a history reads no transition of an alarm that its role may not see', async () => {
  read.clear()
  await history({ role: 'public', fromMs: 0, toMs: town.now() + 60_000 })
  const ofPublic = [...read].filter(([sql]) => /FROM alarm_log JOIN sort/.test(sql)).reduce((sum, [, count]) => sum + count, 0)
  read.clear()
  const text = await history({ role: 'command', fromMs: 0, toMs: town.now() + 60_000 })
  const ofCommand = [...read].filter(([sql]) => /FROM alarm_log JOIN sort/.test(sql)).reduce((sum, [, count]) => sum + count, 0)
  expect(text).toContain('"fast"')
  expect(ofPublic).toBeLessThan(ofCommand)
  const other = new Database(file)
  const kept = (
    other.prepare("SELECT COUNT(*) FROM alarm_log JOIN sort ON sort.no = alarm_log.sort WHERE name IN ('sos', 'silent')").raw().get() as [
      number,
    ]
  )[0]
  other.close()
  expect(ofPublic).toBe(kept)
})

test('the state of a past time goes back over the records between two checkpoints at the most, however many came since', async () => {
  const chained = folder.file()
  const own = await storeTown(chained, KINDS)
  for (let seq = 0; seq < 10 * CHECKPOINT_RECORDS; seq++) {
    own.pass(1_000)
    await own.post([{ kind: 'Band', id: 'B-1', boot: 1, seq, t: own.now(), properties: { battery: seq % 100 } }])
  }
  lastValues.clear()
  // A record and a half behind a checkpoint, and far before the newest record.
  const fromMs = BEGIN_MS + (CHECKPOINT_RECORDS + 1) * 1_000 + 500
  await own.store.history({ role: 'command', kind: 'Band', id: 'B-1', fromMs, toMs: fromMs, stamp: STAMP }, null)
  const [sql, values] = [...lastValues].find(([each]) => /RECURSIVE chain/.test(each))!
  // The chain as it is gone back, with what lies behind the asked time; the last two values choose from it.
  const whole = sql.replace(/SELECT at, t,[\s\S]*$/, 'SELECT MIN(at), MAX(at), COUNT(*) FROM chain')
  const other = new Database(chained)
  expect(
    other
      .prepare(whole)
      .raw()
      .get(...values.slice(0, -2)),
  ).toEqual([CHECKPOINT_RECORDS + 1, 2 * CHECKPOINT_RECORDS, CHECKPOINT_RECORDS])
  other.close()
  await own.close()
})
