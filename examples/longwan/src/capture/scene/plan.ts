// Scene: the plan of the village, in plan metres. The one source of both the mesh (scene/) and the inventories (write/inventory.ts):
// what an inventory lists stands here, and what stands here is built and painted from here.
import { makeRandom, type Random } from '../chance/random.ts'
import type { Rgb } from './picture.ts'
import { makeSlabs, pad, type Slab } from './plan-slabs.ts'
import { CANAL, type Point2 } from './terrain.ts'

export interface House {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly depth: number
  readonly tiles: 'red' | 'grey' | 'blue'
}

export interface ShopRow {
  readonly id: string
  readonly x0: number
  readonly x1: number
  readonly y0: number
  readonly y1: number
  readonly floors: number
}

export interface Bay {
  readonly id: string
  readonly x: number
  readonly y: number
  readonly alongX: boolean
}

export interface Post {
  readonly id: string
  readonly x: number
  readonly y: number
  /** Where its arm or lens points, degrees from east, counted in the plan. */
  readonly headingDeg: number
  readonly heightMeters: number
  readonly road: string
}

export interface Field {
  readonly id: string
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly crop: CropName
}

export type CropName = 'wheat' | 'maize' | 'stubble' | 'vegetables' | 'cotton' | 'fallow'
export const CROPS: Readonly<Record<CropName, { readonly zh: string; readonly color: Rgb }>> = {
  wheat: { zh: '冬小麦', color: [96, 114, 62] },
  maize: { zh: '玉米', color: [120, 126, 70] },
  stubble: { zh: '秸秆还田', color: [152, 136, 98] },
  vegetables: { zh: '蔬菜', color: [82, 104, 60] },
  cotton: { zh: '棉花', color: [128, 118, 90] },
  fallow: { zh: '休耕', color: [164, 148, 110] },
}

export interface GridCell {
  readonly id: string
  readonly name: string
  readonly ring: readonly Point2[]
  readonly officer: string
  readonly phone: string
}

export interface SitePlan {
  readonly slabs: readonly Slab[]
  readonly houses: readonly House[]
  readonly shops: readonly ShopRow[]
  readonly serviceCentre: { readonly id: string; readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
  readonly clinic: { readonly id: string; readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
  readonly streetlights: readonly Post[]
  readonly cameras: readonly Post[]
  readonly manholes: readonly {
    readonly id: string
    readonly x: number
    readonly y: number
    readonly use: 'sewer' | 'rain' | 'power' | 'telecom'
  }[]
  readonly bays: readonly Bay[]
  readonly wells: readonly { readonly id: string; readonly x: number; readonly y: number }[]
  readonly greenhouses: readonly { readonly x0: number; readonly x1: number; readonly y: number; readonly width: number }[]
  readonly sluice: { readonly id: string; readonly x: number; readonly y: number }
  readonly fields: readonly Field[]
  readonly grids: readonly GridCell[]
}

/** East–west lanes of the compound: the y of their middle. */
export const LANES = [85.8, 120.8, 155.8, 190.8, 226.5] as const
export const MAIN_LANE_X = 171

export function makePlan(seed: number): SitePlan {
  const chance = makeRandom(seed * 7919 + 5)
  return {
    slabs: makeSlabs(seed),
    houses: makeHouses(chance),
    shops: [
      { id: 'LW-S-001', x0: 42, x1: 98, y0: 43, y1: 51, floors: 2 },
      { id: 'LW-S-002', x0: 103, x1: 135, y0: 44, y1: 50.5, floors: 1 },
      { id: 'LW-S-003', x0: 138, x1: 158, y0: 43, y1: 52, floors: 3 },
      { id: 'LW-S-004', x0: 304, x1: 332, y0: 41.5, y1: 48.5, floors: 1 },
    ],
    serviceCentre: { id: 'LW-C-001', x0: 222, y0: 62, x1: 262, y1: 76 },
    clinic: { id: 'LW-C-002', x0: 292, y0: 66, x1: 320, y1: 77 },
    streetlights: makeStreetlights(),
    cameras: makeCameras(),
    manholes: makeManholes(),
    bays: makeBays(),
    wells: [
      [378, 128],
      [400, 150],
      [431, 132],
      [386, 186],
      [90, 318],
      [240, 324],
      [330, 320],
    ].map(([x, y], i) => ({ id: `LW-W-${pad(i + 1)}`, x: x!, y: y! })),
    greenhouses: [0, 1, 2, 3].map((i) => ({ x0: 380 + (i % 2) * 3, x1: 438 - (i === 2 ? 14 : 0), y: 196 + i * 11.4, width: 8 })),
    sluice: { id: 'LW-G-001', x: 358, y: 252 },
    fields: makeFields(chance),
    grids: makeGrids(),
  }
}

function makeHouses(chance: Random): House[] {
  const spots: readonly (readonly [number, number])[] = [
    [380, 52],
    [398, 50],
    [416, 53],
    [434, 51],
    [381, 78],
    [400, 79],
    [418, 76],
  ]
  return spots.map(([x, y], i) => ({
    id: `LW-H-${pad(i + 1)}`,
    x: x + chance.bell(),
    y: y + chance.bell(),
    width: chance.range(10.5, 13.5),
    depth: chance.range(6.4, 8),
    tiles: chance.pick(['red', 'red', 'grey', 'blue'] as const),
  }))
}

function makeStreetlights(): Post[] {
  const posts: Omit<Post, 'id'>[] = []
  for (let i = 0; i < 15; i++) {
    posts.push({ x: besideCanal(18 + i * 31), y: 12.4, headingDeg: 90, heightMeters: 8, road: '黄河路南侧' })
    posts.push({ x: 36.9 + i * 31, y: 33.2, headingDeg: -90, heightMeters: 8, road: '黄河路北侧' })
  }
  for (let i = 0; i < 8; i++)
    posts.push({ x: i % 2 ? 176.2 : 165.8, y: 52 + i * 24.5, headingDeg: i % 2 ? 180 : 0, heightMeters: 6, road: '小区主路' })
  for (const [k, y] of LANES.entries()) {
    for (let i = 0; i < 4; i++) posts.push({ x: 53 + i * 33, y: y - 3.4, headingDeg: 90, heightMeters: 5, road: `宅前${k + 1}路` })
    for (let i = 0; i < 4; i++) posts.push({ x: 199 + i * 34, y: y - 3.4, headingDeg: 90, heightMeters: 5, road: `宅前${k + 1}路` })
  }
  for (let i = 0; i < 6; i++) posts.push({ x: 23.4, y: 48 + i * 36, headingDeg: 180, heightMeters: 7, road: '河西路' })
  for (let i = 0; i < 10; i++) posts.push({ x: 20 + i * 44, y: 274.9, headingDeg: -90, heightMeters: 7, road: '大堤路' })
  return posts.map((p, i) => ({ id: `LW-L-${pad(i + 1)}`, ...p }))
}

/** South of its bridge the canal is open: a post that would stand in it stands on its west bank. */
const besideCanal = (x: number): number => (Math.abs(x - CANAL.axisX) < CANAL.halfTopMeters + 2 ? CANAL.axisX - 11 : x)

function makeCameras(): Post[] {
  const posts: Omit<Post, 'id'>[] = [
    { x: 160.6, y: 37.6, headingDeg: -45, heightMeters: 5, road: '小区大门' },
    { x: 181.4, y: 42.6, headingDeg: 135, heightMeters: 5, road: '小区大门' },
    { x: 31.6, y: 41.6, headingDeg: 45, heightMeters: 4.5, road: '西南角' },
    { x: 332.4, y: 236.6, headingDeg: 225, heightMeters: 4.5, road: '东北角' },
    { x: 31.6, y: 236.6, headingDeg: -45, heightMeters: 4.5, road: '西北角' },
    { x: 265.6, y: 60.8, headingDeg: -120, heightMeters: 4.5, road: '党群服务中心' },
    { x: 164.4, y: 122.6, headingDeg: 0, heightMeters: 4.5, road: '小区主路' },
    { x: 178, y: 188.2, headingDeg: 180, heightMeters: 4.5, road: '小区主路' },
    { x: 348.6, y: 247.6, headingDeg: -30, heightMeters: 5, road: '龙湾闸' },
    { x: 369.6, y: 60, headingDeg: 0, heightMeters: 5, road: '河东机耕路' },
  ]
  return posts.map((p, i) => ({ id: `LW-V-${pad(i + 1)}`, ...p }))
}

function makeManholes(): SitePlan['manholes'] {
  const uses = ['sewer', 'rain', 'power', 'telecom'] as const
  const spots: Point2[] = []
  for (let i = 0; i < 15; i++) spots.push([26 + i * 30, 17], [40 + i * 30, 28.6])
  for (let i = 0; i < 8; i++) spots.push([169.4, 46 + i * 24])
  for (const y of LANES) for (let i = 0; i < 5; i++) spots.push([44 + i * 26, y - 1.8], [193 + i * 29, y - 1.8])
  for (let i = 0; i < 7; i++) spots.push([15, 52 + i * 28])
  return spots.map(([x, y], i) => ({ id: `LW-M-${pad(i + 1)}`, x, y, use: uses[(i * 7 + (i >> 2)) % 4]! }))
}

function makeBays(): Bay[] {
  const bays: Omit<Bay, 'id'>[] = []
  for (let i = 0; i < 48; i++) if (i % 5 !== 4 && (i < 18 || i > 22)) bays.push({ x: 40 + i * 6.2, y: 33.2, alongX: true }) // every fifth place is a streetlight's
  for (const y of LANES) {
    for (let x = 44; x < 156; x += 2.62) if (Math.abs(((x - 53 + 16.5) % 33) - 16.5) > 2.2) bays.push({ x, y: y + 4.6, alongX: false })
    for (let x = 190; x < 322; x += 2.62) if (Math.abs(((x - 199 + 17) % 34) - 17) > 2.2) bays.push({ x, y: y + 4.6, alongX: false })
  }
  for (let x = 268; x < 330; x += 2.7) bays.push({ x, y: 81, alongX: false })
  return bays.map((b, i) => ({ id: `LW-P-${pad(i + 1)}`, ...b }))
}

function makeFields(chance: Random): Field[] {
  const names: readonly CropName[] = ['wheat', 'wheat', 'maize', 'maize', 'vegetables', 'vegetables', 'cotton', 'stubble', 'fallow']
  const fields: Omit<Field, 'id'>[] = []
  let x = 374
  while (x < 492) {
    const width = chance.range(7, 15)
    let y = x < 444 ? 104 : 36
    while (y < 240) {
      const end = Math.min(244, y + chance.range(34, 90))
      if (!(x < 444 && end > 190 && y < 190)) fields.push({ x0: x, y0: y, x1: x + width - 0.5, y1: end - 0.6, crop: chance.pick(names) })
      else fields.push({ x0: x, y0: y, x1: x + width - 0.5, y1: 190, crop: chance.pick(names) })
      y = x < 444 && end > 190 ? 400 : end
    }
    x += width
  }
  for (x = -38; x < 490; ) {
    const width = chance.range(20, 54)
    fields.push({ x0: x, y0: 309, x1: x + width - 0.8, y1: 352, crop: chance.pick(names) })
    x += width
  }
  return fields.map((f, i) => ({ id: `LW-F-${pad(i + 1)}`, ...f }))
}

function makeGrids(): GridCell[] {
  const cells: readonly (readonly [string, readonly Point2[], string, string])[] = [
    [
      '第一网格',
      [
        [30, 40],
        [171, 40],
        [171, 138],
        [30, 138],
      ],
      '李*',
      '138****2764',
    ],
    [
      '第二网格',
      [
        [30, 138],
        [171, 138],
        [171, 238],
        [30, 238],
      ],
      '王*梅',
      '159****0318',
    ],
    [
      '第三网格',
      [
        [171, 40],
        [334, 40],
        [334, 138],
        [171, 138],
      ],
      '张*国',
      '136****8805',
    ],
    [
      '第四网格',
      [
        [171, 138],
        [334, 138],
        [334, 238],
        [171, 238],
      ],
      '刘*',
      '187****4471',
    ],
    [
      '第五网格',
      [
        [334, 34],
        [446, 34],
        [446, 248],
        [334, 248],
      ],
      '陈*芳',
      '150****9032',
    ],
  ]
  return cells.map(([name, ring, officer, phone], i) => ({ id: `LW-N-${pad(i + 1)}`, name: `${name}`, ring, officer, phone }))
}

/** Feet of posts and covers of manholes: nothing may stand, park or grow on them. */
export function keepClear(plan: SitePlan): readonly Point2[] {
  return [...plan.streetlights, ...plan.manholes, ...plan.cameras].map(({ x, y }): Point2 => [x, y])
}
