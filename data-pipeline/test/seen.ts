// What the tiles of a conversion show: read back as a viewer reads them, in metres of the mesh's own middle (X east, Y north, Z up).
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { decodeTile } from '@twinmap/core/internal/tiles/decode-tile'
import { MeshoptDecoder } from 'meshoptimizer/decoder'
import sharp from 'sharp'
import type { ConvertReport } from '../src/job/convert.ts'

type Vec2 = readonly [number, number]
type Vec3 = readonly [number, number, number]
interface TileJson {
  readonly boundingVolume: { readonly box: readonly number[] }
  readonly transform?: readonly number[]
  readonly content: { readonly uri: string }
  readonly children?: readonly TileJson[]
}

export interface Seen {
  /** Of the leaves. */
  readonly triangles: number
  /** Of what the root shows. */
  readonly min: Vec3
  readonly max: Vec3
  /** The middle of the set: ECEF metres where it is placed, else metres of the origin. */
  readonly center: Vec3
  /** sRGB, 0 to 255, of the highest triangle of the leaves at a place; undefined where there is none. */
  colorAt(x: number, y: number): Vec3 | undefined
}

interface Corner {
  readonly at: Vec3
  readonly uv: Vec2
}
interface Picture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: number
}

/** Reads what {@link convert} wrote. */
export async function seen({ tileset }: Pick<ConvertReport, 'tileset'>): Promise<Seen> {
  await MeshoptDecoder.ready
  const { root } = JSON.parse(await readFile(tileset, 'utf8')) as { root: TileJson }
  const leaves = leavesOf(root)
  const triangles = (await Promise.all(leaves.map(({ content }) => trianglesOf(path.join(path.dirname(tileset), content.uri))))).flat()
  const of = (pick: (...values: number[]) => number, from: number) =>
    [0, 1, 2].map((k) => triangles.reduce((best, { corners }) => pick(best, ...corners.map(({ at }) => at[k]!)), from)) as unknown as Vec3
  const [min, max] = [of(Math.min, Infinity), of(Math.max, -Infinity)]
  const m = root.transform ?? [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  const middle = [0, 1, 2].map((k) => (min[k]! + max[k]!) / 2)
  return {
    triangles: triangles.length,
    min,
    max,
    center: [0, 1, 2].map((k) => m[k]! * middle[0]! + m[4 + k]! * middle[1]! + m[8 + k]! * middle[2]! + m[12 + k]!) as unknown as Vec3,
    colorAt(x, y) {
      let best: { height: number; color: Vec3 } | undefined
      for (const { corners, picture } of triangles) {
        const at = weightsOf(corners, x, y)
        if (at === undefined) continue
        const height = corners.reduce((sum, corner, i) => sum + at[i]! * corner.at[2], 0)
        if (best !== undefined && best.height >= height) continue
        const uv = [0, 1].map((k) => corners.reduce((sum, corner, i) => sum + at[i]! * corner.uv[k]!, 0))
        best = { height, color: pixelOf(picture, uv[0]!, uv[1]!) }
      }
      return best?.color
    },
  }
}

const leavesOf = (tile: TileJson): TileJson[] => (tile.children?.length ? tile.children.flatMap(leavesOf) : [tile])

async function trianglesOf(file: string): Promise<{ corners: readonly Corner[]; picture: Picture }[]> {
  const { geometries, parts, images } = await decodeTile(
    new Uint8Array(await readFile(file)),
    { file },
    { meshopt: MeshoptDecoder, resource: async () => new Uint8Array() },
  )
  const { position, uv, index, count } = geometries[0]!
  const { matrix } = parts[0]!
  const image = images[0]!
  if (image.type !== 'bytes') throw new Error(`${file}: its picture is not inside`)
  const { data, info } = await sharp(image.bytes).raw().toBuffer({ resolveWithObject: true })
  const picture = { data, width: info.width, height: info.height, channels: info.channels }
  const corners = Array.from({ length: count }, (_, i): Corner => {
    const p = position.array.subarray(i * position.stride, i * position.stride + 3)
    return {
      at: [0, 1, 2].map((k) => matrix[k]! * p[0]! + matrix[4 + k]! * p[1]! + matrix[8 + k]! * p[2]! + matrix[12 + k]!) as unknown as Vec3,
      uv: [uv!.array[i * uv!.stride]! / 65_535, uv!.array[i * uv!.stride + 1]! / 65_535],
    }
  })
  return Array.from({ length: index!.length / 3 }, (_, i) => ({
    corners: [0, 1, 2].map((k) => corners[index![3 * i + k]!]!),
    picture,
  }))
}

/** Weights of the three corners at (x, y), seen from above; undefined outside. */
function weightsOf([a, b, c]: readonly Corner[], x: number, y: number): readonly number[] | undefined {
  const [ax, ay] = a!.at
  const [bx, by] = b!.at
  const [cx, cy] = c!.at
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
  if (area === 0) return undefined
  const wb = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area
  const wc = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area
  const weights = [1 - wb - wc, wb, wc]
  return weights.every((weight) => weight >= -1e-9) ? weights : undefined
}

function pixelOf({ data, width, height, channels }: Picture, u: number, v: number): Vec3 {
  const x = Math.min(width - 1, Math.max(0, Math.floor(u * width)))
  const y = Math.min(height - 1, Math.max(0, Math.floor(v * height)))
  const at = channels * (y * width + x)
  return [data[at]!, data[at + 1] ?? data[at]!, data[at + 2] ?? data[at]!]
}

const NAMED: Readonly<Record<string, Vec3>> = {
  red: [200, 40, 40],
  green: [40, 160, 60],
  blue: [40, 70, 200],
  yellow: [230, 210, 50],
  grey: [191, 191, 191],
  black: [0, 0, 0],
  white: [255, 255, 255],
}

/** The nearest of a few colours, by name. */
export function colorName(color: Vec3 | undefined): string {
  if (color === undefined) return 'nothing'
  const off = (name: string) => Math.hypot(...NAMED[name]!.map((each, k) => each - color[k]!))
  return Object.keys(NAMED).reduce((best, name) => (off(name) < off(best) ? name : best))
}

/** What stands in the middle of each quarter of a set: north-west, north-east, south-west, south-east. */
export function quarters({ min, max, colorAt }: Seen): string {
  const at = (k: 0 | 1, share: number) => min[k] + (max[k] - min[k]) * share
  return [
    [0.27, 0.77],
    [0.77, 0.77],
    [0.27, 0.27],
    [0.77, 0.27],
  ]
    .map(([x, y]) => colorName(colorAt(at(0, x!), at(1, y!))))
    .join(' ')
}
