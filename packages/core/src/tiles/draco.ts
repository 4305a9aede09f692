// Tile flow: buffers -> **draco** -> model and points (KHR_draco_mesh_compression, 3DTILES_draco_point_compression). The decoder is plain JS
// from assets/ and lives in a worker file of its own, which starts with the first tile that needs it.
import { strideFor } from './accessors.ts'
import type { Attribute, VertexArray } from './content.ts'
import { corrupt } from './fault.ts'
import { type Budget, DRACO_MAX_GROWTH } from './limits.ts'

/** What is used of Draco's emscripten module. */
export interface DracoModule {
  Decoder: new () => DracoDecoder
  Mesh: new () => DracoMesh
  PointCloud: new () => DracoCloud
  destroy(of: object): void
  _malloc(bytes: number): number
  _free(pointer: number): void
  readonly HEAPU8: Uint8Array
  readonly TRIANGULAR_MESH: number
  readonly POINT_CLOUD: number
  readonly DT_FLOAT32: number
  readonly DT_INT8: number
  readonly DT_INT16: number
  readonly DT_UINT8: number
  readonly DT_UINT16: number
  readonly DT_UINT32: number
}
interface DracoDecoder {
  GetEncodedGeometryType(bytes: Int8Array): number
  DecodeArrayToMesh(bytes: Int8Array, length: number, mesh: DracoMesh): { ok(): boolean; error_msg(): string }
  DecodeArrayToPointCloud(bytes: Int8Array, length: number, cloud: DracoCloud): { ok(): boolean; error_msg(): string }
  GetAttributeByUniqueId(cloud: DracoCloud, id: number): { readonly ptr: number; num_components(): number }
  GetTrianglesUInt32Array(mesh: DracoMesh, bytes: number, pointer: number): boolean
  GetAttributeDataArrayForAllPoints(cloud: DracoCloud, attribute: object, type: number, bytes: number, pointer: number): boolean
}
interface DracoCloud {
  readonly ptr: number
  num_points(): number
}
interface DracoMesh extends DracoCloud {
  num_faces(): number
}

/** An attribute that is wanted: Draco's unique id, and the component type that the glTF's accessor tells. */
export interface DracoWanted {
  readonly id: number
  readonly Component: new (buffer: ArrayBuffer) => VertexArray
  readonly bytesPerElement: number
  readonly itemSize: 1 | 2 | 3 | 4
  readonly normalized: boolean
}

export interface DracoGeometry<K extends string> {
  readonly count: number
  readonly index: Uint32Array
  readonly attributes: Readonly<Partial<Record<K, Attribute>>>
}

const GEOMETRY = { cloud: 0, mesh: 1 } as const

/**
 * What the stream says of its size, before anything is allocated: faces and points of the headers of version 2.2 (Draco bitstream
 * specification 2.2, § 3). Undefined where metadata comes first or the version is older.
 */
export function dracoCounts(bytes: Uint8Array): { faces: number; points: number } | undefined {
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(0, 5)) !== 'DRACO') return undefined
  const flags = bytes[9]! | (bytes[10]! << 8)
  if (bytes[5] !== 2 || bytes[6]! < 2 || (flags & 0x8000) !== 0) return undefined
  let at = 11
  // A cloud tells a plain number in either of its two ways of packing.
  if (bytes[7] === GEOMETRY.cloud && bytes.length >= 15)
    return { faces: 0, points: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true) }
  if (bytes[7] !== GEOMETRY.mesh) return undefined
  const varint = () => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    return value
  }
  const edgebreaker = bytes[8] === 1
  if (edgebreaker) at++
  const [first, second] = [varint(), varint()]
  return edgebreaker ? { points: first, faces: second } : { faces: first, points: second }
}

export function decodeDraco<K extends string>(
  draco: DracoModule,
  bytes: Uint8Array,
  wanted: ReadonlyMap<K, DracoWanted>,
  budget: Budget,
  pointer: string,
): DracoGeometry<K> {
  takeTold(bytes, budget, pointer)
  const decoder = new draco.Decoder()
  const mesh = new draco.Mesh()
  try {
    const source = new Int8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
    if (bytes.length < 12 || decoder.GetEncodedGeometryType(source) !== draco.TRIANGULAR_MESH) throw corrupt(pointer, 'is no Draco mesh')
    const status = decoder.DecodeArrayToMesh(source, bytes.length, mesh)
    if (!status.ok() || mesh.ptr === 0) throw corrupt(pointer, `does not decode as Draco (${status.error_msg()})`)
    const count = mesh.num_points()
    const index = takeOut(draco, mesh.num_faces() * 12, budget, pointer, (length, at) => decoder.GetTrianglesUInt32Array(mesh, length, at))
    const attributes: Partial<Record<K, Attribute>> = {}
    for (const [name, { id, Component, bytesPerElement, itemSize, normalized }] of wanted) {
      const attribute = decoder.GetAttributeByUniqueId(mesh, id)
      if (attribute.ptr === 0 || attribute.num_components() !== itemSize)
        throw corrupt(pointer, `has no attribute ${id} of ${itemSize} components for ${name}`)
      const tight = takeOut(draco, count * itemSize * bytesPerElement, budget, pointer, (length, at) =>
        decoder.GetAttributeDataArrayForAllPoints(mesh, attribute, dataType(draco, Component), length, at),
      )
      const stride = strideFor(itemSize, bytesPerElement)
      attributes[name] = { array: spread(new Component(tight), Component, itemSize, stride, bytesPerElement), itemSize, stride, normalized }
    }
    return { count, index: new Uint32Array(index), attributes }
  } finally {
    draco.destroy(mesh)
    draco.destroy(decoder)
  }
}

/** Reads attributes of a cloud, tight, in the order of its points. */
export function decodeDracoCloud<K extends string>(
  draco: DracoModule,
  bytes: Uint8Array,
  wanted: ReadonlyMap<K, Omit<DracoWanted, 'normalized'>>,
  budget: Budget,
  pointer: string,
): { readonly count: number; readonly arrays: ReadonlyMap<K, VertexArray> } {
  takeTold(bytes, budget, pointer)
  const decoder = new draco.Decoder()
  const cloud = new draco.PointCloud()
  try {
    const source = new Int8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)
    if (bytes.length < 12 || bytes[7] !== GEOMETRY.cloud || decoder.GetEncodedGeometryType(source) !== draco.POINT_CLOUD)
      throw corrupt(pointer, 'is no Draco point cloud')
    const status = decoder.DecodeArrayToPointCloud(source, bytes.length, cloud)
    if (!status.ok() || cloud.ptr === 0) throw corrupt(pointer, `does not decode as Draco (${status.error_msg()})`)
    const count = cloud.num_points()
    const arrays = new Map<K, VertexArray>()
    for (const [name, { id, Component, bytesPerElement, itemSize }] of wanted) {
      const attribute = decoder.GetAttributeByUniqueId(cloud, id)
      if (attribute.ptr === 0 || attribute.num_components() !== itemSize)
        throw corrupt(pointer, `has no attribute ${id} of ${itemSize} components for ${name}`)
      const tight = takeOut(draco, count * itemSize * bytesPerElement, budget, pointer, (length, at) =>
        decoder.GetAttributeDataArrayForAllPoints(cloud, attribute, dataType(draco, Component), length, at),
      )
      arrays.set(name, new Component(tight))
    }
    return { count, arrays }
  } finally {
    draco.destroy(cloud)
    draco.destroy(decoder)
  }
}

/** Takes from the budget what the stream says it holds, and refuses more than its bytes can. */
function takeTold(bytes: Uint8Array, budget: Budget, pointer: string): void {
  const told = dracoCounts(bytes)
  if (told === undefined) return
  const grown = told.faces * 12 + told.points * 12
  const what = told.faces > 0 ? `${told.faces} triangles` : `${told.points} points`
  if (grown > bytes.length * DRACO_MAX_GROWTH) throw corrupt(pointer, `says ${what} come of ${bytes.length} bytes`)
  budget.take(grown, pointer)
}

/** Lets Draco write `length` bytes into its heap and copies them out. */
function takeOut(
  draco: DracoModule,
  length: number,
  budget: Budget,
  pointer: string,
  write: (length: number, at: number) => boolean,
): ArrayBuffer {
  budget.take(length, pointer)
  const at = draco._malloc(length)
  try {
    if (!write(length, at)) throw corrupt(pointer, 'gives its data in another size than it says')
    // Read the heap anew: it may have grown.
    return draco.HEAPU8.slice(at, at + length).buffer as ArrayBuffer
  } finally {
    draco._free(at)
  }
}

function spread(
  tight: VertexArray,
  Component: DracoWanted['Component'],
  itemSize: number,
  stride: number,
  bytesPerElement: number,
): VertexArray {
  if (stride === itemSize) return tight
  const count = tight.length / itemSize
  const out = new Component(new ArrayBuffer(count * stride * bytesPerElement))
  for (let i = 0; i < count; i++) for (let k = 0; k < itemSize; k++) out[i * stride + k] = tight[i * itemSize + k]!
  return out
}

function dataType(draco: DracoModule, Component: DracoWanted['Component']): number {
  switch (Component as unknown) {
    case Int8Array:
      return draco.DT_INT8
    case Uint8Array:
      return draco.DT_UINT8
    case Int16Array:
      return draco.DT_INT16
    case Uint16Array:
      return draco.DT_UINT16
    case Uint32Array:
      return draco.DT_UINT32
    default:
      return draco.DT_FLOAT32
  }
}
