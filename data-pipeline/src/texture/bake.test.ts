import { describe, expect, test } from 'vitest'
import type { Picture } from '../mesh/tile-mesh.ts'
import { bake, type Detail } from './bake.ts'
import { layOut } from './layout.ts'
import { type Surface3, unwrap } from './unwrap.ts'

/** Colours that tell where they lie: red along x, green along y, blue along z, 0 to 255 over 10 m. */
const colorOf = (x: number, y: number, z: number): [number, number, number] => [x * 25.5, y * 25.5, z * 25.5]

type P3 = [number, number, number]
interface Quad {
  origin: P3
  u: P3
  v: P3
}
const add = (a: P3, b: P3, s: number): P3 => [a[0] + b[0] * s, a[1] + b[1] * s, a[2] + b[2] * s]

/** Quads of n × n squares each, and a picture with one square area per quad that shows `colorOf` of each place. */
function surfaceOf(quads: Quad[], n: number): Surface3 & { cornerPixels: Float32Array; picture: Picture } {
  const SIDE = 100
  const positions: number[] = []
  const triangles: number[] = []
  const pixels: number[] = []
  const picture = { width: SIDE * quads.length, height: SIDE, data: new Uint8Array(3 * SIDE * SIDE * quads.length) }
  quads.forEach(({ origin, u, v }, q) => {
    const first = positions.length / 3
    for (let j = 0; j <= n; j++) for (let i = 0; i <= n; i++) positions.push(...add(add(origin, u, i / n), v, j / n))
    const at = (i: number, j: number) => first + j * (n + 1) + i
    for (let j = 0; j < n; j++)
      for (let i = 0; i < n; i++)
        for (const corners of [
          [
            [i, j],
            [i + 1, j],
            [i + 1, j + 1],
          ],
          [
            [i, j],
            [i + 1, j + 1],
            [i, j + 1],
          ],
        ] as [number, number][][])
          for (const [ci, cj] of corners as [number, number][]) {
            triangles.push(at(ci, cj))
            pixels.push(q * SIDE + (ci / n) * SIDE, (cj / n) * SIDE)
          }
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++)
        picture.data.set(colorOf(...add(add(origin, u, (x + 0.5) / SIDE), v, (y + 0.5) / SIDE)), 3 * (y * picture.width + q * SIDE + x))
  })
  return {
    positions: Float32Array.from(positions),
    triangles: Uint32Array.from(triangles),
    cornerPixels: Float32Array.from(pixels),
    picture,
  }
}

const GROUND: Quad = { origin: [0, 0, 1], u: [10, 0, 0], v: [0, 10, 0] }
/** Faces −y, along the ground's front edge. */
const WALL: Quad = { origin: [0, 0, 1], u: [10, 0, 0], v: [0, 0, 8] }

function baked(parentQuads: Quad[], childQuads: Quad[], { texel = 0.2, tolerance = 0.5 } = {}) {
  const parent = surfaceOf(parentQuads, 1)
  const { picture, ...child } = surfaceOf(childQuads, 8)
  const detail: Detail = { ...child, trianglePictures: new Uint8Array(child.triangles.length / 3), pictures: [picture], texelMeters: 0.1 }
  const charts = unwrap(parent, 0)
  const layout = layOut(parent, charts, { texelMeters: texel, maxSide: 1024, maxTexels: 1 << 20 })
  return { parent, charts, layout, ...bake(parent, charts, layout, { detail, toleranceMeters: tolerance }) }
}

/** Over all triangles, the worst channel of the baked colour against `colorOf`, a texel inside of each edge. */
function worstError({ parent, cornerPixels, picture }: Pick<ReturnType<typeof baked>, 'parent' | 'cornerPixels' | 'picture'>): number {
  let worst = 0
  for (let t = 0; t < parent.triangles.length / 3; t++)
    for (let i = 1; i < 20; i++)
      for (let j = 1; i + j < 20; j++) {
        const weights = [1 - (i + j) / 20, i / 20, j / 20]
        const at = (k: 0 | 1) => Math.floor(weights.reduce((sum, w, c) => sum + w * cornerPixels[6 * t + 2 * c + k]!, 0))
        const place = [0, 1, 2].map((k) =>
          weights.reduce((sum, w, c) => sum + w * parent.positions[3 * parent.triangles[3 * t + c]! + k]!, 0),
        ) as P3
        const pixel = 3 * (at(1) * picture.width + at(0))
        colorOf(...place).forEach((value, k) => {
          worst = Math.max(worst, Math.abs(picture.data[pixel + k]! - value))
        })
      }
  return worst
}

describe('a bake', () => {
  test('shows on the parent what its children show there', () => expect(worstError(baked([GROUND], [GROUND]))).toBeLessThan(6))
  test('does so on walls as on the ground, each in a chart of its own', () => {
    const result = baked([GROUND, WALL], [GROUND, WALL])
    expect(result.charts.count).toBe(2)
    expect(worstError(result)).toBeLessThan(6)
  })
  test('takes the nearer of two surfaces that lie over each other, whichever comes first', () => {
    const above: Quad = { ...GROUND, origin: [0, 0, 9] }
    expect(worstError(baked([GROUND], [above, GROUND], { tolerance: 20 }))).toBeLessThan(6)
    expect(worstError(baked([GROUND], [GROUND, above], { tolerance: 20 }))).toBeLessThan(6)
  })
  test('takes nothing from a surface that faces the other way, however near', () => {
    const under: Quad = { origin: [0, 0, 5], u: [0, 10, 0], v: [10, 0, 0] }
    const { picture, cornerPixels } = baked([{ ...GROUND, origin: [0, 0, 5] }], [GROUND, under], { tolerance: 20 })
    const [x, y] = [0, 1].map((k) => Math.floor((cornerPixels[k]! + cornerPixels[2 + k]! + cornerPixels[4 + k]!) / 3)) as [number, number]
    // Blue tells the height: 25 at 1 m, where the ground is, 127 at 5 m.
    expect(picture.data[3 * (y * picture.width + x) + 2]).toBeLessThan(30)
  })
  test('fills a hole of the children from around it', () => {
    const halves: Quad[] = [
      { origin: [0, 0, 1], u: [4.8, 0, 0], v: [0, 10, 0] },
      { origin: [5.2, 0, 1], u: [4.8, 0, 0], v: [0, 10, 0] },
    ]
    expect(worstError(baked([GROUND], halves))).toBeLessThan(12)
  })
  test('leaves no black in gutters, nor anywhere: two mip levels down each chart still has its own colours', () => {
    const { picture, layout, charts } = baked([GROUND, WALL], [GROUND, WALL])
    for (let i = 0; i < picture.width * picture.height; i++)
      expect(picture.data[3 * i + 2]! + picture.data[3 * i]! + picture.data[3 * i + 1]!).toBeGreaterThan(0)
    // Blue is 26 on all of the ground; in its rectangle, gutters included, nothing of the wall's may stand.
    const ground = [0, 1].find((c) => charts.normals[3 * c + 2]! > 0.9)!
    for (let r = 0; r < layout.heights[ground]!; r++)
      for (let c = 0; c < layout.widths[ground]!; c++)
        expect(Math.abs(picture.data[3 * ((layout.y[ground]! + r) * picture.width + layout.x[ground]! + c) + 2]! - 26)).toBeLessThan(4)
  })
})

test('a layout that is too large becomes coarser until it fits', () => {
  const parent = surfaceOf([GROUND], 1)
  const charts = unwrap(parent, 0)
  const layout = layOut(parent, charts, { texelMeters: 0.01, maxSide: 128, maxTexels: 1 << 20 })
  expect(Math.max(layout.width, layout.height)).toBeLessThanOrEqual(128)
  expect(layout.texelMeters).toBeGreaterThan(0.075)
})

test('tiny charts join a neighbour that they nearly face', () => {
  const slope: Quad = { origin: [0, 10, 1], u: [10, 0, 0], v: [0, 0.1, 0.15] }
  const parent = surfaceOf([GROUND, slope], 1)
  // Joined by position, as a simplified mesh is.
  const joined = { ...parent, triangles: parent.triangles.map((i) => (i === 4 ? 2 : i === 5 ? 3 : i)) }
  expect(unwrap(joined, 0).count).toBe(2)
  expect(unwrap(joined, 5).count).toBe(1)
})
