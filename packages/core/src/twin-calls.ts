// The public calls of a twin's own parts, and the options of createTwin; those of its view and engine are in engine/calls.ts.
import * as v from 'valibot'
import type { Calls } from './document/check-call.ts'
import type { TwinDocument } from './document/document.ts'
import { clock, eventOf, listener, px, subject, whole } from './engine/calls.ts'
import { TwinError } from './error/twin-error.ts'
import { closed, nearest } from './kind/closed.ts'
import type { TwinEvents } from './twin-parts.ts'

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2000))
const callable = v.custom<(...given: never[]) => unknown>((given) => typeof given === 'function', 'is no function; give one')
const thing = v.custom<object>((given) => typeof given === 'object' && given !== null, 'is no object; give one')
/** What the list of alarms holds may be handed over whole. */
const alarm = v.looseObject({ feed: text, id: text })

export const TWIN_CALLS = {
  'clock.set': { clock },
  'locale.set': { locale: v.picklist(['zh', 'en']) },
  'layers.setVisible': { layer: v.string(), visible: v.boolean() },
  'actions.acknowledge': { alarm: v.looseObject({ ...alarm.entries, count: v.pipe(whole, v.minValue(1)) }) },
  'actions.disclosure': { alarm, type: v.picklist(['take', 'done', 'withdraw']) },
  'selection.at': { x: px, y: px },
  'selection.set': { subject: v.nullable(subject) },
  'things.inView': { most: v.pipe(whole, v.minValue(1), v.maxValue(1000)) },
  on: {
    type: eventOf<keyof TwinEvents>({
      alarms: true,
      health: true,
      clock: true,
      selection: true,
      error: true,
      warning: true,
      refinement: true,
      view: true,
      placed: true,
    }),
    listener,
  },
  createTwin: {
    options: closed({
      src: v.pipe(v.string(), v.url('is no absolute URL; write new URL(src, document.baseURI).href')),
      doc: v.optional(thing),
      worker: callable,
      createEngine: callable,
      container: thing,
      getToken: v.optional(callable),
      allow: v.optional(v.array(text)),
      locale: v.optional(v.picklist(['zh', 'en'])),
      theme: v.optional(v.picklist(['light', 'dark'])),
      view: v.optional(v.string()),
      signal: v.optional(thing),
      ports: v.optional(thing),
    }),
  },
} as const satisfies Calls

/** @throws TwinError `call-invalid`: the document has no such layer. */
export function mustBeLayer({ layers }: TwinDocument, layer: string): void {
  const ids = layers.map(({ id }) => id)
  if (ids.includes(layer)) return
  const meant = nearest(layer, ids)
  const known = meant === undefined ? `its layers are ${ids.join(', ') || 'none'}` : `did you mean ${meant}?`
  const sentence = `layers.setVisible: layer is ${JSON.stringify(layer)}, which the document does not have; ${known}`
  throw new TwinError('call-invalid', sentence, { call: 'layers.setVisible', path: 'layer', value: layer })
}
