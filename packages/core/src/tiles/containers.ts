// Tile flow: bytes -> **containers** -> glTF or points -> content. Takes b3dm, i3dm, pnts, cmpt and glb apart. Lengths are the file's own
// word, so each is checked against the bytes that are there. Misaligned parts (DJI Terra) are read as they lie.
import { corrupt, unsupported } from './fault.ts'
import { asList, asNumbers, isObject, type JsonObject, looksLikeJson, parseJson } from './json.ts'
import { TILE_LIMITS } from './limits.ts'

export type ContainerType = 'b3dm' | 'i3dm' | 'pnts' | 'cmpt' | 'glb' | 'gltf'

/** By the first bytes; a JSON is taken for a glTF. Undefined: none of these. */
export function containerType(bytes: Uint8Array): ContainerType | undefined {
  const magic = String.fromCharCode(...bytes.subarray(0, 4))
  if (magic === 'b3dm' || magic === 'i3dm' || magic === 'pnts' || magic === 'cmpt') return magic
  if (magic === 'glTF') return 'glb'
  return looksLikeJson(bytes) ? 'gltf' : undefined
}

const dataView = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** `length` words from byte 4 on: version, byteLength and what follows. */
function header(bytes: Uint8Array, type: string, words: number): number[] {
  if (bytes.length < 4 + words * 4) throw corrupt(`${type} header`, `needs ${4 + words * 4} bytes, ${bytes.length} are there`)
  const view = dataView(bytes)
  const out: number[] = []
  for (let i = 0; i < words; i++) out.push(view.getUint32(4 + i * 4, true))
  if (out[0] !== 1) throw unsupported(`${type} header`, `has version ${out[0]}; expected 1`)
  if (out[1]! > bytes.length) throw corrupt(`${type} header`, `says ${out[1]} bytes, ${bytes.length} are there`)
  return out
}

const COMPONENTS = {
  BYTE: Int8Array,
  UNSIGNED_BYTE: Uint8Array,
  SHORT: Int16Array,
  UNSIGNED_SHORT: Uint16Array,
  INT: Int32Array,
  UNSIGNED_INT: Uint32Array,
  FLOAT: Float32Array,
  DOUBLE: Float64Array,
} as const
type ComponentName = keyof typeof COMPONENTS

/** JSON header and binary body of i3dm and pnts. */
export interface FeatureTable {
  readonly json: JsonObject
  readonly bytes: Uint8Array
}

/** A property that is told once, in the JSON or by offset: `RTC_CENTER`, `QUANTIZED_VOLUME_SCALE`. */
export function readGlobal(table: FeatureTable, name: string, length: number): number[] | undefined {
  const value = table.json[name]
  if (value === undefined) return undefined
  if (typeof value === 'object' && value !== null && 'byteOffset' in value) return [...readProperty(table, name, 'FLOAT', 1, length)!]
  return asNumbers(length === 1 && !Array.isArray(value) ? [value] : value, length, `featureTable.${name}`)
}

/** A property of each of `count` features, copied so that it is aligned; undefined where absent. */
export function readProperty<T extends ComponentName>(
  { json, bytes }: FeatureTable,
  name: string,
  component: T,
  count: number,
  itemSize: number,
): InstanceType<(typeof COMPONENTS)[T]> | undefined {
  const property = json[name]
  if (property === undefined) return undefined
  const pointer = `featureTable.${name}`
  const Type = COMPONENTS[component] as unknown as {
    new (buffer: ArrayBuffer): InstanceType<(typeof COMPONENTS)[T]>
    BYTES_PER_ELEMENT: number
  }
  const length = count * itemSize * Type.BYTES_PER_ELEMENT
  const offset = (property as { byteOffset?: unknown })?.byteOffset
  if (!Number.isSafeInteger(offset) || (offset as number) < 0 || (offset as number) + length > bytes.length)
    throw corrupt(pointer, `asks for ${length} bytes from ${String(offset)}; the table has ${bytes.length}`)
  return new Type(bytes.slice(offset as number, (offset as number) + length).buffer as ArrayBuffer)
}

/** Splits feature table, batch table and body behind a header of `start` bytes. */
function tables(bytes: Uint8Array, type: string, start: number, lengths: readonly number[]): { table: FeatureTable; body: Uint8Array } {
  const [featureJson, featureBinary, batchJson, batchBinary] = lengths as [number, number, number, number]
  const bodyAt = start + featureJson + featureBinary + batchJson + batchBinary
  if (bodyAt > bytes.length) throw corrupt(`${type} header`, `tables end at byte ${bodyAt}, the file has ${bytes.length}`)
  if (featureJson > TILE_LIMITS.jsonBytes) throw corrupt(`${type} header`, `asks for ${featureJson} bytes of JSON`)
  const json = featureJson === 0 ? {} : parseJson(bytes.subarray(start, start + featureJson), `${type} feature table`)
  return { table: { json, bytes: bytes.subarray(start + featureJson, start + featureJson + featureBinary) }, body: bytes.subarray(bodyAt) }
}

export interface B3dm {
  readonly table: FeatureTable
  readonly glb: Uint8Array
  /** Metres, in the tile's axes (Z up). */
  readonly rtcCenter?: readonly number[]
}

export function readB3dm(bytes: Uint8Array): B3dm {
  const [, byteLength, ...lengths] = header(bytes, 'b3dm', 4)
  const inside = bytes.subarray(0, byteLength)
  const draft = draftModelAt(inside)
  if (draft !== undefined) return { table: { json: {}, bytes: new Uint8Array() }, glb: inside.subarray(draft) }
  lengths.push(...header(bytes, 'b3dm', 6).slice(4))
  const { table, body } = tables(inside, 'b3dm', 28, lengths)
  const rtcCenter = readGlobal(table, 'RTC_CENTER', 3)
  return { table, glb: body, ...(rtcCenter && { rtcCenter }) }
}

/**
 * Where the model begins in a b3dm of the drafts of 2015, which had no feature table: a header of 20 bytes (batch length, length of the batch
 * table) or of 24 (two lengths of the batch table, batch length). Undefined for the header of 1.0. What tells them apart is where a glTF
 * begins: read by the wrong header, text would be a length of half a gigabyte.
 */
export function draftModelAt(bytes: Uint8Array): number | undefined {
  const view = dataView(bytes)
  const word = (at: number) => (at + 4 <= bytes.length ? view.getUint32(at, true) : 0)
  const isModel = (at: number) => at + 4 <= bytes.length && word(at) === GLTF_MAGIC
  if (isModel(28 + word(12) + word(16) + word(20) + word(24))) return undefined
  return [24 + word(12) + word(16), 20 + word(16)].find(isModel)
}

export interface I3dm {
  readonly table: FeatureTable
  /** The model, or where it lies beside the tile. */
  readonly model: { readonly glb: Uint8Array } | { readonly uri: string }
}

export function readI3dm(bytes: Uint8Array): I3dm {
  const [, byteLength, ...rest] = header(bytes, 'i3dm', 7)
  const { table, body } = tables(bytes.subarray(0, byteLength), 'i3dm', 32, rest)
  const format = rest[4]
  if (format === 1) return { table, model: { glb: body } }
  if (format === 0) return { table, model: { uri: new TextDecoder().decode(body).replace(/[\0 ]+$/, '') } }
  throw corrupt('i3dm header', `has gltfFormat ${format}; expected 0 or 1`)
}

export function readPnts(bytes: Uint8Array): FeatureTable {
  const [, byteLength, ...lengths] = header(bytes, 'pnts', 6)
  return tables(bytes.subarray(0, byteLength), 'pnts', 28, lengths).table
}

/** The tiles inside a composite, each with its own header. */
export function readCmpt(bytes: Uint8Array): Uint8Array[] {
  const [, byteLength, count] = header(bytes, 'cmpt', 3)
  const inner: Uint8Array[] = []
  let at = 16
  for (let i = 0; i < count!; i++) {
    if (at + 12 > byteLength!) throw corrupt('cmpt header', `says ${count} tiles, the file ends in tile ${i}`)
    const length = dataView(bytes).getUint32(at + 8, true)
    if (length < 12 || at + length > byteLength!)
      throw corrupt(`cmpt tile ${i}`, `says ${length} bytes from ${at}; the file has ${byteLength}`)
    inner.push(bytes.subarray(at, at + length))
    at += length
  }
  return inner
}

export interface Glb {
  /** 1: KHR_binary_glTF of glTF 1.0, still to be normalised. */
  readonly version: 1 | 2
  readonly json: JsonObject
  readonly bin?: Uint8Array
}

/** One of them is in every glTF that draws anything. */
const GLTF_KEYS = ['asset', 'scenes', 'nodes', 'meshes'] as const
const GLTF_MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BIN_CHUNK = 0x004e4942

/** Header and chunks of a glb, version 2 or 1. A body that is a JSON text is taken as one. */
export function readGlb(bytes: Uint8Array): Glb {
  if (containerType(bytes) === 'gltf') {
    const json = parseJson(bytes, 'glTF')
    // A tileset read as a glTF would be an empty one: nothing drawn, and nobody told.
    if (isObject(json['root'])) throw unsupported('the content', 'is a tileset, where a tile was expected')
    if (!GLTF_KEYS.some((key) => json[key] !== undefined))
      throw unsupported('the content', `is JSON of ${Object.keys(json).slice(0, 3).join(', ') || 'nothing'}, no glTF and no tileset`)
    return { version: gltfVersion(json), json }
  }
  if (containerType(bytes) !== 'glb') throw corrupt('glb header', 'does not begin with "glTF"')
  if (bytes.length < 20) throw corrupt('glb header', `needs 20 bytes, ${bytes.length} are there`)
  const view = dataView(bytes)
  const version = view.getUint32(4, true)
  const length = view.getUint32(8, true)
  if (length > bytes.length) throw corrupt('glb header', `says ${length} bytes, ${bytes.length} are there`)
  if (version !== 1 && version !== 2) throw unsupported('glb header', `has version ${version}; expected 1 or 2`)
  const jsonLength = view.getUint32(12, true)
  if (20 + jsonLength > length) throw corrupt('glb JSON chunk', `says ${jsonLength} bytes, ${length - 20} are there`)
  if (jsonLength > TILE_LIMITS.jsonBytes)
    throw corrupt('glb JSON chunk', `has ${jsonLength} bytes; at most ${TILE_LIMITS.jsonBytes} are read`)
  const json = parseJson(bytes.subarray(20, 20 + jsonLength), 'glb JSON chunk')
  if (version === 1) return { version, json, bin: bytes.subarray(20 + jsonLength, length) }
  if (view.getUint32(16, true) !== JSON_CHUNK) throw corrupt('glb', 'does not begin with its JSON chunk')
  // Chunks begin at multiples of 4 by the norm; the length of the last says where the next is, aligned or not.
  for (let at = 20 + jsonLength; at + 8 <= length; ) {
    const chunk = view.getUint32(at, true)
    if (at + 8 + chunk > length) throw corrupt('glb chunk', `at byte ${at} says ${chunk} bytes, ${length - at - 8} are there`)
    if (view.getUint32(at + 4, true) === BIN_CHUNK) return { version, json, bin: bytes.subarray(at + 8, at + 8 + chunk) }
    at += 8 + chunk
  }
  return { version, json }
}

function gltfVersion(json: JsonObject): 1 | 2 {
  const version = String((json['asset'] as JsonObject | undefined)?.['version'] ?? '')
  if (version.startsWith('2')) return 2
  // glTF 1.0 keeps its things by name.
  return version.startsWith('1') || !Array.isArray(json['meshes'] ?? []) ? 1 : 2
}

/** Extensions that a file cannot be shown without, of those that are not read here. */
export function refuseRequired(json: JsonObject, known: ReadonlySet<string>): void {
  for (const name of asList(json['extensionsRequired'], 'extensionsRequired'))
    if (!known.has(String(name))) throw unsupported('extensionsRequired', `names ${String(name)}, which is not read here`)
}
