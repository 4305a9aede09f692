import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Role } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { fromColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import { person, streetlight, wristband } from '@twinmap/layers'
import Database from 'libsql'
import { afterAll, expect, test } from 'vitest'
import { databaseFolder, type StoreTown, storeTown } from '../testing/store-town.ts'
import { openLibsql } from './libsql.ts'
import { type MigrationProgress, migrate } from './migrate.ts'
import type { HistoryCursor, HistoryQuery } from './store.ts'

const folder = databaseFolder()
afterAll(folder.remove)
const KINDS = new Map<string, AnyKind>([wristband, streetlight, person].map((kind) => [kind.kind, kind]))
/** Written by the server before issue 15; W-1 was heard each ten minutes from 60 s after the oldest checkpoint on. */
const SQL = readFileSync(new URL('./fixtures/schema-1.sql', import.meta.url), 'utf8')
const CHECKPOINT_MS = 1_764_003_660_000
const EVERY_MS = 600_000
/** The machine's clock went back by an hour after the last record of W-1. */
const BACK_MS = CHECKPOINT_MS + 70 * EVERY_MS

function oldFile(): string {
  const file = folder.file()
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.exec(SQL)
  db.close()
  return file
}
const open = () => storeTown(oldFile(), KINDS)

async function historyOf(town: StoreTown, query: Omit<HistoryQuery, 'stamp'>) {
  const lines: Envelope[] = []
  let after: HistoryCursor | null = null
  do {
    const page = await town.store.history({ ...query, stamp: { streamId: 's', n: 1, serverTimeMs: 1 } }, after)
    for (const line of page.text.split('\n')) if (line !== '') lines.push(JSON.parse(line) as Envelope)
    after = page.next
  } while (after !== null)
  return lines
}
/** What stood of an entity at a time, by property. */
async function at(town: StoreTown, fromMs: number, id: string) {
  const [snapshot] = await historyOf(town, { role: 'command', kind: 'Wristband', id, fromMs, toMs: fromMs })
  const rows = fromColumns(snapshot!.records ?? [])
  return Object.assign({}, ...rows.map(({ properties, location }) => ({ ...properties, ...(location && { location }) }))) as Record<
    string,
    unknown
  >
}

test('the fixture has rows in every table', () => {
  for (const table of ['meta', 'record', 'entity', 'memory', 'alarm', 'alarm_log', 'action', 'checkpoint', 'checkpoint_n', 'audit'])
    expect(SQL).toContain(`INSERT INTO ${table} VALUES`)
})

test('keeps stream, state and alarms with their ids', async () => {
  const town = await open()
  const loaded = await town.store.load()
  expect(loaded.streamId).toBe('7c1e')
  expect(loaded.memories).toEqual([])
  const states = new Map(loaded.entities.map((each) => [each.id, each]))
  expect([...states.keys()].sort()).toEqual(['L-1', 'P-1', 'W old', 'W-1', 'W-2', 'W-3', 'W-4', 'W-5', 'W-gone'])
  expect(states.get('W-1')).toMatchObject({
    heardMs: CHECKPOINT_MS + 70 * EVERY_MS,
    count: { generation: 0, boot: 1, seq: 71, highestBoot: 1, highestSeq: 71 },
    kept: 71,
    location: { value: [117.83, 37.25, 7.5] },
    properties: {
      name: { value: '张桂兰 "👵"' },
      battery: { value: 30, heardMs: CHECKPOINT_MS + 69 * EVERY_MS },
      heartRate: { value: 71, boot: 1, seq: 71 },
    },
  })
  expect(loaded.standing.map(({ id, entity, rule, state, count }) => `${id} ${entity} ${rule} ${state} ${count}`).sort()).toEqual(
    [
      'a-1 W old batteryLow unacknowledged 1',
      'a-3 W-2 sos unacknowledged 2',
      'a-4 W-3 heartRateCritical unacknowledged 1',
      'a-5 W-4 bloodPressureCritical acknowledged 1',
      'a-6 W-4 bloodPressureHigh unacknowledged 1',
      'a-7 W-4 bloodPressureNotice unacknowledged 1',
      'a-9 W-1 silent unacknowledged 1',
      'a-10 W old silent unacknowledged 1',
      'a-11 W-gone silent unacknowledged 1',
      'a-12 W-2 silent returned-unacknowledged 1',
      'a-13 W-3 silent returned-unacknowledged 1',
      'a-14 W-4 silent returned-unacknowledged 1',
      'a-15 W-5 silent unacknowledged 1',
    ].sort(),
  )
  await town.close()
})

test('times of commits rise, also where the clock of the machine had gone back, and the log goes on from there', async () => {
  const town = await open()
  const times = town.began.map(({ atMs }) => atMs)
  expect(town.began.at(-1)?.n).toBe(88)
  for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1]!)
  const ns = town.began.map(({ n }) => n)
  expect(ns).toEqual([...ns].sort((a, b) => a - b))
  const { promisedMs } = await town.store.load()
  expect(promisedMs).toBe(times.at(-1))
  await town.post([{ kind: 'Streetlight', id: 'L-1', properties: {} }])
  expect(town.told[0]).toMatchObject({ n: 89 })
  expect(town.told[0]!.atMs).toBeGreaterThan(promisedMs)
  await town.close()
})

test('alarms know when they were heard last, and which still escalate', async () => {
  const town = await open()
  const { store } = town
  expect(await store.alarm('a-1')).toMatchObject({ heardMs: 1_764_000_000_000, escalatesAtMs: null })
  // Its second press was heard in the commit after the first; then it escalated, which is no occurrence.
  const pressed = town.began.filter(({ alarms }) => alarms.some(({ id, escalated }) => id === 'a-3' && !escalated)).map(({ atMs }) => atMs)
  expect(pressed.length).toBe(2)
  expect(await store.alarm('a-3')).toMatchObject({ heardMs: pressed[1], escalated: true, escalatesAtMs: null, count: 2 })
  expect(await store.alarm('a-5')).not.toHaveProperty('sinceMs')
  await town.close()
  // One that waits for its escalation.
  const file = oldFile()
  const db = new Database(file)
  db.exec(`UPDATE alarm_log SET json = replace(json, '"escalated":true', '"escalated":false')`)
  db.close()
  const again = await storeTown(file, KINDS)
  expect(await again.store.alarm('a-3')).toMatchObject({ escalatesAtMs: 1_764_042_060_000 + 60_000 })
  await again.tick()
  expect(await again.store.alarm('a-3')).toMatchObject({ escalated: true, escalatesAtMs: null })
  await again.close()
})

test('the history of each time stays, with what forgotten records had said', async () => {
  const town = await open()
  const of = { name: '张桂兰 "👵"', wearer: 'P-1', location: [117.83, 37.25, 7.5] }
  expect(await at(town, CHECKPOINT_MS - 1, 'W-1')).toEqual({})
  expect(await at(town, CHECKPOINT_MS, 'W-1')).toEqual({ ...of, battery: 90 })
  expect(await at(town, CHECKPOINT_MS + 9 * EVERY_MS, 'W-1')).toEqual({ ...of, battery: 90, heartRate: 70 })
  expect(await at(town, CHECKPOINT_MS + 9 * EVERY_MS - 1, 'W-1')).toMatchObject({ heartRate: 69 })
  // A late record of a property of which no newer one had spoken, in the next commit of the same millisecond.
  expect(await at(town, CHECKPOINT_MS + 39 * EVERY_MS + 1, 'W-1')).toMatchObject({ steps: 30, heartRate: 60, battery: 60 })
  // On both sides of a checkpoint of 64 records.
  for (let i = 60; i <= 70; i++)
    expect(await at(town, CHECKPOINT_MS + i * EVERY_MS, 'W-1')).toMatchObject({ ...of, heartRate: 60 + ((i + 1) % 20) })
  // Of which no record is kept.
  expect(await at(town, CHECKPOINT_MS + 1, 'W old')).toEqual({ battery: 11, location: [117.831, 37.251, 7.5] })
  expect(await at(town, BACK_MS, 'W-gone')).toEqual({ sos: 'released' })
  await town.close()
})

test('the track has each record once, and roles see of it what they may', async () => {
  const town = await open()
  const idsOf = async (role: Role) => {
    const [, ...lines] = await historyOf(town, { role, fromMs: CHECKPOINT_MS - 3 * 3_600_000, toMs: BACK_MS + 86_400_000 })
    return lines.flatMap(({ records = [] }) => fromColumns(records)).map(({ id }) => id)
  }
  const command = await idsOf('command')
  expect(command.filter((id) => id === 'W-1').length).toBe(71)
  expect(command.length).toBe(81)
  // Not a pulse nor a blood pressure: batteries, presses, and where one walks.
  expect((await idsOf('grid')).length).toBe(10 + 4 + 1)
  expect(await idsOf('public')).toEqual([])
  const [snapshot] = await historyOf(town, { role: 'command', fromMs: BACK_MS, toMs: BACK_MS })
  expect(snapshot!.alarms!.map(({ id }) => id)).toEqual(['a-1'])
  await town.close()
})

test('those to whom a standing alarm is disclosed go on being told of it', async () => {
  const town = await open()
  const { disclosures } = await town.store.load()
  expect(disclosures.map(({ entity, as, state }) => `${entity} ${as} ${state}`).sort()).toEqual([
    'W-3 needsHelp open',
    'W-4 needsHelp open',
  ])
  const [snapshot] = await historyOf(town, { role: 'grid', fromMs: town.began.at(-1)!.atMs, toMs: town.began.at(-1)!.atMs })
  expect(snapshot!.alarms!.flatMap(({ as, entity }) => (as === null ? [] : [entity])).sort()).toEqual(['W-3', 'W-4'])
  await town.close()
})

test('actions and the audit stay', async () => {
  const town = await open()
  const key = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
  expect(await town.store.action(key(2))).toMatchObject({
    by: 'wang',
    effective: true,
    action: { key: key(2), type: 'acknowledge', alarm: 'a-5' },
  })
  expect(await town.store.action(key(3))).toMatchObject({ by: 'wang', effective: false })
  expect(await town.store.acknowledgedBy('a-8')).toBe('li')
  expect(await town.act({ key: key(4), type: 'acknowledge', alarm: 'a-8', count: 1, by: 'wang' })).toEqual({
    key: key(4),
    state: 'done',
    by: 'li',
  })
  expect(await town.act({ key: key(4), type: 'acknowledge', alarm: 'a-1', count: 1, by: 'wang' })).toMatchObject({
    error: { code: 'key-reused' },
  })
  expect(await town.store.audited()).toMatchObject([{ who: 'li', role: 'care', what: 'history', kinds: ['Wristband'], subject: 'W-1' }])
  await town.close()
})

test('the server goes on: repeats are known, alarms grow and end, and nothing else is raised or ended', async () => {
  const town = await open()
  town.pass(10 * 3_600_000 + 40 * 60_000)
  const band = (id: string, seq: number, properties: object, t = town.now()) => ({ kind: 'Wristband', id, boot: 1, seq, t, properties })
  expect(await town.post([band('W-1', 71, { heartRate: 71 }, 1_764_045_660_000)])).toMatchObject({ accepted: 0, repeated: 1 })
  // A repeat says nothing new, but that the band lives.
  expect(town.told).toMatchObject([{ rows: [], heard: [{ id: 'W-1' }], alarms: [{ id: 'a-9', state: 'returned-unacknowledged' }] }])
  await town.post([band('W-2', 4, { sos: 'pressed' })])
  expect(await town.store.alarm('a-3')).toMatchObject({ count: 3, state: 'unacknowledged' })
  // Back to normal: what was acknowledged ends, what was not waits for it; a band that is heard is silent no more.
  await town.post([band('W-4', 3, { systolic: 120, diastolic: 70 })])
  const stateOf = async (id: string) => (await town.store.alarm(id))?.state
  expect(await Promise.all(['a-5', 'a-6', 'a-7'].map(stateOf))).toEqual(['normal', 'returned-unacknowledged', 'returned-unacknowledged'])
  await town.post([band('W-1', 72, { heartRate: 70 })])
  expect(await Promise.all(['a-9', 'a-10', 'a-1'].map(stateOf))).toEqual(['returned-unacknowledged', 'unacknowledged', 'unacknowledged'])
  expect((await town.store.load()).disclosures.map(({ entity }) => entity)).toEqual(['W-3'])
  await town.restart()
  expect(await Promise.all(['a-3', 'a-5', 'a-9'].map(stateOf))).toEqual(['unacknowledged', 'normal', 'returned-unacknowledged'])
  await town.close()
})

/** All rows of a file, and its indexes. */
function rowsOf(file: string): unknown[] {
  const db = new Database(file)
  const all = (sql: string) => db.prepare(sql).raw().all() as unknown[][]
  const schema = all('SELECT name, sql FROM sqlite_master ORDER BY name')
  const rows = all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").map(([table]) =>
    all(`SELECT * FROM ${String(table)} ORDER BY 1, 2`),
  )
  db.close()
  return [schema, rows]
}

test('a crash in the middle leaves the old file as it was, for the old server or for another try', async () => {
  const file = oldFile()
  const before = rowsOf(file)
  const image = folder.file()
  const insideTransaction = () => {
    // As a power cut would leave it.
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, image + end)
    throw new Error('the process is killed')
  }
  expect(() => openLibsql({ file, streamId: 's', kinds: KINDS, insideTransaction })).toThrow(
    expect.objectContaining({ code: 'store-failed', message: expect.stringContaining(file) as string }),
  )
  expect(rowsOf(file)).toEqual(before)
  expect(rowsOf(image)).toEqual(before)
  for (const each of [file, image]) {
    const town = await storeTown(each, KINDS)
    expect(await at(town, BACK_MS, 'W-1')).toMatchObject({ heartRate: 71 })
    await town.close()
  }
})

test('nothing of schema 1 is left, and the next start migrates nothing', async () => {
  const file = oldFile()
  const { close, load } = openLibsql({ file, streamId: 's', kinds: KINDS })
  const before = load()
  close()
  const names = (rowsOf(file)[0] as [string][]).map(([name]) => name)
  expect(names.filter((name) => /^old_|checkpoint_n|alarm_standing/.test(name))).toEqual([])
  const told: MigrationProgress[] = []
  const again = openLibsql({ file, streamId: 's', kinds: KINDS, migrating: (progress) => told.push(progress) })
  expect(again.load()).toEqual(before)
  again.close()
  expect(told).toEqual([])
})

test('tells each two seconds how far it is, and reads a large file in parts', () => {
  const file = oldFile()
  const db = new Database(file)
  const [count, part] = [9_000, 2_000]
  db.exec('BEGIN')
  const add = db.prepare('INSERT INTO record (kind, id, identity, t, n, received_ms, json) VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (let i = 0; i < count; i++) {
    const record = { kind: 'Wristband', id: 'W-1', boot: 2, seq: i, t: BACK_MS + i, properties: { battery: i % 100 } }
    add.run('Wristband', 'W-1', `2.${i}`, record.t, 100 + i, record.t, JSON.stringify(record))
  }
  db.exec('COMMIT')
  const prepare = db.prepare.bind(db)
  let most = 0
  db.prepare = ((sql: string) => {
    const statement = prepare(sql) as Database.Statement<unknown[]>
    const all = statement.all.bind(statement)
    statement.all = (...values: unknown[]) => {
      const rows = all(...values)
      most = Math.max(most, rows.length)
      return rows
    }
    return statement
  }) as typeof db.prepare
  const told: MigrationProgress[] = []
  let ms = 0
  migrate(db, { kinds: KINDS, migrating: (progress) => told.push(progress), monotonicMs: () => ms++ })
  db.close()
  expect(most).toBe(part)
  expect(told.length).toBe(Math.floor((count + 81 + 22) / 2_000))
  for (const { moved, of } of told) expect([moved % 2_000 < 10, of]).toEqual([true, count + 81 + 22])
})

test('records of a kind that is declared no more are kept, and seen by nobody', async () => {
  const town = await storeTown(oldFile(), new Map([[streetlight.kind, streetlight]]))
  const loaded = await town.store.load()
  expect(loaded.entities.length).toBe(9)
  const lines = await historyOf(town, { role: 'command', fromMs: BACK_MS, toMs: BACK_MS + 86_400_000 })
  expect(lines.flatMap(({ records = [] }) => fromColumns(records)).map(({ kind }) => kind)).not.toContain('Wristband')
  await town.close()
})

test('each transition of an alarm in schema 1 is told by a history, once and in its order', async () => {
  const file = oldFile()
  const db = new Database(file)
  const kept = (db.prepare('SELECT json FROM alarm_log ORDER BY row').raw().all() as [string][]).map(([json]) => JSON.parse(json) as Alarm)
  const stood = (db.prepare('SELECT json FROM alarm ORDER BY id').raw().all() as [string][]).map(([json]) => JSON.parse(json) as Alarm)
  db.close()
  const brief = ({ id, entity, rule, state, priority, count, raisedMs, clearedMs, escalated }: Alarm) =>
    ({ id, entity, rule, state, priority, count, raisedMs, clearedMs, escalated }) as const
  const town = await storeTown(file, KINDS)
  const [, ...lines] = await historyOf(town, { role: 'command', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER })
  const told = lines.flatMap(({ alarms = [] }) => alarms).filter(({ as }) => as === null)
  expect(told.map(brief)).toEqual(kept.map(brief))
  for (const each of stood) expect(await town.store.alarm(each.id)).toMatchObject(brief(each))
  await town.close()
})

/** A town on a file of schema 1 after a statement; it is opened twice, so that what the migration wrote is read. */
async function openedAfter(sql: string): Promise<StoreTown> {
  const file = oldFile()
  const db = new Database(file)
  db.exec(sql)
  db.close()
  const town = await storeTown(file, KINDS)
  await town.restart()
  return town
}
const ALL_BUT_META = ['record', 'entity', 'memory', 'alarm', 'alarm_log', 'action', 'checkpoint', 'checkpoint_n', 'audit']

test('a database of schema 1 in which nothing was kept yet takes its first record', async () => {
  const town = await openedAfter(
    `${ALL_BUT_META.map((table) => `DELETE FROM ${table};`).join('')} DELETE FROM meta WHERE name NOT IN ('schema', 'streamId')`,
  )
  const loaded = await town.store.load()
  expect(loaded).toMatchObject({ streamId: '7c1e', n: 0, records: 0, entities: [], standing: [], disclosures: [], log: [] })
  expect(await town.post([{ kind: 'Streetlight', id: 'L-1', properties: {} }])).toMatchObject({ accepted: 1 })
  expect(town.told.at(-1)).toMatchObject({ n: 1 })
  await town.close()
})

test('a database of schema 1 that is younger than its first checkpoint goes over with all of its history', async () => {
  const town = await openedAfter('DELETE FROM checkpoint; DELETE FROM checkpoint_n')
  // No record before the first that is kept was forgotten, so nothing stood before it.
  const [first] = (await historyOf(town, { role: 'command', kind: 'Wristband', id: 'W-1', fromMs: 0, toMs: BACK_MS }))
    .slice(1)
    .flatMap(({ records = [] }) => fromColumns(records))
  expect(await at(town, first!.heardMs - 1, 'W-1')).toEqual({})
  expect(await at(town, first!.heardMs, 'W-1')).toMatchObject({ heartRate: 62 })
  await town.close()
})

test('a database of schema 1 of which all records are forgotten shows what its checkpoints say, and counts on', async () => {
  // As the hourly clearing of that server left it, long after the last record.
  const clearedMs = 1_765_000_000_000
  const town = await openedAfter(
    `DELETE FROM record; DELETE FROM checkpoint; DELETE FROM checkpoint_n; INSERT INTO checkpoint_n VALUES (${clearedMs}, 87);
     INSERT INTO checkpoint SELECT ${clearedMs}, kind, id, json FROM entity; UPDATE meta SET value = '${clearedMs}' WHERE name = 'awakeMs'`,
  )
  expect(await at(town, clearedMs - 1, 'W-1')).toEqual({})
  expect(await at(town, clearedMs, 'W-1')).toMatchObject({ name: '张桂兰 "👵"', heartRate: 71 })
  const { records } = await town.store.load()
  await town.post([{ kind: 'Wristband', id: 'W-1', boot: 9, seq: 1, t: town.now(), properties: { heartRate: 65 } }])
  expect(town.commits.at(-1)!.changes.records.map((kept) => kept.at)).toEqual([records + 1])
  expect(await at(town, town.commits.at(-1)!.changes.nowMs, 'W-1')).toMatchObject({ name: '张桂兰 "👵"', heartRate: 65 })
  await town.close()
})

test('an entity with many records has checkpoints after the migration, so that no history reads them all', () => {
  const file = oldFile()
  openLibsql({ file, streamId: 's', kinds: KINDS }).close()
  const db = new Database(file)
  const found = db
    .prepare("SELECT COUNT(*), MAX(checkpoint.at) FROM checkpoint JOIN entity ON entity.eid = checkpoint.eid WHERE id = 'W-1'")
    .raw()
    .get() as [number, number]
  // What its first checkpoint in schema 1 said, and the one after 64 records.
  const [after64] = db
    .prepare("SELECT record.at FROM record JOIN entity ON entity.eid = record.eid WHERE id = 'W-1' ORDER BY record.at LIMIT 1 OFFSET 63")
    .raw()
    .get() as [number]
  expect(found).toEqual([2, after64])
  db.close()
})

test('the time that is promised lies at or after the last commit, also where the old server noted an earlier one', async () => {
  const town = await openedAfter("UPDATE meta SET value = '1764042000000' WHERE name = 'awakeMs'")
  const lastMs = Math.max(...town.began.map(({ atMs }) => atMs))
  expect(town.began.at(-1)!.atMs).toBe(lastMs)
  expect((await town.store.load()).promisedMs).toBeGreaterThanOrEqual(lastMs)
  await town.post([{ kind: 'Streetlight', id: 'L-1', properties: {} }])
  expect(town.told.at(-1)!.atMs).toBeGreaterThan(lastMs)
  await town.close()
})

test('records from before the oldest checkpoint stand without what it says: it was said later', async () => {
  // The oldest checkpoint is then that of commit 44, which came in the millisecond of 43.
  const town = await openedAfter(
    `DELETE FROM checkpoint WHERE at_ms = ${CHECKPOINT_MS}; DELETE FROM checkpoint_n WHERE at_ms = ${CHECKPOINT_MS}`,
  )
  const ofMs = CHECKPOINT_MS + 39 * EVERY_MS
  expect(await at(town, ofMs, 'W-1')).toEqual({ heartRate: 60, battery: 60 })
  expect(await at(town, ofMs + 1, 'W-1')).toMatchObject({ name: '张桂兰 "👵"', heartRate: 60, steps: 30 })
  expect(await at(town, ofMs + EVERY_MS, 'W-1')).toMatchObject({ name: '张桂兰 "👵"', heartRate: 61 })
  await town.close()
})

test('numbers order records only where both are there, and 0 is a number', async () => {
  const afterMs = BACK_MS + 86_400_000
  const add = (row: number, numbers: object, t: number, properties: object) => {
    const json = JSON.stringify({ kind: 'Wristband', id: 'W-1', ...numbers, t, properties })
    return `INSERT INTO record VALUES (${row}, 'Wristband', 'W-1', '${row}', ${t}, ${row}, ${afterMs + row}, '${json}');`
  }
  // What stood last is (1, 71) of BACK_MS, with a heart rate of 71. One more comes after, so that its time is one of the past.
  const shown = async (numbers: object, t: number) => {
    const town = await openedAfter(add(200, numbers, t, { heartRate: 200 }) + add(201, {}, afterMs, { battery: 1 }))
    const { heartRate } = await at(town, afterMs + 200, 'W-1')
    await town.close()
    return heartRate
  }
  expect(await shown({ boot: 1, seq: 72 }, BACK_MS - 1)).toBe(200)
  expect(await shown({ boot: 1, seq: 0 }, BACK_MS + 1)).toBe(71)
  expect(await shown({ boot: 0, seq: 99 }, BACK_MS + 1)).toBe(71)
  for (const numbers of [{}, { boot: 9 }, { seq: 99 }])
    expect([await shown(numbers, BACK_MS - 1), await shown(numbers, BACK_MS + 1)]).toEqual([71, 200])
})
