import { disclosureToWire } from '@twinmap/core/internal/alarms/disclosure'
import { toWire } from '@twinmap/core/internal/alarms/life-cycle'
import type { EntityState } from '@twinmap/core/internal/intake/merge'
import { rowsOf } from '@twinmap/core/internal/intake/merge'
import { defineKind } from '@twinmap/core/internal/kind/define-kind'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { fromColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import type { Row } from '@twinmap/core/internal/record/record'
import { redactionFor } from '@twinmap/core/internal/record/redact'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { actionOf, rawOf, SCRIPT_KINDS, script } from '../../../../test/intake-script.ts'
import { property } from '../../../../test/property.ts'
import { BEGIN_MS, databaseFolder, type StoreTown, storeTown } from '../testing/store-town.ts'
import { PAGE_ENTITIES, PAGE_ROWS } from './read.ts'
import type { Commit, HistoryCursor, HistoryQuery, Store } from './store.ts'

const folder = databaseFolder()
afterAll(folder.remove)
const ROLES = Object.keys(SEES) as Role[]
const label = { zh: '字', en: 'word' }
/** A thing whose place only some may know. */
const walker: AnyKind = defineKind({
  kind: 'Walker',
  label,
  fields: {
    pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' },
    battery: { type: 'quantity', label, unit: '%', range: [0, 100] },
    name: { type: 'words', label, privacy: 'personal' },
  },
  location: { privacy: 'whereabouts' },
  symbol: { shape: 'circle', glyph: 'x' },
  alarms: {},
  card: [],
})
const KINDS = new Map([...SCRIPT_KINDS, [walker.kind, walker]])

const STAMP = { streamId: 's', n: 7, serverTimeMs: 7 }

/** A whole history, page by page. */
async function historyOf(store: Store, query: Omit<HistoryQuery, 'stamp'>, pages: string[] = []) {
  const lines: Envelope[] = []
  let after: HistoryCursor | null = null
  do {
    const { text, next } = await store.history({ ...query, stamp: STAMP }, after)
    pages.push(text)
    for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line) as Envelope)
    after = next
  } while (after !== null)
  const [snapshot, ...rest] = lines
  expect(snapshot?.snapshot).toBe(true)
  expect(rest.some((line) => line.snapshot)).toBe(false)
  return {
    lines,
    standing: snapshot!.alarms ?? [],
    /** The state, then the track. */
    rows: lines.flatMap((line) => fromColumns(line.records ?? [])),
    transitions: rest.flatMap((line) => line.alarms ?? []),
  }
}

/** What the commits say that a history is: no index, no page, no checkpoint. */
function expected(commits: readonly Commit[], { fromMs, toMs, role, kind, id }: Omit<HistoryQuery, 'stamp'>) {
  const { row, alarm } = redactionFor(role, KINDS)
  const isAsked = (of: { readonly kind: string }, ofId: string) =>
    (kind === undefined || of.kind === kind) && (id === undefined || ofId === id)
  const states = new Map<string, EntityState>()
  const standing = new Map<string, Alarm>()
  const transitions: Alarm[] = []
  const track: { readonly t: number; readonly at: number; readonly row: Row }[] = []
  for (const { changes } of commits) {
    const alarms = [...changes.alarms.map((each) => toWire(each)), ...changes.disclosures.flatMap((each) => disclosureToWire(each) ?? [])]
    for (const each of alarms) {
      const cut = alarm(each)
      if (cut === null || !isAsked(cut, cut.entity)) continue
      if (changes.nowMs > fromMs) {
        if (changes.nowMs <= toMs) transitions.push(cut)
      } else if (cut.state === 'normal') standing.delete(cut.id)
      else standing.set(cut.id, cut)
    }
    if (changes.nowMs <= fromMs) for (const entity of changes.entities) states.set(JSON.stringify([entity.kind, entity.id]), entity)
    for (const { record, order, at, clockOffMs } of changes.records) {
      if (order.t <= fromMs || order.t > toMs || !isAsked(record, record.id)) continue
      const whole: Row = {
        kind: record.kind,
        id: record.id,
        t: order.t,
        heardMs: changes.nowMs,
        ...(clockOffMs !== null && { clockOffMs }),
        ...(record.location && { location: record.location }),
        properties: record.properties,
      }
      const cut = row(whole)
      if (cut !== null) track.push({ t: order.t, at, row: cut })
    }
  }
  const state = [...states.values()]
    .filter((each) => isAsked(each, each.id))
    .flatMap((each) => rowsOf(each).flatMap((each) => row(each) ?? []))
  track.sort((a, b) => a.t - b.t || a.at - b.at)
  return { state, standing: [...standing.values()], transitions, track: track.map((each) => each.row) }
}

const sorted = <T>(all: readonly T[]) => all.map((each) => JSON.stringify(each, Object.keys(flat(each)).sort())).sort()
/** All keys that occur, so that their order counts for nothing. */
function flat(value: unknown, keys: Record<string, true> = {}): Record<string, true> {
  if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) {
      keys[key] = true
      flat(each, keys)
    }
  return keys
}
/** Lines carry rows by kind: within a line the order of kinds is that of their first rows. */
const byTime = (rows: readonly Row[]) => [...rows].sort((a, b) => a.t - b.t)

async function check(town: StoreTown, query: Omit<HistoryQuery, 'stamp'>) {
  const told = await historyOf(town.store, query)
  const law = expected(town.commits, query)
  const state = told.rows.slice(0, law.state.length)
  const track = told.rows.slice(law.state.length)
  expect(sorted(state)).toEqual(sorted(law.state))
  expect(sorted(track)).toEqual(sorted(law.track))
  expect(byTime(track).map(({ t }) => t)).toEqual(law.track.map(({ t }) => t))
  expect(sorted(told.standing)).toEqual(sorted(law.standing))
  expect(told.transitions).toEqual(law.transitions)
}

const walkerRecord = fc.record({
  kind: fc.constant('Walker'),
  id: fc.constantFrom('W 1', '__proto__'),
  lagMs: fc.constantFrom(0, 0, 5_000, 700_000, null),
  location: fc.option(fc.constant([117.83, 37.25]), { nil: undefined }),
  properties: fc.record(
    { pulse: fc.constantFrom(60, 61), battery: fc.constantFrom(5, 6), name: fc.constantFrom('a\n"b"', '桂兰 👵', '\u202eשלום') },
    { requiredKeys: [] },
  ),
})
const walkers = fc.array(walkerRecord, { minLength: 1, maxLength: 3 })

property(
  'a history is, for every role, what the commits say: the state then, the alarms that stood, and what came after it',
  [
    script(14),
    fc.array(walkers, { maxLength: 14 }),
    fc.record({
      role: fc.constantFrom(...ROLES),
      of: fc.constantFrom({}, {}, { kind: 'Pump' }, { kind: 'Pump', id: 'P-1' }, { kind: 'Walker' }, { kind: 'Walker', id: '__proto__' }),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  ],
  async (steps, walked, { role, of, from, to }) => {
    const town = await storeTown(folder.file(), KINDS)
    const times: number[] = [BEGIN_MS]
    for (const [i, { gap, step, restart }] of steps.entries()) {
      town.pass(gap)
      // What was kept before a start and after it is one history.
      if (restart) await town.restart()
      times.push(town.now())
      if (step.do === 'tick') await town.tick()
      else if (step.do === 'post')
        await town.post([...step.records, ...(walked[i] ?? [])].map((record) => rawOf(record as Parameters<typeof rawOf>[0], town.now())))
      else {
        const { standing, disclosures } = town.authority.state
        const action = actionOf(step, standing.values(), disclosures.values(), town.now() - BEGIN_MS)
        if (action !== null) await town.act(action)
      }
    }
    const [fromMs, toMs] = [from, to].map((part) => times[Math.round(part * (times.length - 1))]!).sort((a, b) => a - b) as [number, number]
    await check(town, { role, ...of, fromMs, toMs })
    // Between two commits too, of all.
    await check(town, { role, fromMs: fromMs + 1, toMs: toMs + 1 })
    await town.close()
  },
  { runs: 300, timeoutMs: 120_000 },
)

property(
  'the state of any time is the fold of the commits up to then, wherever the checkpoints of an entity stand',
  [fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 8 })],
  async (sizes, asked) => {
    const town = await storeTown(folder.file(), KINDS)
    let seq = 0
    for (const size of sizes) {
      town.pass(1_000)
      const raw = Array.from({ length: size }, () => {
        seq++
        // Some late, so that they hold only in part.
        const lag = seq % 7 === 0 ? 30_000 : 0
        return {
          kind: 'Walker',
          id: 'W-1',
          boot: 1,
          seq: lag > 0 ? Math.max(0, seq - 30) : seq,
          t: town.now() - lag,
          ...(seq % 5 === 0 && { location: [117 + seq / 1_000, 37] }),
          properties: { [seq % 3 === 0 ? 'pulse' : 'battery']: seq % 100, ...(seq % 11 === 0 && { name: `n ${seq}` }) },
        }
      })
      await town.post(raw)
    }
    const fromMs = BEGIN_MS + asked * 1_000
    await check(town, { role: 'command', fromMs, toMs: fromMs })
    await town.close()
  },
  { runs: 60, timeoutMs: 60_000 },
)

test('a history of many pages loses and doubles nothing, though many records have one time', async () => {
  const town = await storeTown(folder.file(), KINDS)
  for (let post = 0; post < 3; post++) {
    town.pass(60_000)
    const raw = Array.from({ length: 900 }, (_, i) => ({
      kind: i % 3 === 0 ? 'Walker' : 'Pump',
      id: `X-${i % (PAGE_ENTITIES + 50)}`,
      t: town.now() - (i % 2) * 1_000,
      properties: i % 3 === 0 ? { pulse: i / 10, ...(i % 2 === 0 && { battery: post }) } : { flow: (i + post * 1_000) / 1_000 },
    }))
    await town.post(raw)
  }
  for (const role of ROLES) {
    await check(town, { role, fromMs: BEGIN_MS, toMs: town.now() })
    await check(town, { role, fromMs: BEGIN_MS + 70_000, toMs: town.now() })
  }
  const { lines } = await historyOf(town.store, { role: 'command', fromMs: BEGIN_MS, toMs: town.now() })
  const sizes = lines.map(({ records = [] }) => records.reduce((sum, { id }) => sum + id.length, 0)).filter((size) => size > 0)
  expect(sizes).toEqual([PAGE_ROWS, PAGE_ROWS, 2_700 - 2 * PAGE_ROWS])
  await town.close()
})

test('more alarm transitions than a page holds come each once, in order', async () => {
  const town = await storeTown(folder.file(), KINDS)
  for (let i = 0; i < 30; i++) {
    town.pass(2_000)
    await town.post(
      Array.from({ length: 40 }, (_, p) => ({ kind: 'Pump', id: `P-${p}`, t: town.now(), properties: { door: 'open', flow: i / 10 } })),
    )
  }
  const { transitions } = await historyOf(town.store, { role: 'public', fromMs: BEGIN_MS, toMs: town.now() })
  expect(transitions.length).toBe(1_200)
  await check(town, { role: 'public', fromMs: BEGIN_MS, toMs: town.now() })
  await check(town, { role: 'grid', kind: 'Pump', id: 'P-7', fromMs: BEGIN_MS + 9_000, toMs: town.now() - 9_000 })
  await town.close()
})

test('a history of more kinds than one statement merges is in order of time, and has each record and transition once', async () => {
  const many = Array.from({ length: 130 }, (_, i) =>
    defineKind({
      kind: `Kind${i}`,
      label,
      fields: { level: { type: 'quantity', label, unit: 'm', range: [0, 10_000] } },
      symbol: { shape: 'circle', glyph: 'x' },
      alarms: { high: { priority: 2, category: 'facility', text: label, when: { op: 'above', field: 'level', limit: 9, deadband: 1 } } },
      card: [],
    }),
  )
  const town = await storeTown(folder.file(), new Map(many.map((kind) => [kind.kind, kind])))
  for (let post = 0; post < 18; post++) {
    town.pass(1_000)
    // Neither the order of times nor that of numbers is that of kinds.
    const raw = many.map(({ kind }, i) => ({
      kind,
      id: `${kind} 1`,
      t: town.now() - ((i * 37) % 60) * 10,
      properties: { level: post % 2 === 0 ? 10 : 1 },
    }))
    await town.post(post % 3 === 0 ? raw.reverse() : raw)
  }
  const { lines, transitions } = await historyOf(town.store, { role: 'command', fromMs: BEGIN_MS, toMs: town.now() })
  const records = town.commits.flatMap(({ changes }) => changes.records)
  const inOrder = [...records].sort((a, b) => a.order.t - b.order.t || a.at - b.at)
  expect(inOrder.length).toBeGreaterThan(2 * PAGE_ROWS)
  // A line carries its rows by kind: its times are put in order, those of the lines stay as they came.
  const track = lines.flatMap((line) => byTime(fromColumns(line.records ?? [])))
  expect(track.map(({ t }) => t)).toEqual(inOrder.map(({ order }) => order.t))
  expect(track.map(({ t, id }) => `${t} ${id}`).sort()).toEqual(inOrder.map(({ order, record }) => `${order.t} ${record.id}`).sort())
  const alarms = town.commits.flatMap(({ changes }) => changes.alarms)
  expect(alarms.length).toBeGreaterThan(PAGE_ROWS)
  expect(transitions.map(({ id, state, count }) => ({ id, state, count }))).toEqual(
    alarms.map(({ id, state, count }) => ({ id, state, count })),
  )
  await town.close()
})

test('commits between two pages change nothing of a history that ends before them', async () => {
  const town = await storeTown(folder.file(), KINDS)
  const post = async (level: number) => {
    town.pass(60_000)
    await town.post(
      Array.from({ length: 900 }, (_, i) => ({
        kind: 'Pump',
        id: `P-${i % (PAGE_ENTITIES + 50)}`,
        t: town.now(),
        properties: { flow: i / 30, door: i % 2 === 0 ? 'open' : 'shut', level },
      })),
    )
  }
  for (let i = 0; i < 3; i++) await post(i)
  const query = { role: 'command', fromMs: BEGIN_MS + 70_000, toMs: town.now() } as const
  const pages: string[] = []
  await historyOf(town.store, query, pages)
  expect(pages.length).toBeGreaterThanOrEqual(5)
  const between: string[] = []
  let after: HistoryCursor | null = null
  do {
    const page = await town.store.history({ ...query, stamp: STAMP }, after)
    between.push(page.text)
    after = page.next
    await post(between.length)
  } while (after !== null)
  expect(between.join('')).toBe(pages.join(''))
  await town.close()
})

test('a rule and a disclosure of one name are told apart: whom the disclosure is for learns of no alarm', async () => {
  const named: AnyKind = defineKind({
    kind: 'Ward',
    label,
    fields: { pulse: { type: 'quantity', label, unit: '/min', range: [0, 300], privacy: 'health' } },
    symbol: { shape: 'circle', glyph: 'x' },
    disclosures: { needsHelp: { label, category: 'facility', priority: 1 } },
    alarms: {
      needsHelp: {
        priority: 1,
        category: 'health',
        text: label,
        when: { op: 'above', field: 'pulse', limit: 100, deadband: 5 },
        discloses: [{ roles: ['grid'], as: 'needsHelp' }],
      },
    },
    card: [],
  })
  const town = await storeTown(folder.file(), new Map([[named.kind, named]]))
  town.pass(1_000)
  await town.post([{ kind: 'Ward', id: 'W-1', boot: 1, seq: 1, t: town.now(), properties: { pulse: 120 } }])
  await town.restart()
  const { standing, disclosures } = await town.store.load()
  expect([standing.map(({ rule }) => rule), disclosures.map(({ as }) => as)]).toEqual([['needsHelp'], ['needsHelp']])
  expect([await town.store.disclosure(standing[0]!.id), await town.store.alarm(disclosures[0]!.id)]).toEqual([null, null])
  const told = async (role: Role) => {
    const { transitions } = await historyOf(town.store, { role, fromMs: BEGIN_MS, toMs: town.now() })
    return transitions.map(({ rule, as }) => `${rule} ${as}`)
  }
  expect(await told('grid')).toEqual(['null needsHelp'])
  expect(await told('care')).toContain('needsHelp null')
  expect(await told('public')).toEqual([])
  await town.close()
})
