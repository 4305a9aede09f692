// Charts: a chart's shape in texels: turned so that its bounding rectangle is smallest, then as one span of texels per row.
import type { Mesh } from '../mesh/surface-nets.ts'
import type { Photo } from '../photos/camera.ts'
import type { Chart } from './grow.ts'

/** Image metres (a, b) to texels of the chart: u = ua·a + ub·b + u0, v = va·a + vb·b + v0. */
export interface ChartShape {
  readonly ua: number
  readonly ub: number
  readonly u0: number
  readonly va: number
  readonly vb: number
  readonly v0: number
  readonly width: number
  readonly height: number
  /** First texel of each row and the one after its last; equal where a row is empty. */
  readonly left: Int16Array
  readonly right: Int16Array
}

/** Texels whose centre is this near are kept for a chart: what bilinear sampling needs, but for the outermost corners. */
const GUTTER_TEXELS = 0.75
const TURNS = 18

export function shapeChart(chart: Chart, { positions, indices }: Mesh, photos: readonly Photo[], texelMeters: number): ChartShape {
  const { right: r, up: u } = photos[chart.camera]!.camera
  const n = chart.faces.length * 3
  const a = new Float64Array(n)
  const b = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const v = indices[chart.faces[(i / 3) | 0]! * 3 + (i % 3)]! * 3
    a[i] = (positions[v]! * r[0] + positions[v + 1]! * r[1] + positions[v + 2]! * r[2]) / texelMeters
    b[i] = (positions[v]! * u[0] + positions[v + 1]! * u[1] + positions[v + 2]! * u[2]) / texelMeters
  }
  const { cos, sin, u0, v0, wide, tall } = smallestRectangle(a, b)
  const margin = GUTTER_TEXELS
  const width = Math.ceil(wide + 2 * margin)
  const height = Math.ceil(tall + 2 * margin)
  const left = new Int16Array(height).fill(width)
  const right = new Int16Array(height)
  for (let i = 0; i < n; i++) {
    const x = a[i]! * cos + b[i]! * sin
    b[i] = b[i]! * cos - a[i]! * sin - v0 + margin
    a[i] = x - u0 + margin
  }
  for (let i = 0; i < n; i += 3) spanTriangle(a[i]!, b[i]!, a[i + 1]!, b[i + 1]!, a[i + 2]!, b[i + 2]!, left, right, width)
  for (let y = 0; y < height; y++) if (left[y]! >= right[y]!) left[y] = right[y] = 0
  const k = 1 / texelMeters
  return { ua: cos * k, ub: sin * k, u0: margin - u0, va: -sin * k, vb: cos * k, v0: margin - v0, width, height, left, right }
}

function smallestRectangle(
  a: Float64Array,
  b: Float64Array,
): { cos: number; sin: number; u0: number; v0: number; wide: number; tall: number } {
  let best = { cos: 1, sin: 0, u0: 0, v0: 0, wide: 0, tall: 0 }
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < TURNS; turn++) {
    const angle = (turn * Math.PI) / 2 / TURNS
    let cos = Math.cos(angle)
    let sin = Math.sin(angle)
    let [x0, x1, y0, y1] = bounds(a, b, cos, sin)
    if (y1 - y0 > x1 - x0) {
      ;[cos, sin] = [-sin, cos] // the long side lies along the row
      ;[x0, x1, y0, y1] = [y0, y1, -x1, -x0]
    }
    const area = (x1 - x0 + 2) * (y1 - y0 + 2)
    if (area < least) {
      least = area
      best = { cos, sin, u0: x0, v0: y0, wide: x1 - x0, tall: y1 - y0 }
    }
  }
  return best
}

function bounds(a: Float64Array, b: Float64Array, cos: number, sin: number): [number, number, number, number] {
  let [x0, x1, y0, y1] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < a.length; i++) {
    const x = a[i]! * cos + b[i]! * sin
    const y = b[i]! * cos - a[i]! * sin
    x0 = Math.min(x0, x)
    x1 = Math.max(x1, x)
    y0 = Math.min(y0, y)
    y1 = Math.max(y1, y)
  }
  return [x0, x1, y0, y1]
}

/** Widens the rows' spans by a triangle with its gutter. */
function spanTriangle(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  left: Int16Array,
  right: Int16Array,
  width: number,
): void {
  const low = Math.max(0, Math.ceil(Math.min(ay, by, cy) - GUTTER_TEXELS - 0.5))
  const high = Math.min(left.length - 1, Math.floor(Math.max(ay, by, cy) + GUTTER_TEXELS - 0.5))
  for (let y = low; y <= high; y++) {
    const from = y + 0.5 - GUTTER_TEXELS
    const to = y + 0.5 + GUTTER_TEXELS
    let x0 = Number.POSITIVE_INFINITY
    let x1 = Number.NEGATIVE_INFINITY
    const edge = (px: number, py: number, qx: number, qy: number): void => {
      if ((py < from && qy < from) || (py > to && qy > to)) return
      const t0 = py === qy ? 0 : Math.max(0, Math.min(1, (from - py) / (qy - py)))
      const t1 = py === qy ? 1 : Math.max(0, Math.min(1, (to - py) / (qy - py)))
      const e0 = px + (qx - px) * t0
      const e1 = px + (qx - px) * t1
      x0 = Math.min(x0, e0, e1)
      x1 = Math.max(x1, e0, e1)
    }
    edge(ax, ay, bx, by)
    edge(bx, by, cx, cy)
    edge(cx, cy, ax, ay)
    if (x0 > x1) continue
    left[y] = Math.min(left[y]!, Math.max(0, Math.ceil(x0 - GUTTER_TEXELS - 0.5)))
    right[y] = Math.max(right[y]!, Math.min(width, Math.floor(x1 + GUTTER_TEXELS + 0.5)))
  }
}
