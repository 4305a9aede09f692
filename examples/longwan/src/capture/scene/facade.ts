// Scene: the painted fronts of an apartment slab: windows, bands, downpipes, balcony fronts.
import type { Random } from '../chance/random.ts'
import { Picture, type Rgb, shade } from './picture.ts'
import type { FacadeElement, Slab } from './plan-slabs.ts'

export const FLOOR_METERS = 2.9
export const PLINTH_METERS = 0.9

/** Where an element of a half unit lies in the slab: the right half is the left one mirrored. */
export function placeElement(slab: Slab, unit: number, mirrored: boolean, at: number, width: number): number {
  const u = slab.plan.unitMeters
  return unit * u + (mirrored ? u - at - width : at)
}

/** A window with frame, reveal, curtains, perhaps a cage and washing. */
export function paintWindow(p: Picture, x: number, y: number, w: number, h: number, chance: Random): void {
  const frame: Rgb = chance() < 0.75 ? [214, 214, 210] : [120, 118, 112]
  p.rect(x - 0.05, y - 0.16, x + w + 0.05, y - 0.06, [150, 144, 134], { cover: 0.6 })
  p.rect(x - 0.05, y - 0.9 - 0.5 * chance(), x + w * 0.9, y - 0.1, [96, 90, 82], { cover: 0.1 + 0.12 * chance() }) // rain runs from the sill
  p.rect(x - 0.07, y - 0.07, x + w + 0.07, y + h + 0.07, frame)
  const g = 30 + chance() * 34
  p.gradient(x, y, x + w, y + h, [g + 14, g + 18, g + 22], [g - 8, g - 4, g], 200)
  const behind = chance()
  if (behind < 0.28) {
    const curtain: Rgb = [150 + 60 * chance(), 146 + 50 * chance(), 130 + 40 * chance()]
    p.rect(x, y, x + w * (0.3 + 0.4 * chance()), y + h, curtain, { cover: 0.55 })
  } else if (behind < 0.5) p.rect(x, y + h * 0.5, x + w, y + h, [160, 170, 180], { cover: 0.35 })
  p.rect(x, y + h - 0.16, x + w, y + h, [14, 16, 18], { cover: 0.55 })
  p.rect(x + w / 2 - 0.04, y, x + w / 2 + 0.04, y + h, frame)
  if (w > 1.6) p.rect(x, y + h * 0.3, x + w, y + h * 0.3 + 0.05, frame)
  if (chance() < 0.3) paintCage(p, x, y, w, h)
  if (chance() < 0.2) {
    p.rect(
      x + w * 0.1,
      y + 0.05,
      x + w * 0.5,
      y + 0.55,
      chance.pick([
        [180, 70, 66],
        [70, 94, 150],
        [206, 198, 130],
        [222, 222, 220],
      ] as const),
      { cover: 0.8 },
    )
  }
}

function paintCage(p: Picture, x: number, y: number, w: number, h: number): void {
  const bar: Rgb = [172, 172, 168]
  for (let i = 0; i < w / 0.18; i++) p.rect(x + i * 0.18, y - 0.1, x + i * 0.18 + 0.035, y + h + 0.05, bar, { cover: 0.7 })
  p.rect(x - 0.05, y - 0.12, x + w + 0.05, y - 0.02, bar, { cover: 0.7 })
  for (let j = 0; j < 3; j++) p.rect(x - 0.05, y + (h * j) / 3, x + w + 0.05, y + (h * j) / 3 + 0.04, bar, { cover: 0.7 })
}

export interface Fronts {
  readonly south: Picture
  readonly north: Picture
  readonly east: Picture
  readonly west: Picture
  readonly wall: Rgb
}

/** The four walls of a slab. */
export function paintFronts(slab: Slab, lengthMeters: number, heightMeters: number, ppm: number, chance: Random): Fronts {
  const { style, floors, plan } = slab
  const tone = (0.9 + 0.12 * chance()) * 1
  const wall = shade(style.wall, tone)
  const make = (width: number, factor: number): Picture => new Picture(width, heightMeters, ppm, shade(wall, factor))
  const south = make(lengthMeters, 1)
  const north = make(lengthMeters, 0.99)
  const east = make(plan.depthMeters, 0.97)
  const west = make(plan.depthMeters, 1)
  const sides = [south, north, east, west]
  for (const p of sides) paintBands(p, slab, wall, heightMeters)
  for (let unit = 0; unit < slab.units; unit++) {
    for (let floor = 0; floor < floors; floor++) {
      const y = PLINTH_METERS + floor * FLOOR_METERS
      for (const mirrored of [false, true]) {
        for (const e of plan.south) paintElement(south, placeElement(slab, unit, mirrored, e.at, e.width), y, e, chance)
        for (const e of plan.north) paintElement(north, placeElement(slab, unit, mirrored, e.at, e.width), y, e, chance)
        if (chance() < 0.7) paintVent(north, placeElement(slab, unit, mirrored, 2.5, 0.8), y, chance)
      }
      if (floor < floors - 1 || floors === 1) paintWindow(north, (unit + 0.5) * plan.unitMeters - 0.75, y + 1.9, 1.5, 1.2, chance)
    }
    paintPipesAndDoor(south, north, unit * plan.unitMeters, plan.unitMeters, heightMeters)
  }
  for (let floor = 0; floor < floors; floor++) {
    const y = PLINTH_METERS + floor * FLOOR_METERS
    paintWindow(east, plan.depthMeters * 0.5 - 0.4, y + 1, 0.8, 1.3, chance)
    if (chance() < 0.5) paintWindow(west, plan.depthMeters * 0.5 - 0.4, y + 1, 0.8, 1.3, chance)
    if (chance() < 0.4) east.rect(plan.depthMeters * 0.25, y + 0.2, plan.depthMeters * 0.25 + 0.8, y + 0.8, [196, 194, 188])
  }
  for (const [i, p] of sides.entries()) {
    p.rect(0, 0, p.widthMeters, 1.5, [86, 80, 70], { cover: 0.16 }) // splashed foot
    p.rect(0, 0, p.widthMeters, 0.6, [86, 80, 70], { cover: 0.22 })
    p.dirt(i === 0 ? 0.32 : 0.4, (slab.seed + i * 5) & 0xffff, i === 0 ? 0.6 : 0.9)
  }
  return { south, north, east, west, wall }
}

function paintBands(p: Picture, { style, floors }: Slab, wall: Rgb, height: number): void {
  const w = p.widthMeters
  p.rect(0, 0, w, 1.1, shade(style.accent, 0.82))
  if (style.twoTone) p.rect(0, 1.1, w, PLINTH_METERS + FLOOR_METERS * Math.min(2, floors - 1), style.accent, { cover: 0.85 })
  p.rect(0, height - 0.95, w, height - 0.75, style.accent)
  for (let f = 1; f <= floors; f++) {
    p.rect(0, PLINTH_METERS + f * FLOOR_METERS - 0.12, w, PLINTH_METERS + f * FLOOR_METERS, shade(wall, 1.1), { cover: style.band })
  }
  if (style.brick) for (let j = 0; j < height / 0.3; j++) p.rect(0, j * 0.3, w, j * 0.3 + 0.05, [146, 116, 96], { cover: 0.25 })
}

function paintElement(p: Picture, x: number, y: number, { kind, width }: FacadeElement, chance: Random): void {
  if (kind === 'window') paintWindow(p, x, y + 0.9, width, 1.55, chance)
  else if (kind === 'small') paintWindow(p, x, y + 1.1, width, 1.1, chance)
  else {
    p.rect(x, y, x + width, y + 2.75, [74, 70, 66]) // the shaded wall behind a balcony
    paintWindow(p, x + 0.3, y + 0.1, width - 0.7, 2.3, chance)
  }
}

function paintVent(p: Picture, x: number, y: number, chance: Random): void {
  const dy = chance() * 0.3
  p.rect(x, y + 0.1 + dy, x + 0.8, y + 0.7 + dy, [194, 192, 186])
  p.rect(x + 0.1, y + 0.16 + dy, x + 0.65, y + 0.64 + dy, [120, 120, 118])
}

function paintPipesAndDoor(south: Picture, north: Picture, x: number, unit: number, height: number): void {
  for (const at of [0.22, unit / 2 - 0.1]) {
    for (const p of [south, north]) {
      p.rect(x + at, 0, x + at + 0.13, height, [220, 218, 212], { cover: 0.85 })
      p.rect(x + at + 0.13, 0, x + at + 0.2, height, [90, 84, 76], { cover: 0.5 })
    }
  }
  north.rect(x + unit / 2 - 0.9, 0, x + unit / 2 + 0.9, 2.2, [54, 50, 46])
}

/** Whether each balcony is closed, by column (unit × side) and floor. */
export function enclosedBalconies(slab: Slab, columns: number, chance: Random): boolean[][] {
  return Array.from({ length: columns }, () => Array.from({ length: slab.floors }, () => chance() < slab.style.enclosed))
}

/** Balcony fronts, columns side by side, one floor above another. */
export function paintBalconies(
  slab: Slab,
  widthMeters: number,
  closed: readonly boolean[][],
  wall: Rgb,
  ppm: number,
  chance: Random,
): Picture {
  const { accent } = slab.style
  const p = new Picture(widthMeters * closed.length, slab.floors * FLOOR_METERS, ppm, wall)
  for (const [k, column] of closed.entries()) {
    for (const [floor, isClosed] of column.entries()) {
      const x = k * widthMeters
      const y = floor * FLOOR_METERS
      const own: Rgb =
        chance() < 0.16
          ? chance.pick([
              [148, 150, 150],
              [176, 160, 140],
              [196, 190, 180],
            ] as const)
          : shade(accent, 0.94 + 0.1 * chance())
      p.rect(x, y, x + widthMeters, y + 1.05, own)
      if (chance() < 0.3)
        for (let i = 0; i < widthMeters / 0.16; i++)
          p.rect(x + i * 0.16, y + 0.25, x + i * 0.16 + 0.05, y + 0.95, shade(own, 0.7), { cover: 0.7 })
      p.rect(x, y - 0.1, x + widthMeters, y + 0.08, shade(wall, 1.08))
      if (isClosed) paintGlazing(p, x, y, widthMeters, chance)
      else p.rect(x, y + 1.05, x + widthMeters, y + 2.8, [48, 46, 44])
    }
  }
  return p.dirt(0.34, (slab.seed + 77) & 0xffff, 0.7)
}

function paintGlazing(p: Picture, x: number, y: number, w: number, chance: Random): void {
  const g = 30 + chance() * 40
  const frame: Rgb = chance.pick([
    [214, 214, 210],
    [214, 214, 210],
    [150, 140, 126],
    [96, 100, 104],
  ] as const)
  p.gradient(x + 0.06, y + 1.05, x + w - 0.06, y + 2.75, [g + 20, g + 26, g + 30], [g - 6, g, g + 4], 220)
  const panes = 3 + Math.floor(chance() * 2)
  for (let i = 0; i <= panes; i++) p.rect(x + (i * w) / panes - 0.04, y + 1.05, x + (i * w) / panes + 0.04, y + 2.75, frame)
  p.rect(x, y + 2.1, x + w, y + 2.16, frame)
  if (chance() < 0.45) {
    const curtain = chance.pick([
      [186, 176, 158],
      [200, 190, 184],
      [124, 136, 156],
      [164, 122, 106],
    ] as const)
    p.rect(x + w * chance() * 0.6, y + 1.1, x + w * (0.3 + chance() * 0.6), y + 2.6, curtain, { cover: 0.6 })
  }
}
