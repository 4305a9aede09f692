// Server flow: commit -> **compose** by role -> socket. What one sort of viewer (a role, and the kinds it asked for) is told.
// Redaction comes first: nothing is serialised that was not cut.
import { createHash } from 'node:crypto'
import { type KeptAlarm, toWire } from '@twinmap/core/internal/alarms/life-cycle'
import { type EntityState, mergeRecord, recordsOf } from '@twinmap/core/internal/intake/merge'
import { type IntakeState, ruleKey } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { toColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import type { RecordColumns, TwinRecord } from '@twinmap/core/internal/record/record'
import { type Redaction, redactionFor } from '@twinmap/core/internal/record/redact'
import type { LogEntry } from '../store/store.ts'

/** What viewers of one sort have in common. */
export interface Audience {
  readonly role: Role
  readonly redaction: Redaction
  /** Of which kinds it asked for records. Alarms follow the role alone: nobody misses one for want of a layer. */
  readonly wants: (kind: string) => boolean
  /** Audiences with one key are told the same. */
  readonly key: string
  /**
   * Names the server's stream as this audience is told it. Who comes back to it in another role, for other kinds, or after a
   * kind was declared otherwise, comes to another stream: it begins with a snapshot and keeps nothing that it may not see.
   */
  readonly stream: (streamId: string) => string
  /** Kinds with data of persons that it will be told, in a record or by an alarm. */
  readonly personalKinds: readonly string[]
}

export function createAudiences(kinds: ReadonlyMap<string, AnyKind>): (role: Role, only: readonly string[] | undefined) => Audience {
  const declared = nameOf([[...kinds.values()], SEES])
  const redactions = new Map((Object.keys(SEES) as Role[]).map((role) => [role, redactionFor(role, kinds)]))
  return (role, only) => {
    const redaction = redactions.get(role)!
    const wanted = only === undefined ? null : new Set(only.filter((kind) => kinds.has(kind)))
    const wants = (kind: string): boolean => wanted === null || wanted.has(kind)
    // As JSON, because a viewer may ask for any text: joined, two kinds could read as one, or as all.
    const key = JSON.stringify([role, wanted && [...wanted].sort()])
    const name = nameOf([declared, key])
    const stream = (streamId: string): string => `${streamId}.${name}`
    const tells = (kind: string): boolean => wants(kind) || Object.keys(kinds.get(kind)!.alarms).length > 0
    return { role, redaction, wants, key, stream, personalKinds: redaction.personalKinds.filter(tells) }
  }
}

const nameOf = (what: unknown): string => createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16)

export const cutRecords = (records: Iterable<TwinRecord>, { redaction, wants }: Audience): RecordColumns[] => {
  const cut: TwinRecord[] = []
  for (const record of records) {
    const seen = wants(record.kind) ? redaction.record(record) : null
    if (seen !== null) cut.push(seen)
  }
  return toColumns(cut)
}

export const cutAlarms = (alarms: Iterable<KeptAlarm>, { redaction }: Audience): Alarm[] => {
  const cut: Alarm[] = []
  for (const alarm of alarms) {
    const seen = redaction.alarm(toWire(alarm))
    if (seen !== null) cut.push(seen)
  }
  return cut
}

export interface Stamp {
  readonly streamId: string
  readonly n: number
  readonly serverTimeMs: number
}

export function composeSnapshot(state: IntakeState, audience: Audience, stamp: Stamp): Envelope {
  const records = function* () {
    for (const [kind, entities] of state.entities)
      if (audience.wants(kind) && audience.redaction.sees(kind)) for (const entity of entities.values()) yield* recordsOf(entity)
  }
  return { ...stamp, snapshot: true, records: cutRecords(records(), audience), alarms: cutAlarms(state.standing.values(), audience) }
}

/** @param coalesce - records merged to the newest of each property; alarms never. @returns null where it sees nothing of it. */
export function composeDelta(
  entries: readonly LogEntry[],
  audience: Audience,
  from: number,
  stamp: Stamp,
  coalesce: boolean,
): Envelope | null {
  const all = entries.flatMap((entry) => entry.records)
  const records = cutRecords(coalesce ? merged(all) : all, audience)
  const alarms = cutAlarms(
    entries.flatMap((entry) => entry.alarms),
    audience,
  )
  if (records.length === 0 && alarms.length === 0) return null
  const { streamId, n, serverTimeMs } = stamp
  return { streamId, from, n, serverTimeMs, ...(records.length > 0 && { records }), ...(alarms.length > 0 && { alarms }) }
}

function merged(records: readonly TwinRecord[]): TwinRecord[] {
  const states = new Map<string, EntityState>()
  for (const record of records) {
    const key = ruleKey(record.kind, record.id, '')
    states.set(key, mergeRecord(states.get(key), record, 0))
  }
  return [...states.values()].flatMap(recordsOf)
}
