// Live flow: decode -> **intake** -> store and stream (server), columns (page), log (simulator). One pure function: what came
// goes in, with the time at which it came; what it makes comes out, and nothing is changed until the caller adopts that,
// which the server does after its commit. Every record that was not seen before goes to the rules, also a late one, before
// "newest wins"; then it is merged. Time is an input: a tick is an input without records.
import { type CompiledRule, type Profile, wordsOf } from '../alarms/compile-rule.ts'
import {
  copySampled,
  createSampled,
  type Happening,
  judgeLatched,
  judgeSample,
  judgeTime,
  metAlone,
  type RuleMemory,
} from '../alarms/judge.ts'
import { type KeptAlarm, raiseAlarm, reduceAlarm } from '../alarms/life-cycle.ts'
import type { AnyKind } from '../kind/kind.ts'
import { ABSENT } from '../live/order.ts'
import type { Acknowledge } from '../record/action.ts'
import type { CheckedRecord } from '../record/check.ts'
import type { Location, TwinRecord } from '../record/record.ts'
import { answerAcknowledge } from './acknowledge.ts'
import { type EntityState, mergeRecord } from './merge.ts'
import { type ActionOutcome, type IntakeChanges, type IntakeState, partsOfRuleKey, ruleKey } from './state.ts'

export interface IntakeInput {
  /** The time of the input, UTC ms of the server's clock. */
  readonly nowMs: number
  readonly records?: readonly CheckedRecord[]
  readonly actions?: readonly (Acknowledge & { readonly by: string })[]
}

export interface IntakePorts {
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** By kind. Empty on the page: it has neither the redacted fields nor personal limits, so its alarms come from the stream. */
  readonly rules: ReadonlyMap<string, readonly CompiledRule[]>
  /** Whether a record was kept before this input. The store's unique key decides; repeats inside the input are found here. */
  readonly seen: (record: CheckedRecord) => boolean
  /** Who acknowledged an alarm that stands no more; null: there was none. */
  readonly acknowledgedBy: (alarm: string) => string | null
}

/** So long without an input, and nobody was listening: silence is counted from the end of it. */
const DEAF_MS = 60_000

export function intake(state: IntakeState, input: IntakeInput, ports: IntakePorts): IntakeChanges {
  const draft = createDraft(state, input.nowMs, ports)
  let repeated = 0
  const fresh: CheckedRecord[] = []
  const inThisInput = new Set<string>()
  for (const checked of input.records ?? []) {
    const key = ruleKey(checked.record.kind, checked.record.id, checked.identity)
    if (inThisInput.has(key) || ports.seen(checked)) {
      repeated++
      continue
    }
    inThisInput.add(key)
    fresh.push(checked)
    takeRecord(draft, checked.record)
  }
  passTime(draft)
  const actions: ActionOutcome[] = []
  for (const action of input.actions ?? []) actions.push(takeAction(draft, action, ports))
  return {
    nowMs: input.nowMs,
    records: fresh,
    repeated,
    entities: [...draft.entities.values()],
    memories: draft.memories,
    alarms: draft.transitions,
    actions,
    nextAlarm: draft.nextAlarm,
    deafUntilMs: draft.deafUntilMs,
  }
}

/** What this input has changed so far, over what stood before it. */
interface Draft {
  readonly state: IntakeState
  readonly ports: IntakePorts
  readonly nowMs: number
  readonly entities: Map<string, EntityState>
  readonly memories: Map<string, RuleMemory>
  readonly standing: Map<string, KeptAlarm>
  /** Null: it ended in this input. */
  readonly standingOf: Map<string, string | null>
  readonly transitions: KeptAlarm[]
  nextAlarm: number
  readonly deafUntilMs: number
}

function createDraft(state: IntakeState, nowMs: number, ports: IntakePorts): Draft {
  return {
    state,
    ports,
    nowMs,
    entities: new Map(),
    memories: new Map(),
    standing: new Map(),
    standingOf: new Map(),
    transitions: [],
    nextAlarm: state.nextAlarm,
    deafUntilMs: nowMs - state.awakeMs > DEAF_MS ? nowMs : state.deafUntilMs,
  }
}

const entityOf = (draft: Draft, kind: string, id: string): EntityState | undefined =>
  draft.entities.get(ruleKey(kind, id, '')) ?? draft.state.entities.get(kind)?.get(id)

function takeRecord(draft: Draft, record: TwinRecord): void {
  const before = entityOf(draft, record.kind, record.id)
  const merged = mergeRecord(before, record, draft.nowMs)
  const rules = draft.ports.rules.get(record.kind) ?? []
  if (rules.length > 0) {
    const profile = profileOf(draft, record, merged)
    for (const rule of rules) judgeRecord(draft, rule, record, profile, record.location ?? merged.location?.value ?? null)
  }
  draft.entities.set(ruleKey(record.kind, record.id, ''), merged)
}

/** The profile of who wears it: as this record says, else as the newest that said it. */
function profileOf(draft: Draft, record: TwinRecord, merged: EntityState): Profile {
  const declared = draft.ports.kinds.get(record.kind)?.profile
  if (declared === undefined) return () => undefined
  const wearer = record.properties[declared.by] ?? merged.properties[declared.by]?.value
  const person = typeof wearer === 'string' ? entityOf(draft, declared.kind, wearer) : undefined
  return (property) => (person !== undefined && Object.hasOwn(person.properties, property) ? person.properties[property]!.value : undefined)
}

function judgeRecord(draft: Draft, rule: CompiledRule, record: TwinRecord, profile: Profile, place: Location | null): void {
  const key = ruleKey(record.kind, record.id, rule.name)
  const memory = draft.memories.get(key) ?? draft.state.memories.get(key)
  if (rule.silentMs !== null) {
    if (memory?.type !== 'silent' || !memory.raised) return
    draft.memories.set(key, { type: 'silent', raised: false })
    apply(draft, rule, record, [{ type: 'clear', atMs: draft.nowMs }], place)
    return
  }
  const words = wordsOf(rule, record.properties, profile)
  if (words === null) return
  const order = { boot: record.boot ?? ABSENT, seq: record.seq ?? ABSENT, t: record.t }
  if (rule.rule.latch) {
    const judged = judgeLatched(memory?.type === 'latched' ? memory : undefined, { ...order, met: metAlone(rule, words) })
    draft.memories.set(key, judged.memory)
    apply(draft, rule, record, judged.happenings, place)
    return
  }
  const sampled = ownSampled(draft, key, rule)
  apply(draft, rule, record, judgeSample(sampled, rule, { ...order, words }, draft.nowMs), place)
}

/** The memory of a sampled rule, as this input may change it. A rule that was changed in its leaves begins anew. */
function ownSampled(draft: Draft, key: string, rule: CompiledRule) {
  const own = draft.memories.get(key)
  if (own?.type === 'sampled') return own
  const old = draft.state.memories.get(key)
  const fits = old?.type === 'sampled' && old.head.held.length === rule.leaves.length
  const copy = fits ? copySampled(old) : createSampled(rule)
  draft.memories.set(key, copy)
  return copy
}

/** Delays that ran out, silence, and alarms that nobody acknowledged. */
function passTime(draft: Draft): void {
  const { state, ports, nowMs } = draft
  for (const [key, dueMs] of state.due) {
    if (dueMs > nowMs || draft.memories.has(key)) continue
    const [kind, id, name] = partsOfRuleKey(key)
    const rule = ports.rules.get(kind)?.find((each) => each.name === name)
    if (rule === undefined) continue
    const memory = ownSampled(draft, key, rule)
    apply(draft, rule, { kind, id }, judgeTime(memory, rule, nowMs), entityOf(draft, kind, id)?.location?.value ?? null)
  }
  for (const [kind, rules] of ports.rules)
    for (const rule of rules) if (rule.silentMs !== null) hearSilence(draft, kind, rule, rule.silentMs)
  for (const id of new Set([...state.standing.keys(), ...draft.standing.keys()])) {
    const alarm = draft.standing.get(id) ?? state.standing.get(id)
    const rule = alarm && ports.rules.get(alarm.kind)?.find((each) => each.name === alarm.rule)
    const escalateMs = rule?.rule.escalateMs
    if (alarm === undefined || escalateMs === undefined || nowMs - alarm.sinceMs < escalateMs) continue
    keep(draft, alarm, reduceAlarm(alarm, { type: 'escalate' }))
  }
}

function hearSilence(draft: Draft, kind: string, rule: CompiledRule, silentMs: number): void {
  for (const [id, entity] of draft.state.entities.get(kind) ?? []) {
    const heardMs = Math.max(entityOf(draft, kind, id)!.heardMs, draft.deafUntilMs)
    const dueMs = heardMs + silentMs + (rule.rule.onDelayMs ?? 0)
    if (draft.nowMs < dueMs) continue
    const key = ruleKey(kind, id, rule.name)
    const memory = draft.memories.get(key) ?? draft.state.memories.get(key)
    if (memory?.type === 'silent' && memory.raised) continue
    draft.memories.set(key, { type: 'silent', raised: true })
    apply(draft, rule, { kind, id }, [{ type: 'occur', atMs: dueMs, overMs: null }], entity.location?.value ?? null)
  }
}

/** Turns what happened to a rule's condition into what became of its alarm. */
function apply(
  draft: Draft,
  rule: CompiledRule,
  { kind, id: entity }: { readonly kind: string; readonly id: string },
  happenings: readonly Happening[],
  place: Location | null,
): void {
  const key = ruleKey(kind, entity, rule.name)
  for (const happening of happenings) {
    const standing = standingOf(draft, key)
    if (happening.type === 'clear') {
      if (standing !== undefined) keep(draft, standing, reduceAlarm(standing, happening))
      continue
    }
    const event = { ...happening, nowMs: draft.nowMs, place }
    if (standing !== undefined) keep(draft, standing, reduceAlarm(standing, event))
    else {
      const id = `a-${draft.nextAlarm++}`
      keep(draft, undefined, raiseAlarm({ id, kind, entity, name: rule.name, rule: rule.rule }, event))
    }
  }
}

function standingOf(draft: Draft, key: string): KeptAlarm | undefined {
  const own = draft.standingOf.get(key)
  const id = own === undefined ? draft.state.standingOf.get(key) : own
  if (id === undefined || id === null) return undefined
  return draft.standing.get(id) ?? draft.state.standing.get(id)
}

function keep(draft: Draft, before: KeptAlarm | undefined, after: KeptAlarm): void {
  if (after === before) return
  draft.transitions.push(after)
  draft.standing.set(after.id, after)
  draft.standingOf.set(ruleKey(after.kind, after.entity, after.rule), after.state === 'normal' ? null : after.id)
}

function takeAction(draft: Draft, action: Acknowledge & { readonly by: string }, ports: IntakePorts): ActionOutcome {
  const alarm = draft.standing.get(action.alarm) ?? draft.state.standing.get(action.alarm)
  const { answer, becomes } = answerAcknowledge(action, alarm, ports.acknowledgedBy(action.alarm), draft.nowMs)
  if (alarm !== undefined && becomes !== undefined) keep(draft, alarm, becomes)
  return { key: action.key, alarm: action.alarm, by: action.by, answer, effective: becomes !== undefined }
}
