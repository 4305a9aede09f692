// Scene: the bare ground. Two frames meet here, both in metres:
//   plan  the frame in which the village is authored, streets along the axes;
//   site  east and north of the site's south-west corner; the plan turned by PLAN_ANGLE_DEG, so that no wall lies along the voxel grid.
import { noise2 } from '../chance/noise.ts'
import { SITE_DEPTH_METERS, SITE_WIDTH_METERS } from '../place/grid.ts'

export const PLAN_ANGLE_DEG = 8
const COS = Math.cos((PLAN_ANGLE_DEG * Math.PI) / 180)
const SIN = Math.sin((PLAN_ANGLE_DEG * Math.PI) / 180)
const CX = SITE_WIDTH_METERS / 2
const CY = SITE_DEPTH_METERS / 2

export type Point2 = readonly [number, number]

export function planToSite(x: number, y: number): Point2 {
  return [CX + (x - CX) * COS - (y - CY) * SIN, CY + (x - CX) * SIN + (y - CY) * COS]
}

export function siteToPlan(x: number, y: number): Point2 {
  return [CX + (x - CX) * COS + (y - CY) * SIN, CY - (x - CX) * SIN + (y - CY) * COS]
}

/** Fixed features of the ground, in plan metres. */
export const DIKE = { axisY: 271, topMeters: 6.2, halfTopMeters: 5, halfFootMeters: 20 } as const
export const CANAL = { axisX: 358, bedMeters: -2.6, waterMeters: -1.75, halfTopMeters: 7.5 } as const
export const SOUTH_ROAD = { southY: 13.6, northY: 31.6 } as const

const clamp01 = (v: number): number => Math.max(0, Math.min(1, v))

/** The canal ends in the dike: what flows out of its culvert beyond is not the village's. */
function canalBed(x: number, y: number): number {
  if (y > 258) return 0
  const fromAxis = Math.abs(x - CANAL.axisX + (noise2(0, y / 60, 5) - 0.5) * 3)
  let depth = CANAL.bedMeters * clamp01((CANAL.halfTopMeters - fromAxis) / 3)
  if (y > 252) depth *= Math.max(0, 1 - (y - 252) / 6)
  return y > 12.5 && y < 33 ? 0 : depth // a bridge carries the road
}

/** True where the surface is open water. */
export function isWater(x: number, y: number): boolean {
  return canalBed(x, y) < CANAL.waterMeters - 0.05
}

/** Height of the true ground (or water) in plan metres above the origin's height. */
export function groundHeight(x: number, y: number): number {
  let z = (noise2(x / 40, y / 40, 3) - 0.5) * 0.5 + (noise2(x / 9, y / 9, 4) - 0.5) * 0.12
  const bed = canalBed(x, y)
  if (bed < CANAL.waterMeters - 0.05) return CANAL.waterMeters
  if (x > 370 && y > 34 && y < 245) z -= 0.3 + 0.15 * Math.sin(x * 0.8) * (Math.floor(x / 14) % 2) // furrows of the fields
  if (y > 292) z += -0.4 + (noise2(x / 12, y / 12, 8) - 0.5) * 0.35 // the floodplain
  const fromDike = Math.abs(y - DIKE.axisY + (noise2(x / 80, 0, 9) - 0.5) * 1.6)
  return z + DIKE.topMeters * clamp01((DIKE.halfFootMeters - fromDike) / (DIKE.halfFootMeters - DIKE.halfTopMeters)) + bed
}
