// Live flow: check -> **intake** -> store and stream. One pure function: what came goes in, with the time at which it came; what
// it makes comes out, and nothing is changed until the caller adopts that, which the server does after its commit. Every record
// that was not seen before goes to the rules, also a late one, before "newest wins"; then it is merged. Time is an input: a tick
// is an input without records.
import { type CompiledRule, type LeafWord, type Profile, wordsOf } from '../alarms/compile-rule.ts'
import { actOnDisclosure, hasDisclosures, type KeptDisclosure, reduceDisclosures } from '../alarms/disclosure.ts'
import {
  copySampled,
  createSampled,
  type Happening,
  isBacklog,
  judgeLatched,
  judgeSample,
  judgeTime,
  metAlone,
  type RuleMemory,
  type SampledMemory,
} from '../alarms/judge.ts'
import { type KeptAlarm, raiseAlarm, reduceAlarm } from '../alarms/life-cycle.ts'
import { compareSamples, type Sample } from '../alarms/timeline.ts'
import { errorToData, TwinError } from '../error/twin-error.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { AboutDisclosure, Action } from '../record/action.ts'
import type { CheckedRecord } from '../record/check.ts'
import { ABSENT, type Order } from '../record/order.ts'
import type { Location, Row, Told } from '../record/record.ts'
import { answerAcknowledge } from './acknowledge.ts'
import { AGREE_MS, type DeviceTime, hearClock, noteOff, noteRaw, timeOf } from './device-clock.ts'
import { compareDue, type Due } from './due-queue.ts'
import { type Placed, placeRecord } from './generation.ts'
import { createEntity, type EntityState, mergeRecord, rowOf } from './merge.ts'
import {
  type ActionOutcome,
  type Entity,
  entityIn,
  type Heard,
  type IntakeChanges,
  type IntakeState,
  type KeptRecord,
  type Missing,
  type PostOutcome,
} from './state.ts'
import { toldOfClock, toldOfNumbers } from './told.ts'

export interface IntakeInput {
  /** The time of the input, UTC ms of the server's clock. */
  readonly nowMs: number
  readonly posts?: readonly Post[]
  readonly actions?: readonly (Action & { readonly by: string })[]
}

/** Records that came together from one source, or a part of them. */
export interface Post {
  readonly source: string
  readonly records: readonly CheckedRecord[]
}

/** A record that was kept before with the same hash, the newest of them. */
export interface Before {
  readonly receivedMs: number
  readonly source: string
  readonly isTimed: boolean
}

/** What the store knows of a record that comes. */
export interface Known {
  readonly same: Before | null
  /** Generations in which the same boot and seq were used with other content. */
  readonly usedIn: readonly number[]
}
export const NOTHING_KNOWN: Known = { same: null, usedIn: [] }

/** What a kept record said to the rules; those that memory does not hold since a start. */
export interface ColdRecord {
  readonly t: number
  readonly at: number
  readonly words: Readonly<Record<string, readonly LeafWord[]>>
}

export interface IntakePorts {
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** By kind. */
  readonly rules: ReadonlyMap<string, readonly CompiledRule[]>
  /** What was kept before this input; repeats inside the input are found here. */
  readonly known: (record: CheckedRecord) => Known
  /**
   * Ascending by t and at, from `fromMs` on. Asked only for a late record of an entity of which samples are in the store alone.
   * Null: they were not fetched yet; then the changes say so (`missing`), and the input is to be given again with them.
   */
  readonly cold: (kind: string, id: string) => readonly ColdRecord[] | null
  /** Who acknowledged an alarm that stands no more; null: there was none. */
  readonly acknowledgedBy: (alarm: string) => string | null
  /** A disclosure that stands no more; null: there was none. */
  readonly endedDisclosure: (id: string) => KeptDisclosure | null
  /** An id that nobody can guess. */
  readonly newId: (prefix: 'a' | 'd') => string
}

/** If no input arrives for this long, the server counts as having been away, and silence is counted from its return. */
export const DEAF_MS = 60_000
/** Equal content without a time that moves is a repeat only within so long, from the same source. */
export const REPEAT_MS = AGREE_MS
/** A checkpoint of an entity is kept each so many of its records: a history reads no more of them than that. */
export const CHECKPOINT_RECORDS = 64
/** Silence is looked for once in so long, ms. */
const SILENCE_STEP_MS = 1_000

export function intake(state: IntakeState, input: IntakeInput, ports: IntakePorts): IntakeChanges {
  const draft = createDraft(state, input.nowMs, ports)
  const posts = (input.posts ?? []).map((post) => takePost(draft, post))
  passTime(draft)
  const actions = (input.actions ?? []).map((action) => takeAction(draft, action))
  disclose(draft)
  const touched = [...draft.entities.values()].flatMap((ofKind) => [...ofKind.values()])
  return {
    nowMs: input.nowMs,
    records: draft.records,
    rows: draft.rows,
    heard: draft.heard,
    posts,
    entities: touched.flatMap(({ before, state }) => (state === before?.state ? [] : [state])),
    checkpoints: touched.flatMap(({ before, state }) =>
      Math.floor(state.kept / CHECKPOINT_RECORDS) > Math.floor((before?.state.kept ?? 0) / CHECKPOINT_RECORDS) ? [state] : [],
    ),
    memories: touched.flatMap(({ state: { kind, id }, memories }) => [...memories].map(([rule, memory]) => ({ kind, id, rule, memory }))),
    alarms: draft.transitions,
    disclosures: draft.disclosures,
    actions,
    deafUntilMs: draft.deafUntilMs,
    missing: draft.missing,
  }
}

/** What this input has changed so far, over what stood before it. */
interface Draft {
  readonly base: IntakeState
  readonly ports: IntakePorts
  readonly nowMs: number
  readonly deafUntilMs: number
  /** By kind, then id. */
  readonly entities: Map<string, Map<string, EntityDraft>>
  readonly records: KeptRecord[]
  readonly rows: Row[]
  readonly heard: Heard[]
  readonly transitions: KeptAlarm[]
  readonly disclosures: KeptDisclosure[]
  readonly missing: Missing[]
}

interface EntityDraft {
  readonly before: Entity | undefined
  state: EntityState
  /** Those that changed. */
  readonly memories: Map<string, RuleMemory>
  /** Those that changed; `normal`: it ended in this input. */
  readonly standing: Map<string, KeptAlarm>
  /** Alarms that were raised, or occurred anew, in this input. */
  readonly raised: KeptAlarm[]
  /** Those that an action changed, by name. */
  readonly disclosures: Map<string, KeptDisclosure>
  /** Records of this input by hash, and the numbers they used. */
  readonly came: Map<string, Before>
  readonly used: Set<string>
}

function createDraft(base: IntakeState, nowMs: number, ports: IntakePorts): Draft {
  return {
    base,
    ports,
    nowMs,
    deafUntilMs: nowMs - base.awakeMs > DEAF_MS ? nowMs : base.deafUntilMs,
    entities: new Map(),
    records: [],
    rows: [],
    heard: [],
    transitions: [],
    disclosures: [],
    missing: [],
  }
}

function draftOf(draft: Draft, kind: string, id: string): EntityDraft {
  let ofKind = draft.entities.get(kind)
  if (ofKind === undefined) draft.entities.set(kind, (ofKind = new Map()))
  let own = ofKind.get(id)
  if (own === undefined) {
    const before = entityIn(draft.base, kind, id)
    own = {
      before,
      state: before?.state ?? createEntity(kind, id),
      memories: new Map(),
      standing: new Map(),
      raised: [],
      disclosures: new Map(),
      came: new Map(),
      used: new Set(),
    }
    ofKind.set(id, own)
  }
  return own
}

const stateOf = (draft: Draft, kind: string, id: string): EntityState | undefined =>
  (draft.entities.get(kind)?.get(id) ?? entityIn(draft.base, kind, id))?.state

const everyMsOf = (draft: Draft, kind: string): number | undefined => draft.ports.kinds.get(kind)!.everyMs

function takePost(draft: Draft, { source, records }: Post): PostOutcome {
  const told: Told[] = []
  const fresh = new Map<EntityDraft, CheckedRecord[]>()
  const accepted = new Set<CheckedRecord>()
  for (const checked of records) {
    const entity = draftOf(draft, checked.record.kind, checked.record.id)
    const same = sameBefore(draft, entity, checked, source)
    if (same !== null) {
      hearRepeat(draft, entity, checked, same)
      continue
    }
    accepted.add(checked)
    // Whether its time is usable is known once the whole post was read, and asked for no earlier: within the post it is a repeat.
    entity.came.set(checked.hash, { receivedMs: draft.nowMs, source, isTimed: false })
    const ofEntity = fresh.get(entity)
    if (ofEntity === undefined) fresh.set(entity, [checked])
    else ofEntity.push(checked)
  }
  const nextOf = new Map<EntityDraft, number>()
  for (const [entity, ofEntity] of fresh) {
    hearPost(draft, entity, ofEntity)
    nextOf.set(entity, 0)
  }
  // In the order of the post, because a profile may come before a reading that it judges; of one entity in its own order.
  for (const { record } of accepted) {
    const entity = draftOf(draft, record.kind, record.id)
    const next = nextOf.get(entity)!
    nextOf.set(entity, next + 1)
    takeRecord(draft, entity, fresh.get(entity)![next]!, source, told)
  }
  for (const [entity, ofEntity] of fresh) tellClock(draft, entity, ofEntity, told)
  return { accepted: accepted.size, repeated: records.length - accepted.size, told }
}

/** The record that this one repeats; null: it is a new one. */
function sameBefore(draft: Draft, { came, state }: EntityDraft, checked: CheckedRecord, source: string): Before | null {
  const same = came.get(checked.hash) ?? draft.ports.known(checked).same
  if (same === null) return null
  if (same.source === source && draft.nowMs - same.receivedMs <= REPEAT_MS) return same
  const { t } = checked.record
  return t !== null && same.isTimed && !(state.clock.standsStill && state.clock.rawT === t) ? same : null
}

/** A repeat changes nothing, but its device lives, unless it repeats a backlog. It is noted in steps, because each is a write. */
function hearRepeat(draft: Draft, entity: EntityDraft, { record }: CheckedRecord, same: Before): void {
  const { state } = entity
  const { newestT } = state.count
  const time = timeOf(state.clock, record.t, record.sentAtMs, draft.nowMs)
  if (newestT !== null && time.t < newestT - AGREE_MS) return
  if (isOld(draft, state.kind, time, same.receivedMs)) return
  const stepMs = (everyMsOf(draft, state.kind) ?? AGREE_MS) / 10
  if (draft.nowMs - state.heardMs < stepMs && !isSilent(entity)) return
  entity.state = { ...state, heardMs: draft.nowMs }
  draft.heard.push({ kind: state.kind, id: state.id, heardMs: draft.nowMs })
  endSilence(draft, entity)
}

const isSilent = ({ before, memories }: EntityDraft): boolean =>
  [...(before?.memories ?? []), ...memories].some(([, memory]) => memory.type === 'silent' && memory.raised)

/** Reads the device's clock by what a post brought, and orders what has no usable time by its t as sent. */
function hearPost(draft: Draft, entity: EntityDraft, fresh: CheckedRecord[]): void {
  const { nowMs: receivedMs } = draft
  let { clock } = entity.state
  for (const { record } of fresh) clock = noteRaw(clock, record.t, receivedMs)
  const { t: newestT, sentAtMs } = newestBySelf(fresh).record
  clock = hearClock(clock, { newestT, sentAtMs, receivedMs, everyMs: everyMsOf(draft, entity.state.kind) })
  const basisOf = ({ record: { t, sentAtMs } }: CheckedRecord) => timeOf(clock, t, sentAtMs, receivedMs).basis
  clock = noteOff(clock, newestT, sentAtMs, basisOf(newestBySelf(fresh)), receivedMs)
  entity.state = { ...entity.state, clock }
  if (fresh.length < 2 || fresh.some(({ record }) => record.t === null)) return
  if (fresh.some((checked) => basisOf(checked) === 'receipt')) fresh.sort((a, b) => a.record.t! - b.record.t!)
}

/** The newest of a post by the device's own clock: it was the last to be written, so it shows what the clock says at the receipt. */
function newestBySelf(fresh: readonly CheckedRecord[]): CheckedRecord {
  const selfMs = ({ record }: CheckedRecord): number => record.t ?? Number.NEGATIVE_INFINITY
  return fresh.reduce((newest, checked) => (selfMs(checked) > selfMs(newest) ? checked : newest))
}

function tellClock(draft: Draft, { state: { clock } }: EntityDraft, fresh: readonly CheckedRecord[], told: Told[]): void {
  const { record, index } = newestBySelf(fresh)
  const { basis } = timeOf(clock, record.t, record.sentAtMs, draft.nowMs)
  const sentence = toldOfClock(record, { basis, offMs: clock.offMs, receivedMs: draft.nowMs })
  if (sentence !== null) told.push({ index, ...sentence })
}

function takeRecord(draft: Draft, entity: EntityDraft, checked: CheckedRecord, source: string, told: Told[]): void {
  const { record, hash, index } = checked
  const { kind, id } = record
  const { nowMs } = draft
  const at = draft.base.records + draft.records.length + 1
  const before = entity.state
  const time = timeOf(before.clock, record.t, record.sentAtMs, nowMs)
  const placed = placeOf(draft, entity, checked, time)
  const { order, isNewest } = placed
  const { offMs } = before.clock
  const { held, ...merged } = mergeRecord(before, record, order, { isNewest, heardMs: nowMs })
  const heardMs = Math.max(before.heardMs, heardAt(draft, kind, time))
  entity.state = { ...before, ...merged, count: placed.count, heardMs, kept: before.kept + 1, lastAt: at }
  const words = judgeRecord(draft, entity, checked, { at, order, isNewest })
  const isTimed = time.basis !== 'receipt'
  entity.came.set(hash, { receivedMs: nowMs, source, isTimed })
  draft.records.push({ at, source, hash, record, order, isTimed, clockOffMs: offMs, held, words })
  const row = rowOf(record, held, { t: order.t, heardMs: nowMs, offMs })
  if (row !== null) draft.rows.push(row)
  else if (heardMs > before.heardMs) draft.heard.push({ kind, id, heardMs })
  const sentence = placed.told === null ? null : toldOfNumbers(record, placed.told)
  if (sentence !== null) told.push({ index, ...sentence })
}

function placeOf(draft: Draft, entity: EntityDraft, checked: CheckedRecord, time: DeviceTime): Placed {
  const { boot = ABSENT, seq = ABSENT, kind } = checked.record
  const counts = boot !== ABSENT && seq !== ABSENT
  const { count } = entity.state
  const isReused = entity.used.has(`${count.generation}.${boot}.${seq}`) || draft.ports.known(checked).usedIn.includes(count.generation)
  const everyMs = everyMsOf(draft, kind)
  const numbers = counts ? { boot, seq } : { boot: ABSENT, seq: ABSENT }
  const lacksBoot = boot === ABSENT && seq !== ABSENT
  const placed = placeRecord(count, { ...time, ...numbers, lacksBoot, isReused, receivedMs: draft.nowMs, everyMs })
  entity.used.add(`${placed.order.generation}.${boot}.${seq}`)
  return placed
}

/** When a record lets its device count as heard: a backlog of last week does not say that it lives today. */
const heardAt = (draft: Draft, kind: string, time: DeviceTime): number => (isOld(draft, kind, time, draft.nowMs) ? time.t : draft.nowMs)

/** It was no live record when it came, as its trusted time says. */
const isOld = (draft: Draft, kind: string, { t, basis }: DeviceTime, receivedMs: number): boolean =>
  basis === 'trusted' && receivedMs - t > Math.max(AGREE_MS, everyMsOf(draft, kind) ?? 0)

/** The profile of who wears it: as the newest record said it, this one among them. */
function profileOf(draft: Draft, { kind, properties }: EntityState, said: CheckedRecord['record']): Profile {
  const declared = draft.ports.kinds.get(kind)!.profile
  if (declared === undefined) return () => undefined
  const wearer = said.properties[declared.by] ?? properties[declared.by]?.value
  const person = typeof wearer === 'string' ? stateOf(draft, declared.kind, wearer) : undefined
  return (property) => (person !== undefined && Object.hasOwn(person.properties, property) ? person.properties[property]!.value : undefined)
}

interface Judging {
  readonly at: number
  readonly order: Order
  readonly isNewest: boolean
}

/** Judges a record by each rule of its kind. @returns what it said to those that keep samples. */
function judgeRecord(draft: Draft, entity: EntityDraft, { record }: CheckedRecord, judging: Judging): Record<string, LeafWord[]> | null {
  const rules = draft.ports.rules.get(record.kind) ?? []
  const profile = profileOf(draft, entity.state, record)
  const place = record.location ?? entity.state.location?.value ?? null
  const { order, isNewest, at } = judging
  const said: Record<string, LeafWord[]> = {}
  let isSample = false
  for (const rule of rules) {
    // A rule of silence reads nothing.
    const words = wordsOf(rule, record.properties, profile)
    if (words === null) continue
    if (rule.rule.latch) {
      const memory = memoryOf(entity, rule.name)
      const judged = judgeLatched(memory?.type === 'latched' ? memory : undefined, { order, met: metAlone(rule, words), isNewest })
      if (judged.memory !== memory) entity.memories.set(rule.name, judged.memory)
      apply(draft, entity, rule, judged.happenings, place)
      continue
    }
    const memory = ownSampled(entity, rule)
    const isFirst = memory.newest === null
    if (!isBacklog(memory, rule, order.t)) {
      said[rule.name] = words
      isSample = true
    }
    const cold = () => coldSamples(draft, entity, rule, memory)
    apply(draft, entity, rule, judgeSample(memory, rule, { t: order.t, at, words }, draft.nowMs, cold), place)
    // A rule that was declared otherwise, or was migrated, has forgotten that its alarm stands.
    if (isFirst && memory.told.length === 0 && memory.dueMs === null) apply(draft, entity, rule, [{ type: 'clear', atMs: order.t }], place)
  }
  endSilence(draft, entity)
  return isSample ? said : null
}

const memoryOf = ({ before, memories }: EntityDraft, rule: string): RuleMemory | undefined =>
  memories.get(rule) ?? before?.memories.get(rule)

/** The memory of a sampled rule, as this input may change it. A rule that was declared otherwise begins anew. */
function ownSampled(entity: EntityDraft, rule: CompiledRule): SampledMemory {
  const own = entity.memories.get(rule.name)
  if (own?.type === 'sampled') return own
  const old = entity.before?.memories.get(rule.name)
  const copy = old?.type === 'sampled' && old.signature === rule.signature ? copySampled(old) : createSampled(rule)
  entity.memories.set(rule.name, copy)
  return copy
}

function coldSamples(draft: Draft, { state: { kind, id } }: EntityDraft, rule: CompiledRule, { baseMark, cold }: SampledMemory): Sample[] {
  const samples: Sample[] = []
  const kept = draft.ports.cold(kind, id)
  if (kept === null) draft.missing.push({ kind, id, fromMs: baseMark?.t ?? Number.NEGATIVE_INFINITY })
  for (const { t, at, words } of kept ?? []) {
    const own = Object.hasOwn(words, rule.name) ? words[rule.name] : undefined
    const isIn = (baseMark === null || compareSamples({ t, at }, baseMark) > 0) && compareSamples({ t, at }, cold!.mark) <= 0
    if (own !== undefined && isIn) samples.push({ t, at, words: own })
  }
  return samples
}

/** A device that was heard is silent no more, unless it was heard in a backlog alone. */
function endSilence(draft: Draft, entity: EntityDraft): void {
  const { kind, heardMs, location } = entity.state
  for (const rule of draft.ports.rules.get(kind) ?? []) {
    if (rule.silentMs === null) continue
    const memory = memoryOf(entity, rule.name)
    const isRaised = memory?.type === 'silent' ? memory.raised : standingOf(entity, rule.name) !== undefined
    if (!isRaised || heardMs + silentAfterMs(rule) <= draft.nowMs) continue
    entity.memories.set(rule.name, { type: 'silent', raised: false })
    apply(draft, entity, rule, [{ type: 'clear', atMs: draft.nowMs }], location?.value ?? null)
  }
}

const silentAfterMs = (rule: CompiledRule): number => rule.silentMs! + (rule.rule.onDelayMs ?? 0)

/** Delays that ran out, alarms that nobody acknowledged, and silence. */
function passTime(draft: Draft): void {
  const { base, ports, nowMs } = draft
  const due = base.due.until(nowMs).flatMap((entry) => dueNow(draft, entry) ?? [])
  for (const each of due.sort(compareDue)) takeDue(draft, each)
  // On the second, so that a busy server looks no oftener than one at rest.
  if (Math.floor(nowMs / SILENCE_STEP_MS) === Math.floor(base.awakeMs / SILENCE_STEP_MS)) return
  for (const [kind, rules] of ports.rules)
    hearSilence(
      draft,
      kind,
      rules.filter(({ silentMs }) => silentMs !== null),
    )
}

/** What an entry of the queue is about, with the time at which that is due; null: it is not due yet, or no more. */
function dueNow({ base, nowMs }: Draft, entry: Due): Due | null {
  const known = entityIn(base, entry.kind, entry.id)
  const alarm = known?.standing.get(entry.rule)
  const memory = known?.memories.get(entry.rule)
  const dueMs = entry.alarm === undefined ? memory?.type === 'sampled' && memory.dueMs : alarm?.id === entry.alarm && alarm.escalatesAtMs
  return typeof dueMs === 'number' && dueMs <= nowMs ? { ...entry, dueMs } : null
}

function takeDue(draft: Draft, due: Due): void {
  const entity = draftOf(draft, due.kind, due.id)
  if (due.alarm !== undefined) {
    // It stands still: what nobody acknowledged ends by no record.
    const alarm = standingOf(entity, due.rule)!
    keep(draft, entity, alarm, reduceAlarm(alarm, { type: 'escalate' }))
    return
  }
  const rule = draft.ports.rules.get(due.kind)?.find(({ name }) => name === due.rule)
  if (rule === undefined) return
  const memory = ownSampled(entity, rule)
  apply(draft, entity, rule, judgeTime(memory, rule, draft.nowMs), entity.state.location?.value ?? null)
}

/** Entities of a kind that were last heard so long ago. */
function* heardBefore({ base, deafUntilMs, nowMs }: Draft, kind: string, agoMs: number): Generator<readonly [string, Entity]> {
  const isHeardBefore = ({ state }: Entity): boolean => Math.max(state.heardMs, deafUntilMs) + agoMs <= nowMs
  const ofKind = base.entities.get(kind) ?? new Map<string, Entity>()
  const strays = base.strays.get(kind) ?? new Set<string>()
  for (const own of ofKind) {
    if (strays.has(own[0])) continue
    // They stand in the order in which they were heard: behind the first that was heard in time, all were.
    if (!isHeardBefore(own[1])) break
    yield own
  }
  for (const id of strays) if (isHeardBefore(ofKind.get(id)!)) yield [id, ofKind.get(id)!]
}

function hearSilence(draft: Draft, kind: string, rules: readonly CompiledRule[]): void {
  const leastMs = Math.min(...rules.map(silentAfterMs))
  const silent: { readonly id: string; readonly rule: CompiledRule; readonly dueMs: number }[] = []
  for (const [id, known] of heardBefore(draft, kind, leastMs)) {
    const heardMs = Math.max(stateOf(draft, kind, id)!.heardMs, draft.deafUntilMs)
    for (const rule of rules) {
      const dueMs = heardMs + silentAfterMs(rule)
      const remembered = draft.entities.get(kind)?.get(id)?.memories.get(rule.name) ?? known.memories.get(rule.name)
      if (draft.nowMs >= dueMs && !(remembered?.type === 'silent' && remembered.raised)) silent.push({ id, rule, dueMs })
    }
  }
  // Those heard at one time stand in an order that a restart does not keep.
  for (const { id, rule, dueMs } of silent.sort((a, b) => a.dueMs - b.dueMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))) {
    const entity = draftOf(draft, kind, id)
    entity.memories.set(rule.name, { type: 'silent', raised: true })
    apply(draft, entity, rule, [{ type: 'occur', atMs: dueMs, overMs: null }], entity.state.location?.value ?? null)
  }
}

/** Turns what happened to a rule's condition into what became of its alarm. */
function apply(draft: Draft, entity: EntityDraft, rule: CompiledRule, happenings: readonly Happening[], place: Location | null): void {
  const { kind, id } = entity.state
  for (const happening of happenings) {
    const standing = standingOf(entity, rule.name)
    if (happening.type === 'clear') {
      if (standing !== undefined) keep(draft, entity, standing, reduceAlarm(standing, happening))
      continue
    }
    const event = { ...happening, nowMs: draft.nowMs, place, escalateMs: rule.rule.escalateMs }
    if (standing !== undefined) keep(draft, entity, standing, reduceAlarm(standing, event))
    else
      keep(draft, entity, undefined, raiseAlarm({ id: draft.ports.newId('a'), kind, entity: id, name: rule.name, rule: rule.rule }, event))
  }
}

function standingOf({ before, standing }: EntityDraft, rule: string): KeptAlarm | undefined {
  const alarm = standing.get(rule) ?? before?.standing.get(rule)
  return alarm?.state === 'normal' ? undefined : alarm
}

function keep(draft: Draft, entity: EntityDraft, before: KeptAlarm | undefined, after: KeptAlarm): void {
  if (after === before) return
  draft.transitions.push(after)
  entity.standing.set(after.rule, after)
  if (before === undefined || after.count > before.count) entity.raised.push(after)
}

function takeAction(draft: Draft, { by, ...action }: Action & { readonly by: string }): ActionOutcome {
  const { base, ports, nowMs } = draft
  if (action.type !== 'acknowledge') return takeAboutDisclosure(draft, action, by)
  // As this input left it. By its id: where it ended and another was raised since, that one was not seen.
  const alarm = draft.transitions.findLast(({ id }) => id === action.alarm) ?? base.standing.get(action.alarm)
  const { answer, becomes } = answerAcknowledge({ ...action, by }, alarm, ports.acknowledgedBy(action.alarm), nowMs)
  if (becomes !== undefined) keep(draft, draftOf(draft, becomes.kind, becomes.entity), alarm, becomes)
  return { action, by, answer, effective: becomes !== undefined }
}

function takeAboutDisclosure(draft: Draft, action: AboutDisclosure, by: string): ActionOutcome {
  const { base, ports, nowMs } = draft
  const now =
    draft.disclosures.findLast(({ id }) => id === action.alarm) ?? base.disclosures.get(action.alarm) ?? ports.endedDisclosure(action.alarm)
  if (now === null) {
    const error = new TwinError('alarm-unknown', `there is no alarm ${action.alarm}; load the list of alarms again`, {
      alarm: action.alarm,
    })
    return { action, by, answer: { error: errorToData(error) }, effective: false }
  }
  const { answer, becomes } = actOnDisclosure(now, { ...action, by, nowMs })
  if (becomes !== undefined) {
    draftOf(draft, now.kind, now.entity).disclosures.set(now.as, becomes)
    draft.disclosures.push(becomes)
  }
  return { action, by, answer, effective: becomes !== undefined }
}

/** What stands behind disclosures after all else of this input: whether anything does, and whether it was raised anew. */
function disclose(draft: Draft): void {
  for (const [kindName, ofKind] of draft.entities) {
    const kind = draft.ports.kinds.get(kindName)
    if (kind === undefined || !hasDisclosures(kind)) continue
    for (const [id, entity] of ofKind) {
      if (entity.standing.size === 0) continue
      const standing = [...new Map([...(entity.before?.standing ?? []), ...entity.standing]).values()]
      const known = [...new Map([...(entity.before?.disclosures ?? []), ...entity.disclosures]).values()]
      const place = entity.state.location?.value ?? null
      const newId = () => draft.ports.newId('d')
      const { raised } = entity
      draft.disclosures.push(...reduceDisclosures({ kind, entity: id, standing, raised, known, place, nowMs: draft.nowMs, newId }))
    }
  }
}
