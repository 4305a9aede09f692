// What intake knows between two inputs, and what an input makes of it. The server keeps all of it in its store.

import type { LeafWord } from '../alarms/compile-rule.ts'
import type { KeptDisclosure } from '../alarms/disclosure.ts'
import type { RuleMemory } from '../alarms/judge.ts'
import type { KeptAlarm } from '../alarms/life-cycle.ts'
import type { Action, ActionAnswer } from '../record/action.ts'
import type { Order } from '../record/order.ts'
import type { Row, SourceRecord, Told } from '../record/record.ts'
import { createDueQueue, type Due, type DueQueue } from './due-queue.ts'
import type { EntityState } from './merge.ts'

/** All that is known of one entity. */
export interface Entity {
  state: EntityState
  /** By the name of the rule. */
  readonly memories: Map<string, RuleMemory>
  /** Alarms that stand, by the name of the rule. */
  readonly standing: Map<string, KeptAlarm>
  /** Disclosures that have not ended, by name. */
  readonly disclosures: Map<string, KeptDisclosure>
  /** The earliest entry of each in the queue of what is due: by the name of a rule, or the id of an alarm. */
  readonly queuedMs: Map<string, number>
}

/** Memory is bounded by the number of entities, and for each rule of each by age (alarms/judge.ts). */
export interface IntakeState {
  /** By kind, then id; those of a kind in the order in which they were last heard, so that silence is found at the front. */
  readonly entities: Map<string, Map<string, Entity>>
  /** Of each kind, those that stand out of that order, because they were last heard in a backlog: at a time that was over. */
  readonly strays: Map<string, Set<string>>
  /** Of each kind, when the last of them was heard. */
  readonly lastHeardMs: Map<string, number>
  /** Alarms that stand, by id. */
  readonly standing: Map<string, KeptAlarm>
  /** Disclosures that have not ended, by id. */
  readonly disclosures: Map<string, KeptDisclosure>
  readonly due: DueQueue
  /** Records that were ever kept. */
  records: number
  /** Time of the last input, the server's. */
  awakeMs: number
  /** Before this nobody listened, so nobody was silent. */
  deafUntilMs: number
}

export const createIntakeState = (): IntakeState => ({
  entities: new Map(),
  strays: new Map(),
  lastHeardMs: new Map(),
  standing: new Map(),
  disclosures: new Map(),
  due: createDueQueue(),
  records: 0,
  awakeMs: 0,
  deafUntilMs: 0,
})

/** What a record said to each sampled rule, by its name: the samples of rules stand with their record. */
export type Words = Readonly<Record<string, readonly LeafWord[]>>

/** A record as it is kept: as its source gave it, and what the server made of it. */
export interface KeptRecord {
  /** Its number among all that were kept. */
  readonly at: number
  readonly source: string
  readonly hash: string
  readonly record: SourceRecord
  readonly order: Order
  /** Its `t` was usable: when it comes again with the same, it is a repeat. */
  readonly isTimed: boolean
  /** How far its device's clock was ahead then; null: by less than a minute. */
  readonly clockOffMs: number | null
  /** What became newest by it (intake/merge.ts). */
  readonly held: readonly string[]
  readonly words: Words | null
}

/** An entity that was heard without a row. */
export interface Heard {
  readonly kind: string
  readonly id: string
  readonly heardMs: number
}

/** What became of one post. */
export interface PostOutcome {
  readonly accepted: number
  readonly repeated: number
  readonly told: readonly Told[]
}

/** A memory that changed, with whose it is. */
export interface ChangedMemory {
  readonly kind: string
  readonly id: string
  readonly rule: string
  readonly memory: RuleMemory
}

/** What one input made: all of it is committed at once, and adopted after that. */
export interface IntakeChanges {
  readonly nowMs: number
  readonly records: readonly KeptRecord[]
  readonly rows: readonly Row[]
  readonly heard: readonly Heard[]
  /** For each post of the input. */
  readonly posts: readonly PostOutcome[]
  readonly entities: readonly EntityState[]
  /** Of those, which are kept as a place to begin a history from. */
  readonly checkpoints: readonly EntityState[]
  readonly memories: readonly ChangedMemory[]
  /** Each transition in its order; an alarm may have several. `normal`: it ended. */
  readonly alarms: readonly KeptAlarm[]
  readonly disclosures: readonly KeptDisclosure[]
  readonly actions: readonly ActionOutcome[]
  readonly deafUntilMs: number
  /** Not empty: these changes are not to be kept; the input is to be given again with what is missing. */
  readonly missing: readonly Missing[]
}

/** Samples that are in the store alone and must be judged again, from a time on. */
export interface Missing {
  readonly kind: string
  readonly id: string
  readonly fromMs: number
}

export interface ActionOutcome {
  readonly action: Action
  readonly by: string
  readonly answer: ActionAnswer
  /** It changed what it is about. */
  readonly effective: boolean
}

/** Whether anything must be kept: a tick seldom makes something. */
export const isEmpty = ({ records, entities, memories, alarms, disclosures, actions }: IntakeChanges): boolean =>
  [records, entities, memories, alarms, disclosures, actions].every(({ length }) => length === 0)

/** Takes over what an input made, after it was committed. */
export function adopt(state: IntakeState, changes: IntakeChanges): void {
  // An entry behind which an earlier one was put was looked at then: it waits for nothing.
  const looked = state.due.drop(changes.nowMs).filter(({ kind, id, rule, alarm = rule, dueMs }) => {
    const { queuedMs } = ownEntity(state, kind, id)
    return queuedMs.get(alarm) === dueMs && queuedMs.delete(alarm)
  })
  for (const entity of changes.entities) adoptEntity(state, entity)
  for (const { kind, id, rule, memory } of changes.memories) adoptMemory(state, kind, id, rule, memory)
  for (const alarm of changes.alarms) adoptAlarm(state, alarm)
  for (const disclosure of changes.disclosures) adoptDisclosure(state, disclosure)
  // What was due is judged. A delay that has moved further away meanwhile is looked at again when it runs out.
  for (const { kind, id, rule, alarm } of looked) {
    const entity = ownEntity(state, kind, id)
    if (alarm !== undefined) queueEscalation(state, entity, entity.standing.get(rule))
    else queueDelay(state, entity, rule, entity.memories.get(rule)!)
  }
  state.records += changes.records.length
  state.awakeMs = Math.max(state.awakeMs, changes.nowMs)
  state.deafUntilMs = changes.deafUntilMs
}

export const entityIn = (state: IntakeState, kind: string, id: string): Entity | undefined => state.entities.get(kind)?.get(id)

function ownEntity(state: IntakeState, kind: string, id: string): Entity {
  const known = entityIn(state, kind, id)
  if (known === undefined) throw new RangeError(`${kind} ${id} has a memory or an alarm and no state`)
  return known
}

export function adoptEntity(state: IntakeState, entity: EntityState): void {
  let ofKind = state.entities.get(entity.kind)
  if (ofKind === undefined) state.entities.set(entity.kind, (ofKind = new Map()))
  const known = ofKind.get(entity.id)
  if (known !== undefined && entity.heardMs === known.state.heardMs) {
    known.state = entity
    return
  }
  const own = known ?? { state: entity, memories: new Map(), standing: new Map(), disclosures: new Map(), queuedMs: new Map() }
  own.state = entity
  ofKind.delete(entity.id)
  ofKind.set(entity.id, own)
  const lastMs = state.lastHeardMs.get(entity.kind)
  let strays = state.strays.get(entity.kind)
  if (lastMs !== undefined && entity.heardMs < lastMs) {
    if (strays === undefined) state.strays.set(entity.kind, (strays = new Set()))
    strays.add(entity.id)
  } else {
    strays?.delete(entity.id)
    state.lastHeardMs.set(entity.kind, entity.heardMs)
  }
}

export function adoptMemory(state: IntakeState, kind: string, id: string, rule: string, memory: RuleMemory): void {
  const entity = ownEntity(state, kind, id)
  entity.memories.set(rule, memory)
  queueDelay(state, entity, rule, memory)
}

function queueDelay(state: IntakeState, entity: Entity, rule: string, memory: RuleMemory): void {
  if (memory.type === 'sampled' && memory.dueMs !== null) queue(state, entity, rule, { dueMs: memory.dueMs, rule })
}

function queueEscalation(state: IntakeState, entity: Entity, alarm: KeptAlarm | undefined): void {
  if (alarm !== undefined && alarm.escalatesAtMs !== null)
    queue(state, entity, alarm.id, { dueMs: alarm.escalatesAtMs, rule: alarm.rule, alarm: alarm.id })
}

/** Where an earlier entry waits already, that one comes first, and finds what is due then. */
function queue(state: IntakeState, { state: { kind, id }, queuedMs }: Entity, key: string, due: Omit<Due, 'kind' | 'id'>): void {
  const waitsMs = queuedMs.get(key)
  if (waitsMs !== undefined && waitsMs <= due.dueMs) return
  queuedMs.set(key, due.dueMs)
  state.due.push({ ...due, kind, id })
}

export function adoptAlarm(state: IntakeState, alarm: KeptAlarm): void {
  const { kind, entity: id, rule } = alarm
  const entity = ownEntity(state, kind, id)
  const { standing } = entity
  if (alarm.state === 'normal') {
    state.standing.delete(alarm.id)
    standing.delete(rule)
    return
  }
  state.standing.set(alarm.id, alarm)
  standing.set(rule, alarm)
  queueEscalation(state, entity, alarm)
}

export function adoptDisclosure(state: IntakeState, disclosure: KeptDisclosure): void {
  const { disclosures } = ownEntity(state, disclosure.kind, disclosure.entity)
  if (disclosure.state === 'ended') {
    state.disclosures.delete(disclosure.id)
    disclosures.delete(disclosure.as)
  } else {
    state.disclosures.set(disclosure.id, disclosure)
    disclosures.set(disclosure.as, disclosure)
  }
}
