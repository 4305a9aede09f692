import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toKept } from '@twinmap/core/internal/alarms/judge'
import { defineKind } from '@twinmap/core/internal/kind/define-kind'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { hashOf } from '@twinmap/core/internal/record/identity'
import fc from 'fast-check'
import Database from 'libsql'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { actionOf, rawOf, SCRIPT_KINDS, script } from '../../../../test/intake-script.ts'
import { property } from '../../../../test/property.ts'
import { BEGIN_MS, databaseFolder, type StoreTown, storeTown } from '../testing/store-town.ts'
import { rowsOfCommit } from './commit-rows.ts'
import { openInThread } from './in-thread.ts'
import { mustBeFree, openLibsql, openLibsqlReader } from './libsql.ts'
import { LOG_ROWS } from './read.ts'
import type { Commit, LogEntry } from './store.ts'

const folder = databaseFolder()
afterAll(folder.remove)
afterEach(() => vi.restoreAllMocks())

const label = { zh: '字', en: 'word' }
const note: AnyKind = defineKind({
  kind: 'Note',
  label,
  fields: {
    text: { type: 'words', label },
    level: { type: 'quantity', label, unit: 'm', range: [-1e300, 1e300] },
    door: { type: 'choice', label, values: { open: label, shut: label } },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    pressed: { priority: 1, category: 'sos', text: label, when: { op: 'is', field: 'door', value: 'open' }, latch: true },
    high: { priority: 2, category: 'facility', text: label, when: { op: 'above', field: 'level', limit: 9, deadband: 1 } },
  },
  card: [],
})
const KINDS = new Map([...SCRIPT_KINDS, [note.kind, note]])
const open = () => storeTown(folder.file(), KINDS)
const noteOf = (id: string, properties: object, more: object = {}) => ({ kind: 'Note', id, properties, ...more })

/** Commits of a town, without a database of their own. */
async function commitsOf(run: (town: StoreTown) => Promise<void>): Promise<readonly Commit[]> {
  const town = await open()
  await run(town)
  await town.close()
  return town.commits
}
const oneRecord = () =>
  commitsOf(async (town) => {
    for (let i = 1; i <= 3; i++) {
      town.pass(1_000)
      await town.post([noteOf('N-1', { level: i }, { boot: 1, seq: i, t: town.now() })])
    }
  })

/** What a server must know, as plain data in an order that does not depend on the database. */
async function wholeOf(town: StoreTown) {
  const { entities, memories, standing, disclosures, ...rest } = await town.store.load()
  const sorted = <T>(all: readonly T[]) => [...all].map((each) => JSON.stringify(each)).sort()
  return { ...rest, entities: sorted(entities), memories: sorted(memories), standing: sorted(standing), disclosures: sorted(disclosures) }
}

property(
  'gives back what was committed, after it was closed and opened again',
  [script(10)],
  async (steps) => {
    const town = await open()
    for (const { gap, step } of steps) {
      town.pass(gap)
      if (step.do === 'tick') await town.tick()
      else if (step.do === 'post') await town.post(step.records.map((record) => rawOf(record, town.now())))
      else {
        const { standing, disclosures } = town.authority.state
        const action = actionOf(step, standing.values(), disclosures.values(), town.now() - BEGIN_MS)
        if (action !== null) await town.act(action)
      }
    }
    const last = town.commits.at(-1)
    await town.authority.close()
    const before = await wholeOf(town)
    await town.restart()
    expect(await wholeOf(town)).toEqual(before)
    const { state } = town.authority
    expect(before).toMatchObject({ n: town.commits.length, records: state.records, deafUntilMs: state.deafUntilMs })
    expect(before.promisedMs).toBeGreaterThanOrEqual(last?.changes.nowMs ?? 0)
    // The newest of each, by the commits alone.
    const entities = new Map<string, string>()
    const standing = new Map<string, string>()
    const disclosures = new Map<string, string>()
    const memories = new Map<string, string>()
    for (const { changes } of town.commits) {
      for (const each of changes.entities) entities.set(JSON.stringify([each.kind, each.id]), JSON.stringify(each))
      for (const { kind, id, rule, memory } of changes.memories)
        memories.set(JSON.stringify([kind, id, rule]), JSON.stringify([kind, id, rule, toKept(memory)]))
      for (const each of changes.alarms) each.state === 'normal' ? standing.delete(each.id) : standing.set(each.id, JSON.stringify(each))
      for (const each of changes.disclosures)
        each.state === 'ended' ? disclosures.delete(each.id) : disclosures.set(each.id, JSON.stringify(each))
    }
    expect(before.entities).toEqual([...entities.values()].sort())
    expect(before.standing).toEqual([...standing.values()].sort())
    expect(before.disclosures).toEqual([...disclosures.values()].sort())
    const loaded = await town.store.load()
    expect(loaded.memories.map(({ kind, id, rule, memory }) => JSON.stringify([kind, id, rule, toKept(memory)])).sort()).toEqual(
      [...memories.values()].sort(),
    )
    // The log has what a commit told; who was heard without a row is not kept.
    const told = town.commits.map(({ n, changes: { nowMs, rows, alarms, disclosures } }) => ({
      n,
      atMs: nowMs,
      rows,
      heard: [],
      alarms,
      disclosures,
    }))
    const isTold = ({ rows, alarms, disclosures }: (typeof told)[number] | LogEntry) => rows.length + alarms.length + disclosures.length > 0
    expect(loaded.log.filter(isTold)).toEqual(told.filter(isTold))
    await town.close()
  },
  { runs: 150, timeoutMs: 60_000 },
)

const character = fc.constantFrom(
  'a',
  'Z',
  ' ',
  '\n',
  '\t',
  '"',
  "'",
  '\\',
  '%',
  ';',
  '桂',
  '👵🏽',
  '\u05e9',
  '\u202e',
  '\ufeff',
  'é',
  '\u0301',
  '--',
  '\u{10ffff}',
)
const words = fc.array(character, { minLength: 1, maxLength: 20 }).map((all) => all.join(''))
property(
  'text comes back as it was sent: in values and in ids, with line feeds, emoji, quotes, from right to left',
  [fc.uniqueArray(words, { minLength: 1, maxLength: 6 }), words],
  async (ids, text) => {
    const town = await open()
    const { records } = checkBatch(
      ids.map((id) => noteOf(id, { text, door: 'open' })),
      KINDS,
    )
    await town.authority.ingest('gateway "1"', records)
    await town.restart()
    const { entities, standing, log } = await town.store.load()
    const kept = records.map(({ record }) => record.id).sort()
    expect(entities.map(({ id }) => id).sort()).toEqual(kept)
    for (const { properties } of entities) expect(properties['text']?.value).toBe(text)
    expect(standing.map(({ entity }) => entity).sort()).toEqual(kept)
    expect(log.flatMap(({ rows }) => rows.map(({ id }) => id)).sort()).toEqual(kept)
    // And is found again by it.
    const asked = records.map(({ record, hash }) => ({ kind: 'Note', id: record.id, numbers: null, hash }))
    expect((await town.store.known(asked)).map(({ same }) => same?.source)).toEqual(asked.map(() => 'gateway "1"'))
    await town.close()
  },
  { runs: 60 },
)

test('keeps nothing of a commit that fails, and takes the next', async () => {
  const commits = await oneRecord()
  const store = openLibsql({ file: folder.file(), streamId: 's-1', kinds: KINDS })
  store.append(rowsOfCommit(commits[0]!))
  const before = store.load()
  const bad = rowsOfCommit(commits[1]!)
  expect(() => store.append({ ...bad, records: [...bad.records, ...bad.records] })).toThrow(
    expect.objectContaining({ code: 'store-refused', details: { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' } }),
  )
  expect(store.load()).toEqual(before)
  expect(store.known([{ kind: 'Note', id: 'N-1', numbers: [1, 2], hash: commits[1]!.changes.records[0]!.hash }])[0]).toEqual({
    same: null,
    usedIn: [],
  })
  store.append(rowsOfCommit(commits[1]!))
  store.append(rowsOfCommit(commits[2]!))
  expect(store.load()).toMatchObject({ n: 3, records: 3, log: [{ n: 1 }, { n: 2 }, { n: 3 }] })
  store.close()
})

test('an entity that a failed commit had brought is brought again by the next', async () => {
  const commits = await oneRecord()
  const store = openLibsql({ file: folder.file(), streamId: 's-1', kinds: KINDS })
  const rows = rowsOfCommit(commits[0]!)
  expect(() => store.append({ ...rows, memories: [{ kind: 'Note', id: 'nobody', rule: 'high', json: '{}' }] })).toThrow(
    'nobody has no row of its own',
  )
  expect(store.load().entities).toEqual([])
  store.append(rows)
  expect(store.load().entities.map(({ id }) => id)).toEqual(['N-1'])
  store.close()
})

test('what the machine is to blame for is told apart from what the database refuses', async () => {
  const commits = await oneRecord()
  for (const [code, told] of [
    ['SQLITE_FULL', 'store-failed'],
    ['SQLITE_IOERR_WRITE', 'store-failed'],
    ['SQLITE_READONLY', 'store-failed'],
    ['SQLITE_BUSY', 'store-failed'],
    ['SQLITE_CORRUPT', 'store-failed'],
    ['SQLITE_TOOBIG', 'store-refused'],
    ['SQLITE_CONSTRAINT_NOTNULL', 'store-refused'],
    ['SQLITE_MISMATCH', 'store-refused'],
  ]) {
    let fails = true
    const store = openLibsql({
      file: folder.file(),
      streamId: 's',
      kinds: KINDS,
      insideTransaction: () => {
        if (fails) throw Object.assign(new Error('as the engine says'), { code })
      },
    })
    expect(() => store.append(rowsOfCommit(commits[0]!))).toThrow(expect.objectContaining({ code: told }))
    expect(() => store.promise({ awakeMs: 1, promisedMs: 1, deafUntilMs: 1 })).toThrow(expect.objectContaining({ code: told }))
    expect(store.load()).toMatchObject({ n: 0, records: 0, entities: [], promisedMs: 0 })
    fails = false
    store.append(rowsOfCommit(commits[0]!))
    store.close()
  }
})

test('a disk that is full fails a commit, keeps what was there, and takes the batch once there is room', async () => {
  const store = openLibsql({ file: folder.file(), streamId: 's', kinds: KINDS })
  // The engine's own limit of pages stands for the disk's.
  const limit = Database.prototype.exec
  let db: Database.Database | undefined
  vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, sql: string) {
    db = this
    return limit.call(this, sql)
  })
  const commits = await commitsOf(async (town) => {
    await town.post(Array.from({ length: 600 }, (_, i) => noteOf(`N-${i}`, { text: 'x'.repeat(400) })))
    await town.post([noteOf('N-last', { level: 10 })])
  })
  store.promise({ awakeMs: 1, promisedMs: 1, deafUntilMs: 0 })
  const pages = (db!.prepare('PRAGMA page_count').raw().get() as [number])[0]
  db!
    .prepare(`PRAGMA max_page_count = ${pages + 20}`)
    .raw()
    .get()
  expect(() => store.append(rowsOfCommit(commits[0]!))).toThrow(expect.objectContaining({ code: 'store-failed' }))
  expect(store.load()).toMatchObject({ n: 0, records: 0, promisedMs: 1 })
  db!.prepare('PRAGMA max_page_count = 1000000').raw().get()
  store.append(rowsOfCommit(commits[0]!))
  expect(store.load()).toMatchObject({ n: 1, records: 600 })
  store.close()
})

test('a database that became read-only fails each call that writes, and takes a commit once it may be written again', async () => {
  const commits = await oneRecord()
  const prepare = Database.prototype.prepare
  let db: Database.Database | undefined
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    if (/INSERT INTO record/.test(sql)) db = this
    return prepare.call(this, sql)
  })
  const store = openLibsql({ file: folder.file(), streamId: 's', kinds: KINDS })
  db!.pragma('query_only = ON')
  const isTheMachines = expect.objectContaining({ code: 'store-failed', details: { code: 'SQLITE_READONLY' } })
  expect(() => store.append(rowsOfCommit(commits[0]!))).toThrow(isTheMachines)
  expect(() => store.promise({ awakeMs: 1, promisedMs: 1, deafUntilMs: 1 })).toThrow(isTheMachines)
  expect(() => store.clear(Number.MAX_SAFE_INTEGER)).toThrow(isTheMachines)
  db!.pragma('query_only = OFF')
  store.append(rowsOfCommit(commits[0]!))
  expect(store.load()).toMatchObject({ n: 1, records: 1 })
  store.close()
})

test('a file that may not be written is told in one sentence that names it', () => {
  const file = `${folder.file()}/no/such/folder.db`
  expect(() => openInThread(file)).toThrow(
    expect.objectContaining({ code: 'store-failed', message: expect.stringContaining(file) as string }),
  )
})

test('is on the disk for a reader only after the commit', async () => {
  const commits = await oneRecord()
  const file = folder.file()
  const seen: number[] = []
  const store = openLibsql({ file, streamId: 's', kinds: KINDS, insideTransaction: () => seen.push(readerOf(file)) })
  store.append(rowsOfCommit(commits[0]!))
  expect([...seen, readerOf(file)]).toEqual([0, 1])
  store.close()
})
function readerOf(file: string): number {
  const reader = openLibsqlReader(file, KINDS)
  const { n } = reader.load()
  reader.close()
  return n
}

test('a reader that stays open sees each commit, and holds none back from the database', async () => {
  const commits = await oneRecord()
  const file = folder.file()
  const store = openLibsql({ file, streamId: 's', kinds: KINDS })
  const reader = openLibsqlReader(file, KINDS)
  for (const [i, commit] of commits.entries()) {
    store.append(rowsOfCommit(commit))
    expect(reader.load().n).toBe(i + 1)
  }
  const other = new Database(file)
  const [busy] = other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').raw().get() as [number]
  expect(busy).toBe(0)
  other.close()
  reader.close()
  store.close()
})

test('writes to the disk before it answers: WAL, synchronous FULL', () => {
  const file = folder.file()
  const store = openLibsql({ file, streamId: 's' })
  expect(store.modes()).toEqual({ journal: 'wal', synchronous: 2 })
  expect(existsSync(`${file}-wal`)).toBe(true)
  store.close()
})

test('a new database has small pages, and its write-ahead log is moved each 16 MB', () => {
  const pragmas: string[] = []
  const { pragma } = Database.prototype
  vi.spyOn(Database.prototype, 'pragma').mockImplementation(function (this: Database.Database, sql: string) {
    pragmas.push(sql)
    return pragma.call(this, sql) as unknown
  })
  const file = folder.file()
  openLibsql({ file, streamId: 's' }).close()
  const db = new Database(file)
  expect(db.prepare('PRAGMA page_size').raw().get()).toEqual([1_024])
  db.close()
  expect(pragmas).toContain('wal_autocheckpoint = 15625')
})

test('a second server on one database is refused until the first has closed', () => {
  const file = folder.file()
  const first = openInThread(file)
  expect(() => openInThread(file)).toThrow(
    expect.objectContaining({ code: 'store-failed', message: expect.stringContaining('in use by another') as string }),
  )
  return first.close().then(() => openInThread(file).close())
})

test('a folder is refused as a database in one sentence', () => {
  const file = dirname(folder.file())
  expect(() => openInThread(file)).toThrow(`${file} is a folder; name a file in it, as ${join(file, 'twin.db')}`)
})
test('tells beforehand whether another has the database, and takes nothing of it', async () => {
  const file = folder.file()
  mustBeFree(file)
  expect(existsSync(`${file}-lock`)).toBe(false)
  const first = openInThread(file)
  expect(() => mustBeFree(file)).toThrow(/is in use by another server; stop that one/)
  await first.close()
  mustBeFree(file)
  await openInThread(file).close()
})

test('a database of a version that this server does not know is refused in one sentence, and left as it is', () => {
  const file = folder.file()
  const db = new Database(file)
  db.exec("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID; INSERT INTO meta VALUES ('schema', '9')")
  db.close()
  const before = readFileSync(file)
  expect(() => openInThread(file)).toThrow(
    `${file} has schema 9 and this server knows 2; start the server that wrote it, or move the file away to begin anew`,
  )
  // Once more: the lock was given back.
  expect(() => openInThread(file)).toThrow('has schema 9')
  expect(readFileSync(file).subarray(100)).toEqual(before.subarray(100))
})

test('knows a record again by what it says, and the generations that used its numbers', async () => {
  const town = await open()
  const record = (boot: number, seq: number, properties: object) => noteOf('N-1', properties, { boot, seq, t: town.now() })
  const said = record(1, 5, { level: 1 })
  await town.post([said])
  town.pass(90_000)
  await town.post([record(1, 5, { level: 2 })], 'other')
  const [first, second] = checkBatch([said, { ...said, properties: { level: 9 } }], KINDS).records
  const asked = ({ record, hash }: NonNullable<typeof first>) => ({
    kind: 'Note',
    id: 'N-1',
    numbers: [record.boot!, record.seq!] as const,
    hash,
  })
  expect(await town.store.known([asked(first!), asked(second!)])).toEqual([
    { same: { receivedMs: BEGIN_MS, source: 'gateway', isTimed: true }, usedIn: [1] },
    { same: null, usedIn: [1, 0] },
  ])
  const none = { numbers: null, hash: hashOf(first!.record) }
  expect(
    await town.store.known([
      { kind: 'Note', id: 'N-2', ...none },
      { kind: 'No kind', id: 'N-1', ...none },
    ]),
  ).toEqual([
    { same: null, usedIn: [] },
    { same: null, usedIn: [] },
  ])
  await town.close()
})

test('gives back what records said to sampled rules, ascending by time, from any time on', async () => {
  const town = await open()
  town.pass(600_000)
  for (const [i, lagMs] of [0, 300_000, 100_000, 0].entries()) {
    town.pass(1_000)
    await town.post([noteOf('N-1', { level: i }, { boot: 1, seq: i, t: town.now() - lagMs }), noteOf('N-2', { text: 'no sample' })])
  }
  const all = (await town.store.cold([{ kind: 'Note', id: 'N-1', fromMs: Number.NEGATIVE_INFINITY }]))[0]!
  expect(all.map(({ t }) => t)).toEqual([...all.map(({ t }) => t)].sort((a, b) => a - b))
  expect(all.map(({ words }) => Object.keys(words))).toEqual(all.map(() => ['high']))
  expect(all.length).toBe(4)
  const [later, of2, ofNobody] = await town.store.cold([
    { kind: 'Note', id: 'N-1', fromMs: all[1]!.t },
    { kind: 'Note', id: 'N-2', fromMs: 0 },
    { kind: 'Note', id: 'N-9', fromMs: 0 },
  ])
  expect([later, of2, ofNobody]).toEqual([all.slice(1), [], []])
  await town.close()
})

test('an alarm, who acknowledged it, and what was done with a key are found again, also after its end', async () => {
  const town = await open()
  await town.post([noteOf('N-1', { level: 10 }, { boot: 1, seq: 1 })])
  const [alarm] = [...town.authority.state.standing.values()]
  const by = 'li\u0000 "☃"'
  const action = { key: 'k-1', type: 'acknowledge', alarm: alarm!.id, count: 1 } as const
  expect(await town.store.acknowledgedBy(alarm!.id)).toBe(null)
  await town.act({ ...action, key: 'k-0', count: 0, by: 'wang' })
  await town.act({ ...action, by })
  town.pass(1_000)
  await town.post([noteOf('N-1', { level: 1 }, { boot: 1, seq: 2 })])
  await town.restart()
  const { store } = town
  expect(await store.alarm(alarm!.id)).toMatchObject({ state: 'normal', count: 1 })
  expect(await store.disclosure(alarm!.id)).toBe(null)
  expect([await store.acknowledgedBy(alarm!.id), await store.acknowledgedBy('a-none')]).toEqual([by, null])
  expect(await store.action('k-1')).toEqual({ action, by, effective: true })
  expect(await store.action('k-0')).toMatchObject({ by: 'wang', effective: false })
  expect(await store.action('k-2')).toBe(null)
  await town.close()
})

test('the audit comes back in its order', async () => {
  const town = await open()
  const entry = (who: string, subject: string | null) => ({
    atMs: 5,
    who,
    role: 'care',
    what: 'history',
    kinds: ['Note', 'Owner'],
    subject,
  })
  await town.store.audit(entry('li', null))
  await town.store.audit(entry('wang', 'W-1 "☃"\n'))
  await town.restart()
  expect(await town.store.audited()).toEqual([entry('li', null), entry('wang', 'W-1 "☃"\n')])
  await town.close()
})

test('a start reads the newest rows of the log, at most as many as it may, and whole commits only', async () => {
  const town = await open()
  const part = 900
  for (let i = 0; i * part <= LOG_ROWS + part; i++) {
    town.pass(1_000)
    await town.post(Array.from({ length: part }, (_, r) => noteOf(`N-${r}`, { level: (i * part + r) / 1e6 })))
  }
  await town.restart()
  const rows = town.began.reduce((sum, entry) => sum + entry.rows.length, 0)
  expect(rows).toBeLessThanOrEqual(LOG_ROWS)
  expect(rows).toBeGreaterThan(LOG_ROWS - 2 * part)
  expect(new Set(town.began.map((entry) => entry.rows.length))).toEqual(new Set([part]))
  expect(town.began.at(-1)?.n).toBe(town.commits.at(-1)?.n)
  expect(town.began.map(({ n }) => n)).toEqual(town.began.map((_, i) => town.began[0]!.n + i))
  await town.close()
}, 60_000)

test('commits with alarms count in the log of a start like those with rows', async () => {
  const town = await open()
  for (let i = 0; i < 14; i++) {
    town.pass(1_000)
    // Each press is a row and a transition.
    await town.post(Array.from({ length: 900 }, (_, r) => noteOf(`N-${r}`, { door: 'open', level: i / 100 })))
  }
  await town.restart()
  const sizes = town.began.map(({ rows, alarms }) => [rows.length, alarms.length])
  expect(sizes.reduce((sum, [rows, alarms]) => sum + rows! + alarms!, 0)).toBeLessThanOrEqual(LOG_ROWS)
  expect(sizes.every(([rows, alarms]) => rows === 900 && alarms === 900)).toBe(true)
  expect(town.began.at(-1)?.n).toBe(14)
  await town.close()
}, 60_000)

test('a disclosure is found by its id, while it is open and after it ended, and is no alarm', async () => {
  const town = await open()
  const pump = (level: number, seq: number) => ({ kind: 'Pump', id: 'P-1', boot: 1, seq, t: town.now(), properties: { level } })
  await town.post([pump(10, 1)])
  const [disclosure] = [...town.authority.state.disclosures.values()]
  const { id } = disclosure!
  expect(await town.store.disclosure(id)).toEqual(disclosure)
  expect(await town.store.alarm(id)).toBe(null)
  expect(await town.store.acknowledgedBy(id)).toBe(null)
  await town.act({ key: 'k-1', type: 'take', alarm: id, by: 'li' })
  await town.act({ key: 'k-2', type: 'done', alarm: id, by: 'li' })
  town.pass(1_000)
  await town.post([pump(1, 2)])
  town.pass(600_000)
  await town.post([pump(1, 3)])
  for (const { id: alarm, count } of [...town.authority.state.standing.values()])
    await town.act({ key: `k-${alarm}`, type: 'acknowledge', alarm, count, by: 'li' })
  await town.restart()
  expect(await town.store.disclosure(id)).toMatchObject({ id, as: 'needsHelp', entity: 'P-1', state: 'ended' })
  expect((await town.store.load()).disclosures).toEqual([])
  expect(await town.store.disclosure('d-none')).toBe(null)
  await town.close()
})

test('entities come back in the order in which they were last heard, and not in that in which they were kept first', async () => {
  const town = await open()
  for (const [i, id] of ['N-2', 'N-3', 'N-1', 'N-2', 'N-1'].entries()) {
    town.pass(60_000)
    await town.post([noteOf(id, { level: i }, { boot: 1, seq: i })])
  }
  expect((await town.store.load()).entities.map(({ id }) => id)).toEqual(['N-3', 'N-2', 'N-1'])
  await town.close()
})

test('of what was done with one key, what took effect is found, also where a press that came to nothing was before it', async () => {
  const town = await open()
  await town.post([noteOf('N-1', { door: 'open' })])
  const [alarm] = [...town.authority.state.standing.values()]
  const action = { key: 'k-1', type: 'acknowledge', alarm: alarm!.id } as const
  await town.act({ ...action, count: 0, by: 'wang' })
  expect(await town.store.action('k-1')).toMatchObject({ by: 'wang', effective: false })
  await town.act({ ...action, count: 1, by: 'li' })
  expect(await town.store.action('k-1')).toMatchObject({ by: 'li', effective: true })
  // Sent again, it is answered with what took effect.
  expect(await town.act({ ...action, count: 1, by: 'wang' })).toMatchObject({ by: 'li' })
  await town.close()
})

test('of commits that have alarms alone, a start reads whole ones too', async () => {
  const [commit] = await commitsOf((town) => town.post([noteOf('N-1', { door: 'open' })]).then(() => undefined))
  const { changes } = commit!
  const file = folder.file()
  const store = openLibsql({ file, streamId: 's', kinds: KINDS })
  store.append(rowsOfCommit(commit!))
  const [part, count] = [900, Math.ceil(LOG_ROWS / 900)]
  for (let n = 2; n <= count + 1; n++) {
    const alarms = Array.from({ length: part }, (_, i) => ({ ...changes.alarms[0]!, id: `a-${n}-${i}` }))
    const nowMs = changes.nowMs + n
    const empty = { records: [], rows: [], entities: [], memories: [] }
    store.append(rowsOfCommit({ n, promisedMs: nowMs, masks: [], changes: { ...changes, ...empty, nowMs, alarms } }))
  }
  const { log } = store.load()
  expect(log.map(({ n, alarms }) => [n, alarms.length])).toEqual(
    Array.from({ length: Math.floor(LOG_ROWS / part) }, (_, i) => [count + 1 - Math.floor(LOG_ROWS / part) + i + 1, part]),
  )
  store.close()
})

test('a reader beside the writer cannot write', () => {
  const file = folder.file()
  const store = openLibsql({ file, streamId: 's', kinds: KINDS })
  const prepare = Database.prototype.prepare
  let db: Database.Database | undefined
  vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    db = this
    return prepare.call(this, sql)
  })
  const reader = openLibsqlReader(file, KINDS)
  reader.load()
  expect(() => db!.exec("INSERT INTO meta VALUES ('a', 'b')")).toThrow('readonly')
  expect(reader.meta('a')).toBe(null)
  reader.close()
  store.close()
})
