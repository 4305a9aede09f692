// Where a tileset stands in the scene: one matrix in float64 from its own metres to ENU metres of the twin's origin, so that ECEF is gone
// before anything becomes float32.
import { Matrix4, Vector3 } from 'three'
import type { Origin } from '../../../document/document.ts'
import type { Vec3 } from '../../../geo/ellipsoid.ts'
import { ecefToEnuMatrix, enuFrame } from '../../../geo/enu.ts'
import { isOnEarth, NO_SHIFT, shiftToOrigin, sphereOfVolume } from '../../../geo/volume.ts'
import type { TileJson } from '../../../tiles/tileset-json.ts'
import type { TilesetPrimitive } from '../../contract.ts'
import type { SceneSphere } from './tileset-part.ts'

export interface Placed {
  readonly at: 'ecef' | 'origin'
  readonly toScene: Matrix4
  /** Of its root, in scene metres; null where its volume says nothing. */
  readonly sphere: SceneSphere | null
  /** How far a local set was brought to the origin; 0: it stands where its numbers say. */
  readonly movedMeters: number
}

export function placeTileset(at: TilesetPrimitive['at'], root: Pick<TileJson, 'boundingVolume' | 'transform'>, origin: Origin): Placed {
  const sphere = sphereOfVolume(root.boundingVolume, root.transform)
  const ecef = at === 'ecef' || (at === 'auto' && sphere !== undefined && isOnEarth(sphere))
  const shift = ecef || sphere === undefined ? NO_SHIFT : shiftToOrigin(sphere)
  const toScene = ecef ? new Matrix4().fromArray(ecefToEnuMatrix(enuFrame(origin))) : new Matrix4().makeTranslation(...shift)
  const center = sphere && new Vector3(...sphere.center).applyMatrix4(toScene).toArray()
  return {
    at: ecef ? 'ecef' : 'origin',
    toScene,
    sphere: sphere === undefined ? null : { center: center as Vec3, radiusMeters: sphere.radiusMeters },
    movedMeters: Math.hypot(...shift),
  }
}
