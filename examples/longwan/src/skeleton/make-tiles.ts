// Writes the settlement as 3D Tiles: a root, four children, sixteen leaves. Everything goes to a folder of its own beside
// the target and takes its place in one step, so an interrupted run leaves nothing that looks finished.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { enuFrame, enuToEcefMatrix, type LocalOrigin } from '@twinmap/core/geo'
import sharp from 'sharp'
import { glbOf } from './glb.ts'
import { type Area, paintTile } from './picture.ts'
import { HALF_METERS, settlement } from './settlement.ts'
import { type Detail, shapeOf } from './shape.ts'

interface Box {
  readonly min: readonly number[]
  readonly max: readonly number[]
}
interface Tile {
  readonly boundingVolume: { readonly box: readonly number[] }
  readonly geometricError: number
  readonly refine: 'REPLACE'
  readonly content: { readonly uri: string }
  readonly children?: readonly Tile[]
  readonly transform?: readonly number[]
}

const LEVELS = [
  { detail: 0, px: 512, geometricError: 18 },
  { detail: 1, px: 512, geometricError: 5 },
  { detail: 2, px: 1024, geometricError: 0 },
] as const satisfies readonly { detail: Detail; px: number; geometricError: number }[]

const around = (boxes: readonly Box[]): Box => ({
  min: [0, 1, 2].map((axis) => Math.min(...boxes.map(({ min }) => min[axis]!))),
  max: [0, 1, 2].map((axis) => Math.max(...boxes.map(({ max }) => max[axis]!))),
})
const volume = ({ min, max }: Box): readonly number[] => {
  const half = (axis: number) => (max[axis]! - min[axis]!) / 2
  const centre = [0, 1, 2].map((axis) => (min[axis]! + max[axis]!) / 2)
  return [...centre, half(0), 0, 0, 0, half(1), 0, 0, 0, half(2)]
}

const UNFINISHED = 'unfinished-'

/** What runs that were killed left behind. A run that still goes on in another process keeps its own. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent).catch(() => []))
    if (name.startsWith(UNFINISHED) && !isAlive(Number(name.slice(UNFINISHED.length)))) await rm(join(parent, name), { recursive: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return pid !== process.pid
  } catch {
    return false
  }
}

/**
 * Makes the tileset.
 *
 * @param folder where it will stand; replaced as a whole.
 * @param told called after each tile with how many of how many are done.
 */
export async function makeSkeletonTiles(
  folder: string,
  origin: LocalOrigin,
  told: (done: number, of: number) => void = () => undefined,
): Promise<void> {
  const { slabs, trees } = settlement()
  await removeLeftovers(dirname(folder))
  const unfinished = join(dirname(folder), `${UNFINISHED}${process.pid}`)
  await mkdir(unfinished, { recursive: true })
  let done = 0

  async function tile(level: number, column: number, row: number): Promise<{ tile: Tile; box: Box }> {
    const { detail, px, geometricError } = LEVELS[level]!
    const size = (HALF_METERS * 2) / 2 ** level
    const area: Area = { west: -HALF_METERS + column * size, south: -HALF_METERS + row * size, size }
    const inside = ({ east, north }: { east: number; north: number }) =>
      east >= area.west && east < area.west + size && north >= area.south && north < area.south + size
    const near = ({ east, north }: { east: number; north: number }) =>
      Math.abs(east - area.west - size / 2) < size / 2 + 60 && Math.abs(north - area.south - size / 2) < size / 2 + 60
    const surface = shapeOf(area, slabs.filter(inside), trees.filter(inside), detail)
    const pixels = paintTile(area, px, slabs.filter(near), trees.filter(near))
    const jpeg = await sharp(pixels, { raw: { width: px, height: px, channels: 3 } })
      .jpeg({ quality: 82 })
      .toBuffer()
    const uri = `${level}-${column}-${row}.glb`
    await writeFile(join(unfinished, uri), await glbOf(surface, jpeg))
    told(++done, 21)
    const children: { tile: Tile; box: Box }[] = []
    if (level + 1 < LEVELS.length)
      for (const [dc, dr] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const)
        children.push(await tile(level + 1, column * 2 + dc, row * 2 + dr))
    const own = around(
      Array.from({ length: surface.positions.length / 3 }, (_, i) => {
        const point = [...surface.positions.subarray(i * 3, i * 3 + 3)]
        return { min: point, max: point }
      }),
    )
    const box = around([own, ...children.map((child) => child.box)])
    return {
      box,
      tile: {
        boundingVolume: { box: volume(box) },
        geometricError,
        refine: 'REPLACE',
        content: { uri },
        ...(children.length > 0 && { children: children.map((child) => child.tile) }),
      },
    }
  }

  const { tile: root } = await tile(0, 0, 0)
  const tileset = {
    asset: { version: '1.1', generator: 'twinmap longwan skeleton' },
    geometricError: 120,
    root: { transform: enuToEcefMatrix(enuFrame(origin)), ...root },
  }
  await writeFile(join(unfinished, 'tileset.json'), JSON.stringify(tileset))
  await rm(folder, { recursive: true, force: true })
  await rename(unfinished, folder)
}
