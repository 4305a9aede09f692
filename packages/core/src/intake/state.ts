// What intake knows between two inputs, and what an input makes of it. The server keeps all of it in its store.
import type { RuleMemory } from '../alarms/judge.ts'
import type { KeptAlarm } from '../alarms/life-cycle.ts'
import type { ActionAnswer } from '../record/action.ts'
import type { CheckedRecord } from '../record/check.ts'
import type { EntityState } from './merge.ts'

/** Memory is bounded by the number of entities, and for each rule of each by age (alarms/judge.ts). */
export interface IntakeState {
  /** By kind, then id. */
  readonly entities: Map<string, Map<string, EntityState>>
  /** By {@link ruleKey}. */
  readonly memories: Map<string, RuleMemory>
  /** Alarms that stand, by id. */
  readonly standing: Map<string, KeptAlarm>
  /** Id of the standing alarm of a rule, by {@link ruleKey}. */
  readonly standingOf: Map<string, string>
  /** Rules of which a delay runs, by {@link ruleKey}: the server's time at which it runs out. */
  readonly due: Map<string, number>
  nextAlarm: number
  /** Time of the last input, the server's. */
  awakeMs: number
  /** Before this nobody listened, so nobody was silent. */
  deafUntilMs: number
}

export const createIntakeState = (): IntakeState => ({
  entities: new Map(),
  memories: new Map(),
  standing: new Map(),
  standingOf: new Map(),
  due: new Map(),
  nextAlarm: 1,
  awakeMs: 0,
  deafUntilMs: 0,
})

/** What one input made: all of it is committed at once, and adopted after that. */
export interface IntakeChanges {
  readonly nowMs: number
  /** Records that were not seen before, as their sources gave them. */
  readonly records: readonly CheckedRecord[]
  readonly repeated: number
  readonly entities: readonly EntityState[]
  readonly memories: ReadonlyMap<string, RuleMemory>
  /** Each transition in its order; an alarm may have several. `normal`: it ended. */
  readonly alarms: readonly KeptAlarm[]
  readonly actions: readonly ActionOutcome[]
  readonly nextAlarm: number
  readonly deafUntilMs: number
}

export interface ActionOutcome {
  readonly key: string
  readonly alarm: string
  readonly by: string
  readonly answer: ActionAnswer
  /** It is what acknowledged the alarm. */
  readonly effective: boolean
}

const SEPARATOR = '\u0000'
export const ruleKey = (kind: string, id: string, rule: string): string => `${kind}${SEPARATOR}${id}${SEPARATOR}${rule}`
export function partsOfRuleKey(key: string): readonly [kind: string, id: string, rule: string] {
  const [kind = '', id = '', rule = ''] = key.split(SEPARATOR)
  return [kind, id, rule]
}

/** Whether anything must be kept: a tick seldom makes something. */
export const isEmpty = (changes: IntakeChanges): boolean =>
  changes.records.length + changes.entities.length + changes.memories.size + changes.alarms.length + changes.actions.length === 0

/** Takes over what an input made, after it was committed. */
export function adopt(state: IntakeState, changes: IntakeChanges): void {
  for (const entity of changes.entities) {
    let ofKind = state.entities.get(entity.kind)
    if (ofKind === undefined) state.entities.set(entity.kind, (ofKind = new Map()))
    ofKind.set(entity.id, entity)
  }
  for (const [key, memory] of changes.memories) adoptMemory(state, key, memory)
  for (const alarm of changes.alarms) adoptAlarm(state, alarm)
  state.nextAlarm = changes.nextAlarm
  state.awakeMs = Math.max(state.awakeMs, changes.nowMs)
  state.deafUntilMs = changes.deafUntilMs
}

export function adoptMemory(state: IntakeState, key: string, memory: RuleMemory): void {
  state.memories.set(key, memory)
  if (memory.type === 'sampled' && memory.dueMs !== null) state.due.set(key, memory.dueMs)
  else state.due.delete(key)
}

export function adoptAlarm(state: IntakeState, alarm: KeptAlarm): void {
  const key = ruleKey(alarm.kind, alarm.entity, alarm.rule)
  if (alarm.state === 'normal') {
    state.standing.delete(alarm.id)
    if (state.standingOf.get(key) === alarm.id) state.standingOf.delete(key)
  } else {
    state.standing.set(alarm.id, alarm)
    state.standingOf.set(key, alarm.id)
  }
}
