// Server flow: commit -> **heard** -> viewers. An entity that was heard without a row that its role sees (a repeat, a measurement
// that is hidden from it) must not look stale. It is told when its age would soon be wrong, and not when the record came: as
// long as something visible comes about as often as the kind promises, a hidden record between says nothing at all, not even
// that it was there.
import type { EntityState } from '@twinmap/core/internal/intake/merge'
import { rowsOf } from '@twinmap/core/internal/intake/merge'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import type { Row } from '@twinmap/core/internal/record/record'
import type { Redaction } from '@twinmap/core/internal/record/redact'
import type { LogEntry } from '../store/store.ts'
import { LOG_MS } from './kept-log.ts'

/** Later than an interval, so that a device that is a little slow brings nothing out; before 1.5, from which a page shows it late. */
export const HEARD_INTERVALS = 1.25
/** What is due is looked for at whole seconds. */
export const HEARD_STEP_MS = 1_000
/** Told ones that are kept for viewers that come back; one that misses some sees a mark as late until the next. */
const MOST_TOLD = 100_000

export interface ToldHeard {
  readonly atMs: number
  readonly kind: string
  readonly id: string
  readonly heardMs: number
}

export interface HeardTeller {
  /** After a commit was adopted. */
  readonly note: (entry: LogEntry) => void
  /** Whether anything is to be told at a time. */
  readonly isDue: (nowMs: number) => boolean
  /** Tells what is due, as of `atMs`. */
  readonly tell: (nowMs: number, atMs: number) => void
  /** What was told to a role later than `afterMs`, up to `toMs`. */
  readonly between: (role: Role, afterMs: number, toMs: number) => readonly ToldHeard[]
}

export interface HeardPorts {
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly redactionOf: (role: Role) => Redaction
  readonly stateOf: (kind: string, id: string) => EntityState | undefined
}

const byName = (a: Pick<Tracked, 'kind' | 'id'>, b: Pick<Tracked, 'kind' | 'id'>): number =>
  a.kind === b.kind ? (a.id < b.id ? -1 : 1) : a.kind < b.kind ? -1 : 1

/** Whether the age that a viewer would show is to be corrected; `toldMs`: when it believes that the entity was last heard. */
export const isStale = (toldMs: number, heardMs: number, nowMs: number, everyMs: number): boolean =>
  heardMs > toldMs && nowMs >= toldMs + HEARD_INTERVALS * everyMs

/** When the last of the rows was heard, of those that a role sees. */
export function lastHeardOf(rows: readonly Row[], cut: Redaction['row']): number {
  let lastMs = Number.NEGATIVE_INFINITY
  for (const row of rows) if (row.heardMs > lastMs && cut(row) !== null) lastMs = row.heardMs
  return lastMs
}

interface Tracked {
  readonly kind: string
  readonly id: string
  readonly everyMs: number
  heardMs: number
  /** When it was last heard, as each group of roles was told. */
  readonly toldMs: number[]
}

interface Group {
  readonly redaction: Redaction
  /** Heard since it was told. */
  readonly waiting: Set<Tracked>
  told: ToldHeard[]
}

export function createHeardTeller({ kinds, redactionOf, stateOf }: HeardPorts): HeardTeller {
  // Roles that see the same sorts of data are told the same.
  const groupOf = new Map<Role, number>()
  const groups: Group[] = []
  const bySorts = new Map<string, number>()
  for (const role of Object.keys(SEES) as Role[]) {
    const sorts = [...SEES[role]].sort().join()
    if (!bySorts.has(sorts)) bySorts.set(sorts, groups.push({ redaction: redactionOf(role), waiting: new Set(), told: [] }) - 1)
    groupOf.set(role, bySorts.get(sorts)!)
  }
  const tracked = new Map<string, Map<string, Tracked>>()

  function trackedOf(kind: string, id: string): Tracked | null {
    const everyMs = kinds.get(kind)?.everyMs
    if (everyMs === undefined) return null
    let ofKind = tracked.get(kind)
    if (ofKind === undefined) tracked.set(kind, (ofKind = new Map()))
    const known = ofKind.get(id)
    if (known !== undefined) return known
    const state = stateOf(kind, id)
    const rows = state === undefined ? [] : rowsOf(state)
    const toldMs = groups.map(({ redaction }) => lastHeardOf(rows, redaction.row))
    const own = { kind, id, everyMs, heardMs: Number.NEGATIVE_INFINITY, toldMs }
    ofKind.set(id, own)
    return own
  }

  function hear(own: Tracked, heardMs: number, seenBy: (group: Group) => boolean): void {
    own.heardMs = Math.max(own.heardMs, heardMs)
    for (const [i, group] of groups.entries()) {
      if (seenBy(group)) own.toldMs[i] = Math.max(own.toldMs[i]!, heardMs)
      // Of what was never seen nobody shows an age.
      if (own.heardMs > own.toldMs[i]! && own.toldMs[i]! > Number.NEGATIVE_INFINITY) group.waiting.add(own)
      else group.waiting.delete(own)
    }
  }

  return {
    note({ rows, heard }) {
      for (const row of rows) {
        const own = trackedOf(row.kind, row.id)
        if (own !== null) hear(own, row.heardMs, ({ redaction }) => redaction.row(row) !== null)
      }
      for (const { kind, id, heardMs } of heard) {
        const own = trackedOf(kind, id)
        if (own !== null) hear(own, heardMs, () => false)
      }
    },
    isDue: (nowMs) =>
      groups.some(({ waiting }, i) => {
        for (const { toldMs, heardMs, everyMs } of waiting) if (isStale(toldMs[i]!, heardMs, nowMs, everyMs)) return true
        return false
      }),
    tell(nowMs, atMs) {
      for (const [i, group] of groups.entries()) {
        // By name: the order in which hidden records came is nobody's to know.
        const due = [...group.waiting].filter((own) => isStale(own.toldMs[i]!, own.heardMs, nowMs, own.everyMs)).sort(byName)
        for (const own of due) {
          group.told.push({ atMs, kind: own.kind, id: own.id, heardMs: own.heardMs })
          own.toldMs[i] = own.heardMs
          group.waiting.delete(own)
        }
        const old = group.told.findIndex((each) => each.atMs >= atMs - LOG_MS)
        group.told.splice(0, Math.max(old === -1 ? group.told.length : old, group.told.length - MOST_TOLD))
      }
    },
    between(role, afterMs, toMs) {
      const { told } = groups[groupOf.get(role)!]!
      let from = told.length
      while (from > 0 && told[from - 1]!.atMs > afterMs) from--
      return told.slice(from).filter(({ atMs }) => atMs <= toMs)
    },
  }
}
