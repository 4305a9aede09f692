// Tile flow: fetch -> pool -> **decode-tile** -> engine. One pure function from a file's bytes to what is drawn: b3dm, i3dm, pnts, cmpt, glb
// and glTF, 1.0 and 2.0, each as it is or as a gzip. Runs in the tile worker, in Node, and in the pipeline's validator; images stay encoded here, so it needs no DOM.
import { errorFromData, errorToData } from '../error/twin-error.ts'
import { containerType, type Glb, readB3dm, readCmpt, readGlb, readI3dm, readPnts } from './containers.ts'
import type { EncodedImage, Part, TileContent } from './content.ts'
import { corrupt, inFile, pictureFault, unsupported } from './fault.ts'
import { normalizeGltf1 } from './gltf1.ts'
import { unpackGzip } from './gzip.ts'
import { readInstances } from './instances.ts'
import { tileBudget } from './limits.ts'
import { IDENTITY, type Matrix, multiply, translation, type UpAxis, zUp } from './matrix.ts'
import { type ModelPorts, NeedsDraco, readModel, rtcCenter } from './model.ts'
import { readPoints } from './points.ts'

export interface DecodeOptions {
  /** For messages: the tile's URL or path. */
  readonly file: string
  /** `asset.gltfUpAxis` of the tileset. Default Y. */
  readonly upAxis?: UpAxis
  /** From the tile's metres to the tileset's (ECEF): only i3dm with EAST_NORTH_UP asks. */
  readonly tileTransform?: Matrix
}

export type DecodePorts = Omit<ModelPorts, 'budget'>

/**
 * Decodes one tile. Parts are told in the tile's metres, Z up, with the up axis, RTC_CENTER and CESIUM_RTC applied in float64; the caller
 * applies the tile's transform. Throws `tile-corrupt`, `tile-unsupported` or `tile-too-large` with the file's name, and {@link NeedsDraco}
 * where the port is absent; what `resource` throws comes through.
 */
export async function decodeTile(bytes: Uint8Array, options: DecodeOptions, ports: DecodePorts): Promise<TileContent> {
  try {
    const resource = async (uri: string) => unpackGzip(await ports.resource(uri))
    const content = await decode(await unpackGzip(bytes), options, { ...ports, resource, budget: tileBudget() }, 0)
    return { ...content, images: content.images.map((image) => named(image, options.file)) }
  } catch (error) {
    if (error instanceof NeedsDraco || (error instanceof Error && error.name === 'AbortError')) throw error
    throw inFile(error, options.file)
  }
}

/** A picture that cannot be shown, with the file in its sentence. */
function named(image: EncodedImage, file: string): EncodedImage {
  if (image.type !== 'blocked') return image
  const { pointer } = image.error.details
  return { type: 'blocked', error: errorToData(pictureFault(errorFromData(image.error), file, String(pointer))) }
}

async function decode(bytes: Uint8Array, options: DecodeOptions, ports: ModelPorts, depth: number): Promise<TileContent> {
  const up = zUp(options.upAxis ?? 'Y')
  switch (containerType(bytes)) {
    case 'b3dm': {
      const { glb, rtcCenter: center } = readB3dm(bytes)
      return readGltf(readGlb(glb), center === undefined ? up : multiply(translation(center), up), ports)
    }
    case 'glb':
    case 'gltf':
      return readGltf(readGlb(bytes), up, ports)
    case 'i3dm':
      return decodeInstances(bytes, options, up, ports)
    case 'pnts':
      return readPoints(readPnts(bytes), ports)
    case 'cmpt': {
      if (depth > 3) throw unsupported('cmpt', 'lies in itself more than three deep')
      const inner: TileContent[] = []
      for (const each of readCmpt(bytes)) inner.push(await decode(each, options, ports, depth + 1))
      return joinContents(inner)
    }
    default:
      // What a broken copy and a portal's error page leave is no format that another reader would know.
      if (bytes.length === 0) throw corrupt('the content', 'holds no bytes')
      if (bytes[0] === 0x3c /* < */) throw corrupt('the content', 'is a page (HTML or XML)')
      throw unsupported('the content', 'is none of b3dm, i3dm, pnts, cmpt, glb and glTF')
  }
}

/** `toTile` leads from the glTF's axes to the tile's; the file's own CESIUM_RTC is told in the tile's. */
async function readGltf({ version, json, bin }: Glb, toTile: Matrix, ports: ModelPorts): Promise<TileContent> {
  const gltf = version === 1 ? normalizeGltf1(json) : json
  const content = await readModel(gltf, bin, ports)
  const place = multiply(rtcCenter(gltf), toTile)
  return { ...content, parts: content.parts.map((part) => ({ ...part, matrix: multiply(place, part.matrix) })) }
}

async function decodeInstances(bytes: Uint8Array, options: DecodeOptions, up: Matrix, ports: ModelPorts): Promise<TileContent> {
  const { table, model } = readI3dm(bytes)
  const glb = 'glb' in model ? model.glb : await ports.resource(model.uri)
  const base = 'glb' in model ? '' : model.uri.slice(0, model.uri.lastIndexOf('/') + 1)
  const resource = (uri: string) => ports.resource(base + uri)
  const content = await readGltf(readGlb(glb), IDENTITY, { ...ports, resource })
  const { center, matrices } = readInstances(table, options.tileTransform ?? IDENTITY, ports.budget)
  const parts = content.parts.map((part): Part => {
    const inner = multiply(up, part.matrix)
    const own = part.instances === undefined ? [IDENTITY] : chunks(part.instances)
    const instances = new Float32Array(matrices.length * own.length * 16)
    ports.budget.take(instances.byteLength, 'INSTANCES_LENGTH')
    let at = 0
    for (const matrix of matrices) for (const each of own) instances.set(multiply(multiply(matrix, inner), each), 16 * at++)
    return { ...part, matrix: center, instances }
  })
  const images = content.images.map(
    (image): EncodedImage => (image.type === 'external' ? { type: 'external', uri: base + image.uri } : image),
  )
  return { ...content, parts, images }
}

const chunks = (matrices: Float32Array): Matrix[] =>
  Array.from({ length: matrices.length / 16 }, (_, i) => [...matrices.subarray(i * 16, i * 16 + 16)])

/** Several contents as one, for a composite tile. */
function joinContents(contents: readonly TileContent[]): TileContent {
  const all: { -readonly [K in keyof TileContent]: TileContent[K] extends readonly (infer T)[] ? T[] : TileContent[K] } = {
    parts: [],
    geometries: [],
    materials: [],
    textures: [],
    images: [],
    notes: [],
    byteLength: 0,
  }
  for (const { parts, geometries, materials, textures, images, notes, byteLength } of contents) {
    const [geometryAt, materialAt, textureAt, imageAt] = [
      all.geometries.length,
      all.materials.length,
      all.textures.length,
      all.images.length,
    ]
    all.parts.push(...parts.map((part) => ({ ...part, geometry: part.geometry + geometryAt, material: part.material + materialAt })))
    all.geometries.push(...geometries)
    all.materials.push(...materials.map((each) => (each.texture === undefined ? each : { ...each, texture: each.texture + textureAt })))
    all.textures.push(...textures.map((each) => ({ ...each, image: each.image + imageAt })))
    all.images.push(...images)
    all.notes.push(...notes.filter((note) => !all.notes.includes(note)))
    all.byteLength = Math.max(all.byteLength, byteLength)
  }
  return all
}
