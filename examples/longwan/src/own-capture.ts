// `npm start -- path/to/tileset.json`: a twin document made on the spot for a capture that has none, placed as the
// capture says and seen from the south.
import { basename, dirname, resolve } from 'node:path'
import { TwinError } from '@twinmap/core'
import type { Origin, TilesetSource, TwinDocument, ViewSource } from '@twinmap/core/document'
import {
  type BoundingVolume,
  ecefToGeodetic,
  enuFrame,
  enuToGeodetic,
  isOnEarth,
  type Sphere,
  shiftToOrigin,
  sphereOfVolume,
  type Vec3,
} from '@twinmap/core/geo'
import { readJson } from './read-json.ts'

/** A capture ready to be served: its document, and the folder that stands behind the document's `capture/`. */
export interface OwnCapture {
  readonly doc: TwinDocument
  readonly folder: string
  readonly placed: 'ecef' | 'origin'
}

/** What is known of tiles that were just made of a mesh. */
export interface OwnTileset {
  readonly name?: string
  /** Heights beside tileset.json. */
  readonly heights?: string
}

/** What is read of it; some write null for what they do not have. */
interface TilesetJson {
  readonly root?: {
    readonly boundingVolume?: BoundingVolume | null
    readonly content?: { readonly boundingVolume?: BoundingVolume | null } | null
    readonly transform?: readonly number[] | null
  } | null
}

/** Far enough to see a sphere whole through a lens of 50°, and not so far that a country shows as a dot. */
const RANGE = 2.2
const PITCH_DEG = -35

/** A camera that looks north and down at a point of the frame. */
function viewOf(origin: Origin, center: Vec3, radiusMeters: number): ViewSource {
  const range = Math.max(30, radiusMeters * RANGE)
  const pitch = (PITCH_DEG * Math.PI) / 180
  const eye: Vec3 = [center[0], center[1] - range * Math.cos(pitch), center[2] - range * Math.sin(pitch)]
  return { id: 'home', name: { zh: '全景', en: 'Overview' }, ...enuToGeodetic(enuFrame(origin), eye), headingDeg: 0, pitchDeg: PITCH_DEG }
}

/**
 * Makes a document for a `tileset.json`.
 *
 * @param home where a capture without a place is set.
 * @throws TwinError `input-missing`, `input-invalid`.
 */
export async function ownCapture(path: string, home: Origin, made: OwnTileset = {}): Promise<OwnCapture> {
  const file = resolve(path)
  const refuse = (what: string) => new TwinError('input-invalid', `${path}: ${what}`, { path })
  const tileset = (await readJson(file).catch((cause: unknown) => {
    if (cause instanceof SyntaxError || cause instanceof TwinError) throw refuse(`is not JSON (${cause.message})`)
    throw new TwinError(
      'input-missing',
      `${path}: cannot be read; give the path of a tileset.json or of a twin document`,
      { path },
      { cause: cause as Error },
    )
  })) as TilesetJson | null
  const root = tileset?.root
  const volume = root?.boundingVolume ?? root?.content?.boundingVolume
  if (volume === undefined || volume === null)
    throw refuse('is no tileset: root.boundingVolume is missing; give the tileset.json of a 3D Tiles set')
  const sphere = sphereOfVolume(volume, root?.transform ?? undefined)
  if (sphere === undefined) throw refuse('root.boundingVolume is neither a box, a sphere nor a region of finite numbers')
  const placed = isOnEarth(sphere) ? 'ecef' : 'origin'
  const origin = placed === 'ecef' ? originUnder(sphere) : home
  // As the viewer places it: numbers of a grid are brought to the origin.
  const shift = shiftToOrigin(sphere)
  const center: Vec3 = placed === 'ecef' ? [0, 0, 0] : ([0, 1, 2].map((k) => sphere.center[k]! + shift[k]!) as unknown as Vec3)
  const name = made.name ?? (basename(file).toLowerCase() === 'tileset.json' ? basename(dirname(file)) : basename(file))
  const source: TilesetSource = {
    id: 'capture',
    url: `capture/${encodeURIComponent(basename(file))}`,
    ...(made.heights && { heights: `capture/${made.heights}` }),
    at: 'auto',
  }
  return {
    folder: dirname(file),
    placed,
    doc: {
      twin: 1,
      name: { zh: name, en: name },
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
      origin,
      tilesets: [source],
      feeds: [],
      kinds: [],
      layers: [],
      views: [viewOf(origin, center, sphere.radiusMeters)],
      panels: [],
    },
  }
}

/** An origin in the middle of a capture that knows its place. Its geoid is not known here. */
function originUnder({ center }: Sphere): Origin {
  return { ...ecefToGeodetic(center), geoidMeters: 0, datum: 'WGS84' }
}
