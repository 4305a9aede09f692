// Server flow: hello -> **snapshots** -> socket. The state of one kind, cut for one sort of role, as bytes that all who ask for it
// share. It is made in slices, so that posts are taken between them; who asks while it is made, or shortly after, joins. What
// came since is set behind it, so that every snapshot is of the moment at which it is told.

import { rowsOf } from '@twinmap/core/internal/intake/merge'
import type { Entity } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { type Role, SEES } from '@twinmap/core/internal/kind/privacy'
import { toColumns } from '@twinmap/core/internal/record/columns'
import type { Row } from '@twinmap/core/internal/record/record'
import type { Redaction } from '@twinmap/core/internal/record/redact'
import { isStale, lastHeardOf } from './heard.ts'
import { sortInSlices } from './sort-slices.ts'
import type { Timers } from './timers.ts'

/** One kind as one sort of role sees it, as of a time. */
export interface Piece {
  readonly kind: string
  /** All commits up to here are in it, and of later ones what came while it was made: those are to be set behind it. */
  readonly atMs: number
  /** Sets of columns as JSON, each behind a comma. */
  readonly columns: readonly Buffer[]
  /** When entities were heard without a row, as a JSON object; null: none. */
  readonly heard: string | null
}

/** A piece is shared for so long after it was begun, and while it is made. */
export const SHARED_MS = 2_000
/** So long the process is kept from other work at the most. */
export const SLICE_MS = 8
/** Entities between two looks at the clock, and in one set of columns. */
const CHUNK = 250

export interface SnapshotsPorts {
  readonly kinds: ReadonlyMap<string, AnyKind>
  readonly entities: ReadonlyMap<string, ReadonlyMap<string, Entity>>
  /** The time up to which the state is complete. */
  readonly settledMs: () => number
  readonly timers: Pick<Timers, 'nowMs' | 'turn'>
}

export interface Snapshots {
  /** Pieces of the kinds, each made at once or shared. */
  readonly pieces: (kinds: readonly string[], redaction: Redaction) => Promise<readonly Piece[]>
  /** Lets go of what nobody may join any more. */
  readonly forget: () => void
  /** Pieces that are kept for others to join. */
  readonly count: () => number
}

interface Shared {
  readonly begunMs: number
  readonly piece: Promise<Piece>
  isMade: boolean
}

export function createSnapshots({ kinds, entities, settledMs, timers }: SnapshotsPorts): Snapshots {
  const shared = new Map<string, Shared>()
  /** Ids of a kind in their own order: the order in which they were heard is not for everybody to know. */
  const idsOf = new Map<string, readonly string[]>()
  /** They are made one after the other, so that however many are asked for, a slice is a slice. */
  let making: Promise<unknown> = Promise.resolve()
  let sliceBegunMs = 0

  async function breathe(): Promise<void> {
    if (timers.nowMs() - sliceBegunMs < SLICE_MS) return
    await timers.turn()
    sliceBegunMs = timers.nowMs()
  }

  async function sortedIds(kind: string, ofKind: ReadonlyMap<string, Entity>): Promise<readonly string[]> {
    const known = idsOf.get(kind)
    // Entities only come: as many are the same ones.
    if (known !== undefined && known.length === ofKind.size) return known
    const ids = await sortInSlices([...ofKind.keys()], breathe)
    idsOf.set(kind, ids)
    return ids
  }

  async function make(kind: string, redaction: Redaction): Promise<Piece> {
    await timers.turn()
    sliceBegunMs = timers.nowMs()
    const ofKind = entities.get(kind)
    const atMs = settledMs()
    const columns: Buffer[] = []
    const heard: string[] = []
    const everyMs = kinds.get(kind)?.everyMs
    const ids = ofKind === undefined ? [] : await sortedIds(kind, ofKind)
    for (let from = 0; from < ids.length; from += CHUNK) {
      await breathe()
      const seen: Row[] = []
      for (const id of ids.slice(from, from + CHUNK)) {
        const { state } = ofKind!.get(id)!
        const rows = rowsOf(state)
        for (const row of rows) {
          const own = redaction.row(row)
          if (own !== null) seen.push(own)
        }
        if (everyMs === undefined) continue
        const toldMs = lastHeardOf(rows, redaction.row)
        if (toldMs > Number.NEGATIVE_INFINITY && isStale(toldMs, state.heardMs, atMs, everyMs))
          heard.push(`${JSON.stringify(state.id)}:${state.heardMs}`)
      }
      for (const set of toColumns(seen)) columns.push(Buffer.from(`,${JSON.stringify(set)}`))
    }
    return { kind, atMs, columns, heard: heard.length === 0 ? null : `{${heard.join(',')}}` }
  }

  function share(kind: string, redaction: Redaction): Promise<Piece> {
    const key = `${kind} ${sortsOf(redaction.role)}`
    const known = shared.get(key)
    if (known !== undefined && isJoined(known)) return known.piece
    const piece = making.then(() => make(kind, redaction))
    const own: Shared = { begunMs: timers.nowMs(), piece, isMade: false }
    shared.set(key, own)
    making = piece.then(
      () => {
        own.isMade = true
      },
      () => shared.delete(key),
    )
    return piece
  }

  const isJoined = ({ isMade, begunMs }: Shared): boolean => !isMade || timers.nowMs() - begunMs < SHARED_MS

  return {
    pieces: (asked, redaction) => Promise.all(asked.map((kind) => share(kind, redaction))),
    forget() {
      for (const [key, each] of shared) if (!isJoined(each)) shared.delete(key)
    },
    count: () => shared.size,
  }
}

/** Roles that see the same sorts of data share a piece. */
const sortsOf = (role: Role): string => [...SEES[role]].sort().join()
