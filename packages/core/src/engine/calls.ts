// The public calls of an engine and its view: the arguments of each, as strict as the document. Every engine checks by this table,
// so that whatever a program hands over, no number that is not finite reaches camera or shader.
import * as v from 'valibot'
import { type Calls, checkCall } from '../document/check-call.ts'
import { headingDeg, heightEllipsoidalMeters, latitude, longitude, pitchDeg } from '../document/schema.ts'
import { closed } from '../kind/closed.ts'
import type { EngineEvents, EngineView, Leash, Target } from './contract.ts'

const within = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))
export const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))
/** Of picture; the largest wall is a hundredth of it. */
export const px = within(-1_000_000, 1_000_000)
/** As far as anything of a planet is from its origin. */
const meters = within(-100_000_000, 100_000_000)
const enu = v.strictTuple([meters, meters, meters])
/** 0: a cut; an hour is the slowest flight. */
const options = v.optional(closed({ durationMs: v.optional(within(0, 3_600_000)) }))

const rangeMeters = within(0.1, 1_000_000)
/** A view or a target. What a document says of a view and of its origin may be handed over whole. */
const place = closed({
  longitude,
  latitude,
  heightEllipsoidalMeters,
  rangeMeters: v.optional(rangeMeters),
  headingDeg: v.optional(headingDeg),
  pitchDeg: v.optional(pitchDeg),
  id: v.optional(v.unknown()),
  name: v.optional(v.unknown()),
  geoidMeters: v.optional(v.unknown()),
  datum: v.optional(v.unknown()),
})

const handle = closed({ layer: v.string(), slot: whole, generation: whole })
export const clock = closed({
  mode: v.picklist(['live', 'paused', 'replay']),
  wallMs: within(-8.64e15, 8.64e15),
  twinMs: within(-8.64e15, 8.64e15),
  rate: within(-1_000_000, 1_000_000),
})
/** A handle, or kind and id. */
export const subject = v.lazy((given) =>
  typeof given === 'object' && given !== null && 'handle' in given ? closed({ handle }) : closed({ kind: v.string(), id: v.string() }),
)
export const listener = v.custom<(event: never) => void>((given) => typeof given === 'function', 'is no function; give one')
/** The name of an event; one that nobody tells would never be heard of. The table is held whole by its type. */
export const eventOf = <N extends string>(names: Readonly<Record<N, true>>) => v.picklist(Object.keys(names) as N[])

export const VIEW_CALLS = {
  flyTo: { to: place, options },
  follow: { to: closed({ ...place.entries, rangeMeters }), options },
  reveal: { to: place, options },
  zoomBy: { factor: within(0.000_001, 1_000_000), options },
  panBy: { dx: px, dy: px },
  orbitBy: { headingDeg: within(-36_000, 36_000), pitchDeg: within(-36_000, 36_000) },
  faceNorth: { options },
  goHome: { options },
  setCovered: {
    boxes: v.pipe(v.array(closed({ x: px, y: px, width: within(0, 1_000_000), height: within(0, 1_000_000) })), v.maxLength(32)),
  },
  setGestures: { gestures: closed({ wheelAndOneFinger: v.picklist(['page', 'map']) }) },
  project: { enu },
} as const satisfies Calls

const bytes = v.pipe(whole, v.minValue(16_000_000))
export const ENGINE_CALLS = {
  mount: {
    primitive: v.variant('type', [
      closed({
        type: v.literal('tileset'),
        id: v.string(),
        url: v.pipe(v.string(), v.minLength(1)),
        at: v.picklist(['ecef', 'origin', 'auto']),
        memoryBytes: v.optional(bytes),
        errorTargetPx: v.optional(within(0.5, 1000)),
      }),
      closed({
        type: v.literal('markers'),
        layer: v.string(),
        kind: v.looseObject({ kind: v.string() }),
        dotBeyondMeters: v.optional(v.pipe(v.number(), v.minValue(0))),
      }),
      closed({ type: v.literal('labels') }),
    ]),
  },
  apply: {
    effect: v.variant('type', [
      closed({ type: v.literal('select'), handle: v.nullable(handle) }),
      closed({ type: v.literal('theme'), theme: v.picklist(['light', 'dark']) }),
      closed({ type: v.literal('mark-scale'), factor: within(0.1, 10) }),
      closed({ type: v.literal('reduced-motion'), on: v.boolean() }),
    ]),
  },
  setClock: { clock },
  pick: { x: px, y: px },
  on: {
    type: eventOf<keyof EngineEvents>({ refinement: true, view: true, error: true, restored: true, placed: true, 'view-replaced': true }),
    listener,
  },
} as const satisfies Calls

export const LEASH_CALLS = { moved: { to: place } } as const satisfies Calls

function checkedLeash(leash: Leash): Leash {
  const moved = (...given: unknown[]) => leash.moved(...(checkCall(LEASH_CALLS, 'moved', given) as [Target]))
  return Object.defineProperties({} as Leash, { ...Object.getOwnPropertyDescriptors(leash), moved: { value: moved, enumerable: true } })
}

/** A view that checks what it is asked before it moves: what answers by a promise rejects, all else throws. */
export function checkedView(view: EngineView): EngineView {
  const checked = <N extends keyof typeof VIEW_CALLS>(name: N): EngineView[N] => {
    const act = view[name] as (...given: unknown[]) => unknown
    const check = (given: readonly unknown[]) => {
      const answer = act(...checkCall(VIEW_CALLS, name, given))
      return name === 'follow' ? checkedLeash(answer as Leash) : answer
    }
    return (PROMISED.has(name) ? async (...given: unknown[]) => check(given) : (...given: unknown[]) => check(given)) as EngineView[N]
  }
  const methods = (Object.keys(VIEW_CALLS) as (keyof typeof VIEW_CALLS)[]).map((name) => [name, { value: checked(name), enumerable: true }])
  // What it is asked to tell (`current`, `metersPerPx`) stays as it is.
  return Object.defineProperties({} as EngineView, { ...Object.getOwnPropertyDescriptors(view), ...Object.fromEntries(methods) })
}

const PROMISED: ReadonlySet<string> = new Set(['flyTo', 'reveal', 'zoomBy', 'faceNorth', 'goHome'])
