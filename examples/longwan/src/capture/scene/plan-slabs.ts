// Scene: the apartment slabs of the plan: where each stands, how it is cut and how it is painted. No two of a row are alike.
import type { Rgb } from './picture.ts'

/** One opening or balcony of half a stair unit's south side, metres from the unit's outer edge. */
export interface FacadeElement {
  readonly kind: 'window' | 'small' | 'balcony'
  readonly at: number
  readonly width: number
}

export interface FloorPlan {
  readonly unitMeters: number
  readonly depthMeters: number
  readonly south: readonly FacadeElement[]
  readonly north: readonly FacadeElement[]
}

const FLOOR_PLANS: Readonly<Record<'a' | 'b' | 'c' | 'row', FloorPlan>> = {
  a: {
    unitMeters: 17,
    depthMeters: 12.6,
    south: [
      { kind: 'window', at: 0.7, width: 2.1 },
      { kind: 'balcony', at: 3.3, width: 3.8 },
      { kind: 'small', at: 7.2, width: 0.9 },
    ],
    north: [
      { kind: 'window', at: 0.9, width: 1.5 },
      { kind: 'small', at: 3.4, width: 0.7 },
      { kind: 'window', at: 5, width: 1.3 },
    ],
  },
  b: {
    unitMeters: 14.4,
    depthMeters: 11.6,
    south: [
      { kind: 'balcony', at: 0.5, width: 3.3 },
      { kind: 'window', at: 4.5, width: 2.1 },
    ],
    north: [
      { kind: 'window', at: 0.8, width: 1.6 },
      { kind: 'small', at: 3.6, width: 0.8 },
    ],
  },
  c: {
    unitMeters: 19.2,
    depthMeters: 13.2,
    south: [
      { kind: 'window', at: 0.6, width: 1.8 },
      { kind: 'balcony', at: 2.9, width: 3.4 },
      { kind: 'window', at: 6.9, width: 1.7 },
    ],
    north: [
      { kind: 'small', at: 0.7, width: 0.8 },
      { kind: 'window', at: 2.4, width: 1.5 },
      { kind: 'window', at: 5.4, width: 1.8 },
    ],
  },
  row: {
    unitMeters: 13,
    depthMeters: 9.4,
    south: [
      { kind: 'window', at: 0.9, width: 2 },
      { kind: 'window', at: 3.9, width: 1.7 },
    ],
    north: [
      { kind: 'window', at: 1, width: 1.4 },
      { kind: 'small', at: 3.8, width: 0.8 },
    ],
  },
}

export interface SlabStyle {
  readonly wall: Rgb
  readonly accent: Rgb
  /** How strongly the floor bands show, 0 to 1. */
  readonly band: number
  /** Share of balconies that their owners closed with glass. */
  readonly enclosed: number
  readonly roof: 'flat' | 'hip'
  readonly tiles?: 'red' | 'grey'
  readonly brick?: boolean
  readonly twoTone?: boolean
}

const STYLES = {
  sand: { wall: [214, 198, 168], accent: [156, 104, 80], band: 0.5, enclosed: 0.9, roof: 'hip', tiles: 'red' },
  chalk: { wall: [214, 208, 196], accent: [204, 198, 186], band: 0.6, enclosed: 0.55, roof: 'flat' },
  brick: { wall: [182, 148, 122], accent: [208, 196, 178], band: 0.6, enclosed: 0.85, roof: 'flat', brick: true },
  slate: { wall: [206, 194, 170], accent: [138, 120, 104], band: 0.4, enclosed: 0.7, roof: 'hip', tiles: 'grey', twoTone: true },
  milk: { wall: [222, 217, 208], accent: [182, 142, 112], band: 0.5, enclosed: 0.9, roof: 'flat' },
  ochre: { wall: [200, 180, 142], accent: [214, 204, 184], band: 0.7, enclosed: 0.6, roof: 'flat' },
  moss: { wall: [188, 190, 172], accent: [222, 216, 200], band: 0.55, enclosed: 0.75, roof: 'flat' },
} as const satisfies Record<string, SlabStyle>

export interface Slab {
  readonly id: string
  readonly name: string
  readonly x: number
  readonly y: number
  readonly angleDeg: number
  readonly units: number
  readonly floors: number
  readonly plan: FloorPlan
  readonly style: SlabStyle
  readonly households: number
  readonly seed: number
}

/** x, y, angle, stair units, floors, floor plan, style. */
const SLABS: readonly (readonly [number, number, number, number, number, keyof typeof FLOOR_PLANS, keyof typeof STYLES])[] = [
  [41, 65, 0, 3, 5, 'a', 'sand'],
  [105, 66.5, 0.6, 3, 5, 'a', 'sand'],
  [36, 100, 0, 3, 6, 'b', 'chalk'],
  [87, 97, 2.4, 4, 6, 'a', 'milk'],
  [43, 133, 1.2, 3, 5, 'c', 'brick'],
  [107, 135, 0, 3, 6, 'b', 'moss'],
  [37, 170, 0.8, 4, 6, 'b', 'ochre'],
  [103, 168.5, 0, 3, 5, 'a', 'brick'],
  [40, 207, 0, 3, 6, 'a', 'milk'],
  [99, 205, 3.4, 3, 5, 'c', 'slate'],
  [187, 99, 0, 3, 5, 'a', 'sand'],
  [247, 104, -2.6, 4, 5, 'b', 'slate'],
  [189, 134.5, 0.5, 3, 6, 'c', 'moss'],
  [256, 137, -3.2, 4, 6, 'a', 'brick'],
  [186, 170, 0, 4, 6, 'b', 'chalk'],
  [252, 173, -2.2, 3, 5, 'c', 'milk'],
  [188, 208, 0, 4, 2, 'row', 'slate'],
  [246, 209.5, -1.4, 5, 2, 'row', 'sand'],
]

export const pad = (n: number): string => String(n).padStart(3, '0')

export const slabLength = (s: Slab): number => s.units * s.plan.unitMeters

export function makeSlabs(seed: number): Slab[] {
  return SLABS.map(([x, y, angleDeg, units, floors, plan, style], i) => ({
    id: `LW-B-${pad(i + 1)}`,
    name: `${i + 1}号楼`,
    x,
    y,
    angleDeg,
    units,
    floors,
    plan: FLOOR_PLANS[plan],
    style: STYLES[style],
    households: floors === 2 ? units * 2 : units * floors * 2,
    seed: seed * 977 + i * 131,
  }))
}
