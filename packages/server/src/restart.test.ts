import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import { rowsOf } from '@twinmap/core/internal/intake/merge'
import { checkBatch } from '@twinmap/core/internal/record/check'
import { afterAll, expect } from 'vitest'
import { actionOf, rawOf, SCRIPT_KINDS, type ScriptStep, script } from '../../../test/intake-script.ts'
import { property } from '../../../test/property.ts'
import { createAuthority } from './authority.ts'
import { openInThread } from './store/in-thread.ts'
import type { LogEntry } from './store/store.ts'

// The law of core/src/intake/restart.test.ts over the real store: closing the file and opening it anew, at any time and as often as
// one likes, changes nothing of what is answered, told and shown afterwards.
const START = 1_764_000_000_000
/** So long a stop takes: what was promised is over by then, so that both clocks show the same. */
const STOP_MS = 3_000
// In memory where the system has a place there: the law is about what is kept, and not about the disk.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'twinmap-restart-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0

async function play(steps: readonly ScriptStep[], restarts: boolean) {
  const file = join(folder, `${++files}.db`)
  const told: LogEntry[] = []
  const answers: unknown[] = []
  let nowMs = START
  let ids = 0
  const start = async () => {
    const store = openInThread(file, SCRIPT_KINDS)
    const began: LogEntry[] = []
    const authority = await createAuthority({
      store,
      kinds: SCRIPT_KINDS,
      rules: compileRules(SCRIPT_KINDS.values()),
      clock: { wallMs: () => nowMs, monotonicMs: () => nowMs },
      committed: (entry) => told.push(entry),
      began: (log) => began.push(...log),
      newId: (prefix) => `${prefix}~${++ids}`,
    })
    return { authority, store, began }
  }
  const stop = async ({ authority, store }: Awaited<ReturnType<typeof start>>) => {
    await authority.close()
    await store.close()
  }
  let server = await start()
  await server.authority.tick()
  for (const { gap, step, restart } of steps) {
    if (restart) {
      nowMs += STOP_MS
      if (restarts) {
        await stop(server)
        server = await start()
      }
    }
    nowMs += gap
    const { authority } = server
    if (step.do === 'tick') await authority.tick()
    else if (step.do === 'post') {
      const raw = step.records.map((record) => rawOf(record, nowMs))
      answers.push(await authority.ingest('gateway', checkBatch(raw, SCRIPT_KINDS).records))
    } else {
      const { standing, disclosures } = authority.state
      const action = actionOf(step, standing.values(), disclosures.values(), nowMs - START)
      if (action !== null) answers.push(await authority.act(action))
    }
  }
  // Time goes on, so that whatever waits comes out.
  for (let i = 1; i <= 12; i++) {
    nowMs += 50_000
    await server.authority.tick()
  }
  const { state } = server.authority
  const byId = <T extends { readonly id: string }>(all: Iterable<T>) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
  const snapshot = byId([...state.entities.values()].flatMap((ofKind) => [...ofKind.values()].map((entity) => entity.state))).map(
    (each) => [each.id, each.heardMs, rowsOf(each)],
  )
  const standing = byId([...state.standing.values(), ...state.disclosures.values()])
  await stop(server)
  // What the file says in the end: the log, but for those that were heard without a row, and for commits that told nothing.
  const { began, store } = await start()
  const whole = told
    .map((entry) => ({ ...entry, heard: [] }))
    .filter(({ rows, alarms, disclosures }) => rows.length + alarms.length + disclosures.length > 0)
  expect(began.filter(({ rows, alarms, disclosures }) => rows.length + alarms.length + disclosures.length > 0)).toEqual(whole)
  const { entities, standing: kept, disclosures } = await store.load()
  expect(byId(entities).map((each) => [each.id, each.heardMs, rowsOf(each)])).toEqual(snapshot)
  expect(byId([...kept, ...disclosures])).toEqual(standing)
  await store.close()
  return renamed({ told, answers, snapshot, standing })
}

/** Ids of alarms by their first appearance: how many were drawn is chance, because an input that misses samples is judged again. */
function renamed<T extends { readonly standing: readonly { readonly id: string }[] }>(made: T): T {
  const names = new Map<string, string>()
  const text = JSON.stringify(made).replace(/[ad]~\d+/g, (id) => {
    if (!names.has(id)) names.set(id, String(names.size))
    return names.get(id)!
  })
  const { standing, ...rest } = JSON.parse(text) as T
  return { ...rest, standing: [...standing].sort((a, b) => Number(a.id) - Number(b.id)) } as unknown as T
}

property(
  'a restart changes nothing: what is answered and told, what stands and what is shown are those without one',
  [script(12)],
  async (steps) => {
    expect(await play(steps, true)).toEqual(await play(steps, false))
  },
  { runs: 300, timeoutMs: 120_000 },
)
