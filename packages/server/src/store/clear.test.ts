import { defineKind } from '@twinmap/core/internal/kind/define-kind'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import fc from 'fast-check'
import Database from 'libsql'
import { afterAll, expect, test } from 'vitest'
import { actionOf, rawOf, SCRIPT_KINDS, script } from '../../../../test/intake-script.ts'
import { property } from '../../../../test/property.ts'
import { BEGIN_MS, databaseFolder, type StoreTown, storeTown } from '../testing/store-town.ts'
import { CLEARED_ROWS } from './clear.ts'
import type { HistoryCursor, HistoryQuery } from './store.ts'

const folder = databaseFolder()
afterAll(folder.remove)
const ROLES = Object.keys(SEES) as Role[]
const label = { zh: '字', en: 'word' }
const band: AnyKind = defineKind({
  kind: 'Band',
  label,
  fields: {
    sos: { type: 'choice', label, values: { pressed: label, released: label } },
    battery: { type: 'quantity', label, unit: '%', range: [0, 10_000] },
  },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {
    sos: { priority: 1, category: 'sos', text: label, when: { op: 'is', field: 'sos', value: 'pressed' }, latch: true },
  },
  card: [],
})
const KINDS = new Map([...SCRIPT_KINDS, [band.kind, band]])
const bandOf = (id: string, properties: object, seq: number) => ({ kind: 'Band', id, boot: 1, seq, properties })

async function historyOf(town: StoreTown, query: Omit<HistoryQuery, 'stamp'>): Promise<string> {
  let text = ''
  let after: HistoryCursor | null = null
  do {
    const page = await town.store.history({ ...query, stamp: { streamId: 's', n: 1, serverTimeMs: 1 } }, after)
    text += page.text
    after = page.next
  } while (after !== null)
  return text
}

/** Until nothing is left to forget. @returns how many calls that took. */
async function clear(town: StoreTown, keepFromMs: number): Promise<number> {
  let calls = 1
  while (await town.store.clear(keepFromMs)) calls++
  return calls
}

property(
  'a history that begins after what was forgotten is as it was, for every role, also over a restart, and so is what a start finds',
  [script(14), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()],
  async (steps, part, restarts) => {
    const town = await storeTown(folder.file(), KINDS)
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
    const lastMs = town.now()
    const keepFromMs = Math.round(BEGIN_MS + part * (lastMs + 1 - BEGIN_MS))
    // A `t` may be a minute ahead of its receipt.
    const begins = [keepFromMs + 60_000, lastMs + 61_000]
    const all = () =>
      Promise.all(
        begins.flatMap((fromMs) => ROLES.map((role) => historyOf(town, { role, fromMs, toMs: Math.max(fromMs, lastMs + 60_000) }))),
      )
    const whole = async () => {
      const { log: _log, ...rest } = await town.store.load()
      return rest
    }
    const before = { histories: await all(), whole: await whole() }
    await clear(town, keepFromMs)
    expect(await all()).toEqual(before.histories)
    expect(await whole()).toEqual(before.whole)
    if (restarts) await town.restart()
    expect(await all()).toEqual(before.histories)
    // What comes next is kept and shown like ever.
    town.pass(120_000)
    await town.post([bandOf('B-1', { battery: 3 }, 1)])
    expect(await historyOf(town, { role: 'public', fromMs: town.now(), toMs: town.now() })).toContain('"B-1"')
    await town.close()
  },
  { runs: 200, timeoutMs: 60_000 },
)

test('forgets in parts, so that a press waits for one of them at the most', async () => {
  const town = await storeTown(folder.file(), KINDS)
  for (let post = 0; post < 3; post++) {
    town.pass(1_000)
    await town.post(Array.from({ length: 700 }, (_, i) => bandOf(`B-${i % 30}`, { battery: i }, post * 700 + i)))
  }
  const keepFromMs = town.now()
  expect(await clear(town, keepFromMs)).toBe(Math.floor(1_400 / CLEARED_ROWS) + 1)
  const track = await historyOf(town, { role: 'public', fromMs: BEGIN_MS, toMs: town.now() })
  const kept = track
    .split('\n')
    .slice(1)
    .flatMap((line) => (line === '' ? [] : (JSON.parse(line) as { records: { id: string[] }[] }).records))
  expect(kept.reduce((sum, { id }) => sum + id.length, 0)).toBe(700)
  await town.close()
})

test('where all records are forgotten, what stood stays in histories, and records go on being counted', async () => {
  const town = await storeTown(folder.file(), KINDS)
  await town.post([bandOf('B-1', { battery: 50, sos: 'pressed' }, 1), bandOf('B-2', { battery: 60 }, 1)])
  town.pass(3_600_000)
  const before = await historyOf(town, { role: 'public', fromMs: town.now(), toMs: town.now() })
  expect(before).toContain('60')
  await clear(town, town.now())
  expect(await historyOf(town, { role: 'public', fromMs: town.now(), toMs: town.now() })).toBe(before)
  await town.restart()
  expect(await historyOf(town, { role: 'public', fromMs: town.now(), toMs: town.now() })).toBe(before)
  expect((await town.store.load()).records).toBe(2)
  await town.post([bandOf('B-2', { battery: 61 }, 2)])
  expect(town.commits.at(-1)?.changes.records.map(({ at }) => at)).toEqual([3])
  expect(await historyOf(town, { role: 'public', fromMs: town.now() - 1, toMs: town.now() - 1 })).toBe(before)
  await town.close()
})

test('between the last record that was forgotten and the first that is kept, what stood is shown', async () => {
  const town = await storeTown(folder.file(), KINDS)
  await town.post([bandOf('B-1', { battery: 50 }, 1)])
  town.pass(10_000)
  await town.post([bandOf('B-1', { battery: 51 }, 2)])
  await clear(town, BEGIN_MS + 1)
  expect(await historyOf(town, { role: 'public', fromMs: BEGIN_MS + 5_000, toMs: BEGIN_MS + 5_000 })).toContain('[50]')
  expect(await historyOf(town, { role: 'public', fromMs: BEGIN_MS - 1, toMs: BEGIN_MS - 1 })).toContain('"records":[]')
  await town.close()
})

test('forgets alarms that ended too long ago, with their actions; what stands, ended since, or was audited stays', async () => {
  const town = await storeTown(folder.file(), KINDS)
  const key = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
  const press = (id: string, seq: number) => town.post([bandOf(id, { sos: 'pressed' }, seq)])
  const end = async (id: string, n: number) => {
    const alarm = [...town.authority.state.standing.values()].find(({ entity }) => entity === id)!
    await town.act({ key: key(n), type: 'acknowledge', alarm: alarm.id, count: alarm.count, by: 'li' })
    await town.post([bandOf(id, { sos: 'released' }, 9)])
    return alarm.id
  }
  for (const id of ['old', 'stands', 'late']) await press(id, 1)
  const stands = [...town.authority.state.standing.values()].find(({ entity }) => entity === 'stands')!.id
  await town.act({ key: key(3), type: 'acknowledge', alarm: stands, count: 7, by: 'wang' })
  await town.act({ key: key(4), type: 'acknowledge', alarm: 'a-never', count: 1, by: 'wang' })
  await town.store.audit({ atMs: 1, who: 'li', role: 'care', what: 'live', kinds: ['Band'], subject: null })
  const old = await end('old', 1)
  town.pass(10_000)
  const late = await end('late', 2)
  await clear(town, town.now() - 5_000)
  const kept = async (id: string, n: number) => [(await town.store.alarm(id))?.state ?? null, (await town.store.action(key(n)))?.by ?? null]
  expect(await Promise.all([kept(old, 1), kept(late, 2), kept(stands, 3), kept('a-never', 4)])).toEqual([
    [null, null],
    ['normal', 'li'],
    ['unacknowledged', 'wang'],
    [null, null],
  ])
  expect((await town.store.load()).standing.map(({ id }) => id)).toEqual([stands])
  expect(await town.store.audited()).toHaveLength(1)
  // Told of from its raise on, also where that was before all that is kept.
  const history = await historyOf(town, { role: 'command', fromMs: town.now() - 5_000, toMs: town.now() })
  expect([old, late, stands].map((id) => history.includes(id))).toEqual([false, true, true])
  town.pass(60_000)
  await clear(town, town.now())
  expect(await Promise.all([kept(late, 2), kept(stands, 3)])).toEqual([
    [null, null],
    ['unacknowledged', 'wang'],
  ])
  await town.close()
})

test('what was overwritten before the time that is kept stands in no table any more', async () => {
  const file = folder.file()
  const town = await storeTown(file, KINDS)
  // Over some checkpoints; what was said first is overwritten at once.
  for (let seq = 1; seq <= 200; seq++) {
    town.pass(1_000)
    await town.post([bandOf('B-1', { battery: 5_000 + seq, sos: seq === 1 ? 'pressed' : 'released' }, seq)])
  }
  const [alarm] = [...town.authority.state.standing.values()]
  await town.act({ key: 'k-1', type: 'acknowledge', alarm: alarm!.id, count: alarm!.count, by: 'somebody' })
  town.pass(1_000)
  await town.post([bandOf('B-1', { battery: 9_999, sos: 'released' }, 201)])
  town.pass(1_000)
  await clear(town, town.now())
  await town.close()
  const db = new Database(file)
  const all = <R>(sql: string) => db.prepare(sql).raw().all() as R[]
  const count = (table: string) => all<[number]>(`SELECT COUNT(*) FROM ${table}`)[0]![0]
  expect(['record', 'checkpoint', 'alarm', 'alarm_log', 'action', 'entity'].map((table) => [table, count(table)])).toEqual([
    ['record', 0],
    ['checkpoint', 1],
    ['alarm', 0],
    ['alarm_log', 0],
    ['action', 0],
    ['entity', 1],
  ])
  const tables = all<[string]>("SELECT name FROM sqlite_master WHERE type = 'table'").map(([name]) => name)
  const text = JSON.stringify(tables.map((table) => all(`SELECT * FROM ${table}`)))
  expect(text).toContain('9999')
  expect(text).not.toMatch(/"?value\\?":5\d\d\d|somebody/)
  db.close()
})

test('goes on forgetting while actions are left, though no record is', async () => {
  const town = await storeTown(folder.file(), KINDS)
  const count = CLEARED_ROWS + 1
  for (let i = 0; i < count; i++) await town.act({ key: `k-${i}`, type: 'acknowledge', alarm: 'a-never', count: 1, by: 'li' })
  town.pass(10_000)
  expect(await clear(town, town.now())).toBe(2)
  for (const i of [0, count - 1]) expect(await town.store.action(`k-${i}`)).toBe(null)
  await town.close()
})
