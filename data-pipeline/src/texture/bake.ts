// Pipeline: simplify -> **texture** (of a parent): charts -> layout -> bake -> encode. The children's surfaces drawn onto the parent's.
//
// Each chart is looked at along its normal: first the parent's own depth per pixel, then every child triangle that faces the same way,
// each pixel keeping the child nearest to the parent's depth. What no child covers is filled from ever larger blocks around it: blocks of 4 × 4
// hold one chart only, so gutters take their chart's own colours and mip levels take in nothing foreign.
import type { Picture } from '../mesh/tile-mesh.ts'
import { COVERED, fillGaps } from './fill.ts'
import { cornersOf, GUTTER, type Layout } from './layout.ts'
import { type Sampled, shrunk } from './sample.ts'
import { TriangleGrid } from './triangle-grid.ts'
import type { Charts, Surface3 } from './unwrap.ts'

/** What is baked from: the children's triangles in metres, with their pictures. */
export interface Detail extends Surface3 {
  readonly cornerPixels: Float32Array
  readonly trianglePictures: Uint8Array
  readonly pictures: readonly Picture[]
  /** Of the children's pictures, metres. */
  readonly texelMeters: number
}

export interface Baked {
  readonly picture: Picture
  /** x, y in pixels per corner of the parent. */
  readonly cornerPixels: Float32Array
}

/** Pixels beyond a triangle's edge that still have a depth: the child's surface goes on there, which is the best gutter. */
const BEYOND = 1.5
/** A child's triangle takes in pixels this little outside of it, so that two that share an edge leave none between them. */
const EDGE = -1e-5
/** A tap stays this far inside of a child's picture: more than `EDGE` of a triangle over a whole picture, less than what one sees. */
const INSIDE = 0.05
/** No depth: outside of every triangle. */
const NONE = Math.fround(1e30)
/** A child's triangle more nearly on edge than this (78°), or turned away, gives no colour: at 0.02 a ninth more was drawn for 0.03 dB. */
const FACING_COSINE = 0.2

/** @param toleranceMeters a child further than this from the parent's surface is another thing */
export function bake(
  surface: Surface3,
  charts: Charts,
  layout: Layout,
  { detail, toleranceMeters }: { detail: Detail; toleranceMeters: number },
): Baked {
  const { width, height } = layout
  const cornerPixels = cornersOf(surface, charts, layout)
  const depth = depthOf(surface, charts, { corners: cornerPixels, toleranceMeters, width, height })
  const target: Target = { width, data: new Uint8Array(3 * width * height), depth }
  const grid = new TriangleGrid(detail)
  const pictures = detail.pictures.map((picture) => shrunk(picture, layout.texelMeters / detail.texelMeters))
  const boxes = boxesOf(surface, charts, { along: toleranceMeters, around: 2 * layout.texelMeters })
  const found = new Uint32Array(detail.triangles.length / 3)
  const pen = new Pen(target, { detail, grid, pictures, toleranceMeters })
  const { normals } = grid
  for (let c = 0; c < charts.count; c++) {
    pen.look(layout, charts.normals, c)
    const nx = charts.normals[3 * c]!
    const ny = charts.normals[3 * c + 1]!
    const nz = charts.normals[3 * c + 2]!
    const count = grid.find(boxes, 6 * c, found)
    for (let n = 0; n < count; n++) {
      const i = found[n]!
      if (normals[3 * i]! * nx + normals[3 * i + 1]! * ny + normals[3 * i + 2]! * nz > FACING_COSINE) pen.draw(i)
    }
  }
  const untouched = Math.fround(toleranceMeters)
  const covered = new Uint8Array(width * height)
  for (let at = 0; at < covered.length; at++) if (depth[2 * at + 1]! < untouched) covered[at] = COVERED
  fillGaps({ width, data: target.data, covered }, height)
  return { picture: { width, height, data: target.data }, cornerPixels }
}

interface Target {
  readonly width: number
  readonly data: Uint8Array
  /** Depth and nearest distance per pixel, metres. */
  readonly depth: Float32Array
}

let spare = new Float32Array(0)

/** Numbers of one bake, kept for the next one: a new array for each, up to 33 MB, kept the collector busy. Holds what it held. */
function scratch(length: number): Float32Array {
  if (spare.length < length) spare = new Float32Array(length)
  return spare.subarray(0, length)
}

/**
 * Two numbers per pixel of the picture: the parent's depth along its chart's normal, and how near the child that it shows must be beaten.
 * Side by side, for they are always asked together.
 */
function depthOf(
  surface: Surface3,
  charts: Charts,
  { corners, toleranceMeters, ...size }: { corners: Float32Array; toleranceMeters: number; width: number; height: number },
): Float32Array {
  const { positions: p, triangles } = surface
  const { normals, ofTriangle } = charts
  const depth = scratch(2 * size.width * size.height)
  depth[0] = NONE
  depth[1] = toleranceMeters
  // Both numbers at once, as one of eight bytes: a fill instead of a loop.
  const pairs = new Float64Array(depth.buffer)
  pairs.fill(pairs[0]!)
  for (let t = 0; t < ofTriangle.length; t++) {
    const c = 3 * ofTriangle[t]!
    const nx = normals[c]!
    const ny = normals[c + 1]!
    const nz = normals[c + 2]!
    const i = 3 * triangles[3 * t]!
    const j = 3 * triangles[3 * t + 1]!
    const k = 3 * triangles[3 * t + 2]!
    const za = nx * p[i]! + ny * p[i + 1]! + nz * p[i + 2]!
    const zb = nx * p[j]! + ny * p[j + 1]! + nz * p[j + 2]!
    const zc = nx * p[k]! + ny * p[k + 1]! + nz * p[k + 2]!
    fillDepth(depth, { q: corners, corner: 6 * t, za, zb, zc, ...size })
  }
  return depth
}

interface DepthTriangle {
  /** x, y of its corners in pixels, from place `corner`. */
  readonly q: Float32Array
  readonly corner: number
  readonly za: number
  readonly zb: number
  readonly zc: number
  readonly width: number
  readonly height: number
}

/** What lies inside of a triangle is its own; what lies just beyond its edges only where nothing else is. */
function fillDepth(depth: Float32Array, { q, corner, za, zb, zc, width, height }: DepthTriangle): void {
  const ax = q[corner]!
  const ay = q[corner + 1]!
  const ux = q[corner + 2]! - ax
  const uy = q[corner + 3]! - ay
  const wx = q[corner + 4]! - ax
  const wy = q[corner + 5]! - ay
  const det = ux * wy - uy * wx
  if (Math.abs(det) < 1e-9) return
  const x0 = Math.max(0, Math.ceil(ax + Math.min(0, ux, wx) - BEYOND - 0.5))
  const x1 = Math.min(width - 1, Math.floor(ax + Math.max(0, ux, wx) + BEYOND - 0.5))
  const y0 = Math.max(0, Math.ceil(ay + Math.min(0, uy, wy) - BEYOND - 0.5))
  const y1 = Math.min(height - 1, Math.floor(ay + Math.max(0, uy, wy) + BEYOND - 0.5))
  // A weight falls by its edge's length / |det| per pixel beyond the edge.
  const per = -BEYOND / Math.abs(det)
  const la = per * Math.sqrt((wx - ux) * (wx - ux) + (wy - uy) * (wy - uy))
  const lb = per * Math.sqrt(wx * wx + wy * wy)
  const lc = per * Math.sqrt(ux * ux + uy * uy)
  const low = Math.min(za, zb, zc)
  const high = Math.max(za, zb, zc)
  const bStep = wy / det
  const cStep = -uy / det
  const aStep = -bStep - cStep
  const bDown = -wx / det
  const cDown = ux / det
  const bPer = 1 / bStep
  const cPer = 1 / cStep
  const aPer = 1 / aStep
  let b0 = (x0 + 0.5 - ax) * bStep + (y0 + 0.5 - ay) * bDown
  let c0 = (x0 + 0.5 - ax) * cStep + (y0 + 0.5 - ay) * cDown
  for (let y = y0; y <= y1; y++, b0 += bDown, c0 += cDown) {
    const a0 = 1 - b0 - c0
    // The run of pixels in which no weight falls below its limit.
    let from = 0
    let to = x1 - x0
    if (bStep > 0) from = Math.max(from, (lb - b0) * bPer)
    else if (bStep < 0) to = Math.min(to, (lb - b0) * bPer)
    else if (b0 < lb) continue
    if (cStep > 0) from = Math.max(from, (lc - c0) * cPer)
    else if (cStep < 0) to = Math.min(to, (lc - c0) * cPer)
    else if (c0 < lc) continue
    if (aStep > 0) from = Math.max(from, (la - a0) * aPer)
    else if (aStep < 0) to = Math.min(to, (la - a0) * aPer)
    else if (a0 < la) continue
    const first = Math.ceil(from)
    let b = b0 + first * bStep
    let c = c0 + first * cStep
    for (let at = 2 * (y * width + x0 + first), end = 2 * (y * width + x0 + Math.floor(to)); at <= end; at += 2, b += bStep, c += cStep) {
      if ((b < 0 || c < 0 || b + c > 1) && depth[at] !== NONE) continue
      const z = za + b * (zb - za) + c * (zc - za)
      depth[at] = Math.max(low, Math.min(high, z))
    }
  }
}

/**
 * Each chart's box, larger by `along` metres in the direction of its normal, where the children's surface may lie, and by `around` on all
 * sides, for what is drawn beyond its edges. (Larger by `along` on all sides, it meets three times the triangles.)
 */
function boxesOf(
  { positions, triangles }: Surface3,
  { ofTriangle, normals, count }: Charts,
  { along, around }: { along: number; around: number },
): Float32Array {
  const boxes = new Float32Array(count * 6)
  for (let c = 0; c < count; c++) boxes.set([Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity], 6 * c)
  for (let corner = 0; corner < triangles.length; corner++) {
    const b = 6 * ofTriangle[(corner / 3) | 0]!
    const p = 3 * triangles[corner]!
    for (let k = 0; k < 3; k++) {
      boxes[b + k] = Math.min(boxes[b + k]!, positions[p + k]!)
      boxes[b + 3 + k] = Math.max(boxes[b + 3 + k]!, positions[p + k]!)
    }
  }
  for (let i = 0; i < count * 6; i++) {
    const by = around + along * Math.abs(normals[3 * Math.floor(i / 6) + (i % 3)]!)
    boxes[i]! += i % 6 < 3 ? -by : by
  }
  return boxes
}

interface Drawn {
  readonly detail: Detail
  readonly grid: TriangleGrid
  readonly pictures: readonly Sampled[]
  readonly toleranceMeters: number
}

/** Draws child triangles into the rectangle of one chart. */
class Pen {
  readonly #target: Target
  readonly #detail: Detail
  readonly #grid: TriangleGrid
  readonly #tolerance: number
  readonly #pictures: readonly Sampled[]
  // right, down, normal of the chart, each divided so that it gives pixels, pixels and metres.
  readonly #axes = new Float64Array(9)
  #offsetX = 0
  #offsetY = 0
  #x0 = 0
  #y0 = 0
  #x1 = 0
  #y1 = 0

  constructor(target: Target, { detail, grid, pictures, toleranceMeters }: Drawn) {
    this.#target = target
    this.#detail = detail
    this.#grid = grid
    this.#tolerance = toleranceMeters
    this.#pictures = pictures
  }

  /** Takes the view along chart `c`'s normal. */
  look(layout: Layout, normals: Float32Array, c: number): void {
    const per = 1 / layout.texelMeters
    for (let k = 0; k < 3; k++) {
      this.#axes[k] = layout.right[3 * c + k]! * per
      this.#axes[3 + k] = layout.down[3 * c + k]! * per
      this.#axes[6 + k] = normals[3 * c + k]!
    }
    this.#offsetX = layout.x[c]! + GUTTER - layout.minRight[c]! * per
    this.#offsetY = layout.y[c]! + GUTTER - layout.minDown[c]! * per
    this.#x0 = layout.x[c]!
    this.#y0 = layout.y[c]!
    this.#x1 = layout.x[c]! + layout.widths[c]! - 1
    this.#y1 = layout.y[c]! + layout.heights[c]! - 1
  }

  /** @param i a triangle's place in the grid's order */
  draw(i: number): void {
    const p = this.#grid.corners
    const axes = this.#axes
    const a = 9 * i
    const b = a + 3
    const c = a + 6
    const rx = axes[0]!
    const ry = axes[1]!
    const rz = axes[2]!
    const ax = rx * p[a]! + ry * p[a + 1]! + rz * p[a + 2]! + this.#offsetX
    const bx = rx * p[b]! + ry * p[b + 1]! + rz * p[b + 2]! + this.#offsetX
    const cx = rx * p[c]! + ry * p[c + 1]! + rz * p[c + 2]! + this.#offsetX
    const x0 = Math.max(this.#x0, Math.ceil(Math.min(ax, bx, cx) - 0.5))
    const x1 = Math.min(this.#x1, Math.floor(Math.max(ax, bx, cx) - 0.5))
    if (x0 > x1) return
    const dx = axes[3]!
    const dy = axes[4]!
    const dz = axes[5]!
    const ay = dx * p[a]! + dy * p[a + 1]! + dz * p[a + 2]! + this.#offsetY
    const by = dx * p[b]! + dy * p[b + 1]! + dz * p[b + 2]! + this.#offsetY
    const cy = dx * p[c]! + dy * p[c + 1]! + dz * p[c + 2]! + this.#offsetY
    const y0 = Math.max(this.#y0, Math.ceil(Math.min(ay, by, cy) - 0.5))
    const y1 = Math.min(this.#y1, Math.floor(Math.max(ay, by, cy) - 0.5))
    if (y0 > y1) return
    // All is linear over the triangle: weights, depth, place in the child's picture.
    const za = axes[6]! * p[a]! + axes[7]! * p[a + 1]! + axes[8]! * p[a + 2]!
    const zb = axes[6]! * p[b]! + axes[7]! * p[b + 1]! + axes[8]! * p[b + 2]! - za
    const zc = axes[6]! * p[c]! + axes[7]! * p[c + 1]! + axes[8]! * p[c + 2]! - za
    const { width, data, depth } = this.#target
    // Most of what is met lies behind or before the surface, or beside the chart in its rectangle: a look at its few pixels tells it.
    if (x1 - x0 < 3 && y1 - y0 < 3) {
      const low = za + Math.min(0, zb, zc) - this.#tolerance
      const high = za + Math.max(0, zb, zc) + this.#tolerance
      let near = false
      for (let y = y0; y <= y1 && !near; y++)
        for (let at = 2 * (y * width + x0), end = 2 * (y * width + x1); at <= end; at += 2)
          if (depth[at]! > low && depth[at]! < high) {
            near = true
            break
          }
      if (!near) return
    }
    const det = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if (Math.abs(det) < 1e-9) return
    const t = this.#grid.order[i]!
    const { cornerPixels: q, trianglePictures } = this.#detail
    const { picture, scale } = this.#pictures[trianglePictures[t]!]!
    const from = picture.data
    const row = 3 * picture.width
    // The last pixel to the right, and below, of which a tap may ask; 0 in a picture of one pixel.
    const right = picture.width > 1 ? 3 : 0
    const below = picture.height > 1 ? row : 0
    // Corners are held inside, so what lies between them is.
    const maxU = Math.max(INSIDE, picture.width - 1 - INSIDE)
    const maxV = Math.max(INSIDE, picture.height - 1 - INSIDE)
    const o = 6 * t
    const ua = Math.min(maxU, Math.max(INSIDE, q[o]! * scale - 0.5))
    const va = Math.min(maxV, Math.max(INSIDE, q[o + 1]! * scale - 0.5))
    const ub = Math.min(maxU, Math.max(INSIDE, q[o + 2]! * scale - 0.5)) - ua
    const vb = Math.min(maxV, Math.max(INSIDE, q[o + 3]! * scale - 0.5)) - va
    const uc = Math.min(maxU, Math.max(INSIDE, q[o + 4]! * scale - 0.5)) - ua
    const vc = Math.min(maxV, Math.max(INSIDE, q[o + 5]! * scale - 0.5)) - va
    const per = 1 / det
    const bStepX = (cy - ay) * per
    const cStepX = (ay - by) * per
    const aStepX = -bStepX - cStepX
    const bStepY = (ax - cx) * per
    const cStepY = (bx - ax) * per
    const bPer = 1 / bStepX
    const cPer = 1 / cStepX
    const aPer = 1 / aStepX
    let b0 = (x0 + 0.5 - ax) * bStepX + (y0 + 0.5 - ay) * bStepY
    let c0 = (x0 + 0.5 - ax) * cStepX + (y0 + 0.5 - ay) * cStepY
    for (let y = y0; y <= y1; y++, b0 += bStepY, c0 += cStepY) {
      const a0 = 1 - b0 - c0
      let first = 0
      let last = x1 - x0
      if (bStepX > 0) first = Math.max(first, (EDGE - b0) * bPer)
      else if (bStepX < 0) last = Math.min(last, (EDGE - b0) * bPer)
      else if (b0 < EDGE) continue
      if (cStepX > 0) first = Math.max(first, (EDGE - c0) * cPer)
      else if (cStepX < 0) last = Math.min(last, (EDGE - c0) * cPer)
      else if (c0 < EDGE) continue
      if (aStepX > 0) first = Math.max(first, (EDGE - a0) * aPer)
      else if (aStepX < 0) last = Math.min(last, (EDGE - a0) * aPer)
      else if (a0 < EDGE) continue
      const skip = Math.ceil(first)
      const begin = y * width + x0
      let wb = b0 + skip * bStepX
      let wc = c0 + skip * cStepX
      for (let at = begin + skip, end = begin + Math.floor(last); at <= end; at++, wb += bStepX, wc += cStepX) {
        const off = Math.abs(za + wb * zb + wc * zc - depth[2 * at]!)
        if (off >= depth[2 * at + 1]!) continue
        depth[2 * at + 1] = off
        // Bilinear, here and not in a function: as one it boxed its numbers, 0.8 GB of them in the demo.
        const u = ua + wb * ub + wc * uc
        const v = va + wb * vb + wc * vc
        const iu = u | 0
        const iv = v | 0
        const fu = u - iu
        const fv = v - iv
        const w11 = fu * fv
        const w10 = fu - w11
        const w01 = fv - w11
        const w00 = 1 - fu - w01
        const g = iv * row + 3 * iu
        const h = g + right
        const k = g + below
        const l = k + right
        const to = 3 * at
        data[to] = from[g]! * w00 + from[h]! * w10 + from[k]! * w01 + from[l]! * w11 + 0.5
        data[to + 1] = from[g + 1]! * w00 + from[h + 1]! * w10 + from[k + 1]! * w01 + from[l + 1]! * w11 + 0.5
        data[to + 2] = from[g + 2]! * w00 + from[h + 2]! * w10 + from[k + 2]! * w01 + from[l + 2]! * w11 + 0.5
      }
    }
  }
}
