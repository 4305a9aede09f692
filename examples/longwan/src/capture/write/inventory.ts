// Write: the inventories, from the same plan as the mesh. GeoJSON in degrees of CGCS2000 (within centimetres of WGS 84 at its epoch).
// All names of people are invented and masked.
import { hash2 } from '../chance/noise.ts'
import { outline } from '../mesh/outline.ts'
import { siteToLonLat } from '../place/grid.ts'
import { CROPS, type Post, type SitePlan } from '../scene/plan.ts'
import { slabLength } from '../scene/plan-slabs.ts'
import type { Window } from '../scene/scene.ts'
import { type Point2, planToSite } from '../scene/terrain.ts'

export type InventoryName =
  | 'streetlights'
  | 'manholes'
  | 'parking-bays'
  | 'cameras'
  | 'buildings'
  | 'grids'
  | 'wells'
  | 'sluice'
  | 'fields'
  | 'service-centre'

/**
 * As RFC 7946 has them: longitude, latitude. No heights, as a town's lists have none: who shows them sets them on the mesh,
 * and knows then how well it is known there.
 */
type Position = readonly [number, number]
export type Geometry =
  | { readonly type: 'Point'; readonly coordinates: Position }
  | { readonly type: 'Polygon'; readonly coordinates: readonly (readonly Position[])[] }
export interface Feature {
  readonly type: 'Feature'
  readonly id: string
  readonly geometry: Geometry
  readonly properties: Properties
}
export interface FeatureCollection {
  readonly type: 'FeatureCollection'
  readonly features: readonly Feature[]
}

type Properties = Readonly<Record<string, string | number>>
/** A thing in plan metres; one point, or a ring. */
interface Item {
  readonly id: string
  readonly at: Point2 | readonly Point2[]
  readonly properties: Properties
}

/** Every inventory of what stands inside the captured window. */
export function makeInventories(plan: SitePlan, window: Window): Readonly<Record<InventoryName, FeatureCollection>> {
  const collect = (kind: string, items: readonly Item[]): FeatureCollection => ({
    type: 'FeatureCollection',
    features: items.filter((item) => isCaptured(item, window)).map((item) => feature(kind, item)),
  })
  return {
    streetlights: collect('Streetlight', plan.streetlights.map(streetlight)),
    manholes: collect(
      'Manhole',
      plan.manholes.map(({ id, x, y, use }, i) => ({ id, at: [x, y], properties: { name: `${COVERS[use]}${i + 1}号`, use: COVERS[use] } })),
    ),
    'parking-bays': collect(
      'ParkingSpot',
      plan.bays.map(({ id, x, y, alongX }, i) => ({
        id,
        at: alongX ? ring(x, y, 5.8, 2.2) : ring(x, y, 2.5, 4.9),
        properties: { name: `车位${i + 1}` },
      })),
    ),
    cameras: collect('Camera', plan.cameras.map(camera)),
    buildings: collect('Building', buildings(plan)),
    grids: collect(
      'GridCell',
      plan.grids.map(({ id, name, ring: at, officer, phone }) => ({ id, at, properties: { name, officer, phone } })),
    ),
    wells: collect(
      'Well',
      plan.wells.map(({ id, x, y }, i) => ({ id, at: [x, y], properties: { name: `${i + 1}号机井`, depthMeters: 60 + i * 4 } })),
    ),
    sluice: collect('SluiceGate', [{ id: plan.sluice.id, at: [plan.sluice.x, plan.sluice.y], properties: { name: '龙湾闸', gates: 3 } }]),
    fields: collect(
      'AgriParcel',
      plan.fields.map((f, i) => ({
        id: f.id,
        at: box(f.x0, f.y0, f.x1, f.y1),
        properties: { name: `${i + 1}号地`, crop: CROPS[f.crop].zh, areaMu: Math.round(((f.x1 - f.x0) * (f.y1 - f.y0)) / 66.67) / 10 },
      })),
    ),
    'service-centre': collect('ServiceCentre', [
      {
        id: plan.serviceCentre.id,
        at: box(plan.serviceCentre.x0, plan.serviceCentre.y0, plan.serviceCentre.x1, plan.serviceCentre.y1),
        properties: { name: '龙湾社区党群服务中心', phone: '0543-****860', floors: 3 },
      },
    ]),
  }
}

const COVERS = { sewer: '污水井', rain: '雨水井', power: '电力井', telecom: '通信井' } as const

function streetlight({ id, x, y, heightMeters, road }: Post, i: number): Item {
  return { id, at: [x, y], properties: { name: `${road}路灯${i + 1}号`, road, poleHeightMeters: heightMeters } }
}

function camera({ id, x, y, headingDeg, heightMeters, road }: Post, i: number): Item {
  // GB/T 28181: 20 digits; 371625 is a county-level code, 131 a camera
  const nationalId = `37162500001310${String(i + 1).padStart(6, '0')}`
  return {
    id,
    at: [x, y],
    properties: { name: `${road}摄像头`, nationalId, headingDeg: compass(headingDeg), mountHeightMeters: heightMeters },
  }
}

/** Degrees from east in the plan to degrees from true north, clockwise. */
function compass(planDeg: number): number {
  const [x, y] = planToSite(0, 0)
  const [u, v] = planToSite(Math.cos((planDeg * Math.PI) / 180), Math.sin((planDeg * Math.PI) / 180))
  return Math.round(((Math.atan2(u - x, v - y) * 180) / Math.PI + 360) % 360)
}

function buildings({ slabs, houses, shops, clinic }: SitePlan): Item[] {
  return [
    ...slabs.map((s): Item => {
      const a = (s.angleDeg * Math.PI) / 180
      const corner = (u: number, v: number): Point2 => [s.x + u * Math.cos(a) - v * Math.sin(a), s.y + u * Math.sin(a) + v * Math.cos(a)]
      const l = slabLength(s)
      const d = s.plan.depthMeters
      return {
        id: s.id,
        at: [corner(0, 0), corner(l, 0), corner(l, d), corner(0, d)],
        properties: { name: s.name, use: '住宅', floors: s.floors, units: s.units, households: s.households },
      }
    }),
    ...houses.map(
      (h, i): Item => ({
        id: h.id,
        at: box(h.x, h.y, h.x + h.width, h.y + h.depth),
        properties: { name: `河东${i + 1}号院`, use: '民居', floors: 1, units: 1, households: 1, owner: ownerName(i) },
      }),
    ),
    ...shops.map(
      (s, i): Item => ({
        id: s.id,
        at: box(s.x0, s.y0, s.x1, s.y1),
        properties: { name: `沿街商铺${i + 1}`, use: '商铺', floors: s.floors, units: 1, households: 0 },
      }),
    ),
    {
      id: clinic.id,
      at: box(clinic.x0, clinic.y0, clinic.x1, clinic.y1),
      properties: { name: '龙湾家园服务中心', use: '公共服务', floors: 2, units: 1, households: 0 },
    },
  ]
}

function ownerName(i: number): string {
  return `${['王', '李', '张', '刘', '陈', '杨', '赵'][i % 7]}*${hash2(i, 1, 5) < 0.5 ? '' : ['明', '芳', '国', '英'][i % 4]}`
}

const box = (x0: number, y0: number, x1: number, y1: number): Point2[] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
]
const ring = (x: number, y: number, w: number, h: number): Point2[] => box(x - w / 2, y - h / 2, x + w / 2, y + h / 2)

const isPoint = (at: Item['at']): at is Point2 => typeof at[0] === 'number'

/** Inside the ragged outline, with all its corners if it is small, with any of them if it is a field or a grid cell. */
function isCaptured({ at }: Item, window: Window): boolean {
  const inside = ([x, y]: Point2): boolean => {
    const [sx, sy] = planToSite(x, y)
    return outline(window, sx, sy) > 1
  }
  if (isPoint(at)) return inside(at)
  const wide = Math.max(...at.map((p) => p[0])) - Math.min(...at.map((p) => p[0]))
  return wide < 7 ? at.every(inside) : at.some(inside)
}

function feature(kind: string, { id, at, properties }: Item): Feature {
  const geometry: Geometry = isPoint(at)
    ? { type: 'Point', coordinates: position(at) }
    : { type: 'Polygon', coordinates: [[...at, at[0]!].map(position)] }
  return { type: 'Feature', id, geometry, properties: { id, kind, ...properties } }
}

function position([x, y]: Point2): Position {
  const { longitude, latitude } = siteToLonLat(...planToSite(x, y))
  return [round(longitude, 8), round(latitude, 8)]
}

const round = (v: number, places: number): number => Math.round(v * 10 ** places) / 10 ** places
