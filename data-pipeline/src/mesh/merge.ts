// Pipeline: … -> **gather** (of a parent) -> simplify -> … The surfaces of up to four children as one.
import { LocalNumbers } from './gather.ts'
import type { Picture, TileMesh } from './tile-mesh.ts'

export interface MergedMesh {
  readonly positionIds: Uint32Array
  readonly positions: Int32Array
  readonly triangles: Uint32Array
  readonly cornerPixels: Float32Array
  /** Per triangle, into `pictures`. */
  readonly trianglePictures: Uint8Array
  readonly pictures: readonly Picture[]
  /** The worst of the children. */
  readonly errorMeters: number
  /** The finest of the children. */
  readonly texelMeters: number
}

/** Positions that children share become one again, by their numbers. */
export function merge(children: readonly TileMesh[]): MergedMesh {
  const count = children.reduce((sum, { triangles }) => sum + triangles.length / 3, 0)
  const triangles = new Uint32Array(count * 3)
  const cornerPixels = new Float32Array(count * 6)
  const trianglePictures = new Uint8Array(count)
  const numbers = new LocalNumbers(count)
  const locals: Uint32Array[] = []
  let at = 0
  children.forEach((child, c) => {
    const local = new Uint32Array(child.positionIds.length)
    for (let i = 0; i < local.length; i++) local[i] = numbers.of(child.positionIds[i]!)
    locals.push(local)
    for (let i = 0; i < child.triangles.length; i++) triangles[3 * at + i] = local[child.triangles[i]!]!
    cornerPixels.set(child.cornerPixels, 6 * at)
    trianglePictures.fill(c, at, at + child.triangles.length / 3)
    at += child.triangles.length / 3
  })
  const positionIds = numbers.ids()
  const positions = new Int32Array(positionIds.length * 3)
  children.forEach((child, c) => {
    const local = locals[c]!
    for (let i = 0; i < local.length; i++) for (let k = 0; k < 3; k++) positions[3 * local[i]! + k] = child.positions[3 * i + k]!
  })
  return {
    positionIds,
    positions,
    triangles,
    cornerPixels,
    trianglePictures,
    pictures: children.map(({ picture }) => picture),
    errorMeters: Math.max(...children.map(({ errorMeters }) => errorMeters)),
    texelMeters: Math.min(...children.map(({ texelMeters }) => texelMeters)),
  }
}
