// From where a thing is looked at: as the camera looks now where that is free, else from steeper above. Photogrammetry is full of
// courtyards, and a camera 40 m back from a place in one stands inside of the house beside it. Pure.
import type { Vec3 } from '../../geo/ellipsoid.ts'
import type { EnuFrame } from '../../geo/enu.ts'
import { freeHeight } from './ground.ts'
import { holdAtDistance } from './hold.ts'
import type { Lens, Pose } from './pose.ts'
import { distance, subtract, unit } from './vector.ts'

const RADIANS = Math.PI / 180
/** Pitches that are tried after the asked one, in order, each only where it is steeper. */
const STEEPER_RAD = [-35, -50, -65, -80].map((degrees) => degrees * RADIANS)
/** A thing stands on the mesh and the mesh errs: what is nearer to it than this, metres and share of the way, hides nothing. */
const ERRS_METERS = 2
const ERRS_SHARE = 0.02

export interface SightPorts {
  readonly frame: EnuFrame
  readonly meetMesh: (eye: Vec3, ray: Vec3) => number | null
  readonly meshHeights: (enu: Vec3) => readonly number[]
}

export interface SightAsked {
  readonly anchor: Vec3
  /** Pixel at which it is to be seen, CSS px. */
  readonly x: number
  readonly y: number
  readonly headingRad: number
  readonly pitchRad: number
  readonly rangeMeters: number
}

/** The pose of the least steep pitch from which the anchor is seen; where none is free, the steepest. */
export function freeSight({ frame, meetMesh, meshHeights }: SightPorts, lens: Lens, near: Vec3, asked: SightAsked): Pose {
  const { anchor, x, y, headingRad, rangeMeters } = asked
  const pitches = [asked.pitchRad, ...STEEPER_RAD.filter((pitchRad) => pitchRad < asked.pitchRad)]
  let pose: Pose | null = null
  for (const pitchRad of pitches) {
    pose = holdAtDistance(frame, lens, near, { anchor, x, y, headingRad, pitchRad }, rangeMeters)
    const { enu } = pose
    if (freeHeight(enu[2], meshHeights(enu), Number.NEGATIVE_INFINITY) > enu[2]) continue
    const way = distance(enu, anchor)
    const met = meetMesh(enu, unit(subtract(anchor, enu)))
    if (met === null || met >= way * (1 - ERRS_SHARE) - ERRS_METERS) return pose
  }
  return pose!
}
