// What a decoded tile is: plain typed arrays and numbers, ready for the GPU, transferable. Made by decode-tile.ts (worker or Node), read by
// an engine or by the pipeline's validator. Nothing here knows three, DOM or ImageBitmap.
import type { TwinErrorData } from '../error/twin-error.ts'
import type { Matrix } from './matrix.ts'

export type VertexArray = Float32Array | Uint32Array | Uint16Array | Int16Array | Uint8Array | Int8Array

/**
 * One attribute in an array of its own. `stride` counts elements from vertex to vertex: `itemSize`, or that rounded up so that each vertex
 * begins at 4 bytes, as GPUs want it. Integers stay integers (KHR_mesh_quantization): `normalized` says whether they mean 0…1 or themselves.
 */
export interface Attribute {
  readonly array: VertexArray
  readonly itemSize: 1 | 2 | 3 | 4
  readonly stride: number
  readonly normalized: boolean
}

export type Mode = 'triangles' | 'lines' | 'line-strip' | 'line-loop' | 'points'

export interface Geometry {
  readonly mode: Mode
  /** Vertices. */
  readonly count: number
  readonly position: Attribute
  readonly uv?: Attribute
  readonly color?: Attribute
  /** Each below `count`: checked. */
  readonly index?: Uint16Array | Uint32Array
  /** Centre and radius about all vertices, in the geometry's own units (after `normalized`). */
  readonly sphere: readonly [x: number, y: number, z: number, radius: number]
  readonly box: { readonly min: readonly [number, number, number]; readonly max: readonly [number, number, number] }
}

export interface Texture {
  readonly image: number
  readonly wrapS: 'repeat' | 'clamp' | 'mirror'
  readonly wrapT: 'repeat' | 'clamp' | 'mirror'
  readonly magFilter: 'linear' | 'nearest'
  readonly minFilter: 'linear' | 'nearest' | 'mipmap-linear' | 'mipmap-nearest'
}

export interface Material {
  /** Linear RGBA factor. */
  readonly color: readonly [number, number, number, number]
  readonly texture?: number
  /** KHR_texture_transform as a 3 × 3 matrix, column-major. */
  readonly uvMatrix?: readonly number[]
  readonly alpha: 'opaque' | 'mask' | 'blend'
  readonly alphaCutoff: number
  readonly doubleSided: boolean
  /** Has no picture of its own light: an engine may shade it so that its form is seen. */
  readonly plain: boolean
}

/** One draw: a geometry with a material, once or at many places. */
export interface Part {
  readonly geometry: number
  /** Index into `materials`. */
  readonly material: number
  /** From the geometry's units to the tile's metres, Z up, before the tile's own transform. float64. */
  readonly matrix: Matrix
  /** 16 numbers for each place, applied after the geometry's units and before `matrix`. */
  readonly instances?: Float32Array
}

/** An image as it lies in the file. */
export type EncodedImage =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  /** Lies beside the tile; relative to it. */
  | { readonly type: 'external'; readonly uri: string }
  /** The file names it and does not hold it. */
  | { readonly type: 'blocked'; readonly error: TwinErrorData }

/** Told once, where a tile is shown more plainly than it asks: `KHR_techniques_webgl`. */
export type Note = string

export interface TileContent<Image = EncodedImage> {
  readonly parts: readonly Part[]
  readonly geometries: readonly Geometry[]
  readonly materials: readonly Material[]
  readonly textures: readonly Texture[]
  readonly images: readonly Image[]
  readonly notes: readonly Note[]
  /** Bytes of all arrays. */
  readonly byteLength: number
}

/** Every buffer of a content's geometry, for `postMessage`. */
export function transferables({ geometries, parts }: Pick<TileContent<unknown>, 'geometries' | 'parts'>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  const add = (array: VertexArray | undefined) => {
    if (array !== undefined) buffers.add(array.buffer as ArrayBuffer)
  }
  for (const { position, uv, color, index } of geometries) for (const array of [position.array, uv?.array, color?.array, index]) add(array)
  for (const { instances } of parts) add(instances)
  return [...buffers]
}
