// Questions to the mesh by ray: what is under a pixel, how high is the ground below the camera, what does the mesh hide.
import { Raycaster, Vector3 } from 'three'
import type { Vec3 } from '../../geo/ellipsoid.ts'
import { type EnuFrame, enuToGeodetic } from '../../geo/enu.ts'
import type { PickCandidate } from '../../worker/messages.ts'
import { distance, subtract, unit } from '../camera/vector.ts'
import type { MeshHit } from '../contract.ts'
import type { Tilesets } from './tileset/tileset-part.ts'

/** A vertical line begins so far above the camera, metres: higher than any house that it may be in. */
const ABOVE_METERS = 300
/** And ends so far below it. */
const BELOW_METERS = 80_000
/** A foot stands on the mesh and the mesh errs: it is hidden only by what is nearer by this, metres and share of the way. */
const HIDES_METERS = 1.5
const HIDES_SHARE = 0.004

export class MeshProbe {
  readonly #tilesets: Pick<Tilesets, 'raycast'>
  readonly #raycaster = new Raycaster()

  constructor(tilesets: Pick<Tilesets, 'raycast'>) {
    this.#tilesets = tilesets
  }

  /** Metres along a ray (a unit vector, ENU) to the mesh. */
  meet(eye: Vec3, ray: Vec3, farMeters = Infinity): number | null {
    const { ray: cast } = this.#raycaster
    cast.origin.set(...eye)
    cast.direction.copy(new Vector3(...ray))
    this.#raycaster.near = 0
    this.#raycaster.far = farMeters
    return this.#tilesets.raycast(this.#raycaster)?.distance ?? null
  }

  /**
   * Heights where the vertical meets the mesh: the nearest below the eye, and where there is none the lowest that is met
   * from above, which is what the eye is in.
   */
  heights([e, n, u]: Vec3): number[] {
    const down: Vec3 = [0, 0, -1]
    const below = this.meet([e, n, u], down, BELOW_METERS)
    if (below !== null) return [u - below]
    let from = u + ABOVE_METERS
    let lowest: number | null = null
    // A few sheets at the most lie over one another; each look begins under the last.
    for (let i = 0; i < 8 && from > u; i++) {
      const met = this.meet([e, n, from], down, from - u)
      if (met === null) break
      lowest = from - met
      from = lowest - 0.01
    }
    return lowest === null ? [] : [lowest]
  }

  /** Whether the mesh stands before a marker's foot. */
  hides(eye: Vec3, foot: Vec3): boolean {
    const way = distance(eye, foot)
    const far = way - HIDES_METERS - HIDES_SHARE * way
    return far > 0 && this.meet(eye, unit(subtract(foot, eye)), far) !== null
  }

  /** The marker that a click means: in the worker's order the first that is seen, else the first. */
  choose(candidates: readonly PickCandidate[], eye: Vec3): PickCandidate | null {
    return candidates.find(({ alarm, enu }) => alarm === true || !this.hides(eye, enu)) ?? candidates[0] ?? null
  }

  hit(frame: EnuFrame, eye: Vec3, ray: Vec3): MeshHit | null {
    const distanceMeters = this.meet(eye, ray)
    if (distanceMeters === null) return null
    const enu: [number, number, number] = [
      eye[0] + ray[0] * distanceMeters,
      eye[1] + ray[1] * distanceMeters,
      eye[2] + ray[2] * distanceMeters,
    ]
    const { longitude, latitude, heightEllipsoidalMeters } = enuToGeodetic(frame, enu)
    return { enu, location: [longitude, latitude, heightEllipsoidalMeters], distanceMeters }
  }
}
