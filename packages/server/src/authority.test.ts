import { compileRules } from '@twinmap/core/internal/alarms/compile-rule'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type CheckedRecord, checkBatch } from '@twinmap/core/internal/record/check'
import { wristband } from '@twinmap/layers'
import { expect, test } from 'vitest'
import { createAuthority } from './authority.ts'
import type { Commit, LogEntry, Store } from './store/store.ts'

const KINDS = new Map<string, AnyKind>([['Wristband', wristband]])
const NOW = 1_764_046_800_000

/** A store in a few lines; `append` waits until the test lets it. */
async function town() {
  const commits: Commit[] = []
  const told: LogEntry[] = []
  let awake = 0
  const waiting: { pass: () => void; fail: (error: Error) => void }[] = []
  const kept = () => commits.flatMap((commit) => commit.records)
  const store: Partial<Store> = {
    load: async () => ({
      streamId: 's',
      n: 0,
      nextAlarm: 1,
      awakeMs: NOW,
      deafUntilMs: 0,
      entities: [],
      memories: new Map(),
      standing: [],
      log: [],
    }),
    known: async (keys) =>
      keys.filter(([kind, id, identity]) => kept().some((r) => r.record.kind === kind && r.record.id === id && r.identity === identity)),
    append: (commit) =>
      new Promise((resolve, reject) => {
        waiting.push({
          pass: () => {
            commits.push(commit)
            resolve()
          },
          fail: reject,
        })
      }),
    awake: async () => {
      awake++
    },
    actionBy: async () => null,
    alarm: async () => null,
  }
  const authority = await createAuthority({
    store: store as Store,
    kinds: KINDS,
    rules: compileRules(KINDS.values()),
    nowMs: () => NOW,
    committed: (entry) => told.push(entry),
    began: () => undefined,
    logMs: 1,
  })
  const next = async () => {
    while (waiting.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    return waiting.shift()!
  }
  return { authority, commits, told, next, awake: () => awake }
}
const press = (seq: number): CheckedRecord[] =>
  checkBatch([{ kind: 'Wristband', id: 'W-1', boot: 1, seq, t: NOW, properties: { sos: 'pressed' } }], KINDS, NOW).records

test('answers nobody and tells no viewer before the commit', async () => {
  const { authority, told, next } = await town()
  let answered = false
  const posted = authority.post(press(1)).then((answer) => {
    answered = true
    return answer
  })
  const commit = await next()
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([answered, told.length, authority.n(), authority.state.standing.size]).toEqual([false, 0, 0, 0])
  commit.pass()
  expect(await posted).toEqual({ accepted: 1, repeated: 0 })
  expect([told.length, authority.n(), authority.state.standing.size]).toEqual([1, 1, 1])
})

test('puts records, state, alarms and pending rules of a turn into one commit', async () => {
  const { authority, commits, next } = await town()
  const posted = authority.post(press(1))
  ;(await next()).pass()
  await posted
  expect(commits.map((c) => [c.n, c.records.length, c.entities.length, c.alarms.length, c.memories.size > 0, c.nextAlarm])).toEqual([
    [1, 1, 1, 1, true, 2],
  ])
})

test('commits what came during a commit together, and counts for each who sent it', async () => {
  const { authority, commits, next } = await town()
  const first = authority.post(press(1))
  const commit = await next()
  const others = Promise.all([authority.post(press(2)), authority.post([...press(2), ...press(3)]), authority.post(press(1))])
  commit.pass()
  await first
  ;(await next()).pass()
  expect(await others).toEqual([
    { accepted: 1, repeated: 0 },
    { accepted: 1, repeated: 1 },
    { accepted: 0, repeated: 1 },
  ])
  expect(commits.map((c) => c.records.length)).toEqual([1, 2])
  expect([...authority.state.standing.values()]).toMatchObject([{ count: 3 }])
})

test('a commit that fails leaves all as it was, and the same batch sent again is new', async () => {
  const { authority, told, next } = await town()
  const failed = authority.post(press(1))
  ;(await next()).fail(new TwinError('store-failed', 'disk full'))
  await expect(failed).rejects.toMatchObject({ code: 'store-failed' })
  expect([told.length, authority.n(), authority.state.entities.size, authority.state.standing.size]).toEqual([0, 0, 0, 0])
  const again = authority.post(press(1))
  ;(await next()).pass()
  expect(await again).toEqual({ accepted: 1, repeated: 0 })
  expect([...authority.state.standing.keys()]).toEqual(['a-1'])
})

test('a tick that changes nothing makes no commit, and tells the store seldom that somebody listens', async () => {
  const { authority, commits, awake } = await town()
  for (let i = 0; i < 5; i++) await authority.tick()
  expect([commits.length, authority.n(), awake()]).toEqual([0, 0, 1])
})

test('takes nothing more once it closes', async () => {
  const { authority, next } = await town()
  const posted = authority.post(press(1))
  const closing = authority.close()
  await expect(authority.post(press(2))).rejects.toMatchObject({ code: 'store-failed' })
  ;(await next()).pass()
  await closing
  expect(await posted).toEqual({ accepted: 1, repeated: 0 })
})
