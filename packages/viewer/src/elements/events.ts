import type { Handle, Twin, TwinError } from '@twinmap/core'
import type { AlarmAct } from '../panels/alarm-acts.ts'
import type { AlarmRef } from '../panels/alarm-rows.ts'
import type { GroundPoint } from '../tools/ground-point.ts'

/** Who or what was chosen. `layer`, `kind` and `id` are null where an alarm was opened whose entity no layer shows. */
export interface Chosen {
  readonly layer: string | null
  readonly kind: string | null
  readonly id: string | null
  /** The alarm that led here. */
  readonly alarm: AlarmRef | null
}

/** Every event of every twinmap element: its name and its detail. Names carry the tag's prefix; nothing else dispatches. */
export interface TwinEvents {
  /** The document is read, the picture has begun, calls such as `flyTo` work. */
  'twin-ready': { readonly twin: Twin }
  /** Something was chosen, or (null) nothing is any more. */
  'twin-select': { readonly chosen: Chosen | null }
  /** The mesh was clicked, and no marker: where, in metres, degrees and the document's reference. */
  'twin-ground': { readonly point: GroundPoint }
  /** Something failed; switch on `error.code`. The viewer stays usable unless `fatal`. */
  'twin-error': { readonly error: TwinError; readonly fatal: boolean }
  /** Nothing failed, but something in the document has no effect. Cancel it to keep it off the console. */
  'twin-warning': { readonly warning: TwinError }
  /** The operator acknowledges an alarm at the count that was shown. Cancel it to ask for a reason first. */
  'twin-acknowledge': AlarmRef & { readonly count: number }
  /** Something is to be done about a disclosure. Cancel it to ask for a reason first. */
  'twin-disclosure': AlarmRef & { readonly type: Exclude<AlarmAct, 'acknowledge'> }
  /** Nobody is signed in any more, and nothing personal is left: `signOut()` is done, or the token ended. */
  'twin-signed-out': Record<string, never>
  /** A row of the alarm list was chosen. */
  'twin-alarm-open': AlarmRef
  /** A row of the list of what is in the picture was chosen. */
  'twin-thing-open': { readonly handle: Handle }
  /** A layer was ticked or unticked. */
  'twin-layer-visible': { readonly layer: string; readonly visible: boolean }
  /** A tool was pressed. */
  'twin-tool': { readonly tool: Tool }
  /** A panel asks to be closed. */
  'twin-close': Record<string, never>
}

export type Tool = 'zoom-in' | 'zoom-out' | 'north' | 'fullscreen'

type TwinEventObjects = { [K in keyof TwinEvents]: CustomEvent<TwinEvents[K]> }
declare global {
  interface GlobalEventHandlersEventMap extends TwinEventObjects {}
}

/** Dispatches an event that leaves shadow roots. Returns false when a listener cancelled it. */
export function emit<K extends keyof TwinEvents>(from: HTMLElement, type: K, detail: TwinEvents[K]): boolean {
  return from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }))
}

/** A panel's event ends at the frame; what the page should know is sent anew from the viewer itself. */
export const own =
  <K extends keyof TwinEvents>(act: (detail: TwinEvents[K]) => void) =>
  (event: CustomEvent<TwinEvents[K]>): void => {
    event.stopPropagation()
    act(event.detail)
  }
