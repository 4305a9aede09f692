// Pipeline: simplify -> **texture** (of a parent): charts -> bake. A parent's triangles in charts that lie nearly flat.
//
// Regions grow from the largest triangles over edges, while a triangle faces at most 50° away from its chart; what stays tiny then joins
// a neighbour that it faces by at most 70°. The charts of a capture's own mesh have 1-6 triangles; these have tens, so a gutter costs little.

/** Triangles in metres. */
export interface Surface3 {
  /** x, y, z per position. */
  readonly positions: Float32Array
  readonly triangles: Uint32Array
}

export interface Charts {
  readonly ofTriangle: Int32Array
  /** Unit vectors, three per chart. */
  readonly normals: Float32Array
  readonly count: number
}

const GROW_COSINE = Math.cos((50 * Math.PI) / 180)
const JOIN_COSINE = Math.cos((70 * Math.PI) / 180)

/** @param tinyArea m²: a chart below it looks for a neighbour to join */
export function unwrap(surface: Surface3, tinyArea: number): Charts {
  const faces = facesOf(surface)
  const neighbours = neighboursOf(surface.triangles)
  const ofTriangle = grow(faces, neighbours)
  joinTiny({ faces, neighbours, ofTriangle, tinyArea })
  return numbered(faces, ofTriangle)
}

export interface Faces {
  /** Unit normals; zero for a triangle without area. */
  readonly normals: Float32Array
  readonly areas: Float32Array
}

export function facesOf({ positions: p, triangles }: Surface3): Faces {
  const count = triangles.length / 3
  const normals = new Float32Array(count * 3)
  const areas = new Float32Array(count)
  for (let t = 0; t < count; t++) {
    const a = 3 * triangles[3 * t]!
    const b = 3 * triangles[3 * t + 1]!
    const c = 3 * triangles[3 * t + 2]!
    const ux = p[b]! - p[a]!
    const uy = p[b + 1]! - p[a + 1]!
    const uz = p[b + 2]! - p[a + 2]!
    const wx = p[c]! - p[a]!
    const wy = p[c + 1]! - p[a + 1]!
    const wz = p[c + 2]! - p[a + 2]!
    const nx = uy * wz - uz * wy
    const ny = uz * wx - ux * wz
    const nz = ux * wy - uy * wx
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
    areas[t] = length / 2
    if (length === 0) continue
    normals[3 * t] = nx / length
    normals[3 * t + 1] = ny / length
    normals[3 * t + 2] = nz / length
  }
  return { normals, areas }
}

/** Per edge of each triangle the triangle beyond it, or -1; where more than two meet, they pair as they come. */
function neighboursOf(triangles: Uint32Array): Int32Array {
  let slots = 64
  while (slots < triangles.length * 2) slots *= 2
  const table = new Int32Array(slots).fill(-1)
  const beyond = new Int32Array(triangles.length).fill(-1)
  const first = (edge: number) => triangles[edge]!
  const second = (edge: number) => triangles[edge % 3 === 2 ? edge - 2 : edge + 1]!
  for (let edge = 0; edge < triangles.length; edge++) {
    const a = first(edge)
    const b = second(edge)
    const low = Math.min(a, b)
    const high = Math.max(a, b)
    let slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> 5
    for (slot &= slots - 1; ; slot = (slot + 1) & (slots - 1)) {
      const other = table[slot]!
      if (other < 0) {
        table[slot] = edge
        break
      }
      const c = first(other)
      const d = second(other)
      if (Math.min(c, d) !== low || Math.max(c, d) !== high || beyond[other]! >= 0) continue
      beyond[edge] = (other / 3) | 0
      beyond[other] = (edge / 3) | 0
      break
    }
  }
  return beyond
}

function grow({ normals, areas }: Faces, neighbours: Int32Array): Int32Array {
  const count = areas.length
  const ofTriangle = new Int32Array(count).fill(-1)
  const seeds = largestFirst(areas)
  const queue = new Uint32Array(count)
  let charts = 0
  for (const seed of seeds) {
    if (ofTriangle[seed]! >= 0) continue
    const chart = charts++
    ofTriangle[seed] = chart
    queue[0] = seed
    // The chart's normal is the sum of its triangles' by area.
    let [nx, ny, nz] = [0, 0, 0]
    for (let head = 0, tail = 1; head < tail; head++) {
      const t = queue[head]!
      nx += normals[3 * t]! * areas[t]!
      ny += normals[3 * t + 1]! * areas[t]!
      nz += normals[3 * t + 2]! * areas[t]!
      const limit = GROW_COSINE * Math.sqrt(nx * nx + ny * ny + nz * nz)
      for (let k = 3 * t; k < 3 * t + 3; k++) {
        const next = neighbours[k]!
        if (next < 0 || ofTriangle[next]! >= 0) continue
        const facing = normals[3 * next]! * nx + normals[3 * next + 1]! * ny + normals[3 * next + 2]! * nz
        if (areas[next]! > 0 && facing < limit) continue
        ofTriangle[next] = chart
        queue[tail++] = next
      }
    }
  }
  return ofTriangle
}

/** Triangles by area. Sorted as numbers that hold both (area's bits above, place below): ten times as fast as with a comparison. */
function largestFirst(areas: Float32Array): Uint32Array {
  const bits = new Uint32Array(areas.buffer, areas.byteOffset, areas.length)
  const keys = new Float64Array(areas.length)
  for (let t = 0; t < keys.length; t++) keys[t] = (0x7fffffff - bits[t]!) * 0x200000 + t
  keys.sort()
  const order = new Uint32Array(keys.length)
  for (let i = 0; i < order.length; i++) order[i] = keys[i]! % 0x200000
  return order
}

function joinTiny(input: { faces: Faces; neighbours: Int32Array; ofTriangle: Int32Array; tinyArea: number }): void {
  const { faces, neighbours, ofTriangle, tinyArea } = input
  const { normals, count } = numbered(faces, ofTriangle, false)
  const areas = new Float32Array(count)
  for (let t = 0; t < ofTriangle.length; t++) areas[ofTriangle[t]!]! += faces.areas[t]!
  for (let pass = 0; pass < 2; pass++)
    for (let t = 0; t < ofTriangle.length; t++) {
      const chart = ofTriangle[t]!
      if (areas[chart]! >= tinyArea) continue
      let best = -1
      let facing = JOIN_COSINE
      for (let k = 3 * t; k < 3 * t + 3; k++) {
        const next = neighbours[k]! < 0 ? chart : ofTriangle[neighbours[k]!]!
        if (next === chart || areas[next]! < areas[chart]!) continue
        let dot = 0
        for (let d = 0; d < 3; d++) dot += faces.normals[3 * t + d]! * normals[3 * next + d]!
        if (dot > facing) {
          facing = dot
          best = next
        }
      }
      if (best < 0) continue
      ofTriangle[t] = best
      areas[chart]! -= faces.areas[t]!
      areas[best]! += faces.areas[t]!
    }
}

/** Charts by first appearance, without the empty ones, each with its mean normal. */
function numbered(faces: Faces, ofTriangle: Int32Array, renumber = true): Charts {
  let most = 0
  for (const chart of ofTriangle) most = Math.max(most, chart)
  const numbers = new Int32Array(most + 1).fill(-1)
  let count = 0
  if (renumber) {
    for (let t = 0; t < ofTriangle.length; t++) {
      const chart = ofTriangle[t]!
      if (numbers[chart]! < 0) numbers[chart] = count++
      ofTriangle[t] = numbers[chart]!
    }
  } else count = most + 1
  const normals = new Float32Array(count * 3)
  for (let t = 0; t < ofTriangle.length; t++)
    for (let k = 0; k < 3; k++) normals[3 * ofTriangle[t]! + k]! += faces.normals[3 * t + k]! * faces.areas[t]!
  for (let c = 0; c < count; c++) {
    const length = Math.hypot(normals[3 * c]!, normals[3 * c + 1]!, normals[3 * c + 2]!)
    if (length > 0) for (let k = 0; k < 3; k++) normals[3 * c + k]! /= length
    else normals[3 * c + 2] = 1
  }
  return { ofTriangle, normals, count }
}
