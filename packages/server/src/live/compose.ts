// Server flow: commit -> **compose** by role -> socket. What one sort of viewer (a role, and the kinds it asked for) is told.
// Redaction comes first: nothing is joined, counted or serialised that was not cut.
import { createHash } from 'node:crypto'
import { disclosureToWire, type KeptDisclosure } from '@twinmap/core/internal/alarms/disclosure'
import { type KeptAlarm, toWire } from '@twinmap/core/internal/alarms/life-cycle'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import type { Alarm } from '@twinmap/core/internal/record/alarm'
import { byEntry } from '@twinmap/core/internal/record/alarm-order'
import { toColumns } from '@twinmap/core/internal/record/columns'
import type { Envelope } from '@twinmap/core/internal/record/envelope'
import type { Row } from '@twinmap/core/internal/record/record'
import { type Redaction, redactionFor } from '@twinmap/core/internal/record/redact'
import type { LogEntry } from '../store/store.ts'
import { coalesce } from './coalesce.ts'
import type { ToldHeard } from './heard.ts'

/** What viewers of one sort have in common. */
export interface Audience {
  readonly role: Role
  readonly redaction: Redaction
  /** Of which kinds it is told records; sorted. Alarms follow the role alone: nobody misses one for want of a layer. */
  readonly kinds: readonly string[]
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
    const told = [...(wanted ?? kinds.keys())].filter(redaction.sees).sort()
    const wants = new Set(told)
    // As JSON, because a viewer may ask for any text: joined, two kinds could read as one, or as all.
    const key = JSON.stringify([role, wanted && [...wanted].sort()])
    const name = nameOf([declared, key])
    const stream = (streamId: string): string => `${streamId}.${name}`
    const tells = (kind: string): boolean => wants.has(kind) || Object.keys(kinds.get(kind)!.alarms).length > 0
    return {
      role,
      redaction,
      kinds: told,
      wants: (kind) => wants.has(kind),
      key,
      stream,
      personalKinds: redaction.personalKinds.filter(tells),
    }
  }
}

const nameOf = (what: unknown): string => createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16)

export function cutRows(rows: Iterable<Row>, { row: cut }: Redaction, wants: (kind: string) => boolean): Row[] {
  const seen: Row[] = []
  for (const row of rows) {
    const own = wants(row.kind) ? cut(row) : null
    if (own !== null) seen.push(own)
  }
  return seen
}

export function cutAlarms(alarms: Iterable<KeptAlarm>, disclosures: Iterable<KeptDisclosure>, redaction: Redaction): Alarm[] {
  const seen: Alarm[] = []
  const cut = (alarm: Alarm | null): void => {
    const own = alarm && redaction.alarm(alarm)
    if (own !== null) seen.push(own)
  }
  for (const alarm of alarms) cut(toWire(alarm))
  for (const disclosure of disclosures) cut(disclosureToWire(disclosure))
  return seen
}

/** Alarms that stand, as a snapshot has them. */
export const standingOf = (alarms: Iterable<KeptAlarm>, disclosures: Iterable<KeptDisclosure>, redaction: Redaction): Alarm[] =>
  cutAlarms(alarms, disclosures, redaction)
    .filter(({ state }) => state !== 'normal')
    .sort(byEntry)

/** What an audience is told of a range of time; whose message it is stands elsewhere. */
export interface Delta {
  /** The time of the last thing in it. */
  readonly lastMs: number
  readonly content: Pick<Envelope, 'records' | 'alarms' | 'heard'>
}

/** @param isSlow - rows are merged to the newest of each property; alarms never. @returns null where it sees nothing of it. */
export function composeDelta(
  entries: readonly LogEntry[],
  heard: readonly ToldHeard[],
  { redaction, wants }: Audience,
  isSlow: boolean,
): Delta | null {
  let rows: Row[] = []
  const alarms: Alarm[] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for (const entry of entries) {
    const ownRows = cutRows(entry.rows, redaction, wants)
    const ownAlarms = cutAlarms(entry.alarms, entry.disclosures, redaction)
    if (ownRows.length + ownAlarms.length === 0) continue
    lastMs = entry.atMs
    for (const row of ownRows) rows.push(row)
    for (const alarm of ownAlarms) alarms.push(alarm)
  }
  const times: Record<string, Record<string, number>> = {}
  let isHeard = false
  for (const { atMs, kind, id, heardMs } of heard) {
    if (!wants(kind)) continue
    // Any text may be an id: without a prototype, __proto__ is one like the others.
    times[kind] ??= Object.create(null) as Record<string, number>
    times[kind][id] = heardMs
    lastMs = Math.max(lastMs, atMs)
    isHeard = true
  }
  if (rows.length + alarms.length === 0 && !isHeard) return null
  if (isSlow) rows = coalesce(rows)
  const content = {
    ...(rows.length > 0 && { records: toColumns(rows) }),
    ...(isHeard && { heard: times }),
    ...(alarms.length > 0 && { alarms }),
  }
  return { lastMs, content }
}
