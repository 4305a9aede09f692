// Server flow: authority -> **rows of a commit** -> the thread of the database. JSON is written here, on the side of the authority:
// texts and numbers cross to the thread at a fraction of what objects cost.
import type { KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import { toKept } from '@twinmap/core/internal/alarms/judge'
import type { KeptAlarm } from '@twinmap/core/internal/alarms/life-cycle'
import { HELD_LOCATION } from '@twinmap/core/internal/intake/merge'
import type { KeptRecord } from '@twinmap/core/internal/intake/state'
import type { Location, Value } from '@twinmap/core/internal/record/record'
import type { Commit, KeptAction } from './store.ts'

export type Cell = string | number | null

/** What a record's row holds as JSON, beside its columns. */
export interface RecordJson {
  readonly t: number | null
  readonly boot?: number
  readonly seq?: number
  readonly clockOffMs?: number
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
}

/** What an action's row holds. In JSON, because a token may name anybody, also with characters that a column would lose. */
export type ActionJson = Pick<KeptAction, 'action' | 'by'>

export interface CommitRows {
  readonly n: number
  readonly atMs: number
  readonly promisedMs: number
  readonly deafUntilMs: number
  readonly records: readonly RecordRow[]
  readonly entities: readonly { readonly kind: string; readonly id: string; readonly lastAt: number; readonly json: string }[]
  readonly checkpoints: readonly { readonly kind: string; readonly id: string; readonly at: number; readonly json: string }[]
  readonly memories: readonly { readonly kind: string; readonly id: string; readonly rule: string; readonly json: string }[]
  readonly alarms: readonly AlarmRow[]
  readonly actions: readonly (readonly Cell[])[]
}

export interface RecordRow {
  readonly kind: string
  readonly id: string
  readonly at: number
  readonly mask: number
  /** The other columns, in the order in which libsql.ts names them. */
  readonly cells: readonly Cell[]
}

export interface AlarmRow {
  readonly id: string
  readonly kind: string
  /** The rule, or the disclosure. */
  readonly name: string
  readonly entity: string
  readonly isDisclosure: boolean
  readonly enteredMs: number
  readonly hasEnded: boolean
  readonly json: string
}

/** How a record is found again: by its numbers, or for want of them by what it says. */
export const keyOf = (numbers: readonly [boot: number, seq: number] | null, hash: string): string =>
  numbers === null ? hash : numbers.join('.')

export function numbersOf({ boot, seq }: { readonly boot?: number; readonly seq?: number }): readonly [number, number] | null {
  return boot === undefined || seq === undefined ? null : [boot, seq]
}

export function rowsOfCommit({ n, promisedMs, changes, masks }: Commit): CommitRows {
  const { nowMs, records, entities, checkpoints, memories, alarms, disclosures, actions, deafUntilMs } = changes
  return {
    n,
    atMs: nowMs,
    promisedMs,
    deafUntilMs,
    records: records.map((kept, i) => {
      const { kind, id } = kept.record
      return { kind, id, at: kept.at, mask: masks[i]!, cells: cellsOf(kept, nowMs, n) }
    }),
    entities: entities.map((entity) => ({ kind: entity.kind, id: entity.id, lastAt: entity.lastAt, json: JSON.stringify(entity) })),
    checkpoints: checkpoints.map((entity) => ({ kind: entity.kind, id: entity.id, at: entity.lastAt, json: JSON.stringify(entity) })),
    memories: memories.map(({ kind, id, rule, memory }) => ({ kind, id, rule, json: JSON.stringify(toKept(memory)) })),
    alarms: [...alarms.map(rowOfAlarm), ...disclosures.map(rowOfDisclosure)],
    actions: actions.map(({ action, by, effective }) => [
      action.key,
      action.alarm,
      nowMs,
      effective ? 1 : 0,
      JSON.stringify({ action, by } satisfies ActionJson),
    ]),
  }
}

export const rowOfAlarm = (alarm: KeptAlarm): AlarmRow => ({
  id: alarm.id,
  kind: alarm.kind,
  name: alarm.rule,
  entity: alarm.entity,
  isDisclosure: false,
  enteredMs: alarm.enteredMs,
  hasEnded: alarm.state === 'normal',
  json: JSON.stringify(alarm),
})

export const rowOfDisclosure = (disclosure: KeptDisclosure): AlarmRow => ({
  id: disclosure.id,
  kind: disclosure.kind,
  name: disclosure.as,
  entity: disclosure.entity,
  isDisclosure: true,
  enteredMs: disclosure.raisedMs,
  hasEnded: disclosure.state === 'ended',
  json: JSON.stringify(disclosure),
})

/** In the order in which libsql.ts names the columns. */
export function cellsOf({ record, hash, order, source, isTimed, clockOffMs, held, words }: KeptRecord, atMs: number, n: number): Cell[] {
  const { t, boot, seq, location, properties } = record
  const json: RecordJson = {
    t,
    ...(boot !== undefined && { boot }),
    ...(seq !== undefined && { seq }),
    ...(clockOffMs !== null && { clockOffMs }),
    ...(location !== undefined && { location }),
    properties,
  }
  const carried = Object.keys(properties).length + (location === undefined ? 0 : 1)
  return [
    keyOf(numbersOf(record), hash),
    hash,
    order.generation,
    order.t,
    n,
    atMs,
    source,
    isTimed ? 1 : 0,
    held.length === carried ? null : JSON.stringify(held),
    words === null ? null : JSON.stringify(words),
    JSON.stringify(json),
  ]
}

/** What of a record's properties holds by it, as it was kept. */
export function heldOf(held: string | null, { location, properties }: RecordJson): readonly string[] {
  if (held !== null) return JSON.parse(held) as string[]
  return location === undefined ? Object.keys(properties) : [...Object.keys(properties), HELD_LOCATION]
}
