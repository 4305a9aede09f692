// viewerRequestVolume: a tile that is neither loaded nor drawn until the camera stands inside. 3d-tiles-renderer does not know it.
import { Matrix4, Vector3 } from 'three'
import { ecefToGeodetic } from '../../../geo/ellipsoid.ts'
import type { BoundingVolume } from '../../../tiles/tileset-json.ts'

const point = new Vector3()
const inverse = new Matrix4()

/** `at` in the tileset's metres; `transform` leads there from the tile's. */
export function isInside({ box, sphere, region }: BoundingVolume, transform: Matrix4, at: Vector3): boolean {
  if (region !== undefined) {
    const { longitude, latitude, heightEllipsoidalMeters: height } = ecefToGeodetic([at.x, at.y, at.z])
    const [west, south, east, north, low, high] = region as [number, number, number, number, number, number]
    const [lon, lat] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180]
    const between = west <= east ? lon >= west && lon <= east : lon >= west || lon <= east
    return between && lat >= south && lat <= north && height >= low && height <= high
  }
  point.copy(at).applyMatrix4(inverse.copy(transform).invert())
  if (sphere !== undefined) {
    const [x, y, z, radius] = sphere as [number, number, number, number]
    return Math.hypot(point.x - x, point.y - y, point.z - z) <= radius
  }
  const [x, y, z] = box as [number, number, number]
  const from = [point.x - x, point.y - y, point.z - z]
  // Along each half axis, no farther than its length.
  return [3, 6, 9].every((i) => {
    const axis = box!.slice(i, i + 3)
    const along = axis[0]! * from[0]! + axis[1]! * from[1]! + axis[2]! * from[2]!
    return Math.abs(along) <= axis[0]! ** 2 + axis[1]! ** 2 + axis[2]! ** 2
  })
}
