// The picture of one tile: seen from above in the upper three quarters, four façades and leaves below. Geometry finds its
// place in it by `fromAbove`, `facadeAt` and `leafAt`.
import { chance, groundAt, HALF_METERS, ROADS, type Slab, type Tree } from './settlement.ts'

export interface Area {
  readonly west: number
  readonly south: number
  readonly size: number
}

/** Share of the picture's height that shows the tile from above. */
const ABOVE = 0.75
type Rgb = readonly [number, number, number]

export const fromAbove = (area: Area, east: number, north: number): [number, number] => [
  0.001 + 0.998 * Math.min(1, Math.max(0, (east - area.west) / area.size)),
  ABOVE * (0.002 + 0.996 * (1 - Math.min(1, Math.max(0, (north - area.south) / area.size)))),
]
/** `along` and `up` from 0 to 1 over one façade. */
export const facadeAt = (facade: number, along: number, up: number): [number, number] => [
  (facade + 0.01 + 0.98 * along) / 4,
  ABOVE + 0.01 + (0.2 - 0.02) * (1 - up),
]
export const leafAt = (along: number, up: number): [number, number] => [0.02 + 0.96 * along, 0.96 + 0.035 * (1 - up)]

function groundColour(east: number, north: number): Rgb {
  if (north > 188) {
    const plot = Math.floor((east + HALF_METERS) / 42) * 3 + Math.floor(north / 34)
    const furrow = Math.sin(east * 2.1) * 6
    const green = 92 + ((plot * 37) % 41)
    return [104 + furrow + ((plot * 53) % 30), green + furrow, 58]
  }
  if (north > 150) return north > 165 && north < 171 ? [148, 146, 140] : [96, 112, 66]
  const { norths, easts, width } = ROADS
  const across = Math.min(...norths.map((road) => Math.abs(north - road)))
  const along = Math.min(...easts.map((road) => Math.abs(east - road)))
  if (Math.min(across, along) < 0.12 && (east + north) % 6 < 3) return [206, 204, 196]
  if (Math.min(across, along) < width / 2) return [112, 113, 116]
  if (Math.min(across, along) < width / 2 + 2) return [158, 154, 146]
  // Courtyards: paving beside the slabs, grass between.
  const row = (((north + 206.5) % 33) + 33) % 33
  return row < 9 || row > 28 ? [150, 146, 138] : [98, 116, 74]
}

/** RGB bytes, `px` wide and high. Ground first, then what stands on it within its own few pixels. */
export function paintTile(area: Area, px: number, slabs: readonly Slab[], trees: readonly Tree[]): Buffer {
  const pixels = Buffer.alloc(px * px * 3)
  const next = chance(Math.round(area.west * 31 + area.south * 17 + area.size))
  const rows = Math.floor(px * ABOVE)
  const put = (x: number, y: number, [r, g, b]: Rgb, light: number) => {
    const at = (y * px + x) * 3
    pixels[at] = Math.min(255, r * light)
    pixels[at + 1] = Math.min(255, g * light)
    pixels[at + 2] = Math.min(255, b * light)
  }
  const shade = (x: number, y: number, light: number) => {
    const at = (y * px + x) * 3
    for (let i = at; i < at + 3; i++) pixels[i] = pixels[i]! * light
  }
  const eastOf = (x: number) => area.west + ((x + 0.5) / px) * area.size
  const northOf = (y: number) => area.south + (1 - (y + 0.5) / rows) * area.size
  /** Calls `each` for the pixels of a rectangle on the ground. */
  const over = (west: number, east: number, south: number, north: number, each: (x: number, y: number) => void) => {
    const y1 = Math.min(rows, Math.ceil((1 - (south - area.south) / area.size) * rows))
    const x1 = Math.min(px, Math.ceil(((east - area.west) / area.size) * px))
    for (let y = Math.max(0, Math.floor((1 - (north - area.south) / area.size) * rows)); y < y1; y++)
      for (let x = Math.max(0, Math.floor(((west - area.west) / area.size) * px)); x < x1; x++) each(x, y)
  }
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < px; x++) {
      const up = groundAt(northOf(y))
      const slope = up > 0.2 && up < 5.9 ? (northOf(y) < 168 ? 1.06 : 0.82) : 1
      put(x, y, groundColour(eastOf(x), northOf(y)), (0.93 + next() * 0.1) * slope)
    }
  // The sun stands in the south-west: what is high shades the ground north-east of it.
  for (const { east, north, length, depth, eaves } of slabs)
    over(east - length / 2 + eaves * 0.3, east + length / 2 + eaves * 0.3, north, north + depth / 2 + eaves * 0.55, (x, y) =>
      shade(x, y, 0.62),
    )
  for (const { east, north, radius, height } of trees) {
    const [e, n] = [east + height * 0.25, north + height * 0.4]
    over(e - radius, e + radius, n - radius, n + radius, (x, y) => {
      if (Math.hypot(eastOf(x) - e, northOf(y) - n) < radius) shade(x, y, 0.7)
    })
  }
  for (const { east, north, length, depth, roof } of slabs)
    over(east - length / 2 - 0.7, east + length / 2 + 0.7, north - depth / 2 - 0.7, north + depth / 2 + 0.7, (x, y) => {
      const across = northOf(y) - north
      const tiles = Math.floor(across * 2.5) % 2 === 0 ? 1 : 0.94
      put(x, y, roof, (across < 0 ? 1.08 : 0.8) * (Math.abs(across) < 0.4 ? 0.85 : 1) * tiles * (0.95 + next() * 0.1))
    })
  paintFacades(px, rows, put, next)
  return pixels
}

const WALLS: readonly Rgb[] = [
  [214, 202, 180],
  [196, 178, 158],
  [208, 208, 204],
  [186, 150, 128],
]

function paintFacades(px: number, from: number, put: (x: number, y: number, colour: Rgb, light: number) => void, next: () => number): void {
  const until = Math.floor(px * 0.955)
  for (let y = from; y < px; y++)
    for (let x = 0; x < px; x++) {
      if (y >= until) {
        put(x, y, [74, 98, 52], 0.75 + next() * 0.5)
        continue
      }
      const facade = Math.min(3, Math.floor((x / px) * 4))
      const along = ((x / px) * 4 - facade) * 16
      const up = (1 - (y - from) / (px * 0.2)) * 5
      const window = along % 1 > 0.25 && along % 1 < 0.75 && up % 1 > 0.3 && up % 1 < 0.78
      const balcony = Math.floor(along) % 4 === 1 && up % 1 < 0.3
      const dirt = 0.9 + next() * 0.08 - (up < 0.4 ? 0.12 : 0)
      put(x, y, window ? [72, 86, 98] : balcony ? [226, 224, 218] : WALLS[facade]!, dirt)
    }
}
