// Validate: whether points lie in bounding volumes. All in the coordinates of the tileset's root (ECEF, where it is placed), float64.
import { ecefToGeodetic, geodeticToEcef, type Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import { type Matrix, multiply } from '@twinmap/core/internal/tiles/matrix'

/** A volume made ready to ask: how far outside of it a point lies, metres; 0 inside. */
export interface Volume {
  readonly type: 'box' | 'sphere' | 'region'
  outside(point: Vec3): number
  /** Points that lie on it: all of a volume is in another where these are (boxes, spheres), or nearly (regions). */
  readonly points: readonly Vec3[]
  /** Half of its longest diagonal, metres. */
  readonly size: number
}

export const transformPoint = (m: Matrix, [x, y, z]: Vec3): Vec3 => [
  m[0]! * x + m[4]! * y + m[8]! * z + m[12]!,
  m[1]! * x + m[5]! * y + m[9]! * z + m[13]!,
  m[2]! * x + m[6]! * y + m[10]! * z + m[14]!,
]

const numbers = (value: unknown, length: number): number[] | undefined =>
  Array.isArray(value) && value.length === length && value.every(Number.isFinite) ? (value as number[]) : undefined

/** Reads a bounding volume under `transform`; undefined where it is none (the schema says so). A region ignores the transform. */
export function readVolume(value: unknown, transform: Matrix): Volume | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { box, sphere, region } = value as Record<string, unknown>
  const asBox = numbers(box, 12)
  if (asBox !== undefined) return boxVolume(asBox, transform)
  const asSphere = numbers(sphere, 4)
  if (asSphere !== undefined) return sphereVolume(asSphere, transform)
  const asRegion = numbers(region, 6)
  return asRegion === undefined ? undefined : regionVolume(asRegion)
}

const length = ([x, y, z]: Vec3): number => Math.hypot(x, y, z)
const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

function boxVolume(box: number[], transform: Matrix): Volume {
  const center = transformPoint(transform, [box[0]!, box[1]!, box[2]!])
  const linear: Matrix = [...transform.slice(0, 12), 0, 0, 0, 1]
  const axes = [3, 6, 9].map((k) => transformPoint(linear, [box[k]!, box[k + 1]!, box[k + 2]!]))
  const lengths = axes.map(length)
  const signs = [-1, 1]
  const points = signs.flatMap((i) =>
    signs.flatMap((j) =>
      signs.map(
        (k): Vec3 =>
          [0, 1, 2].map((c) => center[c as 0] + i * axes[0]![c as 0] + j * axes[1]![c as 0] + k * axes[2]![c as 0]) as unknown as Vec3,
      ),
    ),
  )
  return {
    type: 'box',
    points,
    size: Math.max(...points.map((p) => length([p[0] - center[0], p[1] - center[1], p[2] - center[2]]))),
    outside([x, y, z]) {
      const d: Vec3 = [x - center[0], y - center[1], z - center[2]]
      let most = 0
      // A box without thickness still has a side to be on: there the distance itself counts.
      axes.forEach((axis, i) => {
        const along = lengths[i]! > 0 ? Math.abs(dot(d, axis)) / lengths[i]! : 0
        most = Math.max(most, along - lengths[i]!)
      })
      return most
    },
  }
}

function sphereVolume([cx, cy, cz, r]: number[], transform: Matrix): Volume {
  const center = transformPoint(transform, [cx!, cy!, cz!])
  const scale = Math.max(
    length([transform[0]!, transform[1]!, transform[2]!]),
    length([transform[4]!, transform[5]!, transform[6]!]),
    length([transform[8]!, transform[9]!, transform[10]!]),
  )
  const radius = r! * scale
  const points = [0, 1, 2].flatMap((k) => [-1, 1].map((s): Vec3 => center.map((c, i) => (i === k ? c + s * radius : c)) as unknown as Vec3))
  return {
    type: 'sphere',
    points,
    size: radius,
    outside: ([x, y, z]) => Math.max(0, length([x - center[0], y - center[1], z - center[2]]) - radius),
  }
}

const METERS_PER_RADIAN = 6_378_137
const DEGREES = 180 / Math.PI

function regionVolume(region: number[]): Volume {
  const [west, south, east, north, low, high] = region as [number, number, number, number, number, number]
  const width = east >= west ? east - west : east - west + 2 * Math.PI
  const at = (i: number, j: number, h: number): Vec3 =>
    geodeticToEcef({
      longitude: (west + (width * i) / 2) * DEGREES,
      latitude: (south + ((north - south) * j) / 2) * DEGREES,
      heightEllipsoidalMeters: h,
    })
  const points = [0, 1, 2].flatMap((i) => [0, 1, 2].flatMap((j) => [low, high].map((h) => at(i, j, h))))
  return {
    type: 'region',
    points,
    size: Math.hypot(width * METERS_PER_RADIAN * Math.cos((south + north) / 2), (north - south) * METERS_PER_RADIAN, high - low) / 2,
    outside(point) {
      const { longitude, latitude, heightEllipsoidalMeters } = ecefToGeodetic(point)
      const turn = (longitude / DEGREES - west + 4 * Math.PI) % (2 * Math.PI)
      const beyond = turn <= width ? 0 : Math.min(turn - width, 2 * Math.PI - turn)
      const lat = latitude / DEGREES
      return Math.max(
        0,
        beyond * METERS_PER_RADIAN * Math.cos(lat),
        (lat - north) * METERS_PER_RADIAN,
        (south - lat) * METERS_PER_RADIAN,
        heightEllipsoidalMeters - high,
        low - heightEllipsoidalMeters,
      )
    },
  }
}

/** How far outside of `parent` a volume reaches. A sphere is asked along its own radius, whatever the parent's shape. */
export function outsideBy(child: Volume, parent: Volume): number {
  return Math.max(0, ...child.points.map((point) => parent.outside(point)))
}

export { multiply }
