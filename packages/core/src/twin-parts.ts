// What createTwin takes and hands over. Types alone; twin.ts composes them.
import type { TwinDocument } from './document/document.ts'
import type { CreateEngine, Engine, EngineEvents, EngineView, Pick as Picked } from './engine/contract.ts'
import type { TwinError } from './error/twin-error.ts'
import type { AnyKind } from './kind/kind.ts'
import type { Clock } from './live/clock.ts'
import type { NetPorts } from './net/net.ts'
import type { AboutDisclosure, ActionAnswer } from './record/action.ts'
import type { WorkerLike } from './worker/client.ts'
import type { AlarmShown, Described, Health, OpenedLayer, Subject, ThingInView } from './worker/messages.ts'

/** Asked at every connect; `expired`: the last token was refused. null: nobody is signed in; after `expired` it signs out. */
export type GetToken = (asked: { readonly feed: string; readonly expired: boolean }) => Promise<string | null> | string | null

export interface TwinOptions {
  /** Absolute URL of the document, or of the page that holds `doc`: its origin may be asked, others only if listed. */
  readonly src: string
  /** The document itself, with absolute URLs; absent: it is loaded from `src`. */
  readonly doc?: TwinDocument
  /** Makes the worker of live data; `createWorker` of @twinmap/layers. The twin ends it. */
  readonly worker: () => WorkerLike
  readonly createEngine: CreateEngine
  readonly container: HTMLElement
  readonly getToken?: GetToken
  readonly allow?: readonly string[]
  readonly locale?: 'zh' | 'en'
  readonly theme?: 'light' | 'dark'
  /** Id of the view to begin with; default the document's first. */
  readonly view?: string
  readonly signal?: AbortSignal
  readonly ports?: Partial<TwinPorts>
}

export interface TwinPorts {
  /** Absent of it: the browser's own. */
  readonly net: Partial<NetPorts>
  readonly nowMs: () => number
  /** Runs before the next frame is drawn; in a hidden tab not at all, so that nothing is sent there. */
  readonly beforeFrame: (run: () => void) => void
}

export interface TwinEvents {
  /** All that stands, the most severe first. */
  alarms: readonly AlarmShown[]
  health: Health
  clock: Clock
  /** What is selected now, again whenever what it shows changes. */
  selection: Described | null
  /** Not the end: the twin stays usable. */
  error: TwinError
  /** Nothing failed; something that the document says has no effect. Told once. */
  warning: TwinError
  refinement: EngineEvents['refinement']
  view: EngineEvents['view']
  placed: EngineEvents['placed']
}

export interface Twin {
  readonly doc: TwinDocument
  readonly engine: Engine
  readonly view: EngineView
  readonly clock: { readonly current: Clock; set(clock: Clock): void }
  /** The language of chips on the map; all else that is read is the page's. */
  readonly locale: { readonly current: 'zh' | 'en'; set(locale: 'zh' | 'en'): void }
  /** Empty until `ready`. */
  readonly layers: { readonly all: readonly OpenedLayer[]; setVisible(layer: string, visible: boolean): void }
  /** All that the worker knows, the document's too; empty until `ready`. An alarm may be of a kind that no layer shows. */
  readonly kinds: readonly AnyKind[]
  readonly alarms: { readonly standing: readonly AlarmShown[] }
  readonly actions: {
    acknowledge(alarm: Pick<AlarmShown, 'feed' | 'id' | 'count'>): Promise<ActionAnswer>
    /** What is done about a disclosure: somebody goes there, reports it done, or takes it back for those that it was told to. */
    disclosure(alarm: Pick<AlarmShown, 'feed' | 'id'>, type: AboutDisclosure['type']): Promise<ActionAnswer>
  }
  readonly health: { readonly current: Health | null }
  readonly selection: {
    readonly current: Described | null
    /** What is under a point of the picture, CSS px. */
    at(x: number, y: number): Promise<Picked>
    /** @throws TwinError `entity-gone` */
    set(subject: Subject | null): Promise<void>
  }
  readonly things: {
    /** The nearest things of the picture, nearest first. */
    inView(most: number): Promise<readonly ThingInView[]>
  }
  /** The layers are open. Rejects where they could not be; the map stays usable. */
  readonly ready: Promise<void>
  /** Loads again what failed, connects again what was refused. */
  retry(): void
  /** Drops all that is personal, here and in the worker. */
  signOut(): Promise<void>
  /**
   * Asks for a token and begins anew after {@link signOut}, or after one ended.
   *
   * @throws TwinError `token-expired`: the last one ended, and `getToken` gave no other.
   */
  signIn(): Promise<void>
  on<K extends keyof TwinEvents>(type: K, listener: (event: TwinEvents[K]) => void): () => void
  dispose(): void
}
