// The border between page and worker: one typed table. Strings stay in the worker, but for what a person reads on
// demand; the page knows handles and typed arrays. The list grows only here.
import type { TwinDocument } from '../document/document.ts'
import type { TwinErrorData } from '../error/twin-error.ts'
import type { FeedState } from '../feeds/feed.ts'
import type { AnyKind } from '../kind/kind.ts'
import type { Clock } from '../live/clock.ts'
import type { Handle, LabelShown, Patch } from '../live/layout.ts'
import type { Settled } from '../live/settle.ts'
import type { HeardAlarm } from '../live/standing.ts'
import type { Action, ActionAnswer } from '../record/action.ts'
import type { Location, Value } from '../record/record.ts'

/** A part of the picture that a panel of the page lies on, CSS px from the left top of the canvas. */
export interface CoveredBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The camera as the worker needs it for picking and labels. */
export interface ViewState {
  /** ENU metres of the twin's origin -> clip space (OpenGL), column-major, 16 numbers. */
  readonly viewProjection: readonly number[]
  /** Camera position, ENU metres. */
  readonly eye: readonly [number, number, number]
  /** Size of the picture, CSS px. */
  readonly width: number
  readonly height: number
  /** Labels keep out of it. */
  readonly covered?: readonly CoveredBox[]
}

/** A layer as opened: its kind goes to the page for its symbol and words. */
export interface OpenedLayer {
  readonly id: string
  readonly kind: AnyKind
  readonly visible: boolean
  readonly dotBeyondMeters?: number
}

/** One value on a card, in the field's unit, with the phenomenon time it belongs to, as the server corrected it. */
export interface DescribedField {
  readonly field: string
  readonly value: Value
  /** Null: an inventory says it, which has no time. */
  readonly tMs: number | null
}

/** What a card shows. Names of persons come masked (张**): the full name never leaves the worker. */
export interface Described {
  readonly handle: Handle
  readonly kind: string
  readonly id: string
  readonly name: string
  readonly fields: readonly DescribedField[]
  /** As its feed told it: two coordinates stay two. Of what an inventory places, with the height at which it stands. */
  readonly location: Location | null
  /** The height at which it stands and how it came by it; null without a place, and where its feed told the height. */
  readonly settled: Settled | null
  /** When the server last heard it, UTC ms; null: no feed told of it. */
  readonly heardMs: number | null
  /** How far its device's clock is ahead of the server's, ms; below 0: behind; null: by less than 60 s. */
  readonly clockOffMs: number | null
  readonly freshness: 'fresh' | 'late' | 'stale'
  readonly alarms: readonly AlarmShown[]
}

/** An alarm with what the list needs to show it. */
export interface AlarmShown extends HeardAlarm {
  /** Name of its entity, masked where it is a person's; its id where it is not known here. */
  readonly name: string
  /** Null where its entity is not known here. */
  readonly handle: Handle | null
  /** Where its entity is now, with the height at which it stands; where that is not known, its own place. */
  readonly at: Location | null
  /** An action on it is on its way: the feed has not shown its effect yet. */
  readonly pending: boolean
  /** Which one; null: none. */
  readonly asked: Action['type'] | null
}

export type { FeedState, LabelShown }

export interface Health {
  readonly feeds: readonly {
    readonly id: string
    readonly state: FeedState
    readonly error: TwinErrorData | null
    readonly heardMs: number | null
  }[]
  readonly layers: readonly {
    readonly id: string
    readonly count: number
    readonly fresh: number
    readonly late: number
    readonly stale: number
    readonly heardMs: number | null
  }[]
  /** The server's clock less this machine's, ms. */
  readonly clockOffsetMs: number
}

/** A marker that a pick met: plates under the pointer first, then by distance. The page tests which the mesh hides. */
export interface PickCandidate {
  readonly handle: Handle
  /** Where it is drawn, ENU metres (its foot). */
  readonly enu: readonly [number, number, number]
  readonly underPointer: boolean
  readonly distancePx: number
  /** An alarm stands on it: it is drawn over everything, so nothing hides it. */
  readonly alarm?: boolean
}

/** One thing of the picture, for a list of what is seen. */
export interface ThingInView {
  readonly handle: Handle
  readonly kind: string
  readonly id: string
  /** Masked where it is a person's. */
  readonly name: string
  /** Of its worst standing alarm; 0: none. */
  readonly priority: 0 | 1 | 2 | 3 | 4
  /** From the eye. */
  readonly distanceMeters: number
}

export type Subject = { readonly handle: Handle } | { readonly kind: string; readonly id: string }

/** Calls into the worker, each with an answer, by comlink. An error crosses as TwinErrorData and is rebuilt in client.ts. */
export interface WorkerCalls {
  /** The document with absolute URLs. Kinds of the document add to those that the worker was built with. */
  open(p: {
    readonly doc: TwinDocument
    /** Absolute URL of the document, or of the page that holds it: its origin may be asked without being listed. */
    readonly base: string
    /** Further origins that may be asked. */
    readonly allow?: readonly string[]
    readonly locale: 'zh' | 'en'
    readonly clock: Clock
  }): Promise<{
    readonly layers: readonly OpenedLayer[]
    /** All that this worker knows, the document's too: an alarm may come of a kind that no layer shows. */
    readonly kinds: readonly AnyKind[]
  }>
  setClock(p: Clock): Promise<void>
  /** Labels follow in that language. */
  setLocale(p: { readonly locale: 'zh' | 'en' }): Promise<void>
  setView(p: ViewState): Promise<void>
  setFilter(p: { readonly layer: string; readonly visible: boolean }): Promise<void>
  /** @throws TwinError `entity-gone` */
  describe(p: Subject): Promise<Described>
  /** Sends `described` whenever what it shows changes, until watched otherwise. */
  watch(p: { readonly handle: Handle | null }): Promise<void>
  /** At CSS px of `view`, with the markers where they are at twin time `tMs`. */
  pick(p: { readonly x: number; readonly y: number; readonly view: ViewState; readonly tMs: number }): Promise<readonly PickCandidate[]>
  /** The nearest things whose foot is in the picture, nearest first, where they are at twin time `tMs`. */
  inView(p: { readonly view: ViewState; readonly tMs: number; readonly most: number }): Promise<readonly ThingInView[]>
  /** `feed`: the one that told the alarm. */
  act(p: Action & { readonly feed: string }): Promise<ActionAnswer>
  /**
   * Answers `needToken` of one feed; an empty token: nobody is signed in. Null signs out: feeds, actions and answers under way
   * end, and everything personal is dropped; a token after that starts again.
   */
  token(p: { readonly feed: string; readonly token: string } | { readonly feed: null; readonly token: null }): Promise<void>
  /** Sends the whole layer again, for a context that was lost. */
  repatch(p: { readonly layer: string }): Promise<void>
  /** Connects feeds again, also those that were refused, and loads inventories again. */
  reconnect(): Promise<void>
  /** Says that it lives. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Out of the worker, by plain postMessage with transfer. */
export type WorkerMessage =
  | { readonly type: 'patch'; readonly patch: Patch }
  /** All that stands, the most severe first: it replaces the list. */
  | { readonly type: 'alarm'; readonly alarms: readonly AlarmShown[] }
  | { readonly type: 'labels'; readonly labels: readonly LabelShown[] }
  | { readonly type: 'described'; readonly described: Described | null }
  | { readonly type: 'health'; readonly health: Health }
  | { readonly type: 'clock'; readonly clock: Clock }
  | { readonly type: 'error'; readonly error: TwinErrorData }
  | { readonly type: 'needToken'; readonly feed: string; readonly expired: boolean }

/** Back into the worker: a patch's buffers, to be filled again. Until then the layer gathers its changes. */
export type WorkerReturn = { readonly type: 'recycle'; readonly layer: string; readonly buffer: ArrayBuffer }
