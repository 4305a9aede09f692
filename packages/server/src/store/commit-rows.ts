// Server flow: authority -> **rows of a commit** -> the thread of the database. JSON is written here, on the side of the authority:
// texts and numbers cross to the thread at a fraction of what objects cost.
import { toKept } from '@twinmap/core/internal/alarms/judge'
import { HELD_LOCATION } from '@twinmap/core/internal/intake/merge'
import type { KeptRecord } from '@twinmap/core/internal/intake/state'
import type { Location, Value } from '@twinmap/core/internal/record/record'
import type { Commit } from './store.ts'

type Cell = string | number | null

/** What a record's row holds as JSON, beside its columns. */
export interface RecordJson {
  readonly t: number | null
  readonly boot?: number
  readonly seq?: number
  readonly clockOffMs?: number
  readonly location?: Location
  readonly properties: Readonly<Record<string, Value>>
}

export interface CommitRows {
  readonly n: number
  readonly atMs: number
  readonly promisedMs: number
  readonly deafUntilMs: number
  readonly records: readonly { readonly kind: string; readonly id: string; readonly cells: readonly Cell[]; readonly mask: number }[]
  readonly entities: readonly { readonly kind: string; readonly id: string; readonly json: string }[]
  readonly checkpoints: readonly { readonly kind: string; readonly id: string; readonly at: number; readonly json: string }[]
  readonly memories: readonly { readonly kind: string; readonly id: string; readonly rule: string; readonly json: string }[]
  readonly alarms: readonly AlarmRow[]
  readonly actions: readonly (readonly Cell[])[]
}

export interface AlarmRow {
  readonly id: string
  readonly kind: string
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
    records: records.map((kept, i) => ({
      kind: kept.record.kind,
      id: kept.record.id,
      cells: cellsOf(kept, nowMs, n),
      mask: masks[i]!,
    })),
    entities: entities.map((entity) => ({ kind: entity.kind, id: entity.id, json: JSON.stringify(entity) })),
    checkpoints: checkpoints.map((entity) => ({
      kind: entity.kind,
      id: entity.id,
      at: entity.lastAt,
      json: JSON.stringify(entity),
    })),
    memories: memories.map(({ kind, id, rule, memory }) => ({ kind, id, rule, json: JSON.stringify(toKept(memory)) })),
    alarms: [
      ...alarms.map((alarm) => ({
        id: alarm.id,
        kind: alarm.kind,
        entity: alarm.entity,
        isDisclosure: false,
        enteredMs: alarm.enteredMs,
        hasEnded: alarm.state === 'normal',
        json: JSON.stringify(alarm),
      })),
      ...disclosures.map((disclosure) => ({
        id: disclosure.id,
        kind: disclosure.kind,
        entity: disclosure.entity,
        isDisclosure: true,
        enteredMs: disclosure.raisedMs,
        hasEnded: disclosure.state === 'ended',
        json: JSON.stringify(disclosure),
      })),
    ],
    actions: actions.map(({ action, by, effective }) => [action.key, action.alarm, by, nowMs, effective ? 1 : 0, JSON.stringify(action)]),
  }
}

/** In the order in which libsql.ts names the columns. */
function cellsOf({ at, record, hash, order, source, isTimed, clockOffMs, held, words }: KeptRecord, atMs: number, n: number): Cell[] {
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
    at,
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
