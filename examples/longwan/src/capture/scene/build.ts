// Scene: composes it. Demo flow: plan -> **scene** -> photos -> fuse -> mesh -> charts -> bake -> write.
import { makeRandom } from '../chance/random.ts'
import { SceneBuilder, shared } from './builder.ts'
import { buildCars } from './cars.ts'
import { buildCivic } from './civic.ts'
import { paintGround } from './ground-picture.ts'
import { makeMaterials } from './materials.ts'
import { keepClear, type SitePlan } from './plan.ts'
import { buildPlants } from './plants.ts'
import { buildRural } from './rural.ts'
import type { Scene, Terrain, Window } from './scene.ts'
import { buildSlab } from './slab.ts'
import { groundHeight, isWater, siteToPlan } from './terrain.ts'

export interface SceneOptions {
  readonly seed: number
  readonly window: Window
  readonly facadePixelsPerMeter: number
  readonly groundPixelsPerMeter: number
  /** Photo cameras, for what is in some photos only. */
  readonly photoCount: number
}

/** Ground beyond the window that cameras still see. */
const MARGIN_METERS = 14

export async function buildScene(
  plan: SitePlan,
  { seed, window, facadePixelsPerMeter, groundPixelsPerMeter, photoCount }: SceneOptions,
): Promise<Scene> {
  const ground = paintGround(plan, planExtent(window), groundPixelsPerMeter, seed) // sharp works beside this thread
  const b = new SceneBuilder(window, facadePixelsPerMeter, makeRandom(seed))
  const m = makeMaterials(seed)
  for (const slab of plan.slabs) buildSlab(b, m, slab)
  buildCivic(b, m, plan, seed)
  buildRural(b, m, plan, seed)
  buildCars(b, plan, photoCount, seed)
  buildClutter(b, plan, seed)
  buildPlants(b, m, plan, seed)
  return {
    window,
    quads: b.packQuads(),
    clumps: b.packClumps(),
    pictures: b.packPictures(),
    terrain: makeTerrain(window),
    ground: await ground,
  }
}

/** Things that lie about: crates, sofas, bins, heaps. */
function buildClutter(b: SceneBuilder, plan: SitePlan, seed: number): void {
  const clear = keepClear(plan)
  const chance = makeRandom(seed + 34)
  for (let i = 0; i < 420; i++) {
    const x = chance.range(34, 330)
    const y = chance.range(52, 236)
    const [w, d, h] = [0.35 + chance() * chance() * 1.8, 0.35 + chance(), 0.35 + chance() * chance() * 1.4]
    const tint = chance.pick([
      [0.5, 0.5, 0.5],
      [0.68, 0.66, 0.62],
      [0.34, 0.4, 0.54],
      [0.58, 0.38, 0.32],
      [0.76, 0.76, 0.75],
      [0.36, 0.34, 0.32],
      [0.34, 0.46, 0.36],
      [0.7, 0.66, 0.44],
    ] as const)
    const nearWall = (((y - 66) % 35) + 35) % 35 > 30 || (((y - 66) % 35) + 35) % 35 < 17
    if (!nearWall || Math.abs(x - 171) < 6 || clear.some((p) => Math.hypot(p[0] - x - w / 2, p[1] - y - d / 2) < 2.4)) continue
    const z = groundHeight(x, y)
    b.box(x, y, z - 0.1, x + w, y + d, z + h, { tint })
  }
}

function planExtent(w: Window): Window {
  const corners = [
    [w.x0, w.y0],
    [w.x1, w.y0],
    [w.x0, w.y1],
    [w.x1, w.y1],
  ].map(([x, y]) => siteToPlan(x!, y!))
  const xs = corners.map((c) => c[0])
  const ys = corners.map((c) => c[1])
  const m = MARGIN_METERS
  return {
    x0: Math.floor(Math.min(...xs) - m),
    y0: Math.floor(Math.min(...ys) - m),
    x1: Math.ceil(Math.max(...xs) + m),
    y1: Math.ceil(Math.max(...ys) + m),
  }
}

const STEP_METERS = 1
const WATER_PER_STEP = 3

function makeTerrain(w: Window): Terrain {
  const x0 = Math.floor(w.x0 - 36)
  const y0 = Math.floor(w.y0 - 36)
  const nx = Math.ceil(w.x1 + 36) - x0 + 1
  const ny = Math.ceil(w.y1 + 36) - y0 + 1
  const heights = shared(Float32Array, new Float32Array(nx * ny))
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) heights[j * nx + i] = groundHeight(...siteToPlan(x0 + i * STEP_METERS, y0 + j * STEP_METERS))
  const wide = nx * WATER_PER_STEP
  const water = shared(Uint8Array, new Uint8Array(wide * ny * WATER_PER_STEP))
  for (let j = 0; j < ny * WATER_PER_STEP; j++) {
    for (let i = 0; i < wide; i++)
      if (isWater(...siteToPlan(x0 + (i + 0.5) / WATER_PER_STEP, y0 + (j + 0.5) / WATER_PER_STEP))) water[j * wide + i] = 1
  }
  return { x0, y0, stepMeters: STEP_METERS, nx, ny, heights, water, waterPerStep: WATER_PER_STEP }
}
