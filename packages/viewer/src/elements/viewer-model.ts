// What the viewer knows at one moment, as plain data; session.ts fills it, the panels are drawn from it.

import { type Asked, isSettled } from '@twinmap/core/internal/actions/pending'
import type { TwinDocument } from '@twinmap/core/internal/document/document'
import { homeView, type Stand, standOf } from '@twinmap/core/internal/document/home-view'
import type { Refinement } from '@twinmap/core/internal/engine/contract'
import { TwinError } from '@twinmap/core/internal/error/twin-error'
import { type Clock, twinTimeMs } from '@twinmap/core/internal/live/clock'
import { alarmKey } from '@twinmap/core/internal/live/standing'
import type { AlarmShown, Described, Health, OpenedLayer, ThingInView } from '@twinmap/core/internal/worker/messages'
import type { AnyKind } from '@twinmap/core/kind'
import type { AlarmRef } from '../panels/alarm-rows.ts'
import type { GroundPoint } from '../tools/ground-point.ts'
import type { Chosen } from './events.ts'

export interface ViewerModel {
  /** `loading` until the document is read; `failed` only where nothing can be shown at all. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed' | 'signed-out'
  /** While signed out: because the token ended, not because somebody asked for it. */
  readonly expired: boolean
  /** Why it failed; while `ready`, the last thing that went wrong and was not put away. */
  readonly error: TwinError | null
  readonly doc: TwinDocument | null
  readonly webgl: boolean
  readonly layers: readonly OpenedLayer[]
  readonly kinds: ReadonlyMap<string, AnyKind>
  /** What the reader ticked. */
  readonly visible: ReadonlyMap<string, boolean>
  readonly alarms: readonly AlarmShown[]
  /** What was pressed here and the feed has not shown yet, by `alarmKey`. */
  readonly asked: ReadonlyMap<string, Asked>
  readonly health: Health | null
  readonly clock: Clock | null
  readonly refinement: Refinement
  readonly headingDeg: number
  readonly metersPerPx: number | null
  readonly selected: Described | null
  /** What is in the picture, the nearest first, as of the last look; null: nobody has looked. */
  readonly things: readonly ThingInView[] | null
  /** The point on the mesh that was clicked last. */
  readonly ground: GroundPoint | null
  /** An alarm whose entity is not known here. */
  readonly alarmOpen: AlarmRef | null
  /** A tileset stands at the origin, because it named no place. */
  readonly placedLocal: boolean
  /** So far a tileset was brought to the origin, m; 0: none was. */
  readonly movedMeters: number
}

export const EMPTY_MODEL: ViewerModel = {
  phase: 'idle',
  expired: false,
  error: null,
  doc: null,
  webgl: true,
  layers: [],
  kinds: new Map(),
  visible: new Map(),
  alarms: [],
  asked: new Map(),
  health: null,
  clock: null,
  refinement: { state: 'loading', share: 0 },
  headingDeg: 0,
  metersPerPx: null,
  selected: null,
  things: null,
  ground: null,
  alarmOpen: null,
  placedLocal: false,
  movedMeters: 0,
}

/** What stays after a sign-out: the document and the picture, which are nobody's. */
export const signedOut = (model: ViewerModel, expired: boolean): ViewerModel => ({
  ...model,
  phase: 'signed-out',
  expired,
  error: null,
  alarms: [],
  asked: new Map(),
  health: null,
  selected: null,
  things: null,
  ground: null,
  alarmOpen: null,
})

/** The map can be looked at and moved. */
export const hasMap = ({ phase, doc }: Pick<ViewerModel, 'phase' | 'doc'>): boolean =>
  phase === 'ready' || (phase === 'signed-out' && doc !== null)

/** What was asked and is still open as it was. */
export function stillAsked(asked: ReadonlyMap<string, Asked>, alarms: readonly AlarmShown[]): ReadonlyMap<string, Asked> {
  if (asked.size === 0) return asked
  const standing = new Map(alarms.map((alarm) => [alarmKey(alarm), alarm]))
  return new Map(
    [...asked].filter(([key, what]) => {
      const alarm = standing.get(key)
      return alarm !== undefined && !isSettled(what, alarm)
    }),
  )
}

/** The alarm as this reader sees it: pending also between their click and the word of the worker. */
export function withAsked(alarm: AlarmShown, asked: ReadonlyMap<string, Asked>): AlarmShown {
  const what = asked.get(alarmKey(alarm))
  return alarm.pending || what === undefined || isSettled(what, alarm) ? alarm : { ...alarm, pending: true, asked: what.type }
}

/** Twin time now. Before a clock is known, this machine's. */
export const nowOf = (model: Pick<ViewerModel, 'clock'>, wallMs: number): number =>
  model.clock === null ? wallMs : twinTimeMs(model.clock, wallMs)

/** A feed that connects again is told as offline only after so long, so that a short break does not flash. */
const BREAK_SHOWN_MS = 3_000

export interface Liveness {
  readonly state: 'none' | 'connecting' | 'live' | 'offline' | 'refused' | 'signed-out'
  /** When anything was last heard, twin time. */
  readonly heardMs: number | null
}

/** Nothing new comes until something is done. */
export const isStopped = ({ state }: Liveness): boolean => state === 'offline' || state === 'refused' || state === 'signed-out'

/** The worst feed decides, so that old data never looks live. */
export function liveness({ health, doc }: Pick<ViewerModel, 'health' | 'doc'>, nowMs: number): Liveness {
  if (doc === null || doc.feeds.length === 0) return { state: 'none', heardMs: null }
  const feeds = health?.feeds ?? []
  const heard = feeds.flatMap((feed) => (feed.heardMs === null ? [] : [feed.heardMs]))
  const heardMs = heard.length === 0 ? null : Math.max(...heard)
  const silentMs = heardMs === null ? 0 : nowMs - heardMs
  if (feeds.some((feed) => feed.state === 'signed-out')) return { state: 'signed-out', heardMs }
  if (feeds.some((feed) => feed.state === 'refused')) return { state: 'refused', heardMs }
  if (feeds.some((feed) => feed.state === 'lost')) return { state: 'offline', heardMs }
  if (feeds.length === 0 || feeds.some((feed) => feed.state === 'connecting'))
    return { state: heardMs !== null && silentMs > BREAK_SHOWN_MS ? 'offline' : 'connecting', heardMs }
  return { state: 'live', heardMs }
}

/** What the page is told of a selection. */
export function chosenOf({ selected, alarmOpen }: Pick<ViewerModel, 'selected' | 'alarmOpen'>): Chosen | null {
  if (selected !== null) return { layer: selected.handle.layer, kind: selected.kind, id: selected.id, alarm: null }
  return alarmOpen === null ? null : { layer: null, kind: null, id: null, alarm: alarmOpen }
}

/** What the open card is of; null: there is none. */
export function cardKey({ selected, alarmOpen }: Pick<ViewerModel, 'selected' | 'alarmOpen'>): string | null {
  if (selected !== null) return JSON.stringify([selected.kind, selected.id])
  return alarmOpen === null ? null : alarmKey(alarmOpen)
}

/** `home` is there in every document. @throws TwinError `document-invalid`: names the views that there are. */
export function namedView(doc: TwinDocument, id: string): Stand {
  const { views } = doc
  if (id === 'home') return homeView(doc)
  const named = views.find((view) => view.id === id)
  if (named !== undefined) return standOf(named)
  const known = views.map((view) => view.id).join(', ') || 'none'
  throw new TwinError('document-invalid', `the document has no view ${id}; name one of its views: ${known}`, { view: id })
}
