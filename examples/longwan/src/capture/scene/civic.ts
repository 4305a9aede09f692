// Scene: what stands along the south road: service centre, clinic, shops, gate, the wall of the compound and the plaza's things.
import { makeRandom, type Random } from '../chance/random.ts'
import type { SceneBuilder } from './builder.ts'
import { paintWindow } from './facade.ts'
import { paintText } from './letters.ts'
import type { Materials } from './materials.ts'
import { Picture, type Rgb } from './picture.ts'
import type { ShopRow, SitePlan } from './plan.ts'
import { groundHeight } from './terrain.ts'

const RED: Rgb = [168, 44, 38]
const GOLD: Rgb = [240, 216, 140]

export function buildCivic(b: SceneBuilder, m: Materials, plan: SitePlan, seed: number): void {
  buildServiceCentre(b, m, plan, seed)
  buildClinic(b, m, plan, seed)
  for (const [i, row] of plan.shops.entries()) buildShops(b, m, row, seed + 8 + i)
  buildGate(b, m)
  buildCompoundWall(b, m)
  buildPlaza(b, m, seed)
  buildSheds(b, m, seed)
}

function parapet(b: SceneBuilder, x0: number, y0: number, x1: number, y1: number, z: number, tint: Rgb): void {
  for (const [a, c, d, e] of [
    [x0 - 0.1, y0 - 0.1, x1 + 0.1, y0 + 0.34],
    [x0 - 0.1, y1 - 0.34, x1 + 0.1, y1 + 0.1],
    [x0 - 0.1, y0, x0 + 0.34, y1],
    [x1 - 0.34, y0, x1 + 0.1, y1],
  ] as const) {
    b.box(a, c, z - 0.1, d, e, z + 0.7, { tint })
  }
}

function buildServiceCentre(b: SceneBuilder, m: Materials, { serviceCentre: { x0, y0, x1, y1 } }: SitePlan, seed: number): void {
  const width = x1 - x0
  const height = 10.8
  if (!b.keeps((x0 + x1) / 2, y0, width)) return
  const chance = makeRandom(seed + 5)
  const z = groundHeight((x0 + x1) / 2, (y0 + y1) / 2)
  const front = new Picture(width, height, b.facadePixelsPerMeter, [214, 210, 202])
  const back = new Picture(width, height, b.facadePixelsPerMeter, [206, 202, 194])
  for (let f = 0; f < 3; f++) {
    for (let i = 0; i < 11; i++) {
      if (f > 0 || i <= 3 || i >= 7) paintWindow(front, 1 + i * 3.6, 0.7 + f * 3.4, 2.3, 1.8, chance)
      paintWindow(back, 1 + i * 3.6, 0.9 + f * 3.4, 1.7, 1.5, chance)
    }
  }
  front.rect(15, 0, 25, 3.4, [58, 70, 84], { glass: 220 })
  for (let i = 0; i < 8; i++) front.rect(15 + i * 1.35, 0, 15.1 + i * 1.35, 3.4, [190, 192, 194])
  front.rect(9.6, 3.75, 30.4, 5.35, RED)
  paintText(front, '龙湾社区党群服务中心', 10.1, 3.95, 1.2, GOLD, 1.68)
  front.rect(0, 10, width, height, RED).dirt(0.28, 55, 0.5)
  back.dirt(0.4, 56, 0.8)
  b.box(x0, y0, z - 0.5, x1, y1, z + height, {
    south: { picture: front, fit: 'whole', glass: true },
    north: { picture: back, fit: 'whole', glass: true },
    picture: m.grime,
    tint: [0.86, 0.85, 0.82],
    top: m.roof,
  })
  parapet(b, x0, y0, x1, y1, z + height, [0.66, 0.26, 0.23])
  b.box(x0 + 14, y0 - 3.4, z + 3.2, x0 + 26, y0, z + 3.7, { tint: [0.84, 0.83, 0.8], underside: true })
  for (const x of [x0 + 14.4, x0 + 25.2]) b.box(x, y0 - 3.2, z, x + 0.5, y0 - 2.7, z + 3.2, { tint: [0.84, 0.83, 0.8] })
  b.box(x0 + 14, y0 - 4.6, z - 0.2, x0 + 26, y0, z + 0.3, { tint: [0.72, 0.7, 0.66] })
  b.box(x0 + 3, y0 + 4, z + height, x0 + 8, y0 + 10, z + height + 2.6, { tint: [0.84, 0.83, 0.81], top: m.roof })
  for (let i = 0; i < 5; i++)
    b.box(x0 + 12 + i * 4, y0 + 6, z + height, x0 + 13.4 + i * 4, y0 + 7.3, z + height + 1.1, { tint: [0.74, 0.74, 0.73] })
  for (let i = 0; i < 3; i++) b.box(x0 + 16 + i * 3, 46, z, x0 + 16.34 + i * 3, 46.34, z + 9, { tint: [0.8, 0.8, 0.82] })
  b.box(x0 + 15, 45.2, z - 0.2, x0 + 24, 47.2, z + 0.5, { tint: [0.72, 0.69, 0.65] })
}

function buildClinic(b: SceneBuilder, m: Materials, { clinic: { x0, y0, x1, y1 } }: SitePlan, seed: number): void {
  const width = x1 - x0
  if (!b.keeps((x0 + x1) / 2, y0, width)) return
  const chance = makeRandom(seed + 6)
  const z = groundHeight((x0 + x1) / 2, (y0 + y1) / 2)
  const height = 7.2
  const front = new Picture(width, height, b.facadePixelsPerMeter, [206, 206, 196])
  for (let f = 0; f < 2; f++) for (let i = 0; i < 7; i++) if (f || i < 5) paintWindow(front, 1 + i * 3.9, 0.8 + f * 3.3, 2.1, 1.6, chance)
  front.rect(20.4, 0, 26, 2.8, [64, 74, 80], { glass: 200 }).rect(0, 3.3, width, 3.9, [96, 140, 108])
  paintText(front, '家园服务中心', 7.6, 6.1, 0.9, [150, 40, 36], 1.4)
  front.dirt(0.32, 61, 0.6)
  b.box(x0, y0, z - 0.5, x1, y1, z + height, {
    south: { picture: front, fit: 'whole', glass: true },
    north: { picture: front, fit: 'whole', glass: true },
    picture: m.grime,
    tint: [0.82, 0.82, 0.76],
    top: m.roof,
  })
  parapet(b, x0, y0, x1, y1, z + height, [0.8, 0.8, 0.75])
  b.box(x0 + 19.6, y0 - 2.6, z + 2.9, x0 + 26.8, y0, z + 3.3, { tint: [0.7, 0.72, 0.7], underside: true })
  b.box(x1 - 6, y0 + 3, z + height, x1 - 2, y0 + 7, z + height + 2.3, { tint: [0.8, 0.8, 0.76], top: m.roof })
}

const SHOP_SIGNS: readonly (readonly [Rgb, string])[] = [
  [[172, 48, 42], '超市'],
  [[52, 88, 146], '药店'],
  [[206, 172, 70], '面馆'],
  [[54, 118, 78], '水果'],
  [[206, 204, 198], '五金'],
  [[136, 62, 108], '家园'],
  [[172, 84, 40], '中心'],
]

function buildShops(b: SceneBuilder, m: Materials, { x0, x1, y0, y1, floors }: ShopRow, seed: number): void {
  const width = x1 - x0
  if (!b.keeps((x0 + x1) / 2, y0, width)) return
  const chance = makeRandom(seed)
  const z = groundHeight((x0 + x1) / 2, y0)
  const height = 0.5 + floors * 3.1
  const wall: Rgb = chance.pick([
    [208, 198, 182],
    [196, 190, 178],
    [190, 176, 158],
  ] as const)
  const front = new Picture(width, height, b.facadePixelsPerMeter, wall)
  const back = new Picture(width, height, b.facadePixelsPerMeter, [184, 178, 166])
  for (let x = 0.1; x < width - 3; ) {
    const w = Math.min(width - x - 0.1, chance.range(3.4, 6))
    const [color, text] = chance.pick(SHOP_SIGNS)
    const open = chance()
    front.rect(x + 0.2, 0, x + w - 0.2, 2.5, open < 0.5 ? [62, 66, 70] : open < 0.8 ? [126, 126, 122] : [100, 110, 118], {
      glass: open < 0.5 ? 140 : 0,
    })
    if (open < 0.5) front.rect(x + 0.2, 0, x + w * 0.5, 1.4, [120 * chance() + 70, 100 * chance() + 60, 80], { cover: 0.5 })
    front.rect(x + 0.05, 2.55, x + w - 0.05, 3.5, color)
    paintText(front, text, x + w / 2 - 0.95, 2.68, 0.7, color[0] > 200 ? [150, 40, 36] : [238, 232, 216], 1.6)
    for (let f = 1; f < floors; f++) {
      paintWindow(front, x + 0.7, 1 + f * 3.1, Math.min(2.4, w - 1.2), 1.5, chance)
      paintWindow(back, x + 0.7, 1 + f * 3.1, 1.4, 1.3, chance)
    }
    if (chance() < 0.8)
      b.box(x0 + x + 0.1, y0 - 1.1 - chance() * 0.7, z + 2.5, x0 + x + w - 0.1, y0, z + 2.85, {
        picture: m.grime,
        tint: chance.pick([
          [0.7, 0.7, 0.68],
          [0.5, 0.56, 0.7],
          [0.66, 0.4, 0.36],
        ] as const),
        underside: true,
      })
    if (chance() < 0.4)
      b.box(x0 + x + 0.4, y0 - 1.8 - chance(), z, x0 + x + 1 + chance() * 1.5, y0 - 0.6, z + 0.6 + chance() * 0.6, {
        tint: [0.4 + 0.4 * chance(), 0.4 + 0.3 * chance(), 0.4],
      })
    x += w
  }
  front.dirt(0.34, seed * 3 + 1, 0.6)
  back.dirt(0.45, seed * 3 + 2, 0.9)
  b.box(x0, y0, z - 0.5, x1, y1, z + height, {
    south: { picture: front, fit: 'whole', glass: true },
    north: { picture: back, fit: 'whole', glass: true },
    picture: m.grime,
    tint: [0.76, 0.73, 0.68],
    top: m.roof,
  })
  parapet(b, x0, y0, x1, y1, z + height, [0.76, 0.74, 0.7])
  for (let i = 0; i < width / 8; i++) {
    const x = x0 + 2 + chance() * (width - 7)
    const y = y0 + 1.5 + chance() * (y1 - y0 - 4.5)
    if (chance() < 0.6) b.box(x, y, z + height, x + 1.1, y + 0.9, z + height + 0.9, { tint: [0.76, 0.76, 0.76] })
    else
      b.box(x, y, z + height, x + 2.6 + chance() * 2, y + 2.4, z + height + 2.1, {
        picture: m.corrugated,
        tint: chance.pick([
          [1, 1, 1],
          [1.3, 1.1, 0.96],
          [0.9, 0.9, 0.9],
        ] as const),
      })
  }
}

function buildGate(b: SceneBuilder, m: Materials): void {
  const z = groundHeight(171, 40)
  if (!b.keeps(171, 40, 12)) return
  for (const x of [162.5, 177.7]) b.box(x, 38.6, z, x + 1.8, 40.4, z + 5.6, { picture: m.grime, tint: [0.78, 0.72, 0.64] })
  const sign = new Picture(17, 1.5, 24, [160, 44, 38])
  paintText(sign, '龙湾家园社区', 3.6, 0.22, 1.05, GOLD, 1.65)
  sign.dirt(0.2, 3)
  b.box(162.5, 38.9, z + 4.6, 179.5, 40.1, z + 6.1, {
    south: { picture: sign, fit: 'whole' },
    north: { picture: sign, fit: 'whole' },
    tint: [0.68, 0.32, 0.28],
    underside: true,
  })
  b.box(160.8, 40.5, z, 163.6, 43.5, z + 2.8, { tint: [0.84, 0.82, 0.78] })
  b.box(160.4, 40.1, z + 2.8, 164, 43.9, z + 3.1, { tint: [0.5, 0.52, 0.56], underside: true })
}

function buildCompoundWall(b: SceneBuilder, m: Materials): void {
  const wall = (x0: number, y0: number, x1: number, y1: number): void => {
    const z = groundHeight((x0 + x1) / 2, (y0 + y1) / 2)
    b.box(x0, y0, z - 0.3, x1, y1, z + 2, { picture: m.grime, tint: [0.8, 0.76, 0.7], topTint: [0.6, 0.46, 0.4] })
  }
  for (let x = 181; x < 300; x += 11.1) wall(x, 39.7, x + 11.1, 40.05)
  for (let y = 40; y < 238; y += 11) {
    wall(334, y, 334.35, y + 11)
    wall(30, y, 30.35, y + 11)
  }
  for (let x = 30; x < 334; x += 11) if (Math.abs(x - 168) > 10) wall(x, 238, x + 11, 238.35)
}

function buildPlaza(b: SceneBuilder, m: Materials, seed: number): void {
  if (!b.keeps(262, 52, 70)) return
  const chance = makeRandom(seed + 12)
  const z = groundHeight(255, 50)
  for (const [x, y] of [
    [206, 46],
    [206, 56],
    [214, 46],
    [214, 56],
    [286, 46],
    [296, 46],
    [286, 56.5],
    [296, 56.5],
  ] as const) {
    b.box(x - 1.3, y - 1.3, z - 0.2, x + 1.3, y + 1.3, z + 0.5, { picture: m.grime, tint: [0.7, 0.64, 0.58], topTint: [0.34, 0.4, 0.26] })
  }
  for (let i = 0; i < 14; i++) {
    const x = 204 + chance() * 92
    const y = 42 + chance() * 16
    if (Math.hypot(x - 242, y - 51.5) < 9 || (x > 268 && x < 285)) continue
    b.box(x, y, z, x + 1.6, y + 0.5, z + 0.5, { tint: [0.46, 0.36, 0.28] })
  }
  for (let i = 0; i < 7; i++)
    b.box(303 + i * 2.4, 52 + (i % 3) * 2, z, 303.5 + i * 2.4, 53 + (i % 3) * 2, z + 1.4 + chance(), {
      tint: chance.pick([
        [0.24, 0.4, 0.7],
        [0.75, 0.6, 0.2],
        [0.7, 0.25, 0.2],
      ] as const),
    })
  for (let i = 0; i < 3; i++)
    b.box(303 + i * 4.4, 58.6, z + 0.66, 305.7 + i * 4.4, 60.1, z + 0.8, { tint: [0.2, 0.36, 0.5], underside: true })
  // a low notice wall and a pavilion
  b.box(226, 43.4, z, 234, 43.8, z + 2.2, { tint: [0.66, 0.3, 0.26] })
  for (const [x, y] of [
    [0, 0],
    [4, 0],
    [0, 4],
    [4, 4],
  ] as const)
    b.box(208 + x, 70 + y, z, 208.36 + x, 70.36 + y, z + 2.8, { tint: [0.56, 0.26, 0.22] })
  const eaves = [
    [206.6, 68.6],
    [213.8, 68.6],
    [213.8, 75.8],
    [206.6, 75.8],
  ] as const
  for (const [k, from] of eaves.entries()) {
    const to = eaves[(k + 1) % 4]!
    b.quad([from[0], from[1], z + 2.7], [to[0], to[1], z + 2.7], [210.2, 72.2, z + 4.8], [210.2, 72.2, z + 4.8], m.greyTiles, {
      bothSides: true,
    })
  }
}

/** Bicycle sheds and rubbish places between the slabs. */
function buildSheds(b: SceneBuilder, m: Materials, seed: number): void {
  const chance = makeRandom(seed + 21)
  for (const y of [91.6, 126.6, 161.6, 196.8]) {
    for (const x of [48, 118, 204, 272]) {
      if (chance() < 0.35) continue
      buildShed(b, m, chance, x + chance() * 14, y, 9 + chance() * 7)
    }
  }
  for (let i = 0; i < 26; i++) {
    const x = chance.range(40, 325)
    const y = chance.pick([89.4, 124.4, 159.4, 194.4]) + chance.bell() * 0.3
    if (Math.abs(x - 171) < 8) continue
    const z = groundHeight(x, y)
    for (let k = 0; k < 2 + chance() * 3; k++)
      b.box(x + k * 0.75, y, z, x + k * 0.75 + 0.62, y + 0.7, z + 1.05, {
        tint: chance.pick([
          [0.2, 0.42, 0.28],
          [0.2, 0.3, 0.55],
          [0.45, 0.45, 0.45],
          [0.55, 0.22, 0.2],
        ] as const),
      })
  }
}

function buildShed(b: SceneBuilder, m: Materials, chance: Random, x: number, y: number, length: number): void {
  if (!b.keeps(x, y, length)) return
  const z = groundHeight(x, y)
  const tint: Rgb = chance.pick([
    [1, 1, 1],
    [1, 1, 1],
    [1.3, 1.12, 0.98],
    [0.9, 0.92, 0.9],
  ] as const)
  b.box(x, y, z + 2.15, x + length, y + 2.3, z + 2.5, { picture: m.corrugated, tint, underside: true })
  for (let k = 0; k <= 3; k++)
    b.box(x + (k * (length - 0.3)) / 3, y + 1.9, z, x + (k * (length - 0.3)) / 3 + 0.3, y + 2.2, z + 2.2, { tint: [0.58, 0.58, 0.6] })
  for (let k = 0; k < length; k++)
    if (chance() < 0.65)
      b.box(x + k, y + 0.3, z, x + k + 0.4, y + 1.9, z + 0.95, { tint: [0.2 + 0.6 * chance(), 0.2 + 0.4 * chance(), 0.2 + 0.4 * chance()] })
}
