// Where a tileset stands in the scene: one matrix in float64 from its own metres to ENU metres of the twin's origin, so that ECEF is gone
// before anything becomes float32.
import { Matrix4 } from 'three'
import type { Origin } from '../../../document/document.ts'
import { ecefToGeodetic, geodeticToEcef, type Vec3 } from '../../../geo/ellipsoid.ts'
import { ecefToEnuMatrix, enuFrame } from '../../../geo/enu.ts'
import type { BoundingVolume, TileJson } from '../../../tiles/tileset-json.ts'
import type { TilesetPrimitive } from '../../contract.ts'

/** A capture may hang below or fly above the ground, but no village does so by more. */
const NEAR_GROUND_METERS = 100_000

export interface Placed {
  readonly at: 'ecef' | 'origin'
  readonly toScene: Matrix4
}

export function placeTileset(at: TilesetPrimitive['at'], root: Pick<TileJson, 'boundingVolume' | 'transform'>, origin: Origin): Placed {
  const ecef = at === 'ecef' || (at === 'auto' && liesOnEarth(root))
  return { at: ecef ? 'ecef' : 'origin', toScene: ecef ? new Matrix4().fromArray(ecefToEnuMatrix(enuFrame(origin))) : new Matrix4() }
}

function liesOnEarth({ boundingVolume, transform }: Pick<TileJson, 'boundingVolume' | 'transform'>): boolean {
  // A region is told in degrees of the earth, whatever the transform.
  if (boundingVolume.region !== undefined) return true
  const [x, y, z] = middleOf(boundingVolume)
  const m = transform ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  const at = [0, 1, 2].map((row) => m[row]! * x + m[row + 4]! * y + m[row + 8]! * z + m[row + 12]!) as unknown as Vec3
  return Math.abs(ecefToGeodetic(at).heightEllipsoidalMeters) < NEAR_GROUND_METERS
}

/** Of a region in ECEF; of box and sphere in the tile's own metres. */
export function middleOf({ box, sphere, region }: BoundingVolume): Vec3 {
  if (region === undefined) return (box ?? sphere ?? [0, 0, 0]).slice(0, 3) as unknown as Vec3
  const [west, south, east, north, low, high] = region as [number, number, number, number, number, number]
  const degrees = 180 / Math.PI
  return geodeticToEcef({
    longitude: ((west + east) / 2) * degrees,
    latitude: ((south + north) / 2) * degrees,
    heightEllipsoidalMeters: (low + high) / 2,
  })
}
