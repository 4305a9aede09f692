// A flight between two cameras: 600–1200 ms, eased, higher in the middle where it is far. Pure.
import { type EnuFrame, enuToGeodetic, geodeticToEnu } from '../../geo/enu.ts'
import type { Pose } from './pose.ts'
import { distance } from './vector.ts'

export const SHORTEST_FLIGHT_MS = 600
export const LONGEST_FLIGHT_MS = 1200

/** Longer for a longer way: 600 ms on the spot, 1200 ms from ten camera heights on. */
export function flightMs(frame: EnuFrame, from: Pose, to: Pose): number {
  const above = Math.max(20, enuToGeodetic(frame, from.enu).heightEllipsoidalMeters - frame.origin.heightEllipsoidalMeters)
  const share = Math.min(1, distance(from.enu, to.enu) / above / 10)
  return SHORTEST_FLIGHT_MS + (LONGEST_FLIGHT_MS - SHORTEST_FLIGHT_MS) * share
}

/** Slow, fast, slow: a cubic with no jump of speed at either end. */
export const ease = (s: number): number => (s < 0.5 ? 4 * s ** 3 : 1 - 4 * (1 - s) ** 3)

/** The shortest turn from one angle to another, −π to π. */
export const turn = (from: number, to: number): number => {
  const full = 2 * Math.PI
  return ((((to - from + Math.PI) % full) + full) % full) - Math.PI
}

/** Where the camera is at share `s` (0 to 1, not eased) of the way. At both ends exactly `from` and `to`. */
export function onFlight(frame: EnuFrame, from: Pose, to: Pose, s: number): Pose {
  if (s <= 0) return from
  if (s >= 1) return to
  const t = ease(s)
  const [a, b] = [enuToGeodetic(frame, from.enu), enuToGeodetic(frame, to.enu)]
  const level = distance(from.enu, to.enu)
  const climb = Math.abs(a.heightEllipsoidalMeters - b.heightEllipsoidalMeters)
  // Only what goes sideways is worth a hop, and a hop of a tenth of it shows where one comes from.
  const hop = Math.max(0, level - climb) * 0.1 * 4 * t * (1 - t)
  const mix = (from: number, to: number) => from + (to - from) * t
  // Along the ellipsoid, so that a long flight never dips under the horizon's bulge.
  const enu = geodeticToEnu(frame, {
    longitude: a.longitude + turnDeg(a.longitude, b.longitude) * t,
    latitude: mix(a.latitude, b.latitude),
    heightEllipsoidalMeters: mix(a.heightEllipsoidalMeters, b.heightEllipsoidalMeters) + hop,
  })
  return {
    enu,
    headingRad: from.headingRad + turn(from.headingRad, to.headingRad) * t,
    pitchRad: mix(from.pitchRad, to.pitchRad),
  }
}

const turnDeg = (from: number, to: number): number => (turn((from * Math.PI) / 180, (to * Math.PI) / 180) * 180) / Math.PI
