// The demo's one person, as a pure function of a seed and a step: where she is, what her wristband says, when she calls for
// help. She is invented; so is every number.
import { enuFrame, enuToGeodetic, type LocalOrigin } from '@twinmap/core/geo'

/** A record as `POST records` takes it. */
export interface SimulatedRecord {
  readonly kind: string
  readonly id: string
  readonly boot?: number
  readonly seq?: number
  readonly t: number
  readonly location?: readonly [number, number, number]
  readonly properties: Readonly<Record<string, string | number>>
}

export interface Walk {
  readonly seed: number
  readonly origin: LocalOrigin
  /** Corners of her way, metres [east, north] of the origin; she goes around and around. */
  readonly route: readonly (readonly [number, number])[]
  /** Height of the ground there, metres above the origin; absent: level with it. */
  readonly ground?: (east: number, north: number) => number
  /** Between two records, ms. A wristband in a town reports each 10 minutes; a demo may not wait so long. */
  readonly everyMs: number
}

export const WALK_DEFAULTS = {
  seed: 7,
  everyMs: 3_000,
  /** Along the roads around the middle courtyards. */
  route: [
    [-60, 4],
    [60, 4],
    [60, 112],
    [-60, 112],
  ],
} as const

export const WEARER = 'P-0413'
export const BAND = 'W-0413'

/** Her profile: what the rules' personal limits come from. */
export const profile = (t: number): SimulatedRecord => ({
  kind: 'Person',
  id: WEARER,
  t,
  properties: { name: '张桂兰', ageYears: 81, address: '龙湾社区 3 号楼 2 单元 301', contact: '李建国（子）' },
})

const SPEED = 0.9
/** She rests at each corner for so long. */
const REST_MS = 24_000
/** The first call comes so soon that who just opened the demo sees it, then each ten minutes. */
const FIRST_SOS_MS = 45_000
const SOS_EVERY_MS = 600_000
/** So long after a call the button is reported released. */
const RELEASE_MS = 300_000
const PRESSURE_EVERY_MS = 240_000

/**
 * Her record number `step`.
 *
 * @param boot - of this run of the wristband; it grows with each start.
 * @param startedMs - time of step 0, UTC ms.
 */
export function recordAt(walk: Walk, boot: number, startedMs: number, step: number): SimulatedRecord {
  const sinceMs = step * walk.everyMs
  const { east, north, headingDeg, resting, walkedMeters } = whereAt(walk.route, sinceMs)
  const { longitude, latitude, heightEllipsoidalMeters } = enuToGeodetic(enuFrame(walk.origin), [
    east,
    north,
    walk.ground?.(east, north) ?? 0,
  ])
  const draw = (salt: number): number => drawn(walk.seed, step, salt)
  const happens = (firstMs: number, everyMs: number): boolean => sinceMs >= firstMs && (sinceMs - firstMs) % everyMs < walk.everyMs
  const pressure = happens(0, PRESSURE_EVERY_MS)
  return {
    kind: 'Wristband',
    id: BAND,
    boot,
    seq: step,
    t: startedMs + sinceMs,
    location: [longitude, latitude, heightEllipsoidalMeters],
    properties: {
      ...(step % 20 === 0 && {
        name: '张桂兰',
        wearer: WEARER,
        phone: '138****4413',
        battery: Math.max(5, Math.round(86 - sinceMs / 3_600_000)),
      }),
      ...(pressure && { systolic: Math.round(132 + 10 * draw(1)), diastolic: Math.round(76 + 8 * draw(2)) }),
      ...(happens(FIRST_SOS_MS, SOS_EVERY_MS) && { sos: 'pressed' }),
      ...((step === 0 || happens(FIRST_SOS_MS + RELEASE_MS, SOS_EVERY_MS)) && { sos: 'released' }),
      heartRate: Math.round((resting ? 72 : 92) + 8 * (draw(3) - 0.5)),
      steps: 2_100 + Math.floor(walkedMeters / 0.55),
      activity: resting ? 'rest' : 'walking',
      heading: headingDeg,
    },
  }
}

interface Whereabouts {
  readonly east: number
  readonly north: number
  readonly headingDeg: number
  readonly resting: boolean
  readonly walkedMeters: number
}

function whereAt(route: Walk['route'], sinceMs: number): Whereabouts {
  const legs = route.map((from, i) => {
    const to = route[(i + 1) % route.length]!
    const [e, n] = [to[0] - from[0], to[1] - from[1]]
    const meters = Math.hypot(e, n)
    return {
      from,
      e,
      n,
      meters,
      walkMs: (meters / SPEED) * 1_000,
      headingDeg: Math.round(((Math.atan2(e, n) * 180) / Math.PI + 360) % 360),
    }
  })
  const roundMs = legs.reduce((sum, leg) => sum + leg.walkMs + REST_MS, 0)
  const roundMeters = legs.reduce((sum, leg) => sum + leg.meters, 0)
  let leftMs = sinceMs % roundMs
  let walked = Math.floor(sinceMs / roundMs) * roundMeters
  for (const { from, e, n, meters, walkMs, headingDeg } of legs) {
    const resting = leftMs >= walkMs
    const part = Math.min(1, leftMs / walkMs)
    if (leftMs < walkMs + REST_MS)
      return { east: from[0] + e * part, north: from[1] + n * part, headingDeg, resting, walkedMeters: walked + meters * part }
    leftMs -= walkMs + REST_MS
    walked += meters
  }
  const [east, north] = route[0]!
  return { east, north, headingDeg: 0, resting: true, walkedMeters: walked }
}

/** In [0, 1), the same for the same three numbers (a finaliser of splitmix32). */
function drawn(seed: number, step: number, salt: number): number {
  let x = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35)) | 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return ((x ^ (x >>> 15)) >>> 0) / 2 ** 32
}
