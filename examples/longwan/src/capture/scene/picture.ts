// Scene: what is painted on a wall or a roof. A picture is metres wide and high, row 0 at the foot; alpha is not
// transparency: it says how much the place is glass (0 none, over 100 it mirrors the sky and fools stereo matching).
import { hash2 } from '../chance/noise.ts'

export type Rgb = readonly [number, number, number]

export interface PaintOptions {
  /** 0 to 1: how much of the new colour shows. */
  readonly cover?: number
  /** 0 to 255, kept beside the colour. */
  readonly glass?: number
}

export const shade = (c: Rgb, factor: number): Rgb => [c[0] * factor, c[1] * factor, c[2] * factor]

export class Picture {
  readonly pixelsPerMeter: number
  readonly width: number
  readonly height: number
  readonly texels: Uint8Array
  /** A tile repeats; a façade is clamped at its rim. */
  readonly repeats: boolean

  constructor(widthMeters: number, heightMeters: number, pixelsPerMeter: number, color: Rgb, repeats = false) {
    this.pixelsPerMeter = pixelsPerMeter
    this.width = Math.max(2, Math.round(widthMeters * pixelsPerMeter))
    this.height = Math.max(2, Math.round(heightMeters * pixelsPerMeter))
    this.texels = new Uint8Array(this.width * this.height * 4)
    this.repeats = repeats
    this.rect(0, 0, widthMeters + 1, heightMeters + 1, color)
  }

  get widthMeters(): number {
    return this.width / this.pixelsPerMeter
  }

  /** Paints the rectangle from (x0, y0) to (x1, y1) metres. */
  rect(x0: number, y0: number, x1: number, y1: number, color: Rgb, { cover = 1, glass = 0 }: PaintOptions = {}): this {
    const p = this.pixelsPerMeter
    const left = Math.max(0, Math.round(x0 * p))
    const right = Math.min(this.width, Math.round(x1 * p))
    const top = Math.min(this.height, Math.round(y1 * p))
    const { texels } = this
    for (let y = Math.max(0, Math.round(y0 * p)); y < top; y++) {
      for (let i = (y * this.width + left) * 4, end = (y * this.width + right) * 4; i < end; i += 4) {
        texels[i] = texels[i]! * (1 - cover) + color[0] * cover
        texels[i + 1] = texels[i + 1]! * (1 - cover) + color[1] * cover
        texels[i + 2] = texels[i + 2]! * (1 - cover) + color[2] * cover
        if (cover === 1 || glass) texels[i + 3] = glass
      }
    }
    return this
  }

  /** A vertical gradient, in bands of two texels. */
  gradient(x0: number, y0: number, x1: number, y1: number, low: Rgb, high: Rgb, glass = 0): this {
    const bands = Math.max(1, Math.round(((y1 - y0) * this.pixelsPerMeter) / 2))
    for (let i = 0; i < bands; i++) {
      const t = (i + 0.5) / bands
      const color: Rgb = [low[0] + (high[0] - low[0]) * t, low[1] + (high[1] - low[1]) * t, low[2] + (high[2] - low[2]) * t]
      this.rect(x0, y0 + ((y1 - y0) * i) / bands, x1, y0 + ((y1 - y0) * (i + 1)) / bands, color, { glass })
    }
    return this
  }

  /** A stroke of the given width between two points; used for lettering. */
  stroke(x0: number, y0: number, x1: number, y1: number, widthMeters: number, color: Rgb): this {
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) * this.pixelsPerMeter * 1.5))
    const h = widthMeters / 2
    for (let i = 0; i <= steps; i++) {
      const x = x0 + ((x1 - x0) * i) / steps
      const y = y0 + ((y1 - y0) * i) / steps
      this.rect(x - h, y - h, x + h, y + h, color)
    }
    return this
  }

  /** Weather: blotches, and streaks that run down the wall. */
  dirt(amount: number, seed: number, streaks = 0.5): this {
    const { blotches, runs } = weather()
    const scale = 16 / this.pixelsPerMeter
    const ox = Math.floor(hash2(seed, 1, 71) * WEATHER)
    const oy = Math.floor(hash2(seed, 2, 71) * WEATHER)
    const { texels } = this
    for (let y = 0; y < this.height; y++) {
      const wy = ((Math.floor(y * scale) + oy) % WEATHER) * WEATHER
      for (let x = 0; x < this.width; x++) {
        const w = wy + ((Math.floor(x * scale) + ox) % WEATHER)
        const m = 1 + amount * ((blotches[w]! - 0.5) * 1.2 - streaks * Math.max(0, runs[w]! - 0.55) * 1.8)
        const i = (y * this.width + x) * 4
        texels[i] = Math.min(255, texels[i]! * m)
        texels[i + 1] = Math.min(255, texels[i + 1]! * m)
        texels[i + 2] = Math.min(255, texels[i + 2]! * m)
      }
    }
    return this
  }
}

/** One field of weather for all pictures: 32 m at 16 texels a metre, without a seam. */
const WEATHER = 512
let field: { readonly blotches: Float32Array; readonly runs: Float32Array } | undefined

function weather(): NonNullable<typeof field> {
  if (field) return field
  const blotches = new Float32Array(WEATHER * WEATHER)
  const runs = new Float32Array(WEATHER * WEATHER)
  for (let y = 0; y < WEATHER; y++) {
    for (let x = 0; x < WEATHER; x++) {
      const u = x / WEATHER
      const v = y / WEATHER
      blotches[y * WEATHER + x] = roundNoise(u, v, 11, 8, 1) * 0.5 + roundNoise(u, v, 42, 35, 2) * 0.3 + roundNoise(u, v, 160, 160, 3) * 0.2
      runs[y * WEATHER + x] = roundNoise(u, v, 70, 4, 4)
    }
  }
  field = { blotches, runs }
  return field
}

/** Value noise over the unit square that closes on itself: `across` and `up` cells. */
function roundNoise(u: number, v: number, across: number, up: number, seed: number): number {
  const x = u * across
  const y = v * up
  const ix = Math.floor(x)
  const iy = Math.floor(y)
  const fx = (x - ix) ** 2 * (3 - 2 * (x - ix))
  const fy = (y - iy) ** 2 * (3 - 2 * (y - iy))
  const at = (i: number, j: number): number => hash2(i % across, j % up, seed + 400)
  const low = at(ix, iy) + (at(ix + 1, iy) - at(ix, iy)) * fx
  const high = at(ix, iy + 1) + (at(ix + 1, iy + 1) - at(ix, iy + 1)) * fx
  return low + (high - low) * fy
}
