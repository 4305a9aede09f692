// Bake: cuts the texture of one page out of the photos. Demo flow: pack -> **bake** -> write. Only texels that belong to a chart are looked
// at (about three quarters of a page); the rest repeat their row, so that JPEG has nothing sharp to ring on.
import { hash2 } from '../chance/noise.ts'
import type { Chart } from '../charts/grow.ts'
import type { Atlas } from '../charts/pack.ts'
import type { ChartShape } from '../charts/shape.ts'
import type { Photo } from '../photos/camera.ts'
import type { Look } from '../photos/look.ts'

/** How far the poses of two photos disagree, in metres peak to peak. */
const MISREGISTRATION_METERS = 0.12
/** Where no photo saw a face its texture is drawn out along the photo's up axis: length in metres and taps. */
const LONG_SMEAR = { meters: 0.95, taps: 5, dim: 0.8 } as const
const SHORT_SMEAR = { meters: 0.2, taps: 2, dim: 1 } as const

export interface BakeInput {
  readonly charts: readonly Chart[]
  readonly shapes: readonly ChartShape[]
  readonly atlas: Atlas
  readonly photos: readonly Photo[]
  readonly look: Look
  readonly texelMeters: number
}

/** RGB rows of a page from the top; row 0 is the chart rows' 0. */
export function bakePage(page: number, input: BakeInput): Uint8Array {
  const { charts, atlas } = input
  const width = atlas.width
  const height = atlas.heights[page]!
  const pixels = new Uint8Array(width * height * 3)
  const done = new Uint8Array(width * height)
  for (let c = 0; c < charts.length; c++) if (atlas.placements[c]!.page === page) bakeChart(c, pixels, done, input)
  repeatRows(pixels, done, width, height)
  return pixels
}

function bakeChart(c: number, pixels: Uint8Array, done: Uint8Array, { charts, shapes, atlas, photos, look, texelMeters }: BakeInput): void {
  const chart = charts[c]!
  const shape = shapes[c]!
  const place = atlas.placements[c]!
  const photo = photos[chart.camera]!
  const { cell, camera } = chart
  const exposure = 0.9 + 0.2 * hash2(cell, camera, 1)
  const red = exposure * (1 + 0.035 * (hash2(cell, camera, 2) - 0.5))
  const blue = exposure * (1 + 0.06 * (hash2(cell, camera, 3) - 0.5))
  const shiftA = (hash2(cell, camera, 4) - 0.5) * MISREGISTRATION_METERS
  const shiftB = (hash2(cell, camera, 6) - 0.5) * MISREGISTRATION_METERS
  const m2 = texelMeters * texelMeters // the inverse of a turn by scale 1/m is its transpose times m²
  const aPerU = shape.ua * m2
  const bPerU = shape.ub * m2
  const aPerV = shape.va * m2
  const bPerV = shape.vb * m2
  const smear = chart.smear === 2 ? LONG_SMEAR : SHORT_SMEAR
  for (let row = 0; row < shape.height; row++) {
    const y = place.y + (place.turned ? shape.height - 1 - row : row)
    for (let col = shape.left[row]!, end = shape.right[row]!; col < end; col++) {
      const x = place.x + (place.turned ? shape.width - 1 - col : col)
      const grain = hash2(x, y, 9)
      const u = col + 0.5 + (grain - 0.5) * 0.5 - shape.u0
      const v = row + 0.5 + (((grain * 64) % 1) - 0.5) * 0.5 - shape.v0
      const a = aPerU * u + aPerV * v + shiftA
      const b = bPerU * u + bPerV * v + shiftB
      if (chart.smear) lookAlong(look, photo, a, b, cell, smear, x, y)
      else look.at(photo, a, b, cell)
      develop(look, red, exposure, blue, (1 + (((grain * 4096) % 1) - 0.5) * 0.05) * 0.92, pixels, (y * atlas.width + x) * 3)
      done[y * atlas.width + x] = 1
    }
  }
}

function lookAlong(
  look: Look,
  photo: Photo,
  a: number,
  b: number,
  cell: number,
  smear: typeof LONG_SMEAR | typeof SHORT_SMEAR,
  x: number,
  y: number,
): void {
  let r = 0
  let g = 0
  let bl = 0
  for (let tap = 0; tap < smear.taps; tap++) {
    const t = (tap + hash2(x + tap, y, cell)) / smear.taps - 0.5
    look.at(photo, a + (hash2(x, y + tap, 7) - 0.5) * smear.meters * 0.35, b + t * smear.meters, cell)
    r += look.red
    g += look.green
    bl += look.blue
  }
  const k = smear.dim / smear.taps
  look.red = r * k
  look.green = g * k
  look.blue = bl * k
}

const GAMMA = Uint8Array.from({ length: 4097 }, (_, i) => Math.round(255 * (i / 4096) ** (1 / 2.2)))

/** Exposure, a little less colour, a soft shoulder, gamma. */
function develop(look: Look, red: number, green: number, blue: number, gain: number, pixels: Uint8Array, o: number): void {
  const r = look.red * red
  const g = look.green * green
  const b = look.blue * blue
  const grey = (0.3 * r + 0.6 * g + 0.1 * b) * 0.13
  pixels[o] = tone((r * 0.87 + grey) * gain + 0.006)
  pixels[o + 1] = tone((g * 0.87 + grey) * gain + 0.006)
  pixels[o + 2] = tone((b * 0.87 + grey) * gain + 0.006)
}

function tone(v: number): number {
  const s = v <= 0 ? 0 : (v / (1 + v * 0.22)) * 4096
  return GAMMA[s > 4096 ? 4096 : s | 0]!
}

/** Texels of no chart take the colour to their left, or that of the row's first. */
function repeatRows(pixels: Uint8Array, done: Uint8Array, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    let first = 0
    while (first < width && !done[y * width + first]) first++
    let from = (first < width ? y * width + first : Math.max(0, y - 1) * width) * 3
    for (let x = 0, o = y * width; x < width; x++, o++) {
      if (done[o]) from = o * 3
      else {
        pixels[o * 3] = pixels[from]!
        pixels[o * 3 + 1] = pixels[from + 1]!
        pixels[o * 3 + 2] = pixels[from + 2]!
      }
    }
  }
}
