// Place: how far a mesh reaches. Only what faces use counts, and what lies far off from all the rest does not: one stray triangle of a
// reconstruction, 60 km away, would else set the lattice, the height cells and the middle of a village.
import type { Vec3 } from '@twinmap/core/internal/geo/ellipsoid'
import type { Box } from '../place/placement.ts'

export interface Extent {
  /** Of the triangles that count. */
  readonly box: Box
  /** Per triangle 1 where it lies far off. */
  readonly far: Uint8Array
  /** What lies far off, where anything does. */
  readonly strays: Strays | undefined
  /** Vertices that no face uses. */
  readonly unused: number
}

export interface Strays {
  readonly triangles: number
  /** The middle of the farthest. */
  readonly at: Vec3
  /** From the middle of `box` to there. */
  readonly distance: number
}

/** What is at most this part of all triangles, and apart from the rest by as much as the rest is wide, is no part of the capture. */
const MOST_SHARE = 0.01
const BINS = 1024
const SAMPLE = 100_000
/** A width by a sample is hardly less than this part of the true one. */
const SLACK = 0.9

/** Around all vertices. */
export function boxOfAll(positions: Float64Array): Box {
  const min: [number, number, number] = [Infinity, Infinity, Infinity]
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i += 3)
    for (let k = 0; k < 3; k++) {
      const value = positions[i + k]!
      if (value < min[k]!) min[k] = value
      if (value > max[k]!) max[k] = value
    }
  return { min, max }
}

/**
 * @param positions x, y, z per vertex; those that no triangle uses may be anything
 * @param corners three vertices per triangle; at least one triangle
 */
export function extentOf(positions: Float64Array, corners: Uint32Array): Extent {
  const far = new Uint8Array(corners.length / 3)
  const unused = unusedOf(positions.length / 3, corners)
  const search = new Search(positions, corners, far)
  const whole = unused === 0 ? boxOfAll(positions) : search.box()
  // A stray is as far from the rest as the rest is wide; a sample says how wide that is.
  const stride = Math.ceil(far.length / SAMPLE)
  const width = search.width(stride)
  if (whole.min.every((value, k) => whole.max[k]! - value < 2 * SLACK * width)) return { box: whole, far, strays: undefined, unused }
  // Each cut makes the bins of the next one finer.
  while (search.cut());
  const box = search.box()
  return { box, far, strays: straysOf(positions, corners, far, box), unused }
}

/** How many middles of triangles lie where along an axis; lengths are three times what they are. */
interface Histogram {
  readonly min: number
  /** Of a bin. */
  readonly width: number
  readonly counts: Uint32Array
}

class Search {
  readonly #positions: Float64Array
  readonly #corners: Uint32Array
  readonly #far: Uint8Array

  constructor(positions: Float64Array, corners: Uint32Array, far: Uint8Array) {
    this.#positions = positions
    this.#corners = corners
    this.#far = far
  }

  /** Three times the middle of a triangle. */
  #middle(t: number, axis: number): number {
    const p = this.#positions
    const c = this.#corners
    return p[3 * c[3 * t]! + axis]! + p[3 * c[3 * t + 1]! + axis]! + p[3 * c[3 * t + 2]! + axis]!
  }

  /** Marks what lies beyond a wide gap as far, where it is little. True where it did. */
  cut(): boolean {
    const far = this.#far
    const axes = [0, 1, 2].map((axis) => this.#histogram(axis))
    const width = Math.max(...axes.map(widthOf))
    const count = axes[0]!.counts.reduce((sum, each) => sum + each, 0)
    for (const [axis, histogram] of axes.entries())
      for (const gap of gapsOf(histogram.counts)) {
        const isBelow = gap.before * 2 < count
        const few = isBelow ? gap.before : count - gap.before
        if (histogram.width === 0 || few > MOST_SHARE * count || gap.bins * histogram.width < width) continue
        const at = histogram.min + (gap.from + gap.bins / 2) * histogram.width
        for (let t = 0; t < far.length; t++) if (far[t] === 0 && this.#middle(t, axis) < at === isBelow) far[t] = 1
        return true
      }
    return false
  }

  /** Of all but few, along the longest axis, by every nth triangle. */
  width(stride: number): number {
    return Math.max(...[0, 1, 2].map((axis) => widthOf(this.#histogram(axis, stride)))) / 3
  }

  #histogram(axis: number, stride = 1): Histogram {
    const far = this.#far
    let [min, max] = [Infinity, -Infinity]
    for (let t = 0; t < far.length; t += stride) {
      if (far[t] === 1) continue
      const value = this.#middle(t, axis)
      if (value < min) min = value
      if (value > max) max = value
    }
    const width = (max - min) / BINS
    const counts = new Uint32Array(BINS)
    for (let t = 0; t < far.length; t += stride)
      if (far[t] === 0) counts[width > 0 ? Math.min(BINS - 1, Math.floor((this.#middle(t, axis) - min) / width)) : 0]!++
    return { min, width, counts }
  }

  /** Around the triangles that are not far. */
  box(): Box {
    const min: [number, number, number] = [Infinity, Infinity, Infinity]
    const max: [number, number, number] = [-Infinity, -Infinity, -Infinity]
    const [positions, corners, far] = [this.#positions, this.#corners, this.#far]
    for (let t = 0; t < far.length; t++) {
      if (far[t] === 1) continue
      for (let i = 3 * t; i < 3 * t + 3; i++)
        for (let k = 0; k < 3; k++) {
          const value = positions[3 * corners[i]! + k]!
          if (value < min[k]!) min[k] = value
          if (value > max[k]!) max[k] = value
        }
    }
    return { min, max }
  }
}

/** From where the few at one end stop to where the few at the other begin. */
function widthOf({ counts, width }: Histogram): number {
  const few = MOST_SHARE * counts.reduce((sum, each) => sum + each, 0)
  const passed = (from: number, step: 1 | -1) => {
    let at = from
    for (let sum = counts[at]!; sum <= few; sum += counts[at]!) at += step
    return at
  }
  return (passed(BINS - 1, -1) - passed(0, 1) + 1) * width
}

interface Gap {
  readonly from: number
  readonly bins: number
  /** How many lie before it. */
  readonly before: number
}

/** Empty runs, the widest first: a few suffice. */
function gapsOf(counts: Uint32Array): Gap[] {
  const gaps: Gap[] = []
  let before = 0
  for (let from = 0; from < counts.length; ) {
    if (counts[from]! > 0) {
      before += counts[from++]!
      continue
    }
    let to = from
    while (to < counts.length && counts[to] === 0) to++
    gaps.push({ from, bins: to - from, before })
    from = to
  }
  return gaps.sort((a, b) => b.bins - a.bins).slice(0, 4)
}

function straysOf(positions: Float64Array, corners: Uint32Array, far: Uint8Array, { min, max }: Box): Strays | undefined {
  let triangles = 0
  let found: { at: Vec3; distance: number } | undefined
  for (let t = 0; t < far.length; t++) {
    if (far[t] === 0) continue
    triangles++
    const at = [0, 1, 2].map((k) => [0, 1, 2].reduce((sum, c) => sum + positions[3 * corners[3 * t + c]! + k]! / 3, 0)) as unknown as Vec3
    const distance = Math.hypot(...at.map((value, k) => value - (min[k]! + max[k]!) / 2))
    if (found === undefined || distance > found.distance) found = { at, distance }
  }
  return found === undefined ? undefined : { triangles, ...found }
}

function unusedOf(vertices: number, corners: Uint32Array): number {
  const used = new Uint8Array(vertices)
  for (let i = 0; i < corners.length; i++) used[corners[i]!] = 1
  let unused = 0
  for (let v = 0; v < vertices; v++) unused += 1 - used[v]!
  return unused
}
