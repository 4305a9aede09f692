// Scene: the east and north: farm houses, greenhouses, wells, the sluice in the dike, posts of all kinds.
import { makeRandom, type Random } from '../chance/random.ts'
import type { SceneBuilder } from './builder.ts'
import { paintWindow } from './facade.ts'
import { paintText } from './letters.ts'
import type { Materials } from './materials.ts'
import { Picture, type Rgb } from './picture.ts'
import type { House, Post, SitePlan } from './plan.ts'
import { CANAL, groundHeight } from './terrain.ts'

export function buildRural(b: SceneBuilder, m: Materials, plan: SitePlan, seed: number): void {
  for (const [i, house] of plan.houses.entries()) buildHouse(b, m, house, makeRandom(seed + 61 + i))
  for (const { x0, x1, y, width } of plan.greenhouses) buildGreenhouse(b, m, x0, x1, y, width)
  for (const { x, y } of plan.wells) {
    const z = groundHeight(x, y)
    b.box(x - 1, y - 1, z - 0.2, x + 1, y + 1, z + 1.9, { picture: m.grime, tint: [0.78, 0.76, 0.7], topTint: [0.6, 0.58, 0.55] })
    b.box(x - 0.35, y + 1.2, z, x + 0.35, y + 1.9, z + 1, { tint: [0.3, 0.42, 0.62] })
  }
  buildSluice(b, m, makeRandom(seed + 4))
  for (const post of plan.streetlights) buildLamp(b, post)
  for (const post of plan.cameras) buildCameraPost(b, post)
  buildPowerLine(b)
}

function buildHouse(b: SceneBuilder, m: Materials, { x, y, width: w, depth: d, tiles }: House, chance: Random): void {
  if (!b.keeps(x, y, 18)) return
  const z = groundHeight(x + w / 2, y)
  const h = 3.3
  const wall = new Picture(
    w,
    h,
    b.facadePixelsPerMeter,
    chance.pick([
      [196, 180, 160],
      [206, 200, 188],
      [176, 140, 116],
    ] as const),
  )
  for (let i = 0; i < 3; i++) paintWindow(wall, 1 + (i * (w - 1)) / 3, 0.9, 1.8, 1.5, chance)
  wall.rect(w / 2 - 0.6, 0, w / 2 + 0.6, 2.2, [70, 50, 42]).dirt(0.45, Math.floor(x), 0.6)
  const tint: Rgb = [0.74, 0.66, 0.58]
  const roof = tiles === 'red' ? m.redTiles : tiles === 'grey' ? m.greyTiles : m.blueTiles
  b.box(x, y, z - 0.3, x + w, y + d, z + h, { south: { picture: wall, fit: 'whole', glass: true }, picture: m.grime, tint })
  const eave = z + h - 0.1
  const ridge = z + h + 1.9
  b.quad([x - 0.5, y - 0.5, eave], [x + w + 0.5, y - 0.5, eave], [x + w + 0.5, y + d / 2, ridge], [x - 0.5, y + d / 2, ridge], roof, {
    bothSides: true,
  })
  b.quad(
    [x + w + 0.5, y + d + 0.5, eave],
    [x - 0.5, y + d + 0.5, eave],
    [x - 0.5, y + d / 2, ridge],
    [x + w + 0.5, y + d / 2, ridge],
    roof,
    { bothSides: true },
  )
  for (const [gx, a, c] of [
    [x + w, y, y + d],
    [x, y + d, y],
  ] as const)
    b.quad([gx, a, eave], [gx, c, eave], [gx, y + d / 2, ridge - 0.1], [gx, y + d / 2, ridge - 0.1], m.grime, { tint })
  // the yard: walls, a gate house, a shed, things
  for (const [x0, y0, x1, y1] of [
    [x, y - 9, x + w, y - 8.65],
    [x, y - 9, x + 0.35, y],
    [x + w - 0.35, y - 9, x + w, y],
  ] as const)
    b.box(x0, y0, z - 0.2, x1, y1, z + 2.1, { picture: m.grime, tint: [0.7, 0.6, 0.52] })
  b.box(x + 1, y - 9.4, z, x + 4, y - 7.4, z + 2.9, { picture: m.grime, tint: [0.66, 0.42, 0.36], top: roof })
  b.box(x + w - 4, y - 8.4, z, x + w - 0.5, y - 4.2, z + 2.5, {
    picture: m.grime,
    tint: [0.72, 0.64, 0.56],
    top: chance() < 0.5 ? roof : m.corrugated,
  })
  for (let i = 0; i < 5; i++) {
    const px = x + 1 + chance() * (w - 3)
    const py = y - 7 + chance() * 5
    b.box(px, py, z, px + 0.4 + chance() * 1.4, py + 0.4 + chance(), z + 0.4 + chance() * 0.9, {
      tint: [0.3 + 0.5 * chance(), 0.3 + 0.4 * chance(), 0.25 + 0.3 * chance()],
    })
  }
}

function buildGreenhouse(b: SceneBuilder, m: Materials, x0: number, x1: number, y: number, width: number): void {
  if (!b.keeps((x0 + x1) / 2, y, 34)) return
  const z = groundHeight((x0 + x1) / 2, y)
  const ribs = 9
  const arch = Array.from({ length: ribs + 1 }, (_, i) => {
    const a = (Math.PI * i) / ribs
    return [y + width / 2 - (Math.cos(a) * width) / 2, z - 0.2 + Math.sin(a) * 2.7] as const
  })
  let along = 0
  for (let i = 0; i < ribs; i++) {
    const [ya, za] = arch[i]!
    const [yb, zb] = arch[i + 1]!
    const step = Math.hypot(yb - ya, zb - za)
    b.quad([x0, ya, za], [x1, ya, za], [x1, yb, zb], [x0, yb, zb], m.film, {
      fit: [0, along, x1 - x0, along + step],
      tint: [0.93, 0.94, 0.93],
    })
    for (const x of [x0, x1]) {
      const foot = [x, y + width / 2, z - 0.2] as const
      if (x === x0) b.quad(foot, [x, yb, zb], [x, ya, za], [x, ya, za], m.film, { bothSides: true, tint: [0.85, 0.86, 0.85] })
      else b.quad(foot, [x, ya, za], [x, yb, zb], [x, yb, zb], m.film, { bothSides: true, tint: [0.85, 0.86, 0.85] })
    }
    along += step
  }
}

function buildSluice(b: SceneBuilder, m: Materials, chance: Random): void {
  if (!b.keeps(358, 252, 16)) return
  const bed = CANAL.bedMeters
  const stone: Rgb = [0.72, 0.7, 0.66]
  b.box(350, 249, bed, 354, 256, 3.2, { picture: m.grime, tint: stone })
  b.box(362, 249, bed, 366, 256, 3.2, { picture: m.grime, tint: stone })
  b.box(354, 252, 0.1, 362, 254.4, 3.2, { picture: m.grime, tint: [0.66, 0.64, 0.6], underside: true })
  for (const x of [354.2, 357, 359.8]) b.box(x, 250.9, -1.6, x + 2.2, 251.3, 0.9, { picture: m.grime, tint: [0.5, 0.42, 0.36] })
  for (const x of [350.5, 353, 362, 364.6]) b.box(x, 250, 3.2, x + 0.7, 252.6, 6.6, { tint: [0.78, 0.76, 0.72] })
  b.box(349.5, 249, 6.5, 366.5, 253.4, 7, { tint: [0.76, 0.74, 0.7], underside: true })
  const house = new Picture(15.6, 2.9, 20, [212, 206, 192])
  for (let i = 0; i < 5; i++) paintWindow(house, 0.9 + i * 2.9, 0.5, 1.6, 1.2, chance)
  paintText(house, '龙湾', 6.4, 1.95, 0.8, RED, 1.5)
  house.dirt(0.34, 2, 0.6)
  b.box(350.2, 249.6, 7, 365.8, 253, 9.9, {
    south: { picture: house, fit: 'whole', glass: true },
    north: { picture: house, fit: 'whole', glass: true },
    tint: [0.84, 0.82, 0.77],
  })
  b.quad([349.6, 249, 9.9], [366.4, 249, 9.9], [366.4, 251.3, 11.3], [349.6, 251.3, 11.3], m.blueTiles, { bothSides: true })
  b.quad([366.4, 253.6, 9.9], [349.6, 253.6, 9.9], [349.6, 251.3, 11.3], [366.4, 251.3, 11.3], m.blueTiles, { bothSides: true })
  for (const y of [13.6, 32]) b.box(350, y, -0.2, 366, y + 0.4, 1.1, { tint: [0.78, 0.77, 0.74] })
}

const RED: Rgb = [160, 44, 38]

/** Posts are stout, so that something of each survives the carving; the lamp's place is the post's foot. */
function buildLamp(b: SceneBuilder, { x, y, headingDeg, heightMeters: h }: Post): void {
  const z = groundHeight(x, y)
  const t: Rgb = [0.7, 0.71, 0.72]
  b.within({ x, y, angleDeg: headingDeg }, () => {
    b.box(-0.24, -0.24, z - 0.2, 0.24, 0.24, z + h, { tint: t })
    b.box(0, -0.24, z + h - 0.2, 2, 0.24, z + h + 0.22, { tint: t, underside: true })
  })
}

function buildCameraPost(b: SceneBuilder, { x, y, headingDeg, heightMeters: h }: Post): void {
  const z = groundHeight(x, y)
  b.within({ x, y, angleDeg: headingDeg }, () => {
    b.box(-0.23, -0.23, z - 0.2, 0.23, 0.23, z + h, { tint: [0.82, 0.82, 0.82] })
    b.box(-0.1, -0.2, z + h - 0.1, 0.9, 0.2, z + h + 0.35, { tint: [0.9, 0.9, 0.9], underside: true })
  })
}

function buildPowerLine(b: SceneBuilder): void {
  for (let y = 40; y < 240; y += 38) {
    const z = groundHeight(369.6, y)
    b.box(369.4, y - 0.2, z - 0.2, 369.8, y + 0.2, z + 9, { tint: [0.6, 0.58, 0.55] })
    b.box(368.7, y - 0.16, z + 8.2, 370.5, y + 0.16, z + 8.5, { tint: [0.5, 0.5, 0.5], underside: true })
  }
}
