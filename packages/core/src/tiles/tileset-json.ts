// Tile flow: tileset.json -> **tileset-json** -> traversal. Checks a tileset and brings its old and new forms to one: content.url of
// pre-1.0, several contents of 1.1, gltfUpAxis, implicit roots. Vendors' slips that harm nothing pass (asset.version "0.0", 1 or none, null
// for an absent value, a geometricError that is missing or a text); what the traversal would choke on does not.
import { TwinError } from '../error/twin-error.ts'
import { isObject, type JsonObject, jsonText, show } from './json.ts'
import type { UpAxis } from './matrix.ts'

export interface BoundingVolume {
  /** Centre and three half axes, metres. */
  readonly box?: readonly number[]
  /** Centre and radius, metres. */
  readonly sphere?: readonly number[]
  /** West, south, east, north in radians, lowest and highest metres above the ellipsoid. */
  readonly region?: readonly number[]
}

/** Where an implicit subtree hangs: what all tiles of the tree share, and the place of this one. */
export interface ImplicitPlace {
  readonly scheme: 'QUADTREE' | 'OCTREE'
  readonly subtreeLevels: number
  /** Templates with {level}, {x}, {y}, {z}. */
  readonly subtreeUri: string
  readonly contentUris: readonly string[]
  readonly root: { readonly boundingVolume: BoundingVolume; readonly geometricError: number; readonly refine: 'ADD' | 'REPLACE' }
  readonly level: number
  readonly x: number
  readonly y: number
  readonly z: number
}

/** A tile after the check. Objects are new: what came in is left as it was. */
export interface TileJson {
  boundingVolume: BoundingVolume
  geometricError: number
  refine?: 'ADD' | 'REPLACE'
  transform?: number[]
  viewerRequestVolume?: BoundingVolume
  /** A tile of the house shows the first of its contents here, as 3d-tiles-renderer wants it; the others are in `moreContents`. */
  content?: { uri: string; boundingVolume?: BoundingVolume }
  moreContents?: string[]
  /** `content` is a subtree file: its tiles become children. */
  implicit?: ImplicitPlace
  children: TileJson[]
}

export interface TilesetJson {
  readonly asset: { readonly version: string }
  /** Absent where the file does not say; tilesets inside take their parent's then, and the outermost Y. */
  readonly upAxis?: UpAxis
  readonly geometricError: number
  readonly root: TileJson
}

const fault = (file: string, pointer: string, sentence: string) =>
  new TwinError('tileset-invalid', `${file}: ${pointer} ${sentence}`, { file, pointer })

/** Parses the unpacked bytes of a JSON file of a tileset. @throws TwinError `tileset-invalid` */
export function parseTilesetBytes(bytes: ArrayBuffer | Uint8Array, file: string): unknown {
  try {
    return JSON.parse(jsonText(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)))
  } catch (error) {
    throw new TwinError('tileset-invalid', `${file}: is not JSON (${error instanceof Error ? error.message : error})`, { file })
  }
}

/** Whether a JSON is a tileset, by what is in it: no other file of a capture has a root that is an object. */
export const isTilesetJson = (json: unknown): boolean => isObject(json) && isObject(json['root'])
/** Whether a JSON is the JSON form of a subtree file. */
export const isSubtreeJson = (json: unknown): boolean => isObject(json) && isObject(json['tileAvailability'])

/** Throws `tileset-invalid` with file and pointer. A value that is null counts as absent. */
export function readTilesetJson(value: unknown, file: string): TilesetJson {
  if (!isObject(value) || !isObject(value['root']))
    throw fault(file, 'root', `is ${show(isObject(value) ? value['root'] : value)}; expected the tile of a 3D Tiles tileset`)
  const asset = isObject(value['asset']) ? value['asset'] : {}
  // What is absent says nothing against 1.0; what another major version means is not known.
  const version = String(asset['version'] ?? '1.0')
  if (!/^[01](\.|$)/.test(version)) throw fault(file, 'asset.version', `is ${show(asset['version'])}; expected "1.0" or "1.1"`)
  const told = asset['gltfUpAxis'] ?? undefined
  const upAxis = told === undefined ? undefined : String(told).toUpperCase()
  if (upAxis !== undefined && upAxis !== 'X' && upAxis !== 'Y' && upAxis !== 'Z')
    throw fault(file, 'asset.gltfUpAxis', `is ${show(asset['gltfUpAxis'])}; expected X, Y or Z`)
  const whole = readError(value['geometricError'])
  const root = readTile(value['root'], 'root', file, { geometricError: whole ?? 0 })
  // A loop, not recursion: a chain of tiles may be as deep as its author likes.
  const stack: { from: JsonObject; to: TileJson; pointer: string }[] = [{ from: value['root'], to: root, pointer: 'root' }]
  while (stack.length > 0) {
    const { from, to, pointer } = stack.pop()!
    const children = from['children'] ?? []
    if (!Array.isArray(children)) throw fault(file, `${pointer}.children`, `is ${show(children)}; expected a list`)
    for (const [i, child] of children.entries()) {
      if (child === null) continue
      const at = `${pointer}.children[${i}]`
      if (!isObject(child)) throw fault(file, at, `is ${show(child)}; expected a tile`)
      const tile = readTile(child, at, file, to)
      to.children.push(tile)
      stack.push({ from: child, to: tile, pointer: at })
    }
  }
  return { asset: { version }, ...(upAxis && { upAxis }), geometricError: whole ?? root.geometricError, root }
}

/** What stands in where a tile does not say: the volume and error of its parent, and above the root the tileset's own error. */
type Above = Pick<TileJson, 'geometricError'> & Partial<Pick<TileJson, 'boundingVolume'>>

function readTile(tile: JsonObject, pointer: string, file: string, above: Above): TileJson {
  const content = [
    tile['content'],
    ...list(tile['contents']),
    ...list(multiple(tile)?.['content']),
    ...list(multiple(tile)?.['contents']),
  ].filter(isObject)
  const uris = content.flatMap((each) => {
    const uri = each['uri'] ?? each['url']
    return typeof uri === 'string' && uri !== '' ? [uri] : []
  })
  const ownVolume = tile['boundingVolume'] ?? content[0]?.['boundingVolume'] ?? above.boundingVolume
  const out: TileJson = {
    boundingVolume: readVolume(ownVolume, `${pointer}.boundingVolume`, file),
    geometricError: readError(tile['geometricError']) ?? inheritedError(tile, above),
    children: [],
  }
  const refine = typeof tile['refine'] === 'string' ? tile['refine'].toUpperCase() : undefined
  if (refine === 'ADD' || refine === 'REPLACE') out.refine = refine
  if (isTold(tile['transform'])) out.transform = readNumbers(tile['transform'], 16, `${pointer}.transform`, file)
  if (isTold(tile['viewerRequestVolume']))
    out.viewerRequestVolume = readVolume(tile['viewerRequestVolume'], `${pointer}.viewerRequestVolume`, file)
  const implicit = tile['implicitTiling'] ?? (isObject(tile['extensions']) ? tile['extensions']['3DTILES_implicit_tiling'] : undefined)
  if (isObject(implicit)) {
    out.implicit = readImplicit(implicit, out, uris, `${pointer}.implicitTiling`, file)
    out.content = { uri: fillTemplate(out.implicit.subtreeUri, out.implicit) }
    return out
  }
  // A tileset inside needs a tile of its own; what is drawn is drawn together, so that children replace all of it.
  const drawn = uris.filter((uri) => !isJson(uri))
  const tilesets = uris.filter(isJson)
  const [first, ...rest] = drawn.length > 0 ? drawn : tilesets.splice(0, 1)
  if (first !== undefined) out.content = { uri: first }
  if (rest.length > 0) out.moreContents = rest
  for (const uri of tilesets)
    out.children.push({ boundingVolume: out.boundingVolume, geometricError: out.geometricError, content: { uri }, children: [] })
  return out
}

/** Whether a name says that a tileset or a subtree is there; what is there is told by its content. */
export const isJson = (uri: string): boolean => /\.json($|[?#])/i.test(uri)
const isTold = (value: unknown): boolean => value !== undefined && value !== null
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const multiple = (tile: JsonObject): JsonObject | undefined => {
  const extension = isObject(tile['extensions']) ? tile['extensions']['3DTILES_multiple_contents'] : undefined
  return isObject(extension) ? extension : undefined
}

/**
 * Undefined where the file does not say. DJI writes 1e10 for "always refine"; JSON's 1e999 parses to Infinity and means the same. Some
 * write the number as a text, with the decimal sign of their own country.
 */
export function readError(value: unknown): number | undefined {
  const told = typeof value === 'string' && value.trim() !== '' ? Number(value.trim().replace(/^([+-]?\d+),(\d+)$/, '$1.$2')) : value
  return typeof told === 'number' && told >= 0 ? Math.min(told, Number.MAX_VALUE) : undefined
}

/**
 * The error of a tile that has none: its parent's, as CesiumJS has it. An inherited 0 would say that nothing below is finer, which nobody
 * said: a tile with children is then refined wherever it is seen.
 */
const inheritedError = (tile: JsonObject, { geometricError }: Above): number =>
  geometricError > 0 || !Array.isArray(tile['children']) || tile['children'].length === 0 ? geometricError : Number.MAX_VALUE

function readNumbers(value: unknown, length: number, pointer: string, file: string): number[] {
  if (!Array.isArray(value) || value.length !== length || !value.every(Number.isFinite))
    throw fault(file, pointer, `is ${show(value)}; expected ${length} finite numbers`)
  return value as number[]
}

export function readVolume(value: unknown, pointer: string, file: string): BoundingVolume {
  if (!isObject(value)) throw fault(file, pointer, `is ${show(value)}; expected a box, sphere or region`)
  const { box, sphere, region } = value
  if (isTold(box)) return { box: readNumbers(box, 12, `${pointer}.box`, file) }
  if (isTold(sphere)) return { sphere: readNumbers(sphere, 4, `${pointer}.sphere`, file) }
  if (isTold(region)) return { region: readNumbers(region, 6, `${pointer}.region`, file) }
  throw fault(file, pointer, `has ${Object.keys(value).join(', ') || 'nothing'}; expected box, sphere or region`)
}

/** Tiles of a full subtree of so many levels fit into memory; more is a slip or an attack. */
const MOST_LEVELS = { QUADTREE: 9, OCTREE: 6 } as const

function readImplicit(implicit: JsonObject, tile: TileJson, contentUris: string[], pointer: string, file: string): ImplicitPlace {
  const scheme = implicit['subdivisionScheme']
  if (scheme !== 'QUADTREE' && scheme !== 'OCTREE')
    throw fault(file, `${pointer}.subdivisionScheme`, `is ${show(scheme)}; expected QUADTREE or OCTREE`)
  const subtreeLevels = implicit['subtreeLevels']
  if (!Number.isInteger(subtreeLevels) || (subtreeLevels as number) < 1 || (subtreeLevels as number) > MOST_LEVELS[scheme])
    throw fault(file, `${pointer}.subtreeLevels`, `is ${show(subtreeLevels)}; expected 1 to ${MOST_LEVELS[scheme]}`)
  const subtreeUri = isObject(implicit['subtrees']) ? implicit['subtrees']['uri'] : undefined
  if (typeof subtreeUri !== 'string') throw fault(file, `${pointer}.subtrees.uri`, `is ${show(subtreeUri)}; expected a template`)
  const root = { boundingVolume: tile.boundingVolume, geometricError: tile.geometricError, refine: tile.refine ?? 'REPLACE' }
  if (root.boundingVolume.sphere !== undefined)
    throw fault(file, pointer, 'stands on a sphere, which cannot be divided; expected a box or region')
  return { scheme, subtreeLevels: subtreeLevels as number, subtreeUri, contentUris, root, level: 0, x: 0, y: 0, z: 0 }
}

export const fillTemplate = (template: string, { level, x, y, z }: Pick<ImplicitPlace, 'level' | 'x' | 'y' | 'z'>): string =>
  template.replaceAll('{level}', `${level}`).replaceAll('{x}', `${x}`).replaceAll('{y}', `${y}`).replaceAll('{z}', `${z}`)
