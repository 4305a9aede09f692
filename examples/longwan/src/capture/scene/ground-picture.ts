// Scene: the ground as one orthophoto, drawn as SVG in plan metres and rasterised by sharp (its own librsvg: no font, no filter, so it is
// the same everywhere). Never `opacity`: librsvg makes a full-size layer for each; `fill-opacity` costs nothing.
import sharp from 'sharp'
import { makeRandom, type Random } from '../chance/random.ts'
import type { Rgb } from './picture.ts'
import { CROPS, LANES, type SitePlan } from './plan.ts'
import { slabLength } from './plan-slabs.ts'
import type { GroundPicture } from './scene.ts'

export interface GroundExtent {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** SVG shapes, one after another, in plan metres (row 0 of the picture is south, so y is not flipped). */
class Sheet {
  private readonly parts: string[] = []
  readonly chance: Random
  private readonly extent: GroundExtent

  constructor(extent: GroundExtent, chance: Random) {
    this.extent = extent
    this.chance = chance
  }

  /** A colour that wanders by `v`. */
  near(c: Rgb, v = 12): string {
    const d = this.chance.bell() * v
    return `rgb(${c.map((k) => Math.max(0, Math.min(255, Math.round(k + d)))).join(',')})`
  }

  private outside(x0: number, y0: number, x1: number, y1: number): boolean {
    const e = this.extent
    return x1 < e.x0 || x0 > e.x1 || y1 < e.y0 || y0 > e.y1
  }

  rect(x0: number, y0: number, x1: number, y1: number, fill: string, cover = 1): void {
    if (this.outside(x0, y0, x1, y1)) return
    this.parts.push(
      `<rect x="${r(x0)}" y="${r(y0)}" width="${r(x1 - x0)}" height="${r(y1 - y0)}" fill="${fill}"${cover < 1 ? ` fill-opacity="${r(cover)}"` : ''}/>`,
    )
  }

  ellipse(x: number, y: number, rx: number, ry: number, fill: string, cover = 1): void {
    if (this.outside(x - rx, y - ry, x + rx, y + ry)) return
    this.parts.push(`<ellipse cx="${r(x)}" cy="${r(y)}" rx="${r(rx)}" ry="${r(ry)}" fill="${fill}" fill-opacity="${r(cover)}"/>`)
  }

  line(x0: number, y0: number, x1: number, y1: number, width: number, stroke: string, { cover = 1, dash = '' } = {}): void {
    if (this.outside(Math.min(x0, x1) - width, Math.min(y0, y1) - width, Math.max(x0, x1) + width, Math.max(y0, y1) + width)) return
    this.parts.push(
      `<path d="M${r(x0)} ${r(y0)}L${r(x1)} ${r(y1)}" stroke="${stroke}" stroke-width="${r(width)}"${cover < 1 ? ` stroke-opacity="${r(cover)}"` : ''}${dash ? ` stroke-dasharray="${dash}"` : ''}/>`,
    )
  }

  path(d: string, attributes: string): void {
    this.parts.push(`<path d="${d}" ${attributes}/>`)
  }

  /** Many soft spots, each an ellipse of random size and colour. */
  spots(
    count: number,
    box: GroundExtent,
    size: readonly [number, number],
    colors: readonly Rgb[],
    cover: number,
    skip?: (x: number, y: number) => boolean,
  ): void {
    for (let i = 0; i < count; i++) {
      const x = this.chance.range(box.x0, box.x1)
      const y = this.chance.range(box.y0, box.y1)
      const a = this.chance.range(...size)
      const fill = this.near(this.chance.pick(colors))
      // Three faint ones, each off by half its size: a single ellipse is seen for what it is.
      const b = a * this.chance.range(0.4, 1)
      for (let k = 0; k < 3; k++) {
        const [u, v] = [x + this.chance.bell() * a * 0.45, y + this.chance.bell() * b * 0.45]
        const [ra, rb] = [a * this.chance.range(0.45, 0.9), b * this.chance.range(0.45, 0.9)]
        if (!skip?.(u, v)) this.ellipse(u, v, ra, rb, fill, cover * 0.45)
      }
    }
  }

  svg(pixelsPerMeter: number): string {
    const { x0, y0, x1, y1 } = this.extent
    const size = `width="${Math.round((x1 - x0) * pixelsPerMeter)}" height="${Math.round((y1 - y0) * pixelsPerMeter)}"`
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="${x0} ${y0} ${x1 - x0} ${y1 - y0}">${this.parts.join('')}</svg>`
  }
}

const r = (v: number): string => String(Math.round(v * 100) / 100)
const WEST = -50
const EAST = 500
const GRASS: readonly Rgb[] = [
  [92, 106, 60],
  [112, 114, 68],
  [138, 130, 92],
  [84, 98, 56],
]

export async function paintGround(plan: SitePlan, extent: GroundExtent, pixelsPerMeter: number, seed: number): Promise<GroundPicture> {
  const s = new Sheet(extent, makeRandom(seed + 70))
  drawWaste(s)
  drawFields(s, plan)
  drawDike(s)
  drawCanal(s)
  drawRoads(s)
  drawCompound(s, plan)
  drawPlaza(s)
  drawWear(s)
  drawMarks(s, plan)
  const { data, info } = await sharp(Buffer.from(s.svg(pixelsPerMeter)), { limitInputPixels: false, unlimited: true })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const texels = new Uint8Array(new SharedArrayBuffer(data.length))
  texels.set(data)
  return { texels, width: info.width, height: info.height, pixelsPerMeter, x0: extent.x0, y0: extent.y0 }
}

function drawWaste(s: Sheet): void {
  s.rect(WEST, -60, EAST, 410, '#8b8468')
  s.spots(
    300,
    { x0: WEST, y0: -60, x1: EAST, y1: 410 },
    [2, 14],
    [
      [112, 116, 74],
      [150, 138, 108],
      [126, 118, 88],
    ],
    0.45,
  )
}

function drawFields(s: Sheet, plan: SitePlan): void {
  for (const f of plan.fields) {
    const color = CROPS[f.crop].color
    s.rect(f.x0, f.y0, f.x1, f.y1, s.near(color, 8))
    const along = f.y0 < 300
    const pitch = f.crop === 'wheat' ? 0.5 : 0.75
    if (along)
      for (let x = f.x0 + 0.3; x < f.x1; x += pitch)
        s.line(x, f.y0 + 0.2, x + s.chance.bell() * 0.1, f.y1 - 0.2, 0.26, s.near([color[0] * 0.84, color[1] * 0.84, color[2] * 0.84], 9), {
          cover: 0.7,
        })
    else
      for (let y = f.y0 + 0.3; y < f.y1; y += pitch)
        s.line(f.x0 + 0.2, y, f.x1 - 0.2, y + s.chance.bell() * 0.1, 0.28, s.near([color[0] * 0.85, color[1] * 0.85, color[2] * 0.85], 8), {
          cover: 0.65,
        })
    const size = (f.x1 - f.x0) * (f.y1 - f.y0)
    s.spots(
      Math.round(size / 45),
      f,
      [0.5, 3],
      [
        [color[0] * 1.12, color[1] * 1.08, color[2] * 1.1],
        [color[0] * 0.86, color[1] * 0.9, color[2] * 0.84],
      ],
      0.32,
    )
  }
  s.rect(374, 34, 446, 103, '#968a6d') // the hamlet: bare earth, weeds, beds, a lane
  s.spots(
    240,
    { x0: 374, y0: 34, x1: 446, y1: 103 },
    [0.5, 3.4],
    [
      [106, 108, 68],
      [124, 118, 82],
      [92, 100, 60],
      [160, 146, 118],
    ],
    0.5,
  )
  for (const h of plan.houses) {
    s.rect(h.x - 0.6, h.y - 9, h.x + h.width + 0.6, h.y + h.depth + 0.6, '#a59c8c', 0.8)
    const x = h.x + h.width * 0.2
    for (let k = 0; k < 7; k++)
      s.rect(x, h.y + h.depth + 2 + k * 0.9, x + 7, h.y + h.depth + 2.5 + k * 0.9, s.near([84, 102, 60], 10), 0.85)
  }
  for (const y of [66, 92]) s.rect(371, y, 446, y + 3, '#a39c8e', 0.9)
  for (const g of plan.greenhouses) s.rect(g.x0 - 1.4, g.y - 1.4, g.x1 + 1.4, g.y + g.width + 1.4, '#94876a')
}

function drawDike(s: Sheet): void {
  s.rect(WEST, 250, EAST, 292, '#818a5a')
  s.spots(620, { x0: WEST, y0: 250, x1: EAST, y1: 292 }, [0.5, 5], GRASS, 0.5)
  s.rect(WEST, 266.6, EAST, 275.4, '#8f8a7e')
  s.rect(WEST, 267.6, EAST, 274.4, '#7a7876')
  s.line(WEST, 271, EAST, 271, 0.16, '#c2bcac', { dash: '4 6', cover: 0.8 })
  for (const y of [267.8, 274.2]) s.line(WEST, y, EAST, y, 0.14, '#cbc9c3', { cover: 0.6 })
  s.rect(WEST, 292, EAST, 309, '#868058')
  s.spots(240, { x0: WEST, y0: 290, x1: EAST, y1: 309 }, [0.5, 4], GRASS, 0.5)
}

function drawCanal(s: Sheet): void {
  s.rect(347.5, -60, 369, 256, '#958e7a')
  s.rect(350, -60, 366, 256, '#a5a196')
  for (let y = -60; y < 256; y += 2) for (const x of [350, 363]) s.line(x, y, x + 3.2, y, 0.07, '#8a867a', { cover: 0.8 })
  s.rect(352.4, -60, 363.6, 256, '#5d644f')
  for (const x of [352.2, 363.4]) s.rect(x, -60, x + 0.5, 256, '#6f6c58') // the tide mark
  s.spots(
    260,
    { x0: 350, y0: -40, x1: 366, y1: 254 },
    [0.2, 1.1],
    [
      [92, 96, 70],
      [130, 124, 104],
      [76, 80, 62],
    ],
    0.45,
  )
  s.rect(367.4, 32, 371, 250, '#a0967c')
  for (const x of [368.2, 370.2]) s.line(x, 32, x, 250, 0.55, '#8e8468', { cover: 0.8 })
}

function drawRoads(s: Sheet): void {
  s.rect(WEST, 7, EAST, 38, '#a39d93')
  for (let x = WEST; x < EAST; x += 0.6) s.line(x, 32.5, x, 38, 0.04, '#8d867c')
  s.rect(WEST, 13.6, EAST, 31.6, '#6e6e70')
  for (const y of [13.3, 31.6]) s.rect(WEST, y, EAST, y + 0.3, '#b2afa7')
  for (const y of [22.4, 22.8]) s.line(WEST, y, EAST, y, 0.16, '#c0a653', { cover: 0.9 })
  for (const y of [18.2, 27]) s.line(WEST, y, EAST, y, 0.17, '#cbcbc6', { dash: '4 6', cover: 0.85 })
  for (const y of [14, 31.2]) s.line(WEST, y, EAST, y, 0.17, '#c6c6c2', { cover: 0.8 })
  for (const x of [10, 171, 370]) for (let i = 0; i < 14; i++) s.rect(x - 6.6, 14.6 + i * 1.2, x - 3.4, 15.2 + i * 1.2, '#cfcdc7', 0.85)
  s.rect(12, 38, 22, 250, '#757576')
  s.line(17, 40, 17, 250, 0.15, '#cacac6', { dash: '3 5', cover: 0.8 })
  s.rect(22, 38, 28.6, 250, '#9f978a')
  for (let i = 0; i < 90; i++) {
    const x = s.chance.range(WEST, EAST)
    const y = s.chance.range(14, 30)
    s.rect(x, y, x + 1 + s.chance() * 8, y + 0.7 + s.chance() * 2.6, s.near([94, 94, 96], 12), 0.25 + 0.35 * s.chance())
  }
  for (let i = 0; i < 22; i++) {
    const x = s.chance() * 450
    s.path(
      `M${r(x)} 14q${r(s.chance.bell() * 3)} 5 ${r(s.chance.bell() * 4)} 9t${r(s.chance.bell() * 3)} 8`,
      'fill="none" stroke="#4c4c4c" stroke-width=".12" stroke-opacity=".65"',
    )
  }
  for (const y of [15.2, 16.8, 19.2, 20.9, 24, 25.8, 28.2, 29.9]) s.line(WEST, y, EAST, y, 0.5, '#5b5b5d', { cover: 0.32 })
  for (const y of [269, 270, 272, 273]) s.line(WEST, y, EAST, y, 0.5, '#6a6866', { cover: 0.4 })
}

function drawCompound(s: Sheet, plan: SitePlan): void {
  s.rect(30, 40, 334, 238, '#9a948a')
  for (const slab of plan.slabs) {
    const [x0, x1] = [slab.x - 1.5, slab.x + slabLength(slab) + 1.5]
    const y = slab.y + (slab.angleDeg < 0 ? (slabLength(slab) * slab.angleDeg * Math.PI) / 180 : 0)
    s.rect(x0, y - 8.6, x1, y - 1.8, s.near([104, 110, 72], 6))
    s.spots(
      70,
      { x0, y0: y - 8.8, x1, y1: y - 1.8 },
      [0.4, 2.8],
      [
        [90, 106, 60],
        [138, 128, 96],
        [112, 116, 74],
      ],
      0.55,
    )
    for (let u = 0; u < slab.units * 2; u++) {
      const x = slab.x + (u + 0.5) * (slab.plan.unitMeters / 2) + s.chance.bell()
      if (s.chance() < 0.55) s.rect(x, y - 9, x + 1.4, y - 1, '#aba496')
      if (s.chance() < 0.3)
        for (let k = 0; k < 5; k++) s.rect(x + 2, y - 7.6 + k * 1, x + 5.4, y - 7.1 + k * 1, s.near([86, 82, 58], 8), 0.8) // somebody's vegetables
    }
    s.rect(x0, slab.y + slab.plan.depthMeters + 0.4, x1, slab.y + slab.plan.depthMeters + 2.6, '#a7a198')
  }
  s.rect(166.6, 38, 175.4, 238, '#777677')
  s.line(171, 42, 171, 236, 0.14, '#c2bfb5', { dash: '2 4', cover: 0.8 })
  for (const y of LANES) {
    s.rect(32, y - 2.9, 332, y + 2.9, '#7b7a79')
    s.rect(38, y + 2.9, 160, y + 7.4, '#8b8984')
    s.rect(184, y + 2.9, 328, y + 7.4, '#8b8984')
  }
  s.rect(264, 77.6, 332, 84, '#7d7c7b')
  for (let i = 0; i < 150; i++) {
    const x = s.chance.range(32, 330)
    const y = s.chance.range(50, 236)
    s.rect(x, y, x + 0.6 + s.chance() * 4, y + 0.6 + s.chance() * 3, s.near([120, 116, 110], 16), 0.35)
  }
  for (let x = 30; x < 334; x += 4.5) s.line(x, 40, x, 238, 0.06, '#7f796f', { cover: 0.5 })
  for (let y = 40; y < 238; y += 4.5) s.line(30, y, 334, y, 0.06, '#7f796f', { cover: 0.5 })
  for (let i = 0; i < 430; i++) {
    const x = 30 + 4.5 * Math.floor(s.chance() * 67)
    const y = 40 + 4.5 * Math.floor(s.chance() * 44)
    s.rect(x, y, x + 4.5 * (1 + Math.floor(s.chance() * 2)), y + 4.5, s.near([150, 144, 134], 18), 0.12 + 0.26 * s.chance())
  }
}

function drawPlaza(s: Sheet): void {
  s.rect(198, 41, 302, 60.8, '#b2a99c')
  for (let x = 198; x < 302; x += 2) s.line(x, 41, x, 60.8, 0.07, '#968c7e', { cover: 0.8 })
  for (let y = 41; y < 60.8; y += 2) s.line(198, y, 302, y, 0.07, '#968c7e', { cover: 0.8 })
  for (let x = 200; x < 300; x += 12) s.rect(x, 41, x + 0.6, 60.8, '#97604f', 0.6)
  for (const y of [44, 58]) s.rect(198, y, 302, y + 0.6, '#97604f', 0.6)
  for (const [radius, fill] of [
    [7, '#98614f'],
    [6, '#bdb3a4'],
    [3.4, '#98614f'],
    [2.6, '#c4baaa'],
  ] as const)
    s.ellipse(242, 51.5, radius, radius, fill)
  for (let k = 0; k < 8; k++) {
    const a = (k * Math.PI) / 4
    s.line(242 + 3.4 * Math.cos(a), 51.5 + 3.4 * Math.sin(a), 242 + 6 * Math.cos(a), 51.5 + 6 * Math.sin(a), 0.5, '#98614f', { cover: 0.8 })
  }
  s.rect(222, 43.4, 236, 45.8, '#6d7c4c')
  s.rect(248, 43.4, 262, 45.8, '#6d7c4c')
  s.rect(268, 42.6, 285, 60, '#4f7a5e')
  s.rect(269.4, 44, 283.6, 58.6, '#8f5546')
  s.path(
    'M269.4 44h14.2v14.6h-14.2zM269.4 51.3h14.2M274 44v5.8h5v-5.8M274 58.6v-5.8h5v5.8M274.7 51.3a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0',
    'fill="none" stroke="#d6d2ca" stroke-width=".12"',
  )
  s.rect(302, 50, 331, 62, '#8a8f6a')
  s.spots(60, { x0: 302, y0: 50, x1: 331, y1: 62 }, [0.4, 2], GRASS, 0.5)
  s.rect(198, 61, 221, 84, s.near([104, 112, 70], 4))
  s.spots(80, { x0: 198, y0: 61, x1: 221, y1: 84 }, [0.4, 2.6], GRASS, 0.5)
  s.path('M198 66q10 2 12 7t11 4', 'fill="none" stroke="#b1a899" stroke-width="1.4"')
  s.rect(222, 58.4, 264, 61.8, '#aca497')
}

/** Puddle stains, oil, leaves, litter: nothing is evenly clean. */
function drawWear(s: Sheet): void {
  const kept = (x: number, y: number): boolean =>
    (x > 30 && x < 334 && y > 40 && y < 238) || (y > 7 && y < 38) || (y > 264 && y < 278) || (x > 346 && x < 373) || (x > 10 && x < 29)
  s.spots(
    950,
    { x0: WEST, y0: -50, x1: EAST, y1: 400 },
    [0.3, 1.8],
    [
      [92, 100, 60],
      [160, 148, 118],
      [124, 116, 86],
    ],
    0.5,
    kept,
  )
  s.spots(620, { x0: -10, y0: 0, x1: 460, y1: 350 }, [0.5, 3], [[60, 56, 50]], 0.1)
  s.spots(
    90,
    { x0: 30, y0: 40, x1: 334, y1: 238 },
    [1, 4.5],
    [
      [112, 108, 100],
      [168, 162, 152],
    ],
    0.22,
  )
  s.spots(
    420,
    { x0: 30, y0: 13, x1: 334, y1: 238 },
    [0.15, 0.4],
    [
      [60, 58, 56],
      [190, 184, 172],
    ],
    0.5,
  )
}

function drawMarks(s: Sheet, plan: SitePlan): void {
  for (const { x, y, alongX } of plan.bays) {
    const [w, h] = alongX ? [5.8, 2.2] : [2.5, 4.9]
    s.path(`M${r(x - w / 2)} ${r(y - h / 2)}h${w}v${h}h${-w}z`, 'fill="none" stroke="#cdcbc4" stroke-width=".12" stroke-opacity=".75"')
  }
  for (const { x, y } of plan.manholes) {
    s.ellipse(x, y, 0.46, 0.46, '#5c5955', 0.9)
    s.ellipse(x, y, 0.36, 0.36, '#46433f', 0.95)
  }
}
