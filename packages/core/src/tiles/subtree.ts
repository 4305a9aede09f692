// Tile flow: subtree file -> **subtree** -> tiles (implicit tiling, 3D Tiles 1.1, § 7.8). Which tiles of a quad- or octree exist, which have
// content, and where the next subtrees hang.
import { corrupt } from './fault.ts'
import { asCount, asIndex, asList, asObject, type JsonObject, looksLikeJson, parseJson } from './json.ts'
import { TILE_LIMITS } from './limits.ts'
import { type BoundingVolume, fillTemplate, type ImplicitPlace, type TileJson } from './tileset-json.ts'

type Bits = (index: number) => boolean

interface Availability {
  readonly tiles: Bits
  /** For each content template. */
  readonly contents: readonly Bits[]
  readonly subtrees: Bits
}

/**
 * The tiles of one subtree, its root first. Throws `tile-corrupt`; `resource` fetches a buffer beside the file.
 */
export async function readSubtree(
  bytes: Uint8Array,
  place: ImplicitPlace,
  resource: (uri: string) => Promise<Uint8Array>,
): Promise<TileJson | undefined> {
  const { tiles, contents, subtrees } = await readAvailability(bytes, place, resource)
  const bits = place.scheme === 'QUADTREE' ? 2 : 3
  const branches = 1 << bits

  /** `index` counts the tiles of its level in Morton order; `before`, those of all levels above it. */
  function tile(level: number, index: number, before: number, x: number, y: number, z: number): TileJson | undefined {
    if (!tiles(before + index)) return undefined
    const at = { level: place.level + level, x, y, z }
    const out: TileJson = { ...shape(place, at), children: [] }
    const uris = place.contentUris.filter((_, i) => contents[i]?.(before + index)).map((uri) => fillTemplate(uri, at))
    if (uris.length > 0) out.content = { uri: uris[0]! }
    if (uris.length > 1) out.moreContents = uris.slice(1)
    const last = level + 1 === place.subtreeLevels
    const next = before + branches ** level
    for (let branch = 0; branch < branches; branch++) {
      const [cx, cy, cz] = [x * 2 + (branch & 1), y * 2 + ((branch >> 1) & 1), bits === 3 ? z * 2 + (branch >> 2) : 0]
      const child = index * branches + branch
      if (!last) {
        const made = tile(level + 1, child, next, cx, cy, cz)
        if (made !== undefined) out.children.push(made)
      } else if (subtrees(child)) out.children.push(hangingSubtree({ ...place, level: place.level + level + 1, x: cx, y: cy, z: cz }))
    }
    return out
  }
  return tile(0, 0, 0, place.x, place.y, place.z)
}

/** A tile whose content is the next subtree file. */
function hangingSubtree(place: ImplicitPlace): TileJson {
  return { ...shape(place, place), content: { uri: fillTemplate(place.subtreeUri, place) }, implicit: place, children: [] }
}

type At = Pick<ImplicitPlace, 'level' | 'x' | 'y' | 'z'>

function shape({ root, scheme }: ImplicitPlace, at: At): Pick<TileJson, 'boundingVolume' | 'geometricError' | 'refine'> {
  return {
    boundingVolume: divide(root.boundingVolume, scheme, at),
    geometricError: root.geometricError / 2 ** at.level,
    refine: root.refine,
  }
}

/** A tile's share of the root volume, computed from the root itself, so that errors do not add up. */
function divide({ box, region }: BoundingVolume, scheme: ImplicitPlace['scheme'], { level, x, y, z }: At): BoundingVolume {
  const parts = 2 ** level
  if (region !== undefined) {
    const [west, south, east, north, low, high] = region as [number, number, number, number, number, number]
    // A region over the antimeridian has its east before its west.
    const width = (east < west ? east + 2 * Math.PI - west : east - west) / parts
    const height = (north - south) / parts
    const depth = scheme === 'OCTREE' ? (high - low) / parts : high - low
    const turn = (angle: number) => (angle > Math.PI ? angle - 2 * Math.PI : angle)
    const bottom = scheme === 'OCTREE' ? low + depth * z : low
    return {
      region: [turn(west + width * x), south + height * y, turn(west + width * (x + 1)), south + height * (y + 1), bottom, bottom + depth],
    }
  }
  const axis = (i: number) => [box![3 + i * 3]!, box![4 + i * 3]!, box![5 + i * 3]!]
  const center = [box![0]!, box![1]!, box![2]!]
  const out: number[] = []
  for (const [i, place] of [x, y, z].entries()) {
    const halved = i === 2 && scheme === 'QUADTREE' ? 1 : parts
    const shift = halved === 1 ? 0 : (2 * place + 1) / halved - 1
    for (const [k, each] of axis(i).entries()) {
      center[k]! += each * shift
      out.push(each / halved)
    }
  }
  return { box: [...center, ...out] }
}

async function readAvailability(
  bytes: Uint8Array,
  { scheme, subtreeLevels, contentUris }: ImplicitPlace,
  resource: (uri: string) => Promise<Uint8Array>,
): Promise<Availability> {
  const { json, body } = splitSubtree(bytes)
  const views = asList(json['bufferViews'], 'bufferViews')
  const buffers = asList(json['buffers'], 'buffers')
  const branches = scheme === 'QUADTREE' ? 4 : 8
  const tileCount = (branches ** subtreeLevels - 1) / (branches - 1)
  const loaded = new Map<number, Promise<Uint8Array>>()
  const bufferAt = (index: number) => {
    const { uri } = asObject(buffers[index], `buffers[${index}]`)
    let found = loaded.get(index)
    if (found === undefined) loaded.set(index, (found = typeof uri === 'string' ? resource(uri) : Promise.resolve(body)))
    return found
  }
  async function bits(value: unknown, count: number, pointer: string): Promise<Bits> {
    const told = asObject(value, pointer)
    if (told['constant'] !== undefined) {
      const constant = told['constant'] === 1
      return () => constant
    }
    const index = asIndex(told['bitstream'] ?? told['bufferView'], views.length, `${pointer}.bitstream`)
    const view = asObject(views[index], `bufferViews[${index}]`)
    const buffer = await bufferAt(asIndex(view['buffer'], buffers.length, `bufferViews[${index}].buffer`))
    const offset = asCount(view['byteOffset'], `bufferViews[${index}].byteOffset`, 0)
    const length = asCount(view['byteLength'], `bufferViews[${index}].byteLength`)
    if (offset + length > buffer.length)
      throw corrupt(`bufferViews[${index}]`, `ends at byte ${offset + length}; its buffer has ${buffer.length}`)
    if (length * 8 < count) throw corrupt(pointer, `has ${length * 8} bits for ${count} tiles`)
    return (at) => ((buffer[offset + (at >> 3)]! >> (at & 7)) & 1) === 1
  }
  const told = json['contentAvailability']
  const contents = Array.isArray(told) ? told : told === undefined ? [] : [told]
  return {
    tiles: await bits(json['tileAvailability'], tileCount, 'tileAvailability'),
    contents: await Promise.all(contents.slice(0, contentUris.length).map((each, i) => bits(each, tileCount, `contentAvailability[${i}]`))),
    subtrees: await bits(json['childSubtreeAvailability'], branches ** subtreeLevels, 'childSubtreeAvailability'),
  }
}

/** A binary subtree, or the JSON form. */
function splitSubtree(bytes: Uint8Array): { json: JsonObject; body: Uint8Array } {
  if (looksLikeJson(bytes)) return { json: parseJson(bytes, 'subtree'), body: new Uint8Array() }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 24 || String.fromCharCode(...bytes.subarray(0, 4)) !== 'subt')
    throw corrupt('subtree header', 'does not begin with "subt"')
  const [jsonLength, binaryLength] = [Number(view.getBigUint64(8, true)), Number(view.getBigUint64(16, true))]
  if (jsonLength > TILE_LIMITS.jsonBytes || 24 + jsonLength + binaryLength > bytes.length)
    throw corrupt('subtree header', `says ${jsonLength} + ${binaryLength} bytes, ${bytes.length - 24} are there`)
  return {
    json: parseJson(bytes.subarray(24, 24 + jsonLength), 'subtree JSON'),
    body: bytes.subarray(24 + jsonLength, 24 + jsonLength + binaryLength),
  }
}
