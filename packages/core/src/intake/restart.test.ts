import fc from 'fast-check'
import { expect } from 'vitest'
import { actionOf, gap, pumpRecord, rawOf, SCRIPT_KINDS, type ScriptStep, script } from '../../../../test/intake-script.ts'
import { property } from '../../../../test/property.ts'
import { intakeTown, START } from '../../test/intake-town.ts'
import { rowsOf } from './merge.ts'

// The law: opening what was kept anew, at any time and as often as one likes, changes nothing of what is made afterwards. The
// same law over the real store: packages/server/src/restart.test.ts.
function play(steps: readonly ScriptStep[], restarts: boolean) {
  const town = intakeTown(SCRIPT_KINDS)
  let atMs = 0
  for (const { gap, step, restart } of steps) {
    atMs += gap
    if (restarts && restart) town.restart()
    if (step.do === 'tick') town.tick(atMs)
    else if (step.do === 'post') town.post(atMs, ...step.records.map((record) => rawOf(record, START + atMs)))
    else {
      const { standing, disclosures } = town.state()
      const action = actionOf(step, standing.values(), disclosures.values(), atMs)
      if (action !== null) town.act(atMs, action)
    }
  }
  // Time goes on, so that whatever waits comes out.
  for (let i = 1; i <= 20; i++) town.tick(atMs + i * 30_000)
  const state = town.state()
  return {
    made: town.made.map(({ memories: _memories, ...told }) => told),
    snapshot: [...state.entities.values()]
      .flatMap((ofKind) => [...ofKind.values()].map(({ state }) => [state.id, state.heardMs, rowsOf(state)]))
      .sort(),
    standing: [...state.standing.values(), ...state.disclosures.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

property(
  'a restart changes nothing: transitions, records, rows and snapshots are those without one',
  [script(25)],
  (steps) => {
    expect(play(steps, true)).toEqual(play(steps, false))
  },
  { runs: Number(process.env.RUNS ?? 400), timeoutMs: 600_000 },
)

const post = fc.record({ gap, records: fc.array(pumpRecord, { minLength: 1, maxLength: 4 }), again: fc.boolean() })

property(
  'a press is never lost, whatever its numbers and times, and a post that is sent again at once doubles none',
  [fc.array(post, { maxLength: 12 })],
  (posts) => {
    const town = intakeTown(SCRIPT_KINDS)
    let atMs = 0
    let serial = 0
    const pressed = { 'P-1': 0, 'P-2': 0 }
    for (const { gap, records, again } of posts) {
      atMs += gap
      // Each record says something that no other does, so that none is a repeat of another.
      const raw = records.map((record) => ({
        ...rawOf(record, START + atMs),
        properties: { ...record.properties, flow: ++serial / 1_000 },
      }))
      for (const { id, properties } of raw) if (properties.door === 'open') pressed[id as 'P-1']++
      expect(town.post(atMs, ...raw).records.length).toBe(raw.length)
      if (again) expect(town.post(atMs + 1, ...raw).posts[0]).toMatchObject({ accepted: 0, repeated: raw.length })
    }
    for (const id of ['P-1', 'P-2'] as const) {
      const alarm = [...town.state().standing.values()].find((a) => a.entity === id && a.rule === 'pressed')
      expect(alarm?.count ?? 0).toBe(pressed[id])
    }
  },
  { runs: 300, timeoutMs: 600_000 },
)
