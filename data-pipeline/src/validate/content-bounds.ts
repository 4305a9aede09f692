// Validate: whether a decoded content lies in its volume, vertex by vertex.
import type { Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import { unitOf } from '@twinmap/core/internal/tiles/accessors'
import type { TileContent } from '@twinmap/core/internal/tiles/content'
import { type Matrix, multiply } from '@twinmap/core/internal/tiles/matrix'
import { transformPoint, type Volume } from './volumes.ts'

/** The largest distance of a vertex out of `volume`, metres; 0 where all lie in it. */
export function farthestOutside({ parts, geometries }: TileContent, transform: Matrix, volume: Volume): number {
  let most = 0
  for (const { geometry, matrix, instances } of parts) {
    const { box, position, count } = geometries[geometry]!
    const places =
      instances === undefined
        ? [undefined]
        : Array.from({ length: instances.length / 16 }, (_, i) => [...instances.subarray(16 * i, 16 * i + 16)])
    for (const place of places) {
      const toRoot = multiply(transform, place === undefined ? matrix : multiply(matrix, place))
      // Where the corners of its box lie inside, all does; only else the vertices are asked.
      const corners = [0, 1, 2, 3, 4, 5, 6, 7].map(
        (i): Vec3 => [i & 1 ? box.max[0] : box.min[0], i & 2 ? box.max[1] : box.min[1], i & 4 ? box.max[2] : box.min[2]],
      )
      if (volume.type !== 'region' && corners.every((corner) => volume.outside(transformPoint(toRoot, corner)) === 0)) continue
      const unit = position.normalized ? unitOf(position.array) : 1
      for (let i = 0; i < count; i++) {
        const at = i * position.stride
        const [x, y, z] = [position.array[at]! / unit, position.array[at + 1]! / unit, position.array[at + 2]! / unit]
        most = Math.max(most, volume.outside(transformPoint(toRoot, [x, y, z])))
      }
    }
  }
  return most
}
