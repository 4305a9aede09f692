// For tests: viewers over a log of commits that the test makes up, with sockets and timers of its own. Not built, not published.
import { createEntity, mergeRecord } from '@twinmap/core/internal/intake/merge'
import { adoptAlarm, adoptDisclosure, adoptEntity, createIntakeState, entityIn } from '@twinmap/core/internal/intake/state'
import type { AnyKind } from '@twinmap/core/internal/kind/kind'
import { isRole } from '@twinmap/core/internal/kind/privacy'
import type { Hello } from '@twinmap/core/internal/record/envelope'
import type { Row } from '@twinmap/core/internal/record/record'
import { createAudiences } from '../live/compose.ts'
import { createKeptLog } from '../live/kept-log.ts'
import { createViewers, type Viewers } from '../live/viewers.ts'
import type { AuditEntry, LogEntry } from '../store/store.ts'
import type { Viewer } from '../tokens.ts'
import { FakeSocket } from './fake-socket.ts'
import { type ManualTimers, manualTimers } from './manual-timers.ts'

/** When the rooms of tests begin, UTC ms: a whole second. */
export const BEGIN_MS = 1_764_046_800_000

export interface LiveRoom {
  readonly viewers: Viewers
  readonly timers: ManualTimers
  readonly now: () => number
  readonly pass: (ms: number) => Promise<void>
  /** Commits at once. */
  readonly commit: (what: Partial<LogEntry>) => LogEntry
  /** Says hello; the token is the role. */
  readonly join: (hello: Hello, socket?: FakeSocket) => Promise<FakeSocket>
  readonly promised: number[]
  readonly audited: AuditEntry[]
  readonly reported: unknown[]
  /** How `verify` answers; tests change it. */
  verify: (token: string | undefined) => Promise<Viewer>
}

export function liveRoom(kinds: ReadonlyMap<string, AnyKind>): LiveRoom {
  const timers = manualTimers()
  const state = createIntakeState()
  const log = createKeptLog()
  const now = () => BEGIN_MS + Math.floor(timers.nowMs())
  let n = 0
  let lastMs = BEGIN_MS
  log.begin([], BEGIN_MS)
  const promised: number[] = []
  const audited: AuditEntry[] = []
  const reported: unknown[] = []
  const room = {
    verify: async (token: string | undefined): Promise<Viewer> => {
      const role = isRole(token) ? token : 'public'
      return { role, name: `${role}-name`, isAnonymous: token === undefined, expiresMs: Number.POSITIVE_INFINITY }
    },
  }
  const viewers = createViewers({
    authority: {
      state,
      streamId: 's',
      nowMs: now,
      settledMs: () => (lastMs = Math.max(lastMs, now())),
      promise: async (ms) => {
        promised.push(ms)
      },
    },
    log,
    kinds,
    audienceOf: createAudiences(kinds),
    verify: (token) => room.verify(token),
    audit: async (entry) => {
      audited.push(entry)
    },
    nowMs: now,
    timers,
    report: (error) => reported.push(error),
  })

  function hear(kind: string, id: string, heardMs: number, row?: Row): void {
    const before = entityIn(state, kind, id)?.state ?? createEntity(kind, id)
    const order = { generation: 0, boot: -1, seq: -1, t: row?.t ?? 0 }
    const { held: _, ...merged } = mergeRecord(before, row ?? { properties: {} }, order, { isNewest: true, heardMs })
    adoptEntity(state, { ...before, ...merged, heardMs: Math.max(before.heardMs, heardMs) })
  }

  return Object.assign(room, {
    viewers,
    timers,
    now,
    pass: timers.pass,
    promised,
    audited,
    reported,
    commit(what: Partial<LogEntry>): LogEntry {
      // Later than anything that was told, as the authority has it.
      lastMs = Math.max(what.atMs ?? now(), lastMs + 1)
      const entry: LogEntry = { n: ++n, rows: [], heard: [], alarms: [], disclosures: [], ...what, atMs: lastMs }
      for (const row of entry.rows) hear(row.kind, row.id, row.heardMs, row)
      for (const { kind, id, heardMs } of entry.heard) hear(kind, id, heardMs)
      for (const { kind, entity } of [...entry.alarms, ...entry.disclosures])
        if (entityIn(state, kind, entity) === undefined) adoptEntity(state, createEntity(kind, entity))
      for (const alarm of entry.alarms) adoptAlarm(state, alarm)
      for (const disclosure of entry.disclosures) adoptDisclosure(state, disclosure)
      log.add(entry)
      viewers.publish(entry)
      return entry
    },
    async join(hello: Hello, socket = new FakeSocket()): Promise<FakeSocket> {
      viewers.join(socket.asWebSocket)
      socket.hear({ hello })
      // The snapshot is made in turns.
      for (let i = 0; i < 8; i++) await timers.turn()
      return socket
    },
  })
}
