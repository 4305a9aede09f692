// Scene: where plants grow.
import { makeRandom, type Random } from '../chance/random.ts'
import type { SceneBuilder } from './builder.ts'
import type { Materials } from './materials.ts'
import { keepClear, LANES, type SitePlan } from './plan.ts'
import { slabLength } from './plan-slabs.ts'
import { groundHeight, type Point2 } from './terrain.ts'
import { buildTree, type SpeciesName } from './tree.ts'

interface Garden {
  readonly b: SceneBuilder
  readonly m: Materials
  readonly chance: Random
  readonly seed: number
  /** Whether a plant of this radius may stand here. */
  readonly free: (x: number, y: number, radius: number) => boolean
}

export function buildPlants(b: SceneBuilder, m: Materials, plan: SitePlan, seed: number): void {
  const garden: Garden = { b, m, seed, chance: makeRandom(seed + 44), free: freeGround(plan) }
  plantStreets(garden)
  plantCourts(garden)
  plantPlaza(garden)
  plantDike(garden)
  plantCanal(garden)
  plantEdges(garden)
  plantHedges(garden)
}

function freeGround(plan: SitePlan): Garden['free'] {
  const clear = keepClear(plan)
  const blocks = [...plan.shops, plan.serviceCentre, plan.clinic]
  return (x, y, r) => {
    if (clear.some((p: Point2) => Math.hypot(p[0] - x, p[1] - y) < r + 1.1)) return false
    if (blocks.some((s) => x > s.x0 - r && x < s.x1 + r && y > s.y0 - r - 1.2 && y < s.y1 + r)) return false
    if (plan.houses.some((h) => x > h.x - r && x < h.x + h.width + r && y > h.y - 9 - r && y < h.y + h.depth + r)) return false
    return plan.slabs.every((s) => {
      const a = (-s.angleDeg * Math.PI) / 180
      const u = (x - s.x) * Math.cos(a) - (y - s.y) * Math.sin(a)
      const v = (x - s.x) * Math.sin(a) + (y - s.y) * Math.cos(a)
      return u < -r || u > slabLength(s) + r || v < -r - 1.6 || v > s.plan.depthMeters + r + 0.6
    })
  }
}

function plant({ b, m, seed, free }: Garden, x: number, y: number, radius: number, height: number, species: SpeciesName): void {
  const wide = radius * WIDTH[species]
  if (free(x, y, Math.min(1.9, wide * 0.7)))
    buildTree(b, m.grime, { x, y, radius: wide, height: height * TALLNESS[species], species }, seed)
}

/** How the sizes below, written for a round tree, suit each species. */
const WIDTH: Readonly<Record<SpeciesName, number>> = {
  scholar: 1.25,
  poplar: 0.95,
  willow: 1.4,
  cedar: 1.05,
  ginkgo: 0.95,
  plane: 1.3,
  plum: 1.15,
  shrub: 1,
}
const TALLNESS: Readonly<Record<SpeciesName, number>> = {
  scholar: 0.92,
  poplar: 1.08,
  willow: 0.95,
  cedar: 1.1,
  ginkgo: 1,
  plane: 0.95,
  plum: 0.9,
  shrub: 1,
}

function shrub(g: Garden, x: number, y: number, radius: number): void {
  plant(g, x, y, radius, radius * 1.5, g.chance() < 0.05 ? 'plum' : 'shrub')
}

function plantStreets(g: Garden): void {
  const { chance } = g
  for (let x = -6; x < 345; x += 5.6 + chance() * 1.6) {
    if (Math.abs(x - 171) > 11 && chance() < 0.92)
      plant(g, x, 36.6 + chance.bell() * 0.3, 1.9 + chance() * 1.2, 5.4 + chance() * 2.8, 'scholar')
    if (chance() < 0.9)
      plant(g, x + 2, 9.2 + chance.bell() * 0.5, 2.2 + chance() * 1.4, 6.2 + chance() * 3, chance() < 0.8 ? 'plane' : 'scholar')
    for (let k = 0; k < 3; k++) {
      if (chance() > 0.55) continue
      const y = 5 - chance() * 24
      if (chance() < 0.35)
        plant(g, x + chance() * 6, y, 1.6 + chance() * 1.8, 4 + chance() * 4.5, chance.pick(['scholar', 'willow', 'poplar'] as const))
      else shrub(g, x + chance() * 6, y, 0.6 + chance() * 0.9)
    }
  }
  for (let x = 374; x < 460; x += 8) plant(g, x, 9.5, 2.4 + chance(), 7 + chance() * 2, 'plane')
  for (let y = 48; y < 238; y += 6.4)
    for (const x of [163.6, 178.2])
      plant(g, x, y + chance(), 1.9 + chance() * 1.1, 5.5 + chance() * 2.6, chance() < 0.8 ? 'scholar' : 'ginkgo')
  for (let y = 45; y < 246; y += 6.8) plant(g, 26 + chance.bell() * 0.3, y, 1.9 + chance() * 1.1, 6.4 + chance() * 2.6, 'poplar')
}

/** True on the lanes, bays and footways of the compound, where nothing grows. */
function isPaved(x: number, y: number): boolean {
  if (Math.abs(x - 171) < 6) return true
  if (LANES.some((lane) => y > lane - 4 && y < lane + 7.6)) return true
  return x > 198 && x < 332 && y > 40 && y < 62
}

function plantCourts(g: Garden): void {
  const { chance } = g
  for (let i = 0; i < 3400; i++) {
    const x = 32.5 + chance() * 299
    const y = 53 + chance() * 183
    if (isPaved(x, y)) continue
    if (x > 264 && y < 86) continue
    const q = chance()
    if (q < 0.24) {
      const kind = chance.pick(['scholar', 'scholar', 'plane', 'ginkgo', 'cedar', 'scholar', 'plum', 'willow', 'poplar'] as const)
      const small = kind === 'plum'
      plant(
        g,
        x,
        y,
        small ? 1.2 + chance() * 0.6 : 1.6 + chance() * 1.6,
        small ? 2.6 + chance() * 1.4 : kind === 'cedar' || kind === 'poplar' ? 6.5 + chance() * 5 : 4.6 + chance() * 5,
        kind,
      )
    } else if (q < 0.5) shrub(g, x, y, 0.45 + chance() * 0.8)
  }
}

function plantPlaza(g: Garden): void {
  for (const [x, y] of [
    [206, 46],
    [206, 56],
    [214, 46],
    [214, 56],
    [286, 46],
    [296, 46],
    [286, 56.5],
    [296, 56.5],
  ] as const)
    plant(g, x, y, 1.8 + g.chance() * 0.7, 4.6 + g.chance() * 1.6, 'scholar')
  for (let x = 224; x < 262; x += 3.4) plant(g, x, 59.6, 0.7, 1.6, 'cedar')
  for (let y = 63; y < 84; y += 5)
    plant(g, 218 + g.chance.bell(), y, 1.8, 4.5 + g.chance() * 3, g.chance.pick(['cedar', 'ginkgo', 'scholar'] as const))
}

function plantDike(g: Garden): void {
  const { chance } = g
  for (let x = -10; x < 470; x += 4.3) {
    for (const y of [257.8, 286.5])
      if (chance() < 0.78 && Math.abs(x - 358) > 10)
        plant(
          g,
          x + chance.bell() * 0.7,
          y + chance.bell() * 0.9,
          1.6 + chance() * 1.1,
          9 + chance() * 5,
          chance() < 0.82 ? 'poplar' : 'willow',
        )
    if (chance() < 0.75) {
      plant(g, x + chance() * 2, 294 + chance() * 4, 1.7 + chance() * 1.3, 8 + chance() * 6, chance() < 0.6 ? 'poplar' : 'willow')
      plant(g, x + 1 + chance() * 2, 298 + chance() * 5, 1.8 + chance() * 1.4, 7 + chance() * 6, chance() < 0.5 ? 'poplar' : 'willow')
    }
    if (chance() < 0.35) plant(g, x, 303 + chance() * 5, 1.9 + chance(), 7 + chance() * 5, 'willow')
  }
}

function plantCanal(g: Garden): void {
  const { chance } = g
  for (let y = 42; y < 246; y += 6) {
    for (let k = 0; k < 2; k++)
      if (chance() < 0.7)
        plant(
          g,
          338 + chance() * 9,
          y + chance() * 4,
          1.7 + chance() * 1.5,
          5 + chance() * 4.6,
          chance.pick(['willow', 'willow', 'scholar', 'plane'] as const),
        )
    for (let k = 0; k < 3; k++) if (chance() < 0.6) shrub(g, 336 + chance() * 12, y + chance() * 6, 0.6 + chance() * 0.9)
    if (chance() < 0.5) shrub(g, 349.4 + chance.bell() * 0.4, y + chance() * 6, 0.5 + chance() * 0.7)
    if (chance() < 0.5) shrub(g, 366.9 + chance.bell() * 0.3, y + chance() * 6, 0.5 + chance() * 0.7)
    if (chance() < 0.4) plant(g, 372.4 + chance.bell(), y, 1.5 + chance() * 0.8, 6 + chance() * 3, 'poplar')
  }
}

function plantEdges(g: Garden): void {
  const { chance } = g
  for (let i = 0; i < 60; i++) shrub(g, -20 + chance() * 30, 40 + chance() * 210, 0.5 + chance() * 1.1)
  for (let i = 0; i < 32; i++)
    plant(
      g,
      -20 + chance() * 28,
      40 + chance() * 210,
      1.5 + chance() * 1.6,
      4 + chance() * 4.5,
      chance.pick(['scholar', 'willow', 'poplar'] as const),
    )
  for (let i = 0; i < 190; i++) shrub(g, -10 + chance() * 480, 252 + chance() * 9 + (chance() < 0.5 ? 27 : 0), 0.4 + chance() * 0.6)
  for (let i = 0; i < 24; i++)
    plant(
      g,
      382 + chance() * 80,
      94 + chance() * 90,
      1.4 + chance() * 1.3,
      4 + chance() * 4,
      chance.pick(['scholar', 'ginkgo', 'willow'] as const),
    )
  for (let i = 0; i < 16; i++)
    plant(
      g,
      378 + chance() * 70,
      60 + chance() * 36,
      1.3 + chance() * 1.2,
      4 + chance() * 3.5,
      chance.pick(['scholar', 'scholar', 'ginkgo', 'plane'] as const),
    )
}

function plantHedges(g: Garden): void {
  const { b, chance } = g
  const hedge = (x0: number, y0: number, x1: number, wide: number, high: number): void => {
    for (let x = x0; x < x1; x += 0.36) {
      if (!g.free(x, y0, 0.5)) continue
      for (let k = 0; k < 2; k++) {
        const m = 0.85 + 0.3 * chance()
        const at = y0 + chance.bell() * wide * 0.25
        b.clump(
          x,
          at,
          groundHeight(x, at) + high * 0.5,
          0.36 + 0.12 * chance(),
          high * 0.5,
          [0.22 * m, 0.31 * m, 0.16 * m],
          [0, at < y0 ? -0.4 : 0.4, 0.8],
        )
      }
    }
  }
  for (const y of [93.6, 128, 163.4, 199.6]) {
    hedge(40 + chance() * 6, y, 88 + chance() * 8, 0.8, 0.9)
    hedge(104 + chance() * 6, y + 0.4, 152, 0.8, 0.85)
    hedge(188, y, 232 + chance() * 8, 0.8, 0.9)
    hedge(250 + chance() * 8, y, 300 + chance() * 20, 0.9, 0.9)
  }
  hedge(223, 44.6, 236, 1, 0.8)
  hedge(248, 44.6, 262, 1, 0.8)
}
