// Where a tileset stands in the scene: one matrix in float64 from its own metres to ENU metres of the twin's origin, so that ECEF is gone
// before anything becomes float32.
import { Matrix4 } from 'three'
import type { Origin } from '../../../document/document.ts'
import { ecefToEnuMatrix, enuFrame } from '../../../geo/enu.ts'
import { isOnEarth, sphereOfVolume } from '../../../geo/volume.ts'
import type { TileJson } from '../../../tiles/tileset-json.ts'
import type { TilesetPrimitive } from '../../contract.ts'

export interface Placed {
  readonly at: 'ecef' | 'origin'
  readonly toScene: Matrix4
}

export function placeTileset(at: TilesetPrimitive['at'], root: Pick<TileJson, 'boundingVolume' | 'transform'>, origin: Origin): Placed {
  const sphere = sphereOfVolume(root.boundingVolume, root.transform)
  const ecef = at === 'ecef' || (at === 'auto' && sphere !== undefined && isOnEarth(sphere))
  return { at: ecef ? 'ecef' : 'origin', toScene: ecef ? new Matrix4().fromArray(ecefToEnuMatrix(enuFrame(origin))) : new Matrix4() }
}
