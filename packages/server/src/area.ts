// Where the things of a twin are: as its document says, else around its captures. A place outside is kept and told, because a
// device that reports another town has mostly another fault.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { areaOf } from '@twinmap/core/internal/document/area-of'
import type { TilesetSource, TwinDocument } from '@twinmap/core/internal/document/document'
import type { Area } from '@twinmap/core/internal/geo/area'
import { ELLIPSOIDS, ecefToGeodetic } from '@twinmap/core/internal/geo/ellipsoid'
import { type BoundingVolume, isOnEarth, type Sphere, shiftToOrigin, sphereOfVolume } from '@twinmap/core/internal/geo/volume'

interface Mounted {
  readonly path: string
  readonly folder: string
}

/** A village's things reach beyond what the drone flew over: so much of the capture's radius is added, and at least this. */
const MARGIN = 1
const LEAST_MARGIN_METERS = 1_000
const METERS_OF_A_DEGREE = 111_320

/** Undefined: the document names none, and not every capture of it can be read here. */
export async function areaOfTwin(
  document: TwinDocument | null,
  file: string | undefined,
  mounts: readonly Mounted[],
): Promise<Area | undefined> {
  if (document === null || file === undefined) return undefined
  const declared = areaOf(document)
  if (declared !== undefined) return declared
  const boxes = await Promise.all(document.tilesets.map((tileset) => boxOf(tileset, document, file, mounts)))
  // Around some of the captures is no area: what stands at the others would be told to be outside.
  if (boxes.length === 0 || boxes.includes(undefined)) return undefined
  return (boxes as readonly Area[]).reduce((all, box) => [
    Math.min(all[0], box[0]),
    Math.min(all[1], box[1]),
    Math.max(all[2], box[2]),
    Math.max(all[3], box[3]),
  ])
}

async function boxOf(
  tileset: TilesetSource,
  { origin }: TwinDocument,
  file: string,
  mounts: readonly Mounted[],
): Promise<Area | undefined> {
  const path = pathBeside(tileset.url, file)
  const mount =
    path === null ? undefined : mounts.filter((each) => path.startsWith(each.path)).sort((a, b) => b.path.length - a.path.length)[0]
  if (path === null || mount === undefined) return undefined
  const sphere = await readSphere(resolve(mount.folder, path.slice(mount.path.length)))
  if (sphere === null) return undefined
  const isLocal = tileset.at === 'origin' || (tileset.at === 'auto' && !isOnEarth(sphere, ELLIPSOIDS[origin.datum]))
  // It stands there in every viewer too.
  const shift = shiftToOrigin(sphere)
  const offMeters = isLocal ? Math.hypot(...sphere.center.map((each, i) => each + shift[i]!)) : 0
  const { longitude, latitude } = isLocal ? origin : ecefToGeodetic(sphere.center, ELLIPSOIDS[origin.datum])
  const reach = (offMeters + sphere.radiusMeters + Math.max(LEAST_MARGIN_METERS, MARGIN * sphere.radiusMeters)) / METERS_OF_A_DEGREE
  const wide = reach / Math.max(0.01, Math.cos((latitude * Math.PI) / 180))
  return [longitude - wide, latitude - reach, longitude + wide, latitude + reach]
}

/** The path by which the server serves a URL of the document, which lies at `/twin.json`; null: it is elsewhere. */
function pathBeside(url: string, file: string): string | null {
  const base = pathToFileURL(file)
  const found = new URL(url)
  if (found.protocol !== 'file:') return null
  const folder = fileURLToPath(new URL('.', base))
  const path = fileURLToPath(found)
  return path.startsWith(folder) ? `/${path.slice(folder.length).replaceAll('\\', '/')}` : null
}

/** Null: it is not there, or says nothing that can be read; what is wrong with a tileset is told by who shows it. */
async function readSphere(file: string): Promise<Sphere | null> {
  try {
    const { root } = JSON.parse(new TextDecoder().decode(await readFile(file))) as {
      root?: { boundingVolume?: BoundingVolume; transform?: readonly number[] }
    }
    return sphereOfVolume(root?.boundingVolume ?? {}, root?.transform) ?? null
  } catch {
    return null
  }
}
