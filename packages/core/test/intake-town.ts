// A server in a few lines, for tests of intake: what it keeps stands in memory as JSON, so that it can be opened again from that.
import { type CompiledRule, compileRules } from '../src/alarms/compile-rule.ts'
import { fromKept, type KeptMemory, toKept } from '../src/alarms/judge.ts'
import { isAbove } from '../src/intake/generation.ts'
import { type IntakeInput, type IntakePorts, intake, NOTHING_KNOWN } from '../src/intake/intake.ts'
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
  type KeptRecord,
} from '../src/intake/state.ts'
import type { AnyKind } from '../src/kind/kind.ts'
import type { Action } from '../src/record/action.ts'
import { type CheckedRecord, checkBatch } from '../src/record/check.ts'

export const START = 1_764_000_000_000

interface KeptIn {
  readonly receivedMs: number
  readonly kept: KeptRecord
}

export interface IntakeTown {
  readonly state: () => IntakeState
  /** All that was ever made, empty inputs left out. */
  readonly made: readonly IntakeChanges[]
  /** Posts raw records, at a time after START. */
  readonly post: (atMs: number, ...raw: object[]) => IntakeChanges
  readonly postFrom: (source: string, atMs: number, ...raw: object[]) => IntakeChanges
  readonly act: (atMs: number, action: Action & { readonly by: string }) => IntakeChanges
  readonly tick: (atMs: number) => IntakeChanges
  readonly take: (input: IntakeInput) => IntakeChanges
  readonly check: (...raw: object[]) => readonly CheckedRecord[]
  readonly ports: IntakePorts
  /** Opens what was kept anew. */
  readonly restart: () => void
}

/** @param base - what stands in each raw record unless it says otherwise. */
export function intakeTown(
  kinds: ReadonlyMap<string, AnyKind>,
  {
    rules = compileRules(kinds.values()),
    base = {},
  }: { readonly rules?: ReadonlyMap<string, readonly CompiledRule[]>; readonly base?: object } = {},
): IntakeTown {
  let state = createIntakeState()
  const kept: KeptIn[] = []
  const rows = {
    entities: new Map<string, string>(),
    memories: new Map<string, string>(),
    alarms: new Map<string, string>(),
    disclosures: new Map<string, string>(),
  }
  const made: IntakeChanges[] = []
  const byAlarm = new Map<string, string>()
  let ids = 0
  const of = ({ kind, id }: { readonly kind: string; readonly id: string }) =>
    kept.filter(({ kept: { record } }) => record.kind === kind && record.id === id)
  const ports: IntakePorts = {
    kinds,
    rules,
    known: ({ record, hash }) => {
      const ofEntity = of(record)
      const count = entityIn(state, record.kind, record.id)?.state.count
      const { boot, seq } = record
      const counted = boot !== undefined && seq !== undefined
      // As the server: what is above all that was heard is surely new, and is not looked up.
      if (count === undefined || (counted && isAbove(boot, seq, count.highestBoot, count.highestSeq))) return NOTHING_KNOWN
      const same = ofEntity.filter(({ kept }) => kept.hash === hash).at(-1)
      return {
        same: same === undefined ? null : { receivedMs: same.receivedMs, source: same.kept.source, isTimed: same.kept.isTimed },
        usedIn: counted
          ? ofEntity
              .filter(({ kept }) => kept.hash !== hash && kept.record.boot === boot && kept.record.seq === seq)
              .map(({ kept }) => kept.order.generation)
          : [],
      }
    },
    cold: (kind, id) =>
      of({ kind, id })
        .flatMap(({ kept: { at, order, words } }) =>
          words === null ? [] : [{ t: order.t, at, words: JSON.parse(JSON.stringify(words)) as typeof words }],
        )
        .sort((a, b) => a.t - b.t || a.at - b.at),
    acknowledgedBy: (alarm) => byAlarm.get(alarm) ?? null,
    endedDisclosure: (id) =>
      rows.disclosures.has(id) ? (JSON.parse(rows.disclosures.get(id)!) as IntakeChanges['disclosures'][number]) : null,
    newId: (prefix) => `${prefix}-${++ids}`,
  }

  function take(input: IntakeInput): IntakeChanges {
    const changes = intake(state, input, ports)
    for (const record of changes.records) kept.push({ receivedMs: changes.nowMs, kept: record })
    for (const entity of changes.entities) rows.entities.set(JSON.stringify([entity.kind, entity.id]), JSON.stringify(entity))
    for (const { kind, id, rule, memory } of changes.memories)
      rows.memories.set(JSON.stringify([kind, id, rule]), JSON.stringify({ kind, id, rule, memory: toKept(memory) }))
    for (const alarm of changes.alarms) {
      rows.alarms.set(alarm.id, JSON.stringify(alarm))
      if (alarm.acknowledged !== null) byAlarm.set(alarm.id, alarm.acknowledged.by)
    }
    for (const disclosure of changes.disclosures) rows.disclosures.set(disclosure.id, JSON.stringify(disclosure))
    adopt(state, changes)
    if (!isEmpty(changes)) made.push(changes)
    return changes
  }

  const check = (...raw: object[]) =>
    checkBatch(
      raw.map((r) => ({ ...base, ...r })),
      kinds,
    ).records

  function restart(): void {
    const { records, awakeMs, deafUntilMs } = state
    state = createIntakeState()
    const entities = [...rows.entities.values()].map((json) => JSON.parse(json) as IntakeChanges['entities'][number])
    for (const entity of entities.sort((a, b) => a.heardMs - b.heardMs)) adoptEntity(state, entity)
    for (const json of rows.memories.values()) {
      const { kind, id, rule, memory } = JSON.parse(json) as { kind: string; id: string; rule: string; memory: KeptMemory }
      adoptMemory(state, kind, id, rule, fromKept(memory))
    }
    for (const json of rows.alarms.values()) {
      const alarm = JSON.parse(json) as IntakeChanges['alarms'][number]
      if (alarm.state !== 'normal') adoptAlarm(state, alarm)
    }
    for (const json of rows.disclosures.values()) {
      const disclosure = JSON.parse(json) as IntakeChanges['disclosures'][number]
      if (disclosure.state !== 'ended') adoptDisclosure(state, disclosure)
    }
    Object.assign(state, { records, awakeMs, deafUntilMs })
  }

  const postFrom = (source: string, atMs: number, ...raw: object[]) =>
    take({ nowMs: START + atMs, posts: [{ source, records: check(...raw) }] })
  take({ nowMs: START })
  return {
    state: () => state,
    made,
    post: (atMs, ...raw) => postFrom('gateway', atMs, ...raw),
    postFrom,
    act: (atMs, action) => take({ nowMs: START + atMs, actions: [action] }),
    tick: (atMs) => take({ nowMs: START + atMs }),
    take,
    check,
    ports,
    restart,
  }
}
