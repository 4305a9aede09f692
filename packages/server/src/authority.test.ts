import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { wristband } from '@twinmap/layers'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { property } from '../../../test/property.ts'
import type { Commit } from './store/store.ts'
import { BEGIN_MS, databaseFolder, type StoreTown, storeTown } from './testing/store-town.ts'
import { MOST_OF_A_SOURCE } from './turn-queue.ts'

const KINDS = new Map<string, AnyKind>([['Wristband', wristband]])
const folder = databaseFolder()
afterAll(folder.remove)

const band = (id: string, seq: number, properties: object, t = BEGIN_MS) => ({ kind: 'Wristband', id, boot: 1, seq, t, properties })
const press = (id: string, seq = 1) => band(id, seq, { sos: 'pressed' })
const key = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const idsOf = ({ changes }: Commit) => changes.records.map(({ record }) => record.id)
const refused = () => new TwinError('store-refused', 'the database refuses what is in the commit, and kept nothing of it (as a test says)')
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A town whose store answers when the test lets it. */
async function slowTown() {
  const waiting: { readonly commit: Commit; readonly pass: () => Promise<void>; readonly fail: (error: Error) => void }[] = []
  const town = await storeTown(
    folder.file(),
    KINDS,
    (commit, keep) => new Promise((resolve, reject) => waiting.push({ commit, pass: () => keep().then(resolve, reject), fail: reject })),
  )
  const next = async () => {
    while (waiting.length === 0) await turn()
    return waiting.shift()!
  }
  return { town, next, waiting }
}
/** A town whose store refuses each commit in which something is bad. */
const pickyTown = (isBad: (commit: Commit) => boolean) =>
  storeTown(folder.file(), KINDS, async (commit, keep) => {
    if (isBad(commit)) throw refused()
    await keep()
  })
const standing = ({ authority }: StoreTown) => [...authority.state.standing.values()]

test('answers nobody and tells no viewer before the commit', async () => {
  const { town, next } = await slowTown()
  const answered: string[] = []
  const posted = town.post([press('W-1')]).then((answer) => answered.push('post') && answer)
  const commit = await next()
  for (let i = 0; i < 5; i++) await turn()
  expect([answered, town.told.length, standing(town).length, town.authority.state.entities.size]).toEqual([[], 0, 0, 0])
  await commit.pass()
  expect(await posted).toMatchObject({ accepted: 1, repeated: 0, told: [] })
  expect([town.told.length, standing(town).length]).toEqual([1, 1])
  const acted = town
    .act({ key: key(1), type: 'acknowledge', alarm: standing(town)[0]!.id, count: 1, by: 'li' })
    .then(() => answered.push('act'))
  const second = await next()
  for (let i = 0; i < 5; i++) await turn()
  expect([answered, standing(town)[0]?.state]).toEqual([['post'], 'unacknowledged'])
  await second.pass()
  await acted
  await town.close()
})

test('puts records, state, alarms, memories and actions of a turn into one commit', async () => {
  const { town, next } = await slowTown()
  const first = town.post([press('W-1')])
  ;(await next()).pass()
  await first
  const all = Promise.all([
    town.post([band('W-2', 1, { heartRate: 150 })]),
    town.act({ key: key(1), type: 'acknowledge', alarm: standing(town)[0]!.id, count: 1, by: 'li' }),
    town.post([press('W-3')], 'other'),
  ])
  const { commit, pass } = await next()
  expect(commit).toMatchObject({ n: 2, changes: { records: [{}, {}], entities: [{}, {}], actions: [{ effective: true }] } })
  expect(commit.changes.memories.length).toBeGreaterThan(2)
  expect(commit.changes.alarms.map(({ state }) => state)).toContain('acknowledged')
  await pass()
  await all
  expect(town.commits.length).toBe(2)
  await town.close()
})

test('commits what came during a commit together, and counts for each who sent it', async () => {
  const { town, next } = await slowTown()
  const first = town.post([press('W-1', 1)])
  const commit = await next()
  const others = Promise.all([
    town.post([press('W-1', 2)]),
    town.post([press('W-1', 2), press('W-1', 3)]),
    town.post([press('W-1', 1)]),
    town.post([]),
  ])
  await commit.pass()
  await first
  ;(await next()).pass()
  expect(await others).toMatchObject([
    { accepted: 1, repeated: 0 },
    { accepted: 1, repeated: 1 },
    { accepted: 0, repeated: 1 },
    { accepted: 0, repeated: 0 },
  ])
  expect(town.commits.map((each) => each.changes.records.length)).toEqual([1, 2])
  expect(standing(town)).toMatchObject([{ count: 3 }])
  await town.close()
})

test('30,000 records of one source do not delay the press of another beyond the next commit', async () => {
  const { town, next, waiting } = await slowTown()
  const many = Array.from({ length: 30_000 }, (_, i) => band(`W-${i % 500}`, i, { battery: i % 100 }))
  let isAnswered = false
  const large = town.post(many, 'flood').then((outcome) => {
    isAnswered = true
    return outcome
  })
  const first = await next()
  const pressed = town.post([press('W-press')], 'bands')
  await first.pass()
  const second = await next()
  expect(idsOf(second.commit)).toContain('W-press')
  await second.pass()
  expect(await pressed).toMatchObject({ accepted: 1 })
  expect(isAnswered).toBe(false)
  const sizes = [first, second].map(({ commit }) => commit.changes.records.filter(({ source }) => source === 'flood').length)
  while (!isAnswered) {
    const each = waiting.shift()
    if (each !== undefined) {
      sizes.push(each.commit.changes.records.length)
      await each.pass()
    }
    await turn()
  }
  expect(await large).toMatchObject({ accepted: 30_000, repeated: 0 })
  expect(Math.max(...sizes)).toBeLessThanOrEqual(MOST_OF_A_SOURCE)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(30_000)
  await town.close()
})

property(
  'of 77 presses of many sources the store refuses some: the others are kept, each source is told its own, and actions are done',
  [
    fc.uniqueArray(fc.integer({ min: 0, max: 76 }), { minLength: 1, maxLength: 4 }),
    fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 77, maxLength: 77 }),
    fc.boolean(),
  ],
  async (bad, sourceOf, acts) => {
    const isBad = new Set(bad.map((i) => `W-${i}`))
    const town = await pickyTown((commit) => idsOf(commit).some((id) => isBad.has(id)))
    await town.post([press('W-before')])
    const before = standing(town)[0]!
    // The first holds the store, so that all others come into one turn.
    const first = town.post([press('W-first')])
    const posts = [0, 1, 2, 3, 4].map((source) => {
      const ids = sourceOf.flatMap((of, i) => (of === source ? [`W-${i}`] : []))
      return {
        ids,
        outcome: town.post(
          ids.map((id) => press(id)),
          `source ${source}`,
        ),
      }
    })
    const acted = acts ? town.act({ key: key(1), type: 'acknowledge', alarm: before.id, count: 1, by: 'li' }) : null
    await first
    for (const { ids, outcome } of posts) {
      const refusedIds = ids.filter((id) => isBad.has(id))
      const { accepted, repeated, told } = await outcome
      expect([accepted, repeated]).toEqual([ids.length - refusedIds.length, 0])
      expect(
        told
          .filter(({ code }) => code === 'store-refused')
          .map(({ index }) => ids[index])
          .sort(),
      ).toEqual([...refusedIds].sort())
      for (const { message } of told) expect(message).toMatch(/^Wristband W-\d+: the database refuses/)
    }
    if (acted !== null) expect(await acted).toMatchObject({ state: 'pending' })
    expect(new Set(standing(town).map(({ entity }) => entity))).toEqual(
      new Set(['W-before', 'W-first', ...sourceOf.flatMap((_, i) => (isBad.has(`W-${i}`) ? [] : [`W-${i}`]))]),
    )
    expect(standing(town).every(({ count }) => count === 1)).toBe(true)
    expect(standing(town).find(({ id }) => id === before.id)?.state).toBe(acts ? 'acknowledged' : 'unacknowledged')
    await town.close()
  },
  { runs: 60, timeoutMs: 60_000 },
)

test('an action that the store refuses is told to who did it, and neither records nor other actions suffer', async () => {
  const town = await pickyTown(({ changes }) => changes.actions.some(({ by }) => by === 'bad'))
  await town.post([press('W-1'), press('W-2')])
  const [one, two] = standing(town)
  const first = town.post([press('W-3')])
  const [posted, bad, good] = await Promise.allSettled([
    town.post([press('W-4'), press('W-5')]),
    town.act({ key: key(1), type: 'acknowledge', alarm: one!.id, count: 1, by: 'bad' }),
    town.act({ key: key(2), type: 'acknowledge', alarm: two!.id, count: 1, by: 'li' }),
    first,
  ])
  expect(posted).toMatchObject({ status: 'fulfilled', value: { accepted: 2, told: [] } })
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'store-refused' } })
  expect(good).toMatchObject({ status: 'fulfilled', value: { state: 'pending' } })
  expect(
    standing(town)
      .map(({ entity, state }) => `${entity} ${state}`)
      .sort(),
  ).toEqual(['W-1 unacknowledged', 'W-2 acknowledged', 'W-3 unacknowledged', 'W-4 unacknowledged', 'W-5 unacknowledged'])
  await town.close()
})

test('a commit that fails leaves all as it was, and the same batch sent again is new', async () => {
  const { town, next } = await slowTown()
  const records = [press('W-1'), press('W-2')]
  const failed = [town.post(records), town.post([press('W-3')], 'other')]
  ;(await next()).fail(new TwinError('store-failed', 'disk full'))
  // The second had come into the next turn, or into the same: whichever failed says so.
  await expect(failed[0]).rejects.toMatchObject({ code: 'store-failed' })
  const { commit, pass } = await next()
  expect(commit.n).toBe(1)
  await pass()
  expect(await failed[1]).toMatchObject({ accepted: 1 })
  expect([town.told.length, standing(town).map(({ entity }) => entity)]).toEqual([1, ['W-3']])
  const again = town.post(records)
  ;(await next()).pass()
  expect(await again).toMatchObject({ accepted: 2, repeated: 0, told: [] })
  expect(town.commits.map(({ n }) => n)).toEqual([1, 2])
  await town.close()
})

test('a large post of which one commit fails is failed whole; sent again, what was kept is repeated', async () => {
  const { town, next, waiting } = await slowTown()
  const many = Array.from({ length: 2_500 }, (_, i) => press(`W-${i}`))
  const failed = town.post(many)
  await (await next()).pass()
  ;(await next()).fail(new TwinError('store-failed', 'disk full'))
  await expect(failed).rejects.toMatchObject({ code: 'store-failed' })
  let isAnswered = false
  const again = town.post(many).then((outcome) => {
    isAnswered = true
    return outcome
  })
  while (!isAnswered) {
    await waiting.shift()?.pass()
    await turn()
  }
  expect(await again).toMatchObject({ accepted: 1_500, repeated: 1_000 })
  expect(standing(town).every(({ count }) => count === 1)).toBe(true)
  await town.close()
})

test('a key that was used for another action is refused, and the same action with the same key was done by the first', async () => {
  const town = await storeTown(folder.file(), KINDS)
  await town.post([press('W-1'), press('W-2')])
  const [one, two] = standing(town)
  const acknowledge = (n: number, alarm: string, by: string) => town.act({ key: key(n), type: 'acknowledge', alarm, count: 1, by })
  expect(await acknowledge(1, one!.id, 'li')).toEqual({ key: key(1), state: 'pending' })
  expect(await acknowledge(1, one!.id, 'wang')).toEqual({ key: key(1), state: 'done', by: 'li' })
  expect(await acknowledge(1, two!.id, 'li')).toMatchObject({ error: { code: 'key-reused', details: { key: key(1) } } })
  expect(await town.act({ key: key(1), type: 'take', alarm: one!.id, by: 'li' })).toMatchObject({ error: { code: 'key-reused' } })
  expect(await acknowledge(2, one!.id, 'wang')).toEqual({ key: key(2), state: 'done', by: 'li' })
  // Of one turn, too, and over a restart.
  const twice = await Promise.all([acknowledge(3, two!.id, 'li'), acknowledge(3, one!.id, 'li'), acknowledge(3, two!.id, 'wang')])
  expect(twice).toMatchObject([{ state: 'pending' }, { error: { code: 'key-reused' } }, { state: 'done', by: 'li' }])
  await town.restart()
  expect(await acknowledge(1, two!.id, 'li')).toMatchObject({ error: { code: 'key-reused' } })
  expect(await acknowledge(3, two!.id, 'wang')).toEqual({ key: key(3), state: 'done', by: 'li' })
  await town.close()
})

test('an action that had no effect may be done again with its key', async () => {
  const town = await storeTown(folder.file(), KINDS)
  await town.post([press('W-1')])
  const [alarm] = standing(town)
  const seen = (count: number) => town.act({ key: key(1), type: 'acknowledge', alarm: alarm!.id, count, by: 'li' })
  await town.post([press('W-1', 2)])
  expect(await seen(1)).toMatchObject({ error: { code: 'alarm-grew' } })
  expect(await seen(2)).toEqual({ key: key(1), state: 'pending' })
  expect(await seen(2)).toEqual({ key: key(1), state: 'done', by: 'li' })
  await town.close()
})

const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('post' as const), source: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('tick', 'restart', 'fail') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('pass', 'settle', 'answer') }) },
)
property(
  'times of commits rise strictly, also over restarts, and whatever is committed after a settled time has a later one',
  [fc.array(fc.record({ what: happening, ms: fc.constantFrom(0, 0, 1, 40, 3_000) }), { minLength: 1, maxLength: 25 })],
  async (happenings) => {
    const { town, next, waiting } = await slowTown()
    const settled: { readonly ms: number; readonly told: number }[] = []
    const pending = new Set<Promise<unknown>>()
    const track = (promise: Promise<unknown>): void => {
      pending.add(promise)
      const over = () => pending.delete(promise)
      promise.then(over, over)
    }
    const settle = () => settled.push({ ms: town.authority.settledMs(), told: town.told.length })
    const drain = async () => {
      while (pending.size > 0) {
        await waiting.shift()?.pass()
        await turn()
      }
    }
    let seq = 0
    for (const { what, ms } of happenings) {
      town.pass(ms)
      if (what.do === 'post') track(town.post([press(`W-${what.source}`, ++seq)], `source ${what.source}`))
      else if (what.do === 'tick') track(town.tick())
      else if (what.do === 'settle') settle()
      else if (what.do === 'answer' && waiting.length > 0) await (await next()).pass()
      else if (what.do === 'fail' && waiting.length > 0) (await next()).fail(new TwinError('store-failed', 'disk full'))
      else if (what.do === 'restart') {
        settle()
        await drain()
        // What was settled and promised to a viewer holds for the server that comes after.
        await town.authority.promise(town.authority.settledMs())
        settle()
        await town.restart()
      }
      await turn()
    }
    await drain()
    settle()
    track(town.post([press('W-end')]))
    await drain()
    const times = town.told.map(({ atMs }) => atMs)
    for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1]!)
    for (const { ms, told } of settled) {
      for (const atMs of times.slice(told)) expect(atMs).toBeGreaterThan(ms)
    }
    expect(town.told.map(({ n }) => n)).toEqual(town.told.map((_, i) => i + 1))
    expect(times.every(Number.isInteger)).toBe(true)
    await town.close()
  },
  { runs: 200, timeoutMs: 60_000 },
)

test('a settled time goes on while nothing comes, and stands before a turn that is under way', async () => {
  const { town, next } = await slowTown()
  town.pass(5_000)
  expect(town.authority.settledMs()).toBe(BEGIN_MS + 5_000)
  const posted = town.post([press('W-1')])
  const { commit, pass } = await next()
  town.pass(5_000)
  expect(town.authority.settledMs()).toBeLessThan(commit.changes.nowMs)
  await pass()
  await posted
  expect(town.authority.settledMs()).toBe(BEGIN_MS + 10_000)
  await town.close()
})

test('what was promised is not gone back behind by a server that starts with its clock set back', async () => {
  const town = await storeTown(folder.file(), KINDS)
  town.pass(50_000)
  const promised = town.authority.nowMs() + 1_500
  await town.authority.promise(promised)
  town.pass(-40_000)
  await town.restart()
  expect(town.authority.settledMs()).toBeGreaterThanOrEqual(promised)
  await town.post([press('W-1')])
  expect(town.told.at(-1)!.atMs).toBeGreaterThan(promised)
  await expect(town.authority.promise(town.authority.nowMs() + 3_600_000)).rejects.toThrow('is ahead of the clock')
  await town.close()
})

test('a tick that changes nothing makes no commit, and notes seldom that somebody listens', async () => {
  const town = await storeTown(folder.file(), KINDS)
  const awake = async () => (await town.store.load()).awakeMs - BEGIN_MS
  const seen = new Set<number>()
  for (let i = 0; i < 60; i++) {
    town.pass(1_000)
    await town.tick()
    seen.add(await awake())
  }
  expect(town.commits.length).toBe(0)
  expect([...seen]).toEqual([1_000, 16_000, 31_000, 46_000])
  await town.close()
})

test('notes at a stop until when it heard', async () => {
  const town = await storeTown(folder.file(), KINDS)
  await town.post([press('W-1')])
  town.pass(9_000)
  await town.tick()
  await town.restart()
  expect((await town.store.load()).awakeMs).toBe(BEGIN_MS + 9_000)
  await town.close()
})

test('takes nothing more once it closes, and answers what came before', async () => {
  const { town, next } = await slowTown()
  const posted = town.post([press('W-1')])
  const closing = town.authority.close()
  await expect(town.post([press('W-2')])).rejects.toMatchObject({ code: 'store-failed' })
  await expect(town.act({ key: key(1), type: 'acknowledge', alarm: 'a', count: 1, by: 'li' })).rejects.toMatchObject({
    code: 'store-failed',
  })
  await expect(town.tick()).rejects.toMatchObject({ code: 'store-failed' })
  await (await next()).pass()
  await closing
  expect(await posted).toMatchObject({ accepted: 1 })
  await town.store.close()
})

test('a source that sends faster than the store takes is refused before memory is full, and the others are not', async () => {
  const { town, next, waiting } = await slowTown()
  const first = town.post([press('W-0')])
  const commit = await next()
  const flood = (from: number) =>
    town.post(
      Array.from({ length: 26_000 }, (_, i) => band('W-1', from + i, { battery: 5 })),
      'flood',
    )
  const taken = [flood(0), flood(30_000)]
  await expect(flood(60_000)).rejects.toMatchObject({
    code: 'store-failed',
    message: expect.stringContaining('52000 records of source flood wait') as string,
  })
  const other = town.post([press('W-2')], 'bands')
  await commit.pass()
  await first
  await (await next()).pass()
  expect(await other).toMatchObject({ accepted: 1 })
  let answered = 0
  for (const each of taken) each.then(() => answered++)
  while (answered < 2) {
    await waiting.shift()?.pass()
    await turn()
  }
  await town.close()
}, 60_000)
