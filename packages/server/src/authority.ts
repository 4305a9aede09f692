// Server flow: POST records, POST actions, ticks -> **authority** -> intake -> store -> answers and stream. It alone decides
// alarms. One turn at a time: what came meanwhile goes into the next turn together, is judged, and is committed at once;
// nothing is answered, told to a viewer or remembered before the commit, so a commit that fails leaves all as it was.
import type { CompiledRule } from '@twinmap/core/internal/alarms/compile-rule'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { intake } from '@twinmap/core/internal/intake/intake'
import { adopt, adoptAlarm, adoptMemory, createIntakeState, type IntakeState, isEmpty, ruleKey } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Acknowledge, ActionAnswer } from '@twinmap/core/internal/record/action'
import type { CheckedRecord } from '@twinmap/core/internal/record/check'
import type { LogEntry, RecordKey, Store } from './store/store.ts'

export interface Authority {
  readonly state: IntakeState
  readonly streamId: string
  /** The last commit. */
  readonly n: () => number
  /** Resolves after the commit. @throws TwinError `store-failed` */
  readonly post: (records: readonly CheckedRecord[]) => Promise<{ readonly accepted: number; readonly repeated: number }>
  /** Resolves after the commit. @throws TwinError `store-failed` */
  readonly act: (action: Acknowledge & { readonly by: string }) => Promise<ActionAnswer>
  /** Lets time pass. */
  readonly tick: () => Promise<void>
  /** Resolves when all that came is committed; nothing more is taken. */
  readonly close: () => Promise<void>
}

export interface AuthorityPorts {
  readonly store: Store
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly rules: ReadonlyMap<string, readonly CompiledRule[]>
  readonly nowMs: () => number
  /** After each commit, in order. */
  readonly committed: (entry: LogEntry) => void
  /** Commits of the kept log, at the start. */
  readonly began: (log: readonly LogEntry[], n: number) => void
  /** How far back the kept log goes, ms. */
  readonly logMs: number
}

/** Records that wait for a turn at the most; more is refused, and its source sends it again. */
const MOST_WAITING = 100_000
/** Records of one turn; a post is never divided. */
const MOST_IN_A_TURN = 5_000
/** So often the store is told that somebody listens, ms. */
const AWAKE_EVERY_MS = 15_000

type Job =
  | {
      readonly type: 'post'
      readonly records: readonly CheckedRecord[]
      readonly done: (n: { accepted: number; repeated: number }) => void
    }
  | { readonly type: 'act'; readonly action: Acknowledge & { readonly by: string }; readonly done: (answer: ActionAnswer) => void }
  | { readonly type: 'tick'; readonly done: () => void }
type Waiting = Job & { readonly fail: (error: unknown) => void }

export async function createAuthority(ports: AuthorityPorts): Promise<Authority> {
  const { store, nowMs } = ports
  const state = createIntakeState()
  const loaded = await store.load(nowMs() - ports.logMs)
  for (const entity of loaded.entities) {
    const ofKind = state.entities.get(entity.kind) ?? new Map()
    state.entities.set(entity.kind, ofKind.set(entity.id, entity))
  }
  for (const [key, memory] of loaded.memories) adoptMemory(state, key, memory)
  for (const alarm of loaded.standing) adoptAlarm(state, alarm)
  state.nextAlarm = loaded.nextAlarm
  state.awakeMs = loaded.awakeMs
  state.deafUntilMs = loaded.deafUntilMs
  let n = loaded.n
  ports.began(loaded.log, n)

  let queue: Waiting[] = []
  let waitingRecords = 0
  let turning: Promise<void> | null = null
  let closed = false
  let toldAwakeMs = 0

  async function turns(): Promise<void> {
    while (queue.length > 0) {
      const jobs: Waiting[] = []
      let records = 0
      while (queue.length > 0 && (jobs.length === 0 || records < MOST_IN_A_TURN)) {
        const job = queue.shift()!
        if (job.type === 'post') records += job.records.length
        jobs.push(job)
      }
      waitingRecords -= records
      try {
        await turn(jobs)
      } catch (error) {
        for (const job of jobs) job.fail(error)
      }
    }
    turning = null
  }

  async function turn(jobs: readonly Waiting[]): Promise<void> {
    const records = jobs.flatMap((job) => (job.type === 'post' ? job.records : []))
    const asked = jobs.flatMap((job) => (job.type === 'act' ? [job.action] : []))
    const [seen, before] = await Promise.all([seenBefore(records), doneBefore(asked)])
    const changes = intake(
      state,
      { nowMs: nowMs(), records, actions: asked.filter((action) => !before.byKey.has(action.key)) },
      {
        kinds: ports.kinds,
        rules: ports.rules,
        seen: (checked) => seen.has(keyOf(checked)),
        acknowledgedBy: (alarm) => before.byAlarm.get(alarm) ?? null,
      },
    )
    if (isEmpty(changes)) {
      if (changes.nowMs - toldAwakeMs >= AWAKE_EVERY_MS) {
        await store.awake(changes.nowMs)
        toldAwakeMs = changes.nowMs
      }
      adopt(state, changes)
    } else {
      await store.append({ ...changes, n: n + 1 })
      n++
      toldAwakeMs = changes.nowMs
      adopt(state, changes)
      ports.committed({ n, nowMs: changes.nowMs, records: changes.records.map(({ record }) => record), alarms: changes.alarms })
    }
    const accepted = new Set(changes.records)
    const answers = new Map(changes.actions.map(({ key, answer }) => [key, answer]))
    for (const job of jobs) {
      if (job.type === 'post') {
        const count = job.records.filter((record) => accepted.has(record)).length
        job.done({ accepted: count, repeated: job.records.length - count })
      } else if (job.type === 'act') {
        const { key } = job.action
        const first = before.byKey.get(key)
        job.done(first === undefined ? answers.get(key)! : { key, state: 'done', by: first })
      } else job.done()
    }
  }

  /** Keys that the store has. What is above all that was heard of its entity is surely new, and saves the look-up. */
  async function seenBefore(records: readonly CheckedRecord[]): Promise<ReadonlySet<string>> {
    const unsure: RecordKey[] = []
    for (const { record, identity } of records) {
      const entity = state.entities.get(record.kind)?.get(record.id)
      const { boot, seq } = record
      const isAbove =
        boot !== undefined &&
        seq !== undefined &&
        (entity === undefined || boot > entity.newestBoot || (boot === entity.newestBoot && seq > entity.newestSeq))
      if (!isAbove) unsure.push([record.kind, record.id, identity])
    }
    const known = unsure.length === 0 ? [] : await store.known(unsure)
    return new Set(known.map(([kind, id, identity]) => ruleKey(kind, id, identity)))
  }

  async function doneBefore(actions: readonly Acknowledge[]) {
    const byKey = new Map<string, string>()
    const byAlarm = new Map<string, string>()
    for (const { key, alarm } of actions) {
      const by = await store.actionBy(key)
      if (by !== null) byKey.set(key, by)
      if (state.standing.has(alarm)) continue
      const ended: KeptAlarm | null = await store.alarm(alarm)
      if (ended?.acknowledged) byAlarm.set(alarm, ended.acknowledged.by)
    }
    return { byKey, byAlarm }
  }

  function enqueue(job: Waiting): void {
    if (closed) job.fail(new TwinError('store-failed', 'the server is stopping; send it again'))
    else if (job.type === 'post' && waitingRecords > MOST_WAITING)
      job.fail(new TwinError('store-failed', 'the store is behind; send the batch again in a second'))
    else {
      if (job.type === 'post') waitingRecords += job.records.length
      queue.push(job)
      turning ??= turns()
    }
  }

  return {
    state,
    streamId: loaded.streamId,
    n: () => n,
    post: (records) => new Promise((done, fail) => enqueue({ type: 'post', records, done, fail })),
    act: (action) => new Promise((done, fail) => enqueue({ type: 'act', action, done, fail })),
    tick: () => new Promise((done, fail) => enqueue({ type: 'tick', done, fail })),
    close: async () => {
      closed = true
      await turning
      queue = []
    },
  }
}

const keyOf = ({ record, identity }: CheckedRecord): string => ruleKey(record.kind, record.id, identity)
