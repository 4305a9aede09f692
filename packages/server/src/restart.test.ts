import { rowsOf } from '@twinmap/core/internal/intake/merge'
import fc from 'fast-check'
import { afterAll, expect } from 'vitest'
import { actionOf, rawOf, SCRIPT_KINDS, type ScriptStep, script } from '../../../test/intake-script.ts'
import { property } from '../../../test/property.ts'
import type { LogEntry } from './store/store.ts'
import { BEGIN_MS, databaseFolder, storeTown } from './testing/store-town.ts'

// The law of core/src/intake/restart.test.ts over the real store: closing the file and opening it anew, at any time and as often as
// one likes, changes nothing of what is answered, told and shown afterwards.
/** So long a stop takes: what was promised is over by then, so that both clocks show the same. */
const STOP_MS = 3_000
const folder = databaseFolder()
afterAll(folder.remove)

const byId = <T extends { readonly id: string }>(all: Iterable<T>) => [...all].sort((a, b) => (a.id < b.id ? -1 : 1))
const isTold = ({ rows, alarms, disclosures }: LogEntry) => rows.length + alarms.length + disclosures.length > 0

async function play(steps: readonly ScriptStep[], restarts: boolean) {
  const town = await storeTown(folder.file(), SCRIPT_KINDS)
  const answers: unknown[] = []
  await town.tick()
  for (const { gap, step, restart } of steps) {
    if (restart) town.pass(STOP_MS)
    if (restart && restarts) await town.restart()
    town.pass(gap)
    if (step.do === 'tick') await town.tick()
    else if (step.do === 'post') answers.push(await town.post(step.records.map((record) => rawOf(record, town.now()))))
    else {
      const { standing, disclosures } = town.authority.state
      const action = actionOf(step, standing.values(), disclosures.values(), town.now() - BEGIN_MS)
      if (action !== null) answers.push(await town.act(action))
    }
  }
  // Time goes on, so that whatever waits comes out.
  for (let i = 1; i <= 12; i++) {
    town.pass(50_000)
    await town.tick()
  }
  const { state } = town.authority
  const entities = [...state.entities.values()].flatMap((ofKind) => [...ofKind.values()].map((entity) => entity.state))
  const shown = (states: typeof entities) => byId(states).map((each) => [each.id, each.heardMs, rowsOf(each)])
  const snapshot = shown(entities)
  const standing = byId([...state.standing.values(), ...state.disclosures.values()])

  // What the file says in the end: the log, but for those that were heard without a row, and for commits that told nothing.
  await town.restart()
  expect(town.began.filter(isTold)).toEqual(town.told.map((entry) => ({ ...entry, heard: [] })).filter(isTold))
  const loaded = await town.store.load()
  expect(shown([...loaded.entities])).toEqual(snapshot)
  expect(byId([...loaded.standing, ...loaded.disclosures])).toEqual(standing)
  await town.close()
  return renamed({ told: town.told, answers, snapshot, standing })
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
  { runs: 300, timeoutMs: 600_000 },
)

const sample = fc.record({
  ms: fc.constantFrom(20_000, 60_000, 61_000, 240_000),
  // Behind the newest by about ten minutes: among samples that are in the store alone, if the server was opened anew since.
  isLate: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  properties: fc.record({ level: fc.constantFrom(1, 8.8, 10, 25), flow: fc.constantFrom(0, 9) }, { requiredKeys: ['level'] }),
  restart: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})

async function playBacklog(samples: readonly (typeof sample extends fc.Arbitrary<infer S> ? S : never)[], restarts: boolean) {
  const town = await storeTown(folder.file(), SCRIPT_KINDS)
  let t = BEGIN_MS - 20 * 86_400_000
  for (const [seq, { ms, isLate, properties, restart }] of samples.entries()) {
    t += isLate ? 1 : ms
    town.pass(STOP_MS)
    if (restart && restarts) await town.restart()
    // Its clock is right: a `t` of any age holds.
    await town.post([{ kind: 'Pump', id: 'P-1', boot: 1, seq, t: isLate ? t - 593_000 : t, sentAt: town.now(), properties }])
  }
  const { told } = town
  await town.close()
  return renamed({ told, standing: [] })
}

property(
  'a restart changes nothing of a backlog, where each rule reaches back to samples of a time of its own',
  [fc.array(sample, { minLength: 30, maxLength: 60 })],
  async (samples) => {
    expect(await playBacklog(samples, true)).toEqual(await playBacklog(samples, false))
  },
  { runs: 120, timeoutMs: 600_000 },
)
