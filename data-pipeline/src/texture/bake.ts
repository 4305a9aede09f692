// Pipeline: simplify -> **texture** (of a parent): charts -> layout -> bake -> encode. The children's surfaces drawn onto the parent's.
//
// Each chart is looked at along its normal: first the parent's own depth per pixel, then every child triangle that faces the same way,
// each pixel keeping the child nearest to the parent's depth. What no child covers is filled from ever larger blocks around it: blocks of 4 × 4
// hold one chart only, so gutters take their chart's own colours and mip levels take in nothing foreign.
import type { Picture } from '../mesh/tile-mesh.ts'
import { fillGaps } from './fill.ts'
import { cornersOf, GUTTER, type Layout } from './layout.ts'
import { type Sampled, shrunk } from './sample.ts'
import { TriangleGrid } from './triangle-grid.ts'
import { type Charts, facesOf, type Surface3 } from './unwrap.ts'

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
/** No depth: outside of every triangle. */
const NONE = Math.fround(1e30)
/** A child's triangle this nearly on edge, or turned away, gives no colour. */
const FACING_COSINE = 0.02

/** @param toleranceMeters a child further than this from the parent's surface is another thing */
export function bake(
  surface: Surface3,
  charts: Charts,
  layout: Layout,
  { detail, toleranceMeters }: { detail: Detail; toleranceMeters: number },
): Baked {
  const { width, height } = layout
  const cornerPixels = cornersOf(surface, charts, layout)
  const depth = depthOf(surface, charts, cornerPixels, { width, height })
  const target: Target = {
    width,
    data: new Uint8Array(3 * width * height),
    covered: new Uint8Array(width * height),
    depth,
    nearest: new Float32Array(width * height).fill(toleranceMeters),
  }
  const faces = facesOf(detail)
  const grid = new TriangleGrid(detail)
  const pictures = detail.pictures.map((picture) => shrunk(picture, layout.texelMeters / detail.texelMeters))
  const boxes = boxesOf(surface, charts, { along: toleranceMeters, around: 2 * layout.texelMeters })
  const found = new Uint32Array(detail.triangles.length / 3)
  const pen = new Pen(target, detail, pictures)
  for (let c = 0; c < charts.count; c++) {
    pen.look(layout, charts.normals, c)
    const [nx, ny, nz] = [charts.normals[3 * c]!, charts.normals[3 * c + 1]!, charts.normals[3 * c + 2]!]
    const count = grid.find(boxes.subarray(6 * c, 6 * c + 6), found)
    for (let i = 0; i < count; i++) {
      const t = found[i]!
      const facing = faces.normals[3 * t]! * nx + faces.normals[3 * t + 1]! * ny + faces.normals[3 * t + 2]! * nz
      if (facing > FACING_COSINE) pen.draw(t)
    }
  }
  fillGaps(target, height)
  return { picture: { width, height, data: target.data }, cornerPixels }
}

interface Target {
  readonly width: number
  readonly data: Uint8Array
  /** 0: no colour yet. */
  readonly covered: Uint8Array
  readonly depth: Float32Array
  /** Distance of the colour's surface to the parent's, metres. */
  readonly nearest: Float32Array
}

/** The parent's depth along each chart's normal, per pixel of the picture. */
function depthOf(surface: Surface3, charts: Charts, corners: Float32Array, size: { width: number; height: number }): Float32Array {
  const { positions: p, triangles } = surface
  const { normals, ofTriangle } = charts
  const depth = new Float32Array(size.width * size.height).fill(NONE)
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
    fillDepth(depth, { q: corners, from: 6 * t, za, zb, zc, ...size })
  }
  return depth
}

interface DepthTriangle {
  /** x, y of its corners in pixels, from `from`. */
  readonly q: Float32Array
  readonly from: number
  readonly za: number
  readonly zb: number
  readonly zc: number
  readonly width: number
  readonly height: number
}

/** What lies inside of a triangle is its own; what lies just beyond its edges only where nothing else is. */
function fillDepth(depth: Float32Array, { q, from, za, zb, zc, width, height }: DepthTriangle): void {
  const ax = q[from]!
  const ay = q[from + 1]!
  const ux = q[from + 2]! - ax
  const uy = q[from + 3]! - ay
  const wx = q[from + 4]! - ax
  const wy = q[from + 5]! - ay
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
  for (let y = y0; y <= y1; y++) {
    const px = x0 + 0.5 - ax
    const py = y + 0.5 - ay
    let b = (px * wy - py * wx) / det
    let c = (ux * py - uy * px) / det
    for (let at = y * width + x0, end = y * width + x1; at <= end; at++, b += bStep, c += cStep) {
      const a = 1 - b - c
      if (b < lb || c < lc || a < la) continue
      if ((a < 0 || b < 0 || c < 0) && depth[at] !== NONE) continue
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

/** Draws child triangles into the rectangle of one chart. */
class Pen {
  readonly #target: Target
  readonly #detail: Detail
  readonly #pictures: readonly Sampled[]
  // right, down, normal of the chart, each divided so that it gives pixels, pixels and metres.
  readonly #axes = new Float64Array(9)
  #offsetX = 0
  #offsetY = 0
  #x0 = 0
  #y0 = 0
  #x1 = 0
  #y1 = 0

  constructor(target: Target, detail: Detail, pictures: readonly Sampled[]) {
    this.#target = target
    this.#detail = detail
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

  draw(t: number): void {
    const { positions: p, triangles, cornerPixels: q, trianglePictures } = this.#detail
    const axes = this.#axes
    const a = 3 * triangles[3 * t]!
    const b = 3 * triangles[3 * t + 1]!
    const c = 3 * triangles[3 * t + 2]!
    const ax = axes[0]! * p[a]! + axes[1]! * p[a + 1]! + axes[2]! * p[a + 2]! + this.#offsetX
    const bx = axes[0]! * p[b]! + axes[1]! * p[b + 1]! + axes[2]! * p[b + 2]! + this.#offsetX
    const cx = axes[0]! * p[c]! + axes[1]! * p[c + 1]! + axes[2]! * p[c + 2]! + this.#offsetX
    const x0 = Math.max(this.#x0, Math.ceil(Math.min(ax, bx, cx) - 0.5))
    const x1 = Math.min(this.#x1, Math.floor(Math.max(ax, bx, cx) - 0.5))
    if (x0 > x1) return
    const ay = axes[3]! * p[a]! + axes[4]! * p[a + 1]! + axes[5]! * p[a + 2]! + this.#offsetY
    const by = axes[3]! * p[b]! + axes[4]! * p[b + 1]! + axes[5]! * p[b + 2]! + this.#offsetY
    const cy = axes[3]! * p[c]! + axes[4]! * p[c + 1]! + axes[5]! * p[c + 2]! + this.#offsetY
    const y0 = Math.max(this.#y0, Math.ceil(Math.min(ay, by, cy) - 0.5))
    const y1 = Math.min(this.#y1, Math.floor(Math.max(ay, by, cy) - 0.5))
    if (y0 > y1) return
    const det = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if (Math.abs(det) < 1e-9) return
    // All is linear over the triangle: weights, depth, place in the child's picture.
    const za = axes[6]! * p[a]! + axes[7]! * p[a + 1]! + axes[8]! * p[a + 2]!
    const zb = axes[6]! * p[b]! + axes[7]! * p[b + 1]! + axes[8]! * p[b + 2]! - za
    const zc = axes[6]! * p[c]! + axes[7]! * p[c + 1]! + axes[8]! * p[c + 2]! - za
    const { picture, scale } = this.#pictures[trianglePictures[t]!]!
    const o = 6 * t
    const ua = q[o]! * scale - 0.5
    const va = q[o + 1]! * scale - 0.5
    const ub = q[o + 2]! * scale - 0.5 - ua
    const vb = q[o + 3]! * scale - 0.5 - va
    const uc = q[o + 4]! * scale - 0.5 - ua
    const vc = q[o + 5]! * scale - 0.5 - va
    const bStepX = (cy - ay) / det
    const cStepX = -(by - ay) / det
    const { width, data, covered, depth, nearest } = this.#target
    const from = picture.data
    const row = 3 * picture.width
    // The last pixel to the right, and below, of which a tap may ask; 0 in a picture of one pixel.
    const right = picture.width > 1 ? 3 : 0
    const below = picture.height > 1 ? row : 0
    const maxU = Math.max(0, picture.width - 1.001)
    const maxV = Math.max(0, picture.height - 1.001)
    const edge = -1e-5
    for (let y = y0; y <= y1; y++) {
      const py = y + 0.5 - ay
      const px = x0 + 0.5 - ax
      let wb = (px * (cy - ay) - py * (cx - ax)) / det
      let wc = ((bx - ax) * py - (by - ay) * px) / det
      let at = y * width + x0
      for (let x = x0; x <= x1; x++, at++, wb += bStepX, wc += cStepX) {
        if (wb < edge || wc < edge || wb + wc > 1 - edge) continue
        const off = Math.abs(za + wb * zb + wc * zc - depth[at]!)
        if (off >= nearest[at]!) continue
        nearest[at] = off
        covered[at] = 1
        // Bilinear, here and not in a function: as one it boxed its numbers, 0.8 GB of them in the demo.
        const u = Math.min(maxU, Math.max(0, ua + wb * ub + wc * uc))
        const v = Math.min(maxV, Math.max(0, va + wb * vb + wc * vc))
        const iu = u | 0
        const iv = v | 0
        const fu = u - iu
        const fv = v - iv
        const w11 = fu * fv
        const w10 = fu - w11
        const w01 = fv - w11
        const w00 = 1 - fu - w01
        const i = iv * row + 3 * iu
        const j = i + right
        const k = i + below
        const l = k + right
        const to = 3 * at
        data[to] = from[i]! * w00 + from[j]! * w10 + from[k]! * w01 + from[l]! * w11 + 0.5
        data[to + 1] = from[i + 1]! * w00 + from[j + 1]! * w10 + from[k + 1]! * w01 + from[l + 1]! * w11 + 0.5
        data[to + 2] = from[i + 2]! * w00 + from[j + 2]! * w10 + from[k + 2]! * w01 + from[l + 2]! * w11 + 0.5
      }
    }
  }
}
