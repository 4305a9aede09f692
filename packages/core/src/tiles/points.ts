// Tile flow: containers -> **points** -> content (pnts). A cloud as one part of mode `points`; what Draco packed of it is unpacked first.
import { boundsOf } from './bounds.ts'
import { type FeatureTable, readGlobal, readProperty } from './containers.ts'
import type { Attribute, TileContent } from './content.ts'
import { decodeDracoCloud } from './draco.ts'
import { corrupt } from './fault.ts'
import { asCount, asObject, isObject } from './json.ts'
import { DEFAULT_MATERIAL } from './materials.ts'
import { IDENTITY, type Matrix, multiply, translation } from './matrix.ts'
import { type ModelPorts, NeedsDraco } from './model.ts'

export function readPoints(table: FeatureTable, ports: Pick<ModelPorts, 'budget' | 'draco'>): TileContent {
  const { budget } = ports
  const count = asCount(table.json['POINTS_LENGTH'], 'featureTable.POINTS_LENGTH')
  budget.take(count * 16, 'featureTable.POINTS_LENGTH')
  const packed = readPacked(table, count, ports)
  const { position, matrix } = readPositions(table, count, packed)
  const color = readColors(table, count, packed)
  const constant = readGlobal(table, 'CONSTANT_RGBA', 4)
  const rtc = readGlobal(table, 'RTC_CENTER', 3)
  return {
    parts: [{ geometry: 0, material: 0, matrix: rtc === undefined ? matrix : multiply(translation(rtc), matrix) }],
    geometries: [{ mode: 'points', count, position, ...(color && { color }), ...boundsOf(position, count, 'featureTable.POSITION') }],
    materials: [
      {
        ...DEFAULT_MATERIAL,
        plain: false,
        ...(constant && color === undefined && { color: constant.map((each, i) => (i === 3 ? each / 255 : linear(each / 255))) as never }),
      },
    ],
    textures: [],
    images: [],
    notes: [],
    byteLength: budget.bytes,
  }
}

/** What Draco packed, by the names of the feature table; those that are not drawn (NORMAL, BATCH_ID) are left. */
interface Packed {
  readonly POSITION?: Float32Array
  readonly RGB?: Uint8Array
  readonly RGBA?: Uint8Array
}
const PACKED = {
  POSITION: { Component: Float32Array, bytesPerElement: 4, itemSize: 3 },
  RGB: { Component: Uint8Array, bytesPerElement: 1, itemSize: 3 },
  RGBA: { Component: Uint8Array, bytesPerElement: 1, itemSize: 4 },
} as const
type PackedName = keyof typeof PACKED

/** 3DTILES_draco_point_compression: one stream in the table's body, and which of its attributes is which. */
function readPacked(table: FeatureTable, count: number, { budget, draco }: Pick<ModelPorts, 'budget' | 'draco'>): Packed {
  const { extensions } = table.json
  const told = isObject(extensions) ? extensions['3DTILES_draco_point_compression'] : undefined
  if (told === undefined) return {}
  const pointer = 'featureTable.extensions.3DTILES_draco_point_compression'
  const extension = asObject(told, pointer)
  if (draco === undefined) throw new NeedsDraco(pointer)
  const properties = asObject(extension['properties'], `${pointer}.properties`)
  const offset = asCount(extension['byteOffset'], `${pointer}.byteOffset`)
  const length = asCount(extension['byteLength'], `${pointer}.byteLength`)
  if (offset + length > table.bytes.length)
    throw corrupt(pointer, `asks for ${length} bytes from ${offset}; the table has ${table.bytes.length}`)
  const names = (Object.keys(PACKED) as PackedName[]).filter((name) => properties[name] !== undefined)
  const wanted = new Map(names.map((name) => [name, { ...PACKED[name], id: asCount(properties[name], `${pointer}.properties.${name}`) }]))
  const cloud = decodeDracoCloud(draco, table.bytes.subarray(offset, offset + length), wanted, budget, pointer)
  if (cloud.count !== count) throw corrupt('featureTable.POINTS_LENGTH', `is ${count}, and Draco holds ${cloud.count} points`)
  return Object.fromEntries(cloud.arrays) as Packed
}

function readPositions(table: FeatureTable, count: number, packed: Packed): { position: Attribute; matrix: Matrix } {
  const plain = packed.POSITION ?? readProperty(table, 'POSITION', 'FLOAT', count, 3)
  if (plain !== undefined) return { position: { array: plain, itemSize: 3, stride: 3, normalized: false }, matrix: IDENTITY }
  const quantized = readProperty(table, 'POSITION_QUANTIZED', 'UNSIGNED_SHORT', count, 3)
  if (quantized === undefined) throw corrupt('featureTable', 'has neither POSITION nor POSITION_QUANTIZED')
  const offset = readGlobal(table, 'QUANTIZED_VOLUME_OFFSET', 3) ?? [0, 0, 0]
  const [sx, sy, sz] = (readGlobal(table, 'QUANTIZED_VOLUME_SCALE', 3) ?? [1, 1, 1]) as [number, number, number]
  const padded = new Uint16Array(count * 4)
  for (let i = 0; i < count; i++) for (let axis = 0; axis < 3; axis++) padded[i * 4 + axis] = quantized[i * 3 + axis]!
  return {
    position: { array: padded, itemSize: 3, stride: 4, normalized: true },
    matrix: [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, offset[0]!, offset[1]!, offset[2]!, 1],
  }
}

/** Colours as the GPU takes them: linear, since a picture's sRGB is turned by the texture unit and a vertex' is not. */
function readColors(table: FeatureTable, count: number, packed: Packed): Attribute | undefined {
  const out = new Uint16Array(count * 4)
  const put = (i: number, r: number, g: number, b: number, a: number) => {
    out[i * 4] = linear(r) * 65_535
    out[i * 4 + 1] = linear(g) * 65_535
    out[i * 4 + 2] = linear(b) * 65_535
    out[i * 4 + 3] = a * 65_535
  }
  const rgba = packed.RGBA ?? readProperty(table, 'RGBA', 'UNSIGNED_BYTE', count, 4)
  const rgb = packed.RGB ?? readProperty(table, 'RGB', 'UNSIGNED_BYTE', count, 3)
  const rgb565 = readProperty(table, 'RGB565', 'UNSIGNED_SHORT', count, 1)
  if (rgba !== undefined)
    for (let i = 0; i < count; i++) put(i, rgba[i * 4]! / 255, rgba[i * 4 + 1]! / 255, rgba[i * 4 + 2]! / 255, rgba[i * 4 + 3]! / 255)
  else if (rgb !== undefined) for (let i = 0; i < count; i++) put(i, rgb[i * 3]! / 255, rgb[i * 3 + 1]! / 255, rgb[i * 3 + 2]! / 255, 1)
  else if (rgb565 !== undefined)
    for (let i = 0; i < count; i++) put(i, (rgb565[i]! >> 11) / 31, ((rgb565[i]! >> 5) & 63) / 63, (rgb565[i]! & 31) / 31, 1)
  else return undefined
  return { array: out, itemSize: 4, stride: 4, normalized: true }
}

/** sRGB to linear, IEC 61966-2-1. */
const linear = (each: number): number => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
