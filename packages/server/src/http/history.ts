// `GET history`: pages of the store as lines of NDJSON. The store cuts by role and counts a page in rows that this role gets; here
// is who may ask, how many at a time, and that it is written down.
import type { ServerResponse } from 'node:http'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { unknownKind } from '@twinmap/core/internal/kind/unknown-kind'
import { isId, wrongWithId } from '@twinmap/core/internal/kind/wire-text'
import type { Authority } from '../authority.ts'
import type { Audience } from '../live/compose.ts'
import type { HistoryCursor, HistoryPage, HistoryQuery, Store } from '../store/store.ts'
import type { Viewer } from '../tokens.ts'
import { NO_STORE } from './answer.ts'
import type { HistoryPace } from './history-pace.ts'

/** Histories of one viewer that run at a time; each costs the reader's thread what it gets. */
export const MOST_HISTORIES = 2
const MOST_HISTORY_MS = 31 * 24 * 3_600_000

/** How many of each viewer run. */
export interface HistoryBudget {
  /** @throws TwinError `too-many-requests` @returns ends it. */
  readonly begin: (who: string) => () => void
}

export function createHistoryBudget(most = MOST_HISTORIES): HistoryBudget {
  const running = new Map<string, number>()
  return {
    begin(who) {
      const count = running.get(who) ?? 0
      if (count >= most)
        throw new TwinError('too-many-requests', `${count} histories of this viewer run already; wait until one has ended`, { most })
      running.set(who, count + 1)
      return () => {
        const left = running.get(who)! - 1
        if (left === 0) running.delete(who)
        else running.set(who, left)
      }
    },
  }
}

export interface HistoryPorts {
  readonly store: Store
  readonly pace: HistoryPace
  readonly authority: Authority
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** Wall time, for the audit. */
  readonly nowMs: () => number
}

/** Writes a history, after it was audited; ends the response. */
export async function sendHistory(
  response: ServerResponse,
  { viewer, audience, search }: { readonly viewer: Viewer; readonly audience: Audience; readonly search: URLSearchParams },
  { store, authority, nowMs, kinds, pace }: HistoryPorts,
): Promise<void> {
  const range = readRange(search, kinds)
  const n = authority.settledMs()
  const query: HistoryQuery = {
    ...range,
    role: viewer.role,
    stamp: { streamId: authority.streamId, n, serverTimeMs: authority.nowMs() },
  }
  const personalKinds = audience.redaction.personalKinds.filter((kind) => query.kind === undefined || kind === query.kind)
  if (personalKinds.length > 0)
    await store.audit({
      atMs: nowMs(),
      who: viewer.name,
      role: viewer.role,
      what: 'history',
      kinds: personalKinds,
      subject: query.id ?? null,
    })
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8', ...NO_STORE })
  let after: HistoryCursor | null = null
  do {
    const page: HistoryPage = await pace.page(() => store.history(query, after))
    if (response.destroyed) return
    if (page.text !== '' && !response.write(page.text)) await drained(response)
    after = page.next
  } while (after !== null && !response.destroyed)
  response.end()
}

type Range = Pick<HistoryQuery, 'fromMs' | 'toMs' | 'kind' | 'id'>

function readRange(search: URLSearchParams, kinds: ReadonlyMap<string, AnyKind>): Range {
  const time = (name: string): number => {
    const text = search.get(name) ?? ''
    const value = Number(text)
    if (text === '' || !Number.isFinite(value))
      throw new TwinError('request-invalid', `${name} must be a time in UTC milliseconds`, { name })
    return value
  }
  const [fromMs, toMs] = [time('from'), time('to')]
  const [kind, id] = [search.get('kind'), search.get('id')]
  if (toMs < fromMs) throw new TwinError('request-invalid', 'to is before from; exchange them')
  if (toMs - fromMs > MOST_HISTORY_MS) throw new TwinError('request-invalid', 'more than 31 days were asked; ask in parts')
  if (kind !== null && !kinds.has(kind)) throw new TwinError('request-invalid', unknownKind(kind, kinds.keys()), { name: 'kind' })
  if (id !== null && !isId(id)) throw new TwinError('request-invalid', `id ${wrongWithId(id)}`, { name: 'id' })
  if (id !== null && kind === null) throw new TwinError('request-invalid', 'id needs its kind, because ids are unique within a kind only')
  return { fromMs, toMs, ...(kind !== null && { kind }), ...(id !== null && { id }) }
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
