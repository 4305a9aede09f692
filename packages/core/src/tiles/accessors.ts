// Tile flow: buffers -> **accessors** -> model. Typed arrays of a glTF, each in an array of its own: aligned whatever the file is, strided
// as the GPU wants it, and free of the rest of the file.
import type { Buffers, ViewBytes } from './buffers.ts'
import type { Attribute, VertexArray } from './content.ts'
import { corrupt, unsupported } from './fault.ts'
import { asCount, asIndex, asList, asNumbers, asObject, isObject, type JsonObject } from './json.ts'
import type { Budget } from './limits.ts'

const COMPONENTS = {
  5120: Int8Array,
  5121: Uint8Array,
  5122: Int16Array,
  5123: Uint16Array,
  5125: Uint32Array,
  5126: Float32Array,
} as const
type Component = (typeof COMPONENTS)[keyof typeof COMPONENTS]
const ITEM_SIZES: Readonly<Record<string, 1 | 2 | 3 | 4>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 }

interface Shape {
  readonly json: JsonObject
  readonly pointer: string
  readonly Component: Component
  readonly itemSize: 1 | 2 | 3 | 4
  readonly count: number
  readonly normalized: boolean
}

export interface Accessors {
  /** Count, component and item size, checked, without the data. */
  shape(index: unknown, pointer: string): Shape
  attribute(index: unknown, pointer: string): Attribute & { readonly count: number }
  /** A list of whole numbers, u8 widened to u16. */
  indices(index: unknown, pointer: string): Uint16Array | Uint32Array
  /** Floats, tight, normalised integers turned: for the few that are computed with. */
  floats(index: unknown, pointer: string): { readonly array: Float32Array; readonly itemSize: number; readonly count: number }
}

/** Elements from vertex to vertex that begin at 4 bytes. */
export const strideFor = (itemSize: number, bytesPerElement: number): number => {
  const step = 4 / bytesPerElement
  return step <= 1 ? itemSize : Math.ceil(itemSize / step) * step
}

export function openAccessors(json: JsonObject, buffers: Buffers, budget: Budget): Accessors {
  const accessors = asList(json['accessors'], 'accessors')

  function shape(value: unknown, from: string): Shape {
    const index = asIndex(value, accessors.length, from)
    const pointer = `accessors[${index}]`
    const accessor = asObject(accessors[index], pointer)
    const Component = COMPONENTS[accessor['componentType'] as keyof typeof COMPONENTS]
    const itemSize = ITEM_SIZES[String(accessor['type'])]
    if (Component === undefined) throw corrupt(`${pointer}.componentType`, `is ${String(accessor['componentType'])}`)
    if (itemSize === undefined) throw unsupported(`${pointer}.type`, `is ${String(accessor['type'])}; expected SCALAR to VEC4`)
    return {
      json: accessor,
      pointer,
      Component,
      itemSize,
      count: asCount(accessor['count'], `${pointer}.count`),
      normalized: accessor['normalized'] === true,
    }
  }

  /** Copies the elements to `stride` elements apart. A decoded view that is so already is taken as it is. */
  function copy({ json: accessor, pointer, Component, itemSize, count }: Shape, stride: number): VertexArray {
    const size = Component.BYTES_PER_ELEMENT
    const length = count * stride
    if (accessor['bufferView'] === undefined) {
      // Zeros, of which a few bytes could ask for any number: only what `sparse` fills is worth it.
      if (accessor['sparse'] === undefined) throw corrupt(pointer, 'has no bufferView')
      budget.take(length * size, pointer)
      return sparse(accessor, pointer, new Component(length), itemSize, stride, count)
    }
    const view = buffers.view(accessor['bufferView'], `${pointer}.bufferView`)
    const offset = asCount(accessor['byteOffset'], `${pointer}.byteOffset`, 0)
    const from = view.stride ?? itemSize * size
    const end = count === 0 ? offset : offset + (count - 1) * from + itemSize * size
    if (from < itemSize * size && count > 1) throw corrupt(pointer, `has a stride of ${from} bytes for elements of ${itemSize * size}`)
    if (end > view.bytes.length) throw corrupt(pointer, `ends at byte ${end}; its view has ${view.bytes.length}`)
    const array =
      view.owned && offset === 0 && from === stride * size && view.bytes.length === length * size && !shared(view)
        ? new Component(view.bytes.buffer as ArrayBuffer)
        : gather(view.bytes, offset, from, Component, itemSize, stride, count, pointer)
    return accessor['sparse'] === undefined ? array : sparse(accessor, pointer, array, itemSize, stride, count)
  }

  // Two attributes must not share one buffer: it is transferred once, and disposed of with its attribute.
  const taken = new Set<ViewBytes>()
  const shared = (view: ViewBytes) => {
    if (taken.has(view)) return true
    taken.add(view)
    return false
  }

  function gather(
    bytes: Uint8Array,
    offset: number,
    from: number,
    Component: Component,
    itemSize: number,
    stride: number,
    count: number,
    pointer: string,
  ): VertexArray {
    const size = Component.BYTES_PER_ELEMENT
    budget.take(count * stride * size, pointer)
    const out = new Uint8Array(count * stride * size)
    const item = itemSize * size
    if (from === item && stride === itemSize) out.set(bytes.subarray(offset, offset + count * item))
    else
      for (let i = 0, at = offset, to = 0; i < count; i++, at += from, to += stride * size)
        for (let byte = 0; byte < item; byte++) out[to + byte] = bytes[at + byte]!
    return new Component(out.buffer)
  }

  function sparse(accessor: JsonObject, pointer: string, array: VertexArray, itemSize: number, stride: number, count: number): VertexArray {
    const where = `${pointer}.sparse`
    const told = asObject(accessor['sparse'], where)
    const changed = asCount(told['count'], `${where}.count`)
    if (changed > count) throw corrupt(`${where}.count`, `is ${changed}; the accessor has ${count}`)
    const part = (name: string, componentType: unknown, type: string) => {
      const { bufferView, byteOffset } = asObject(told[name], `${where}.${name}`)
      const of = shapeOf({ bufferView, byteOffset, componentType, type, count: changed }, `${where}.${name}`)
      return copy(of, of.itemSize)
    }
    const at = part('indices', asObject(told['indices'], `${where}.indices`)['componentType'], 'SCALAR')
    const values = part('values', accessor['componentType'], String(accessor['type']))
    for (let i = 0; i < changed; i++) {
      if (at[i]! >= count) throw corrupt(`${where}.indices`, `names element ${at[i]}; there are ${count}`)
      for (let k = 0; k < itemSize; k++) array[at[i]! * stride + k] = values[i * itemSize + k]!
    }
    return array
  }

  function shapeOf(accessor: JsonObject, pointer: string): Shape {
    const Component = COMPONENTS[accessor['componentType'] as keyof typeof COMPONENTS]
    const itemSize = ITEM_SIZES[String(accessor['type'])]
    if (Component === undefined || itemSize === undefined) throw corrupt(pointer, 'has no known type')
    return { json: accessor, pointer, Component, itemSize, count: accessor['count'] as number, normalized: false }
  }

  /**
   * WEB3D_quantized_attributes of glTF 1.0: whole numbers that a matrix of one row and column more than the item makes the values of,
   * column-major. They are made floats here: the matrix belongs to the accessor, so a part's own matrix cannot take it where UVs have one too.
   */
  function dequantized(told: Shape, extension: JsonObject): Attribute & { readonly count: number } {
    const { itemSize, count, pointer } = told
    const side = itemSize + 1
    const matrix = asNumbers(extension['decodeMatrix'], side * side, `${pointer}.extensions.WEB3D_quantized_attributes.decodeMatrix`)
    const packed = copy(told, itemSize)
    budget.take(count * itemSize * 4, pointer)
    const array = new Float32Array(count * itemSize)
    for (let i = 0; i < count; i++)
      for (let row = 0; row < itemSize; row++) {
        let sum = matrix[itemSize * side + row]!
        for (let column = 0; column < itemSize; column++) sum += matrix[column * side + row]! * packed[i * itemSize + column]!
        array[i * itemSize + row] = sum
      }
    return { array, itemSize, stride: itemSize, normalized: false, count }
  }

  return {
    shape,
    attribute(index, from) {
      const told = shape(index, from)
      const quantized = extensionOf(told.json, 'WEB3D_quantized_attributes')
      if (quantized !== undefined) return dequantized(told, quantized)
      const stride = strideFor(told.itemSize, told.Component.BYTES_PER_ELEMENT)
      return { array: copy(told, stride), itemSize: told.itemSize, stride, normalized: told.normalized, count: told.count }
    },
    indices(index, from) {
      const told = shape(index, from)
      const array = copy(told, told.itemSize)
      if (told.itemSize !== 1 || array instanceof Float32Array || array instanceof Int8Array || array instanceof Int16Array)
        throw corrupt(told.pointer, 'does not hold indices')
      return array instanceof Uint8Array ? Uint16Array.from(array) : array
    },
    floats(index, from) {
      const told = shape(index, from)
      const array = copy(told, told.itemSize)
      return { array: array instanceof Float32Array ? array : toFloats(array, told.normalized), itemSize: told.itemSize, count: told.count }
    },
  }
}

/** What a normalised integer means, by the norm's own formula. */
function toFloats(array: VertexArray, normalized: boolean): Float32Array {
  const unit = normalized ? unitOf(array) : 1
  return Float32Array.from(array, (each) => Math.max(each / unit, normalized ? -1 : Number.NEGATIVE_INFINITY))
}

export function unitOf(array: VertexArray): number {
  if (array instanceof Uint8Array) return 255
  if (array instanceof Int8Array) return 127
  if (array instanceof Uint16Array) return 65_535
  return array instanceof Int16Array ? 32_767 : 1
}

/** A glTF's extension of an object, or undefined. */
export function extensionOf(of: JsonObject, name: string): JsonObject | undefined {
  const extensions = of['extensions']
  const extension = isObject(extensions) ? extensions[name] : undefined
  return isObject(extension) ? extension : undefined
}
