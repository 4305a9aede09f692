// Texture (of a parent): charts -> **layout** -> bake. Each chart laid on its plane, turned to its smallest rectangle, and packed.
import { pack } from './pack.ts'
import type { Charts, Surface3 } from './unwrap.ts'

/**
 * Pixels around a chart. Its rectangle then grows to whole blocks of 4 × 4: the first two mip levels never mix two charts, and neither do
 * JPEG's halved chroma and the blocks of GPU compression.
 */
export const GUTTER = 1
const BLOCK = 4
/** Angles that are tried within a quarter turn. */
const TURNS = 4

/** A plane per chart: pixel (x, y) of the picture is `x · texel` along `right`, `y · texel` along `down` from `origin`. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly texelMeters: number
  /** Of each chart's rectangle, gutter included. */
  readonly x: Int32Array
  readonly y: Int32Array
  readonly widths: Int32Array
  readonly heights: Int32Array
  /** Unit vectors, three per chart; `right` × `down` points against the normal, as x right, y down does. */
  readonly right: Float32Array
  readonly down: Float32Array
  /** Along `right` and `down`, metres: what the rectangle's corner (without gutter) lies at. */
  readonly minRight: Float32Array
  readonly minDown: Float32Array
}

/**
 * @param texelMeters wanted; made coarser until all fits `maxSide`
 * @param maxTexels that the picture may have in all
 */
export function layOut(
  surface: Surface3,
  charts: Charts,
  { texelMeters, maxSide, maxTexels }: { texelMeters: number; maxSide: number; maxTexels: number },
): Layout {
  const { count } = charts
  const right = new Float32Array(count * 3)
  const down = new Float32Array(count * 3)
  const extents = turned(surface, charts, right, down)
  const widths = new Int32Array(count)
  const heights = new Int32Array(count)
  for (let texel = texelMeters; ; texel *= 1.08) {
    let texels = 0
    for (let c = 0; c < count; c++) {
      widths[c] = blocks(extents.spanRight[c]! / texel)
      heights[c] = blocks(extents.spanDown[c]! / texel)
      texels += widths[c]! * heights[c]!
    }
    const packing = texels <= maxTexels ? pack(widths, heights, maxSide) : undefined
    if (packing !== undefined)
      return { ...packing, texelMeters: texel, widths, heights, right, down, minRight: extents.minRight, minDown: extents.minDown }
  }
}

/** Pixels of a side, with gutters, in whole blocks. */
const blocks = (pixels: number): number => Math.ceil((Math.ceil(pixels) + 2 * GUTTER) / BLOCK) * BLOCK

interface Extents {
  readonly minRight: Float32Array
  readonly minDown: Float32Array
  readonly spanRight: Float32Array
  readonly spanDown: Float32Array
}

/** Tries a few turns of each chart about its normal and keeps the one of the smallest rectangle. */
function turned(
  { positions, triangles }: Surface3,
  { ofTriangle, normals, count }: Charts,
  right: Float32Array,
  down: Float32Array,
): Extents {
  const bounds = new Float32Array(count * TURNS * 4)
  for (let i = 0; i < bounds.length; i += 4) bounds.set([Infinity, Infinity, -Infinity, -Infinity], i)
  const axes = new Float32Array(count * TURNS * 6)
  for (let c = 0; c < count; c++) axesOf(normals.subarray(3 * c, 3 * c + 3), axes.subarray(c * TURNS * 6, (c + 1) * TURNS * 6))
  for (let corner = 0; corner < triangles.length; corner++) {
    const p = 3 * triangles[corner]!
    const first = ofTriangle[(corner / 3) | 0]! * TURNS
    const x = positions[p]!
    const y = positions[p + 1]!
    const z = positions[p + 2]!
    for (let k = first; k < first + TURNS; k++) {
      const a = 6 * k
      const u = axes[a]! * x + axes[a + 1]! * y + axes[a + 2]! * z
      const v = axes[a + 3]! * x + axes[a + 4]! * y + axes[a + 5]! * z
      const b = 4 * k
      if (u < bounds[b]!) bounds[b] = u
      if (v < bounds[b + 1]!) bounds[b + 1] = v
      if (u > bounds[b + 2]!) bounds[b + 2] = u
      if (v > bounds[b + 3]!) bounds[b + 3] = v
    }
  }
  const extents: Extents = {
    minRight: new Float32Array(count),
    minDown: new Float32Array(count),
    spanRight: new Float32Array(count),
    spanDown: new Float32Array(count),
  }
  for (let c = 0; c < count; c++) {
    let best = c * TURNS
    const size = (k: number) => (bounds[4 * k + 2]! - bounds[4 * k]!) * (bounds[4 * k + 3]! - bounds[4 * k + 1]!)
    for (let k = best + 1; k < (c + 1) * TURNS; k++) if (size(k) < size(best) * 0.99) best = k
    right.set(axes.subarray(6 * best, 6 * best + 3), 3 * c)
    down.set(axes.subarray(6 * best + 3, 6 * best + 6), 3 * c)
    extents.minRight[c] = bounds[4 * best]!
    extents.minDown[c] = bounds[4 * best + 1]!
    extents.spanRight[c] = bounds[4 * best + 2]! - bounds[4 * best]!
    extents.spanDown[c] = bounds[4 * best + 3]! - bounds[4 * best + 1]!
  }
  return extents
}

/** Right and down for each turn, square to `normal`. */
function axesOf(normal: Float32Array, out: Float32Array): void {
  const [nx, ny, nz] = [normal[0]!, normal[1]!, normal[2]!]
  // The axis that the normal faces least gives a stable first direction.
  const least =
    Math.abs(nx) <= Math.abs(ny) && Math.abs(nx) <= Math.abs(nz) ? [1, 0, 0] : Math.abs(ny) <= Math.abs(nz) ? [0, 1, 0] : [0, 0, 1]
  let ux = ny * least[2]! - nz * least[1]!
  let uy = nz * least[0]! - nx * least[2]!
  let uz = nx * least[1]! - ny * least[0]!
  const length = Math.hypot(ux, uy, uz)
  ux /= length
  uy /= length
  uz /= length
  // down = right × normal: seen from outside, x to the right and y downward.
  const vx = uy * nz - uz * ny
  const vy = uz * nx - ux * nz
  const vz = ux * ny - uy * nx
  for (let k = 0; k < TURNS; k++) {
    const angle = (k * Math.PI) / 2 / TURNS
    const cos = Math.cos(angle)
    const sin = Math.sin(angle)
    out.set(
      [cos * ux + sin * vx, cos * uy + sin * vy, cos * uz + sin * vz, cos * vx - sin * ux, cos * vy - sin * uy, cos * vz - sin * uz],
      6 * k,
    )
  }
}

/** x, y in pixels of the picture for each corner. */
export function cornersOf({ positions, triangles }: Surface3, { ofTriangle }: Charts, layout: Layout): Float32Array {
  const { right, down, minRight, minDown, x, y, texelMeters } = layout
  const pixels = new Float32Array(triangles.length * 2)
  for (let corner = 0; corner < triangles.length; corner++) {
    const c = ofTriangle[(corner / 3) | 0]!
    const p = 3 * triangles[corner]!
    const px = positions[p]!
    const py = positions[p + 1]!
    const pz = positions[p + 2]!
    const a = 3 * c
    pixels[2 * corner] = x[c]! + GUTTER + (right[a]! * px + right[a + 1]! * py + right[a + 2]! * pz - minRight[c]!) / texelMeters
    pixels[2 * corner + 1] = y[c]! + GUTTER + (down[a]! * px + down[a + 1]! * py + down[a + 2]! * pz - minDown[c]!) / texelMeters
  }
  return pixels
}
