// Scene: vehicles. Parked ones are in every photo; moving ones in one or two, so the fused surface loses them and the
// texture keeps their ghosts, as real captures do.
import { makeRandom, type Random } from '../chance/random.ts'
import type { Point3, SceneBuilder } from './builder.ts'
import type { Rgb } from './picture.ts'
import { keepClear, LANES, type SitePlan } from './plan.ts'
import { groundHeight, type Point2 } from './terrain.ts'

const PAINT: readonly Rgb[] = [
  [0.9, 0.9, 0.91],
  [0.88, 0.88, 0.88],
  [0.82, 0.83, 0.84],
  [0.13, 0.13, 0.14],
  [0.16, 0.16, 0.17],
  [0.6, 0.61, 0.63],
  [0.42, 0.43, 0.45],
  [0.44, 0.17, 0.16],
  [0.18, 0.24, 0.4],
  [0.68, 0.63, 0.54],
  [0.9, 0.9, 0.89],
]

export function buildCars(b: SceneBuilder, plan: SitePlan, photoCount: number, seed: number): void {
  const chance = makeRandom(seed + 33)
  const clear = keepClear(plan)
  const free = (x: number, y: number): boolean => clear.every((p: Point2) => Math.abs(p[0] - x) + Math.abs(p[1] - y) > 4.4)
  for (const bay of plan.bays) {
    const parked = chance() < 0.56
    const heading = (bay.alongX ? 0 : Math.PI / 2) + (chance() < 0.5 ? 0 : Math.PI) + chance.bell() * 0.03
    const [x, y] = [bay.x + chance.bell() * 0.14, bay.y + chance.bell() * 0.2]
    if (parked && free(x, y)) buildCar(b, x, y, heading, chance)
  }
  for (let i = 0; i < 46; i++) {
    const x = chance.range(40, 326)
    const y = chance.pick(LANES) - 2.2 + chance.bell() * 0.2
    if (Math.abs(x - 171) > 7 && free(x, y)) buildCar(b, x, y, chance() < 0.5 ? 0 : Math.PI, chance)
  }
  for (let i = 0; i < 7; i++) buildCar(b, chance.range(186, 200), chance.range(46, 80), Math.PI / 2 + chance.bell() * 0.1, chance)
  for (let i = 0; i < 34; i++) {
    const south = chance() < 0.5
    const seenBy = (1 << Math.floor(chance() * photoCount)) | (chance() < 0.4 ? 1 : 0)
    const dike = i > 27
    const y = dike ? 271 + (south ? -1.6 : 1.6) : south ? chance.pick([16.2, 20.2]) : chance.pick([25, 29])
    buildCar(b, chance.range(0, 440), y, south ? 0 : Math.PI, chance, seenBy)
  }
}

function buildCar(b: SceneBuilder, x: number, y: number, heading: number, chance: Random, seenBy = 0xffff): void {
  const paint = chance.pick(PAINT)
  const kind = chance()
  const van = kind > 0.93
  const suv = kind < 0.36
  const length = van ? 5.1 : 4.5
  const width = 1.84
  const height = van ? 2 : suv ? 1.7 : 1.46
  const z = groundHeight(...b.toPlan(x, y))
  const waist = van ? 1.1 : suv ? 1 : 0.88
  b.within({ x, y, angleDeg: (heading * 180) / Math.PI }, () => {
    const hull = (
      low: readonly [number, number, number, number],
      high: readonly [number, number, number, number],
      side: Rgb,
      top: Rgb,
    ): void => {
      const [a0, a1, w0, z0] = low
      const [b0, b1, w1, z1] = high
      const p = (u: number, v: number, h: number): Point3 => [u, v, z + h]
      const o = { tint: side, seenBy }
      b.quad(p(a0, -w0, z0), p(a1, -w0, z0), p(b1, -w1, z1), p(b0, -w1, z1), b.plain, o)
      b.quad(p(a1, w0, z0), p(a0, w0, z0), p(b0, w1, z1), p(b1, w1, z1), b.plain, o)
      b.quad(p(a1, -w0, z0), p(a1, w0, z0), p(b1, w1, z1), p(b1, -w1, z1), b.plain, o)
      b.quad(p(a0, w0, z0), p(a0, -w0, z0), p(b0, -w1, z1), p(b0, w1, z1), b.plain, o)
      b.quad(p(b0, -w1, z1), p(b1, -w1, z1), p(b1, w1, z1), p(b0, w1, z1), b.plain, { tint: top, seenBy })
    }
    const half = length / 2
    const dark: Rgb = [0.2, 0.22, 0.25]
    hull([-half, half, width / 2, 0.05], [-half, half, width / 2, 0.42], [paint[0] * 0.55, paint[1] * 0.55, paint[2] * 0.55], paint)
    hull([-half, half, width / 2, 0.42], [-half + 0.1, half - 0.15, width / 2 - 0.04, waist], paint, paint)
    const back = suv || van ? -half + 0.15 : -half + 0.7
    const front = half - (van ? 0.7 : 1.35)
    hull([back, front, width / 2 - 0.06, waist], [back + 0.35, front - 0.65, width / 2 - 0.24, height - 0.12], dark, paint)
    hull([back + 0.33, front - 0.63, width / 2 - 0.23, height - 0.12], [back + 0.42, front - 0.72, width / 2 - 0.28, height], paint, paint)
  })
}
