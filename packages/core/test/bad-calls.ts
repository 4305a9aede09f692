// Calls as programs get them wrong, made from sound ones: each argument, and each leaf of it, replaced by what it cannot be.

/** Wrong for every argument of every table, but where it says so. */
const WRONG: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  null,
  'nonsense',
  10n,
  Symbol('wrong'),
  [Number.NaN],
  { lng: 117.83, lat: 37.25 },
]
const WRONG_NUMBERS: readonly unknown[] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '12', null, {}, 1e300, -1e300]

/** Every way in which one leaf of a sound value is wrong. */
function* wrongLeaves(sound: unknown): Generator<unknown> {
  if (typeof sound === 'number') yield* WRONG_NUMBERS
  else if (Array.isArray(sound)) {
    for (const [i, each] of sound.entries()) for (const wrong of wrongLeaves(each)) yield sound.with(i, wrong)
  } else if (typeof sound === 'object' && sound !== null) {
    for (const [key, each] of Object.entries(sound)) {
      for (const wrong of wrongLeaves(each)) yield { ...sound, [key]: wrong }
      if (typeof each === 'boolean' || typeof each === 'string') yield { ...sound, [key]: 7 }
    }
    yield { ...sound, ofNoPlaceHere: 1 }
  }
}

/** Lists of arguments that must be refused, made from a sound one. */
export function* badArguments(sound: readonly unknown[]): Generator<readonly unknown[]> {
  for (const [i, each] of sound.entries()) {
    for (const wrong of WRONG) if (wrong !== each) yield sound.with(i, wrong)
    for (const wrong of wrongLeaves(each)) yield sound.with(i, wrong)
  }
}

const PLACE = { longitude: 117.831, latitude: 37.2495, heightEllipsoidalMeters: 60 }
const FLIGHT = { durationMs: 0 }
const HANDLE = { layer: 'things', slot: 0, generation: 0 }

/** Sound arguments of every call of a view, by the name of the call. */
export const SOUND_VIEW_CALLS: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  flyTo: [
    [{ ...PLACE, headingDeg: 10, pitchDeg: -40 }, FLIGHT],
    [{ ...PLACE, rangeMeters: 80 }, FLIGHT],
  ],
  follow: [[{ ...PLACE, rangeMeters: 80 }, FLIGHT]],
  reveal: [[{ ...PLACE, rangeMeters: 80 }, FLIGHT]],
  zoomBy: [[0.9, FLIGHT]],
  panBy: [[5, -5]],
  orbitBy: [[3, 1]],
  faceNorth: [[FLIGHT]],
  goHome: [[FLIGHT]],
  setCovered: [[[{ x: 0, y: 0, width: 10, height: 10 }]]],
  setGestures: [[{ wheelAndOneFinger: 'map' }]],
  project: [[[1, 2, 3]]],
}
export const SOUND_ENGINE_CALLS: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  mount: [[{ type: 'tileset', id: 'mesh', url: 'house', at: 'origin', errorTargetPx: 16, memoryBytes: 100_000_000 }], [{ type: 'labels' }]],
  apply: [
    [{ type: 'select', handle: HANDLE }],
    [{ type: 'theme', theme: 'dark' }],
    [{ type: 'mark-scale', factor: 2 }],
    [{ type: 'reduced-motion', on: true }],
  ],
  setClock: [[{ mode: 'live', wallMs: 1_792_000_000_000, twinMs: 1_792_000_000_000, rate: 1 }]],
  pick: [[10, 20]],
  on: [['view', () => undefined]],
}

const ALARM = { feed: 'town', id: 'a-1' }
export const SOUND_TWIN_CALLS: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  'clock.set': [[{ mode: 'live', wallMs: 1_792_000_000_000, twinMs: 1_792_000_000_000, rate: 1 }]],
  'locale.set': [['en']],
  'layers.setVisible': [['wristbands', true]],
  'actions.acknowledge': [[{ ...ALARM, count: 1 }]],
  'actions.disclosure': [[ALARM, 'take']],
  'selection.at': [[10, 20]],
  'selection.set': [[{ kind: 'Wristband', id: 'w-1' }], [{ handle: HANDLE }]],
  'things.inView': [[50]],
  on: [['alarms', () => undefined]],
}

export interface Refused {
  readonly call: string
  readonly given: readonly unknown[]
  /** Code and sentence of the refusal; null: it was taken. */
  readonly code: string | null
  readonly message: string
}

/** Makes each wrong call of a table, and tells how each was answered. */
export async function makeBadCalls(
  sound: Readonly<Record<string, readonly (readonly unknown[])[]>>,
  call: (name: string, given: readonly unknown[]) => unknown,
): Promise<readonly Refused[]> {
  const answers: Refused[] = []
  for (const [name, lists] of Object.entries(sound))
    for (const list of lists)
      for (const given of badArguments(list)) {
        try {
          await call(name, given)
          answers.push({ call: name, given, code: null, message: '' })
        } catch (error) {
          answers.push({ call: name, given, code: (error as { code?: string }).code ?? null, message: (error as Error).message })
        }
      }
  return answers
}
