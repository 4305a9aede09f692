// The surface of one tile: ground, slabs and trees as triangles, with their places in the tile's picture.
import { type Area, facadeAt, fromAbove, leafAt } from './picture.ts'
import { BEND_NORTHS, groundAt, type Slab, type Tree } from './settlement.ts'

type Point = readonly [east: number, north: number, up: number]
type Uv = readonly [number, number]

/** Metres east, north, up; triangles anticlockwise seen from outside. */
export interface Surface {
  readonly positions: Float32Array
  readonly uvs: Float32Array
  readonly indices: Uint32Array
}

class Mesher {
  readonly positions: number[] = []
  readonly uvs: number[] = []
  readonly indices: number[] = []

  face(points: readonly Point[], uvs: readonly Uv[]): void {
    const first = this.positions.length / 3
    for (const point of points) this.positions.push(...point)
    for (const uv of uvs) this.uvs.push(...uv)
    for (let i = 2; i < points.length; i++) this.indices.push(first, first + i - 1, first + i)
  }
}

/** Detail 0: plain boxes and no trees; 1: pitched roofs; 2: trees as well. */
export type Detail = 0 | 1 | 2

export function shapeOf(area: Area, slabs: readonly Slab[], trees: readonly Tree[], detail: Detail): Surface {
  const mesh = new Mesher()
  const north = area.south + area.size
  const cuts = [area.south, ...BEND_NORTHS.filter((each) => each > area.south && each < north), north]
  const easts = [0, 0.25, 0.5, 0.75, 1].map((share) => area.west + share * area.size)
  for (let row = 1; row < cuts.length; row++)
    for (let column = 1; column < easts.length; column++) {
      const corners = (
        [
          [easts[column - 1]!, cuts[row - 1]!],
          [easts[column]!, cuts[row - 1]!],
          [easts[column]!, cuts[row]!],
          [easts[column - 1]!, cuts[row]!],
        ] as const
      ).map(([e, n]): Point => [e, n, groundAt(n)])
      mesh.face(
        corners,
        corners.map(([e, n]) => fromAbove(area, e, n)),
      )
    }
  for (const slab of slabs) addSlab(mesh, area, slab, detail)
  if (detail === 2) for (const tree of trees) addTree(mesh, tree)
  return { positions: Float32Array.from(mesh.positions), uvs: Float32Array.from(mesh.uvs), indices: Uint32Array.from(mesh.indices) }
}

function addSlab(mesh: Mesher, area: Area, { east, north, length, depth, eaves, ridge, facade }: Slab, detail: Detail): void {
  const [w, e, s, n] = [east - length / 2, east + length / 2, north - depth / 2, north + depth / 2]
  const wall = (e0: number, n0: number, e1: number, n1: number, share: number) =>
    mesh.face(
      [
        [e0, n0, 0],
        [e1, n1, 0],
        [e1, n1, eaves],
        [e0, n0, eaves],
      ],
      [facadeAt(facade, 0, 0), facadeAt(facade, share, 0), facadeAt(facade, share, 1), facadeAt(facade, 0, 1)],
    )
  wall(w, s, e, s, 1)
  wall(e, s, e, n, 0.25)
  wall(e, n, w, n, 1)
  wall(w, n, w, s, 0.25)
  const roof = (...points: readonly Point[]) =>
    mesh.face(
      points,
      points.map(([pe, pn]) => fromAbove(area, pe, pn)),
    )
  if (detail === 0) {
    roof([w, s, eaves], [e, s, eaves], [e, n, eaves], [w, n, eaves])
    return
  }
  const over = 0.6
  roof([w - over, s - over, eaves - 0.3], [e + over, s - over, eaves - 0.3], [e + over, north, ridge], [w - over, north, ridge])
  roof([e + over, n + over, eaves - 0.3], [w - over, n + over, eaves - 0.3], [w - over, north, ridge], [e + over, north, ridge])
  for (const [x, a, b] of [
    [w, n, s],
    [e, s, n],
  ] as const)
    mesh.face(
      [
        [x, a, eaves],
        [x, b, eaves],
        [x, north, ridge],
      ],
      [facadeAt(facade, 0, 0.9), facadeAt(facade, 0.2, 0.9), facadeAt(facade, 0.1, 1)],
    )
}

/** A crown as photogrammetry melts it: two rings and a top, closed down to the ground. */
function addTree(mesh: Mesher, { east, north, radius, height }: Tree): void {
  const sides = 7
  const base = groundAt(north)
  const ring = (share: number, up: number): Point[] =>
    Array.from({ length: sides + 1 }, (_, i): Point => {
      const angle = ((i % sides) / sides) * 2 * Math.PI
      const wobble = 1 + 0.18 * Math.sin(3 * angle + east)
      return [east + Math.cos(angle) * radius * share * wobble, north + Math.sin(angle) * radius * share * wobble, base + up]
    })
  const rings = [ring(0.35, 0), ring(1, height * 0.45), ring(0.8, height * 0.8)]
  for (let level = 1; level < rings.length; level++)
    for (let i = 0; i < sides; i++)
      mesh.face(
        [rings[level - 1]![i]!, rings[level - 1]![i + 1]!, rings[level]![i + 1]!, rings[level]![i]!],
        [
          leafAt(i / sides, (level - 1) / 3),
          leafAt((i + 1) / sides, (level - 1) / 3),
          leafAt((i + 1) / sides, level / 3),
          leafAt(i / sides, level / 3),
        ],
      )
  const top: Point = [east, north, base + height]
  for (let i = 0; i < sides; i++)
    mesh.face([rings[2]![i]!, rings[2]![i + 1]!, top], [leafAt(i / sides, 0.66), leafAt((i + 1) / sides, 0.66), leafAt(0.5, 1)])
}
