// Server flow: records, actions, ticks -> **authority** -> intake -> store -> answers and stream. It alone decides alarms and
// order. One turn at a time: what came meanwhile goes into the next turn, is judged, and is committed at once; nothing is
// answered, told to a viewer or remembered before the commit, so a commit that fails leaves all as it was.
import { randomBytes } from 'node:crypto'
import type { CompiledRule } from '@twinmap/core/internal/alarms/compile-rule'
import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import { errorToData, TwinError } from '@twinmap/core/internal/error/twin-error'
import { isAbove } from '@twinmap/core/internal/intake/generation'
import { type IntakeInput, intake, type Known, NOTHING_KNOWN } from '@twinmap/core/internal/intake/intake'
import {
  adopt,
  adoptAlarm,
  adoptDisclosure,
  adoptEntity,
  adoptMemory,
  createIntakeState,
  entityIn,
  type IntakeChanges,
  type IntakeState,
  isEmpty,
  type Missing,
  type PostOutcome,
} from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import type { Action, ActionAnswer } from '@twinmap/core/internal/record/action'
import type { CheckedRecord } from '@twinmap/core/internal/record/check'
import type { Told } from '@twinmap/core/internal/record/record'
import { visibilityMask } from '@twinmap/core/internal/record/visibility'
import { type ClockPorts, createTwinClock } from './clock/twin-clock.ts'
import { numbersOf } from './store/commit-rows.ts'
import type { AskedRecord, LogEntry, Store } from './store/store.ts'
import { createTurnQueue, type Part } from './turn-queue.ts'

export type ActionBy = Action & { readonly by: string }

export interface Authority {
  readonly state: IntakeState
  readonly streamId: string
  /** The server's clock, which never steps, UTC ms. */
  readonly nowMs: () => number
  /**
   * The time up to which all is committed and told: whatever is committed from now on has a later time. Viewers are told of nothing
   * behind it.
   */
  readonly settledMs: () => number
  /** Resolves when this server will not go back behind a time, over a restart either. What viewers go on from must be so. */
  readonly promise: (ms: number) => Promise<void>
  /** Resolves after the last commit with these records. @throws TwinError `store-failed` */
  readonly ingest: (source: string, records: readonly CheckedRecord[]) => Promise<PostOutcome>
  /** Resolves after the commit. @throws TwinError `store-failed` */
  readonly act: (action: ActionBy) => Promise<ActionAnswer>
  /** Lets time pass. */
  readonly tick: () => Promise<void>
  /** Resolves when all that came is committed; nothing more is taken. */
  readonly close: () => Promise<void>
}

export interface AuthorityPorts {
  readonly store: Store
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly rules: ReadonlyMap<string, readonly CompiledRule[]>
  readonly clock: ClockPorts
  /** After each commit, in order. */
  readonly committed: (entry: LogEntry) => void
  /** Commits of the kept log, at the start. */
  readonly began: (log: readonly LogEntry[], promisedMs: number) => void
  /** An id that nobody can guess; tests give their own. */
  readonly newId?: (prefix: 'a' | 'd') => string
}

/** So often the store is told that somebody listens, ms. */
const AWAKE_EVERY_MS = 15_000
/** So far ahead time is promised, so that seldom anybody waits for a promise. */
const PROMISED_MS = 2_000

/** A post, while its parts are taken. */
interface PostJob {
  accepted: number
  repeated: number
  readonly told: Told[]
  readonly done: (outcome: PostOutcome) => void
  readonly fail: (error: unknown) => void
  /** It was answered: a part of it failed. */
  over: boolean
}
interface ActJob {
  readonly action: ActionBy
  readonly done: (answer: ActionAnswer) => void
  readonly fail: (error: unknown) => void
}

interface Turn {
  readonly parts: readonly Part<PostJob>[]
  readonly acts: readonly ActJob[]
}

export async function createAuthority(ports: AuthorityPorts): Promise<Authority> {
  const { store, newId = randomId } = ports
  const loaded = await store.load()
  const state = createIntakeState()
  for (const entity of loaded.entities) adoptEntity(state, entity)
  // What a rule remembered that is declared no more waits for nothing.
  const isDeclared = (kind: string, rule: string) => ports.rules.get(kind)?.some(({ name }) => name === rule) === true
  for (const { kind, id, rule, memory } of loaded.memories) if (isDeclared(kind, rule)) adoptMemory(state, kind, id, rule, memory)
  for (const alarm of loaded.standing) adoptAlarm(state, alarm)
  for (const disclosure of loaded.disclosures) adoptDisclosure(state, disclosure)
  state.records = loaded.records
  state.awakeMs = loaded.awakeMs
  state.deafUntilMs = loaded.deafUntilMs
  const clock = createTwinClock(ports.clock, loaded.promisedMs + 1)
  ports.began(loaded.log, loaded.promisedMs)

  let n = loaded.n
  let promisedMs = loaded.promisedMs
  /** Whatever is committed next has a time above this one. */
  let settledMs = loaded.promisedMs
  /** A turn has its time, and is not committed yet. */
  let isUnderWay = false
  const posts = createTurnQueue<PostJob>()
  let acts: ActJob[] = []
  let ticks: { readonly done: () => void; readonly fail: (error: unknown) => void }[] = []
  let turning: Promise<void> | null = null
  let closed = false
  let toldAwakeMs = loaded.awakeMs

  const isIdle = (): boolean => posts.isEmpty() && acts.length === 0 && ticks.length === 0

  async function turns(): Promise<void> {
    while (!isIdle()) {
      const asked = ticks
      ticks = []
      const turn: Turn = { parts: posts.next(), acts: takeActs() }
      try {
        await take(turn)
        for (const { done } of asked) done()
      } catch (error) {
        for (const { fail } of [...asked, ...turn.acts]) fail(error)
        for (const { post } of turn.parts) failPost(post, error)
      }
    }
    turning = null
  }

  /** One action of a key in a turn: whether its key was used is asked of the store. */
  function takeActs(): ActJob[] {
    const keys = new Set<string>()
    const taken: ActJob[] = []
    const later: ActJob[] = []
    for (const job of acts) {
      if (keys.has(job.action.key)) later.push(job)
      else taken.push(job)
      keys.add(job.action.key)
    }
    acts = later
    return taken
  }

  function failPost(post: PostJob, error: unknown): void {
    post.over = true
    post.fail(error)
  }

  /** Takes a turn. What the store refuses is divided until what it refuses stands alone; the others are kept. */
  async function take(turn: Turn): Promise<void> {
    const { parts, acts } = turn
    const count = parts.reduce((sum, { records }) => sum + records.length, 0)
    try {
      await commit(turn)
    } catch (error) {
      if (!(error instanceof TwinError) || error.code !== 'store-refused' || count + acts.length === 0) throw error
      if (count + acts.length === 1) refuse(turn, error)
      else if (acts.length > 0) {
        if (count > 0) await take({ parts, acts: [] })
        for (const act of acts) await take({ parts: [], acts: [act] })
      } else {
        const [first, second] = halves(parts, count)
        await take({ parts: first, acts: [] })
        await take({ parts: second, acts: [] })
      }
    }
  }

  /** Tells who sent the one record, or the one action, that the store refuses. */
  function refuse({ parts: [part], acts: [act] }: Turn, error: TwinError): void {
    act?.fail(error)
    if (part === undefined) return
    const { post, records, isLast } = part
    const { record, index } = records[0]!
    post.told.push({ index, code: 'store-refused', message: `${record.kind} ${record.id.slice(0, 40)}: ${error.message}` })
    if (isLast && !post.over) answerPost(post)
  }

  async function commit({ parts, acts: asked }: Turn): Promise<void> {
    const live = parts.filter(({ post }) => !post.over)
    const records = live.flatMap((part) => part.records)
    const [known, before] = await Promise.all([knownOf(records), doneBefore(asked.map(({ action }) => action))])
    const fresh = asked.filter(({ action }) => !before.answers.has(action.key))
    const nowMs = Math.max(clock.nowMs(), settledMs + 1)
    isUnderWay = true
    try {
      const changes = await judge(
        { nowMs, posts: live.map(({ source, records }) => ({ source, records })), actions: fresh.map(({ action }) => action) },
        known,
        before,
      )
      await keep(changes)
      settledMs = nowMs
      changes.posts.forEach(({ accepted, repeated, told }, i) => {
        const { post, isLast } = live[i]!
        post.accepted += accepted
        post.repeated += repeated
        post.told.push(...told)
        if (isLast) answerPost(post)
      })
      for (const [i, { answer }] of changes.actions.entries()) fresh[i]!.done(answer)
      for (const { action, done } of asked) {
        const answer = before.answers.get(action.key)
        if (answer !== undefined) done(answer)
      }
    } finally {
      isUnderWay = false
    }
  }

  const answerPost = ({ accepted, repeated, told, done }: PostJob): void => done({ accepted, repeated, told })

  async function judge(
    input: IntakeInput,
    known: ReadonlyMap<CheckedRecord, Known>,
    { byAlarm, ended }: Pick<Awaited<ReturnType<typeof doneBefore>>, 'byAlarm' | 'ended'>,
  ): Promise<IntakeChanges> {
    const cold = new Map<string, Map<string, Awaited<ReturnType<Store['cold']>>[number]>>()
    for (;;) {
      const changes = intake(state, input, {
        kinds: ports.kinds,
        rules: ports.rules,
        known: (record) => known.get(record) ?? NOTHING_KNOWN,
        cold: (kind, id) => cold.get(kind)?.get(id) ?? null,
        acknowledgedBy: (alarm) => byAlarm.get(alarm) ?? null,
        endedDisclosure: (id) => ended.get(id) ?? null,
        newId,
      })
      const { missing } = changes
      if (missing.length === 0) return changes
      const asked = wholeOf(missing)
      const fetched = await store.cold(asked)
      for (const [i, { kind, id }] of asked.entries()) {
        const ofKind = cold.get(kind) ?? new Map()
        cold.set(kind, ofKind.set(id, fetched[i]!))
      }
    }
  }

  /** Each entity once, with all samples that are in the store alone: each of its rules reaches back to a time of its own. */
  function wholeOf(missing: readonly Missing[]): Missing[] {
    const entities = new Set(missing.map(({ kind, id }) => entityIn(state, kind, id)!))
    return [...entities].map(({ state: { kind, id }, memories }) => {
      const begins = [...memories.values()].flatMap((memory) =>
        memory.type === 'sampled' && memory.cold !== null ? [memory.baseMark?.t ?? Number.NEGATIVE_INFINITY] : [],
      )
      return { kind, id, fromMs: Math.min(...begins) }
    })
  }

  async function keep(changes: IntakeChanges): Promise<void> {
    const { nowMs } = changes
    if (isEmpty(changes)) {
      if (nowMs - toldAwakeMs >= AWAKE_EVERY_MS)
        await note({ awakeMs: nowMs, deafUntilMs: changes.deafUntilMs, promisedMs: nowMs + PROMISED_MS })
      adopt(state, changes)
      return
    }
    const promised = Math.max(promisedMs, nowMs + PROMISED_MS)
    const masks = changes.records.map(({ record }) => visibilityMask(record, ports.kinds.get(record.kind)!))
    await store.append({ n: n + 1, promisedMs: promised, changes, masks })
    n++
    promisedMs = promised
    toldAwakeMs = nowMs
    adopt(state, changes)
    const { rows, heard, alarms, disclosures } = changes
    ports.committed({ n, atMs: nowMs, rows, heard, alarms, disclosures })
  }

  async function note(noted: Parameters<Store['promise']>[0]): Promise<void> {
    const promised = Math.max(promisedMs, noted.promisedMs)
    await store.promise({ ...noted, promisedMs: promised })
    promisedMs = promised
    toldAwakeMs = noted.awakeMs
  }

  /** What is above all that was heard of its entity is surely new, and saves the look-up. */
  async function knownOf(records: readonly CheckedRecord[]): Promise<ReadonlyMap<CheckedRecord, Known>> {
    const unsure: CheckedRecord[] = []
    const asked: AskedRecord[] = []
    for (const checked of records) {
      const { kind, id } = checked.record
      const count = entityIn(state, kind, id)?.state.count
      const numbers = numbersOf(checked.record)
      if (count === undefined || (numbers !== null && isAbove(...numbers, count.highestBoot, count.highestSeq))) continue
      unsure.push(checked)
      asked.push({ kind, id, numbers, hash: checked.hash })
    }
    const found = asked.length === 0 ? [] : await store.known(asked)
    return new Map(unsure.map((checked, i) => [checked, found[i]!]))
  }

  async function doneBefore(actions: readonly ActionBy[]) {
    const answers = new Map<string, ActionAnswer>()
    const byAlarm = new Map<string, string>()
    const ended = new Map<string, KeptDisclosure>()
    for (const action of actions) {
      const { key, alarm } = action
      const first = await store.action(key)
      if (first !== null && (first.action.alarm !== alarm || first.action.type !== action.type))
        answers.set(key, {
          error: errorToData(
            new TwinError('key-reused', `key ${key} was used for another action before; make a new key for each action`, { key }),
          ),
        })
      else if (first?.effective) answers.set(key, { key, state: 'done', by: first.by })
      if (state.standing.has(alarm) || state.disclosures.has(alarm)) continue
      if (action.type === 'acknowledge') {
        const by = await store.acknowledgedBy(alarm)
        if (by !== null) byAlarm.set(alarm, by)
      } else {
        const disclosure = await store.disclosure(alarm)
        if (disclosure !== null) ended.set(alarm, disclosure)
      }
    }
    return { answers, byAlarm, ended }
  }

  function begin(add: () => void, fail: (error: unknown) => void): void {
    try {
      if (closed) throw new TwinError('store-failed', 'the server is stopping; send it again')
      add()
      turning ??= turns()
    } catch (error) {
      fail(error)
    }
  }

  const heardUntil = () => ({ awakeMs: Math.max(toldAwakeMs, state.awakeMs), deafUntilMs: state.deafUntilMs })

  return {
    state,
    streamId: loaded.streamId,
    nowMs: clock.nowMs,
    settledMs: () => {
      // Nothing is under way: what comes next will be later than now.
      if (!isUnderWay) settledMs = Math.max(settledMs, clock.nowMs())
      return settledMs
    },
    promise: async (ms) => {
      if (ms > promisedMs) await note({ ...heardUntil(), promisedMs: clock.nowMs() + PROMISED_MS })
      if (ms > promisedMs) throw new RangeError(`time ${ms} is ahead of the clock`)
    },
    ingest: (source, records) =>
      new Promise((done, fail) => {
        const post: PostJob = { accepted: 0, repeated: 0, told: [], done, fail, over: false }
        if (records.length === 0) done({ accepted: 0, repeated: 0, told: [] })
        else begin(() => posts.add(source, post, records), fail)
      }),
    act: (action) => new Promise((done, fail) => begin(() => acts.push({ action, done, fail }), fail)),
    tick: () => new Promise((done, fail) => begin(() => ticks.push({ done, fail }), fail)),
    close: async () => {
      closed = true
      await turning
      // So that nothing counts as unheard by a stop that took no time.
      if (state.awakeMs > toldAwakeMs) await note({ ...heardUntil(), promisedMs })
    },
  }
}

/** Parts of about half the records each; a post keeps its order. */
function halves(parts: readonly Part<PostJob>[], count: number): readonly [Part<PostJob>[], Part<PostJob>[]] {
  const first: Part<PostJob>[] = []
  const second: Part<PostJob>[] = []
  let left = count >> 1
  for (const part of parts) {
    const { records } = part
    if (records.length <= left) first.push(part)
    else if (left === 0) second.push(part)
    else {
      first.push({ ...part, records: records.slice(0, left), isLast: false })
      second.push({ ...part, records: records.slice(left) })
    }
    left = Math.max(0, left - records.length)
  }
  return [first, second]
}

const randomId = (prefix: 'a' | 'd'): string => `${prefix}-${randomBytes(9).toString('base64url')}`
